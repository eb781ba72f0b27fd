"""Facts a person lets drop: amounts, dates, waiting days, numbers of orders, tickets and people.

Spans are offsets into the text as it was given. Overlaps are resolved by meaning: what
identifies (a link, an ID card, a phone) wins over what counts (a date, an amount).
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from bot.nlu.amounts import find_amounts
from bot.nlu.dates import find_dates
from bot.nlu.identifiers import Found, find_identifiers
from bot.nlu.normalize import fold
from bot.nlu.waiting_days import find_days_waiting

SLOTS: Final = ("amount", "date", "days_waiting", "order_no", "ticket_no", "phone", "id_no",
                "bank_card", "account", "link")  # fmt: skip
# Folding lowers the case; these keep the spelling their owner gave them.
_VERBATIM: Final = ("link", "account", "order_no", "ticket_no", "id_no")


@dataclass(frozen=True, slots=True)
class Entity:
    """One fact. `text` is the original wording; `value` is what a flow computes with."""

    slot: str
    span: tuple[int, int]
    text: str
    value: str | int | float


# Cantonese and Taiwanese words that carry these facts, each as long as its Mandarin word: offsets stay valid.
_REGIONAL = {
    "寻日": "昨日", "琴日": "昨日", "噚日": "昨日", "寻晚": "昨晚", "琴晚": "昨晚", "噚晚": "昨晚",
    "听日": "明日", "听朝": "明早", "听晚": "明晚", "今朝": "今早", "旧年": "去年", "今个星": "这个星",
    "今个礼": "这个礼", "今个月": "这个月", "呢个": "这个", "今次": "这次", "而家": "现在", "到今冇": "至今没",
    "呃咗": "骗了", "呃我": "骗我", "呃晒": "骗光", "辘爆": "刷爆", "辘咗": "刷了", "碌咗": "刷了",
    "过数": "转账", "过咗": "过了", "蚀咗": "亏了", "仲未": "还没", "仲系": "还是", "仲冇": "还没", "仲喺": "还在",
    "咗": "了", "俾": "给", "畀": "给", "嘅": "的", "嗰": "那", "冇": "没", "唔": "不", "喺": "在",
    "帐号": "账号", "帐户": "账户", "暱称": "昵称", "佢": "他", "嚟": "来", "哋": "们", "𠮶": "那", "喇": "啦", "啲": "些",
}  # fmt: skip
_REGIONAL_RE = re.compile("|".join(sorted(_REGIONAL, key=len, reverse=True)))
# Folding turns 「500，300」 into one number: the full-width comma separates.
_WIDE_COMMA = re.compile(r"(?<=[0-9])，(?=[0-9])")


def find_entities(text: str, today: date) -> list[Entity]:
    """The entities of `text` in order of appearance, without overlaps."""
    folded = _fold(text)
    kept: list[Found] = []
    for find in _FINDERS:
        new: list[Found] = []
        for found in find(folded, today):
            if not any(found[1] < end and start < found[2] for _, start, end, _ in new):
                new.append(found)
        kept += new
        for _, start, end, _ in new:  # what is told is told: the next finder does not see it
            folded = f"{folded[:start]}{'□' * (end - start)}{folded[end:]}"
    kept.sort(key=lambda found: found[1])
    return [
        Entity(slot, (start, end), text[start:end], text[start:end] if slot in _VERBATIM else value)
        for slot, start, end, value in kept
    ]


def _fold(text: str) -> str:
    folded = fold(_WIDE_COMMA.sub(";", text))
    return _REGIONAL_RE.sub(lambda word: _REGIONAL[word[0]], folded)


def _identifiers(text: str, _today: date) -> Iterator[Found]:
    yield from find_identifiers(text)


def _dates(text: str, today: date) -> Iterator[Found]:
    for start, end, day in find_dates(text, today):
        yield "date", start, end, day.isoformat()


def _waiting(text: str, _today: date) -> Iterator[Found]:
    for start, end, days in find_days_waiting(text):
        yield "days_waiting", start, end, days


def _amounts(text: str, _today: date) -> Iterator[Found]:
    for start, end, value in find_amounts(text):
        yield "amount", start, end, value


# In order of right of way.
_FINDERS: tuple[Callable[[str, date], Iterator[Found]], ...] = (
    _identifiers, _dates, _waiting, _amounts,
)  # fmt: skip
