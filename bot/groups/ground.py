"""What every part of the groups stands on, and the book in which a group's settings are kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from bot.channels.telegram.chats import Chats
from bot.channels.telegram.events import Me, address
from bot.channels.telegram.signing import Signer
from bot.groups.settings import Settings
from bot.store.base import Conflict
from bot.store.records import Record, Records
from bot.store.retention import utc

__all__ = ["Book", "Ground"]

_ATTEMPTS = 20

_KIND = "group"


@dataclass(frozen=True, slots=True)
class Ground:
    """`now` is UTC and aware; `owners` are the ids of those who run the bot."""

    records: Records
    chats: Chats
    signer: Signer
    me: Me
    now: Callable[[], datetime]
    owners: frozenset[int] = field(default_factory=frozenset)

    @property
    def at(self) -> str:
        """Now as UTC text."""
        return utc(self.now())

    @property
    def seconds(self) -> int:
        """Now as unix seconds."""
        return int(self.now().timestamp())


class Book:
    """Reads and changes the settings of groups. What a change is worth saying to the audit log is the caller's."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    async def settings(self, chat: int) -> Settings:
        """The settings of a group; the defaults of one that is not known."""
        found = await self._ground.records.get(_KIND, address(chat))
        return Settings.from_dict(found.value) if found else Settings()

    async def change(self, chat: int, **changes: Any) -> tuple[Settings, Settings]:
        """Change some settings: before and after. Two changes at the same time are both kept."""
        return await self.replace(chat, lambda before: replace(before, **changes))

    async def replace(
        self, chat: int, change: Callable[[Settings], Settings]
    ) -> tuple[Settings, Settings]:
        """Change the settings by a function, which may be called more than once: before and after."""
        for _ in range(_ATTEMPTS):
            found = await self._ground.records.get(_KIND, address(chat))
            before = Settings.from_dict(found.value) if found else Settings()
            after = change(before)
            record = found or Record(_KIND, address(chat))
            try:
                await self._ground.records.put(
                    replace(record, value=after.to_dict()), self._ground.at
                )
            except Conflict:
                continue
            return before, after
        raise Conflict
