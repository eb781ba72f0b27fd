"""The admins' fixed answers: a keyword, and what is said when somebody writes it.

Keywords are words, never patterns. What counts as the same word is what understanding calls the same: width, case,
traditional characters and common slips do not matter.
"""

from __future__ import annotations

import html
from collections.abc import Sequence

from bot.groups.settings import Faq, Settings
from bot.nlu.normalize import fold, normalize

__all__ = ["answer", "find"]

_EDGES = " ,。.!！?？~…、;；:：\"'「」“”"


def find(faq: Sequence[Faq], text: str) -> Faq | None:
    """The entry whose keyword fits; of several the longest keyword, of equally long ones the first."""
    heard = _forms(text)
    fitting = [each for each in faq if _fits(each, heard)]
    return max(fitting, key=lambda each: len(_forms(each.keyword)[0]), default=None)


def answer(settings: Settings, text: str) -> str | None:
    """The answer to a message as HTML; None when no keyword fits."""
    found = find(settings.faq, text)
    return html.escape(found.answer, quote=False) if found else None


def _forms(text: str) -> tuple[str, str]:
    """A text as it is understood, and as it stands: what is around a word may change how it is understood."""
    return normalize(text).strip(_EDGES), fold(text).strip(_EDGES)


def _fits(entry: Faq, heard: tuple[str, str]) -> bool:
    for keyword, text in zip(_forms(entry.keyword), heard, strict=True):
        if keyword and (keyword == text if entry.exact else _contains(text, keyword)):
            return True
    return False


def _contains(text: str, keyword: str) -> bool:
    """Whether the keyword stands in the text; Latin letters and digits only as whole words."""
    at = text.find(keyword)
    while at >= 0:
        before, after = text[at - 1 : at], text[at + len(keyword) : at + len(keyword) + 1]
        if not (_joined(before, keyword[0]) or _joined(keyword[-1], after)):
            return True
        at = text.find(keyword, at + 1)
    return False


def _joined(left: str, right: str) -> bool:
    """Whether two neighbours belong to one Latin word or one number."""
    return left.isascii() and right.isascii() and left.isalnum() and right.isalnum()
