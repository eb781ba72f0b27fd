"""Outcomes beside a turn's own: the apology, nothing, a line in front, a reminder that can be put off."""

from __future__ import annotations

from dataclasses import replace

from bot.core.tracker import Tracker
from bot.core.turn import Button, Outcome, Response

__all__ = ["APOLOGY", "apology", "nothing", "snoozable", "with_notice"]

APOLOGY = "我这边出了点小差错，你说的都还在。请把上一句再发一次，或者点下面重新来。"


def snoozable(outcome: Outcome) -> Outcome:
    """A reminder may be put off."""
    if not outcome.responses:
        return outcome
    last = outcome.responses[-1]
    buttons = (*last.buttons, Button("明天再问我", "cmd:snooze"))
    return replace(
        outcome, responses=(*outcome.responses[:-1], Response(last.text, last.copies, buttons))
    )


def nothing(tracker: Tracker | None) -> Outcome:
    """An outcome in which nothing was said."""
    return replace(apology(tracker), responses=())


def apology(tracker: Tracker | None) -> Outcome:
    """The one kind sentence when something of ours breaks."""
    buttons = (Button("重新来", "cmd:restart"),)
    return Outcome(
        tracker.turns if tracker else 0,
        tracker.state if tracker else "",
        tracker.case if tracker else "",
        tracker.issue if tracker else None,
        (),
        {},
        (Response(APOLOGY, (), buttons),),
        (),
        (),
        (),
    )


def with_notice(outcome: Outcome, line: str) -> Outcome:
    """The outcome with a line in front of its first words."""
    if not line or not outcome.responses:
        return outcome
    first, *rest = outcome.responses
    told = Response(f"{line}\n{first.text}" if first.text else line, first.copies, first.buttons)
    return replace(outcome, responses=(told, *rest))
