"""A Telegram of members and recorded calls, which can be told to fail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.channels.telegram.chats import ChatError, ChatFacts, Member, Rejected
from bot.channels.telegram.posts import Key, Post

__all__ = ["FakeChats"]


@dataclass
class FakeChats:
    """`members` by (chat, user), `known` chats by id, `files` by id; every call is written down. `failing` maps
    a method's name to the error that it raises."""

    members: dict[tuple[int, int], Member] = field(default_factory=dict)
    known: dict[int, ChatFacts] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    failing: dict[str, ChatError] = field(default_factory=dict)
    edits: list[tuple[int, int, Post]] = field(default_factory=list)
    keys: list[tuple[int, int, Sequence[Sequence[Key]]]] = field(default_factory=list)
    deleted: list[tuple[int, int]] = field(default_factory=list)
    answers: list[tuple[str, str, bool]] = field(default_factory=list)
    left: list[int] = field(default_factory=list)
    asked: list[tuple[int, int]] = field(default_factory=list)

    def enter(self, chat: int, user: int, status: str = "member", *rights: str) -> None:
        """Somebody is in a chat now, with this status and these rights."""
        self.members[chat, user] = Member(user, status, frozenset(rights))

    def _fail(self, method: str) -> None:
        if method in self.failing:
            raise self.failing[method]

    async def member(self, chat: int, user: int) -> Member:
        self.asked.append((chat, user))
        self._fail("member")
        return self.members.get((chat, user), Member(user, "left"))

    async def facts(self, chat: int) -> ChatFacts:
        self._fail("facts")
        if chat not in self.known:
            raise Rejected("chat not found")
        return self.known[chat]

    async def edit(self, chat: int, message: int, post: Post) -> None:
        self._fail("edit")
        self.edits.append((chat, message, post))

    async def edit_keys(self, chat: int, message: int, keys: Sequence[Sequence[Key]] = ()) -> None:
        self._fail("edit_keys")
        self.keys.append((chat, message, keys))

    async def delete(self, chat: int, message: int) -> None:
        self._fail("delete")
        self.deleted.append((chat, message))

    async def answer(self, query: str, text: str = "", *, alert: bool = False) -> None:
        self._fail("answer")
        self.answers.append((query, text, alert))

    async def leave(self, chat: int) -> None:
        self._fail("leave")
        self.left.append(chat)

    async def download(self, file: str, limit: int) -> bytes:
        self._fail("download")
        if len(self.files[file]) > limit:
            raise Rejected("file is too big")
        return self.files[file]
