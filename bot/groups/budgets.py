"""How much is said in a group: pauses per member and group, a cap per minute, budgets per day.

Everything lives in memory, is bounded, and takes the time as an argument. Who comes too soon is told once how long
to wait, then there is silence until the wait is over. A message in danger waits for nothing but the cap, and the
cap keeps a few sends free for it: a flood cannot silence an answer that matters.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from math import ceil
from typing import TypeVar

from bot.cases.zones import is_zone, local_time
from bot.groups.settings import Settings

__all__ = ["Budgets", "Limits", "Verdict"]

_WINDOW = 60.0

TODAY_GROUP = "今天在群里先答到这里，明天再来；着急的话到私聊里说。"
TODAY_USER = "今天在群里先说到这里，接着到私聊里说吧。"

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Limits:
    """`minute` sends of a group in any 60 s, below the 20 that Telegram allows; the last `reserve` of them are
    for dangers and notices. Answers per day of the group's zone; how many groups and members are remembered."""

    minute: int = 18
    reserve: int = 3
    group_day: int = 500
    user_day: int = 30
    groups: int = 2_000
    users: int = 20_000


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether to answer; if not, what to say once instead (None: nothing)."""

    allowed: bool
    notice: str | None = None


_YES, _NO = Verdict(True), Verdict(False)


@dataclass(slots=True)
class _Pace:
    """The last answer, the end of the wait that was announced, and the answers of a day."""

    answered_at: float | None = None
    told_until: float = 0.0
    day: date = date.min
    answers: int = 0
    told_day: bool = False
    sends: deque[float] = field(default_factory=deque)

    def begin(self, day: date) -> None:
        if day != self.day:
            self.day, self.answers, self.told_day = day, 0, False

    def wait(self, pause: float, now: float) -> float:
        """Seconds until the pause is over, 0 when it is; a clock that went back starts afresh."""
        if self.answered_at is None or not 0 <= now - self.answered_at < pause:
            return 0.0
        return self.answered_at + pause - now

    def told(self, wait: float, now: float) -> bool:
        """Whether a wait was announced that is not over; announces this one otherwise."""
        if 0 < self.told_until - now <= max(wait, _WINDOW):
            return True
        self.told_until = now + wait
        return False


class Budgets:
    """One for all groups of a process."""

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._groups: OrderedDict[int, _Pace] = OrderedDict()
        self._users: OrderedDict[tuple[int, int], _Pace] = OrderedDict()

    def ask(
        self, chat: int, user: int, settings: Settings, now: float, *, urgent: bool = False
    ) -> Verdict:
        """Whether a member may be answered now; an answer that is allowed is counted as sent, so is a notice.
        `now` is unix seconds, `urgent` a message in danger."""
        group = _recent(self._groups, chat, self._limits.groups, _Pace)
        member = _recent(self._users, (chat, user), self._limits.users, _Pace)
        day = _day(settings.zone, now)
        group.begin(day)
        member.begin(day)
        _forget_sends(group.sends, now)
        if urgent:
            return self._answer(group, member, now) if self._room(group) > 0 else _NO
        refused = (
            self._spent(group, member, now)
            or self._too_soon(group, member, settings, now)
            or self._flooded(group, now)
        )
        return refused or self._answer(group, member, now)

    def _room(self, group: _Pace) -> int:
        """Sends that are left in this minute."""
        return self._limits.minute - len(group.sends)

    def _answer(self, group: _Pace, member: _Pace, now: float) -> Verdict:
        group.sends.append(now)
        for pace in (group, member):
            pace.answered_at, pace.answers = now, pace.answers + 1
        return _YES

    def _spent(self, group: _Pace, member: _Pace, now: float) -> Verdict | None:
        """The budgets of the day."""
        for pace, limit, text in (
            (group, self._limits.group_day, TODAY_GROUP),
            (member, self._limits.user_day, TODAY_USER),
        ):
            if pace.answers >= limit:
                if pace.told_day:
                    return _NO
                pace.told_day = True
                return self._notice(group, text, now)
        return None

    def _too_soon(
        self, group: _Pace, member: _Pace, settings: Settings, now: float
    ) -> Verdict | None:
        """The pauses between answers, the longer wait first."""
        waits = (
            (member.wait(settings.user_cooldown, now), member),
            (group.wait(settings.group_cooldown, now), group),
        )
        wait, pace = max(waits, key=lambda each: each[0])
        if wait <= 0:
            return None
        return _NO if pace.told(wait, now) else self._notice(group, _later(wait), now)

    def _flooded(self, group: _Pace, now: float) -> Verdict | None:
        """The cap of the minute; the group is told of it once a minute at most."""
        if self._room(group) > self._limits.reserve:
            return None
        wait = group.sends[0] + _WINDOW - now
        if group.told(_WINDOW, now):
            return _NO
        return self._notice(group, _later(wait), now)

    def _notice(self, group: _Pace, text: str, now: float) -> Verdict:
        """A notice is a send, too: none when the last send is to be kept for a danger."""
        if self._room(group) <= 1:
            return _NO
        group.sends.append(now)
        return Verdict(False, text)


def _later(wait: float) -> str:
    return f"稍等 {ceil(wait)} 秒。"


def _forget_sends(sends: deque[float], now: float) -> None:
    """Keep those of the last minute; sends of the future come from a clock that went back."""
    while sends and not 0 <= now - sends[0] < _WINDOW:
        sends.popleft()


def _day(zone: str, now: float) -> date:
    moment = datetime.fromtimestamp(now, UTC)
    return local_time(moment, zone if is_zone(zone) else "UTC").date()


def _recent(kept: OrderedDict[K, V], key: K, most: int, new: Callable[[], V]) -> V:
    """The value of a key, made when it is missing; who was asked for longest ago is forgotten."""
    value = kept.get(key)
    if value is None:
        value = kept[key] = new()
        if len(kept) > most:
            kept.popitem(last=False)
    kept.move_to_end(key)
    return value
