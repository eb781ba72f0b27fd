"""A text without what identifies people: numbers, accounts and links become their names in brackets."""

from __future__ import annotations

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
_ANY_DAY = date(2000, 1, 1)  # what is masked does not depend on the day


def mask(text: str) -> str:
    """「我手机13912345678」 becomes 「我手机〔手机号〕」; amounts and dates stay."""
    for entity in reversed(find_entities(text, _ANY_DAY)):
        name = _NAMES.get(entity.slot)
        if name:
            start, end = entity.span
            text = f"{text[:start]}〔{name}〕{text[end:]}"
    return text
