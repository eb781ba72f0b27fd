"""The timeline of one case: what was told, said, promised and reached, read off its stored events.

A Moment is one thing worth telling. The events are folded through a Tracker, so that a correction knows the
old value and a sentence is filled with what was known when it was given. A sentence counts as sent once the
person says so or an answer to it is read; until then it is only ready. Nothing is told that is not an event.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import singledispatchmethod

from bot.core import event as ev
from bot.core.event import Event
from bot.core.flow import FlowSet, Write
from bot.core.slots import Slot, show_date
from bot.core.text import Template
from bot.core.tracker import Tracker

__all__ = ["DUES", "OUTCOMES", "Moment", "Words", "clock", "lines", "timeline"]

DUES: Mapping[str, str] = {
    "wait": "看看对方有没有答复",
    "followup": "回头看看有没有反复",
    "snooze": "接着上次没说完的",
}
"""What a reminder is for, by kind; one of another kind is only called a reminder."""

OUTCOMES: Mapping[str, str] = {
    "solved": "办成了",
    "escalated": "转到站外渠道继续",
    "stopped": "先到这里",
}
"""How a case can end, in words."""

_PROMISE = "promise"
"""The slot of the day by which the other side has promised an answer."""

_SOLVED = "solved"
"""The reaction that is no reaction: the person says that it has worked."""

_LONGEST = 40
"""Characters of a value or sentence on one line."""

_CLAUSE = re.compile(r"(?:「[^」]*」|《[^》]*》|（[^）]*）|“[^”]*”|[^，。；？！\n])+")


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened. `at` is local time without zone; `kind` is one of told, corrected, ready, sent,
    replied, promised, stage, due, kept, issue, second, closed, reopened, restarted; `text` is one line."""

    at: datetime
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Words:
    """How a case is put into words. `phrase` finds the text of a sentence to paste by its id, None when the
    flows no longer have it; `written` are the titles of longer texts; `hidden` slots are never shown."""

    slots: Mapping[str, Slot]
    labels: Mapping[str, str]
    titles: Mapping[str, str]
    ladders: Mapping[str, tuple[str, ...]]
    written: Mapping[str, str]
    phrase: Callable[[str], Template | None]
    hidden: frozenset[str]

    @classmethod
    def of(
        cls, flows: FlowSet, phrase: Callable[[str], Template | None], hidden: frozenset[str]
    ) -> Words:
        """The words of a FlowSet."""
        return cls(
            flows.slots,
            flows.labels,
            {flow.id: flow.title for flow in flows.flows.values()},
            {flow.id: flow.ladder for flow in flows.flows.values()},
            {
                f"{flow.id}.{step.id}": step.title
                for flow in flows.flows.values()
                for step in flow.walk()
                if isinstance(step, Write)
            },
            phrase,
            hidden,
        )

    def shown(self, name: str) -> Slot | None:
        """The slot, if it is one that people may read."""
        return None if name in self.hidden else self.slots.get(name)

    def sentence(self, name: str, tracker: Tracker) -> str:
        """A given sentence in short: its first clause, or the title of a longer text."""
        step, _, size = name.rpartition(".")
        if step in self.written:
            return f"「{self.written[step]}」（{size} 字内）"
        template = self.phrase(name)
        text = template.render(lambda key: self._value(key, tracker)) if template else ""
        clause = _CLAUSE.search(text)
        if clause is None:
            return "一句备好的话"
        rest = text[clause.end() :].strip("，。；？！\n ")
        return f"「{_short(clause[0])}{'……' if rest and len(clause[0]) <= _LONGEST else ''}」"

    def _value(self, name: str, tracker: Tracker) -> str | None:
        value, slot = tracker.slots.get(name), self.slots.get(name)
        return None if value is None or slot is None else slot.show(value)


def timeline(events: Iterable[Event], words: Words) -> tuple[Moment, ...]:
    """What happened in one case, in the order of its stored events, beginning with its first."""
    teller = _Teller(words)
    for event in events:
        teller.take(event)
    return teller.close()


def lines(moments: Sequence[Moment], today: date) -> list[str]:
    """One line a moment, the day before the first of each day; the year where it is not that of `today`.

    A moment that only says once more what the one before it said is left out.
    """
    out: list[str] = []
    before: Moment | None = None
    for moment in moments:
        if before is not None and (moment.kind, moment.text) == (before.kind, before.text):
            continue
        day = moment.at.date()
        new_day = before is None or before.at.date() != day
        out.append(f"{_day(day, today) if new_day else ''}{moment.at:%H:%M} {moment.text}")
        before = moment
    return out


def clock(at: str) -> str:
    """An ISO local time as 11月22日（周日）10:00."""
    return f"{show_date(at[:10], weekday=True)}{at[11:16]}"


def _day(day: date, today: date) -> str:
    year = f"{day.year}年" if day.year != today.year else ""
    return year + show_date(day.isoformat(), weekday=True)


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}……"


@dataclass(slots=True, eq=False)
class _Teller:
    """Folds events into moments. `listening`: what slots are set now is the person's message and no doing of
    the flows; `ready` is the place of the last sentence that is not known to be sent."""

    words: Words
    tracker: Tracker = field(default_factory=lambda: Tracker("", ""))
    moments: list[Moment] = field(default_factory=list)
    at: datetime | None = None
    trigger: str = ""
    rest: str = ""
    listening: bool = False
    told: dict[str, str] = field(default_factory=dict)
    done: list[ev.DueDone] = field(default_factory=list)
    given: set[tuple[str, str]] = field(default_factory=set)
    ready: int | None = None

    def take(self, event: Event) -> None:
        """Tell the event, then let the tracker follow it."""
        if isinstance(event, ev.DueDone):
            self.done.append(event)
        else:
            texts = tuple(self._tell(event))
            if texts:
                self._flush()
            for kind, text in texts:
                self._add(kind, text)
            self.done = []
            self.listening = isinstance(event, ev.TurnStarted) or (
                self.listening and isinstance(event, ev.SlotSet | ev.SecondNoted)
            )
        self.tracker.apply(event)

    def close(self) -> tuple[Moment, ...]:
        """All moments; nothing more is to come."""
        self._flush()
        return tuple(self.moments)

    def _flush(self) -> None:
        """What one message told is one moment, however many slots it filled."""
        if self.told:
            values = "；".join(
                f"{self.words.slots[name].title} {self.told[name]}" for name in self.told
            )
            self.told = {}
            self._add("told", f"说了：{values}")

    def _add(self, kind: str, text: str) -> None:
        if self.at is None:
            return
        last = self.moments[-1] if self.moments else None
        if kind == "stage" and last is not None and (last.at, last.kind) == (self.at, kind):
            self.moments.pop()  # only passed on the way
        if kind == "ready":
            self.ready = len(self.moments)
        self.moments.append(Moment(self.at, kind, text))

    def _sent(self) -> None:
        """The sentence that was ready has been used."""
        if self.ready is not None:
            moment = self.moments[self.ready]
            text = moment.text.replace("备好要发：", "发了：", 1)
            self.moments[self.ready] = replace(moment, kind="sent", text=text)
            self.ready = None

    def _resized(self, phrase: str) -> None:
        """A longer text in another length takes the place of the one that was not used."""
        step = phrase.rpartition(".")[0]
        before = (self.tracker.phrase or "").rpartition(".")[0]
        if step == before and step in self.words.written and self.ready == len(self.moments) - 1:
            self.moments.pop()

    @singledispatchmethod
    def _tell(self, event: Event) -> Iterator[tuple[str, str]]:
        return iter(())

    @_tell.register
    def _(self, event: ev.TurnStarted) -> Iterator[tuple[str, str]]:
        self._flush()
        self.at, self.trigger = datetime.fromisoformat(event.at), event.trigger
        if event.trigger == "sent":
            self._sent()
        # An item that went because its state was left is no reminder that anybody got.
        if kept := [due for due in self.done if due.state == self.rest]:
            yield "kept", f"提醒到了：{DUES.get(kept[-1].kind, '该回来看看了')}"

    @_tell.register
    def _(self, event: ev.Moved) -> Iterator[tuple[str, str]]:
        self.rest = event.path[-1]
        return iter(())

    @_tell.register
    def _(self, event: ev.SlotSet) -> Iterator[tuple[str, str]]:
        slot, old = self.words.shown(event.slot), self.tracker.slots.get(event.slot)
        if slot is None or event.value is None or event.value == old:
            return
        value = _short(slot.label(event.value))
        if event.slot == _PROMISE:
            yield "promised", f"对方答应最晚 {value}答复"
        elif not self.listening:
            return
        elif old is not None and self.trigger == "correct":
            yield "corrected", f"改了：{slot.title}，{_short(slot.label(old))} → {value}"
        else:
            self.told[event.slot] = value

    @_tell.register
    def _(self, event: ev.PhraseGiven) -> Iterator[tuple[str, str]]:
        if (event.phrase, event.digest) in self.given:
            return  # shown once more because it was asked for
        self.given.add((event.phrase, event.digest))
        self._resized(event.phrase)
        yield "ready", f"备好要发：{self.words.sentence(event.phrase, self.tracker)}"

    @_tell.register
    def _(self, event: ev.ReplyRead) -> Iterator[tuple[str, str]]:
        label = self.words.labels.get(event.reply, event.reply)
        if (
            event.reply == _SOLVED
        ):  # the person's own words; it may have worked before anything was sent
            yield "replied", label
        else:
            self._sent()
            yield "replied", f"对方：{label}"

    @_tell.register
    def _(self, event: ev.IssueSet) -> Iterator[tuple[str, str]]:
        titles, old = self.words.titles, self.tracker.issue
        new = titles.get(event.issue, event.issue)
        if self.tracker.outcome is not None and old == event.issue:
            yield "reopened", f"重新打开：{new}"
        elif old is None:
            yield "issue", f"要办的事：{new}"
        elif old != event.issue:
            yield "corrected", f"改了：要办的事，{titles.get(old, old)} → {new}"

    @_tell.register
    def _(self, event: ev.SecondNoted) -> Iterator[tuple[str, str]]:
        if event.issue != self.tracker.second:
            yield "second", f"另一件先记着：{self.words.titles.get(event.issue, event.issue)}"

    @_tell.register
    def _(self, event: ev.StageReached) -> Iterator[tuple[str, str]]:
        if event.stage != self.tracker.stage:
            yield "stage", f"走到：{event.stage}"

    @_tell.register
    def _(self, event: ev.DueSet) -> Iterator[tuple[str, str]]:
        yield "due", f"定了提醒：{clock(event.at)}，{DUES.get(event.kind, '回来看看')}"

    @_tell.register
    def _(self, event: ev.CaseClosed) -> Iterator[tuple[str, str]]:
        yield "closed", f"结果：{OUTCOMES.get(event.outcome, event.outcome)}"

    @_tell.register
    def _(self, event: ev.Reset) -> Iterator[tuple[str, str]]:
        self.ready = None
        yield "restarted", "从头说起，之前记的不算了"
