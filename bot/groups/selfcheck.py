"""/check in a group: what works here, line by line: 「✓ 事实。改法」 or 「！ 事实。改法」.

It tells of the bot, the group's kind and the machine, never of members, settings' contents, paths or keys, nor
what an error said.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta

from bot.channels.telegram.chats import ChatError, ChatFacts, Member
from bot.channels.telegram.events import ADMIN, MEMBER, Message, address
from bot.channels.telegram.posts import Post
from bot.core.errors import StorageError
from bot.groups.ground import Book, Ground
from bot.groups.settings import Settings
from bot.groups.standing import later
from bot.store.base import Conflict
from bot.store.records import Record

__all__ = ["SKEW", "Finding", "SelfCheck"]

SKEW = 30
"""Seconds that this machine's clock and Telegram's may differ."""

_KIND = "check"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: whether it is as it should be, the fact, and what to do if anything."""

    fine: bool
    fact: str
    fix: str = ""

    def __str__(self) -> str:
        fix = f"{self.fix}。" if self.fix else ""
        return f"{'✓' if self.fine else '！'} {self.fact}。{fix}"


class SelfCheck:
    """Looks after itself when an admin asks."""

    def __init__(self, ground: Ground, book: Book) -> None:
        self._ground, self._book = ground, book

    async def checked(self, message: Message) -> Post:
        """The answer to /check, where it was asked."""
        findings = await self.findings(message)
        bad = sum(not each.fine for each in findings)
        head = f"有 {bad} 处要看一下：" if bad else "都正常："
        text = "\n".join([f"<b>自检</b>，{head}", *map(str, findings)])
        return Post(message.address, text, reply_to=message.id)

    async def findings(self, message: Message) -> list[Finding]:
        """What was found: the connection first, then what Telegram tells, then this machine."""
        facts = await self._facts(message.chat.id)
        found = [self._token(facts)]
        if not message.chat.private:
            bot = await self._bot(message.chat.id)
            settings = await self._settings(message.chat.id)
            found += [
                self._privacy(bot, settings),
                _rights(bot, settings),
                _topics(facts, settings),
                _hidden(message),
            ]
        return [*found, self._clock(message), await self._storage(message.chat.id)]

    async def _facts(self, chat: int) -> ChatFacts | None:
        try:
            return await self._ground.chats.facts(chat)
        except ChatError:
            return None

    async def _bot(self, chat: int) -> Member | None:
        try:
            return await self._ground.chats.member(chat, self._ground.me.id)
        except ChatError:
            return None

    async def _settings(self, chat: int) -> Settings:
        try:
            return await self._book.settings(chat)
        except StorageError:
            return Settings()  # that the store cannot is a finding of its own

    def _token(self, facts: ChatFacts | None) -> Finding:
        if facts is None:
            return Finding(
                False, "这会儿问不到 Telegram", "过一分钟再发一次；还不行，请机主看网络和令牌"
            )
        return Finding(True, "和 Telegram 连得上，令牌有效")

    def _privacy(self, bot: Member | None, settings: Settings) -> Finding:
        """An admin bot is shown every message, whatever its privacy mode."""
        if self._ground.me.reads_all or (bot is not None and bot.status in ADMIN):
            why = "隐私模式关着" if self._ground.me.reads_all else "我是管理员"
            return Finding(True, f"{why}，群里每句话都会传给我；没叫我的，我不答也不存")
        if settings.scam_guard:
            fix = "要它起作用，给我管理员身份（一项权限都不用勾），或者在 @BotFather 关掉隐私模式"
            return Finding(False, "防骗提醒开着，可隐私模式让我只看得到叫我的话", fix)
        return Finding(True, "隐私模式开着，我只看得到叫我的话")

    def _clock(self, message: Message) -> Finding:
        """A message from the future is certain; an old one may only have waited."""
        ahead = self._ground.seconds - message.date
        if ahead < -SKEW:
            return Finding(False, f"这台机器的钟慢了 {-ahead} 秒", "请机主打开自动对时")
        if ahead > SKEW:
            fix = "再发一次 /check；还是这样，请机主打开自动对时"
            return Finding(False, f"这条消息晚到了 {ahead} 秒，或者这台机器的钟快了", fix)
        return Finding(True, "这台机器的钟是准的")

    async def _storage(self, chat: int) -> Finding:
        """Written, read and taken away again."""
        key = f"{address(chat)}/{secrets.token_hex(4)}"
        written = Record(_KIND, key, expires_at=later(self._ground, timedelta(minutes=5)))
        try:
            await self._ground.records.put(written, self._ground.at)
            read = await self._ground.records.get(_KIND, key)
            await self._ground.records.take(_KIND, key)
        except (Conflict, StorageError):
            read = None
        if read is None:
            return Finding(False, "存不进去", "请机主看磁盘空间和写权限")
        return Finding(True, "存得进、读得出")


def _rights(bot: Member | None, settings: Settings) -> Finding:
    if bot is None:
        return Finding(False, "查不到我在这个群的身份", "过一分钟再发一次")
    if bot.status not in MEMBER:
        return Finding(False, "Telegram 说我不在这个群", "把我移出去再拉一次")
    if bot.status == "restricted" and "can_send_messages" not in bot.rights:
        return Finding(False, "我在这个群被限制发言", "在成员列表里解除限制")
    if "can_delete_messages" in bot.rights:
        return Finding(True, "有「删除消息」的权限（可选的，有就够）")
    if settings.delete_commands:
        fix = "给我「删除消息」的权限，或者在 /settings 里关掉"
        return Finding(False, "设置了收走命令，可我没有「删除消息」的权限", fix)
    return Finding(True, "不需要任何权限")


def _topics(facts: ChatFacts | None, settings: Settings) -> Finding:
    if facts is None:
        return Finding(False, "查不到这个群有没有话题", "过一分钟再发一次")
    if not facts.forum:
        return Finding(True, "这个群没有分话题")
    closed = len(settings.closed_topics)
    off = f"，有 {closed} 个话题关着，在那里我不说话" if closed else ""
    return Finding(True, f"这个群分话题，在哪里叫我就在哪里答，「General」也一样{off}")


def _hidden(message: Message) -> Finding:
    if message.sender.kind == "anonymous":
        return Finding(
            True, "你现在是匿名管理员，我看不出是谁", "改设置时按一下面板上的「我是管理员」"
        )
    return Finding(True, "匿名管理员也能用：改设置时按一下面板上的「我是管理员」")
