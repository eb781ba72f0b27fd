"""Promised times: 「3到7个工作日」「48小时内」「11月25日前」 as the last day that was promised."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from bot.core.calendar import Calendar, Span
from bot.nlu.dates import find_dates
from bot.nlu.normalize import fold
from bot.nlu.numerals import parse_number

__all__ = ["promised_day"]

_NUM = r"[0-9]+|[一二两三四五六七八九十]+"
_SPAN = re.compile(
    rf"(?:({_NUM})\s*(?:到|至|-|~|—|或)\s*)?({_NUM})\s*个?\s*(工作日|小时|天|日(?![前之以]|\d)|周|星期|礼拜|月(?![\d]))"
)
_WEEKDAY = re.compile(r"(?:这|本|下)?(?:周|星期|礼拜)([一二三四五六日天])")
_DAYS = {"天": 1, "日": 1, "周": 7, "星期": 7, "礼拜": 7, "月": 30}


def promised_day(words: str, now: datetime, calendar: Calendar) -> date | None:
    """The latest day that the words promise, counted from `now`; None when they name none."""
    text = fold(words)
    match = _SPAN.search(text)
    dates = [_ahead(day, now.date()) for _, _, day in find_dates(text, now.date())]
    if dates and (not match or match[3] in "日月"):
        return max(dates)
    weekday = _WEEKDAY.search(text)
    if weekday and not match:
        return _next_weekday(
            now.date(), "一二三四五六日".index(weekday[1].replace("天", "日")), text
        )
    if not match:
        return now.date() + timedelta(days=1) if "明天" in text else None
    number = int(parse_number(match[2]) or 1)
    if match[3] == "工作日":
        return Span(number, "workday").after(now, calendar).date()
    if match[3] == "小时":
        return (now + timedelta(hours=number)).date()
    return now.date() + timedelta(days=number * _DAYS[match[3]])


def _next_weekday(today: date, weekday: int, text: str) -> date:
    """The coming 周五; today counts, 下周 means the week after this one."""
    if "下周" in text or "下星期" in text or "下礼拜" in text:
        return today - timedelta(days=today.weekday()) + timedelta(days=7 + weekday)
    return today + timedelta(days=(weekday - today.weekday()) % 7)


def _ahead(day: date, today: date) -> date:
    """A promise lies ahead: 12月1日 said in November is this December, 1月5日 the next January."""
    while day < today:
        day += timedelta(days=365 if day.month != 2 or day.day != 29 else 366)
    return day
