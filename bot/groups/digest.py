"""The weekly digest: what the bot did in a group last week, told to its admins on Monday at ten.

When it is due is the record `digest` of a group. Who moves that record on to next Monday tells the digest: of two
processes one, after a week without electricity one. A late digest comes as long as its week lasts, Monday to Sunday
in the group's zone; it waits for the end of the quiet hours. One that could not come is dropped.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from html import escape

from bot.cases.zones import is_zone, local_time, utc_text
from bot.channels.telegram.events import address, place
from bot.channels.telegram.posts import Post
from bot.core.profile import quiet_end
from bot.groups.ground import Book, Ground
from bot.groups.permissions import Permissions
from bot.groups.settings import Settings
from bot.groups.standing import Standing, changed
from bot.groups.stats import Stats, monday
from bot.store.base import Conflict
from bot.store.records import Record

__all__ = ["Digests"]

_KIND = "digest"
_HOUR = time(10)
_ZONE = Settings().zone


class Digests:
    """Plans and tells digests. `title` names an issue."""

    def __init__(
        self, ground: Ground, book: Book, stats: Stats, title: Callable[[str], str]
    ) -> None:
        self._ground, self._book, self._stats, self._title = ground, book, stats, title
        self._standing, self._permissions = Standing(ground), Permissions(ground)

    async def plan(self, chat: int) -> None:
        """Let the record fit the settings, after any change of them: a second time changes nothing."""
        settings = await self._book.settings(chat)
        if not settings.digest:
            await self._ground.records.take(_KIND, address(chat))
            return
        zone = _zone(settings)

        def change(before: Record) -> Record | None:
            if before.version and before.value.get("zone") == zone:
                return None
            told = str(before.value.get("told") or self._before(zone))
            due_at = utc_text(self._next(settings, told), zone)
            return replace(before, value={"zone": zone, "told": told}, due_at=due_at)

        await changed(self._ground, _KIND, address(chat), change)

    async def plan_all(self) -> None:
        """The same for every group that is known: at the start, and when settings came from elsewhere."""
        for record in await self._ground.records.find("group"):
            chat, thread = place(record.key)
            if thread is None and record.value.get("digest"):
                await self.plan(chat)

    async def tell(self) -> list[Post]:
        """The digests whose time has come, each once."""
        posts: list[Post] = []
        for record in await self._ground.records.due(_KIND, self._ground.at):
            chat = place(record.key)[0]
            settings = await self._book.settings(chat)
            if not settings.digest:
                await self._ground.records.take(_KIND, record.key)
            elif await self._claim(record, settings) and await self._standing.serves(chat):
                posts += await self._post(chat, settings)
        return posts

    def _before(self, zone: str) -> str:
        """What counts as told when a digest is first planned: this week's, if its hour is over."""
        local = local_time(self._ground.now(), zone)
        return str(monday(local.date())) if _slot(local.date()) < local else ""

    async def _claim(self, record: Record, settings: Settings) -> bool:
        """Move the record on; whether this was the one to tell."""
        zone = _zone(settings)
        local = local_time(self._ground.now(), zone)
        told = str(record.value.get("told", ""))
        week = str(monday(local.date()))
        ready = _slot(local.date()) <= local and quiet_end(local, settings.quiet) == local
        tells = ready and week != told
        due = self._next(settings, week if tells else told)
        value = {"zone": zone, "told": week if tells else told}
        try:
            await self._ground.records.put(
                replace(record, value=value, due_at=utc_text(due, zone)), self._ground.at
            )
        except Conflict:
            return False
        return tells

    def _next(self, settings: Settings, told: str) -> datetime:
        """When one may be told next, in the group's wall time. `told` is the Monday of the last one's week."""
        local = local_time(self._ground.now(), _zone(settings))
        slot = _slot(local.date())
        if told == str(monday(local.date())):
            slot += timedelta(days=7)
        due = quiet_end(max(slot, local), settings.quiet)
        if monday(due.date()) > monday(slot.date()):
            due = quiet_end(_slot(due.date()), settings.quiet)
        return due

    async def _post(self, chat: int, settings: Settings) -> list[Post]:
        to = settings.log_chat or address(chat)
        if not await self._permissions.may_hear(chat, to):
            return []  # who is no admin any more learns nothing
        today = local_time(self._ground.now(), _zone(settings)).date()
        week = await self._stats.week(chat, today)
        text = f"<b>上周小结</b>\n{escape(week.text(self._title))}\n不想再收，在 /settings 里关掉。"
        return [Post(to, text, silent=True)]


def _zone(settings: Settings) -> str:
    return settings.zone if is_zone(settings.zone) else _ZONE


def _slot(day: date) -> datetime:
    """Ten o'clock on the Monday of a day's week."""
    return datetime.combine(monday(day), _HOUR)
