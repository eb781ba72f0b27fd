"""Dangers as commands: which alarm a danger raises, and what the message says besides."""

from __future__ import annotations

from bot.core.command import Command, SetSlot, StartIssue
from bot.core.tracker import Tracker
from bot.nlu.reading import Reading

__all__ = ["ALARMS", "beside", "cared_for", "tamed"]

ALARMS = {
    "fraud_now": "fraud.scammed",
    "hacked_now": "account.hacked",
    "threat": "patterns.crisis_threat",
    "self_harm": "patterns.crisis_self_harm",
    "minor": "patterns.crisis_minor",
    "blackmail": "patterns.crisis_blackmail",
}
"""The flow or pattern that each danger leads to."""

_HANDLED = {
    "minor": frozenset(
        {"payment.minor", "payment.recharge", "safety.impersonation", "fraud.scammed"}
    ),
    "threat": frozenset({"safety.privacy_leak", "safety.harassment"}),
    "blackmail": frozenset({"safety.privacy_leak", "safety.harassment"}),
}
"""Problems whose own flow asks about that danger first: a guess need not interrupt them."""

_LIKELY = 0.3
_CLEAR = 0.6
_PLAUSIBLE = 0.1
_ENOUGH = 12
_BESIDE = 0.5


def tamed(reading: Reading) -> bool:
    """Whether a danger that no wording names should not interrupt: it is only likely, in the care of the
    problem's own flow, or would lead to a problem that the message does not sound like."""
    if reading.danger_p < _LIKELY:
        return True
    leads_to = ALARMS[reading.danger or ""]
    if not leads_to.startswith("patterns."):
        return dict(reading.posterior).get(leads_to, 0.0) < _PLAUSIBLE
    return cared_for(reading.danger or "", reading.issue) and reading.p >= _CLEAR


def cared_for(danger: str, issue: str | None) -> bool:
    """Whether the flow of a problem asks about that danger itself."""
    return issue in _HANDLED.get(danger, frozenset())


_MATTERS = {
    "threat": ("safety.harassment", ("safety.", "order.seller_conduct")),
    "blackmail": ("safety.privacy_leak", ("safety.", "fraud.")),
}
"""What a danger is about when the message does not say it better."""


def beside(reading: Reading, tracker: Tracker, commands: list[Command]) -> list[Command]:
    """What a message in danger says besides: a problem only when it says enough to be one."""
    fallback, fitting = _MATTERS.get(reading.danger or "", ("", ()))
    if fallback and reading.danger_plain and tracker.issue is None and not reading.certain:
        start = next((each for each in commands if isinstance(each, StartIssue)), None)
        if start is None or not start.issue.startswith(fitting):
            kept = [each for each in commands if isinstance(each, SetSlot)]
            return [StartIssue(fallback), *kept]
        return commands
    least = 2 * _ENOUGH if reading.danger == "self_harm" else _ENOUGH
    said = reading.certain or (len(reading.normalized) >= least and reading.p >= _BESIDE)
    return [each for each in commands if said or not isinstance(each, StartIssue)]
