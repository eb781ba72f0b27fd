"""The allow-list: with it the bot stays only in groups that one of its owners has approved.

    unknown → waiting ─批准→ approved
                      ├拒绝→ refused      and the bot leaves, as it does when it is added again
                      └7 days→ nothing    it leaves, and may be asked about again

A decision is made once: of two owners the first decides. An owner who adds the bot has approved it. Owners are
asked and answered in private chat only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from html import escape

from bot.channels.telegram.chats import ChatError, answered
from bot.channels.telegram.events import Chat, Press, Sender, address, place
from bot.channels.telegram.posts import Key, Post
from bot.channels.telegram.signing import Signed
from bot.groups.ground import Ground
from bot.groups.standing import Standing, changed, later
from bot.store.records import Record

__all__ = ["ACTIONS", "Approval"]

ACTIONS = ("approve", "refuse")
"""What the owners' buttons do; their argument is the group's id."""

_KIND = "approval"
_LISTED = 50
_NOT_YOU = "只有机主能决定。"


class Approval:
    """Asks owners about groups and keeps what they decide. `card` makes the first post in an approved group; off
    (`on=False`) every group is allowed and nobody is asked."""

    def __init__(
        self, ground: Ground, card: Callable[[int], Post], *, on: bool, days: int = 7
    ) -> None:
        self._ground, self._card, self._on = ground, card, on
        self._wait = timedelta(days=days)
        self._standing = Standing(ground)

    async def allowed(self, chat: int) -> bool:
        """Whether the bot may work in this group."""
        return not self._on or await self._state(chat) == "approved"

    async def _state(self, chat: int) -> str:
        found = await self._ground.records.get(_KIND, address(chat))
        return str(found.value["state"]) if found else ""

    async def asked(self, chat: Chat, by: Sender) -> list[Post]:
        """The bot was added to a group by somebody: what to say there and to the owners."""
        if by.kind == "user" and by.id in self._ground.owners:
            await self._decide(chat.id, "approved", ("", "waiting", "refused"))
        state = await self._state(chat.id)
        if state == "approved":
            return [self._card(chat.id)]
        if state == "refused":
            return await self._goodbye(chat.id, "机主没有批准这个群，我先走了。打扰大家了。")
        await self._await(chat.id)
        days = self._wait.days
        text = f"大家好，我是真人。等待机主批准；批准之前我不说话，{days} 天没有批准我就自己走。"
        return [Post(address(chat.id), text), *map(self._question(chat), self._owners)]

    @property
    def _owners(self) -> list[int]:
        return sorted(self._ground.owners)

    async def _await(self, chat: int) -> None:
        due_at = later(self._ground, self._wait)

        def change(before: Record) -> Record | None:
            return (
                None
                if before.version
                else replace(before, value={"state": "waiting"}, due_at=due_at)
            )

        await changed(self._ground, _KIND, address(chat), change)

    def _question(self, chat: Chat) -> Callable[[int], Post]:
        expires = self._ground.seconds + int(self._wait.total_seconds())

        def post(owner: int) -> Post:
            keys = tuple(
                Key(label, "data", self._sign(owner, action, chat.id, expires))
                for label, action in zip(("批准", "拒绝"), ACTIONS, strict=True)
            )
            text = (
                f"有一个群把我拉进去了：<b>{escape(chat.title)}</b>\n"
                f"编号 <code>{chat.id}</code>。批准之前我在那里不说话。"
            )
            return Post(address(owner), text, (keys,))

        return post

    def _sign(self, owner: int, action: str, chat: int, expires: int) -> str:
        return self._ground.signer.sign(owner, action, str(chat), owner, expires)

    async def pressed(self, press: Press, signed: Signed) -> list[Post]:
        """An owner has pressed 批准 or 拒绝. Anybody else gets a line, and nothing happens."""
        if not self._is_owner(press.sender) or not press.chat.private:
            await answered(self._ground.chats, press.query, _NOT_YOU)
            return []
        chat = await self._standing.current(int(signed.argument))
        state = "approved" if signed.action == "approve" else "refused"
        done = await self._decide(chat, state, ("waiting",))
        now = await self._state(chat)
        told = {"approved": "已批准。", "refused": "已拒绝，我会离开。"}.get(
            now, "那个群已经不在等了。"
        )
        await answered(self._ground.chats, press.query, told)
        await self._take_keys(press)
        if not done:
            return []
        if state == "approved":
            return [self._card(chat)]
        return await self._goodbye(chat, "机主没有批准这个群，我先走了。打扰大家了。")

    def _is_owner(self, sender: Sender) -> bool:
        return sender.kind == "user" and sender.id in self._ground.owners

    async def _decide(self, chat: int, state: str, among: tuple[str, ...]) -> bool:
        """Write a decision if the present state is one of `among`; whether it was written."""

        def change(before: Record) -> Record | None:
            if before.value.get("state", "") not in among:
                return None
            return replace(before, value={"state": state}, due_at=None)

        return await changed(self._ground, _KIND, address(chat), change) is not None

    async def _take_keys(self, press: Press) -> None:
        try:
            await self._ground.chats.edit_keys(press.chat.id, press.message)
        except ChatError:
            pass  # pressing them again does no harm

    async def _goodbye(self, chat: int, text: str) -> list[Post]:
        await self._standing.leave_soon(chat)
        return [Post(address(chat), text)]

    async def dropped(self, chat: int) -> None:
        """The bot was removed: a question that is still open is none any more."""
        if await self._state(chat) == "waiting":
            await self._ground.records.take(_KIND, address(chat))

    async def elapse(self) -> list[Post]:
        """Leave the groups that nobody has approved in time."""
        posts: list[Post] = []
        for record in await self._ground.records.due(_KIND, self._ground.at):
            if await self._ground.records.take(_KIND, record.key) is not None:
                text = f"{self._wait.days} 天没有等到批准，我先走了。机主同意以后，再拉我进来就行。"
                posts += await self._goodbye(place(record.key)[0], text)
        return posts

    async def follow(self, old: int, new: int) -> None:
        """A group is about to get a new id: an approval holds there, even when the new id was asked about already."""
        if await self._state(old) == "approved":
            await self._decide(new, "approved", ("", "waiting"))

    # ── owners' commands ────────────────────────────────────────────────────
    async def listed(self, sender: Sender) -> list[Post]:
        """The groups that the bot is in, for an owner; for anybody else nothing."""
        if not self._is_owner(sender):
            return []
        groups = await self._standing.groups()
        lines = [await self._line(chat) for chat in groups[:_LISTED]]
        more = [f"还有 {len(groups) - _LISTED} 个没列出来。"] if len(groups) > _LISTED else []
        head = f"我在 {len(groups)} 个群里。" if groups else "我现在不在任何群里。"
        tail = ["要我离开哪个群，发 /op_leave 编号。"] if groups else []
        return [Post(address(sender.id), "\n".join([head, *lines, *more, *tail]))]

    async def _line(self, chat: int) -> str:
        try:
            title = (await self._ground.chats.facts(chat)).title
        except ChatError:
            title = "查不到名字"
        waits = "，等待批准" if self._on and await self._state(chat) == "waiting" else ""
        return f"· {escape(title)} <code>{chat}</code>{waits}"

    async def left(self, sender: Sender, text: str) -> list[Post]:
        """An owner lets the bot leave the group whose id is `text`. It will ask again when it is added again."""
        if not self._is_owner(sender):
            return []
        groups = {str(chat): chat for chat in await self._standing.groups()}
        chat = groups.get(text.strip())
        if chat is None:
            return [Post(address(sender.id), "没有这个编号的群。发 /op_status 看有哪些。")]
        await self._ground.records.take(_KIND, address(chat))
        said = await self._goodbye(chat, "机主让我先离开这里。之前的设置会留一阵，拉我回来还在。")
        return [*said, Post(address(sender.id), "好，我一分钟内离开。")]
