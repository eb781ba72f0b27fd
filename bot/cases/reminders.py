"""Reminders as a calendar file, so that a phone rings even when nobody talks to the bot.

The hour is the person's own: each event carries its zone, and the file defines that zone, so that a phone in
another one still shows the same moment. A calendar is often shared: it names what to do and never for whom.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.core.errors import ConfigError
from bot.core.tracker import Due

if TYPE_CHECKING:
    from icalendar import Event

__all__ = ["to_ics"]

_PRODUCT = "-//zhenren//reminders//ZH"
_LENGTH = timedelta(minutes=15)
_MISSING = "导出日历要用 icalendar，这里没装。请运行：pip install 'zhenren[papers]'"


def to_ics(
    dues: Iterable[tuple[str, Due]], titles: Mapping[str, str], zone: ZoneInfo, made_on: datetime
) -> bytes:
    """An iCalendar file (RFC 5545) with one event and one alarm for each (case, due item).

    `case` names a case among all that one person has; it and the item make the UID, so that a second import
    replaces the first. `titles` say what a kind of item is about. `made_on` without zone is in `zone`.
    Raises ConfigError when the package `icalendar` is missing.
    """
    try:
        from icalendar import Calendar  # noqa: PLC0415 - an extra: only who exports needs it
    except ImportError:
        raise ConfigError(_MISSING) from None
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    starts: list[datetime] = []
    for case, due in sorted(dues, key=lambda each: (each[1].at, each[0])):
        start = _zoned(datetime.fromisoformat(due.at), zone)
        starts.append(start)
        title = titles.get(due.kind, "回来看看")
        event = _event(_uid(case, due), f"真人提醒：{title}", start)
        event.add("dtstamp", _zoned(made_on, zone).astimezone(UTC))
        calendar.add_component(event)
    if starts:
        year = timedelta(
            days=366
        )  # at least one change of the clock before and after, where there are any
        calendar.add_missing_timezones((min(starts) - year).date(), (max(starts) + year).date())
    data: bytes = calendar.to_ical()
    return data


def _event(uid: str, summary: str, start: datetime) -> Event:
    from icalendar import Alarm, Event  # noqa: PLC0415 - as above

    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", summary)
    alarm.add("trigger", timedelta(0))
    event = Event()
    event.add("uid", uid)
    event.add("summary", summary)
    event.add("dtstart", start)
    event.add("dtend", start + _LENGTH)
    event.add("transp", "TRANSPARENT")  # a reminder does not make anybody busy
    event.add("class", "PRIVATE")
    event.add_component(alarm)
    return event


def _uid(case: str, due: Due) -> str:
    """Stable, and a digest: neither the person nor the case can be read off it."""
    key = "\0".join((case, due.kind, due.at, due.state))
    return f"{hashlib.blake2b(key.encode(), digest_size=16).hexdigest()}@zhenren"


def _zoned(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.replace(tzinfo=zone) if moment.tzinfo is None else moment.astimezone(zone)
