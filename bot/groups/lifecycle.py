"""The life of a group: the bot is added, promoted, moved to a new id, removed, and in the end forgets the group.

    added → card ─removed→ silent at once ─30 days→ everything about the group is deleted
                 └──── added again before: the settings are still there

No right is needed. Twenty additions an hour are taken, then the bot leaves again: who adds it to hundreds of
groups at once shall not make it everybody's nuisance. Updates that come twice or late change nothing.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

from bot.channels.telegram.chats import ChatError, Later, Uncertain, Unsent, answered
from bot.channels.telegram.events import ADMIN, MEMBER, Membership, Migration, Press, address, place
from bot.channels.telegram.posts import Key, Post
from bot.groups.approval import Approval
from bot.groups.ground import Book, Ground
from bot.groups.links import Connections
from bot.groups.settings import Settings
from bot.groups.standing import LIFE, MOVED, Standing, changed, later
from bot.store.records import Record

__all__ = ["HOWTO", "JOINS", "SETTINGS", "Lifecycle", "onboarding"]

SETTINGS = "open"
"""The card's button that opens the settings; who presses it is checked then."""

HOWTO = "howto"
"""The card's button that explains how to ask; for everybody."""

JOINS = 20
"""Times that the bot may be added to a group in an hour."""

_JOINS_KIND = "joins"
_NOBODY = address(0)
_HOUR = 3600
_AGAIN = timedelta(hours=1)

_CROWD = "这会儿同时拉我的群太多，我先走了，怕照顾不过来。过一个小时再拉我就行。"

Erase = Callable[[str], Awaitable[object]]
"""Deletes everything that belongs to an address: records, counts, messages (`Store.forget`)."""

ForgetMember = Callable[[int, int], None]
"""Lets go of what is remembered about the rights of (chat, user)."""


def onboarding(ground: Ground, chat: int, days: int = 30) -> Post:
    """The card of a group that the bot has come to."""
    name = f"@{ground.me.username}"
    text = (
        "大家好，我是<b>真人</b>。小红书的账号、笔记、订单、钱，卡在机器人客服那里的，我陪你一步一步走到真人面前。\n\n"
        f"<b>怎么叫我</b>：发 {name} 加一句话，或者回复我的消息。\n"
        "<b>隐私</b>：没叫我的话，我不答也不存。个人的事去私聊说，群里不放个人信息。\n"
        "<b>权限</b>：一个都不用给。可选的只有「删除消息」，给了我能顺手收走发给我的命令。\n"
        f"<b>管理员</b>：发 /settings{name} 改设置。把我移出群，我马上停；{days} 天后删掉这个群的全部设置。"
    )
    sign = ground.signer.sign
    keys = (
        Key("设置", "data", sign(chat, SETTINGS)),
        Key("怎么用", "data", sign(chat, HOWTO)),
    )
    return Post(address(chat), text, (keys,))


class Lifecycle:
    """Follows what happens to the bot in its groups. `approval` is None where every group is welcome."""

    def __init__(
        self,
        ground: Ground,
        book: Book,
        connections: Connections,
        *,
        erase: Erase,
        forget: ForgetMember,
        approval: Approval | None = None,
        purge_days: int = 30,
    ) -> None:
        self._ground, self._book, self._connections = ground, book, connections
        self._erase, self._forget, self._approval = erase, forget, approval
        self._days = purge_days
        self._standing = Standing(ground)

    async def serves(self, chat: int) -> bool:
        """Whether the bot may speak in a group now: in it, not leaving, approved where that is asked."""
        if not await self._standing.serves(chat):
            return False
        return self._approval is None or await self._approval.allowed(chat)

    # ── what happens ────────────────────────────────────────────────────────
    async def changed(self, event: Membership) -> list[Post]:
        """Somebody's status in a chat has changed, perhaps the bot's own."""
        chat = event.chat.id
        if event.chat.private:
            return []
        self._forget(chat, event.member)
        if not event.mine:
            if event.was in ADMIN and event.now not in ADMIN:
                await self._connections.disconnect(event.member, chat)
            return []
        if event.chat.kind == "channel":
            if event.now in MEMBER:
                await self._standing.leave(chat)
            return []
        if event.now not in MEMBER:
            await self._removed(event)
        elif event.was not in MEMBER:
            return await self._added(event)
        return []

    async def _added(self, event: Membership) -> list[Post]:
        chat = event.chat.id
        if not await self._standing.entered(chat, event.date):
            return []
        if not await self._room():
            await self._standing.leave_soon(chat)
            return [Post(address(chat), _CROWD)]
        if self._approval is not None and not await self._approval.allowed(chat):
            return await self._approval.asked(event.chat, event.sender)
        return [onboarding(self._ground, chat, self._days)]

    async def _room(self) -> bool:
        """Whether one more addition may come in this hour; if so it is counted."""
        now = self._ground.seconds

        def change(before: Record) -> Record | None:
            times = [each for each in before.value.get("times", ()) if each > now - _HOUR]
            if len(times) >= JOINS:
                return None
            expires_at = later(self._ground, timedelta(seconds=_HOUR))
            return replace(before, value={"times": [*times, now]}, expires_at=expires_at)

        return await changed(self._ground, _JOINS_KIND, _NOBODY, change) is not None

    async def _removed(self, event: Membership) -> None:
        chat = event.chat.id
        if await self._standing.current(chat) != chat:
            return  # it goes on under its new id
        if await self._standing.gone(chat, event.date, timedelta(days=self._days)):
            await self._connections.drop(chat)
            if self._approval is not None:
                await self._approval.dropped(chat)

    async def migrated(self, event: Migration) -> None:
        """A group has a new id; both of the service messages that say so may come, in any order, more than once."""
        old, new = event.old, event.new
        if self._approval is not None:
            await self._approval.follow(old, new)
        await self._ground.records.take(MOVED, address(old))  # the move shall not take it along
        await self._ground.records.move(address(old), address(new))
        await changed(
            self._ground,
            MOVED,
            address(old),  # written after the move, or it would have moved as well
            lambda before: None if before.version else replace(before, value={"to": new}),
        )
        await self._standing.stayed(new)
        await self._connections.follow(old, new)
        await self._follow(old, new)

    async def _follow(self, old: int, new: int) -> None:
        """Settings, of this and other groups, that name the old id as their log or their desk."""

        def change(before: Settings) -> Settings:
            return before.with_(
                log_chat=_renamed(before.log_chat, old, new), desk=_renamed(before.desk, old, new)
            )

        for record in await self._ground.records.find("group"):
            named = (record.value.get("log_chat", ""), record.value.get("desk", ""))
            if any(_renamed(each, old, new) != each for each in named):
                await self._book.replace(place(record.key)[0], change)

    async def current(self, chat: int) -> int:
        """The id under which a group goes on."""
        return await self._standing.current(chat)

    async def explained(self, press: Press) -> None:
        """「怎么用」 was pressed: an answer that only the presser sees."""
        name = f"@{self._ground.me.username}"
        text = (
            f"在群里发 {name} 加一句话，比如「{name} 号被封了」，我答一句大家都能看的。"
            "要说自己的事，按我回答下面的按钮去私聊。"
        )
        await answered(self._ground.chats, press.query, text, alert=True)

    # ── what time brings ────────────────────────────────────────────────────
    async def elapse(self) -> list[Post]:
        """Do what is due: leave, forget groups, stop waiting for approval."""
        posts = await self._approval.elapse() if self._approval is not None else []
        await self._standing.leave_due()
        for life in await self._ground.records.due(LIFE, self._ground.at):
            await self._purge(place(life.key)[0])
        return posts

    async def _purge(self, chat: int) -> None:
        """Forget a group, unless Telegram says that the bot is in it after all."""
        try:
            inside = (await self._ground.chats.member(chat, self._ground.me.id)).status in MEMBER
        except (Later, Uncertain, Unsent):
            due_at = later(self._ground, _AGAIN)
            await changed(
                self._ground, LIFE, address(chat), lambda before: replace(before, due_at=due_at)
            )
            return
        except ChatError:
            inside = False
        if inside:
            await self._standing.stayed(chat)
            return
        await self._connections.drop(chat)
        for moved in await self._ground.records.find(MOVED):
            if moved.value["to"] == chat:
                await self._ground.records.take(MOVED, moved.key)
        await self._erase(address(chat))


def _renamed(where: str, old: int, new: int) -> str:
    if where != address(old) and not where.startswith(f"{address(old)}/"):
        return where
    return address(new) + where.removeprefix(address(old))
