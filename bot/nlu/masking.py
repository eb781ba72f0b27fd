"""What identifies people in a text: where it stands, and the text without it.

What it knows are the patterns of `entities` and a few contacts; a name in plain words stays. `private_spans`
finds what may never be written down in full; `mask` also takes out what only points to a case.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from bot.nlu.entities import find_entities

__all__ = ["Span", "mask", "private_spans"]

Span = tuple[int, int, str]
"""Start, end and the Chinese name of what stands there."""

_PRIVATE = {
    "phone": "手机号",
    "id_no": "身份证号",
    "bank_card": "银行卡号",
    "order_no": "订单号",
    "account": "账号",
}
_POINTERS = {"ticket_no": "工单号", "link": "链接"}
_CONTACTS = (
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "邮箱"),
    (re.compile(r"(?i)(?<=微信)[号:：是 ]*[a-z][\w-]{4,}"), "微信号"),
    (re.compile(r"(?i)\b(?:wx|vx|wechat|v信?)[号:：是 ]*[a-z][\w-]{4,}"), "微信号"),
    (re.compile(r"(?i)\bqq[号:：是 ]*\d{5,11}"), "QQ号"),
    (re.compile(r"护照[号:：是 ]*[A-Za-z]\w{7,8}"), "护照号"),
    (re.compile(r"(?<!\d)1[3-9]\d(?:[-. ·]?\d{4}){2}(?!\d)"), "手机号"),
    (re.compile("[一幺][三四五六七八九][零〇一二三四五六七八九幺]{9}"), "手机号"),
    (re.compile(r"\d{7,}"), "号码"),  # whatever it is, it is somebody's
)
_ANY_DAY = date(2000, 1, 1)  # what is masked does not depend on the day


def private_spans(text: str) -> list[Span]:
    """What may not be written down, in order, without overlaps. Tickets, links, amounts and dates may."""
    return sorted(_spans(text, _PRIVATE))


def mask(text: str) -> str:
    """「我手机13912345678」 becomes 「我手机〔手机号〕」; amounts and dates stay."""
    for start, end, name in sorted(_spans(text, _PRIVATE | _POINTERS), reverse=True):
        text = f"{text[:start]}〔{name}〕{text[end:]}"
    return text


def _spans(text: str, names: dict[str, str]) -> Iterator[Span]:
    """Entities first; a contact counts only where no entity is, a pointer that stays included."""
    taken: list[tuple[int, int]] = []
    for entity in find_entities(text, _ANY_DAY):
        start, end = entity.span
        if entity.slot in _PRIVATE or entity.slot in _POINTERS:
            taken.append((start, end))
        if name := names.get(entity.slot):
            yield start, end, name
    for pattern, name in _CONTACTS:
        for match in pattern.finditer(text):
            if all(match.end() <= start or end <= match.start() for start, end in taken):
                taken.append(match.span())
                yield match.start(), match.end(), name
