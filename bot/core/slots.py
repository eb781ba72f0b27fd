"""Slots: what a conversation remembers, with the type that decides how it is checked and shown.

A value is `str | int | float | bool`; dates are ISO strings (`2026-11-20`), choices are option ids.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from bot.core.errors import Mark

__all__ = ["Choice", "Slot", "SlotType", "Value", "show_date"]

Value = str | int | float | bool

_WEEKDAYS = "一二三四五六日"
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


class SlotType(StrEnum):
    """The closed list of slot types; the names are those of docs/flows.md."""

    TEXT = "text"
    NAME = "name"
    CHOICE = "choice"
    BOOL = "bool"
    AMOUNT = "amount"
    DATE = "date"
    DAYS = "days"
    INT = "int"
    ORDER_NO = "order_no"
    TICKET_NO = "ticket_no"
    LINK = "link"
    ACCOUNT = "account"
    PHONE = "phone"
    ISSUE = "issue"

    @property
    def numeric(self) -> bool:
        return self in (SlotType.AMOUNT, SlotType.DAYS, SlotType.INT)


@dataclass(frozen=True, slots=True)
class Choice:
    """One option: `label` on the button, `say` in a sentence, `match` when asked, `hear` at any time."""

    id: str
    label: str
    say: str
    match: tuple[str, ...] = ()
    hear: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Slot:
    """The declaration of one slot. `near`: words beside a date or amount that choose this slot."""

    name: str
    title: str
    type: SlotType
    mark: Mark
    values: Mapping[str, Choice] = field(default_factory=dict)
    near: tuple[str, ...] = ()
    pii: bool = False
    weekday: bool = False

    def accepts(self, value: Value) -> bool:
        """Whether `value` is of the slot's type."""
        if self.type is SlotType.BOOL:
            return isinstance(value, bool)
        if self.type is SlotType.CHOICE:
            return value in self.values
        if self.type.numeric:
            return isinstance(value, int | float) and not isinstance(value, bool)
        if self.type is SlotType.DATE:
            return isinstance(value, str) and _is_date(value)
        return isinstance(value, str)

    def read(self, text: str) -> Value | None:
        """What an authored or rendered text means for this slot; None when it means nothing."""
        if self.type is SlotType.BOOL:
            return {"true": True, "false": False}.get(text)
        if self.type.numeric:
            digits = text.replace(",", "")
            if not _NUMBER.fullmatch(digits):
                return None
            return float(digits) if "." in digits else int(digits)
        return text if text and self.accepts(text) else None

    def show(self, value: Value) -> str:
        """The value as it stands in a sentence: a choice by its `say`, a date as 10月8日."""
        if self.values:
            choice = self.values.get(_choice_key(value))
            return choice.say if choice else str(value)
        if self.type is SlotType.DATE and isinstance(value, str) and _is_date(value):
            return show_date(value, weekday=self.weekday)
        if isinstance(value, float):
            return f"{value:.2f}".rstrip("0").rstrip(".")
        return str(value)

    def label(self, value: Value) -> str:
        """The value as its button names it; what is read back to the person on a correction."""
        choice = self.values.get(_choice_key(value))
        return choice.label if choice else self.show(value)


def show_date(iso: str, *, weekday: bool) -> str:
    """`2026-12-01` as 12月1日, or 12月1日（周二） with the weekday."""
    day = date.fromisoformat(iso)
    text = f"{day.month}月{day.day}日"
    return f"{text}（周{_WEEKDAYS[day.weekday()]}）" if weekday else text


def _choice_key(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
