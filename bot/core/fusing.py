"""Fuses straight runs: a state that only says or sets something and always goes on needs no stop.

An edge that leads into such a run takes it in passing (same hooks, same route, same coverage) and arrives
where the run ends. The machine has a third fewer states and a turn fires fewer triggers; nothing else
differs, and everything that reads states and edges still reads the whole spec.
"""

from __future__ import annotations

from dataclasses import replace

from bot.core.spec import ADVANCE, Edge, Hook, MachineSpec, State
from bot.core.tracker import Tracker
from bot.core.turn import Turn

__all__ = ["fuse"]


def fuse(spec: MachineSpec) -> tuple[list[State], list[Edge]]:
    """The states and edges that the machine needs."""
    straight = _straight(spec)
    edges: list[Edge] = []
    for edge in spec.edges:
        if edge.source in straight:
            continue
        run, dest = _run(edge.dest, straight)
        edges.append(replace(edge, dest=dest, effect=_passing(edge, run, spec)) if run else edge)
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


def _run(dest: str | None, straight: dict[str, Edge]) -> tuple[list[Edge], str | None]:
    run: list[Edge] = []
    while dest in straight and len(run) < len(straight):
        run.append(straight[dest])
        dest = straight[dest].dest
    return run, dest


def _passing(edge: Edge, run: list[Edge], spec: MachineSpec) -> Hook:
    """The edge's own effect, then each state of the run as if it were entered and left."""
    own = edge.effect
    stops = [(step.source, spec.states[step.source].enter, step, step.effect) for step in run]

    def effect(tracker: Tracker, turn: Turn) -> None:
        if own is not None:
            own(tracker, turn)
        for name, enter, step, leave in stops:
            turn.path.append(name)
            if enter is not None:
                enter(tracker, turn)
            turn.edges.append(step)
            if leave is not None:
                leave(tracker, turn)

    return effect
