"""Filling slots from a message: entities by what stands beside them, and phrases heard outright."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.core.command import SetSlot
from bot.core.flow import Ask, FlowSet
from bot.core.slots import SlotType, Value
from bot.core.spec import State
from bot.core.tracker import Tracker
from bot.nlu.entities import Entity
from bot.nlu.matching import Hearing, Matcher
from bot.nlu.numerals import parse_number
from bot.nlu.reading import Reading

__all__ = ["Filler"]

_REACH = 8
"""So many characters from a date or amount may the word stand that tells which one it is."""

_CHOSEN = frozenset({SlotType.CHOICE, SlotType.BOOL, SlotType.INT})
"""Types whose earlier answer a correction may name without saying which question it was."""

_ENTITY_SLOTS = {
    "amount": "amount",
    "date": "event_date",
    "days_waiting": "days_waiting",
    "order_no": "order_no",
    "ticket_no": "ticket_no",
    "account": "account",
    "link": "link",
}


class Filler:
    """Turns what a reading holds into SetSlot commands for one FlowSet."""

    def __init__(self, flows: FlowSet, hearing: Hearing, matcher: Matcher) -> None:
        self._flows, self._hearing, self._matcher = flows, hearing, matcher
        self._near = [slot for slot in flows.slots.values() if slot.near]

    def fill(
        self, reading: Reading, tracker: Tracker, state: State, *, corrects: bool
    ) -> list[SetSlot]:
        """One message may fill many slots; without `corrects` a known value is left alone."""
        asked = state.step.slot if isinstance(state.step, Ask) else None
        found: dict[str, Value] = {}
        for entity in reading.entities:
            name = self._slot_for(entity, reading.text, asked)
            if name is not None and name not in found:
                found[name] = entity.value
        found |= self._counted(reading.normalized)
        found |= {
            k: v for k, v in self._hearing.values(reading.normalized).items() if k not in found
        }
        changed = any(tracker.slots.get(name, value) != value for name, value in found.items())
        if corrects and not changed:
            found |= self._chosen_anew(reading, tracker, asked, found)
        return [
            SetSlot(name, value, asked=name == asked)
            for name, value in found.items()
            if corrects or name not in tracker.slots or name == asked
        ]

    def _counted(self, said: str) -> dict[str, Value]:
        """Numbers of slots that are known by their unit, such as 9岁."""
        found: dict[str, Value] = {}
        for slot in self._near:
            for unit in slot.near if slot.type is SlotType.INT else ():
                match = re.search(
                    rf"([0-9]{{1,3}}|[一二两三四五六七八九十]{{1,3}})\s*{re.escape(unit)}", said
                )
                number = parse_number(match[1]) if match else None
                if number is not None:
                    found.setdefault(slot.name, int(number))
        return found

    def _slot_for(self, entity: Entity, text: str, asked: str | None) -> str | None:
        """The asked slot when its type fits, else the one whose words stand near, else the common one."""
        wanted = self._flows.slots.get(asked or "")
        near = self._nearest(entity, text)
        if near is not None:
            return near
        if wanted is not None and _fits(wanted.type, entity.slot):
            return wanted.name
        name = _ENTITY_SLOTS.get(entity.slot)
        return name if name in self._flows.slots else None

    def _nearest(self, entity: Entity, text: str) -> str | None:
        start, end = entity.span
        best: tuple[int, str] | None = None
        for slot in self._near:
            if not _fits(slot.type, entity.slot):
                continue
            for word in slot.near:
                distance = _distance(text, word, start, end)
                if distance is not None and (best is None or distance < best[0]):
                    best = (distance, slot.name)
        return best[1] if best else None

    def _chosen_anew(
        self, reading: Reading, tracker: Tracker, asked: str | None, found: dict[str, Value]
    ) -> dict[str, Value]:
        """A correction may name another option of a choice that was answered before, latest first."""
        for name in reversed(list(tracker.slots)):
            slot = self._flows.slots.get(name)
            if slot is None or name in found or name == asked or slot.type not in _CHOSEN:
                continue
            value = self._matcher.value(_after_turn(reading.text), slot, None)
            if value is not None and value != tracker.slots[name]:
                return {name: value}
        return {}


def _fits(slot: SlotType, entity: str) -> bool:
    if entity == "days_waiting":
        return slot in (SlotType.DAYS, SlotType.INT)
    return slot.value == entity


def _distance(text: str, word: str, start: int, end: int) -> int | None:
    """Characters between the entity and the word: behind it counts a little less than before it."""
    after = text.find(word, end, end + _REACH + len(word))
    before = text.rfind(word, max(0, start - _REACH - len(word)), start)
    found: list[int] = []
    if after >= 0 and not _cut(text[end:after]):
        found.append(after - end)
    if before >= 0 and not _cut(text[before + len(word) : start]):
        found.append(start - before - len(word) + 1)
    return min(found) if found else None


def _cut(between: str) -> bool:
    return any(mark in between for mark in "，,。；;！!？?\n")


def _after_turn(text: str) -> str:
    """What stands behind the last 是 / 改成 of a correction: the new value, not the old."""
    tail: Sequence[str] = text.replace("改成", "是").rsplit("是", 1)
    return tail[-1] if len(tail) > 1 and tail[-1].strip() else text
