"""Goal-driven order: is a question still worth asking?

A question matters while some state that can still be reached reads its slot: in a text, a guard or a
sentence to paste. Reachability follows the compiled edges; guards that are already decided prune it.
"""

from __future__ import annotations

from bot.core.spec import ADVANCE, Edge, MachineSpec
from bot.core.tracker import Tracker

__all__ = ["Relevance"]


class Relevance:
    """Answers `matters` over one spec; the graph is read once, on first use."""

    __slots__ = ("_graph", "_spec")

    def __init__(self, spec: MachineSpec) -> None:
        self._spec = spec
        self._graph: dict[str, list[Edge]] = {}

    def matters(self, state: str, slot: str, tracker: Tracker) -> bool:
        """Whether an answer to `slot`, asked in `state`, can still change anything said or done."""
        graph = self._graph or self._build()
        seen = {state}
        todo = [state]
        while todo:
            for dest in self._next(graph, todo.pop(), tracker):
                if dest in seen:
                    continue
                if slot in self._spec.states[dest].reads:
                    return True
                seen.add(dest)
                todo.append(dest)
        return False

    def _next(self, graph: dict[str, list[Edge]], state: str, tracker: Tracker) -> list[str]:
        """Successors that are not ruled out; after a decided guard the later cases are."""
        found: list[str] = []
        closed = False
        for edge in graph.get(state, ()):
            if edge.trigger == ADVANCE and edge.guard is not None:
                if closed:
                    continue
                possible = edge.guard.possible(tracker)
                if possible is False:
                    continue
                closed = possible is True
            elif edge.trigger == ADVANCE and closed:
                continue
            if edge.dest is not None:
                found.append(edge.dest)
        return found

    def _build(self) -> dict[str, list[Edge]]:
        for edge in self._spec.edges:
            if edge.common or edge.dest is None:
                continue
            if edge.dest.startswith("patterns.") and not edge.source.startswith("patterns."):
                continue  # an excursion comes back; what it asks is its own affair
            self._graph.setdefault(edge.source, []).append(edge)
        return self._graph
