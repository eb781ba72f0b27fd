"""How long things are kept, counted in UTC texts, and the job that deletes what is past its time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.store.base import Purged, Retention, Store

__all__ = ["day_before", "tidy", "utc_now"]

_FORMAT = "%Y-%m-%dT%H:%M:%SZ"


def utc_now() -> str:
    """The present moment as UTC text."""
    return datetime.now(UTC).strftime(_FORMAT)


def day_before(now: str, days: int) -> str:
    """The UTC text `days` before `now`."""
    return (datetime.strptime(now, _FORMAT) - timedelta(days=days)).strftime(_FORMAT)


async def tidy(store: Store, retention: Retention | None = None) -> Purged:
    """Delete what is past its time by the real clock; a virtual one deletes nothing."""
    from bot.store.base import Retention  # noqa: PLC0415 - base's stores import this module

    return await store.purge(utc_now(), retention or Retention())
