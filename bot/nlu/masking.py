"""A text without what identifies people: numbers, accounts and links become their names in brackets.

What it knows are the patterns of `entities` and a few contacts; a name in plain words stays.
"""

from __future__ import annotations

import re
from datetime import date

from bot.nlu.entities import find_entities

__all__ = ["mask"]

_NAMES = {
    "phone": "手机号",
    "id_no": "身份证号",
    "bank_card": "银行卡号",
    "order_no": "订单号",
    "ticket_no": "工单号",
    "account": "账号",
    "link": "链接",
}
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


def mask(text: str) -> str:
    """「我手机13912345678」 becomes 「我手机〔手机号〕」; amounts and dates stay."""
    for entity in reversed(find_entities(text, _ANY_DAY)):
        name = _NAMES.get(entity.slot)
        if name:
            start, end = entity.span
            text = f"{text[:start]}〔{name}〕{text[end:]}"
    for pattern, name in _CONTACTS:
        text = pattern.sub(f"〔{name}〕", text)
    return text
