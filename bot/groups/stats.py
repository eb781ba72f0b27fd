"""Anonymous counts of a group by day, and what of them may be told.

A *week* is a whole one, Monday to Sunday, and over: weeks do not overlap, so the difference between two tellings is
never a day. What is told of it is such that no number from 1 to 4 can be worked out: the issues are parts of a
total, so a small part goes into 「其他」 together with enough of the others, and what overlaps with them is
told in steps of five. Nobody is counted, only what the bot did; there is no id anywhere.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from bot.channels.telegram.events import PREFIX, address
from bot.groups.ground import Ground

__all__ = ["NAMES", "K", "Stats", "Week", "fold", "monday"]

K = 5
"""Numbers below are not told."""

NAMES = {
    "answered": "答了",
    "private": "转到私聊",
    "danger": "紧急提醒",
    "scam_warned": "防骗提醒",
    "number_warned": "号码提醒",
}
"""What is counted besides issues, in the order in which it is told."""

_ISSUE = "issue:"
_NAME = re.compile(r"issue:[a-z][a-z_.]*")
_KEPT = timedelta(days=70)


def monday(day: date) -> date:
    """The Monday of its week."""
    return day - timedelta(days=day.weekday())


@dataclass(frozen=True, slots=True)
class Week:
    """What may be told of the week that begins at `start`. `total` is None when it is below K; `issues` are the
    largest first, `other` all the rest of the total; `marks` are told in steps of five, None is below K."""

    start: date
    total: int | None = None
    issues: tuple[tuple[str, int], ...] = ()
    other: int = 0
    marks: tuple[tuple[str, int | None], ...] = ()

    def text(self, title: Callable[[str], str]) -> str:
        """A few lines of plain text; `title` names an issue."""
        end = self.start + timedelta(days=6)
        lines = [f"{self.start:%m-%d} 到 {end:%m-%d}，只有次数，没有是谁。"]
        total = f"少于 {K}" if self.total is None else str(self.total)
        lines.append(f"{NAMES['answered']}：{total} 次")
        lines += [f"· {title(issue)}：{count}" for issue, count in self.issues]
        lines += [f"· 其他：{self.other}"] if self.other else []
        for name, count in self.marks:
            lines.append(f"{NAMES[name]}：{f'少于 {K}' if count is None else f'{count} 次以上'}")
        return "\n".join(lines)


def fold(counts: Mapping[str, int], rest: int) -> tuple[tuple[tuple[str, int], ...], int]:
    """The parts that may be told, and the sum of all others with `rest`, which is 0 or at least K. What is
    merged to hide a small part is the smallest that could have been told; ((), n < K): nothing may be."""
    told = sorted(
        ((name, n) for name, n in counts.items() if n >= K), key=lambda each: (-each[1], each[0])
    )
    other = rest + sum(n for n in counts.values() if n < K)
    while 0 < other < K and told:
        other += told.pop()[1]
    return tuple(told), other


class Stats:
    """Counts and tells."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    async def count(self, chat: int, day: date, *names: str) -> None:
        """Add one to each name: of NAMES, or `issue:` and an issue. `day` is the group's. ValueError for another
        name, so that nothing else can ever be written down here."""
        for name in names:
            if name not in NAMES and not _NAME.fullmatch(name):
                raise ValueError(f"{name!r} is not counted")
        key = f"{address(chat)}/{day:%Y-%m-%d}"
        await self._ground.records.tally(Counter((key, name) for name in names))

    async def week(self, chat: int, today: date) -> Week:
        """The last whole week before the one of `today`."""
        start = monday(today) - timedelta(days=7)
        days = {f"{address(chat)}/{start + timedelta(days=n):%Y-%m-%d}" for n in range(7)}
        sums: Counter[str] = Counter()
        for (key, name), n in (await self._ground.records.tallies(f"{address(chat)}/")).items():
            if key in days:
                sums[name] += n
        return _told(start, sums)

    async def prune(self, today: date) -> int:
        """Delete the counts of all groups that are older than ten weeks; how many days."""
        last = f"{today - _KEPT:%Y-%m-%d}"
        keys = {key for key, _ in await self._ground.records.tallies(PREFIX)}
        old = [key for key in keys if _day(key) and _day(key) < last]
        for key in old:
            await self._ground.records.clear_tallies(key)
        return len(old)


def _day(key: str) -> str:
    tail = key.rpartition("/")[2]
    return tail if re.fullmatch(r"\d{4}-\d\d-\d\d", tail) else ""


def _told(start: date, sums: Mapping[str, int]) -> Week:
    issues = {
        name.removeprefix(_ISSUE): n for name, n in sums.items() if name.startswith(_ISSUE) and n
    }
    total = max(sums.get("answered", 0), sum(issues.values()))
    told, other = fold(issues, total - sum(issues.values()))
    marks = tuple((name, _step(sums.get(name, 0))) for name in NAMES if name != "answered")
    if total < K:
        return Week(start, None, (), 0, marks)
    return Week(start, total, told, other, marks)


def _step(count: int) -> int | None:
    return None if count < K else count - count % K
