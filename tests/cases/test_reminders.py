"""The calendar file, read back: the instant, the zone, the alarm, and nothing personal."""

import sys
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from bot.cases.reminders import to_ics
from bot.cases.timeline import DUES
from bot.core.errors import ConfigError
from bot.core.tracker import Due

SHANGHAI = ZoneInfo("Asia/Shanghai")
MADE = datetime(2026, 11, 20, 12)
WAIT = Due("wait", "2026-11-23T10:00", "order.refund.talk")
FOLLOWUP = Due("followup", "2026-12-07T10:00", "order.refund.done")


def read(data):
    return Calendar.from_ical(data).walk("VEVENT")


@pytest.mark.parametrize(
    ("zone", "at", "instant"),
    [
        ("Asia/Shanghai", "2026-11-23T10:00", "2026-11-23T02:00Z"),
        ("Asia/Shanghai", "2026-11-23T10:00:30", "2026-11-23T02:00:30Z"),
        ("Asia/Urumqi", "2026-11-23T10:00", "2026-11-23T04:00Z"),
        ("Asia/Kathmandu", "2026-11-23T10:00", "2026-11-23T04:15Z"),
        ("America/New_York", "2026-07-01T10:00", "2026-07-01T14:00Z"),
        ("America/New_York", "2026-11-23T10:00", "2026-11-23T15:00Z"),
        ("Australia/Sydney", "2026-12-31T23:30", "2026-12-31T12:30Z"),
        ("UTC", "2026-11-23T10:00", "2026-11-23T10:00Z"),
    ],
)
def test_the_moment_is_right_in_every_zone(zone, at, instant):
    (event,) = read(to_ics([("c1", Due("wait", at, "s"))], DUES, ZoneInfo(zone), MADE))
    start = event["dtstart"].dt
    assert start.astimezone(UTC) == datetime.fromisoformat(instant)
    assert start.replace(tzinfo=None) == datetime.fromisoformat(at)


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York", "Australia/Sydney"])
@pytest.mark.parametrize("at", ["2026-01-15T10:00", "2026-07-15T10:00"])
def test_the_file_defines_the_zone_it_names(zone, at):
    """A phone that does not know the name finds the offset of that very day in the file."""
    calendar = Calendar.from_ical(
        to_ics([("c1", Due("wait", at, "s"))], DUES, ZoneInfo(zone), MADE)
    )
    (event,) = calendar.walk("VEVENT")
    (defined,) = calendar.timezones
    assert event["dtstart"].params["TZID"] == defined.tz_name == zone
    local = datetime.fromisoformat(at)
    told = defined.to_tz(lookup_tzid=False).utcoffset(local)
    assert told == local.replace(tzinfo=ZoneInfo(zone)).utcoffset()


def test_each_item_is_one_event_with_one_alarm_at_its_time():
    events = read(to_ics([("c1", FOLLOWUP), ("c1", WAIT)], DUES, SHANGHAI, MADE))
    assert [str(event["summary"]) for event in events] == [
        "真人提醒：看看对方有没有答复",
        "真人提醒：回头看看有没有反复",
    ]
    for event in events:
        (alarm,) = event.walk("VALARM")
        assert alarm["trigger"].dt == timedelta(0)
        assert alarm["action"] == "DISPLAY"


def test_a_kind_without_a_title_is_a_plain_reminder():
    (event,) = read(to_ics([("c1", Due("odd", "2026-11-23T10:00", "s"))], DUES, SHANGHAI, MADE))
    assert event["summary"] == "真人提醒：回来看看"


@pytest.mark.parametrize(
    "made_on", [MADE, datetime(2026, 11, 20, 4, tzinfo=UTC)], ids=["local", "with zone"]
)
def test_it_is_stamped_with_when_it_was_made(made_on):
    (event,) = read(to_ics([("c1", WAIT)], DUES, SHANGHAI, made_on))
    assert event["dtstamp"].dt == datetime(2026, 11, 20, 4, tzinfo=UTC)


def test_a_second_export_replaces_the_first():
    first, second = (
        read(to_ics([("c1", WAIT)], DUES, SHANGHAI, MADE + timedelta(days=days))) for days in (0, 9)
    )
    assert first[0]["uid"] == second[0]["uid"]


@pytest.mark.parametrize(
    ("case", "due"),
    [
        ("c2", WAIT),
        ("c1", FOLLOWUP),
        ("c1", Due("wait", "2026-11-24T10:00", WAIT.state)),
        ("c1", Due("wait", WAIT.at, "order.refund.bot")),
    ],
)
def test_another_item_has_another_uid(case, due):
    uids = {
        str(event["uid"])
        for event in read(to_ics([("c1", WAIT), (case, due)], DUES, SHANGHAI, MADE))
    }
    assert len(uids) == 2


def test_neither_person_nor_problem_can_be_read_off_it():
    data = to_ics([("telegram:7751/c1", WAIT)], DUES, SHANGHAI, MADE)
    assert not [word for word in (b"7751", b"telegram", b"refund") if word in data]


def test_the_same_items_give_the_same_bytes_in_any_order():
    dues = [("c1", WAIT), ("c2", WAIT), ("c1", FOLLOWUP)]
    assert to_ics(dues, DUES, SHANGHAI, MADE) == to_ics(dues[::-1], DUES, SHANGHAI, MADE)


def test_nothing_due_is_a_calendar_without_events():
    assert read(to_ics([], DUES, SHANGHAI, MADE)) == []


def test_without_the_package_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "icalendar", None)
    with pytest.raises(ConfigError, match=r"zhenren\[papers\]"):
        to_ics([("c1", WAIT)], DUES, SHANGHAI, MADE)
