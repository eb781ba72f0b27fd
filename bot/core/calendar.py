"""Time as an argument: what `wait` needs from a calendar, and the spans that flows may write."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Protocol

__all__ = ["Calendar", "PlainWeek", "Span", "parse_span"]

_SPAN = re.compile(r"(\d+)\s*(h|d|w|workdays?)")


class Calendar(Protocol):
    """Knows which days are worked."""

    def is_workday(self, day: date) -> bool: ...


class PlainWeek:
    """Monday to Friday, no holidays: for tests and as the last resort."""

    def is_workday(self, day: date) -> bool:
        return day.weekday() < 5


class Span:
    """A length of time as flows write it: `4h`, `3d`, `1w`, `2 workdays`."""

    __slots__ = ("number", "unit")

    def __init__(self, number: int, unit: str) -> None:
        self.number, self.unit = number, unit

    def after(self, start: datetime, calendar: Calendar) -> datetime:
        """The moment this long after `start`; workdays skip days that the calendar rests on."""
        if self.unit == "h":
            return start + timedelta(hours=self.number)
        if self.unit != "workday":
            return start + timedelta(days=self.number * (7 if self.unit == "w" else 1))
        moment, left = start, self.number
        while left:
            moment += timedelta(days=1)
            left -= calendar.is_workday(moment.date())
        return moment


def parse_span(text: str) -> Span | None:
    """The span, or None when the text is not one."""
    match = _SPAN.fullmatch(text.strip())
    if not match:
        return None
    unit = match[2]
    return Span(int(match[1]), "workday" if unit.startswith("workday") else unit)
