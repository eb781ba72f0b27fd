"""Facts a person lets drop: amounts, dates, waiting days, numbers of orders, tickets and people.

Spans are offsets into the text as it was given. Overlaps are resolved by meaning: what
identifies (a link, an ID card, a phone) wins over what counts (a date, an amount).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from bot.nlu.amounts import find_amounts, find_days_waiting
from bot.nlu.dates import find_dates
from bot.nlu.identifiers import find_identifiers
from bot.nlu.normalize import fold

SLOTS: Final = ("amount", "date", "days_waiting", "order_no", "ticket_no", "phone", "id_no",
                "bank_card", "account", "link")  # fmt: skip
PERSONAL: Final = ("order_no", "phone", "id_no", "bank_card", "account")
# Folding lowers the case; these keep the spelling their owner gave them.
_VERBATIM: Final = ("link", "account", "order_no", "ticket_no", "id_no")


@dataclass(frozen=True, slots=True)
class Entity:
    """One fact. `text` is the original wording; `value` is what a flow computes with."""

    slot: str
    span: tuple[int, int]
    text: str
    value: str | int | float


_Found = tuple[str, int, int, str | int | float]


def find_entities(text: str, today: date) -> list[Entity]:
    """The entities of `text` in order of appearance, without overlaps."""
    folded = fold(text)
    kept: list[_Found] = []
    for find in _FINDERS:
        for found in find(folded, today):
            if not any(found[1] < end and start < found[2] for _, start, end, _ in kept):
                kept.append(found)
    kept.sort(key=lambda found: found[1])
    return [
        Entity(slot, (start, end), text[start:end], text[start:end] if slot in _VERBATIM else value)
        for slot, start, end, value in kept
    ]


def _identifiers(text: str, _today: date) -> Iterator[_Found]:
    yield from find_identifiers(text)


def _dates(text: str, today: date) -> Iterator[_Found]:
    for start, end, day in find_dates(text, today):
        yield "date", start, end, day.isoformat()


def _waiting(text: str, _today: date) -> Iterator[_Found]:
    for start, end, days in find_days_waiting(text):
        yield "days_waiting", start, end, days


def _amounts(text: str, _today: date) -> Iterator[_Found]:
    for start, end, value in find_amounts(text):
        yield "amount", start, end, value


# In order of right of way.
_FINDERS: tuple[Callable[[str, date], Iterator[_Found]], ...] = (
    _identifiers, _dates, _waiting, _amounts,
)  # fmt: skip
