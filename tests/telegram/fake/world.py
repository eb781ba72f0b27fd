"""The world that the bot lives in: who is there, what was said, what the bot may see of it. No transport.

Everything that happens goes through `say`, `edit`, `change` or `press`, which also tell the bot what it would
be told. Ids are large, as they are today: they do not fit in 32 bits.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.telegram.fake.accounts import (
    ANONYMOUS,
    CHANNEL_FACE,
    TELEGRAM,
    Account,
    Member,
)
from tests.telegram.fake.chats import Chat, Edit, Message, Topic
from tests.telegram.fake.delivery import Updates
from tests.telegram.fake.privacy import sees

__all__ = ["Query", "Stored", "World"]

Json = dict[str, Any]


@dataclass(slots=True)
class Query:
    """A pressed button, and the answer to it: `text` is None until then."""

    id: str
    user: int
    time: float
    text: str | None = None
    alert: bool = False
    answered: bool = False


@dataclass(frozen=True, slots=True)
class Stored:
    """A file that somebody has sent; `path` is where it can be fetched."""

    file_id: str
    path: str
    name: str
    mime: str
    body: bytes

    def json(self) -> Json:
        """A Document of the Bot API."""
        return {
            "file_id": self.file_id,
            "file_unique_id": f"u{self.file_id}",
            "file_name": self.name,
            "mime_type": self.mime,
            "file_size": len(self.body),
        }


@dataclass(slots=True)
class Profile:
    """What the bot has told Telegram about itself."""

    commands: dict[tuple[str, str], list[Json]] = field(default_factory=dict)
    descriptions: dict[tuple[str, str], str] = field(default_factory=dict)


class World:
    """The state. `reads_all` is privacy mode off; `reads_bots` lets other bots' messages through; `sees_mentions`
    whether an @mention reaches the bot in privacy mode; `callback_seconds` how long a press can be answered."""

    def __init__(self, token: str, updates: Updates, *, name: str, username: str) -> None:
        self.updates = updates
        self.me = Account(int(token.partition(":")[0]), name, username, is_bot=True)
        self.reads_all = False
        self.reads_bots = False
        self.sees_mentions = True
        self.callback_seconds = 15.0
        self.profile = Profile()
        self.accounts = {each.id: each for each in (self.me, ANONYMOUS, CHANNEL_FACE, TELEGRAM)}
        self.chats: dict[int, Chat] = {}
        self.queries: dict[str, Query] = {}
        self.files: dict[str, Stored] = {}
        self.changed: Callable[[], None] = lambda: None
        self._ahead = 0.0
        self._people = itertools.count(5_000_000_001)
        self._groups = itertools.count(4_000_000_001)
        self._supergroups = itertools.count(1_002_000_000_001)
        self._common = itertools.count(101)
        self._numbers: dict[int, itertools.count[int]] = {}
        self._queries = itertools.count(7_700_000_000_001)

    # Time

    def now(self) -> float:
        """Unix seconds."""
        return time.time() + self._ahead

    def travel(self, seconds: float) -> None:
        """Let time pass for Telegram: messages and presses grow older."""
        self._ahead += seconds

    # Who and where

    def person(
        self, name: str, *, number: int | None = None, bot: bool = False, **more: Any
    ) -> Account:
        """A new account and, for a person, its chat with the bot."""
        account = Account(number or next(self._people), name, is_bot=bot, **more)
        self.accounts[account.id] = account
        if not bot:
            self.chats[account.id] = Chat(
                account.id, "private", name, username=account.username, person=account
            )
        return account

    def found(self, title: str, kind: str, number: int | None = None, **more: Any) -> Chat:
        """A new group, supergroup or channel, without anybody in it."""
        ids = self._groups if kind == "group" else self._supergroups
        chat = Chat(number or -next(ids), kind, title, **more)
        self.chats[chat.id] = chat
        return chat

    def chat(self, number: int) -> Chat:
        """A chat by its id. KeyError when there is none."""
        return self.chats[number]

    def member(self, chat: Chat, account: Account) -> Member:
        """What an account is in a group; who was never there has left."""
        return chat.members.get(account.id) or Member(account, "left")

    # What happens

    def number(self, chat: Chat) -> int:
        """The id of the next message: a supergroup counts its own, all other chats count together."""
        if chat.kind in {"supergroup", "channel"}:
            return next(self._numbers.setdefault(chat.id, itertools.count(1)))
        return next(self._common)

    def say(
        self,
        chat: Chat,
        sender: Account,
        content: Json,
        *,
        visible: bool | None = None,
        **more: Any,
    ) -> Message:
        """A message. It reaches the bot when the bot may see it, or as `visible` says."""
        message = Message(chat, self.number(chat), sender, self.now(), content, **more)
        chat.messages.append(message)
        if sender.is_bot and message.sender_chat is None:
            chat.last_bot = sender.id
        if not message.ours and (visible if visible is not None else sees(self, message)):
            kind = "channel_post" if chat.kind == "channel" else "message"
            self.updates.add(kind, message.json())
        self.changed()
        return message

    def edit(self, message: Message, content: Json, **more: Any) -> None:
        """A message says something else now; `more` are its other fields that change."""
        message.edits.append(Edit(self.now(), message.content, message.html, message.markup))
        message.content = content
        for name, value in more.items():
            setattr(message, name, value)
        if not message.ours and sees(self, message):
            self.updates.add("edited_message", message.json())
        self.changed()

    def delete(self, message: Message) -> None:
        message.deleted_at = self.now()
        self.changed()

    def change(
        self,
        chat: Chat,
        account: Account,
        status: str,
        *,
        by: Account,
        rights: frozenset[str] = frozenset(),
        anonymous: bool = False,
        inside: bool = True,
    ) -> None:
        """Somebody is something else in a chat now. The bot is told of itself, and as an admin of others."""
        old = self.member(chat, account)
        new = Member(account, status, rights, anonymous, inside)
        chat.members[account.id] = new
        mine = account.id == self.me.id
        if mine or self.member(chat, self.me).admin:
            self.updates.add(
                "my_chat_member" if mine else "chat_member",
                {
                    "chat": chat.json(),
                    "from": by.json(),
                    "date": int(self.now()),
                    "old_chat_member": old.json(),
                    "new_chat_member": new.json(),
                },
            )
        self.changed()

    def blocked(self, person: Account, *, blocked: bool) -> None:
        """A person blocks the bot, or lets it speak again."""
        chat = self.chats[person.id]
        chat.members.setdefault(self.me.id, Member(self.me))
        person.blocked = blocked
        self.change(chat, self.me, "kicked" if blocked else "member", by=person)

    def press(
        self, person: Account, message: Message, data: str, *, accessible: bool = True
    ) -> Query:
        """Callback data comes from a person, whatever the message's buttons say."""
        query = Query(str(next(self._queries)), person.id, self.now())
        self.queries[query.id] = query
        about = message.json()
        if not accessible:
            about = {"chat": message.chat.json(), "message_id": message.id, "date": 0}
        self.updates.add(
            "callback_query",
            {
                "id": query.id,
                "from": person.json(),
                "message": about,
                "chat_instance": str(abs(message.chat.id) * 7919),
                "data": data,
            },
        )
        return query

    # Files and topics

    def store(self, name: str, mime: str, body: bytes, folder: str = "documents") -> Stored:
        number = len(self.files)
        file = Stored(f"BQACfile{number}", f"{folder}/file_{number}", name, mime, body)
        self.files[file.file_id] = file
        return file

    def open_topic(self, chat: Chat, name: str, by: Account) -> Topic:
        """A new topic in a forum."""
        content = {"forum_topic_created": {"name": name, "icon_color": 7322096}}
        message = self.say(chat, by, content, visible=False)
        message.thread, message.in_topic = message.id, True
        topic = chat.topics[message.id] = Topic(message.id, name)
        if sees(self, message):
            self.updates.add("message", message.json())
        return topic

    def migrate(self, chat: Chat, by: Account, *, membership: bool = False) -> Chat:
        """A group becomes a supergroup: a new id, and a service message in both. With `membership`, the bot is also
        told that it left the one and joined the other."""
        new = self.found(chat.title, "supergroup", permissions=chat.permissions)
        new.members = dict(chat.members)
        chat.migrated_to = new.id
        self.say(chat, by, {"migrate_to_chat_id": new.id})
        self.say(new, ANONYMOUS, {"migrate_from_chat_id": chat.id}, sender_chat=new)
        if membership:
            self.change(chat, self.me, "left", by=by)
            mine = new.members.pop(self.me.id)
            self.change(new, self.me, mine.status, by=by, rights=mine.rights)
        return new
