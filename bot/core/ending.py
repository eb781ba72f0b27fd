"""`end` of an issue flow: the case is over, yet it listens, can be reopened and asks how things went."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.builder import Builder, Frame
from bot.core.calendar import Span, parse_span
from bot.core.errors import did_you_mean
from bot.core.event import CaseClosed, DueSet, IssueSet
from bot.core.flow import End
from bot.core.hooks import opened, saying
from bot.core.spec import ADVANCE, State
from bot.core.text import Template, text_reads
from bot.core.tracker import Tracker
from bot.core.turn import Button, Turn

__all__ = ["OUTCOMES", "lower_end"]

OUTCOMES = ("solved", "escalated", "stopped")
"""How a case may end; a called sub-flow names its own outcomes."""


@dataclass(slots=True, eq=False)
class _Ending:
    """The callbacks of one end state."""

    build: Builder
    step: End
    name: str
    root: str
    key: str
    texts: tuple[Template, ...]
    spans: tuple[Span, ...]

    def enter(self, tracker: Tracker, turn: Turn) -> None:
        if not opened(self.step, tracker, turn):
            return
        self.build.voice.say(self.key, self.texts, tracker, turn)
        if tracker.outcome is None:
            turn.record(tracker, CaseClosed(self.step.outcome))
            for span in self.spans:
                at = span.after(turn.now, self.build.calendar).isoformat(timespec="minutes")
                turn.record(tracker, DueSet("followup", at, self.name))
        self.prompt(tracker, turn)

    def prompt(self, tracker: Tracker, turn: Turn) -> None:
        turn.parked = self.name
        if self.step.reopen:
            turn.buttons.append(Button("又出问题了", "cmd:reopen"))
        second = self.build.flows.flows.get(tracker.second or "")
        if second is not None and second.id != self.root:
            turn.buttons.append(Button(f"接着办：{second.hint}", f"issue:{second.id}"))
        turn.buttons.append(Button("还有别的事", "cmd:new"))

    def reopen(self, tracker: Tracker, turn: Turn) -> None:
        """The file is kept; only the outcome is taken back."""
        turn.record(tracker, IssueSet(self.root))
        self.build.say_pattern("reopened", self.root, tracker, turn)


def lower_end(build: Builder, step: End, frame: Frame, follows: str | None) -> None:
    """The state and edges of an end."""
    name, key = frame.state(step.id), frame.origin(step.id)
    if step.outcome not in OUTCOMES:
        fix = did_you_mean(step.outcome, OUTCOMES)
        build.complain(step.mark, "unknown_outcome", key, f"没有叫 {step.outcome} 的结局", fix)
    spans = tuple(span for text in step.followup if (span := parse_span(text)))
    if len(spans) != len(step.followup):
        build.complain(step.mark, "span", key, "followup 的时间看不懂", "写成 [3d, 14d]")
    ending = _Ending(build, step, name, frame.root, key, build.bake(step.says), spans)
    state = build.add_state(State(name, frame.root, step.mark, step, listens=True))
    state.enter, state.prompt, state.reads = ending.enter, ending.prompt, text_reads(ending.texts)
    if step.guard:
        state.decides, state.reads = (step.guard,), state.reads | step.guard.reads
        dest = build.target(None, frame, follows, step.mark, key)
        build.edge(ADVANCE, name, dest or name, step.mark, "skip")
    if spans:
        follow = build.edge("followup", name, None, step.mark)
        follow.effect = saying(build, "followup", frame.root, ending.prompt)
    if step.reopen:
        dest = build.target(step.reopen, frame, None, step.mark, key)
        if dest:
            build.edge("reopen", name, dest, step.mark).effect = ending.reopen
    after = build.edge("no_match", name, None, step.mark)
    after.effect = saying(build, "completed", frame.root, ending.prompt)
