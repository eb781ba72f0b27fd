"""How long things are kept, counted in UTC texts, and the job that deletes what is past its time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.store.base import Purged, Retention, Store

__all__ = ["day_before", "in_seconds", "tidy", "utc", "utc_now"]

_FORMAT = "%Y-%m-%dT%H:%M:%SZ"


def utc_now() -> str:
    """The present moment as UTC text."""
    return utc(datetime.now(UTC))


def utc(moment: datetime) -> str:
    """An aware UTC moment as UTC text."""
    return moment.strftime(_FORMAT)


def in_seconds(seconds: float) -> str:
    """The moment so many seconds from now as UTC text; never sooner."""
    return utc(datetime.now(UTC) + timedelta(seconds=seconds + 0.999))


def day_before(now: str, days: int) -> str:
    """The UTC text `days` before `now`."""
    return (datetime.strptime(now, _FORMAT) - timedelta(days=days)).strftime(_FORMAT)


async def tidy(store: Store, retention: Retention | None = None) -> Purged:
    """Delete what is past its time by the real clock; a virtual one deletes nothing."""
    from bot.store.base import Retention  # noqa: PLC0415 - base's stores import this module

    return await store.purge(utc_now(), retention or Retention())
