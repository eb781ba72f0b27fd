"""Dangers as commands: which alarm a danger raises, and what the message says besides."""

from __future__ import annotations

from bot.core.command import Command, SetSlot, StartIssue
from bot.core.tracker import Tracker
from bot.nlu.reading import Reading

__all__ = ["ALARMS", "beside"]

ALARMS = {
    "fraud_now": "fraud.scammed",
    "hacked_now": "account.hacked",
    "threat": "patterns.crisis_threat",
    "self_harm": "patterns.crisis_self_harm",
    "minor": "patterns.crisis_minor",
    "blackmail": "patterns.crisis_blackmail",
}
"""The flow or pattern that each danger leads to."""

_ENOUGH = 12
_BESIDE = 0.5
_MATTERS = {
    "threat": ("safety.harassment", ("safety.", "order.seller_conduct")),
    "blackmail": ("safety.privacy_leak", ("safety.", "fraud.")),
}
"""What a danger is about when the message does not say it better."""


def beside(reading: Reading, tracker: Tracker, commands: list[Command]) -> list[Command]:
    """What a message in danger says besides: a problem only when it says enough to be one."""
    fallback, fitting = _MATTERS.get(reading.danger or "", ("", ()))
    if fallback and tracker.issue is None:
        start = next((each for each in commands if isinstance(each, StartIssue)), None)
        if start is None or not start.issue.startswith(fitting):
            kept = [each for each in commands if isinstance(each, SetSlot)]
            return [StartIssue(fallback), *kept]
        return commands
    least = 2 * _ENOUGH if reading.danger == "self_harm" else _ENOUGH
    said = len(reading.normalized) >= least and reading.p >= _BESIDE
    return [each for each in commands if said or not isinstance(each, StartIssue)]
