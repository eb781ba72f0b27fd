"""What the admins of a group say in it: settings, self-check, audit log, export and import, desk, wording.

Whether somebody is an admin is asked of Telegram each time. Who hides as the group may read; to change something
they show themselves by a button or do it from private chat.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from html import escape

from bot.channels.telegram.chats import ChatError, answered
from bot.channels.telegram.events import Message, Press, Sender
from bot.channels.telegram.posts import Key, Post
from bot.groups.offices import Offices
from bot.groups.overlay import PLACES
from bot.groups.permissions import is_hidden_admin
from bot.groups.settings import Settings

__all__ = ["COMMANDS", "IMPORT_LIMIT", "Admins"]

COMMANDS = frozenset(
    {"settings", "check", "audit", "export", "import", "connect", "desk", "text"}
    | {"block", "unblock"}
)
"""The commands that are admins' alone; of `/faq` it is theirs to write entries."""

IMPORT_LIMIT = 64 * 1024
"""Bytes of a settings file that is looked at."""

_PASSING = 60
_CONNECT_MINUTES = 10
_READERS = "这条命令只有管理员能用。"
_NO_PANEL = "设置只有这个群的管理员能看。"
_CHANGERS = "要有「修改群信息」权限的管理员才能改。匿名的话，先关掉匿名再发一次。"
_CONNECT = "点下面的按钮，到私聊里改这个群的设置。链接 10 分钟内有效，只有你能用。"
_CONNECT_KEY = "到私聊里设置"
_HIDDEN = "匿名的时候我认不出你。先关掉匿名，再发一次 /connect。"
_IMPORT = "把导出的 .json 文件发到群里，配文写 /import；或者在私聊里发给我。"
_TOO_LARGE = "这个文件太大或者下载不了。要的是导出的群设置，不到 64 KB。"
_DESK = "以后求助卡发到这里。要收起来，发 /desk off。"
_NO_DESK = "志愿者台收起来了。"
_TEXT = "写成 /text 位置 = 内容；内容空着就恢复原样。位置有：{places}。"
_TEXT_DONE = "换好了。"
_WELCOME_DONE = "换好了。我是管理员时才看得到有人进群；给个管理员身份就行，一项权限都不用勾。"
_WHOM = "回复那个人的一条消息发 /{command}，或者写成 /{command} 编号（数字 ID）。"
_ID = 16
_EQUALS = re.compile("[=＝]")


@dataclass(frozen=True, slots=True)
class Admins:
    """Answers admins in their group."""

    offices: Offices

    async def commanded(
        self, message: Message, settings: Settings, *, silent: bool = False
    ) -> list[Post]:
        """A command of admins, said by anybody. Who may not is told so, as often as members are answered; with
        `silent` not even that."""
        commands: Mapping[str, tuple[bool, Callable[[Message], Awaitable[list[Post]]]]] = {
            "settings": (False, self._settings),
            "check": (False, self._check),
            "audit": (False, self._audit),
            "export": (False, self._export),
            "import": (True, self._import),
            "connect": (not is_hidden_admin(message.sender), self._connect),
            "desk": (True, self._desk),
            "text": (True, self._text),
            "block": (True, self._block),
            "unblock": (True, self._unblock),
            "faq": (not is_hidden_admin(message.sender), self._faq),
        }
        changes, command = commands[message.command or ""]
        refusal = await self._refusal(message, changes=changes)
        if not refusal:
            return await command(message)
        if silent and not await self._reads(message):
            return []
        now = self.offices.ground.now().timestamp()
        verdict = self.offices.budgets.ask(message.chat.id, message.sender.id, settings, now)
        return [self._passing(message, refusal)] if verdict.allowed else []

    async def opened(self, press: Press) -> list[Post]:
        """「设置」 on the card of a new group was pressed. Who is no admin is told so alone: anybody can press, as
        often as they like."""
        chat, sender = press.chat.id, press.sender
        may = await self.offices.permissions.may_read(chat, sender)
        toast = "" if may else _NO_PANEL
        await answered(self.offices.ground.chats, press.query, toast, alert=not may)
        return [await self.offices.panel.opened(chat, sender, chat, press.thread)] if may else []

    async def _refusal(self, message: Message, *, changes: bool) -> str:
        """Why somebody may not, or an empty text."""
        if changes:
            may = await self.offices.permissions.may_change(message.chat.id, message.sender)
            return "" if may else _CHANGERS
        return "" if await self._reads(message) else _READERS

    async def _reads(self, message: Message) -> bool:
        sender = message.sender
        return is_hidden_admin(sender) or await self.offices.permissions.may_read(
            message.chat.id, sender
        )

    async def _settings(self, message: Message) -> list[Post]:
        chat = message.chat.id
        return [await self.offices.panel.opened(chat, message.sender, chat, message.thread)]

    async def _faq(self, message: Message) -> list[Post]:
        chat = message.chat.id
        return await self.offices.panel.faq_command(
            chat, message.sender, message.text, chat, message.thread
        )

    async def _check(self, message: Message) -> list[Post]:
        return [await self.offices.selfcheck.checked(message)]

    async def _audit(self, message: Message) -> list[Post]:
        number = int(message.text) if message.text.isdecimal() else 1
        return [await self.offices.audit.page(message.chat.id, number, message.address)]

    async def _export(self, message: Message) -> list[Post]:
        return [Post(message.address, "", file=f"settings:{message.chat.id}")]

    async def _import(self, message: Message) -> list[Post]:
        return [await self.offered(message, message.chat.id)]

    async def offered(self, message: Message, chat: int) -> Post:
        """What the attached file would change in the settings of `chat`."""
        if message.file is None:
            return Post(message.address, _IMPORT)
        try:
            data = await self.offices.ground.chats.download(message.file, IMPORT_LIMIT)
        except ChatError:
            return Post(message.address, _TOO_LARGE)
        where, thread = message.chat.id, message.thread
        return await self.offices.transfer.offered(chat, message.sender, data, where, thread)

    async def _connect(self, message: Message) -> list[Post]:
        if is_hidden_admin(message.sender):
            return [self._passing(message, _HIDDEN)]
        links = self.offices.links
        token = await links.made(
            "connect",
            str(message.chat.id),
            user=message.sender.id,
            minutes=_CONNECT_MINUTES,
        )
        keys = ((Key(_CONNECT_KEY, "url", links.url(token)),),)
        return [Post(message.address, _CONNECT, keys, message.id, _CONNECT_MINUTES * 60)]

    async def _desk(self, message: Message) -> list[Post]:
        off = message.text.strip().lower() in ("off", "关", "关闭")
        desk = "" if off else message.address
        return await self._changed(
            message, _NO_DESK if off else _DESK, lambda now: now.with_(desk=desk)
        )

    async def _text(self, message: Message) -> list[Post]:
        """`/text place = words`: a wording of the group's own, checked before it is used."""
        name, *rest = (part.strip() for part in _EQUALS.split(message.text, maxsplit=1))
        place = next((key for key, each in PLACES.items() if name in (key, each.title)), None)
        if place is None or not rest:
            titles = "、".join(each.title for each in PLACES.values())
            return [self._passing(message, _TEXT.format(places=titles))]
        words = rest[0]
        if words and (problems := self.offices.rules.problems({place: words})):
            return [self._passing(message, escape("\n".join(problems), quote=False))]
        said = _WELCOME_DONE if place == "welcome" and words else _TEXT_DONE
        return await self._changed(message, said, lambda now: _reworded(now, place, words))

    async def _block(self, message: Message) -> list[Post]:
        return await self._listed(message, self.offices.people.block)

    async def _unblock(self, message: Message) -> list[Post]:
        return await self._listed(message, self.offices.people.unblock)

    async def _listed(
        self,
        message: Message,
        change: Callable[[int, Sender, int, int | None], Awaitable[list[Post]]],
    ) -> list[Post]:
        """`/block` and `/unblock`, said in answer to somebody or with their id."""
        # In a topic, what answers nobody answers the topic's first message.
        answers = message.thread is None or message.reply_to != message.thread
        number = message.text.strip() or str(message.replied if answers and message.replied else "")
        if not (number.isascii() and number.isdigit() and len(number) <= _ID):
            return [self._passing(message, _WHOM.format(command=message.command))]
        return await change(message.chat.id, message.sender, int(number), message.thread)

    async def _changed(
        self, message: Message, said: str, change: Callable[[Settings], Settings]
    ) -> list[Post]:
        chat = message.chat.id
        before, after = await self.offices.book.replace(chat, change)
        told = await self.offices.audit.changed(chat, message.sender.id, before, after)
        return [self._passing(message, said), *told]

    def _passing(self, message: Message, text: str) -> Post:
        return Post(message.address, text, (), message.id, _PASSING)


def _reworded(settings: Settings, place: str, words: str) -> Settings:
    """The settings with other words in a place; the welcome is a setting of its own, so that the panel shows it."""
    texts = {name: text for name, text in settings.texts.items() if name != place}
    if place == "welcome":
        return settings.with_(texts=texts, welcome=words)
    return settings.with_(texts={**texts, place: words} if words else texts)
