"""`ask`: one listening state that asks for one slot, unless it is known, unknowable or beside the point."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.builder import Builder, Frame
from bot.core.event import CandidatesSet, Missed, Prompted, QuestionAsked, SlotSet, UnsureMarked
from bot.core.flow import Action, Ask, NoMatch, Reject
from bot.core.hooks import Way, opened, performing
from bot.core.slots import Slot, SlotType
from bot.core.spec import ADVANCE, Hook, State
from bot.core.text import Template, text_reads
from bot.core.tracker import Tracker
from bot.core.turn import Button, Turn

__all__ = ["lower_ask"]

_DEFAULT_MISSES = (NoMatch(None), NoMatch(None))


@dataclass(slots=True, eq=False)
class _Asking:
    """The callbacks of one ask state."""

    build: Builder
    step: Ask
    name: str
    root: str
    texts: tuple[Template, ...]
    why: Template | None
    misses: tuple[NoMatch, ...]
    buttons: tuple[Button, ...]

    def enter(self, tracker: Tracker, turn: Turn) -> None:
        slot = self.step.slot
        if not opened(self.step, tracker, turn):
            return
        if slot in tracker.slots or slot in tracker.unsure:
            return
        if self.build.relevance.matters(self.name, slot, tracker):
            self.prompt(tracker, turn)

    def prompt(self, tracker: Tracker, turn: Turn) -> None:
        """Put the question, in its next variant, with its buttons."""
        turn.parked = self.name
        number = tracker.seen.get(f"prompt:{self.name}", 0)
        if self.texts:
            text = self.texts[number % len(self.texts)]
            turn.say(self.build.voice.render(text, tracker, turn))
        turn.buttons.extend(self.buttons)
        turn.record(tracker, Prompted(self.name))

    def explain(self, tracker: Tracker, turn: Turn) -> None:
        if self.why is not None:
            turn.say(self.build.voice.render(self.why, tracker, turn))
        else:
            self.build.say_pattern("no_why", self.root, tracker, turn)
        self.prompt(tracker, turn)

    def may_miss(self, tracker: Tracker, turn: Turn) -> bool:
        return tracker.seen.get(f"miss:{self.name}", 0) < len(self.misses)

    def miss(self, tracker: Tracker, turn: Turn) -> None:
        answers = self.misses
        number = tracker.seen.get(f"miss:{self.name}", 0)
        turn.record(tracker, Missed(self.name))
        say = answers[min(number, len(answers) - 1)].say
        if say is not None:
            turn.say(self.build.voice.render(say, tracker, turn))
        else:
            self.build.say_pattern("cannot_handle", self.root, tracker, turn)
        self.prompt(tracker, turn)

    def give_up(self, tracker: Tracker, turn: Turn) -> None:
        turn.record(tracker, UnsureMarked(self.step.slot))
        self.build.say_pattern("loop_breaker", self.root, tracker, turn)

    def skip(self, tracker: Tracker, turn: Turn) -> None:
        turn.record(tracker, UnsureMarked(self.step.slot))
        self.build.say_pattern("skip", self.root, tracker, turn)

    def unsure(self, perform: Hook | None) -> Hook:
        if perform is None:
            return self.skip

        def effect(tracker: Tracker, turn: Turn) -> None:
            turn.record(tracker, UnsureMarked(self.step.slot))
            perform(tracker, turn)

        return effect

    def refuse(self, reject: Reject) -> Hook:
        say = self.build.voice.bake(reject.say)

        def effect(tracker: Tracker, turn: Turn) -> None:
            text = self.build.voice.render(say, tracker, turn)
            turn.record(tracker, SlotSet(self.step.slot, None))
            turn.say(text)
            self.prompt(tracker, turn)

        return effect

    def clarify(self, tracker: Tracker, turn: Turn) -> None:
        """Put a clarifying question in place of the open one (only for the issue)."""
        command = turn.clarify
        if command is None:
            return
        turn.parked = self.name
        turn.record(tracker, CandidatesSet(command.candidates))
        turn.record(tracker, QuestionAsked(command.question.id))
        turn.say(command.question.text)
        turn.buttons.extend(Button(o.label, o.value, o.issues) for o in command.question.options)


def lower_ask(build: Builder, step: Ask, frame: Frame, follows: str | None, way: Way) -> None:
    """The state and edges of an ask."""
    name, subject = frame.state(step.id), frame.origin(step.id)
    slot = build.flows.slots.get(step.slot)
    issue = slot is not None and slot.type is SlotType.ISSUE
    asking = _Asking(
        build,
        step,
        name,
        frame.root,
        build.bake(step.texts),
        build.voice.bake(step.why) if step.why else None,
        step.no_match or _DEFAULT_MISSES,
        _buttons(step, slot),
    )
    state = build.add_state(State(name, frame.root, step.mark, step, listens=True))
    state.enter, state.prompt = asking.enter, asking.prompt
    state.reads = (step.guard.reads if step.guard else frozenset()) | text_reads(asking.texts)
    state.decides = (step.guard,) if step.guard else ()
    if not step.texts:
        build.complain(step.mark, "empty_text", subject, "ask 没有 text", "写上要问的话")
    dest = build.target(step.go, frame, follows, step.mark, subject)
    if dest is None:
        return
    build.edge(ADVANCE, name, dest, step.mark, "known")
    for number, reject in enumerate(step.rejects, 1):
        edge = build.edge("answer", name, None, step.mark, f"reject{number}")
        edge.guard, edge.effect = reject.guard, asking.refuse(reject)
    build.edge("answer", name, dest, step.mark)
    build.edge("why", name, None, step.mark).effect = asking.explain
    miss = build.edge("no_match", name, None, step.mark)
    miss.effect, miss.when = asking.miss, None if issue else asking.may_miss
    if issue:
        build.edge("clarify", name, None, step.mark).effect = asking.clarify
    else:
        _ways_out(build, asking, step, name, dest, way)


def _ways_out(build: Builder, asking: _Asking, step: Ask, name: str, dest: str, way: Way) -> None:
    """Not knowing, skipping and not being understood all lead on."""
    action = step.unsure or Action(step.mark)
    aside = way(action, dest, "unsure")
    perform = performing(build, action, f"{asking.name}.unsure") if step.unsure else None
    if aside:
        build.edge("unsure", name, aside, action.mark).effect = asking.unsure(perform)
        build.edge("no_match", name, aside, action.mark, "give up").effect = asking.give_up
    build.edge("skip", name, dest, step.mark).effect = asking.skip


def _buttons(step: Ask, slot: Slot | None) -> tuple[Button, ...]:
    values = slot.values.values() if slot else ()
    buttons = [
        Button(v.label, f"{step.slot}:{v.id}")
        for v in values
        if not step.choices or v.id in step.choices
    ]
    buttons.append(Button("说不清", "cmd:unsure"))
    if step.why:
        buttons.append(Button("为什么问", "cmd:why"))
    return tuple(buttons)
