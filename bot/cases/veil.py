"""The veil: what identifies a person is replaced before the engine sees it, and put back on the way out.

A placeholder 〔订单号······4321〕 is as long as what it stands for, so that texts cut to a form's length stay
right. The engine, its events and everything stored hold placeholders only; the values live in a Veil in
memory, or sealed where the person has asked for it. A placeholder whose value is gone stays as it is, and
the person fills it in.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from bot.core.command import Command, Reply, SetSlot
from bot.core.slots import Slot, SlotType
from bot.core.turn import Button, Copy, Outcome, Response

__all__ = ["FindPrivate", "Vault", "Veil", "veiled"]

FindPrivate = Callable[[str], list[tuple[int, int, str]]]
"""Start, end and name of everything in a text that identifies somebody."""

_PLACEHOLDER = re.compile("〔[^〔〕]{1,64}〕")
_TAILED = frozenset({"订单号", "手机号", "银行卡号", "号码"})
"""What is told apart by its last four digits, as receipts do; of an ID card nothing stays."""
_TAIL = 4
_FILL = "·"
_PLAIN = frozenset(
    {SlotType.TICKET_NO, SlotType.LINK, SlotType.DATE, SlotType.CHOICE, SlotType.ISSUE}
)
"""Slots that point to a case or a page and not to a person."""
_SHORTEST = 4
"""A shorter value is not looked for inside other texts: it would hit ordinary words."""


@dataclass(slots=True, eq=False)
class Veil:
    """One person's values by placeholder. `issued` are all placeholders ever made for them."""

    find: FindPrivate
    known: dict[str, str] = field(default_factory=dict)
    issued: set[str] = field(default_factory=set)

    def hide(self, text: str) -> str:
        """The text with every private value behind its placeholder."""
        for placeholder, value in sorted(self.known.items(), key=lambda item: -len(item[1])):
            if len(value) >= _SHORTEST:
                text = text.replace(value, placeholder)
        pieces, at = [], 0
        for start, end, name in self.find(text):
            if not _inside(text, start, end):
                pieces += [text[at:start], self.hide_whole(text[start:end], name)]
                at = end
        return "".join([*pieces, text[at:]])

    def hide_whole(self, value: str, name: str) -> str:
        """The placeholder of a value that is private as a whole."""
        if not value or _PLACEHOLDER.fullmatch(value):
            return value
        number = 1
        while True:
            placeholder = _placeholder(value, name, number)
            if self.known.get(placeholder) == value or self._free(placeholder, value):
                self.known[placeholder] = value
                self.issued.add(placeholder)
                return placeholder
            number += 1

    def _free(self, placeholder: str, value: str) -> bool:
        """Whether the placeholder may stand for the value: it never stood for anything, or its value is gone
        and the last digits are the same. Two names of one length are not the same name."""
        if placeholder in self.known:
            return False
        return placeholder not in self.issued or placeholder[-1 - _TAIL : -1] == value[-_TAIL:]

    def show(self, text: str) -> str:
        """The text with every value that is still known in its place."""
        if "〔" not in text or not self.known:
            return text
        return _PLACEHOLDER.sub(lambda match: self.known.get(match[0], match[0]), text)

    def lacks(self, text: str) -> bool:
        """Whether a placeholder of this person stands in the text without its value."""
        found = _PLACEHOLDER.findall(text) if "〔" in text else ()
        return any(each in self.issued and each not in self.known for each in found)

    def reveal(self, outcome: Outcome) -> Outcome:
        """What the person gets to see; the events stay as they are stored."""
        if not self.known:
            return outcome
        slots = {k: self.show(v) if isinstance(v, str) else v for k, v in outcome.slots.items()}
        responses = tuple(self._reveal(each) for each in outcome.responses)
        return replace(outcome, slots=slots, responses=responses)

    def _reveal(self, response: Response) -> Response:
        copies = tuple(Copy(each.phrase, self.show(each.text)) for each in response.copies)
        buttons = tuple(Button(self.show(b.label), b.value, b.issues) for b in response.buttons)
        return Response(self.show(response.text), copies, buttons)


class Vault:
    """The veils of those who were here lately, in memory only: the oldest go first."""

    def __init__(self, find: FindPrivate, limit: int = 1000) -> None:
        self._find, self._limit = find, limit
        self._veils: OrderedDict[str, Veil] = OrderedDict()

    def veil(
        self, conversation: str, issued: Iterable[str], kept: Mapping[str, str] | None = None
    ) -> Veil:
        """The person's veil; `kept` are the values that they asked to keep."""
        veil = self._veils.get(conversation)
        if veil is None:
            veil = Veil(self._find)
        else:
            self._veils.move_to_end(conversation)
        veil.issued.update(issued)
        for placeholder, value in (kept or {}).items():
            veil.known.setdefault(placeholder, value)
        return veil

    def remember(self, conversation: str, veil: Veil) -> None:
        """Keep the veil for the next turn if it hides anything."""
        if not veil.known:
            return
        self._veils[conversation] = veil
        if len(self._veils) > self._limit:
            self._veils.popitem(last=False)

    def forget(self, conversation: str) -> None:
        self._veils.pop(conversation, None)


def veiled(command: Command, veil: Veil, slots: Mapping[str, Slot]) -> Command:
    """The command with what identifies a person behind placeholders."""
    if isinstance(command, SetSlot) and isinstance(command.value, str):
        slot = slots.get(command.slot)
        if slot is None or slot.values:
            return command
        if slot.pii:
            return replace(command, value=veil.hide_whole(command.value, slot.title))
        if slot.type not in _PLAIN:
            return replace(command, value=veil.hide(command.value))
    if isinstance(command, Reply) and command.fields:
        fields = {
            name: value if name == "ticket_no" else veil.hide(value)
            for name, value in command.fields.items()
        }
        return replace(command, fields=fields)
    return command


def _placeholder(value: str, name: str, number: int) -> str:
    label = name if number == 1 else f"{name}{number}"
    tail = value[-_TAIL:] if name in _TAILED and len(value) >= 2 * _TAIL else ""
    fill = _FILL * max(0, len(value) - len(label) - len(tail) - 2)
    return f"〔{label}{fill}{tail}〕"


def _inside(text: str, start: int, end: int) -> bool:
    """Whether the span lies in a placeholder that is there already."""
    before = text.rfind("〔", 0, start + 1)
    return before > text.rfind("〕", 0, start) and text.find("〕", end - 1) != -1
