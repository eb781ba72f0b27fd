"""Where the bot stands with a group: in it or removed from it, under which id, about to leave.

A *standing* is the record `life` of a group: in it or not, since when by Telegram's clock, and when it is removed
also the day on which everything about it is deleted. `moved` says under which id a group goes on, `leave` that the
bot goes soon: what it says last is still in the outbox and has to arrive first.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.channels.telegram.chats import ChatError, Later, Migrated, Uncertain, Unsent
from bot.channels.telegram.events import address, place
from bot.groups.ground import Ground
from bot.store.base import Conflict
from bot.store.records import Record
from bot.store.retention import utc

__all__ = ["LEAVE", "LIFE", "MOVED", "Standing", "changed", "drawn", "later"]

LIFE = "life"
MOVED = "moved"
LEAVE = "leave"

_ATTEMPTS = 20
_HOPS = 5
_LAST_WORDS = timedelta(minutes=1)
_AGAIN = timedelta(minutes=10)


def later(ground: Ground, after: timedelta) -> str:
    """The text of a moment from now."""
    return utc(ground.now() + after)


async def drawn(
    ground: Ground, kind: str, where: int, value: Mapping[str, Any], kept: timedelta
) -> str:
    """Keep a value under a short handle that nobody has in this chat, for use in callback data: the handle."""
    while True:
        handle = secrets.token_hex(3)
        key = f"{address(where)}/{handle}"
        record = Record(kind, key, value, expires_at=later(ground, kept))
        try:
            await ground.records.put(record, ground.at)
        except Conflict:  # drawn before
            continue
        return handle


async def changed(
    ground: Ground, kind: str, key: str, change: Callable[[Record], Record | None]
) -> Record | None:
    """Change a record by a function, which may be called more than once and gets an empty one of version 0 when
    there is none. It returns the new record, or None to leave all as it is; so does this."""
    for _ in range(_ATTEMPTS):
        after = change(await ground.records.get(kind, key) or Record(kind, key))
        if after is None:
            return None
        try:
            return await ground.records.put(after, ground.at)
        except Conflict:
            continue
    raise Conflict


class Standing:
    """Reads and writes where the bot stands."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    async def serves(self, chat: int) -> bool:
        """Whether the bot may speak there: it was not removed and is not about to leave. A group of which
        nothing is known is served; a message from there proves that the bot is in it."""
        if await self._ground.records.get(LEAVE, address(chat)):
            return False
        life = await self._ground.records.get(LIFE, address(chat))
        return life is None or bool(life.value["in"])

    async def current(self, chat: int) -> int:
        """The id under which a group goes on: its own, or the one that it has moved to."""
        for _ in range(_HOPS):
            moved = await self._ground.records.get(MOVED, address(chat))
            if moved is None:
                break
            chat = int(moved.value["to"])
        return chat

    async def groups(self) -> list[int]:
        """The groups that the bot was added to and is in, by address."""
        found = await self._ground.records.find(LIFE)
        return [place(life.key)[0] for life in found if life.value["in"]]

    async def entered(self, chat: int, date: int) -> bool:
        """The bot was added at `date`; False when that was heard before, or something later was."""
        return await self._put(chat, date, inside=True, due_at=None)

    async def gone(self, chat: int, date: int, keep: timedelta) -> bool:
        """The bot was removed at `date`, and what is kept about the group stays for `keep`; False as above."""
        return await self._put(chat, date, inside=False, due_at=later(self._ground, keep))

    async def _put(self, chat: int, date: int, *, inside: bool, due_at: str | None) -> bool:
        def change(before: Record) -> Record | None:
            known = before.value
            if known and (date < known["date"] or (date, inside) == (known["date"], known["in"])):
                return None
            return replace(before, value={"in": inside, "date": date}, due_at=due_at)

        done = await changed(self._ground, LIFE, address(chat), change) is not None
        if done:
            await self._ground.records.take(LEAVE, address(chat))
        return done

    async def stayed(self, chat: int) -> None:
        """The bot is in this group after all, whatever was heard of it."""

        def change(before: Record) -> Record:
            value = {"in": True, "date": before.value.get("date", self._ground.seconds)}
            return replace(before, value=value, due_at=None)

        await changed(self._ground, LIFE, address(chat), change)

    async def leave_soon(self, chat: int) -> None:
        """Leave when what was said last has had time to arrive. From now on the bot is silent there."""

        def change(before: Record) -> Record | None:
            due_at = later(self._ground, _LAST_WORDS)
            return None if before.version else replace(before, due_at=due_at)

        await changed(self._ground, LEAVE, address(chat), change)

    async def leave_due(self) -> None:
        """Leave the groups whose time has come. What fails for now is tried again."""
        for leave in await self._ground.records.due(LEAVE, self._ground.at):
            await self.leave(place(leave.key)[0])

    async def leave(self, chat: int) -> None:
        """Leave at once; when Telegram cannot be reached, soon."""
        try:
            await self._ground.chats.leave(chat)
        except (Later, Uncertain, Unsent):
            due_at = later(self._ground, _AGAIN)
            await changed(
                self._ground, LEAVE, address(chat), lambda before: replace(before, due_at=due_at)
            )
            return
        except Migrated as error:
            await self._leave_new(error.new)
        except ChatError:
            pass  # turned away: the bot is not there any more
        await self._ground.records.take(LEAVE, address(chat))

    async def _leave_new(self, chat: int) -> None:
        try:
            await self._ground.chats.leave(chat)
        except ChatError:
            await self.leave_soon(chat)
