"""A group with two admins and a member, and hands that press the buttons of posts as Telegram would report it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.channels.telegram.chats import ChatFacts
from bot.channels.telegram.events import Chat, Me, Press, Sender
from bot.channels.telegram.posts import Key, Post
from bot.channels.telegram.signing import Signed, Signer
from bot.groups.audit import Audit
from bot.groups.ground import Book, Ground
from bot.groups.panel import Panel
from bot.groups.permissions import Permissions
from bot.groups.settings_rules import Checks
from bot.groups.transfer import Transfer
from bot.store.memory import MemoryStore
from bot.store.records import Records
from tests.groups.chats import FakeChats

__all__ = ["ADMIN", "GROUP", "HIDDEN", "MEMBER", "OTHER", "OWNER", "WEAK", "Office", "keys_of"]

GROUP = -1001234567890
OWNER = Sender(7_000_000_001)
ADMIN = Sender(7_000_000_002)
OTHER = Sender(7_000_000_003)
WEAK = Sender(7_000_000_004)
"""An admin who may not change the group's info."""
MEMBER = Sender(7_000_000_005)
HIDDEN = Sender(1087968824, "anonymous")


def keys_of(post: Post) -> Iterator[Key]:
    return (key for row in post.keys for key in row)


def _members() -> FakeChats:
    chats = FakeChats(known={GROUP: ChatFacts(GROUP, "supergroup", "互助 <b>&", forum=True)})
    chats.enter(GROUP, OWNER.id, "creator")
    chats.enter(GROUP, ADMIN.id, "administrator", "can_change_info")
    chats.enter(GROUP, OTHER.id, "administrator", "can_change_info", "can_delete_messages")
    chats.enter(GROUP, WEAK.id, "administrator", "can_delete_messages")
    chats.enter(GROUP, MEMBER.id, "member")
    return chats


@dataclass
class Office:
    """Everything that admins work with; `at` is the time."""

    records: Records = field(default_factory=lambda: MemoryStore().records)
    chats: FakeChats = field(default_factory=_members)
    at: datetime = datetime(2026, 11, 20, 12, tzinfo=UTC)
    checks: Checks = field(default_factory=Checks)

    def __post_init__(self) -> None:
        self.signer = Signer("123456:test")
        me = Me(42, "zhenren_bot")
        self.ground = Ground(self.records, self.chats, self.signer, me, lambda: self.at)
        self.book, self.permissions = Book(self.ground), Permissions(self.ground)
        self.audit = Audit(self.ground)
        parts = self.ground, self.book, self.permissions, self.audit, self.checks
        self.panel, self.transfer = Panel(*parts), Transfer(*parts)

    def wait(self, **passed: int) -> None:
        self.at += timedelta(**passed)

    def press(self, by: Sender, data: str, where: int = GROUP, thread: int | None = None) -> Press:
        chat = Chat(where, "private" if where > 0 else "supergroup")
        return Press(1, chat, by, "q", data, 77, thread)

    def read(self, press: Press) -> Signed:
        """What a router makes of a press; Refused when it is not ours."""
        return self.signer.read(press.data, press.chat.id, press.sender.id, self.ground.seconds)

    async def do(
        self, by: Sender, data: str, where: int = GROUP, thread: int | None = None
    ) -> list[Post]:
        """Press, whoever's panel it is for."""
        press = self.press(by, data, where, thread)
        signed = self.read(press)
        part = self.transfer.confirmed if signed.action == "imp" else self.panel.pressed
        return await part(press, signed)

    def button(self, code: str, value: str = "", *, by: Sender = ADMIN, handle: str = "") -> str:
        """A genuine button of the panel in the group."""
        until = self.ground.seconds + 600
        return self.signer.sign(GROUP, "set", f"{handle}/{code}/{value}", by.id, until)

    @property
    def shows(self) -> Post:
        """What the panel shows since the last press."""
        return self.chats.edits[-1][2]

    @property
    def toast(self) -> str:
        return self.chats.answers[-1][1]
