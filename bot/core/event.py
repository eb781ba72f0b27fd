"""Events: what happened, in order; the only way in which a Tracker changes.

An event carries ids, values and times, never the person's words. Folding the events of a case gives its
tracker again (`bot.core.machine.fold`). `to_dict` is the stored and printed form: `type` and the fields.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from bot.core.slots import Value

__all__ = [
    "AlarmRaised",
    "CandidatesSet",
    "CaseClosed",
    "CaseOpened",
    "Counted",
    "DueDone",
    "DueSet",
    "Event",
    "EvidenceNoted",
    "FactCaveated",
    "IssueSet",
    "Missed",
    "Moved",
    "OriginSet",
    "PhraseGiven",
    "Prompted",
    "QuestionAsked",
    "ReplyRead",
    "Reset",
    "Rewound",
    "SecondNoted",
    "SlotSet",
    "StageReached",
    "TextSaid",
    "TurnStarted",
    "UnsureMarked",
    "event_from_dict",
]


@dataclass(frozen=True, slots=True)
class Event:
    """Base of all events."""

    def to_dict(self) -> dict[str, Any]:
        data: dict[str, Any] = {"type": type(self).__name__}
        for each in fields(self):
            data[each.name] = getattr(self, each.name)
        return data


@dataclass(frozen=True, slots=True)
class CaseOpened(Event):
    case: str
    at: str


@dataclass(frozen=True, slots=True)
class TurnStarted(Event):
    """A user turn or a due item begins; `trigger` is what it fires."""

    number: int
    at: str
    trigger: str


@dataclass(frozen=True, slots=True)
class Moved(Event):
    """The states passed in one turn, the last one being where the conversation rests."""

    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SlotSet(Event):
    """`value` None empties the slot."""

    slot: str
    value: Value | None


@dataclass(frozen=True, slots=True)
class UnsureMarked(Event):
    """The person does not know; the slot is not asked again."""

    slot: str


@dataclass(frozen=True, slots=True)
class Counted(Event):
    slot: str


@dataclass(frozen=True, slots=True)
class IssueSet(Event):
    issue: str


@dataclass(frozen=True, slots=True)
class SecondNoted(Event):
    """The same message named another problem; it is offered when this one is over."""

    issue: str


@dataclass(frozen=True, slots=True)
class CandidatesSet(Event):
    candidates: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class QuestionAsked(Event):
    """A clarifying question was put."""

    question: str


@dataclass(frozen=True, slots=True)
class ReplyRead(Event):
    """What the other side did, by class."""

    reply: str


@dataclass(frozen=True, slots=True)
class AlarmRaised(Event):
    """A danger was met; the same one does not interrupt the case again."""

    kind: str


@dataclass(frozen=True, slots=True)
class PhraseGiven(Event):
    """A sentence to paste was given; `digest` stands for its rendered text."""

    phrase: str
    digest: str


@dataclass(frozen=True, slots=True)
class TextSaid(Event):
    """One more variant of the text `key` was used."""

    key: str
    digest: str


@dataclass(frozen=True, slots=True)
class FactCaveated(Event):
    """The caveat of an unverified fact was said once; it is not repeated in the case."""

    fact: str


@dataclass(frozen=True, slots=True)
class StageReached(Event):
    stage: str


@dataclass(frozen=True, slots=True)
class DueSet(Event):
    """Something is to happen at `at` (ISO) if the conversation still rests in `state`."""

    kind: str
    at: str
    state: str


@dataclass(frozen=True, slots=True)
class DueDone(Event):
    kind: str
    at: str
    state: str


@dataclass(frozen=True, slots=True)
class EvidenceNoted(Event):
    """The person has the thing `item` of the evidence list, or no longer; the thing itself is not kept."""

    item: str
    have: bool


@dataclass(frozen=True, slots=True)
class Missed(Event):
    """A message was not understood in `state`."""

    state: str


@dataclass(frozen=True, slots=True)
class Prompted(Event):
    """The state has put its question; a second time it is put more briefly."""

    state: str


@dataclass(frozen=True, slots=True)
class OriginSet(Event):
    """Where to resume after an interruption; None when nothing is interrupted."""

    state: str | None


@dataclass(frozen=True, slots=True)
class Rewound(Event):
    """The conversation goes back to `state`; unless `keep`, the answers given since are taken back."""

    state: str
    keep: bool


@dataclass(frozen=True, slots=True)
class Reset(Event):
    """The case starts anew; given phrases stay given."""


@dataclass(frozen=True, slots=True)
class CaseClosed(Event):
    outcome: str


_TYPES: dict[str, type[Event]] = {cls.__name__: cls for cls in Event.__subclasses__()}

_TUPLES = frozenset({"path", "candidates"})
"""Fields that JSON brings back as lists."""


def event_from_dict(data: dict[str, Any]) -> Event:
    """The event that `to_dict` wrote; KeyError for a type that is not known."""
    values = {key: value for key, value in data.items() if key != "type"}
    for name in _TUPLES & values.keys():
        values[name] = tuple(tuple(v) if isinstance(v, list) else v for v in values[name])
    return _TYPES[data["type"]](**values)
