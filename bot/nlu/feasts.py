"""Feasts by which people tell a date: 双十一, 国庆, 母亲节, 春节, 除夕."""

from datetime import date, timedelta

_FIXED_FEASTS = {
    "双十一": (11, 11), "双11": (11, 11), "双十二": (12, 12), "双12": (12, 12), "618": (6, 18),
    "六一八": (6, 18), "元旦": (1, 1), "情人节": (2, 14), "女神节": (3, 8), "妇女节": (3, 8),
    "三八节": (3, 8), "愚人节": (4, 1), "劳动节": (5, 1), "五一": (5, 1), "520": (5, 20),
    "儿童节": (6, 1), "六一": (6, 1), "国庆": (10, 1), "十一": (10, 1), "十一黄金周": (10, 1), "光棍节": (11, 11),
    "万圣节": (10, 31), "平安夜": (12, 24), "圣诞": (12, 25), "教师节": (9, 10), "植树节": (3, 12),
    "建军节": (8, 1), "青年节": (5, 4),
}  # fmt: skip
# Feasts without a fixed day that are the n-th such weekday of a month: (month, weekday, n).
_WEEKDAY_FEASTS = {"母亲节": (5, 6, 2), "父亲节": (6, 6, 3), "感恩节": (11, 3, 4)}
# The lunar feasts have no formula short enough to carry.
_LUNAR_FEASTS = {
    "春节": {2022: (2, 1), 2023: (1, 22), 2024: (2, 10), 2025: (1, 29), 2026: (2, 17),
             2027: (2, 6), 2028: (1, 26), 2029: (2, 13), 2030: (2, 3)},
    "端午": {2022: (6, 3), 2023: (6, 22), 2024: (6, 10), 2025: (5, 31), 2026: (6, 19),
             2027: (6, 9), 2028: (5, 28), 2029: (6, 16), 2030: (6, 5)},
    "七夕": {2022: (8, 4), 2023: (8, 22), 2024: (8, 10), 2025: (8, 29), 2026: (8, 19),
             2027: (8, 8), 2028: (8, 26), 2029: (8, 16), 2030: (8, 5)},
    "中秋": {2022: (9, 10), 2023: (9, 29), 2024: (9, 17), 2025: (10, 6), 2026: (9, 25),
             2027: (9, 15), 2028: (10, 3), 2029: (9, 22), 2030: (9, 12)},
    "重阳": {2022: (10, 4), 2023: (10, 23), 2024: (10, 11), 2025: (10, 29), 2026: (10, 18),
             2027: (10, 8), 2028: (10, 26), 2029: (10, 16), 2030: (10, 5)},
    "清明": {2022: (4, 5), 2023: (4, 5), 2024: (4, 4), 2025: (4, 4), 2026: (4, 5),
             2027: (4, 5), 2028: (4, 4), 2029: (4, 4), 2030: (4, 5)},
}  # fmt: skip
_LUNAR_NAMES = {"大年初一": "春节", "过年": "春节"}
# Days counted from the lunar new year.
_NEW_YEAR_OFFSET = {"除夕": -1, "大年三十": -1, "大年初二": 1, "大年初三": 2, "元宵": 14}

FEAST_NAMES = sorted(
    [
        *(name for name in _FIXED_FEASTS if name != "十一"),  # eleven, unless 「十一那天」
        *_WEEKDAY_FEASTS,
        *_LUNAR_FEASTS,
        *_LUNAR_NAMES,
        *_NEW_YEAR_OFFSET,
    ],
    key=len,
    reverse=True,
)


def feast_days(name: str, around: int) -> list[date]:
    """The days of a feast in the years around one year; those of the table for a lunar one."""
    years = range(around - 2, around + 3)
    if name in _FIXED_FEASTS:
        return [date(year, *_FIXED_FEASTS[name]) for year in years]
    if name in _WEEKDAY_FEASTS:
        month, weekday, nth = _WEEKDAY_FEASTS[name]
        firsts = [date(year, month, 1) for year in years]
        return [
            first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))
            for first in firsts
        ]
    shift = timedelta(days=_NEW_YEAR_OFFSET.get(name, 0))
    calendar = _LUNAR_FEASTS.get(_LUNAR_NAMES.get(name, name), _LUNAR_FEASTS["春节"])
    return [date(year, *month_day) + shift for year, month_day in calendar.items()]
