"""The interpreter: a message in its context becomes commands.

The same commands come from a button, from typed words and from pasted ones. Danger and rejected hotlines
are looked for before anything else; what a state expects is tried before what a message could mean at large.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Protocol

from bot.core.calendar import Calendar
from bot.core.command import (
    Alarm,
    Aside,
    CannotHandle,
    Command,
    Control,
    Reply,
    Resize,
    SetSlot,
    StartIssue,
)
from bot.core.flow import REPLY_CLASSES, Ask, Coach, End, FlowSet, Wait, Write
from bot.core.slots import SlotType, Value
from bot.core.spec import State
from bot.core.tracker import Tracker
from bot.nlu.acts import short_form
from bot.nlu.alarming import ALARMS, beside, cared_for, tamed
from bot.nlu.answering import Answering
from bot.nlu.deciding import Decider
from bot.nlu.filling import Filler
from bot.nlu.matching import Hearing, Matcher
from bot.nlu.normalize import normalize
from bot.nlu.reading import Reading
from bot.nlu.replies import Reply as ReplyReading
from bot.nlu.replying import Replying
from bot.nlu.sayings import ACT_ASIDES, ACT_CONTROLS, CORRECTS, NARRATES, WANTS_HUMAN, WORDS

__all__ = ["Interpreter", "ReadsText"]


class ReadsText(Protocol):
    """What the interpreter needs of a reader."""

    def read(self, text: str, today: date) -> Reading: ...

    def read_reply(self, text: str) -> ReplyReading: ...


class Interpreter:
    """Reads for one FlowSet. Stateless between messages."""

    def __init__(
        self, reader: ReadsText, flows: FlowSet, decider: Decider, calendar: Calendar
    ) -> None:
        self._reader, self._flows, self._decider, self._calendar = reader, flows, decider, calendar
        self._hearing = Hearing(flows.slots, flows.answers)
        self._labels = {normalize(label): name for name, label in flows.labels.items()}
        self._matcher = Matcher(flows.slots)
        self._filler = Filler(flows, self._hearing, self._matcher)
        self._answering = Answering(flows, self._filler, self._matcher, calendar)
        self._replying = Replying(reader, calendar)
        self._hotlines = [fact for fact in flows.facts.values() if fact.status == "rejected"]

    def reading_with(self, reader: ReadsText) -> Interpreter:
        """The same interpreter over another reader."""
        return Interpreter(reader, self._flows, self._decider, self._calendar)

    def read(
        self, kind: str, value: str, tracker: Tracker, state: State, now: datetime
    ) -> list[Command]:
        """The commands of an update; never empty."""
        if kind == "button":
            return self._button(value, tracker) or self._text(value, tracker, state, now)
        if kind == "paste" and _replies(state):
            return self._replying.pasted(value, now)
        return self._text(value, tracker, state, now)

    # ── buttons ─────────────────────────────────────────────────────────────
    def _button(self, value: str, tracker: Tracker) -> list[Command]:
        """A button's value; an empty list for words that are no button of ours."""
        kind, _, rest = value.partition(":")
        if kind == "cmd":
            return self._command(rest, tracker)
        if kind == "reply" and rest in REPLY_CLASSES:
            return [Reply(rest)]
        if kind == "size" and rest.isdigit():
            return [Resize(int(rest))]
        if kind == "issue" and rest in self._flows.issues:
            return [StartIssue(rest)]
        if kind == "clarify":
            return [self._decider.answered(rest, tracker)]
        slot = self._flows.slots.get(kind)
        if slot is None or not rest:
            return []
        chosen: Value = rest == "true" if slot.type is SlotType.BOOL else rest
        return [SetSlot(kind, chosen, asked=True)] if slot.accepts(chosen) else []

    def _command(self, name: str, tracker: Tracker) -> list[Command]:
        if name == "paste":
            return [Aside("paste_hint")]
        if name == "unsure" and tracker.issue is None and tracker.state.endswith(".issue"):
            return [self._decider.menu(tracker)]
        return [Control(name)]

    # ── typed words ─────────────────────────────────────────────────────────
    def _text(self, text: str, tracker: Tracker, state: State, now: datetime) -> list[Command]:
        reading = self._reader.read(text, now.date())
        if reading.act_p < _SURE_ACT:  # a guess is no ground to act on
            reading = replace(reading, act=None)
        danger = self._danger(reading, tracker, state)
        if danger and state.root == ALARMS["self_harm"]:
            return [SetSlot("self_safe", "no", asked=_asks(state, "self_safe"))]
        for fact in self._hotlines:
            if fact.quoted_in(text) and fact.kind == "phone":
                return [*danger, Aside("rejected_hotline", fact.value)]
        if _NO_WORDS.fullmatch(text):
            return [CannotHandle()]
        word = WORDS.get(reading.normalized)
        if word is not None and self._fits(word, state):
            return [*danger, word]
        steps: Sequence[Callable[[], list[Command]]] = (
            lambda: self._labelled(reading, tracker, state),
            lambda: [] if CORRECTS.match(text) else self._option(reading, state),
            lambda: self._corrected(reading, tracker, state),
            lambda: self._controls(reading, state, tracker),
            lambda: self._aside(reading, tracker, state),
            lambda: self._expected(reading, text, tracker, state, now),
            lambda: self._issue(reading, tracker, state),
            lambda: self._elsewhere(reading, tracker, state),
            lambda: self._small_talk(reading, tracker, state),
        )
        for step in steps:
            commands = step()
            if commands:
                return [*danger, *(commands if not danger else beside(reading, tracker, commands))]
        sets = self._filler.fill(reading, tracker, state, corrects=False)
        return [*danger, *sets] or [CannotHandle()]

    def _danger(self, reading: Reading, tracker: Tracker, state: State) -> list[Command]:
        """The alarm that a message raises. An answer to the open question raises none (what it means was
        just asked), except for plain words of self-harm; in the middle of a case a guess must be near
        certain, and while the other side's words are awaited only a wording counts."""
        kind = reading.danger
        if kind is None:
            return []
        alarm: list[Command] = [Alarm(ALARMS[kind])]
        if reading.danger_plain and kind == "self_harm":
            return alarm
        if self._labelled(reading, tracker, state):
            return []
        if _opens(state):
            return alarm if reading.danger_plain or not tamed(reading) else []
        if self._option(reading, state):
            return []
        guessed = reading.danger_p >= _ALARMING and len(reading.normalized) >= _TELLING
        sure = guessed and not _replies(state) and not cared_for(kind, tracker.issue)
        return alarm if reading.danger_plain or sure else []

    def _fits(self, word: Command, state: State) -> bool:
        if isinstance(word, Resize):
            return isinstance(state.step, Write)
        if word == Control("reopen"):
            return isinstance(state.step, End)
        if word == Control("news"):
            return isinstance(state.step, Wait)
        return word != Control("resume") or state.id.endswith(".paused")

    def _labelled(self, reading: Reading, tracker: Tracker, state: State) -> list[Command]:
        """Words that are exactly a reply label, or that answer a clarifying question, count as the press."""
        if _replies(state):
            name = self._labels.get(reading.normalized)
            if name is not None:
                return [Reply(name)]
        if tracker.issue is None and tracker.questions:
            answer = self._decider.typed(reading, tracker)
            return [answer] if answer is not None else []
        return []

    def _option(self, reading: Reading, state: State) -> list[Command]:
        """A short text that names an option of the open question is its answer before anything else."""
        if not isinstance(state.step, Ask) or len(reading.normalized) > _SHORT:
            return []
        return self._answering.option(reading, state.step)

    def _controls(self, reading: Reading, state: State, tracker: Tracker) -> list[Command]:
        act = "stop" if _STOPS.match(reading.normalized) else reading.act
        if act is None or (act in _PLAIN_ONLY and not self._plainly(act, reading)):
            return []
        if act == "unsure" and len(reading.normalized) > _BRIEF:
            return []  # 不知道 in the middle of a sentence is not an answer
        if act == "unsure" and isinstance(state.step, Ask):
            if _opens(state):
                return [self._decider.menu(tracker)]
            slot = self._flows.slots[state.step.slot]
            if self._matcher.value(reading.text, slot, None, state.step.choices) is None:
                return [Control("unsure")]
            return []
        if act == "repeat" and short_form(reading.normalized) != "repeat":
            return []
        if (
            act == "stop"
            and isinstance(state.step, Coach | Wait)
            and NARRATES.match(reading.normalized)
        ):
            return []
        if act == "help" and self._hearing.answer(reading.normalized):
            return []
        control = ACT_CONTROLS.get(act)
        return [Control(control)] if control else []

    def _plainly(self, act: str, reading: Reading) -> bool:
        """Whether the act is said outright; a short stop may also be the classifier's guess."""
        said = reading.normalized
        if act == "stop" and _NOT_US.search(said):
            return False
        if short_form(said) == act or (act == "stop" and _STOPS.match(said)):
            return True
        sure = reading.act_p >= _CERTAIN
        return act == "stop" and sure and len(said) <= _BRIEF and not _ABOUT_THINGS.search(said)

    def _corrected(self, reading: Reading, tracker: Tracker, state: State) -> list[Command]:
        """「不对，是……」: a known value that changes, or another problem than was thought."""
        if not CORRECTS.search(reading.text) or tracker.issue is None:
            return []
        sets = self._filler.fill(reading, tracker, state, corrects=True)
        if any(isinstance(each, SetSlot) and each.slot in tracker.slots for each in sets):
            return list(sets)
        issue = reading.issue
        if isinstance(state.step, Ask) and len(reading.normalized) <= _BRIEF:
            return []  # so short a word answers the question at hand
        if (
            issue
            and issue not in ("out_of_scope", tracker.issue)
            and reading.p >= _CERTAIN
            and not reading.entities
            and not _replies(state)
        ):
            return [StartIssue(issue, correction=True), *sets]
        return []

    def _aside(self, reading: Reading, tracker: Tracker, state: State) -> list[Command]:
        """A digression, unless the message is a long complaint or the other side's words."""
        topic = self._hearing.answer(reading.normalized)
        if (
            isinstance(state.step, Ask)
            and not _opens(state)
            and WANTS_HUMAN.fullmatch(reading.normalized)
        ):
            topic = "want_human"
        long = len(reading.normalized) > 30 and (tracker.issue is None or _replies(state))
        if topic is None or long or (_opens(state) and reading.certain):
            return []
        if _replies(state) and NARRATES.match(reading.normalized):
            return []
        return [Aside(topic)]

    def _expected(
        self, reading: Reading, text: str, tracker: Tracker, state: State, now: datetime
    ) -> list[Command]:
        step = state.step
        if isinstance(step, Ask) and not _opens(state):
            other = self._another_problem(reading, tracker)
            return [] if other else self._answering.answer(reading, tracker, state, now)
        if isinstance(step, Write) and (reading.act in _DONE or _SENT.search(reading.normalized)):
            return [Control("sent")]
        if isinstance(step, Write) and reading.act == "unsure":
            return [Control("unsure")]
        if isinstance(step, Coach):
            return self._replying.coached(reading, now)
        if isinstance(step, Wait):
            return self._replying.waited(reading, now)
        if isinstance(step, End) and reading.act in ("rejected_again", "bot_marked_resolved"):
            return [Control("reopen")]
        if state.id.endswith(".paused") and reading.act in ("affirm", "done_step"):
            return [Control("resume")]
        return []

    def _another_problem(self, reading: Reading, tracker: Tracker) -> bool:
        """Whether the message is surely about something else than this case."""
        other = reading.issue not in (None, "out_of_scope", tracker.issue)
        another = reading.act == "change_topic" or _SECOND.search(reading.text) is not None
        return other and another and reading.p >= _OTHER

    def _issue(self, reading: Reading, tracker: Tracker, state: State) -> list[Command]:
        step = state.step
        if _opens(state):
            small = reading.act in ACT_ASIDES and len(reading.normalized) <= _SHORT
            if small and not reading.certain:
                return []
            sets = self._filler.fill(reading, tracker, state, corrects=False)
            return [*self._decider.decide(reading, tracker), *sets]
        paused = state.id.endswith(".paused")
        if (isinstance(step, End) or paused) and self._fresh(reading):
            if reading.issue == tracker.issue and paused:
                return [Control("resume")]
            return [StartIssue(reading.issue or "")]
        if paused and self._goes_on(reading):
            return [Control("resume")]
        if self._another_problem(reading, tracker):
            return [StartIssue(reading.issue or "")]
        return []

    def _elsewhere(self, reading: Reading, tracker: Tracker, state: State) -> list[Command]:
        if not isinstance(state.step, Ask) or _opens(state):
            return []
        if len(reading.normalized) > _SHORT or reading.act is not None:
            return []
        return self._answering.elsewhere(reading, tracker, state)

    def _goes_on(self, reading: Reading) -> bool:
        """Whether someone who paused is telling on, if not clearly of what."""
        told = reading.act is None and len(reading.normalized) >= _OPENING
        return told and reading.issue not in (None, "out_of_scope")

    def _fresh(self, reading: Reading) -> bool:
        """Whether a message after the end opens a new case."""
        return self._goes_on(reading) and reading.p >= _OTHER

    def _small_talk(self, reading: Reading, tracker: Tracker, state: State) -> list[Command]:
        topic = ACT_ASIDES.get(reading.act or "")
        if topic == "privacy" and not _PRIVATE.search(reading.normalized):
            topic = None  # 怕 and 不敢 are no question about data
        said, asked = reading.normalized, isinstance(state.step, Ask)
        if topic and not (asked and reading.entities):
            return [Aside(topic)]
        at_work = isinstance(state.step, Ask | Write) and tracker.issue is not None
        told = at_work and tracker.seen.get("pattern:out_of_scope", 0) > 0
        if told or (at_work and any(c.isdigit() for c in said)):
            return []
        sure, enough = (0.9, _SHORT) if at_work else (0.6, 4)
        outside = reading.issue == "out_of_scope" and reading.p >= sure and len(said) >= enough
        return [Aside("out_of_scope")] if outside else []


_PLAIN_ONLY = frozenset({"restart", "back", "stop", "help"})
"""Acts that take something back: only said outright, never guessed from a sentence."""

_STOPS = re.compile(
    r"^(?:那|好|行|嗯|算了|今天|改天|我|就)?[,，]?(?:今天|我)?先(?:停|歇|放|缓|搁)(?:一?[下停歇放会])?(?:吧|了|着)?(?:[, ]?(?:明天|改天|回头|晚点)(?:再[说弄来])?)?$"
    r"|^(?:那|好|行|算了|今天)?[,，]?先?不(?:弄|搞|聊|整|说|办)了?(?:吧|了)?$|^(?:今天)?(?:先)?(?:这样|到这)(?:里|儿)?(?:吧|了)?$|^改天(?:再说|再弄|吧)$"
)
_DONE = frozenset({"affirm", "done_step", "thanks"})
_SENT = re.compile("(?:发|交|贴|寄|填|提交|粘)(?:给|到|上|过|好|完|去|出)?.{0,6}了")
_NO_WORDS = re.compile(r"[\s。，、；：…？！?!.,;:~～—\-]*")
_ABOUT_THINGS = re.compile("[关退删注封报]|不想要|不要了")
_NOT_US = re.compile("到账|下线|别再打|都问|[关删退补撤]了")
_ALARMING = 0.8
_TELLING = 4
_SURE_ACT = 0.5
_PRIVATE = re.compile(
    "[存记]|泄|隐私|保密|信息|身份证|资料|安全|安不|靠谱|骗|匿名|卖我|谁看|看得到|删|聊天"
)
_CERTAIN = 0.9
_OPENING = 6
_BRIEF = 8
_SHORT = 12
_OTHER = 0.55
_SECOND = re.compile(r"另外|还有(个|一个|件)|对了|顺便|再问|还想问|换个|别的问题|另一个")


def _opens(state: State) -> bool:
    """Whether the problem itself is asked for."""
    return _asks(state, "issue")


def _asks(state: State, slot: str) -> bool:
    return isinstance(state.step, Ask) and state.step.slot == slot


def _replies(state: State) -> bool:
    return isinstance(state.step, Coach | Wait)
