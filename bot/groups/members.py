"""What the bot says to members in front of everybody: warnings, a first step, and the way into private chat.

Nothing that somebody wrote comes back here. The link is good once and for the one who asked: to others it is a
plain way into their own private chat.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from bot.cases.zones import local_time
from bot.channels.telegram.events import MEMBER, Membership, Message
from bot.channels.telegram.posts import Key, Post
from bot.core.profile import quiet_end
from bot.groups import faq
from bot.groups.answers import CARD, CONTINUE
from bot.groups.offices import Offices
from bot.groups.overlay import Overlay
from bot.groups.settings import Settings

__all__ = ["Members"]

_LINK_MINUTES = 60
_VOLUNTEER = "找志愿者搭把手"
_SILENT = "好，以后你在群里说什么我都不接话。想让我再答，发 /start。"
_SPEAKS = "好，你叫我我就答。"
_PRIVATE = "这些在私聊里做，群里不显示你的记录。"
_REPORT_HOW = "回复我说得不对的那一条，再发 /report。"
_REPORT_NOBODY = "这个群没设「改动告诉谁」，直接跟管理员说一声就行。"
_REPORTED = "好，请管理员去看那一条了，没说是谁。"
_NO_FAQ = "这个群还没有常见问题。"
_WELCOME = 300
_PASSING = 60
"""Seconds after which a line that concerns one person only is taken away again."""

_HELP = (
    "发 @{name} 加一句话，比如「@{name} 申诉秒驳回怎么办」，或者回复我的消息。"
    "我先给一句大家都能用的，要办自己的事就按下面的按钮去私聊。"
)


@dataclass(frozen=True, slots=True)
class Members:
    """Answers members."""

    offices: Offices

    async def wished(self, message: Message, settings: Settings, wish: str) -> list[Post]:
        """Somebody wants to be left alone, or no longer: done at once, and confirmed if there is room for it. Who
        says so twice is not answered twice."""
        blocklist, user = self.offices.blocklist, message.sender.id
        silence = wish == "silence"
        news = await (blocklist.opt_out(user) if silence else blocklist.opt_in(user))
        if user in settings.blocked or settings.mode == "off" or (silence and not news):
            return []
        refusal = self._refused(message, settings, urgent=False)
        if refusal is None:
            return [self._passing(message, _SILENT if silence else _SPEAKS)]
        return [] if silence else refusal

    async def off(self, message: Message, settings: Settings) -> list[Post]:
        """In a group where the bot is switched off: the admins' own line to who has called it, if they have one."""
        line = self._overlay(settings).text("off") if message.addressed else ""
        if not line or self._refused(message, settings, urgent=False) is not None:
            return []
        return [self._passing(message, line)]

    async def entered(self, event: Membership) -> list[Post]:
        """Somebody has come in. Only a bot that is an admin is told; the line greets everybody and names nobody."""
        if event.was in MEMBER or event.now not in MEMBER or event.chat.private:
            return []
        chat, offices = event.chat.id, self.offices
        settings = await offices.book.settings(chat)
        line = self._overlay(settings).text("welcome")
        if not line or settings.mode == "off" or not await offices.life.serves(chat):
            return []
        local = local_time(offices.ground.now(), settings.zone)
        if quiet_end(local, settings.quiet) != local:
            return []
        if not offices.budgets.ask(chat, event.member, settings, self._now).allowed:
            return []
        return [Post(event.address, line, delete_after=_WELCOME, silent=True)]

    async def warned(self, message: Message, settings: Settings) -> list[Post]:
        """A warning that the message calls for, whether or not it was meant for the bot."""
        offices, chat = self.offices, message.chat.id
        scam = offices.scams.ask(chat, message.text, self._now) if settings.scam_guard else None
        if scam is not None:
            return await self._allowed(message, settings, scam.text, "scam_warned")
        told = message.command is not None or (message.addressed and settings.mode == "addressed")
        if told or not settings.number_guard:  # who is answered is told with the answer
            return []
        warning = offices.numbers.ask(
            chat, message.sender.id, message.text, self._now, addressed=False
        )
        if warning is None:
            return []
        return await self._allowed(message, settings, warning, "number_warned")

    async def _allowed(
        self, message: Message, settings: Settings, text: str, name: str
    ) -> list[Post]:
        """A warning, if the group's budget has room for it."""
        chat, user = message.chat.id, message.sender.id
        if not self.offices.budgets.ask(chat, user, settings, self._now, urgent=True).allowed:
            return []
        await self._count(message, settings, name)
        return [self._post(message, settings, text)]

    async def commanded(self, message: Message, settings: Settings) -> list[Post]:
        """A command of members."""
        refusal = self._refused(message, settings, urgent=False)
        if refusal is not None:
            return refusal
        if message.command in ("help", "start"):
            return [await self._card(message, settings, self._help(settings), "")]
        if message.command == "faq":
            answer = faq.answer(settings, message.text) if message.text else None
            return [self._post(message, settings, answer or self._listed(settings))]
        if message.command == "report":
            return await self._reported(message, settings)
        return [await self._card(message, settings, _PRIVATE, "")]

    async def _reported(self, message: Message, settings: Settings) -> list[Post]:
        """Somebody says that an answer of the bot is wrong: the admins get the way to it, and not who it was."""
        if not message.reply_to_me:
            return [self._passing(message, _REPORT_HOW)]
        to, chat = settings.log_chat, message.chat.id
        if not to or not await self.offices.permissions.may_hear(chat, to):
            return [self._passing(message, _REPORT_NOBODY)]
        number = str(chat)
        where = (
            f'<a href="https://t.me/c/{number[4:]}/{message.reply_to}">看那一条</a>'
            if number.startswith("-100")
            else "普通群里没有链接，往上翻一翻。"
        )
        told = Post(to, f"有成员觉得我的一条回答不对。{where}", silent=True)
        return [self._passing(message, _REPORTED), told]

    async def answered(self, message: Message, settings: Settings) -> list[Post]:
        """A first step for everybody, and the way on for the one who asked."""
        public = self.offices.answers.answer(message.text)
        refusal = self._refused(message, settings, urgent=public.danger is not None)
        if refusal is not None:
            return refusal
        own = None if public.danger else faq.answer(settings, message.text)
        names = ["answered", *([f"issue:{public.issue}"] if public.issue else [])]
        await self._count(message, settings, *names, *(["danger"] if public.danger else []))
        if own is not None:
            return [self._post(message, settings, own)]
        overlay = self._overlay(settings)
        text = f"{escape(public.text, quote=False)}\n\n{overlay.text('card')}"
        if footer := overlay.text("footer"):
            text += f"\n{footer}"
        return [await self._card(message, settings, text, public.issue or "")]

    def _refused(self, message: Message, settings: Settings, *, urgent: bool) -> list[Post] | None:
        """None when there is room for an answer; else what to say instead, once."""
        chat, user = message.chat.id, message.sender.id
        verdict = self.offices.budgets.ask(chat, user, settings, self._now, urgent=urgent)
        if verdict.allowed:
            return None
        return [self._passing(message, verdict.notice)] if verdict.notice else []

    async def _card(self, message: Message, settings: Settings, text: str, issue: str) -> Post:
        links, user = self.offices.links, message.sender.id
        asker = user if message.sender.kind == "user" else None
        value = f"{message.chat.id}/{issue}"
        token = await links.made("case", value, user=asker, minutes=_LINK_MINUTES)
        rows = [(Key(CONTINUE, "url", links.url(token)),)]
        if settings.desk:
            chat = str(message.chat.id)
            token = await links.made("volunteer", chat, user=asker, minutes=_LINK_MINUTES)
            rows.append((Key(_VOLUNTEER, "url", links.url(token)),))
        return self._post(message, settings, text, tuple(rows))

    def _overlay(self, settings: Settings) -> Overlay:
        defaults = {
            "card": CARD,
            "help": _HELP.format(name=self.offices.ground.me.username),
        }
        return Overlay.of(settings, defaults, self.offices.rules)

    def _help(self, settings: Settings) -> str:
        return self._overlay(settings).text("help")

    def _listed(self, settings: Settings) -> str:
        keywords = "、".join(escape(each.keyword, quote=False) for each in settings.faq)
        return f"发 /faq 加一个词：{keywords}" if keywords else _NO_FAQ

    def _post(
        self,
        message: Message,
        settings: Settings,
        text: str,
        keys: tuple[tuple[Key, ...], ...] = (),
    ) -> Post:
        gone = settings.auto_delete or None
        return Post(message.address, text, keys, message.id, gone)

    def _passing(self, message: Message, text: str) -> Post:
        return Post(message.address, text, (), message.id, _PASSING)

    async def _count(self, message: Message, settings: Settings, *names: str) -> None:
        day = local_time(self.offices.ground.now(), settings.zone).date()
        await self.offices.stats.count(message.chat.id, day, *names)

    @property
    def _now(self) -> float:
        return self.offices.ground.now().timestamp()
