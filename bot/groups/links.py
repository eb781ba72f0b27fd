"""Ways from a group into private chat: links that open it once, and the groups that an admin has connected.

A *link* is good for one use, by one person if it was made for one, and for some minutes. The store knows only a
digest of it: who reads the store cannot use it. A *connection* lets an admin change a group's settings from private
chat; it grants nothing by itself, each use asks Telegram again.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from bot.channels.telegram.chats import ChatError
from bot.channels.telegram.events import ADMIN, PREFIX, Sender, address
from bot.groups.ground import Ground
from bot.groups.standing import changed, later
from bot.store.records import Record

__all__ = ["KINDS", "Connections", "Link", "Links", "May"]

KINDS = ("case", "connect", "volunteer")
"""What a link opens: a case (its value: an issue or nothing), a group's settings, a group's volunteers (its id)."""

May = Callable[[int, Sender], Awaitable[bool]]
"""Whether somebody may change a group's settings, asked of Telegram now."""

_LINK = "link"
_CONNECTION = "connection"
_TOKEN = re.compile(r"go_[A-Za-z0-9_-]{22}")
_BYTES = 16


@dataclass(frozen=True, slots=True)
class Link:
    """What a link was made for."""

    kind: str
    value: str


class Links:
    """Makes and redeems one-time links."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    async def made(self, kind: str, value: str, *, user: int | None, minutes: int) -> str:
        """A token for `url`, of 25 characters and 128 random bits. ValueError for an unknown kind, or for settings
        without a person to whom the link belongs."""
        if kind not in KINDS:
            raise ValueError(f"{kind!r} is no kind of link")
        if kind == "connect" and user is None:
            raise ValueError("a link to settings belongs to somebody")
        token = f"go_{secrets.token_urlsafe(_BYTES)}"
        record = Record(
            _LINK,
            _key(token, user or 0),
            {"kind": kind, "value": value},
            expires_at=later(self._ground, timedelta(minutes=minutes)),
        )
        await self._ground.records.put(record, self._ground.at)
        return token

    async def redeemed(self, token: str, user: int) -> Link | None:
        """What the link opens for `user`, once. None when it was used, is over, is another's or never was."""
        if not _TOKEN.fullmatch(token):
            return None
        for owner in (user, 0):
            found = await self._ground.records.take(_LINK, _key(token, owner))
            if found is not None and (found.expires_at or "") > self._ground.at:
                return Link(found.value["kind"], found.value["value"])
        return None

    def url(self, token: str) -> str:
        """The address that opens the private chat with this token."""
        return f"https://t.me/{self._ground.me.username}?start={token}"


def _key(token: str, user: int) -> str:
    return f"{address(user)}/{hashlib.sha256(token.encode()).hexdigest()[:32]}"


class Connections:
    """The groups whose settings an admin changes from private chat."""

    def __init__(self, ground: Ground, may: May) -> None:
        self._ground, self._may = ground, may

    async def connect(self, user: int, chat: int) -> bool:
        """Connect a group, if the person may change it now."""
        if not await self._may(chat, Sender(user)):
            return False
        await changed(
            self._ground,
            _CONNECTION,
            _link(user, chat),
            lambda before: None if before.version else before,
        )
        return True

    async def listed(self, user: int) -> list[int]:
        """The connected groups that the person may change now. Where they are no admin any more the connection
        is gone."""
        found = await self._ground.records.find(_CONNECTION, f"{address(user)}/")
        chats = [int(each.key.rpartition("/")[2]) for each in found]
        return [chat for chat in chats if await self.allowed(user, chat)]

    async def allowed(self, user: int, chat: int) -> bool:
        """Whether the person may use this connection now; to be asked at each use."""
        if await self._ground.records.get(_CONNECTION, _link(user, chat)) is None:
            return False
        if await self._may(chat, Sender(user)):
            return True
        if await self._demoted(user, chat):
            await self.disconnect(user, chat)
        return False

    async def _demoted(self, user: int, chat: int) -> bool:
        """No admin for certain: when Telegram cannot be asked, nothing is allowed and nothing is unlinked."""
        try:
            return (await self._ground.chats.member(chat, user)).status not in ADMIN
        except ChatError:
            return False

    async def disconnect(self, user: int, chat: int) -> None:
        """Undo a connection; one that is not there is fine."""
        await self._ground.records.take(_CONNECTION, _link(user, chat))

    async def drop(self, chat: int) -> None:
        """Undo every connection to a group."""
        for each in await self._of(chat):
            await self._ground.records.take(_CONNECTION, each.key)

    async def follow(self, old: int, new: int) -> None:
        """Connections to a group that has a new id."""
        for each in await self._of(old):
            user = each.key.rpartition("/")[0]
            await changed(
                self._ground,
                _CONNECTION,
                f"{user}/{new}",
                lambda before: None if before.version else before,
            )
            await self._ground.records.take(_CONNECTION, each.key)

    async def _of(self, chat: int) -> list[Record]:
        found = await self._ground.records.find(_CONNECTION, PREFIX)
        return [each for each in found if each.key.endswith(f"/{chat}")]


def _link(user: int, chat: int) -> str:
    return f"{address(user)}/{chat}"
