"""A group's world for tests: real records in memory, a Telegram of members, and a clock that a test moves."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.channels.telegram.events import Chat, Me, Membership, Message, Press, Sender
from bot.channels.telegram.posts import Key, Post
from bot.channels.telegram.signing import Signed, Signer
from bot.groups.ground import Book, Ground
from bot.store.memory import MemoryStore
from tests.groups.chats import FakeChats

__all__ = ["ADMIN", "BOT", "GROUP", "MEMBER", "OWNER", "Stage", "keys"]

BOT, OWNER, ADMIN, MEMBER = 999, 7, 11, 42
GROUP = -1001234567890


class Stage:
    """It is Friday, 2026-11-20, 10:00 in Shanghai."""

    def __init__(self, *, reads_all: bool = False) -> None:
        self.store = MemoryStore()
        self.records = self.store.records
        self.chats = FakeChats()
        self.now = datetime(2026, 11, 20, 2, tzinfo=UTC)
        me = Me(BOT, "zhenren_bot", "真人", reads_all)
        signer = Signer("123456:stage")
        self.ground = Ground(
            self.records, self.chats, signer, me, lambda: self.now, frozenset({OWNER})
        )
        self.book = Book(self.ground)

    def wait(self, **span: float) -> None:
        """Let time pass."""
        self.now += timedelta(**span)

    @property
    def seconds(self) -> int:
        return int(self.now.timestamp())

    def press(self, user: int, key: Key, chat: int, message: int = 5) -> tuple[Press, Signed]:
        """Somebody presses a button that is in `chat`: as the router reads it."""
        where = Chat(chat, "private" if chat > 0 else "supergroup")
        press = Press(1, where, Sender(user), f"query-{user}", key.value, message)
        return press, self.ground.signer.read(key.value, chat, user, self.seconds)

    def message(self, chat: int, user: int, text: str = "", **more: object) -> Message:
        where = Chat(chat, "private" if chat > 0 else "supergroup")
        plain = Message(1, where, Sender(user), 77, self.seconds, text)
        return replace(plain, **more)  # type: ignore[arg-type]  # a test names fields that exist

    def membership(
        self, was: str, now: str, *, chat: int = GROUP, by: int = ADMIN, kind: str = "supergroup"
    ) -> Membership:
        """The bot's own status in a chat changes."""
        where = Chat(chat, kind, "吐槽 <b>群</b>")
        return Membership(1, where, Sender(by), BOT, True, was, now, self.seconds)


def keys(post: Post) -> dict[str, Key]:
    """A post's buttons by label."""
    return {key.label: key for row in post.keys for key in row}
