"""Fuses straight runs: a state that only says or sets something and always goes on needs no stop.

An edge that leads into such a run takes it in passing (same hooks, same route, same coverage) and arrives
where the run ends. The machine has a third fewer states and a turn fires fewer triggers; nothing else
differs, and everything that reads states and edges still reads the whole spec.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.core.spec import ADVANCE, Edge, Hook, MachineSpec, State
from bot.core.tracker import Tracker
from bot.core.turn import Turn

__all__ = ["fuse"]


@dataclass(frozen=True, slots=True)
class _Run:
    """A straight run: the states passed, each with what entering it does, and where it ends."""

    dest: str | None
    stops: tuple[tuple[Edge, Hook | None], ...]


def fuse(spec: MachineSpec) -> tuple[list[State], list[Edge]]:
    """The states and edges that the machine needs."""
    straight = _straight(spec)
    runs: dict[str, _Run] = {}
    edges: list[Edge] = []
    for edge in spec.edges:
        if edge.source in straight:
            continue
        if edge.dest not in straight:
            edges.append(edge)
            continue
        run = runs.get(edge.dest)
        if run is None:
            run = runs[edge.dest] = _run(edge.dest, straight, spec)
        edges.append(replace(edge, dest=run.dest, effect=_passing(edge.effect, run.stops)))
    return [state for state in spec.states.values() if state.id not in straight], edges


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


def _run(dest: str | None, straight: dict[str, Edge], spec: MachineSpec) -> _Run:
    """The stops from `dest` on, and where the run arrives."""
    stops: list[Edge] = []
    while dest in straight and len(stops) < len(straight):
        stops.append(straight[dest])
        dest = straight[dest].dest
    return _Run(dest, tuple((step, spec.states[step.source].enter) for step in stops))


def _passing(own: Hook | None, stops: tuple[tuple[Edge, Hook | None], ...]) -> Hook:
    """The edge's own effect, then each state of the run as if it were entered and left."""

    def effect(tracker: Tracker, turn: Turn) -> None:
        if own is not None:
            own(tracker, turn)
        for step, enter in stops:
            turn.path.append(step.source)
            if enter is not None:
                enter(tracker, turn)
            turn.edges.append(step)
            if step.effect is not None:
                step.effect(tracker, turn)

    return effect
