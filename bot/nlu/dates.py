"""Dates as complainants say them: 上周三, 昨儿个, 10月8号, 双十一, 去年国庆, 三天前.

People complain about the past, so a date without a year is the latest one that is not after
today; words of promise (「11月25日前答复」, 「最晚周五」) turn it to the future. A vague day
(月底, 前几天, 上周) is no date.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from bot.nlu.numerals import NUMBER, parse_number

Found = tuple[int, int, date]
_Rule = Callable[[re.Match[str], date, bool], date | None]

_DAY_WORDS = {"大前": -3, "前": -2, "昨": -1, "今": 0, "明": 1, "后": 2, "大后": 3}
_WEEKDAYS = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6, "末": 5,
             "1": 0, "2": 1, "3": 2, "4": 3, "5": 4, "6": 5, "7": 6}  # fmt: skip
_MONTHS = {
    name: i + 1
    for i, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
    )
}
_FIXED_FEASTS = {
    "双十一": (11, 11), "双11": (11, 11), "双十二": (12, 12), "双12": (12, 12), "618": (6, 18),
    "六一八": (6, 18), "元旦": (1, 1), "情人节": (2, 14), "女神节": (3, 8), "妇女节": (3, 8),
    "三八节": (3, 8), "愚人节": (4, 1), "劳动节": (5, 1), "五一": (5, 1), "520": (5, 20),
    "儿童节": (6, 1), "六一": (6, 1), "国庆": (10, 1), "十一黄金周": (10, 1), "光棍节": (11, 11),
    "万圣节": (10, 31), "平安夜": (12, 24), "圣诞": (12, 25), "教师节": (9, 10),
}  # fmt: skip
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
}  # fmt: skip
_LUNAR_NAMES = {"大年初一": "春节", "过年": "春节", "中秋节": "中秋", "端午节": "端午"}

_N = NUMBER
_YEAR_WORD = r"(?P<year>(?:19|20)\d\d年?|今年|去年|前年|上年|\d\d年)?(?:的)?\s?"
_YEAR_OFFSET = {"今年": 0, "去年": -1, "上年": -1, "前年": -2}
_FEAST_NAMES = sorted([*_FIXED_FEASTS, *_LUNAR_FEASTS, *_LUNAR_NAMES], key=len, reverse=True)
_FUTURE_AFTER = re.compile(
    r"(?:[日号天]|[上下]午|晚上?|\d{1,2}[点:]\d{0,2})*(?:之?前(?![一两三几]天)|以前|内|截止|到期|给(?:我)?|答复|出结果|回复|处理|联系)"
)
_FUTURE_BEFORE = re.compile(
    r"(?:最晚|最迟|预计|截止|将于?|会在|等到|说(?:是|好)?|答应|承诺|请在|不晚于)\s?$"
)


def find_dates(text: str, today: date) -> list[Found]:
    """Every date in `text` as (start, end, day), in order, without overlaps."""
    found: list[Found] = []
    bare: set[int] = set()
    taken: set[int] = set()
    for pattern, rule in _RULES:
        for match in pattern.finditer(text):
            if taken.intersection(range(match.start(), match.end())):
                continue
            day = _safely(rule, match, today, _is_future(text, match))
            if day:
                found.append((match.start(), match.end(), day))
                taken.update(range(match.start(), match.end()))
                if rule is _day_of_month and not _is_future(text, match):
                    bare.add(match.start())
    return _following(sorted(found), bare, today)


def _following(found: list[Found], bare: set[int], today: date) -> list[Found]:
    """A day without a month follows the date told before it: 10月8号买的，15号退的 is 10月15日."""
    told: list[Found] = []
    for start, end, day in found:
        before = told[-1][2] if told else None
        if start in bare and before is not None and before <= today:
            months = [before, (before.replace(day=1) + timedelta(days=32)).replace(day=1)]
            near = [m.replace(day=day.day) for m in months if day.day <= _days_in(m)]
            day = next((each for each in near if before <= each <= today), day)
        told.append((start, end, day))
    return told


def _days_in(month: date) -> int:
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1).toordinal() - month.replace(
        day=1
    ).toordinal()


def _safely(rule: _Rule, match: re.Match[str], today: date, future: bool) -> date | None:
    """A day that the calendar does not have (2月30号) is no date."""
    try:
        return rule(match, today, future)
    except (ValueError, OverflowError):
        return None


def _is_future(text: str, match: re.Match[str]) -> bool:
    return bool(
        _FUTURE_AFTER.match(text, match.end()) or _FUTURE_BEFORE.search(text[: match.start()])
    )


def _int(text: str | None) -> int:
    value = parse_number(text) if text else None
    if value is None or value != int(value):
        raise ValueError(text)
    return int(value)


def _year(word: str | None, today: date) -> int | None:
    if not word:
        return None
    if word in _YEAR_OFFSET:
        return today.year + _YEAR_OFFSET[word]
    number = int(word.rstrip("年"))
    return number if number > 99 else 2000 + number


def _nearest(month: int, day: int, today: date, future: bool) -> date:
    """The year nobody says: the last such day, or the next one when it is promised."""
    this_year = date(today.year, month, day)
    if this_year > today and not future:
        return date(today.year - 1, month, day)
    if this_year < today and future and (today - this_year).days > 180:
        return date(today.year + 1, month, day)
    return this_year


def _month_day(match: re.Match[str], today: date, future: bool) -> date:
    month, day = _int(match["m"]), _int(match["d"])
    year = _year(match["year"], today)
    return date(year, month, day) if year else _nearest(month, day, today, future)


def _english(match: re.Match[str], today: date, future: bool) -> date:
    return _nearest(_MONTHS[match["m"][:3].lower()], int(match["d"]), today, future)


def _relative_month(match: re.Match[str], today: date, _future: bool) -> date:
    word = match["which"]
    shift = word.count("下") - word.count("上")
    months = today.year * 12 + today.month - 1 + shift
    return date(months // 12, months % 12 + 1, _int(match["d"]))


def _day_of_month(match: re.Match[str], today: date, future: bool) -> date:
    day = _int(match["d"])
    months = today.year * 12 + today.month - 1
    if future and day < today.day:
        months += 1
    elif not future and day > today.day:
        months -= 1
    return date(months // 12, months % 12 + 1, day)


def _weekday(match: re.Match[str], today: date, future: bool) -> date:
    which = match["which"] or ""
    monday = today - timedelta(days=today.weekday())
    weeks = which.count("下") - which.count("上")
    day = monday + timedelta(days=7 * weeks + _WEEKDAYS[match["d"]])
    if which:
        return day
    if future and day < today:
        return day + timedelta(days=7)
    return day if day <= today or future else day - timedelta(days=7)


def _day_word(match: re.Match[str], today: date, _future: bool) -> date:
    return today + timedelta(days=_DAY_WORDS[match["w"]])


def _ago(match: re.Match[str], today: date, _future: bool) -> date:
    unit, count = match["u"], match["n"]
    days = {"天": 1, "日": 1, "周": 7, "星": 7, "礼": 7, "个": 30, "月": 30}[unit[0]]
    total = days / 2 if count in ("半", "小半", "大半") else _int(count) * days
    return today - timedelta(days=int(total))


def _feast(match: re.Match[str], today: date, future: bool) -> date:
    name, year = _LUNAR_NAMES.get(match["f"], match["f"]), _year(match["year"], today)
    if name in _FIXED_FEASTS:
        month, day = _FIXED_FEASTS[name]
        return date(year, month, day) if year else _nearest(month, day, today, future)
    calendar = _LUNAR_FEASTS[name]
    if year:
        return date(year, *calendar[year]) if year in calendar else _no_date()
    days = [date(y, *md) for y, md in calendar.items()]
    fitting = [d for d in days if (d >= today if future else d <= today)]
    return (min(fitting) if future else max(fitting)) if fitting else _no_date()


def _no_date() -> date:
    raise ValueError("outside the table")


def _month_day_bare(match: re.Match[str], today: date, future: bool) -> date:
    return _nearest(int(match["m"]), int(match["d"]), today, future)


def _calendar_rules() -> Iterator[tuple[re.Pattern[str], _Rule]]:
    """Dates that name a month."""
    month, day = r"(?P<m>1[0-2]|0?[1-9])", r"(?P<d>3[01]|[12]\d|0?[1-9])"
    han_day = rf"(?P<d>{_N})"
    yield re.compile(rf"(?<![\d./-])(?P<year>20\d\d)[-/.]{month}[-/.]{day}(?!\d)"), _month_day
    yield (
        re.compile(
            rf"{_YEAR_WORD}(?P<m>{_N})\s?月(?:份)?(?:的)?\s?{han_day}\s?[日号]?(?![天个单号倍\d])"
        ),
        _month_day,
    )
    yield (
        re.compile(rf"(?P<which>上上个?|上个?|这个?|本|下个?)月(?:份)?(?:的)?{han_day}[日号]"),
        _relative_month,
    )
    yield re.compile(rf"(?<![\d./:-]){month}[/]{day}(?![\d/.%])"), _month_day_bare
    yield (
        re.compile(rf"(?<![\d./:v-]){month}-{day}(?=[ 号日的那晚早下上买付提到收发]|$)"),
        _month_day_bare,
    )
    yield (
        re.compile(
            rf"(?<![\d./:v¥$-]){month}\.{day}(?=\s?(?:[号日那晚早买付提收发下就又至申退截寄给]|的(?!钱)))"
        ),
        _month_day_bare,
    )


def _spoken_rules() -> Iterator[tuple[re.Pattern[str], _Rule]]:
    """Dates by name or by their distance from today."""
    han_day = rf"(?P<d>{_N})"
    yield (
        re.compile(
            r"\b(?P<m>(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*)\.? (?P<d>\d{1,2})\b",
            re.I,
        ),
        _english,
    )
    yield (
        re.compile(
            rf"{_YEAR_WORD}(?P<f>{'|'.join(_FEAST_NAMES)})(?:节)?(?![\d元块单个天条年.%+]|\s?[a-z])"
        ),
        _feast,
    )
    yield (
        re.compile(
            rf"(?P<n>{_N}|半|大半|小半)(?:来|多|几)?(?P<u>天|日|个?星期|个?礼拜|周|个?月)(?:之前|以前|前)(?![台])"
        ),
        _ago,
    )
    yield (
        re.compile(
            r"(?<!每)(?<!每个)(?P<which>上上个?|上个?|这个?|本|下下个?|下个?)?(?<!每)(?:周|星期|礼拜)(?P<d>[一二三四五六日天末1-7])"
            r"(?![\d个次天条岁到至])"
        ),
        _weekday,
    )
    yield re.compile(r"(?P<w>大前|大后|昨|今|明|前|后)(?:天|日|儿个|儿|晚|早|夜)(?!天)"), _day_word
    yield (
        re.compile(rf"(?<![\d.第月年/a-z工大小]){han_day}号(?![线楼店码院机房主文仓库客坐])"),
        _day_of_month,
    )


# The order decides overlaps: the more explicit form first.
_RULES = (*_calendar_rules(), *_spoken_rules())
