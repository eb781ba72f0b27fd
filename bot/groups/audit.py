"""The audit log of a group: who has changed what, from what to what, when. Kept 180 days, then gone.

No message, no name, no whole id is in it: of an admin the last four digits, of what somebody wrote its amount (see
`settings.shown`). Keys begin with the time, so they sort as things happened.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from html import escape
from typing import Any

from bot.cases.zones import is_zone, local_time
from bot.channels.telegram.events import address
from bot.channels.telegram.posts import Post
from bot.groups.ground import Book, Ground
from bot.groups.permissions import Permissions
from bot.groups.settings import TITLES, Settings, differing, shown
from bot.groups.standing import later
from bot.store.base import Conflict
from bot.store.records import Record

__all__ = ["Audit"]

_KIND = "audit"
_KEPT = timedelta(days=180)
_PAGE = 10
_SAME_SECOND = 1000


class Audit:
    """Writes, shows and tells what admins have changed."""

    def __init__(self, ground: Ground) -> None:
        self._ground, self._book = ground, Book(ground)
        self._permissions = Permissions(ground)

    async def note(self, chat: int, actor: int, what: str, old: str, new: str) -> None:
        """Write one change down. `what`, `old` and `new` are shown to admins as they are: plain Chinese."""
        value = {"who": _who(actor), "what": what, "old": old, "new": new, "at": self._ground.at}
        until = later(self._ground, _KEPT)
        for number in range(_SAME_SECOND):
            key = f"{address(chat)}/{self._ground.at}-{number:03}"
            try:
                await self._ground.records.put(
                    Record(_KIND, key, value, expires_at=until), self._ground.at
                )
            except Conflict:  # another change of the same second
                continue
            return
        raise Conflict

    async def page(self, chat: int, number: int = 1, where: str | None = None) -> Post:
        """A page of the log, the newest first; a number that does not exist is the nearest one that does.
        `where` is the address that gets it, the group when there is none."""
        notes = [*reversed(await self._ground.records.find(_KIND, f"{address(chat)}/"))]
        notes = [each for each in notes if (each.expires_at or "9") > self._ground.at]
        pages = max(1, -(-len(notes) // _PAGE))
        number = min(max(1, number), pages)
        zone = (await self._book.settings(chat)).zone
        lines = [_line(note.value, zone) for note in notes[(number - 1) * _PAGE : number * _PAGE]]
        head = f"<b>改动记录</b>（第 {number}/{pages} 页，留 180 天）"
        more = [f"更早的：/audit {number + 1}"] if number < pages else []
        text = "\n".join([head, *(lines or ["还没有人改过设置。"]), *more])
        return Post(where or address(chat), text)

    async def told(self, chat: int, actor: int, *changes: tuple[str, str, str]) -> Post | None:
        """What the log chat is told of changes (what, old, new); None when the group has none."""
        to = (await self._book.settings(chat)).log_chat
        if not to or not changes:
            return None
        if not await self._permissions.may_hear(chat, to):
            return None  # who is no admin any more learns nothing
        lines = [f"{escape(what)}：{escape(old)} → {escape(new)}" for what, old, new in changes]
        return Post(to, "\n".join([f"{_who(actor)} 改了设置：", *lines]), silent=True)

    async def changed(self, chat: int, actor: int, before: Settings, after: Settings) -> list[Post]:
        """Note everything that differs; what the log chat is told of it."""
        changes = [
            (TITLES[name], *_old_and_new(before, after, name)) for name in differing(before, after)
        ]
        for change in changes:
            await self.note(chat, actor, *change)
        told = await self.told(chat, actor, *changes)
        return [told] if told else []


def _old_and_new(before: Settings, after: Settings, name: str) -> tuple[str, str]:
    old, new = shown(before, name), shown(after, name)
    return (old, new) if old != new else (old, f"{new}（换了）")


def _who(actor: int) -> str:
    return f"管理员 {str(actor)[-4:]}"


def _line(note: Any, zone: str) -> str:
    at = datetime.fromisoformat(note["at"])
    when = local_time(at, zone if is_zone(zone) else "UTC").strftime("%m-%d %H:%M")
    what, old, new = (escape(note[name]) for name in ("what", "old", "new"))
    return f"{when} {note['who']} {what}：{old} → {new}"
