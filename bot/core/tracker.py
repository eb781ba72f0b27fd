"""The Tracker: one case of one person, as the fold of its events.

It is detached: the machine moves it but does not hold it. `state` is assigned by `Machine.set_state` only;
everything else changes through `apply`. A turn works on a `copy()`, so a failing turn leaves no trace.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bot.core import event as ev
from bot.core.event import Event
from bot.core.slots import Value

__all__ = ["Due", "Rest", "Tracker"]

ROUTE_LIMIT = 600
"""Longest remembered route; older states can no longer be re-run or returned to."""


@dataclass(frozen=True, slots=True)
class Due:
    """A reminder: `at` is ISO local time, `state` where the conversation must still rest."""

    kind: str
    at: str
    state: str


@dataclass(frozen=True, slots=True)
class Rest:
    """A state the conversation rested in, and which slots the turn that led there had filled."""

    state: str
    route_length: int
    filled: tuple[str, ...]


@dataclass(slots=True, eq=False)
class Tracker:
    """See the module docstring. `seen` counts texts, prompts and misses by key; `opened` is the day (ISO) whose
    rules the case keeps; `evidence` are the ids of the things that the person has noted as kept."""

    conversation: str
    case: str
    state: str = ""
    turns: int = 0
    issue: str | None = None
    second: str | None = None
    stage: str | None = None
    outcome: str | None = None
    origin: str | None = None
    phrase: str | None = None
    opened: str | None = None
    candidates: tuple[tuple[str, float], ...] = ()
    questions: tuple[str, ...] = ()
    slots: dict[str, Value] = field(default_factory=dict)
    unsure: set[str] = field(default_factory=set)
    seen: dict[str, int] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    evidence: set[str] = field(default_factory=set)
    route: list[str] = field(default_factory=list)
    rests: list[Rest] = field(default_factory=list)
    dues: list[Due] = field(default_factory=list)
    fresh: list[str] = field(default_factory=list)

    def copy(self) -> Tracker:
        """An independent tracker with the same content."""
        return Tracker(
            self.conversation,
            self.case,
            self.state,
            self.turns,
            self.issue,
            self.second,
            self.stage,
            self.outcome,
            self.origin,
            self.phrase,
            self.opened,
            self.candidates,
            self.questions,
            self.slots.copy(),
            self.unsure.copy(),
            self.seen.copy(),
            self.used.copy(),
            self.evidence.copy(),
            self.route.copy(),
            self.rests.copy(),
            self.dues.copy(),
            self.fresh.copy(),
        )

    def apply(self, event: Event) -> None:
        """Change what the event says; a `Moved` notes the route but does not set `state`."""
        _APPLY[type(event)](self, event)

    def digest(self) -> dict[str, Any]:
        """Everything that the fold must reproduce, in comparable form."""
        return {
            name: sorted(value) if isinstance(value, set) else value
            for name in self.__slots__
            if (value := getattr(self, name)) is not None
        }


def _opened(tracker: Tracker, event: ev.CaseOpened) -> None:
    tracker.case = event.case
    tracker.opened = event.at[:10]


def _started(tracker: Tracker, event: ev.TurnStarted) -> None:
    tracker.turns = event.number
    tracker.fresh = []


def _moved(tracker: Tracker, event: ev.Moved) -> None:
    tracker.route.extend(event.path)
    rest = event.path[-1]
    if not tracker.rests or tracker.rests[-1].state != rest:
        tracker.rests.append(Rest(rest, len(tracker.route), tuple(tracker.fresh)))
    if len(tracker.route) > ROUTE_LIMIT:
        cut = len(tracker.route) - ROUTE_LIMIT
        tracker.route = tracker.route[cut:]
        tracker.rests = [
            Rest(r.state, r.route_length - cut, r.filled)
            for r in tracker.rests
            if r.route_length > cut
        ]


def _slot(tracker: Tracker, event: ev.SlotSet) -> None:
    if event.value is None:
        tracker.slots.pop(event.slot, None)
    else:
        tracker.slots[event.slot] = event.value
        tracker.fresh.append(event.slot)
    tracker.unsure.discard(event.slot)


def _unsure(tracker: Tracker, event: ev.UnsureMarked) -> None:
    tracker.unsure.add(event.slot)
    tracker.fresh.append(event.slot)


def _counted(tracker: Tracker, event: ev.Counted) -> None:
    number = tracker.slots.get(event.slot, 0)
    tracker.slots[event.slot] = (number if isinstance(number, int) else 0) + 1


def _issue(tracker: Tracker, event: ev.IssueSet) -> None:
    tracker.issue = event.issue
    tracker.slots["issue"] = event.issue
    tracker.fresh.append("issue")
    tracker.outcome = None


def _second(tracker: Tracker, event: ev.SecondNoted) -> None:
    tracker.second = event.issue


def _candidates(tracker: Tracker, event: ev.CandidatesSet) -> None:
    tracker.candidates = event.candidates


def _question(tracker: Tracker, event: ev.QuestionAsked) -> None:
    tracker.questions = (*tracker.questions, event.question)


def _reply(tracker: Tracker, event: ev.ReplyRead) -> None:
    _see(tracker, f"reply:{event.reply}")


def _alarm(tracker: Tracker, event: ev.AlarmRaised) -> None:
    _see(tracker, f"alarm:{event.kind}")


def _phrase(tracker: Tracker, event: ev.PhraseGiven) -> None:
    tracker.phrase = event.phrase
    tracker.used.add(event.phrase)
    tracker.used.add(event.digest)


def _text(tracker: Tracker, event: ev.TextSaid) -> None:
    _see(tracker, event.key)
    tracker.used.add(event.digest)


def _caveat(tracker: Tracker, event: ev.FactCaveated) -> None:
    tracker.used.add(f"fact:{event.fact}")


def _stage(tracker: Tracker, event: ev.StageReached) -> None:
    tracker.stage = event.stage


def _due(tracker: Tracker, event: ev.DueSet) -> None:
    tracker.dues.append(Due(event.kind, event.at, event.state))


def _due_done(tracker: Tracker, event: ev.DueDone) -> None:
    gone = Due(event.kind, event.at, event.state)
    tracker.dues = [due for due in tracker.dues if due != gone]


def _evidence(tracker: Tracker, event: ev.EvidenceNoted) -> None:
    (tracker.evidence.add if event.have else tracker.evidence.discard)(event.item)


def _missed(tracker: Tracker, event: ev.Missed) -> None:
    _see(tracker, f"miss:{event.state}")


def _prompted(tracker: Tracker, event: ev.Prompted) -> None:
    _see(tracker, f"prompt:{event.state}")


def _origin(tracker: Tracker, event: ev.OriginSet) -> None:
    tracker.origin = event.state


def _rewound(tracker: Tracker, event: ev.Rewound) -> None:
    """Cut route and rests back to the last time `event.state` was passed or rested in."""
    at = _last(tracker.route, event.state)
    if at is None:
        return
    while tracker.rests and tracker.rests[-1].route_length > at + 1:
        undone = tracker.rests.pop().filled
        for name in () if event.keep else undone:
            tracker.slots.pop(name, None)
            tracker.unsure.discard(name)
    if tracker.rests and tracker.rests[-1].state == event.state:
        tracker.rests[-1] = Rest(event.state, at, tracker.rests[-1].filled)
    del tracker.route[at:]
    tracker.seen.pop(f"miss:{event.state}", None)
    if tracker.issue and not event.keep and "issue" not in tracker.slots:
        tracker.issue = None


def _reset(tracker: Tracker, event: ev.Reset) -> None:
    tracker.issue = tracker.second = tracker.stage = tracker.outcome = tracker.origin = None
    tracker.candidates, tracker.questions = (), ()
    tracker.slots, tracker.seen, tracker.unsure = {}, {}, set()
    tracker.route, tracker.rests, tracker.dues, tracker.fresh = [], [], [], []


def _last(route: list[str], state: str) -> int | None:
    for index in range(len(route) - 1, -1, -1):
        if route[index] == state:
            return index
    return None


def _closed(tracker: Tracker, event: ev.CaseClosed) -> None:
    tracker.outcome = event.outcome


def _see(tracker: Tracker, key: str) -> None:
    tracker.seen[key] = tracker.seen.get(key, 0) + 1


_APPLY: dict[type[Event], Callable[[Tracker, Any], None]] = {
    ev.CaseOpened: _opened,
    ev.TurnStarted: _started,
    ev.Moved: _moved,
    ev.SlotSet: _slot,
    ev.UnsureMarked: _unsure,
    ev.Counted: _counted,
    ev.IssueSet: _issue,
    ev.SecondNoted: _second,
    ev.CandidatesSet: _candidates,
    ev.QuestionAsked: _question,
    ev.ReplyRead: _reply,
    ev.AlarmRaised: _alarm,
    ev.PhraseGiven: _phrase,
    ev.TextSaid: _text,
    ev.FactCaveated: _caveat,
    ev.StageReached: _stage,
    ev.DueSet: _due,
    ev.DueDone: _due_done,
    ev.EvidenceNoted: _evidence,
    ev.Missed: _missed,
    ev.Prompted: _prompted,
    ev.OriginSet: _origin,
    ev.Rewound: _rewound,
    ev.Reset: _reset,
    ev.CaseClosed: _closed,
}
