"""`coach`: a ladder of sentences to paste, answered by what the other side does.

For each class of reaction there is one next move: somewhere else, or the next sentence that was not given
in this case — first the sentences written for that reaction, then the general ladder. When none is left the
coach is exhausted and moves on; it never repeats itself.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.builder import Builder, Frame
from bot.core.conditions import Not
from bot.core.event import Missed, Prompted, ReplyRead
from bot.core.flow import REPLY_CLASSES, Action, Coach, Phrase
from bot.core.hooks import Way, leave_for, opened, performing, saying
from bot.core.spec import ADVANCE, Hook, State
from bot.core.text import Template, text_reads
from bot.core.tracker import Tracker
from bot.core.turn import Button, Turn
from bot.core.voice import Script

__all__ = ["lower_coach"]

SOLVED = "solved"
"""The reaction that ends the matter: nothing more is to be said to anybody."""

_PATIENCE = 2
"""So many messages may go without being understood before the coach simply goes on."""


@dataclass(slots=True, eq=False)
class _Coaching:
    """The callbacks of one coach state."""

    build: Builder
    step: Coach
    name: str
    root: str
    key: str
    texts: tuple[Template, ...]
    ladder: Script
    buttons: tuple[Button, ...]

    def enter(self, tracker: Tracker, turn: Turn) -> None:
        if not opened(self.step, tracker, turn):
            return
        if turn.target == self.name:
            self.prompt(tracker, turn)
            return
        found = self.build.voice.next_phrase((self.ladder,), tracker, turn)
        if found is None:
            return
        if not tracker.seen.get(self.key):
            self.build.voice.say(self.key, self.texts, tracker, turn)
        self.build.voice.give(found, tracker, turn)
        self.prompt(tracker, turn)

    def prompt(self, tracker: Tracker, turn: Turn) -> None:
        """Offer the reactions; how to answer is said once per coach."""
        turn.parked = self.name
        if not tracker.seen.get(f"prompt:{self.name}"):
            self.build.say_pattern("paste_hint", self.root, tracker, turn)
        turn.buttons.extend(self.buttons)
        turn.record(tracker, Prompted(self.name))

    def again(self, tracker: Tracker, turn: Turn) -> None:
        """After a correction: the last sentence anew, if the facts changed its wording."""
        self.build.voice.give_again(tracker, turn, changed_only=True)
        self.prompt(tracker, turn)

    def push(self, perform: Hook, own: Script) -> Hook:
        """Do what the action does, then give the next sentence; with none left the machine advances."""

        def effect(tracker: Tracker, turn: Turn) -> None:
            perform(tracker, turn)
            found = self.build.voice.next_phrase((own, self.ladder), tracker, turn)
            if found is not None:
                self.build.voice.give(found, tracker, turn)
                self.prompt(tracker, turn)

        return effect

    def stay(self, perform: Hook) -> Hook:
        def effect(tracker: Tracker, turn: Turn) -> None:
            perform(tracker, turn)
            self.prompt(tracker, turn)

        return effect

    def patient(self, tracker: Tracker, turn: Turn) -> bool:
        return tracker.seen.get(f"miss:{self.name}", 0) < _PATIENCE

    def miss(self, tracker: Tracker, turn: Turn) -> None:
        turn.record(tracker, Missed(self.name))
        self.build.say_pattern("cannot_handle", self.root, tracker, turn)
        self.prompt(tracker, turn)


def lower_coach(build: Builder, step: Coach, frame: Frame, follows: str | None, way: Way) -> None:
    """The state and edges of a coach."""
    name, key = frame.state(step.id), frame.origin(step.id)
    coaching = _Coaching(
        build,
        step,
        name,
        frame.root,
        key,
        build.bake(step.says),
        build.voice.script(key, step.rungs),
        _buttons(build, step),
    )
    state = build.add_state(State(name, frame.root, step.mark, step, listens=True))
    state.enter, state.prompt, state.again = coaching.enter, coaching.prompt, coaching.again
    state.reads, state.decides = _reads(step), (step.guard,) if step.guard else ()
    if step.guard:
        dest = build.target(None, frame, follows, step.mark, key)
        build.edge(ADVANCE, name, dest or name, step.mark, "skip").guard = Not(step.guard)
    end = step.exhausted or Action(step.mark)
    default = follows if step.go is None else build.target(step.go, frame, follows, step.mark, key)
    out = way(end, default or frame.leave, "exhausted")
    if out is None:
        if not end.stays:
            return  # where it goes has been complained of
        build.complain(end.mark, "dead_end", key, "话术用完以后没有去处", "写 exhausted: {go: …}")
        return
    build.edge(ADVANCE, name, out, end.mark, "exhausted").effect = performing(
        build, end, f"{key}.exhausted"
    )
    for reply in REPLY_CLASSES:
        _lower_reply(build, coaching, reply, way, out)
    _lower_rest(build, coaching, step, out)


def _foresees_success(build: Builder, step: Coach) -> bool:
    return SOLVED in step.on_reply or SOLVED in build.flows.replies


def _buttons(build: Builder, step: Coach) -> tuple[Button, ...]:
    names = [*step.buttons]
    if SOLVED in step.on_reply and SOLVED not in names:
        names.append(SOLVED)
    return (*(build.reply_button(each) for each in names), Button("贴它的话", "cmd:paste"))


def _action_for(build: Builder, step: Coach, reply: str) -> Action:
    """The coach's own action, the common one, or what it does with anything else."""
    for table, name in (
        (step.on_reply, reply),
        (build.flows.replies, reply),
        (step.on_reply, "other"),
        (build.flows.replies, "other"),
    ):
        if name in table:
            return table[name]
    return Action(step.mark)


def _lower_reply(build: Builder, coaching: _Coaching, reply: str, way: Way, out: str) -> None:
    action = _action_for(build, coaching.step, reply)
    if reply == SOLVED and not _foresees_success(build, coaching.step):
        won = build.edge(f"reply_{reply}", coaching.name, out, coaching.step.mark, reply)
        won.effect = _reading(build, reply, Action(coaching.step.mark), f"{coaching.key}.{reply}")
        return
    perform = _reading(build, reply, action, f"{coaching.key}.{reply}")
    trigger, name = f"reply_{reply}", coaching.name
    triggers = (trigger, "no_match") if reply == "other" else (trigger,)
    if reply == "other":
        miss = build.edge("no_match", name, None, coaching.step.mark)
        miss.when, miss.effect = coaching.patient, coaching.miss
    for each in triggers:
        if not action.stays and action.go not in ("stay", "next_rung"):
            dest = way(action, None, reply)
            if dest:
                edge = build.edge(each, name, dest, action.mark, reply)
                edge.effect = _both(perform, leave_for(dest, coaching.root))
        elif action.go == "stay":
            build.edge(each, name, None, action.mark, reply).effect = coaching.stay(perform)
        else:
            own = build.voice.script(coaching.key, action.rungs)
            build.edge(each, name, None, action.mark, reply).effect = coaching.push(perform, own)


def _lower_rest(build: Builder, coaching: _Coaching, step: Coach, out: str) -> None:
    name, root = coaching.name, coaching.root
    build.edge("sent", name, None, step.mark).effect = saying(build, "sent", root, coaching.prompt)
    build.edge("unsure", name, None, step.mark).effect = saying(
        build, "paste_hint", root, coaching.prompt
    )
    build.edge("skip", name, out, step.mark).effect = saying(build, "skip", root, None)


def _reading(build: Builder, reply: str, action: Action, key: str) -> Hook:
    """Note the reaction, then do what the action does; one hook for all inlined copies."""
    known = build.hooks.get((id(action), f"{key} read"))
    if known is not None:
        return known
    perform = performing(build, action, key)

    def effect(tracker: Tracker, turn: Turn) -> None:
        turn.record(tracker, ReplyRead(reply))
        perform(tracker, turn)

    build.hooks[id(action), f"{key} read"] = effect
    return effect


def _both(first: Hook, second: Hook | None) -> Hook:
    if second is None:
        return first

    def effect(tracker: Tracker, turn: Turn) -> None:
        first(tracker, turn)
        second(tracker, turn)

    return effect


def _reads(step: Coach) -> frozenset[str]:
    found: set[str] = set(step.guard.reads if step.guard else ())
    phrases: list[Phrase] = list(step.rungs)
    texts: list[Template] = list(step.says)
    for action in step.on_reply.values():
        phrases += action.rungs
        texts += action.say
        texts += [value for _, value in action.sets if isinstance(value, Template)]
    for phrase in phrases:
        texts.append(phrase.copy)
        found |= phrase.guard.reads if phrase.guard else frozenset()
    return frozenset(found | text_reads(texts))
