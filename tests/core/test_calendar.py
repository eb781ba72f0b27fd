"""Spans of time as flows write them, and the moment they lead to."""

from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.calendar import PlainWeek, Span, parse_span

WEEK = PlainWeek()
FRIDAY = datetime(2026, 11, 20, 10, 30)


class Holiday:
    """The week of 1 October is free, and the Saturday after it is worked."""

    def is_workday(self, day: date) -> bool:
        if date(2026, 10, 1) <= day <= date(2026, 10, 7):
            return False
        return day == date(2026, 10, 10) or day.weekday() < 5


@pytest.mark.parametrize(
    ("text", "number", "unit"),
    [
        ("4h", 4, "h"),
        ("3d", 3, "d"),
        ("1 d", 1, "d"),
        ("1w", 1, "w"),
        ("1 workday", 1, "workday"),
        ("2 workdays", 2, "workday"),
        ("2workdays", 2, "workday"),
        ("  14d  ", 14, "d"),
        ("0d", 0, "d"),
    ],
)
def test_a_span_is_read(text: str, number: int, unit: str) -> None:
    """A number and a unit."""
    span = parse_span(text)
    assert span is not None
    assert (span.number, span.unit) == (number, unit)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "d",
        "3",
        "三天",
        "3 days",
        "-1d",
        "1.5d",
        "3m",
        "3D",
        "3d 4h",
        "workday",
        "3 work days",
        "3d。",
    ],
)
def test_what_is_no_span_is_none(text: str) -> None:
    """The check then says how to write it."""
    assert parse_span(text) is None


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("0d", datetime(2026, 11, 20, 10, 30)),
        ("4h", datetime(2026, 11, 20, 14, 30)),
        ("14h", datetime(2026, 11, 21, 0, 30)),
        ("3d", datetime(2026, 11, 23, 10, 30)),
        ("1w", datetime(2026, 11, 27, 10, 30)),
        ("2w", datetime(2026, 12, 4, 10, 30)),
        ("0 workdays", datetime(2026, 11, 20, 10, 30)),
        ("1 workday", datetime(2026, 11, 23, 10, 30)),
        ("5 workdays", datetime(2026, 11, 27, 10, 30)),
        ("6 workdays", datetime(2026, 11, 30, 10, 30)),
    ],
)
def test_a_span_leads_to_a_moment(text: str, moment: datetime) -> None:
    """Days count every day, workdays skip the weekend, and the hour stays."""
    span = parse_span(text)
    assert span is not None
    assert span.after(FRIDAY, WEEK) == moment


@pytest.mark.parametrize(
    ("start", "moment"),
    [
        (datetime(2026, 9, 30, 9), datetime(2026, 10, 8, 9)),
        (datetime(2026, 10, 3, 9), datetime(2026, 10, 8, 9)),
        (datetime(2026, 10, 8, 9), datetime(2026, 10, 9, 9)),
        (datetime(2026, 10, 9, 9), datetime(2026, 10, 10, 9)),
        (datetime(2026, 10, 10, 9), datetime(2026, 10, 12, 9)),
    ],
)
def test_workdays_are_those_of_the_calendar(start: datetime, moment: datetime) -> None:
    """Holidays are skipped and shifted workdays count."""
    assert Span(1, "workday").after(start, Holiday()) == moment


@settings(deadline=None)
@given(st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1)), st.integers(1, 40))
def test_a_span_of_workdays_passes_so_many(start: datetime, number: int) -> None:
    """It ends on one, at the same time of day, with exactly that many behind it."""
    end = Span(number, "workday").after(start, WEEK)
    days = [date.fromordinal(each) for each in range(start.toordinal() + 1, end.toordinal() + 1)]
    assert WEEK.is_workday(end.date())
    assert end.time() == start.time()
    assert sum(map(WEEK.is_workday, days)) == number
