"""Answers to an open question: what a typed message gives the slot that was asked for."""

from __future__ import annotations

import re
from datetime import datetime
from functools import cache

from bot.core.calendar import Calendar
from bot.core.command import Command, Control, SetSlot
from bot.core.flow import Ask, FlowSet, Wait
from bot.core.slots import Slot, SlotType, Value
from bot.core.spec import State
from bot.core.tracker import Tracker
from bot.nlu.filling import Filler
from bot.nlu.masking import private_spans
from bot.nlu.matching import Matcher, match_number
from bot.nlu.naming import NAMES, named, unnamed
from bot.nlu.normalize import normalize
from bot.nlu.promises import promised_day
from bot.nlu.reading import Reading

__all__ = ["Answering"]

_NUMBERED = frozenset({SlotType.TICKET_NO, SlotType.ORDER_NO})
_FREE = frozenset({SlotType.TEXT, SlotType.LINK}) | NAMES | _NUMBERED
_VAGUE = re.compile("(?:都|还)?(?:没有?|有|等|天|是|不是|好|行)(?:的|了|过)?")
_BARE = re.compile(r"(?:每月|一共|总共)?[0-9.,零一二两三四五六七八九十百千万]{2,}(?:[wk块元])?")
_NUMBER_IN = re.compile(r"(?=[A-Za-z0-9-]*\d)[A-Za-z0-9][A-Za-z0-9-]{4,}")
_COUNTS = re.compile(r"\d\s*[月日号元块天]")
_LINKED = re.compile(r"[A-Za-z0-9_]{4,}|主页|昵称|小红书号|笔记")
_MORE = re.compile("(?:还有|还要|还想|别的|其他|继续)[^，。？]*[吗么？]")
_DONE = re.compile(
    "(?:都|已经|已|我)?(?:好|做|做好|做完|弄|弄好|弄完|办|办好|搞定|搞好|完成|完事|妥|照做|ok)(?:了|啦)?"
)
_DEED = re.compile("(?:了|好|完)[吗没]|了没有")
_COUNTLESS = re.compile("好多|很多|无数|数不清|记不清|多得")
_UNSAID = re.compile("^(?:它|他|她|对方|客服)?(?:没|未)(?:给|说|讲|写|告诉|定)")


def _in_context(reading: Reading, step: Ask) -> str | None:
    """「好了」 says no where more is offered (还要……吗), and yes where a deed is asked for (……了吗); a deed of
    its own (截图了) says nothing of the one that was asked."""
    if reading.act != "done_step":
        return reading.act
    if not _DONE.fullmatch(reading.normalized):
        return None
    question = step.texts[0].source if step.texts else ""
    if _MORE.search(question):
        return "deny"
    return "affirm" if _DEED.search(question) else None


def _echoed(act: str | None, step: Ask, slot: Slot) -> Value | None:
    """「嗯」 to 「申诉交上去了吗」 is the option 「交上去了」: the one that the question says itself; a no is the
    other one where there are two."""
    if act not in ("affirm", "deny") or not step.texts:
        return None
    question = step.texts[0].source.replace("了", "")
    offered = [c for c in slot.values.values() if not step.choices or c.id in step.choices]
    said = [c.id for c in offered if c.label.replace("了", "") in question]
    others = [c.id for c in offered if c.id not in said]
    if len(said) != 1 or (act == "deny" and len(others) != 1):
        return None
    return said[0] if act == "affirm" else others[0]


class Answering:
    """Reads answers for one FlowSet."""

    def __init__(
        self, flows: FlowSet, filler: Filler, matcher: Matcher, calendar: Calendar
    ) -> None:
        self._flows, self._filler, self._matcher, self._calendar = flows, filler, matcher, calendar
        self._telling = cache(self._words)
        self._asked_in = {
            flow.id: tuple(
                step.slot
                for step in flow.walk()
                if isinstance(step, Ask) and flows.slots[step.slot].type is SlotType.CHOICE
            )
            for flow in flows.flows.values()
        }
        self._wants_sum = {
            flow.id
            for flow in flows.flows.values()
            if any(isinstance(step, Ask) and step.slot == "amount" for step in flow.walk())
        }
        self._promised = {
            step.until
            for flow in flows.flows.values()
            for step in flow.walk()
            if isinstance(step, Wait) and step.until is not None
        }

    def option(self, reading: Reading, step: Ask) -> list[Command]:
        """A text that names an option outright, or says that there is no name."""
        slot = self._flows.slots[step.slot]
        if slot.type in NAMES and unnamed(reading):
            return [Control("unsure")]
        fixed = slot.values or slot.type is SlotType.INT
        value = self._matcher.value(reading.text, slot, None, step.choices) if fixed else None
        return [] if value is None else [SetSlot(step.slot, value, asked=True)]

    def answer(
        self, reading: Reading, tracker: Tracker, state: State, now: datetime
    ) -> list[Command]:
        """What the message gives the asked slot, and others beside; [] when it gives nothing."""
        step = state.step
        assert isinstance(step, Ask)
        slot = self._flows.slots[step.slot]
        if slot.name in self._promised:
            day = promised_day(reading.text, now, self._calendar)
            if day is not None:
                return [SetSlot(slot.name, day.isoformat(), asked=True)]
        sets = self._filler.fill(reading, tracker, state, corrects=False)
        if any(each.slot == step.slot for each in sets):
            return list(sets)
        act = _in_context(reading, step)
        value = self._matcher.value(reading.text, slot, act, step.choices)
        if value is None:
            value = _echoed(act, step, slot)
        if value is not None:
            return [SetSlot(step.slot, value, asked=True), *sets]
        return self._in_words(slot, reading, list(sets))

    def elsewhere(self, reading: Reading, tracker: Tracker, state: State) -> list[Command]:
        """A short text that answers another question of this flow, asked later: kept, not lost."""
        found = {
            name: value
            for name in self._asked_in.get(state.root, ())
            if name not in tracker.slots and (value := self._named(reading, name)) is not None
        }
        if not found and _BARE.fullmatch(reading.normalized) and self._sums(tracker, state):
            sum_ = None if private_spans(reading.text) else match_number(reading.text)
            return [] if sum_ is None else [SetSlot("amount", sum_)]
        if len(found) != 1:
            return []
        return [SetSlot(name, value) for name, value in found.items()]

    def _named(self, reading: Reading, name: str) -> Value | None:
        """The option that a text names in words of its own, not in passing (有, 等, 还没)."""
        slot = self._flows.slots[name]
        if len(reading.normalized) < 2 or _VAGUE.fullmatch(reading.normalized):
            return None
        telling = any(word in reading.normalized for word in self._telling(name))
        return self._matcher.value(reading.text, slot, None) if telling else None

    def _words(self, name: str) -> frozenset[str]:
        """The words of a slot's options that say which one is meant, whatever the question was."""
        choices = self._flows.slots[name].values.values()
        words = {w for c in choices for w in (c.label, *c.match) if len(w) >= 2}
        return frozenset(normalize(w) for w in words if not _VAGUE.fullmatch(w))

    def _sums(self, tracker: Tracker, state: State) -> bool:
        """Whether this flow still wants a sum."""
        return "amount" not in tracker.slots and state.root in self._wants_sum

    def _in_words(self, slot: Slot, reading: Reading, sets: list[Command]) -> list[Command]:
        """A free answer as it was typed, or a way of saying that there is none."""
        text = reading.text
        if slot.type is SlotType.DATE and _UNSAID.match(reading.normalized):
            return [Control("unsure"), *sets]
        if slot.type.numeric and _COUNTLESS.search(text):
            return [Control("unsure"), *sets]
        if slot.type not in _FREE or not any(char.isalnum() for char in text):
            return []
        if slot.type is SlotType.ACCOUNT and _BARE.fullmatch(text):
            return []
        if slot.type is SlotType.LINK and not _LINKED.search(text):
            return []
        if slot.type in _NUMBERED and (number := _NUMBER_IN.search(text)) is not None:
            return [SetSlot(slot.name, number[0], asked=True), *sets]
        numberless = slot.type in _NUMBERED and not any(char.isdigit() for char in text)
        if slot.type in _NUMBERED and _COUNTS.search(text):
            return []  # a date or a sum is no number of an order
        if reading.act in ("deny", "unsure") or numberless:
            return [Control("unsure"), *sets]
        if slot.type in NAMES:
            name = named(reading, slot.type)
            return [SetSlot(slot.name, name, asked=True), *sets] if name else []
        return [SetSlot(slot.name, text.strip(), asked=True), *sets]
