"""`wait`: the conversation rests until a date, or until the other side moves first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.core.builder import Builder, Frame
from bot.core.calendar import Span, parse_span
from bot.core.event import DueSet, Prompted, ReplyRead
from bot.core.flow import Action, Wait
from bot.core.hooks import Way, leave_for, opened, performing, saying
from bot.core.spec import ADVANCE, State
from bot.core.text import Template, text_reads
from bot.core.tracker import Tracker
from bot.core.turn import Button, Turn

__all__ = ["lower_wait"]

ASK_AT = 10
"""The hour at which a date is asked about: the person can still chase on the same day."""


@dataclass(slots=True, eq=False)
class _Waiting:
    """The callbacks of one wait state."""

    build: Builder
    step: Wait
    name: str
    key: str
    span: Span
    texts: tuple[Template, ...]
    early: tuple[Template, ...]

    def enter(self, tracker: Tracker, turn: Turn) -> None:
        if not opened(self.step, tracker, turn):
            return
        if turn.target != self.name or all(due.state != self.name for due in tracker.dues):
            at = self._due(tracker, turn.now).isoformat(timespec="minutes")
            turn.record(tracker, DueSet("wait", at, self.name))
        self.build.voice.say(self.key, self.texts, tracker, turn)
        self.prompt(tracker, turn)

    def _due(self, tracker: Tracker, now: datetime) -> datetime:
        """The promised day at ASK_AT when it lies ahead, else the default span from now."""
        until = tracker.slots.get(self.step.until or "")
        if isinstance(until, str):
            day = datetime.fromisoformat(until).replace(hour=ASK_AT, tzinfo=now.tzinfo)
            if day > now:
                return day
        return self.span.after(now, self.build.calendar)

    def prompt(self, tracker: Tracker, turn: Turn) -> None:
        turn.parked = self.name
        if not self.early:  # with words of its own the wait is for a person, not for a reaction
            turn.buttons.append(Button("有结果了", "cmd:news"))
            turn.buttons.append(Button("还没动静", "reply:silence"))
        turn.record(tracker, Prompted(self.name))

    def soothe(self, tracker: Tracker, turn: Turn) -> None:
        """The wait's own words for a message that comes early."""
        self.build.voice.say(f"{self.key}.early", self.early, tracker, turn)
        self.prompt(tracker, turn)


def lower_wait(build: Builder, step: Wait, frame: Frame, follows: str | None, way: Way) -> None:
    """The state and edges of a wait."""
    name, key = frame.state(step.id), frame.origin(step.id)
    span = parse_span(step.default)
    if span is None:
        build.complain(
            step.mark, "span", key, f"看不懂时间「{step.default}」", "写 4h、3d、1w 或 2 workdays"
        )
        span = Span(3, "d")
    waiting = _Waiting(build, step, name, key, span, build.bake(step.says), build.bake(step.early))
    state = build.add_state(State(name, frame.root, step.mark, step, listens=True))
    state.enter, state.prompt = waiting.enter, waiting.prompt
    state.reads = text_reads(waiting.texts) | (step.guard.reads if step.guard else frozenset())
    state.reads |= {step.until} if step.until else frozenset()
    state.decides = (step.guard,) if step.guard else ()
    due = step.due or Action(step.mark)
    default = follows if step.go is None else build.target(step.go, frame, follows, step.mark, key)
    dest = way(due, default or frame.leave, "due")
    if dest is None:
        if not due.stays:
            return  # where it goes has been complained of
        build.complain(
            step.mark, "dead_end", key, "等完没有下一步", "在后面接一步，或写 due: {go: …}"
        )
        return
    build.edge(ADVANCE, name, follows or frame.leave or dest, step.mark, "skip")
    perform = performing(build, due, f"{key}.due")
    build.edge("timeout", name, dest, due.mark).effect = perform
    build.edge("news", name, dest, step.mark).effect = _read
    build.edge("skip", name, dest, step.mark)
    stay = waiting.soothe if step.early else saying(build, "early", frame.root, waiting.prompt)
    for trigger in ("sent", "unsure", "no_match"):
        build.edge(trigger, name, None, step.mark).effect = stay
    alarm = {name: each for name, each in build.flows.replies.items() if name == "scam_signs"}
    for reply, action in {**alarm, **step.on_reply}.items():
        _lower_reply(build, waiting, reply, action, way)


def _lower_reply(build: Builder, waiting: _Waiting, reply: str, action: Action, way: Way) -> None:
    """An authored move for a reaction that comes early; any other real answer is `news`."""
    name = waiting.name
    perform = performing(build, action, f"{waiting.key}.{reply}")
    goes = None if action.go == "stay" or action.stays else way(action, None, reply)
    edge = build.edge(f"reply_{reply}", name, goes, action.mark, reply)
    leave = leave_for(goes, build.spec.states[name].root)

    def effect(tracker: Tracker, turn: Turn) -> None:
        turn.record(tracker, ReplyRead(reply))
        perform(tracker, turn)
        if leave is not None:
            leave(tracker, turn)
        if goes is None:
            waiting.prompt(tracker, turn)

    edge.effect = effect


def _read(tracker: Tracker, turn: Turn) -> None:
    if turn.reply is not None:
        turn.record(tracker, ReplyRead(turn.reply.reply))
