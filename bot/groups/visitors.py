"""What comes from private chats and is about groups: links out of a group, connected settings, owners, volunteers.

A group is named in private chat only to those whom Telegram calls its admins at that moment.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from html import escape

from bot.cases.zones import local_time
from bot.channels.telegram.chats import ChatError, answered
from bot.channels.telegram.events import Message, Press
from bot.channels.telegram.posts import Key, Post
from bot.channels.telegram.signing import Signed
from bot.groups.admins import Admins
from bot.groups.offices import Offices
from bot.groups.standing import changed, later

__all__ = ["Opening", "Visitors"]

PICK = "pick"
"""The action of the buttons that choose a connected group."""

Summary = Callable[[str], Awaitable[str]]
"""What a person's case is about, in a few lines without anything that identifies them."""

_NOT_CONNECTED = "还没连上群。到群里发 /connect，点它给的按钮，就能在这里改群设置。"
_CONNECTED = "连上了。以后在这里发 /settings 也能改。"
_NOT_ADMIN = "连不上：你现在不是那个群能改设置的管理员。"
_PICK = "改哪个群？"
_WHICH = "你连着不止一个群。把文件发到要改的那个群里，配文写 /import。"
_NO_CASE = "先跟我说说遇到了什么事，再找志愿者。说完发 /volunteer。"
_NO_HOME = "从有志愿者的群里点「找志愿者搭把手」进来，才知道找谁。"
_HOME = "home"
_REMEMBERED = timedelta(days=30)
_NO_DESK = "那个群现在没有志愿者台。接着跟我说就行。"


@dataclass(frozen=True, slots=True)
class Opening:
    """What a link opens: a problem that is known already (or ""), or posts that say it all."""

    issue: str = ""
    posts: tuple[Post, ...] = ()


@dataclass(frozen=True, slots=True)
class Visitors:
    """Answers in private chat. `summary` tells what a volunteer would see."""

    offices: Offices
    summary: Summary

    async def said(self, message: Message) -> list[Post] | None:
        """A message in private chat; None when it is not about groups."""
        commands: Mapping[str, Callable[[Message], Awaitable[list[Post] | None]]] = {
            "settings": self._settings,
            "connect": self._settings,
            "import": self._import,
            "op_status": self._groups,
            "op_leave": self._leave,
            "volunteer": self._volunteer,
            "seen": self._seen,
            "withdraw": self._withdraw,
        }
        if message.edited:
            return None  # nothing is done twice
        if message.command in commands:
            return await commands[message.command or ""](message)
        if message.command is not None:
            return None
        if message.file_name.endswith(".json"):
            return await self._import(message)
        return await self._relayed(message) or None

    async def _relayed(self, message: Message) -> list[Post]:
        """To the volunteer who listens. Who is in danger is told what helps now, a volunteer may be asleep."""
        posts = await self.offices.volunteers.answered(message)
        if not posts:
            return []
        public = self.offices.answers.answer(message.text)
        urgent = [Post(message.address, escape(public.text))] if public.danger else []
        return [*urgent, *posts]

    async def opened(self, message: Message) -> Opening | None:
        """What the payload of `/start` opens for its sender; None when nothing (any more)."""
        payload, user = message.text.strip(), message.sender.id
        issue = payload.replace("-", ".", 1).replace("-", "_")
        if issue in self.offices.flows.issues:
            return Opening(issue)
        link = await self.offices.links.redeemed(payload, user)
        if link is None:
            return None
        known, _, issue = link.value.partition("/")
        chat = await self.offices.life.current(int(known))
        if link.kind == "connect":
            return Opening(posts=tuple(await self._connected(message, chat)))
        if link.kind == "volunteer":
            return Opening(posts=tuple(await self._asked(message, chat)))
        await self._count(chat)
        return Opening(issue)

    async def pressed(self, press: Press, signed: Signed) -> list[Post]:
        """A press that is nobody else's."""
        await answered(self.offices.ground.chats, press.query)
        if signed.action != PICK or not press.chat.private:
            return []
        chat, user = await self.offices.life.current(int(signed.argument)), press.sender.id
        if not await self.offices.connections.allowed(user, chat):
            return [Post(press.address, _NOT_ADMIN)]
        return [await self.offices.panel.opened(chat, press.sender, user)]

    async def _count(self, chat: int) -> None:
        settings = await self.offices.book.settings(chat)
        day = local_time(self.offices.ground.now(), settings.zone).date()
        await self.offices.stats.count(chat, day, "private")

    # ── settings ────────────────────────────────────────────────────────────
    async def _connected(self, message: Message, chat: int) -> list[Post]:
        user = message.sender.id
        if not await self.offices.connections.connect(user, chat):
            return [Post(message.address, _NOT_ADMIN)]
        panel = await self.offices.panel.opened(chat, message.sender, user)
        return [Post(message.address, _CONNECTED), panel]

    async def _settings(self, message: Message) -> list[Post]:
        user = message.sender.id
        chats = await self.offices.connections.listed(user)
        if not chats:
            return [Post(message.address, _NOT_CONNECTED)]
        if len(chats) == 1:
            return [await self.offices.panel.opened(chats[0], message.sender, user)]
        sign = self.offices.ground.signer.sign
        keys = [
            (Key(await self._title(chat), "data", sign(user, PICK, str(chat), user)),)
            for chat in chats
        ]
        return [Post(message.address, _PICK, tuple(keys))]

    async def _title(self, chat: int) -> str:
        try:
            return (await self.offices.ground.chats.facts(chat)).title or str(chat)
        except ChatError:
            return str(chat)

    async def _import(self, message: Message) -> list[Post]:
        chats = await self.offices.connections.listed(message.sender.id)
        if not chats:
            return [Post(message.address, _NOT_CONNECTED)]
        if len(chats) > 1:
            return [Post(message.address, _WHICH)]
        return [await Admins(self.offices).offered(message, chats[0])]

    # ── owners ──────────────────────────────────────────────────────────────
    async def _groups(self, message: Message) -> list[Post] | None:
        """To others than owners these commands do not exist."""
        return await self.offices.approval.listed(message.sender) or None

    async def _leave(self, message: Message) -> list[Post] | None:
        return await self.offices.approval.left(message.sender, message.text) or None

    # ── volunteers ──────────────────────────────────────────────────────────
    async def _asked(self, message: Message, chat: int) -> list[Post]:
        """A person asks for the volunteers of a group; without a case there is nothing to show them."""
        settings = await self.offices.book.settings(chat)
        if not settings.desk:
            return [Post(message.address, _NO_DESK)]
        await self._remember(message.address, chat)
        summary = await self.summary(message.address)
        if not summary:
            return [Post(message.address, escape(_NO_CASE))]
        return await self.offices.volunteers.asked(message.sender.id, chat, summary)

    async def _volunteer(self, message: Message) -> list[Post]:
        found = await self.offices.ground.records.get(_HOME, message.address)
        if found is None:
            return [Post(message.address, _NO_HOME)]
        return await self._asked(message, await self.offices.life.current(int(found.value["chat"])))

    async def _remember(self, where: str, chat: int) -> None:
        """Of which group somebody has asked the volunteers, for a month."""
        ground = self.offices.ground
        until = later(ground, _REMEMBERED)
        await changed(
            ground,
            _HOME,
            where,
            lambda before: replace(before, value={"chat": chat}, expires_at=until),
        )

    async def _seen(self, message: Message) -> list[Post]:
        return [await self.offices.volunteers.seen_by(message.sender.id)]

    async def _withdraw(self, message: Message) -> list[Post]:
        return await self.offices.volunteers.withdrawn(message.sender.id)
