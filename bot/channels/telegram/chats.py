"""Telegram as the layers above see it: one Protocol that the gateway fulfils, and the errors it may raise.

Messages are not sent here: what is to be said is returned as posts and goes through the outbox. These are the
calls whose loss costs nothing or whose answer is needed at once. They raise ChatError, never a library's error.

    ChatError ─ Rejected   400: this call will never succeed as it is
              ├ Blocked    403: the bot may not talk to them
              ├ Later      429: not before `after` seconds
              ├ Migrated   the group has the id `new` now
              ├ Unsent     the call did not reach Telegram or was turned away: it may be made again
              └ Uncertain  it may have been done, and nobody knows
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from bot.channels.telegram.posts import Key, Post
from bot.core.errors import ZhenrenError

__all__ = [
    "Blocked",
    "ChatError",
    "ChatFacts",
    "Chats",
    "Later",
    "Member",
    "Migrated",
    "Rejected",
    "Uncertain",
    "Unsent",
    "answered",
]

log = logging.getLogger(__name__)


class ChatError(ZhenrenError):
    """A call to Telegram has failed. The message is Telegram's own and holds nothing personal."""


class Rejected(ChatError):
    """400: the call makes no sense to Telegram as it is."""


class Blocked(ChatError):
    """403: blocked, never started, removed or deactivated."""


class Unsent(ChatError):
    """The call was not carried out: no connection, or turned away with a server error."""


class Uncertain(ChatError):
    """The call was sent and no answer came: nobody knows whether it was carried out."""


class Later(ChatError):
    """429: not before `after` seconds."""

    def __init__(self, after: float) -> None:
        self.after = after
        super().__init__(f"not before {after:.0f} s")


class Migrated(ChatError):
    """The group is a supergroup now, under the id `new`."""

    def __init__(self, new: int) -> None:
        self.new = new
        super().__init__("the group has a new id")


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in a chat: the Bot API's status and the `can_…` rights that are true (a creator has them all)."""

    id: int
    status: str
    rights: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class ChatFacts:
    """What getChat tells of a group."""

    id: int
    kind: str
    title: str = ""
    forum: bool = False


class Chats(Protocol):
    """Telegram, as the groups see it."""

    async def member(self, chat: int, user: int) -> Member: ...

    async def facts(self, chat: int) -> ChatFacts: ...

    async def edit(self, chat: int, message: int, post: Post) -> None:
        """Replace text and buttons of one of the bot's messages; the same content again is fine."""

    async def edit_keys(
        self, chat: int, message: int, keys: Sequence[Sequence[Key]] = ()
    ) -> None: ...

    async def delete(self, chat: int, message: int) -> None: ...

    async def answer(self, query: str, text: str = "", *, alert: bool = False) -> None:
        """Answer a press, at most 200 characters; one that is too late is no error."""

    async def leave(self, chat: int) -> None: ...

    async def download(self, file: str, limit: int) -> bytes:
        """A file that somebody sent; ChatError when it is larger than `limit` bytes."""


async def answered(chats: Chats, query: str, text: str = "", *, alert: bool = False) -> None:
    """Answer a press as well as can be. When it is too late or Telegram is away, what was done stands all the same."""
    try:
        await chats.answer(query, text, alert=alert)
    except ChatError as error:
        log.info("a press could not be answered (%s)", type(error).__name__)
