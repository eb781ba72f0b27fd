"""Time zones: the engine counts in the person's own wall time, the store in UTC."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

__all__ = ["is_zone", "local_time", "utc_text"]


def is_zone(name: str) -> bool:
    """Whether `name` is an IANA zone such as Asia/Shanghai."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def local_time(moment: datetime, zone: str) -> datetime:
    """The wall time without zone; a moment without zone is taken as local already."""
    if moment.tzinfo is None:
        return moment
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def utc_text(local: datetime, zone: str) -> str:
    """A wall time of `zone` as UTC text that sorts by time: 2026-11-20T02:00:00Z."""
    return local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
