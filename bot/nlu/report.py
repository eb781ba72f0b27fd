"""Readings as the command line prints them: plain data, one object a text."""

from __future__ import annotations

from datetime import date
from typing import Any

from bot.nlu.reading import Reader

__all__ = ["describe", "describe_reply"]


def describe(reader: Reader, text: str, today: date) -> dict[str, Any]:
    """The object of `zhenren classify` for one text."""
    reading = reader.read(text, today)
    return {
        "text": text,
        "issue": reading.issue,
        "p": round(reading.p, 4),
        "candidates": [{"issue": issue, "p": round(p, 4)} for issue, p in reading.candidates],
        "second": reading.second,
        "act": reading.act,
        "danger": reading.danger,
        "entities": [
            {"slot": each.slot, "span": list(each.span), "value": each.value}
            for each in reading.entities
        ],
    }


def describe_reply(reader: Reader, text: str) -> dict[str, Any]:
    """The object of `zhenren classify --reply`; a field of `with` is null when it is not known."""
    reply = reader.read_reply(text)
    names = ("ticket_no", "promised_time", "reason", "requested")
    return {
        "text": text,
        "reply": reply.label,
        "with": {name: reply.with_.get(name) for name in names},
    }
