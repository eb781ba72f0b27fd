"""What a button of an answer says back, in callback data: a value that is too long beside its signature travels as a
digest, and is looked up among all values that there are."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

from bot.core.flow import FlowSet
from bot.core.turn import digest
from bot.nlu.clarify import Question

__all__ = ["ROOM", "Values"]

ROOM = 44
"""Bytes for a value: of the 64 that the Bot API takes, the rest is where the button stands and its signature."""

_MARK = "#"


class Values:
    """The values of one FlowSet and of the questions that tell problems apart."""

    def __init__(self, flows: FlowSet, questions: Iterable[Question]) -> None:
        slots = (f"{s.name}:{choice}" for s in flows.slots.values() for choice in s.values)
        asked = (f"clarify:{q.id}:{option.value}" for q in questions for option in q.options)
        long = (each for each in chain(slots, asked) if len(each.encode()) > ROOM)
        self._long = {_short(value): value for value in long}

    def packed(self, value: str) -> str:
        """The value as callback data carries it, at most ROOM bytes."""
        return value if len(value.encode()) <= ROOM else _short(value)

    def unpacked(self, text: str) -> str:
        """The value that `packed` was given."""
        return self._long.get(text, text)


def _short(value: str) -> str:
    return _MARK + digest(value)
