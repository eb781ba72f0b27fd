"""Quiet hours and time zones as people write and read them: `22-8`, `晚上十点到早上八点`, `off`, `Asia/Tokyo`."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from bot.cases.zones import is_zone
from bot.core.profile import Profile
from bot.serving import words

__all__ = ["hours", "quiet_change"]

_OFF = frozenset({"off", "关", "关闭", "关掉", "關", "關閉", "不要", "随时", "隨時"})
_NUMBERS = {
    name: number
    for number, name in enumerate(
        ["零", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"]
    )
} | {"两": 2, "兩": 2}
_HOUR = r"(凌晨|早上|早晨|早|上午|中午|下午|傍晚|晚上|晚|夜里|半夜)?\s*(\d{1,2}|十[一二]?|[零一二两兩三四五六七八九])"
_CLOCK = rf"{_HOUR}(?:\s*[点點时時]|[:：]00)?"
_SPAN = re.compile(rf"{_CLOCK}\s*(?:-|－|–|—|~|～|到|至)\s*{_CLOCK}")
_LATER = {"下午": 1, "傍晚": 1, "晚上": 5, "晚": 5, "夜里": 8, "半夜": 8}
"""From which hour on a part of the day means the second half of the clock: 晚上十点 is 22, 夜里两点 is 2."""
_MIDNIGHT = frozenset({"晚上", "晚", "夜里", "半夜", "凌晨"})


def hours(profile: Profile) -> str:
    """The quiet hours in words."""
    zone = words.ZONES.get(profile.zone, profile.zone)
    if profile.quiet is None or profile.quiet[0] == profile.quiet[1]:
        return words.QUIET_NEVER.format(zone=zone)
    start, end = profile.quiet
    return words.QUIET_HOURS.format(start=start, end=end, zone=zone)


def quiet_change(text: str) -> Callable[[Profile], Profile] | None:
    """The change that a text asks for: hours, never quiet, or a zone; None when it says nothing of these."""
    text = text.strip()
    if text.lower() in _OFF:
        return lambda before: replace(before, quiet=None)
    found = _SPAN.fullmatch(text)
    if found is None:
        return _zone_change(text)
    start, end = _hour(found[1], found[2]), _hour(found[3], found[4])
    if start > 24 or end > 24:
        return None
    span = (start % 24, end % 24)
    return lambda before: replace(before, quiet=span)


def _zone_change(text: str) -> Callable[[Profile], Profile] | None:
    zone = next((name for name, said in words.ZONES.items() if said == text), text)
    return (lambda before: replace(before, zone=zone)) if is_zone(zone) else None


def _hour(part: str | None, number: str) -> int:
    """An hour from 0 to 24, or more than that when there is no such hour."""
    hour = int(number) if number.isdecimal() else _NUMBERS[number]
    if hour == 12 and part in _MIDNIGHT:
        return 0
    return hour + 12 if part in _LATER and _LATER[part] <= hour < 12 else hour
