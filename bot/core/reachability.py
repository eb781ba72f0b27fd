"""Checks of paths on a compiled spec: dead and unreachable steps, loops, questions without a use.

A sub-flow is inlined many times; a step of it is reported only when no copy is reached, read or filled.
"""

from __future__ import annotations

from collections.abc import Iterable

from bot.core.builder import ALARM, SESSION, SWITCH, Builder
from bot.core.errors import Mark, Problem
from bot.core.flow import Ask, Call, Coach, Set, Wait
from bot.core.slots import SlotType
from bot.core.spec import ADVANCE, State

__all__ = ["check_paths"]

_GIVEN = frozenset(
    {SlotType.ISSUE, SlotType.LINK, SlotType.TICKET_NO, SlotType.ORDER_NO, SlotType.ACCOUNT}
)
"""Types that a message fills whenever it holds one."""

_ALWAYS = frozenset({"promise", "reason_words", "amount", "event_date", "days_waiting"})
"""Slots that the reply reader or the entities fill without being asked."""


class _Graph:
    """Successors of each state, by authored edges and the dispatch hubs."""

    def __init__(self, build: Builder) -> None:
        self.states = build.spec.states
        self.next: dict[str, list[str]] = {name: [] for name in self.states}
        self.advance: dict[str, list[str]] = {name: [] for name in self.states}
        for edge in build.spec.edges:
            if edge.dest is None or edge.dest not in self.states or edge.source not in self.states:
                continue
            hub = edge.source in (SWITCH, ALARM)
            if not edge.common or hub:
                self.next[edge.source].append(edge.dest)
            if edge.trigger == ADVANCE and not edge.common:
                self.advance[edge.source].append(edge.dest)

    def reach(self, starts: Iterable[str]) -> set[str]:
        """Everything that can be reached from `starts`, themselves included."""
        seen = set(starts)
        todo = list(seen)
        while todo:
            for dest in self.next[todo.pop()]:
                if dest not in seen:
                    seen.add(dest)
                    todo.append(dest)
        return seen


def check_paths(build: Builder) -> list[Problem]:
    """All problems of paths; needs a spec whose targets exist."""
    graph = _Graph(build)
    problems = [
        *_unreachable(build, graph),
        *_loops(graph),
        *_unused(build, graph),
        *_unfilled(build, graph),
    ]
    return list(dict.fromkeys(problems))


def _unreachable(build: Builder, graph: _Graph) -> list[Problem]:
    seen = graph.reach([SESSION, SWITCH, ALARM, *build.spec.entries])
    reached = {state.mark for state in graph.states.values() if state.id in seen}
    return [
        Problem(
            state.mark, "unreachable", state.id, "没有任何一步会走到这里", "从前面 go 过来，或删掉"
        )
        for state in graph.states.values()
        if state.step is not None and state.id not in seen and state.mark not in reached
    ]


def _loops(graph: _Graph) -> list[Problem]:
    """Cycles that no answer interrupts: automatic states, and questions that stay answered."""
    passable = {
        state.id: [dest for dest in graph.advance[state.id] if _passes(graph.states[dest])]
        for state in graph.states.values()
        if _passes(state)
    }
    problems: list[Problem] = []
    for group in _components(passable):
        states = [graph.states[name] for name in group]
        if len(group) == 1 and group[0] not in passable[group[0]]:
            continue
        if any(isinstance(s.step, Ask) for s in states) and any(_clears(s) for s in states):
            continue
        first = min(states, key=lambda state: state.mark)
        names = " → ".join(name.rpartition(".")[2] for name in group[:6])
        problems.append(
            Problem(
                first.mark,
                "loop",
                first.id,
                f"会自己绕圈，停不下来（{names}）",
                "中间加一步要人回答的，或清空那个槽位",
            )
        )
    return problems


def _passes(state: State) -> bool:
    return not state.listens or isinstance(state.step, Ask)


def _clears(state: State) -> bool:
    return isinstance(state.step, Set | Call) and any(value is None for _, value in state.step.sets)


def _components(graph: dict[str, list[str]]) -> list[list[str]]:
    """Strongly connected components (Tarjan, without recursion)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    on_stack: set[str] = set()
    found: list[list[str]] = []
    for root, first in graph.items():
        if root in index:
            continue
        work = [(root, iter(first))]
        index[root] = low[root] = len(index)
        stack.append(root)
        on_stack.add(root)
        while work:
            node, rest = work[-1]
            child = next(rest, None)
            if child is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    found.append(_pop(stack, on_stack, node))
            elif child not in index:
                index[child] = low[child] = len(index)
                stack.append(child)
                on_stack.add(child)
                work.append((child, iter(graph[child])))
            elif child in on_stack:
                low[node] = min(low[node], index[child])
    return found


def _pop(stack: list[str], on_stack: set[str], until: str) -> list[str]:
    group: list[str] = []
    while True:
        name = stack.pop()
        on_stack.discard(name)
        group.append(name)
        if name == until:
            return group[::-1]


def _unused(build: Builder, graph: _Graph) -> list[Problem]:
    """Questions whose answer nothing later reads."""
    useful: set[Mark] = set()
    asked: dict[Mark, tuple[str, str]] = {}
    for state in graph.states.values():
        if not isinstance(state.step, Ask) or state.step.slot not in build.flows.slots:
            continue
        if state.step.slot == "issue":
            continue
        slot = state.step.slot
        asked[state.mark] = (state.id, slot)
        if state.mark not in useful:
            later = graph.reach(graph.next[state.id])
            if any(slot in graph.states[name].reads for name in later):
                useful.add(state.mark)
    return [
        Problem(
            mark,
            "unused_answer",
            name,
            f"问了 {slot}，后面没有一步用到它",
            "用在条件或文案里，或者不问",
        )
        for mark, (name, slot) in asked.items()
        if mark not in useful
    ]


def _unfilled(build: Builder, graph: _Graph) -> list[Problem]:
    """Reads of a slot that nothing on the way there can have filled."""
    readers: dict[str, list[State]] = {}
    setters: dict[str, list[str]] = {}
    for state in graph.states.values():
        for slot in state.reads:
            readers.setdefault(slot, []).append(state)
        for slot in _fills(state):
            setters.setdefault(slot, []).append(state.id)
    problems: list[Problem] = []
    for slot, states in readers.items():
        if slot not in build.flows.slots or _fills_itself(build, slot):
            continue
        if any(graph.states[name].root.startswith("patterns.") for name in setters.get(slot, ())):
            continue  # an interruption may have asked for it anywhere
        after = graph.reach(setters.get(slot, []))
        filled = {state.mark for state in states if state.id in after}
        problems += [
            Problem(
                state.mark,
                "unfilled",
                state.id,
                f"用到 {slot}，但走到这里之前没有一步会填它",
                "前面先 ask 或 set，或给它写 hear",
            )
            for state in states
            if state.mark not in filled
        ]
    return problems


def _fills(state: State) -> set[str]:
    step = state.step
    if isinstance(step, Ask):
        extra = {name for name, _ in step.unsure.sets} if step.unsure else set()
        return {step.slot, *extra}
    if isinstance(step, Set | Call):
        return {name for name, value in step.sets if value is not None}
    if isinstance(step, Coach | Wait):
        last = step.exhausted if isinstance(step, Coach) else step.due
        actions = [*step.on_reply.values(), *([last] if last else [])]
        return {n for a in actions for n in (*(s for s, _ in a.sets), a.count) if n}
    return set()


def _fills_itself(build: Builder, name: str) -> bool:
    slot = build.flows.slots[name]
    heard = any(choice.hear for choice in slot.values.values())
    counted = any(action.count == name for action in build.flows.replies.values())
    return heard or counted or bool(slot.near) or slot.type in _GIVEN or name in _ALWAYS
