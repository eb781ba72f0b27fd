"""Common edges: what can happen in every listening state, expanded from patterns.yaml.

Cancel, back, restart, why, repeat, digressions, corrections, alarms and a change of issue are edges like
any other. Where a state must be chosen at run time (back, resume, correct, return, switch) the edge leads
to a hub whose outgoing edges are guarded by the turn's target: one hub a flow instead of n x n edges.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from sys import intern

from bot.core.builder import ALARM, RETURN, SESSION, SWITCH, Builder
from bot.core.command import Alarm, Aside, StartIssue
from bot.core.event import (
    AlarmRaised,
    DueDone,
    DueSet,
    IssueSet,
    Missed,
    OriginSet,
    Reset,
    Rewound,
    SlotSet,
)
from bot.core.flow import Ask, Write
from bot.core.hooks import leave_for, saying
from bot.core.spec import ADVANCE, Check, Hook, State
from bot.core.tracker import Tracker
from bot.core.turn import Button, Turn
from bot.core.waiting import ASK_AT

__all__ = ["add_common_edges", "add_hubs"]


def add_hubs(build: Builder) -> None:
    """One rewind hub a root flow, one paused state an issue, and the three global hubs."""
    mark = build.flows.mark
    listening: dict[str, list[State]] = {}
    deciding: dict[str, list[State]] = {}
    for state in build.spec.states.values():
        if state.listens:
            listening.setdefault(state.root, []).append(state)
        elif state.decides:
            deciding.setdefault(state.root, []).append(state)
    for root in build.roots:
        hub = build.add_state(State(f"{root}.rewind", root, mark))
        hub.enter = _rewind
        targets = [*listening.get(root, ()), *deciding.get(root, ())]
        if root != SESSION:
            targets += listening.get(SESSION, ())
        for state in targets:
            _guarded(build, hub.id, state.id, _target_is(state.id), f"to {state.id}")
        if not root.startswith("patterns."):
            _add_paused(build, root, hub.id)
    _add_return(build)
    _add_dispatch(
        build, SWITCH, [r for r in build.roots if not r.startswith("patterns.")], _issue_is
    )
    _add_dispatch(build, ALARM, [r for r in build.roots if r != SESSION], _alarm_is)


def _guarded(build: Builder, source: str, dest: str, when: Check, detail: str) -> None:
    edge = build.edge(ADVANCE, source, dest, build.flows.mark, f"{source} {detail}")
    edge.when, edge.common = when, True


def _rewind(tracker: Tracker, turn: Turn) -> None:
    if turn.target is not None:
        turn.record(tracker, Rewound(turn.target, turn.trigger != "back"))
    turn.rerun = True


def _add_paused(build: Builder, root: str, hub: str) -> None:
    """Where a cancelled case waits to be taken up again."""
    mark = build.flows.flows[root].mark
    state = build.add_state(State(f"{root}.paused", root, mark, listens=True))

    def prompt(tracker: Tracker, turn: Turn) -> None:
        turn.parked = state.id
        turn.buttons += [Button("接着说", "cmd:resume"), Button("换个问题", "cmd:new")]

    state.enter = state.prompt = prompt
    edge = build.edge("resume", state.id, hub, mark)
    edge.when, edge.effect, edge.common = _has_target, _resuming(build, root), True
    miss = build.edge("no_match", state.id, None, mark)
    miss.effect, miss.common = saying(build, "cancel", root, prompt), True


def _resuming(build: Builder, root: str) -> Hook:
    def effect(tracker: Tracker, turn: Turn) -> None:
        turn.record(tracker, OriginSet(None))
        build.say_pattern("resume", root, tracker, turn)

    return effect


def _add_return(build: Builder) -> None:
    """Back from an interactive pattern to wherever the person was, else to the problem they named."""
    hub = build.add_state(State(RETURN, "patterns", build.flows.mark))

    def enter(tracker: Tracker, turn: Turn) -> None:
        turn.target = tracker.origin
        if tracker.origin is not None:
            turn.record(tracker, OriginSet(None))
            build.say_pattern("resume", "", tracker, turn)

    hub.enter = enter
    for root in build.roots:
        prefix = f"{root}."
        _guarded(build, RETURN, f"{root}.rewind", _target_in(prefix), root)
    _guarded(build, RETURN, SWITCH, lambda tracker, turn: True, "issue")


def _add_dispatch(
    build: Builder, hub: str, roots: list[str], check: Callable[[str], Check]
) -> None:
    build.add_state(State(hub, "patterns", build.flows.mark))
    for root in roots:
        _guarded(build, hub, root, check(root), root)
    edge = build.edge(ADVANCE, hub, SESSION, build.flows.mark, f"{hub} start")
    edge.common, edge.effect = True, _forget_issue


def _forget_issue(tracker: Tracker, turn: Turn) -> None:
    """An issue that leads nowhere is asked for again."""
    if "issue" in tracker.slots:
        turn.record(tracker, SlotSet("issue", None))


def _target_is(state: str) -> Check:
    return lambda tracker, turn: turn.target == state


def _target_in(prefix: str) -> Check:
    return lambda tracker, turn: turn.target is not None and turn.target.startswith(prefix)


def _has_target(tracker: Tracker, turn: Turn) -> bool:
    return turn.target is not None


def _issue_is(root: str) -> Check:
    def check(tracker: Tracker, turn: Turn) -> bool:
        command = turn.command
        issue = command.issue if isinstance(command, StartIssue) else tracker.slots.get("issue")
        return issue == root

    return check


def _alarm_is(root: str) -> Check:
    return lambda tracker, turn: isinstance(turn.command, Alarm) and turn.command.kind == root


def add_common_edges(build: Builder) -> None:
    """The edges of every listening state, last in order so that authored ones come first."""
    for state in [each for each in build.spec.states.values() if each.listens]:
        prompt = state.prompt
        if prompt is None:
            continue
        common = _Common(build, state, prompt)
        common.internal("aside", common.aside)
        common.internal("repeat", common.repeat)
        common.leave("restart", SESSION, common.restart)
        common.leave("alarm", ALARM, _alarmed(leave_for(ALARM, state.root)))
        common.leave("switch", SWITCH, common.switch)
        common.leave("back", intern(f"{state.root}.rewind"), common.say("back"), _has_target)
        common.correct()
        if not state.id.endswith(".paused") and not state.root.startswith("patterns."):
            common.leave("cancel", intern(f"{state.root}.paused"), common.cancel)


class _Common:
    """The common edges of one state."""

    def __init__(self, build: Builder, state: State, prompt: Hook) -> None:
        self.build, self.state, self.prompt = build, state, prompt
        self.root = state.root

    def _mark(self, trigger: str) -> str:
        return "correction" if trigger == "correct" else trigger

    def leave(
        self, trigger: str, dest: str, effect: Hook | None, when: Check | None = None
    ) -> None:
        pattern = self.build.pattern(self._mark(trigger), self.root)
        mark = pattern.mark if pattern else self.build.flows.mark
        edge = self.build.edge(trigger, self.state.id, dest, mark, f"{trigger} away")
        edge.effect, edge.when, edge.common = effect, when, True

    def internal(self, trigger: str, effect: Hook, when: Check | None = None) -> None:
        pattern = self.build.pattern(self._mark(trigger), self.root)
        mark = pattern.mark if pattern else self.build.flows.mark
        edge = self.build.edge(trigger, self.state.id, None, mark, f"{trigger} here")
        edge.effect, edge.when, edge.common = effect, when, True

    def say(self, pattern: str) -> Hook:
        return lambda tracker, turn: self.build.say_pattern(pattern, self.root, tracker, turn)

    def tell(self, tracker: Tracker, turn: Turn) -> None:
        """Each correction in a sentence of its own."""
        for change in turn.changes:
            turn.changed = change
            self.build.say_pattern("correction", self.root, tracker, turn)

    def aside(self, tracker: Tracker, turn: Turn) -> None:
        """Answer a digression, then ask again; the place is not lost."""
        command = turn.command
        topic = command.topic if isinstance(command, Aside) else "help"
        if topic == "snooze":
            self.snooze(tracker, turn)
            return
        if isinstance(command, Aside) and command.number:
            turn.changed = {"number": command.number}
        if topic == "noted" and isinstance(self.state.step, Ask):
            turn.record(tracker, Missed(self.state.id))
        answer = self.build.answers.get(topic)
        if answer is not None:
            self.build.voice.say(f"answer:{topic}", answer, tracker, turn)
        else:
            self.build.say_pattern(topic, self.root, tracker, turn)
        self.prompt(tracker, turn)

    def snooze(self, tracker: Tracker, turn: Turn) -> None:
        """Leave the question open until tomorrow morning, without putting it once more now."""
        at = (turn.now + timedelta(days=1)).replace(hour=ASK_AT, minute=0, second=0)
        for due in [each for each in tracker.dues if each.kind == "snooze"]:
            turn.record(tracker, DueDone(due.kind, due.at, due.state))
        turn.record(tracker, DueSet("snooze", at.isoformat(timespec="minutes"), self.state.id))
        self.build.say_pattern("snooze", self.root, tracker, turn)
        turn.buttons.append(Button("还是现在说", "cmd:repeat"))
        turn.parked = self.state.id

    def repeat(self, tracker: Tracker, turn: Turn) -> None:
        """Asked for, the last sentence is shown once more: the one exception to never twice."""
        self.build.say_pattern("repeat", self.root, tracker, turn)
        if isinstance(self.state.step, Write) and self.state.again is not None:
            self.state.again(tracker, turn)
            return
        if self.state.again is not None:
            self.build.voice.give_again(tracker, turn, changed_only=False)
        self.prompt(tracker, turn)

    def restart(self, tracker: Tracker, turn: Turn) -> None:
        turn.record(tracker, Reset())
        self.build.say_pattern("restart", self.root, tracker, turn)

    def cancel(self, tracker: Tracker, turn: Turn) -> None:
        turn.record(tracker, OriginSet(self.state.id))
        self.build.say_pattern("cancel", self.root, tracker, turn)

    def switch(self, tracker: Tracker, turn: Turn) -> None:
        command = turn.command
        if isinstance(command, StartIssue):
            if command.correction and turn.changes:
                turn.changed = turn.changes[0]
                self.build.say_pattern("switched", self.root, tracker, turn)
            turn.record(tracker, IssueSet(command.issue))

    def correct(self) -> None:
        """「原来…→现在…」, then re-run what depended on it, go on, or ask again."""
        told = self.tell
        self.leave("correct", intern(f"{self.root}.rewind"), told, _has_target)
        step = self.state.step
        if isinstance(step, Ask):
            onward = [
                e
                for e in self.build.spec.edges_of(self.state.id)
                if e.trigger == "answer" and e.dest
            ]
            for edge in onward[:1]:
                self.leave("correct", edge.dest or "", told, _filled(step.slot))

        def again(tracker: Tracker, turn: Turn) -> None:
            told(tracker, turn)
            (self.state.again or self.prompt)(tracker, turn)

        self.internal("correct", again)


def _alarmed(leave: Hook | None) -> Hook:
    def effect(tracker: Tracker, turn: Turn) -> None:
        if isinstance(turn.command, Alarm):
            turn.record(tracker, AlarmRaised(turn.command.kind))
        if leave is not None:
            leave(tracker, turn)

    return effect


def _filled(slot: str) -> Check:
    return lambda tracker, turn: slot in tracker.slots
