"""Lowering: each step becomes a state with its edges; sub-flows are inlined where they are called.

Names carry the hierarchy: `order.refund` is the entry of a flow, `order.refund.ask_days` a step of it and
`order.refund.human_line.push` a step of a sub-flow called there. Lowering never stops at a problem.
"""

from __future__ import annotations

from bot.core.asking import lower_ask
from bot.core.builder import RETURN, SWITCH, Builder, Frame
from bot.core.coaching import lower_coach
from bot.core.conditions import Condition, Not
from bot.core.ending import lower_end
from bot.core.errors import did_you_mean
from bot.core.event import IssueSet, StageReached
from bot.core.flow import (
    Action,
    Ask,
    Branch,
    Call,
    Coach,
    End,
    Flow,
    Link,
    Say,
    Set,
    Step,
    Wait,
    Write,
)
from bot.core.hooks import leave_for, stage_hook
from bot.core.spec import ADVANCE, Hook, State
from bot.core.text import text_reads
from bot.core.tracker import Tracker
from bot.core.turn import Turn
from bot.core.waiting import lower_wait
from bot.core.writing import lower_write

__all__ = ["lower_flow"]


def lower_flow(build: Builder, flow: Flow) -> None:
    """A root flow: its entry state, then its steps."""
    frame = Frame(flow, flow.id, flow.id, None, None, (flow.id,))
    entry = build.add_state(State(flow.id, flow.id, flow.mark))
    if not flow.id.startswith("patterns."):
        entry.enter = _enter_issue(build, flow)
    build.spec.entries[flow.id] = flow.id
    first = _lower_steps(build, flow.steps, frame, None)
    if first:
        build.edge(ADVANCE, flow.id, first, flow.mark, "entry")


def _enter_issue(build: Builder, flow: Flow) -> Hook:
    def enter(tracker: Tracker, turn: Turn) -> None:
        if tracker.issue != flow.id:
            turn.record(tracker, IssueSet(flow.id))
        second = build.flows.flows.get(tracker.second or "")
        if second is not None and not tracker.seen.get("pattern:two_problems"):
            turn.changed = {"old": flow.hint, "new": second.hint}
            build.say_pattern("two_problems", flow.id, tracker, turn)
        if flow.ladder and tracker.stage not in flow.ladder:
            turn.record(tracker, StageReached(flow.ladder[0]))

    return enter


def _lower_steps(
    build: Builder, steps: tuple[Step, ...], frame: Frame, after: str | None
) -> str | None:
    """Lower a list of steps; the last one continues at `after`. Returns the first state's id."""
    names = [frame.state(step.id) for step in steps]
    for index, step in enumerate(steps):
        follows = names[index + 1] if index + 1 < len(names) else after
        _lower_step(build, step, frame, follows)
    return names[0] if names else after


def _lower_step(build: Builder, step: Step, frame: Frame, follows: str | None) -> None:
    _check_stage(build, step, frame)

    def way(action: Action, default: str | None, what: str) -> str | None:
        """Where an action leads: its go, link or call, else the default."""
        return _way(build, step, frame, follows, action, default, what)

    if isinstance(step, Ask):
        lower_ask(build, step, frame, follows, way)
    elif isinstance(step, Coach):
        lower_coach(build, step, frame, follows, way)
    elif isinstance(step, Write):
        lower_write(build, step, frame, follows)
    elif isinstance(step, Wait):
        lower_wait(build, step, frame, follows, way)
    elif isinstance(step, End) and frame.exits is None and step.outcome != "resume":
        lower_end(build, step, frame, follows)
    else:
        _lower_automatic(build, step, frame, follows)


def _check_stage(build: Builder, step: Step, frame: Frame) -> None:
    if step.stage is not None and step.stage not in frame.flow.ladder:
        fix = did_you_mean(step.stage, frame.flow.ladder)
        build.complain(
            step.mark, "stage", frame.origin(step.id), f"ladder 里没有「{step.stage}」", fix
        )


def _way(
    build: Builder,
    step: Step,
    frame: Frame,
    follows: str | None,
    action: Action,
    default: str | None,
    what: str,
) -> str | None:
    subject = frame.origin(step.id)
    if action.link is not None:
        return build.flow_entry(action.link, action.mark, subject)
    after = (
        default
        if action.go is None
        else build.target(action.go, frame, follows, action.mark, subject)
    )
    if action.call is None:
        return after
    at = f"{frame.state(step.id)}.{what}"
    return _inline(build, action, action.call, frame, at, after)


def _inline(
    build: Builder, call: Call | Action, name: str, frame: Frame, at: str, after: str | None
) -> str | None:
    """Inline the sub-flow under the state name `at`; returns its first state."""
    subject = f"{frame.flow.id} 的 call {name}"
    if name not in build.shared:
        issue = name in build.roots
        fix = "换到另一个问题请用 link" if issue else did_you_mean(name, build.shared)
        build.complain(call.mark, "unknown_flow", subject, "没有这个子流程", fix)
        return None
    if name in frame.stack:
        chain = " → ".join((*frame.stack, name))
        build.complain(
            call.mark, "call_cycle", subject, f"子流程绕回了自己（{chain}）", "拆开，或改用 go"
        )
        return None
    flow = build.flows.flows[name]
    exits: dict[str, str] = {}
    offered = {step.outcome for step in flow.walk() if isinstance(step, End)}
    for outcome, go in (call.on if isinstance(call, Call) else {}).items():
        if outcome not in offered:
            fix = did_you_mean(outcome, offered)
            build.complain(call.mark, "unknown_outcome", subject, f"它没有叫 {outcome} 的结果", fix)
        dest = build.target(go, frame, after, call.mark, subject)
        if dest:
            exits[outcome] = dest
    leave = after or frame.leave
    if leave is None and offered - exits.keys():
        build.complain(call.mark, "dead_end", subject, "做完没有下一步", "在后面接一步，或写 on")
    inner = Frame(flow, frame.root, at, exits, leave, (*frame.stack, name))
    return _lower_steps(build, flow.steps, inner, None)


def _lower_automatic(build: Builder, step: Step, frame: Frame, follows: str | None) -> None:
    name = frame.state(step.id)
    state = build.add_state(State(name, frame.root, step.mark, step))
    state.decides = (step.guard,) if step.guard else ()
    state.reads = step.guard.reads if step.guard else frozenset()
    if step.guard and isinstance(step, Call | Link | End | Branch):  # skipped, they go on
        dest = build.target(None, frame, follows, step.mark, frame.origin(step.id))
        build.edge(ADVANCE, name, dest or name, step.mark, "skip").guard = Not(step.guard)
    if isinstance(step, Say):
        _lower_say(build, step, frame, state, follows)
    elif isinstance(step, Set):
        _lower_set(build, step, frame, state, follows)
    elif isinstance(step, Branch):
        _lower_branch(build, step, frame, state, follows)
    elif isinstance(step, Call):
        _lower_call(build, step, frame, state, follows)
    elif isinstance(step, Link):
        _lower_link(build, step, frame, state)
    elif isinstance(step, End):
        _lower_return(build, step, frame, state)


def _go_on(build: Builder, step: Step, frame: Frame, state: State, follows: str | None) -> None:
    dest = build.target(step.go, frame, follows, step.mark, frame.origin(step.id))
    if dest:
        build.edge(ADVANCE, state.id, dest, step.mark)


def _lower_say(build: Builder, step: Say, frame: Frame, state: State, follows: str | None) -> None:
    texts, key = build.bake(step.texts), frame.origin(step.id)
    state.reads |= text_reads(texts)
    state.enter = stage_hook(step, lambda tracker, turn: build.voice.say(key, texts, tracker, turn))
    if not texts:
        build.complain(step.mark, "empty_text", key, "say 没有内容", "写上要说的话")
    _go_on(build, step, frame, state, follows)


def _lower_set(build: Builder, step: Set, frame: Frame, state: State, follows: str | None) -> None:
    sets = build.voice.bake_sets(step.sets)
    state.reads |= build.voice.reads(sets)
    state.derive = stage_hook(step, lambda tracker, turn: build.voice.assign(sets, tracker, turn))
    state.enter = state.derive
    _go_on(build, step, frame, state, follows)


def _lower_branch(
    build: Builder, step: Branch, frame: Frame, state: State, follows: str | None
) -> None:
    state.enter = stage_hook(step, None)
    subject = frame.origin(step.id)
    guards: list[Condition] = []
    closed = False
    for number, case in enumerate(step.cases, 1):
        if closed or (case.guard is not None and case.guard in guards):
            build.complain(
                case.mark,
                "shadowed",
                subject,
                "这一条永远轮不到",
                "前面的条件已经包住它，删掉或调换顺序",
            )
        if case.steps:
            after = follows or frame.leave
            if step.go is not None:
                after = build.target(step.go, frame, follows, step.mark, subject)
            dest = _lower_steps(build, case.steps, frame, after)
        else:
            dest = build.target(case.go or step.go, frame, follows, case.mark, subject)
        if dest:
            build.edge(ADVANCE, state.id, dest, case.mark, f"case{number}").guard = case.guard
        if case.guard is None:
            closed = True
        else:
            guards.append(case.guard)
    state.decides += tuple(guards)
    state.reads |= {slot for guard in guards for slot in guard.reads}
    if not closed:
        build.complain(
            step.mark, "missing_else", subject, "branch 没有 else", "最后加一条 {else: next}"
        )


def _lower_call(
    build: Builder, step: Call, frame: Frame, state: State, follows: str | None
) -> None:
    sets = build.voice.bake_sets(step.sets)
    state.reads |= build.voice.reads(sets)
    state.derive = stage_hook(step, lambda tracker, turn: build.voice.assign(sets, tracker, turn))
    state.enter = state.derive
    after = (
        follows
        if step.go is None
        else build.target(step.go, frame, follows, step.mark, frame.origin(step.id))
    )
    dest = _inline(build, step, step.flow, frame, state.id, after)
    if dest:
        build.edge(ADVANCE, state.id, dest, step.mark, "call")


def _lower_link(build: Builder, step: Link, frame: Frame, state: State) -> None:
    subject = frame.origin(step.id)
    state.enter = stage_hook(step, None)
    if step.slot is not None:
        state.reads |= {step.slot}
        build.edge(ADVANCE, state.id, SWITCH, step.mark, "link")
        return
    dest = build.flow_entry(step.flow or "", step.mark, subject)
    if dest:
        edge = build.edge(ADVANCE, state.id, dest, step.mark, "link")
        edge.effect = leave_for(dest, frame.root)


def _lower_return(build: Builder, step: End, frame: Frame, state: State) -> None:
    texts, key = build.bake(step.says), frame.origin(step.id)
    state.reads |= text_reads(texts)
    state.enter = stage_hook(step, lambda tracker, turn: build.voice.say(key, texts, tracker, turn))
    if step.outcome == "resume":
        dest: str | None = RETURN
    else:
        dest = (frame.exits or {}).get(step.outcome, frame.leave)
    if dest:
        build.edge(ADVANCE, state.id, dest, step.mark, step.outcome)
