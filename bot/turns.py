"""Turns: what one update does to the cases of a room, without loading, committing or locking.

Above a single case: opening one for a second problem, a place that the flows no longer have, a thing of the
evidence list. What identifies the person is veiled before the engine sees it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from bot.cases.composing import evidence_for
from bot.cases.veil import Vault, veiled
from bot.channels.base import Update
from bot.core.command import Command, Control, StartIssue
from bot.core.event import EvidenceNoted
from bot.core.manager import Manager
from bot.core.slots import Slot
from bot.core.spec import State
from bot.core.tracker import Tracker
from bot.core.turn import Outcome, Response
from bot.outcomes import nothing, snoozable, with_notice
from bot.room import Room

__all__ = ["Privacy", "Reads", "Seals", "Turns"]


class Reads(Protocol):
    """The interpreter, as a turn sees it."""

    def read(
        self, kind: str, value: str, tracker: Tracker, state: State, now: datetime
    ) -> list[Command]: ...


class Seals(Protocol):
    """Locks away what a person asks to keep whole."""

    def seal(self, values: Mapping[str, str], before: str | None = None) -> str: ...

    def open(self, text: str) -> dict[str, str]: ...


@dataclass(frozen=True, slots=True)
class Privacy:
    """What keeps private things private; without `sealer` nothing can be kept whole."""

    slots: Mapping[str, Slot]
    vault: Vault
    sealer: Seals | None = None


@dataclass(frozen=True, slots=True)
class Turns:
    """The engine and the understanding of it, for any room."""

    manager: Manager
    interpreter: Reads
    privacy: Privacy

    def open(self, room: Room) -> Outcome:
        """A new case, which becomes the active one."""
        tracker, outcome = self.manager.begin(
            room.session.conversation, room.fresh_case(), room.now
        )
        room.put(tracker, outcome)
        return outcome

    def opened(self, room: Room) -> Tracker:
        """The active case, opened when there is none."""
        if room.session.tracker is None:
            self.open(room)
        tracker = room.session.tracker
        assert tracker is not None
        return tracker

    def again(self, room: Room) -> Outcome:
        """The greeting of a first case, or the open question of the active one again."""
        tracker = room.session.tracker
        if tracker is None:
            return self.open(room)
        notice = self.settle(room, tracker)
        return notice or self.turn(room, room.session.cases[tracker.case], [Control("repeat")])

    def chosen(self, room: Room, update: Update) -> Outcome | None:
        """The answer to what is above a case, or to a first word without content; None when it is said in one."""
        if update.kind == "new":
            return self.open(room)
        if update.kind == "begin":
            return self.again(room)
        if update.kind == "case" and update.value in room.session.cases:
            room.session.active = update.value
            return self.turn(room, room.session.cases[update.value], [Control("repeat")])
        if room.session.tracker is None and not update.value:
            return self.open(room)
        tracker = self.opened(room)
        if update.kind == "evidence":
            return self.note(room, tracker, update.value)
        return self.settle(room, tracker)

    def commands(self, room: Room, update: Update) -> list[Command]:
        """What an update in the active case says."""
        tracker = self.opened(room)
        state = self.manager.machine.spec.states[tracker.state]
        return self.interpreter.read(update.kind, update.value, tracker, state, room.now)

    def act(self, room: Room, commands: Sequence[Command]) -> Outcome:
        """A second problem becomes its own case; the first one keeps its place."""
        tracker = self.opened(room)
        start = next((c for c in commands if isinstance(c, StartIssue)), None)
        other = (
            start is not None and tracker.issue not in (None, start.issue) and not start.correction
        )
        if not other:
            return self.turn(room, tracker, commands)
        self.open(room)
        answer = self.turn(room, self.opened(room), commands)
        return with_notice(answer, self.manager.line("new_case"))

    def turn(self, room: Room, tracker: Tracker, commands: Sequence[Command]) -> Outcome:
        """One turn of one case."""
        hidden = [veiled(each, room.veil, self.privacy.slots) for each in commands]
        moved, outcome = self.manager.handle(tracker, hidden, room.now)
        room.put(moved, outcome)
        return self._with_hint(room, outcome)

    def elapse(self, room: Room) -> Outcome:
        """What is due and comes first; without events when nothing is."""
        found = room.overdue()
        if found is None:
            return nothing(room.session.tracker)
        moved, outcome = self.manager.elapse(*found, room.now)
        room.put(moved, outcome, active=bool(outcome.responses))
        return snoozable(outcome)

    def settle(self, room: Room, tracker: Tracker) -> Outcome | None:
        """A stored state that the flows no longer have: take its new name, or start its flow again."""
        spec = self.manager.machine.spec
        if tracker.state in spec.states:
            return None
        renamed = spec.renamed.get(tracker.state)
        if renamed in spec.states:
            moved = tracker.copy()
            self.manager.machine.place(moved, renamed)
            room.session.cases[tracker.case] = moved
            return None
        moved, outcome = self.manager.relocate(tracker, room.now)
        room.put(moved, outcome)
        return outcome

    def told(self, room: Room, pattern: str, title: str = "") -> Outcome:
        """One line, then where the person stood."""
        outcome = self.turn(room, self.opened(room), [Control("repeat")])
        line = Response(self.manager.line(pattern, title))
        return replace(outcome, responses=(line, *outcome.responses))

    def note(self, room: Room, tracker: Tracker, item: str) -> Outcome:
        """A thing of the evidence list is there, or after all not."""
        listed = evidence_for(self.manager.flows, tracker)
        found = next((each for each in listed if each.id == item), None)
        if found is None:
            return self.turn(room, tracker, [Control("repeat")])
        have = item not in tracker.evidence
        moved, outcome = self.manager.note(tracker, EvidenceNoted(item, have), room.now)
        room.put(moved, outcome)
        said = self.manager.line("evidence_noted" if have else "evidence_gone", found.title)
        return replace(outcome, responses=(Response(said),))

    def _with_hint(self, room: Room, outcome: Outcome) -> Outcome:
        """A sentence to paste with a number that is gone: the person puts it in."""
        if any(room.veil.lacks(copy.text) for each in outcome.responses for copy in each.copies):
            *first, last = outcome.responses
            hint = Response(self.manager.line("hidden_hint"), (), last.buttons)
            responses = (*first, Response(last.text, last.copies), hint)
            return replace(outcome, responses=responses)
        return outcome
