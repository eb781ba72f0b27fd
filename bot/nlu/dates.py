"""Dates as complainants say them: 上周三, 昨儿个, 10月8号, 双十一, 去年国庆, 三天前.

People complain about the past, so a date without a year is the latest one that is not after
today; words of promise (「11月25日前答复」, 「最晚周五」) turn it to the future. A vague day
(月底, 前几天, 上周) is no date, nor is a 今天 that only says how long it has been (「到今天八天了」).
A day that is told twice (「昨天，也就是19号」) is one date.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from bot.nlu.feasts import FEAST_NAMES, feast_days
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
_YEAR_WORD = r"(?P<year>(?:19|20)\d\d年?|今年|去年|前年|上年|\d\d年)?(?:的)?\s?"
_YEAR_OFFSET = {"今年": 0, "去年": -1, "上年": -1, "前年": -2}
_MONTH = r"(?P<m>1[0-2]|0?[1-9]|十[一二]|[一二三四五六七八九十])"
_DAY = r"(?P<d>3[01]|[12]\d|0?[1-9]|三十一?|[二廿]?十[一二三四五六七八九]?|廿[一二三四五六七八九]|[一二三四五六七八九])"
# 「周一到周五」 is no day, and 「到今天八天了」 tells how long, not when.
_NO_DAY = re.compile(
    r"(?:周|星期|礼拜)[一二三四五六日天]\s?[到至~-]\s?(?:周|星期|礼拜)?[一二三四五六日天](?![的到])"
    r"|(?<!说)(?<!答应)(?<!预计)(?:[等拖熬耗]?到|至)今[天儿日](?:个|天)?(?:为止)?(?![早上下晚中])(?=[^\d到]|\d)"
    r"|今[天儿日](?:个)?(?=(?:都|已经|就)+是?(?:\d|[一二三十]+号)|(?:都|已经|就)*是?第(?:\d|[一二三四五六七八九十])+天)"
)
_FUTURE_AFTER = re.compile(
    r"(?:[日号天]|[上下]午|晚上?|\d{1,2}[点:]\d{0,2})*(?:之?前(?![一两三几]天)|以前|内|截止|到期|给(?:我|个|准)*(?:结果|信|答复|回复|说法|话|消息|解决|处理|退)|答复|出结果|回复|处理|联系)"
)
_FUTURE_BEFORE = re.compile(
    r"(?:最晚|最迟|预计|截止|将于?|会在|等到|说(?:是|好)?|答应|承诺|请在|不晚于)\s?$"
)


def find_dates(text: str, today: date) -> list[Found]:
    """Every date in `text` as (start, end, day), in order, without overlaps."""
    text = _NO_DAY.sub(lambda phrase: "□" * len(phrase[0]), text)
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
    return _told_once(_following(sorted(found), bare, today))


def _told_once(found: list[Found]) -> list[Found]:
    days: dict[date, Found] = {}
    for each in found:
        days.setdefault(each[2], each)
    return list(days.values())


def _following(found: list[Found], bare: set[int], today: date) -> list[Found]:
    """A day without a month follows the date told before it: 10月8号买的，15号退的 is 10月15日."""
    told: list[Found] = []
    for start, end, day in found:
        before = told[-1][2] if told else None
        if start in bare and before is not None and before <= today:
            months = [before, (before.replace(day=1) + timedelta(days=32)).replace(day=1)]
            near = [
                m.replace(day=day.day) for m in months if day.day <= monthrange(m.year, m.month)[1]
            ]
            day = next((each for each in near if before <= each <= today), day)
        told.append((start, end, day))
    return told


def _safely(rule: _Rule, match: re.Match[str], today: date, future: bool) -> date | None:
    """A day that the calendar does not have (2月30号) is no date."""
    try:
        return rule(match, today, future)
    except (ValueError, OverflowError):
        return None


def _is_future(text: str, match: re.Match[str]) -> bool:
    return bool(
        _FUTURE_AFTER.match(text, match.end())
        or _FUTURE_BEFORE.search(text[max(0, match.start() - 6) : match.start()])
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
    days = {"天": 1, "日": 1, "周": 7, "星": 7, "礼": 7, "月": 30}[unit.removeprefix("个")[0]]
    total = days / 2 if count in ("半", "小半", "大半") else _int(count) * days
    return today - timedelta(days=int(total))


def _feast(match: re.Match[str], today: date, future: bool) -> date:
    name, year = match["f"], _year(match["year"], today)
    days = feast_days(name, year or today.year)
    if year is not None:
        days = [day for day in days if day.year == year]
    elif future:  # as in `_nearest`: 「双十一之前」 in November is the one that has just been
        fresh = [day for day in days if (today - day).days <= 180]
        days = [day for day in fresh if day.year == today.year] or fresh
    else:
        days = [day for day in days if day <= today]
    if not days:
        raise ValueError("outside the table")
    return min(days) if future else max(days)


def _month_day_bare(match: re.Match[str], today: date, future: bool) -> date:
    return _nearest(int(match["m"]), int(match["d"]), today, future)


def _calendar_rules() -> Iterator[tuple[re.Pattern[str], _Rule]]:
    """Dates that name a month."""
    month, day = r"(?P<m>1[0-2]|0?[1-9])", r"(?P<d>3[01]|[12]\d|0?[1-9])"
    yield re.compile(rf"(?<![\d./-])(?P<year>20\d\d)[-/.]{month}[-/.]{day}(?!\d)"), _month_day
    yield (
        re.compile(
            rf"{_YEAR_WORD}(?<![\d一二三四五六七八九]){_MONTH}\s?月(?:份)?(?:的)?\s?"
            rf"{_DAY}\s?(?:[日号]|(?![十天个单号倍次件条块元毛分斤回趟\d]))"
        ),
        _month_day,
    )
    yield (
        re.compile(rf"(?P<which>上上个?|上个?|这个?|本|下个?)月(?:份)?(?:的)?{_DAY}[日号]"),
        _relative_month,
    )
    yield re.compile(rf"(?<![\d./:-]){month}[/]{day}(?![\d/.%])"), _month_day_bare
    yield (
        re.compile(
            rf"(?<![\d./:v-]){month}-{day}(?=[ 号日的那晚早下上买付提到收发]|$)(?!\s?(?:个|天|小时|工作日|倍|次))"
        ),
        _month_day_bare,
    )
    yield (
        re.compile(
            rf"(?<![\d./:v¥$-]){month}\.{day}(?=\s?(?:[号日那晚早买付提收发下就又至申退截寄给封]|的(?!钱)))"
        ),
        _month_day_bare,
    )


def _named_rules() -> Iterator[tuple[re.Pattern[str], _Rule]]:
    """Dates by name: oct 12, 双十一."""
    yield (
        re.compile(
            r"\b(?P<m>(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*)\.? (?P<d>\d{1,2})\b",
            re.I,
        ),
        _english,
    )
    # 「花了618」 is a price.
    yield (
        re.compile(
            rf"{_YEAR_WORD}(?P<f>(?<![\d¥了我扣])(?:618|520)|(?!618|520)(?:{'|'.join(FEAST_NAMES)})|十一(?=那天|假期|长假|期间|当天))"
            r"(?:节)?(?![\d元块单个天条年.%+]|\s?[a-z])"
        ),
        _feast,
    )


def _relative_rules() -> Iterator[tuple[re.Pattern[str], _Rule]]:
    """Dates by their distance from today."""
    yield (
        re.compile(
            rf"(?P<n>{NUMBER}|半|大半|小半)(?:来|多|几)?(?P<u>天|日|个?星期|个?礼拜|周|个?月)(?:之前|以前|前)(?![台])"
        ),
        _ago,
    )
    yield (
        re.compile(
            r"(?<![每逢])(?<!每个)(?:(?P<which>上上个?|上个?|这个?|本|下下个?|下个?)|(?<![\d俩两仨一二三四五六七八九十几个]))(?<![每逢])(?:周|星期|礼拜)(?P<d>[一二三四五六日天末1-7])"
            r"(?![\d个次天条岁])"
        ),
        _weekday,
    )
    yield (
        re.compile(
            r"(?P<w>大前|大后|昨|今|(?<!光)明|(?<![之以目提最])[前后])"
            r"(?:天|日(?![子期均常报方日])|儿个|儿|(?<=[昨今明])个(?![月星礼周人])|晚|早|夜)(?!天)"
        ),
        _day_word,
    )
    yield (
        re.compile(
            rf"(?<!月 )(?<![\d.第月年/a-z工大小几多数一二三四五六七八九十百]){_DAY}\s?号(?![波风线楼店码院机房主文仓库客坐人电色门床桌柜车选技窗球])"
        ),
        _day_of_month,
    )


# The order decides overlaps: the more explicit form first.
_RULES = (*_calendar_rules(), *_named_rules(), *_relative_rules())
