"""Clocks: the wall clock, or one that stands still until it is advanced."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

__all__ = ["Clock", "parse_advance"]

_ADVANCE = re.compile(r"(\d+)\s*(m|h|d|w)")
_UNITS = {
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}


class Clock:
    """`now()` in local time without zone. Given a start, time moves only by `advance`."""

    def __init__(self, frozen: datetime | None = None) -> None:
        self._frozen = frozen.replace(tzinfo=None) if frozen else None
        self._ahead = timedelta()

    def now(self) -> datetime:
        return (self._frozen or datetime.now().replace(microsecond=0)) + self._ahead

    def advance(self, by: timedelta) -> None:
        self._ahead += by


def parse_advance(text: str) -> timedelta | None:
    """`3d`, `4h`, `30m`, `1w`; None for anything else."""
    match = _ADVANCE.fullmatch(text.strip())
    return int(match[1]) * _UNITS[match[2]] if match else None
