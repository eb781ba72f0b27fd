"""The machine as data: states and edges, compiled from flows, before `transitions` sees them.

Hooks and checks are plain functions of (tracker, turn). `key` names the authored line that an edge comes
from, so that coverage speaks of lines in YAML, however often a sub-flow was inlined.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bot.core.conditions import Condition
from bot.core.errors import Mark
from bot.core.flow import Step
from bot.core.tracker import Tracker
from bot.core.turn import Turn

__all__ = ["ADVANCE", "Check", "Edge", "Hook", "MachineSpec", "State"]

Hook = Callable[[Tracker, Turn], None]
Check = Callable[[Tracker, Turn], bool]

ADVANCE = "advance"
"""The trigger of eventless transitions: fired until a state parks the turn."""


@dataclass(slots=True)
class State:
    """`listens`: the conversation can rest here, and `prompt` asks again what is asked here.

    `reads`: slots whose value changes what is said or decided here; `decides`: its guards, in order;
    `derive` fills the slots that are made of others, again after a correction.
    """

    id: str
    root: str
    mark: Mark
    step: Step | None = None
    listens: bool = False
    enter: Hook | None = None
    prompt: Hook | None = None
    again: Hook | None = None
    derive: Hook | None = None
    reads: frozenset[str] = frozenset()
    decides: tuple[Condition, ...] = ()


@dataclass(slots=True)
class Edge:
    """`dest` None is an internal transition. `guard` is authored, `when` is the engine's own check."""

    trigger: str
    source: str
    dest: str | None
    mark: Mark
    detail: str = ""
    guard: Condition | None = None
    when: Check | None = None
    effect: Hook | None = None
    common: bool = False

    @property
    def key(self) -> str:
        """The authored line and what it does; the same for every inlined copy."""
        return f"{self.mark} {self.detail or self.trigger}"


@dataclass(slots=True)
class MachineSpec:
    """All states and edges; `start` is where a new case begins, `entries` the state of each flow."""

    states: dict[str, State] = field(default_factory=dict)
    edges: list[Edge] = field(default_factory=list)
    entries: dict[str, str] = field(default_factory=dict)
    start: str = ""
    renamed: Mapping[str, str] = field(default_factory=dict)
    _by_source: dict[str, list[Edge]] = field(default_factory=dict)
    _indexed: int = 0

    def edges_of(self, state: str) -> list[Edge]:
        """The edges that leave `state`, in order of precedence within a trigger."""
        for edge in self.edges[self._indexed :]:
            self._by_source.setdefault(edge.source, []).append(edge)
        self._indexed = len(self.edges)
        return self._by_source.get(state, [])

    @property
    def listening(self) -> list[str]:
        return [state.id for state in self.states.values() if state.listens]
