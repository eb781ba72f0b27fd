"""What the tests of the stores put into them: one turn of one case, with as little or as much as a test needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.core.event import Event, QuestionAsked, TurnStarted
from bot.core.tracker import Due, Rest, Tracker
from bot.store.base import Claim, Entry, Incoming, Outgoing, Session, Store, Work

__all__ = [
    "EARLIER",
    "LATER",
    "NOW",
    "RICH",
    "UNTIL",
    "claim",
    "message",
    "rich",
    "send",
    "turn",
    "update",
    "work",
]

EARLIER = "2026-11-20T01:00:00Z"
NOW = "2026-11-20T02:00:00Z"
UNTIL = "2026-11-20T02:05:00Z"
LATER = "2026-11-20T03:00:00Z"

RICH: dict[str, Any] = {
    "state": "order.refund.push",
    "turns": 7,
    "issue": "order.refund",
    "second": "account.banned",
    "stage": "人工",
    "outcome": "solved",
    "origin": "order.refund.kind",
    "phrase": "refund.first",
    "opened": "2026-11-20",
    "candidates": (("order.refund", 0.75), ("order.lost", 0.125)),
    "questions": ("money_or_goods", "when"),
    "slots": {"amount": 88, "price": 12.5, "urgent": True, "text": '「引号」"\\\n\u2028😀'},
    "unsure": {"deadline", "reason"},
    "seen": {"prompt:order.refund.kind": 2, "reply:refused": 1},
    "used": {"refund.first", "a1b2c3", "fact:seven_days"},
    "evidence": {"chat", "receipt"},
    "route": ["patterns.start", "order.refund.kind", "order.refund.kind", "order.refund.push"],
    "rests": [Rest("order.refund.kind", 2, ()), Rest("order.refund.push", 4, ("kind", "amount"))],
    "dues": [
        Due("wait", "2026-11-23T10:00:00", "order.refund.push"),
        Due("ask", "2026-11-21T10:00:00", "order.refund.push"),
    ],
    "fresh": ["kind", "amount", "kind"],
}
"""A value for every field of a tracker that is no key."""


def rich(who: str = "u", case: str = "c1") -> Tracker:
    """A tracker of which nothing is empty."""
    return Tracker(who, case, **RICH).copy()


def claim(number: int | str, channel: str = "telegram") -> Claim:
    return Claim(channel, str(number))


def update(number: int | str, who: str = "u", payload: bytes | None = None) -> Incoming:
    return Incoming(claim(number), who, payload or f"payload {number}".encode(), NOW)


def message(key: str, who: str = "u", due_at: str = NOW, reply_to: str = "") -> Outgoing:
    return Outgoing(key, who, f"text {key}", due_at, reply_to)


def work(
    session: Session,
    case: str = "c1",
    *,
    events: Sequence[Event] | None = None,
    at: str = NOW,
    wake: str | None = None,
    answers: Claim | None = None,
    outgoing: Sequence[Outgoing] = (),
    counts: Mapping[tuple[str, str], int] | None = None,
    **changes: Any,
) -> Work:
    """One more turn of `case` in a loaded session; `changes` are fields of the tracker."""
    before = session.cases.get(case)
    moved = before.copy() if before else Tracker(session.conversation, case)
    moved.turns += 1
    for name, value in changes.items():
        setattr(moved, name, value)
    session.cases[case], session.active = moved, case
    told = events if events is not None else (TurnStarted(moved.turns, at, "tell"),)
    entry = Entry(case, at, tuple(told))
    return Work(session, (entry,), {case: wake}, answers, tuple(outgoing), counts or {}, at)


async def turn(store: Store, who: str = "u", case: str = "c1", **told: Any) -> None:
    """Load, do one turn, commit."""
    await store.commit(work(await store.load(who), case, **told))


async def send(store: Store, *messages: Outgoing) -> None:
    """Put messages into the outbox as a turn of their person does."""
    for each in messages:
        asked = (QuestionAsked(each.key),)
        await turn(store, each.conversation, events=asked, outgoing=(each,))
