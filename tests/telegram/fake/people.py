"""The test's hands: people, groups and other bots that do things. Each call is done at once; the bot is told of it.

ann = fake.user("甲", language="zh")
ann.start("payload")                      presses start, as a deep link does
ann.send("退款不到账")
answer = await ann.next()                 the bot's next message here that was not read yet
await ann.press("好", answer).answered()  presses a button; waits for the toast
group.say(ann, "@bot 你好", thread=topic)
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from tests.telegram.fake.accounts import Account
from tests.telegram.fake.chats import Chat, Message
from tests.telegram.fake.formatting import found
from tests.telegram.fake.world import Query, World

if TYPE_CHECKING:
    from tests.telegram.fake.groups import Group

__all__ = ["Place", "Press", "User", "attachment", "said"]

Wait = Callable[..., Awaitable[Any]]


def said(text: str) -> dict[str, Any]:
    """The content of a message that somebody types."""
    entities = found(text)
    return {"text": text, "entities": entities} if entities else {"text": text}


def attachment(
    world: World, kind: str, body: bytes, name: str, mime: str, caption: str
) -> dict[str, Any]:
    """The content of a message with a file: a document, photo, voice or sticker."""
    file = world.store(name, mime, body, folder=f"{kind}s")
    about = file.json()
    if kind == "photo":
        size = {key: about[key] for key in ("file_id", "file_unique_id", "file_size")}
        content: dict[str, Any] = {"photo": [size | {"width": 800, "height": 600}]}
    elif kind == "voice":
        content = {"voice": about | {"duration": 3}}
    elif kind == "sticker":
        extra = {"type": "regular", "width": 512, "height": 512}
        content = {"sticker": about | extra | {"is_animated": False, "is_video": False}}
    else:
        content = {"document": about}
    if caption:
        content["caption"] = caption
        if entities := found(caption):
            content["caption_entities"] = entities
    return content


class Place:
    """A chat as a test watches it. `messages` is all that was said, `shown` what the bot says there now."""

    def __init__(self, world: World, chat: Chat, wait: Wait) -> None:
        self._world = world
        self.chat = chat
        self._wait = wait
        self._read = 0

    @property
    def id(self) -> int:
        return self.chat.id

    @property
    def messages(self) -> list[Message]:
        return self.chat.messages

    @property
    def shown(self) -> list[Message]:
        return self.chat.shown

    @property
    def last(self) -> Message:
        """The newest message of the bot that can be seen. IndexError when there is none."""
        return self.shown[-1]

    async def next(self, within: float = 3.0, *, holding: str = "") -> Message:
        """The bot's next message here that was not read yet, also when it is gone again; with `holding`, those
        without this text are passed over. AssertionError after `within` seconds."""

        def unread(_: object = None) -> Message | None:
            sent = [each for each in self.messages if each.ours]
            for at, message in enumerate(sent[self._read :], self._read + 1):
                if holding in message.text:
                    self._read = at
                    return message
            return None

        message: Message = await self._wait(unread, within, what=f"a message in {self.id}")
        return message

    async def becomes(self, message: Message, holding: str, within: float = 3.0) -> Message:
        """A message of the bot, when it has this text or a button whose label has it."""

        def has(_: object = None) -> bool:
            return any(holding in each for each in (message.text, *message.labels))

        await self._wait(has, within, what=f"{holding!r} in a message of {self.id}")
        return message

    async def gone(self, message: Message, within: float = 3.0) -> None:
        """When a message has been deleted."""
        await self._wait(lambda _: message.deleted, within, what="deletion of a message")

    @property
    def unread(self) -> list[Message]:
        """The bot's messages that `next` has not given yet."""
        return [each for each in self.messages if each.ours][self._read :]

    def skip(self) -> None:
        """Take everything so far as read."""
        self._read = sum(each.ours for each in self.messages)


@dataclass(slots=True)
class Press:
    """A pressed button. `copied` is what a copy button put in the clipboard, `opened` the address of a link."""

    query: Query | None = None
    copied: str | None = None
    opened: str | None = None
    wait: Wait | None = None

    async def answered(self, within: float = 3.0) -> Query:
        """The answer to the press, when it has come: its `text` and whether it is an `alert`."""
        assert self.query is not None, "only a button with data is answered"
        assert self.wait is not None
        query = self.query
        await self.wait(lambda _: query.answered, within, what="an answer to a press")
        return query


class User(Place):
    """A person, and their chat with the bot. `account` is their state; `id` is both theirs and the chat's."""

    def __init__(self, world: World, account: Account, wait: Wait) -> None:
        super().__init__(world, world.chats[account.id], wait)
        self.account = account

    @property
    def name(self) -> str:
        return self.account.name

    def start(self, payload: str = "") -> Message:
        """Press start, for the first time or through a deep link; unblocks the bot."""
        if self.account.blocked:
            self.unblock()
        self.account.started = True
        return self._say(said(f"/start {payload}".rstrip()))

    def send(
        self, text: str, *, reply_to: Message | None = None, forwarded: str | None = None
    ) -> Message:
        """Say something in the chat with the bot; `forwarded` names whom it is forwarded from."""
        self.account.started = True
        return self._say(said(text), reply_to, forwarded)

    async def ask(self, text: str, within: float = 3.0) -> Message:
        """Send, and wait for the bot's next message."""
        self.skip()
        self.send(text)
        return await self.next(within)

    def document(
        self, name: str, body: bytes, *, mime: str = "application/json", caption: str = ""
    ) -> Message:
        return self._say(attachment(self._world, "document", body, name, mime, caption))

    def photo(self, body: bytes = b"\x89PNG", *, caption: str = "") -> Message:
        return self._say(attachment(self._world, "photo", body, "", "image/jpeg", caption))

    def attach(self, kind: str, body: bytes = b"..", *, mime: str = "audio/ogg") -> Message:
        """Send a voice or a sticker."""
        return self._say(attachment(self._world, kind, body, kind, mime, ""))

    def edit(self, message: Message, text: str) -> None:
        """Say it differently, anywhere."""
        self._world.edit(message, said(text))

    def delete(self, message: Message) -> None:
        """Take a message away; bots are not told."""
        self._world.delete(message)

    def press(
        self, button: str, message: Message | None = None, *, accessible: bool = True
    ) -> Press:
        """Press a button by its label, its data or a part of its label: on `message`, else on the newest message of
        the bot in the own chat that has it. `accessible=False`: Telegram shows the bot only the message's id."""
        message = message or self._with(button)
        pressed = message.button(button)
        if copy := pressed.get("copy_text"):
            return Press(copied=copy["text"])
        if url := pressed.get("url"):
            self._follow(url)
            return Press(opened=url)
        data = pressed["callback_data"]
        query = self._world.press(self.account, message, data, accessible=accessible)
        return Press(query, wait=self._wait)

    def forge(self, data: str, message: Message) -> Press:
        """Press with any data, as a modified client can."""
        return Press(self._world.press(self.account, message, data), wait=self._wait)

    def block(self) -> None:
        self._world.blocked(self.account, blocked=True)

    def unblock(self) -> None:
        self._world.blocked(self.account, blocked=False)

    def deactivate(self) -> None:
        """Delete the account."""
        self.account.deactivated = True

    def share_chat(self, group: Group, request: int) -> Message:
        """Pick a group for a button that asks for one."""
        return self._say({"chat_shared": {"request_id": request, "chat_id": group.id}})

    def _say(
        self,
        content: dict[str, Any],
        reply_to: Message | None = None,
        forwarded: str | None = None,
    ) -> Message:
        assert not self.account.blocked, "who has blocked the bot cannot write to it"
        more: dict[str, Any] = {}
        if forwarded:
            origin = {"type": "hidden_user", "sender_user_name": forwarded}
            more = {"forward_origin": origin | {"date": int(self._world.now())}}
        return self._world.say(self.chat, self.account, content, reply_to=reply_to, more=more)

    def _with(self, button: str) -> Message:
        for message in reversed(self.shown):
            try:
                message.button(button)
            except LookupError:
                continue
            return message
        labels = [message.labels for message in self.shown[-3:]]
        raise LookupError(f"no button {button!r} is shown to {self.name}; the last are {labels}")

    def _follow(self, url: str) -> None:
        """A link to the bot itself presses start."""
        parts = urlsplit(url)
        mine = parts.path.strip("/").lower() == (self._world.me.username or "").lower()
        if parts.netloc in {"t.me", "telegram.me"} and mine:
            payload = parse_qs(parts.query, keep_blank_values=True)
            if "startgroup" not in payload:
                self.start(payload.get("start", [""])[0])
