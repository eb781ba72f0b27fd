"""The manager: one user turn over the machine, pure and synchronous.

`handle` works on a copy of the tracker, so an error leaves the given one as it was. A turn is: note that it
starts, fill the slots that the message gave, fire one trigger, advance until a state listens.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.core.builder import Builder
from bot.core.command import Command, Elapsed, StartIssue
from bot.core.event import CaseOpened, DueDone, Event, SecondNoted, SlotSet, TurnStarted
from bot.core.machine import DialogueMachine
from bot.core.policy import Decision, Policy
from bot.core.spec import ADVANCE
from bot.core.tracker import Due, Tracker
from bot.core.turn import Outcome, Turn

__all__ = ["Manager"]


class Manager:
    """Handles turns for any number of cases over one machine."""

    def __init__(self, machine: DialogueMachine, build: Builder) -> None:
        self.machine, self._build = machine, build
        flows = self.flows = build.flows
        titles = {name: flow.hint for name, flow in flows.flows.items()}
        self._policy = Policy(machine, flows.slots, titles)

    def begin(self, conversation: str, case: str, now: datetime) -> tuple[Tracker, Outcome]:
        """A new case, brought to its first question."""
        tracker = Tracker(conversation, case)
        turn = Turn(now, "start")
        turn.record(tracker, CaseOpened(case, now.isoformat(timespec="seconds")))
        turn.record(tracker, TurnStarted(0, now.isoformat(timespec="seconds"), "start"))
        self.machine.start(tracker, turn)
        return tracker, self._outcome(tracker, turn)

    def handle(
        self, tracker: Tracker, commands: Sequence[Command], now: datetime
    ) -> tuple[Tracker, Outcome]:
        """The tracker after the turn, and what to answer.

        Raises EngineError when the flows do not fit the commands; the tracker handed in stays as it is.
        """
        draft = tracker.copy()
        decision = self._policy.decide(draft, commands)
        turn = Turn(
            now, decision.trigger, decision.command, decision.target, changes=decision.changes
        )
        at = now.isoformat(timespec="seconds")
        turn.record(draft, TurnStarted(draft.turns + 1, at, decision.trigger))
        self._fill(draft, turn, decision)
        self.machine.fire(draft, turn)
        return draft, self._outcome(draft, turn)

    def elapse(self, tracker: Tracker, due: Due, now: datetime) -> tuple[Tracker, Outcome]:
        """Let a due item happen; an outcome without responses when the case has moved on.

        Older items for the same state have been overtaken: they go without a word.
        """
        draft = tracker.copy()
        past = [each for each in draft.dues if each.state == due.state and each.at <= due.at]
        done = tuple(DueDone(each.kind, each.at, each.state) for each in past)
        for each in done:
            draft.apply(each)
        if draft.state != due.state:
            return draft, replace(self.still(draft, now), events=done)
        draft, outcome = self.handle(draft, [Elapsed(due.kind)], now)
        return draft, replace(outcome, events=(*done, *outcome.events))

    def note(self, tracker: Tracker, event: Event, now: datetime) -> tuple[Tracker, Outcome]:
        """Note something that moves nothing, such as a thing of the evidence list that is there now."""
        draft = tracker.copy()
        draft.apply(event)
        return draft, replace(self.still(draft, now), events=(event,))

    def still(self, tracker: Tracker, now: datetime) -> Outcome:
        """The tracker as an outcome in which nothing happened."""
        return self._outcome(tracker, Turn(now, "still"))

    def relocate(self, tracker: Tracker, now: datetime) -> tuple[Tracker, Outcome]:
        """A tracker whose state is gone: its flow starts again with the slots kept, and says so."""
        draft = tracker.copy()
        spec = self.machine.spec
        roots = [root for root in spec.entries if draft.state.startswith(f"{root}.")]
        entry = max(roots, key=len, default=spec.start)
        turn = Turn(now, ADVANCE, rerun=True)
        turn.record(
            draft, TurnStarted(draft.turns + 1, now.isoformat(timespec="seconds"), "code_change")
        )
        self._say_pattern("code_change", draft, turn)
        self.machine.place(draft, entry)
        turn.path.append(entry)
        self.machine.fire(draft, turn)
        return draft, self._outcome(draft, turn)

    def _fill(self, tracker: Tracker, turn: Turn, decision: Decision) -> None:
        corrected: set[str] = set()
        for each in decision.sets:
            if tracker.slots.get(each.slot) != each.value:
                turn.record(tracker, SlotSet(each.slot, each.value))
                corrected.add(each.slot)
        command = turn.command
        if isinstance(command, StartIssue) and command.second not in (None, command.issue):
            turn.record(tracker, SecondNoted(str(command.second)))
        if corrected and tracker.issue is not None:
            self._derive(tracker, turn, corrected)

    def _derive(self, tracker: Tracker, turn: Turn, corrected: set[str]) -> None:
        """Slots that were made of the corrected ones are made again, in the order of the route."""
        states = self.machine.spec.states
        for name in dict.fromkeys(tracker.route):
            state = states.get(name)
            if state is None or state.derive is None or state.reads.isdisjoint(corrected):
                continue
            before = len(turn.events)
            state.derive(tracker, turn)
            corrected |= {e.slot for e in turn.events[before:] if isinstance(e, SlotSet)}

    def line(self, pattern: str, title: str = "") -> str:
        """The first text of a pattern, for what is said above a single case; `title` is {changed.title}."""
        known = {"changed.title": title or None}
        texts = self._build.pattern_texts(pattern, "")
        return texts[0].render(known.get) if texts else ""

    def title(self, issue: str | None) -> str:
        """What a problem is called in a sentence; empty when it is not known yet."""
        flow = self.flows.flows.get(issue or "")
        return flow.hint if flow else ""

    def _say_pattern(self, name: str, tracker: Tracker, turn: Turn) -> None:
        self._build.say_pattern(name, "", tracker, turn)

    def _outcome(self, tracker: Tracker, turn: Turn) -> Outcome:
        responses = turn.finish()
        # While an alarm has the floor, the problem is decided but its flow has not begun.
        decided = tracker.slots.get("issue")
        issue = tracker.issue or (decided if isinstance(decided, str) else None)
        flow = self.flows.flows.get(issue or "")
        return Outcome(
            tracker.turns,
            tracker.state,
            tracker.case,
            issue,
            tracker.candidates,
            dict(tracker.slots),
            responses,
            tuple(turn.events),
            tuple(sorted(tracker.dues, key=lambda due: due.at)),
            tuple(turn.edges),
            flow.ladder if flow else (),
            tracker.stage,
        )
