"""Chats and what was said in them. Nothing is thrown away: a deleted message keeps what it said, an edited one
what it said before, so that a test can look at a conversation afterwards or draw it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.telegram.fake.accounts import SEND_RIGHTS, Account, Member

__all__ = ["Chat", "Edit", "Message", "Topic"]


@dataclass(slots=True)
class Topic:
    """A topic of a forum; its id is that of the service message that opened it."""

    id: int
    name: str
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Edit:
    """What a message was until it was edited, at `time` (unix seconds)."""

    time: float
    content: dict[str, Any]
    html: str | None
    markup: dict[str, Any] | None


@dataclass(slots=True)
class Message:
    """A message. `content` is the part of its JSON that says something; `html` is what a bot sent it as;
    `markup` its reply_markup; `ours` whether the bot under test has sent it."""

    chat: Chat
    id: int
    sender: Account
    time: float
    content: dict[str, Any]
    ours: bool = False
    html: str | None = None
    markup: dict[str, Any] | None = None
    thread: int | None = None
    in_topic: bool = False
    reply_to: Message | None = None
    sender_chat: Chat | None = None
    more: dict[str, Any] = field(default_factory=dict)
    silent: bool = False
    only_for: int | None = None
    preview: bool = True
    file: bytes | None = None
    edits: list[Edit] = field(default_factory=list)
    deleted_at: float | None = None
    pinned: bool = False
    reaction: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """What it says now, as plain text: a text or a caption."""
        said: str = self.content.get("text") or self.content.get("caption") or ""
        return said

    @property
    def deleted(self) -> bool:
        return self.deleted_at is not None

    @property
    def edited(self) -> bool:
        return bool(self.edits)

    @property
    def service(self) -> bool:
        """Whether it says only that something has happened in the chat."""
        return not self.content.keys() & {
            "text",
            "caption",
            "document",
            "photo",
            "voice",
            "sticker",
        }

    @property
    def keyboard(self) -> list[list[dict[str, Any]]]:
        """The rows of inline buttons, as sent."""
        rows: list[list[dict[str, Any]]] = (self.markup or {}).get("inline_keyboard", [])
        return rows

    @property
    def labels(self) -> list[str]:
        """What is written on the inline buttons, row by row."""
        return [button["text"] for row in self.keyboard for button in row]

    def button(self, name: str) -> dict[str, Any]:
        """The inline button with this label, else with this data, else whose label holds `name`."""
        buttons = [button for row in self.keyboard for button in row]
        for fits in (
            lambda each: each["text"] == name,
            lambda each: each.get("callback_data") == name,
            lambda each: name in each["text"],
        ):
            for button in buttons:
                if fits(button):
                    return button
        raise LookupError(f"no button {name!r}, only {self.labels}")

    def json(self, *, nested: bool = False) -> dict[str, Any]:
        """A Message of the Bot API; a nested one does not tell what it answers."""
        data: dict[str, Any] = {
            "message_id": self.id,
            "date": int(self.time),
            "chat": self.chat.json(),
            "from": self.sender.json(),
        }
        if self.sender_chat:
            data["sender_chat"] = self.sender_chat.json()
        if self.thread:
            data["message_thread_id"] = self.thread
        if self.in_topic:
            data["is_topic_message"] = True
        if self.reply_to and not nested:
            data["reply_to_message"] = self.reply_to.json(nested=True)
        if self.edits:
            data["edit_date"] = int(self.edits[-1].time)
        if self.keyboard:
            data["reply_markup"] = self.markup
        return data | self.more | self.content


@dataclass(slots=True)
class Chat:
    """`kind` is private, group, supergroup or channel. `permissions` is what plain members may do."""

    id: int
    kind: str
    title: str
    forum: bool = False
    username: str | None = None
    person: Account | None = None
    members: dict[int, Member] = field(default_factory=dict)
    topics: dict[int, Topic] = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)
    permissions: frozenset[str] = frozenset(SEND_RIGHTS)
    migrated_to: int | None = None
    hidden_members: bool = False
    last_bot: int | None = None
    actions: list[tuple[float, str, int | None]] = field(default_factory=list)
    drafts: list[tuple[float, int, str]] = field(default_factory=list)

    @property
    def private(self) -> bool:
        return self.kind == "private"

    def json(self) -> dict[str, Any]:
        """A Chat of the Bot API."""
        data: dict[str, Any] = {"id": self.id, "type": self.kind}
        data |= {"first_name": self.title} if self.private else {"title": self.title}
        if self.username:
            data["username"] = self.username
        if self.forum:
            data["is_forum"] = True
        return data

    def full(self) -> dict[str, Any]:
        """What getChat tells."""
        data = self.json() | {
            "accent_color_id": 0,
            "max_reaction_count": 11,
            "accepted_gift_types": dict.fromkeys(
                (
                    "unlimited_gifts",
                    "limited_gifts",
                    "unique_gifts",
                    "premium_subscription",
                    "gifts_from_channels",
                ),
                False,
            ),
        }
        if not self.private:
            data["permissions"] = {right: right in self.permissions for right in SEND_RIGHTS}
        return data

    def message(self, number: int) -> Message | None:
        """The message with this id, if it is still there."""
        for message in reversed(self.messages):
            if message.id == number:
                return None if message.deleted else message
        return None

    @property
    def shown(self) -> list[Message]:
        """The bot's messages that can be seen now, oldest first."""
        return [each for each in self.messages if each.ours and not each.deleted]
