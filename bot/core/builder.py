"""The Builder: the growing MachineSpec, the names of its states and the problems met on the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from sys import intern

from bot.core.calendar import Calendar
from bot.core.errors import Mark, Problem, did_you_mean
from bot.core.flow import Flow, FlowSet, Pattern
from bot.core.relevance import Relevance
from bot.core.spec import Edge, Hook, MachineSpec, State
from bot.core.text import Template
from bot.core.tracker import Tracker
from bot.core.turn import Button, Turn
from bot.core.voice import Voice

__all__ = ["ALARM", "RETURN", "SESSION", "SWITCH", "Builder", "Frame"]

SESSION = "patterns.session_start"
SWITCH = "patterns.switch"
ALARM = "patterns.alarm"
RETURN = "patterns.return"


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a list of steps is being lowered: the flow, the name prefix and the ways out.

    `exits` maps the outcomes of a called sub-flow to states of the caller (None in a root flow), `leave`
    is where any other outcome goes, `stack` the flows being inlined.
    """

    flow: Flow
    root: str
    prefix: str
    exits: Mapping[str, str] | None
    leave: str | None
    stack: tuple[str, ...]

    def state(self, step: str) -> str:
        """The name of a step here; one string however many edges lead to it."""
        return intern(f"{self.prefix}.{step}")

    def origin(self, step: str) -> str:
        """The stable name of a step, whichever flow it was inlined into."""
        return f"{self.flow.id}.{step}"


class Builder:
    """One compilation. `problems` grows; `spec` is only fit to run while it stays empty."""

    def __init__(self, flows: FlowSet, calendar: Calendar) -> None:
        self.flows, self.calendar = flows, calendar
        self.voice = Voice.of(flows)
        self.spec = MachineSpec(start=SESSION, renamed=flows.renamed)
        self.relevance = Relevance(self.spec)
        self.problems: list[Problem] = []
        self.hooks: dict[tuple[int, str], Hook] = {}
        self.answers = {name: self.bake(each.texts) for name, each in flows.answers.items()}
        self._patterns: dict[tuple[str, str], tuple[Template, ...]] = {}
        self._steps = {
            flow.id: frozenset(s.id for s in flow.walk()) for flow in flows.flows.values()
        }
        self.roots = [name for name in flows.flows if not name.startswith("shared.")]
        self.shared = [name for name in flows.flows if name.startswith("shared.")]

    def complain(self, mark: Mark, code: str, subject: str, fact: str, fix: str) -> None:
        problem = Problem(mark, code, subject, fact, fix)
        if problem not in self.problems:  # an inlined sub-flow would repeat its own
            self.problems.append(problem)

    def add_state(self, state: State) -> State:
        if state.id in self.spec.states:
            self.complain(
                state.mark, "id_twice", state.id, "同一个流程里有两步同名", "给其中一步换个 id"
            )
        self.spec.states[state.id] = state
        return state

    def edge(
        self, trigger: str, source: str, dest: str | None, mark: Mark, detail: str = ""
    ) -> Edge:
        """A new edge; the caller may still fill in guard, check and effect."""
        edge = Edge(trigger, source, dest, mark, detail)
        self.spec.edges.append(edge)
        return edge

    def target(
        self, go: str | None, frame: Frame, follows: str | None, mark: Mark, subject: str
    ) -> str | None:
        """The state that a `go` names; a missing way on is a dead end."""
        if go is None or go == "next":
            dest = follows or frame.leave
            if dest is None:
                self.complain(
                    mark, "dead_end", subject, "做完没有下一步", "在后面接一步，或写 go / end"
                )
            return dest
        known = self._steps[frame.flow.id]
        if go not in known:
            self.complain(
                mark, "unknown_step", subject, f"go 到不存在的步骤 {go}", did_you_mean(go, known)
            )
            return None
        return frame.state(go)

    def flow_entry(self, name: str, mark: Mark, subject: str) -> str | None:
        """The entry state of a linked root flow."""
        if name not in self.roots:
            fix = "共用子流程请用 call" if name in self.shared else did_you_mean(name, self.roots)
            self.complain(mark, "unknown_flow", subject, f"link 到不存在的流程 {name}", fix)
            return None
        return name

    def pattern(self, name: str, root: str) -> Pattern | None:
        """The pattern as this flow overrides it, else the common one."""
        flow = self.flows.flows.get(root)
        own = flow.patterns.get(name) if flow else None
        return own or self.flows.patterns.get(name)

    def pattern_texts(self, name: str, root: str) -> tuple[Template, ...]:
        """The baked texts of a say-pattern; empty when there is none."""
        flow = self.flows.flows.get(root)
        own = root if flow and name in flow.patterns else ""
        key = (name, own)
        if key not in self._patterns:
            pattern = self.pattern(name, root)
            self._patterns[key] = self.bake(pattern.texts) if pattern else ()
        return self._patterns[key]

    def bake(self, texts: tuple[Template, ...]) -> tuple[Template, ...]:
        return tuple(self.voice.bake(text) for text in texts) if texts else ()

    def say_pattern(self, name: str, root: str, tracker: Tracker, turn: Turn) -> None:
        """Say the next variant of a pattern."""
        self.voice.say(f"pattern:{name}", self.pattern_texts(name, root), tracker, turn)

    def reply_button(self, name: str) -> Button:
        return Button(self.flows.labels.get(name, name), f"reply:{name}")
