"""Fuses straight runs: a state that only says or sets something and always goes on needs no stop.

An edge that leads into such a run takes it in passing (same hooks, same route, same coverage) and arrives
where the run ends. The machine has a third of the states and a turn fires fewer triggers; nothing else
differs, and everything that reads states and edges still reads the whole spec.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from bot.core.spec import ADVANCE, Edge, Hook, MachineSpec, State
from bot.core.tracker import Tracker
from bot.core.turn import Turn

__all__ = ["Arrow", "fuse"]

_Stop = tuple[Edge, Hook | None]


class Arrow(NamedTuple):
    """An edge as the machine takes it: what is passed on the way, and where it arrives."""

    edge: Edge
    dest: str | None
    stops: tuple[_Stop, ...]

    def take(self, tracker: Tracker, turn: Turn) -> None:
        """The edge's own effect, then each state of the run as if it were entered and left."""
        turn.edges.append(self.edge)
        if self.edge.effect is not None:
            self.edge.effect(tracker, turn)
        for step, enter in self.stops:
            turn.path.append(step.source)
            if enter is not None:
                enter(tracker, turn)
            turn.edges.append(step)
            if step.effect is not None:
                step.effect(tracker, turn)


def fuse(spec: MachineSpec) -> tuple[list[State], Iterator[Arrow]]:
    """The states and edges that the machine needs."""
    straight = _straight(spec)
    kept = [state for state in spec.states.values() if state.id not in straight]
    return kept, _arrows(spec, straight)


def _arrows(spec: MachineSpec, straight: dict[str, Edge]) -> Iterator[Arrow]:
    runs: dict[str, tuple[str | None, tuple[_Stop, ...]]] = {}
    for edge in spec.edges:
        if edge.source in straight:
            continue
        if edge.dest not in straight:
            yield Arrow(edge, edge.dest, ())
            continue
        if edge.dest not in runs:
            runs[edge.dest] = _run(edge.dest, straight, spec)
        yield Arrow(edge, *runs[edge.dest])


def _straight(spec: MachineSpec) -> dict[str, Edge]:
    """States with one unguarded way on, each with that edge. Entries stay: trackers are placed there."""
    found: dict[str, Edge] = {}
    kept = {spec.start, *spec.entries.values()}
    for state in spec.states.values():
        edges = [] if state.listens or state.id in kept else spec.edges_of(state.id)
        if len(edges) != 1 or edges[0].trigger != ADVANCE:
            continue
        if edges[0].guard is None and edges[0].when is None and edges[0].dest is not None:
            found[state.id] = edges[0]
    return found


def _run(
    dest: str | None, straight: dict[str, Edge], spec: MachineSpec
) -> tuple[str | None, tuple[_Stop, ...]]:
    """Where a run that begins at `dest` arrives, and the stops on the way."""
    stops: list[Edge] = []
    while dest in straight and len(stops) < len(straight):
        stops.append(straight[dest])
        dest = straight[dest].dest
    return dest, tuple((step, spec.states[step.source].enter) for step in stops)
