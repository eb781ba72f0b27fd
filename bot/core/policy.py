"""The policy: many commands in, one trigger out.

Danger comes first, then what the person asks of the conversation, then what the other side did, then a
corrected or given answer, then digressions. What a message says beside its main point is kept in slots.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from bot.core.builder import SESSION
from bot.core.command import (
    Alarm,
    Aside,
    CannotHandle,
    Clarify,
    Command,
    Control,
    Elapsed,
    Reply,
    Resize,
    SetSlot,
    StartIssue,
)
from bot.core.flow import Ask
from bot.core.machine import DialogueMachine
from bot.core.slots import Slot, Value
from bot.core.spec import State
from bot.core.tracker import Tracker

__all__ = ["Decision", "Policy"]

C = TypeVar("C", bound=Command)

_SILENT = frozenset({"ticket_no", "promise", "contact_name", "issue"})
"""Slots that change as the case goes on; a new value is no correction worth a sentence."""

_PATIENCE = 2
"""So often may a question be answered with something else before that counts as not understood."""

_QUIET = frozenset({"silence", "queueing", "other"})
"""Reactions that do not end a wait."""

_IN_PLACE = frozenset({"help", "snooze"})
"""Controls that are answered where the person stands."""

_GUIDED = frozenset({"back", "resume"})
"""Controls that need somewhere to go."""

_INSTEAD = {
    "back": "first_step",
    "why": "no_why",
    "cancel": "stopped",
    "resume": "help",
    "reopen": "help",
    "restart": "help",
    "repeat": "help",
}
"""What is said where a control does not apply."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What to fire. `sets` are applied first; `changes` are told; `target` opens a guarded edge."""

    trigger: str
    command: Command | None = None
    sets: tuple[SetSlot, ...] = ()
    changes: tuple[Mapping[str, str], ...] = ()
    target: str | None = None


@dataclass(slots=True)
class _View:
    slots: dict[str, Value]
    unsure: set[str] = field(default_factory=set)


class Policy:
    """Decides over one machine. Stateless."""

    def __init__(
        self, machine: DialogueMachine, slots: Mapping[str, Slot], titles: Mapping[str, str]
    ) -> None:
        self._machine, self._slots, self._titles = machine, slots, titles

    def decide(self, tracker: Tracker, commands: Sequence[Command]) -> Decision:
        """The one trigger of this turn; `no_match` when nothing fits."""
        state = self._machine.spec.states[tracker.state]
        sets = tuple(c for c in commands if isinstance(c, SetSlot) and self._accepts(c))
        return (
            self._urgent(tracker, state, commands, sets)
            or self._control(tracker, state, commands)
            or self._replied(state, commands, sets)
            or self._issue(tracker, state, commands, sets)
            or self._corrected(tracker, state, sets)
            or self._answered(tracker, state, sets)
            or self._aside(tracker, state, commands, sets)
        )

    def _accepts(self, command: SetSlot) -> bool:
        slot = self._slots.get(command.slot)
        return slot is not None and slot.accepts(command.value)

    def _urgent(
        self, tracker: Tracker, state: State, commands: Sequence[Command], sets: tuple[SetSlot, ...]
    ) -> Decision | None:
        elapsed = _first(commands, Elapsed)
        if elapsed is not None:
            if elapsed.kind == "snooze":
                return Decision("aside", Aside("snoozed"))
            trigger = "timeout" if elapsed.kind == "wait" else elapsed.kind
            return Decision(trigger, elapsed)
        alarm = _first(commands, Alarm)
        if alarm is None or state.root == alarm.kind or tracker.seen.get(f"alarm:{alarm.kind}"):
            return None
        issue = _first(commands, StartIssue)
        if issue is not None and tracker.issue is None:
            sets = (*sets, SetSlot("issue", issue.issue))
        return Decision("alarm", alarm, _new(tracker, sets))

    def _control(
        self, tracker: Tracker, state: State, commands: Sequence[Command]
    ) -> Decision | None:
        resize = _first(commands, Resize)
        if resize is not None and self._machine.listens(state.id, "resize"):
            return Decision("resize", resize)
        control = _first(commands, Control)
        if control is None:
            return None
        name = control.name
        if name in _IN_PLACE:
            return Decision("aside", Aside(name))
        target = self._target(name, tracker, state)
        if not self._machine.listens(state.id, name) or (name in _GUIDED and target is None):
            topic = _INSTEAD.get(name)
            return Decision("aside", Aside(topic)) if topic else None
        return Decision(name, control, target=target)

    def _target(self, name: str, tracker: Tracker, state: State) -> str | None:
        if name == "back":
            return self._previous(tracker, state)
        return tracker.origin if name == "resume" else None

    def _previous(self, tracker: Tracker, state: State) -> str | None:
        """Where the conversation rested before, if a back edge leads there."""
        if len(tracker.rests) < 2:
            return None
        before = self._machine.spec.states.get(tracker.rests[-2].state)
        same = before is not None and (before.root in (state.root, SESSION))
        return before.id if before is not None and same else None

    def _replied(
        self, state: State, commands: Sequence[Command], sets: tuple[SetSlot, ...]
    ) -> Decision | None:
        reply = _first(commands, Reply)
        if reply is None:
            return None
        if self._machine.listens(state.id, f"reply_{reply.reply}"):
            return Decision(f"reply_{reply.reply}", reply, sets)
        if not self._machine.listens(state.id, "news"):
            return None
        return Decision("no_match" if reply.reply in _QUIET else "news", reply, sets)

    def _issue(
        self, tracker: Tracker, state: State, commands: Sequence[Command], sets: tuple[SetSlot, ...]
    ) -> Decision | None:
        start = _first(commands, StartIssue)
        if start is None:
            clarify = _first(commands, Clarify)
            if clarify is not None and self._machine.listens(state.id, "clarify"):
                return Decision("clarify", clarify, _new(tracker, sets))
            return None
        if isinstance(state.step, Ask) and state.step.slot == "issue":
            return Decision("answer", start, (*_new(tracker, sets), SetSlot("issue", start.issue)))
        if start.issue == tracker.issue:
            return None
        old = self._titles.get(tracker.issue or "", "")
        change = {"title": "问题", "old": old, "new": self._titles.get(start.issue, "")}
        return Decision("switch", start, _new(tracker, sets), (change,))

    def _corrected(
        self, tracker: Tracker, state: State, sets: tuple[SetSlot, ...]
    ) -> Decision | None:
        """A value that differs from what is known. Its dependants decide where to go back to."""
        current = state.step.slot if isinstance(state.step, Ask) else None
        changed = [
            each
            for each in sets
            if each.slot != current
            and each.slot not in _SILENT
            and each.slot in tracker.slots
            and tracker.slots[each.slot] != each.value
        ]
        if not changed:
            return None
        changes = tuple(self._change(tracker, each) for each in changed)
        return Decision("correct", None, sets, changes, self._rerun_from(tracker, state, sets))

    def _change(self, tracker: Tracker, command: SetSlot) -> Mapping[str, str]:
        slot = self._slots[command.slot]
        old = slot.label(tracker.slots[command.slot])
        return {"title": slot.title, "old": old, "new": slot.label(command.value)}

    def _rerun_from(self, tracker: Tracker, state: State, sets: tuple[SetSlot, ...]) -> str | None:
        """The first decision on the way here that would now fall otherwise."""
        slots = dict(tracker.slots)
        slots.update({each.slot: each.value for each in sets})
        now = _View(slots, set(tracker.unsure) - slots.keys())
        states = self._machine.spec.states
        start = max((i for i, name in enumerate(tracker.route) if name == state.root), default=0)
        for name in tracker.route[start:]:
            passed = states.get(name)
            if passed is None or passed.root != state.root:
                continue
            if any(guard.test(tracker) != guard.test(now) for guard in passed.decides):
                return name
        return None

    def _answered(
        self, tracker: Tracker, state: State, sets: tuple[SetSlot, ...]
    ) -> Decision | None:
        if not sets:
            return None
        current = state.step.slot if isinstance(state.step, Ask) else None
        if any(each.slot == current for each in sets):
            return Decision("answer", None, sets)
        return None

    def _aside(
        self, tracker: Tracker, state: State, commands: Sequence[Command], sets: tuple[SetSlot, ...]
    ) -> Decision:
        aside = _first(commands, Aside)
        if aside is not None:
            return Decision("aside", aside, sets)
        patient = tracker.seen.get(f"miss:{state.id}", 0) < _PATIENCE
        if sets and (patient or not isinstance(state.step, Ask)):
            return Decision("aside", Aside("noted"), sets)
        if self._machine.listens(state.id, "no_match"):
            return Decision("no_match", CannotHandle(), sets)
        return Decision("aside", Aside("cannot_handle"))


def _new(tracker: Tracker, sets: tuple[SetSlot, ...]) -> tuple[SetSlot, ...]:
    return tuple(each for each in sets if tracker.slots.get(each.slot) != each.value)


def _first(commands: Sequence[Command], kind: type[C]) -> C | None:
    return next((command for command in commands if isinstance(command, kind)), None)
