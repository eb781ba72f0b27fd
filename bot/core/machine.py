"""The one machine: the only contact with `transitions`, and the only place where a state is assigned.

Measured traps of transitions 0.9.3 that this module keeps in: a default `initial` adds a stray state;
unknown destinations are accepted at build; indexing `event.transitions[state]` inserts the state, so
legality is asked with `in`; its loggers cost up to 100 µs a turn below WARNING; a callback that fires a
trigger runs out of order, so callbacks here never do; nothing is rolled back when a callback raises, so
callers hand in a copy of the tracker.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import transitions

from bot.core.errors import EngineError, FlowLoopError, IllegalTrigger
from bot.core.event import Event, Moved
from bot.core.fusing import Arrow, fuse
from bot.core.spec import ADVANCE, Edge, Hook, MachineSpec
from bot.core.tracker import Tracker
from bot.core.turn import Turn

__all__ = ["STEP_LIMIT", "DialogueMachine", "fold"]

STEP_LIMIT = 200
"""So many automatic states may follow one trigger; more is a loop in the flows."""

_Callback = Callable[[Any], Any]
"""A callback of the library: it hands in its own EventData, whose model is untyped."""

for _name in ("transitions", "transitions.core"):
    logging.getLogger(_name).setLevel(logging.WARNING)


_NONE: list[Any] = []
"""Shared by all transitions without callbacks of a kind; nothing ever appends to it."""


class _Transition(transitions.Transition):
    """A transition that knows its edge, so that all share one callback: 40,000 lists would be 20 MB."""

    def __init__(
        self,
        source: str,
        dest: str | None,
        conditions: Any = None,
        unless: Any = None,
        before: Any = None,
        after: Any = None,
        prepare: Any = None,
    ) -> None:
        if conditions or unless or after or prepare or not isinstance(before, Arrow):
            raise EngineError("a transition is made from an arrow and nothing else")
        self.source, self.dest, self.arrow = source, dest, before
        self.prepare = self.after = _NONE
        self.before = _TAKE
        self.conditions = _CHECKED if before.edge.guard or before.edge.when else _NONE


class _Machine(transitions.Machine):
    transition_cls = _Transition


class DialogueMachine:
    """A flat `transitions.Machine` built from a spec. Stateless: any number of trackers, one machine."""

    def __init__(self, spec: MachineSpec) -> None:
        self.spec = spec
        kept, arrows = fuse(spec)
        states = [
            transitions.State(state.id, on_enter=[partial(_enter, state.id, state.enter)])
            for state in kept
        ]
        names = {state.id for state in kept}
        self._machine = _Machine(
            model=None,
            states=states,
            initial=None,
            auto_transitions=False,
            send_event=True,
            queued=False,
            ignore_invalid_triggers=False,
        )
        for arrow in arrows:
            if arrow.dest is not None and arrow.dest not in names:
                raise EngineError(f"{arrow.edge.key}: unknown destination {arrow.dest}")
            edge = arrow.edge
            self._machine.add_transition(edge.trigger, edge.source, arrow.dest, before=arrow)  # type: ignore[arg-type]  # see _Transition

    @property
    def triggers(self) -> frozenset[str]:
        return frozenset(self._machine.events)

    def listens(self, state: str, trigger: str) -> bool:
        """Whether an edge for `trigger` leaves `state`, whatever its guards say."""
        event = self._machine.events.get(trigger)
        return event is not None and state in event.transitions

    def place(self, tracker: Tracker, state: str) -> None:
        """Put a tracker into a state without entering it: for new and restored trackers."""
        self._machine.set_state(state, tracker)

    def fire(self, tracker: Tracker, turn: Turn) -> None:
        """One trigger, then `advance` until a state takes the floor: a macrostep.

        Raises IllegalTrigger when no edge fits, FlowLoopError past STEP_LIMIT.
        """
        start = tracker.state
        if not self._trigger(turn.trigger, tracker, turn):
            raise IllegalTrigger(turn.trigger, start)
        while turn.parked is None:
            if len(turn.path) > STEP_LIMIT:
                raise FlowLoopError(turn.path)
            if not self._trigger(ADVANCE, tracker, turn):
                raise IllegalTrigger(ADVANCE, tracker.state)
        path = tuple(turn.path)
        if path:
            turn.record(tracker, Moved(path))

    def start(self, tracker: Tracker, turn: Turn) -> None:
        """Enter the start state of a new case and run to the first listening state."""
        self.place(tracker, self.spec.start)
        turn.path.append(self.spec.start)
        enter = self.spec.states[self.spec.start].enter
        if enter is not None:
            enter(tracker, turn)
        turn.trigger = ADVANCE
        self.fire(tracker, turn)

    def _trigger(self, trigger: str, tracker: Tracker, turn: Turn) -> bool:
        event = self._machine.events.get(trigger)
        if event is None or tracker.state not in event.transitions:
            return False
        return bool(event.trigger(tracker, turn=turn))


def fold(machine: DialogueMachine, tracker: Tracker, events: Iterable[Event]) -> Tracker:
    """Apply stored events to a tracker, states included."""
    for event in events:
        tracker.apply(event)
        if isinstance(event, Moved):
            machine.place(tracker, event.path[-1])
    return tracker


def _enter(name: str, hook: Hook | None, data: Any) -> None:
    turn: Turn = data.kwargs["turn"]
    turn.path.append(name)
    if hook is not None:
        hook(data.model, turn)


def _take(data: Any) -> None:
    """Taking any edge: note it, then do what it does."""
    data.transition.arrow.take(data.model, data.kwargs["turn"])


def _check(data: Any) -> bool:
    """Whether the edge that is being tried may be taken."""
    edge: Edge = data.transition.arrow.edge
    if edge.guard is not None and not edge.guard.test(data.model):
        return False
    return edge.when is None or edge.when(data.model, data.kwargs["turn"])


_TAKE: list[Any] = [_take]
_CHECKED = [_Transition.condition_cls(_check)]
