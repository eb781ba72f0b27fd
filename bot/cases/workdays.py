"""Working days in China: public holidays and 调休 from `chinesecalendar`, Monday to Friday beyond it.

The holiday plan of a year is published in the November before; for a year that the installed library does
not know, weekends alone are taken as rest, and `knows` says so.
"""

from __future__ import annotations

from datetime import date

__all__ = ["ChinaCalendar"]


class ChinaCalendar:
    """The calendar that `wait` and promised times are counted in."""

    def is_workday(self, day: date) -> bool:
        """Whether `day` is worked, shifted workdays included."""
        if not self.knows(day.year):
            return day.weekday() < 5
        import chinese_calendar  # noqa: PLC0415 - 40 ms: only when a deadline is counted

        return bool(chinese_calendar.is_workday(day))

    def knows(self, year: int) -> bool:
        """Whether the holiday plan of `year` is known."""
        from chinese_calendar.constants import holidays  # noqa: PLC0415 - as above

        return any(day.year == year for day in holidays)
