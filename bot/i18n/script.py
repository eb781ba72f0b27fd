"""What is said, in the person's script. Sentences to paste stay simplified: 小红书's agents read those."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any

from bot.core.turn import Button, Outcome, Response

__all__ = ["LOCALES", "in_script", "localize", "text_in", "written_in"]

LOCALES = ("zh_Hans", "zh_Hant")

_TELLING = 8
"""Fewer simplified characters than this could be either script."""


@lru_cache(maxsize=2)
def _converter(rule: str) -> Any:
    import opencc  # noqa: PLC0415 - 20 ms: only for those who write Traditional Chinese

    return opencc.OpenCC(rule)


def written_in(text: str) -> str | None:
    """The script a person writes: zh_Hant, zh_Hans, or None when the text does not tell."""
    if not any("\u4e00" <= char <= "\u9fff" for char in text):
        return None
    try:
        text.encode("gb2312")
    except UnicodeEncodeError:
        return "zh_Hant" if _converter("t2s").convert(text) != text else None
    return "zh_Hans" if len(text) >= _TELLING else None


def localize(outcome: Outcome, locale: str) -> Outcome:
    """The outcome in `locale`; zh_Hans is the source and comes back as it is."""
    if locale == "zh_Hans":
        return outcome
    return replace(outcome, responses=tuple(in_script(each, locale) for each in outcome.responses))


def in_script(response: Response, locale: str) -> Response:
    """One response in `locale`."""
    if locale != "zh_Hant":
        return response
    buttons = tuple(Button(_traditional(b.label), b.value, b.issues) for b in response.buttons)
    return Response(_traditional(response.text), response.copies, buttons)


def text_in(text: str, locale: str) -> str:
    """A text of ours in `locale`; its markup stays."""
    return _traditional(text) if locale == "zh_Hant" else text


_SLIPS = (
    ("注销", "登出", "註銷"),
    ("乱发", "亂髮", "亂發"),
    ("明了", "明瞭", "明了"),
    ("发布", "釋出", "發布"),
)
"""(simplified, what the converter makes of it, what it should be)."""


def _traditional(text: str) -> str:
    converted: str = _converter("s2twp").convert(text)
    for source, slip, right in _SLIPS:
        if source in text:
            converted = converted.replace(slip, right)
    return converted
