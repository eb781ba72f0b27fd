"""Works and rows as the values of the statements, the same for SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from bot.store.base import Claim, Entry, Incoming, Outgoing, Overview, Session, Work
from bot.store.encoding import (
    decode_events,
    decode_profile,
    decode_tracker,
    encode_events,
    encode_profile,
    encode_tracker,
)

__all__ = [
    "case_rows",
    "conversation_row",
    "count_rows",
    "incoming",
    "is_new",
    "journal",
    "outgoing",
    "outgoing_rows",
    "overview",
    "session",
    "settled",
    "turn_rows",
]

Row = tuple[Any, ...]


def session(conversation: str, rows: Sequence[Row]) -> Session:
    """The session of LOAD's rows; an empty one when there are none."""
    found = Session(conversation)
    for active, version, profile, sealed, case, tracker, length in rows:
        found.active, found.version, found.sealed = active, version, sealed
        found.profile = decode_profile(profile)
        if case is not None:
            found.cases[case] = decode_tracker(conversation, case, tracker)
            found.lengths[case] = length
    return found


def conversation_row(work: Work) -> Row:
    """For ADD_CONVERSATION and, with the version that must be there, for CHANGE_CONVERSATION."""
    kept = work.session
    profile = encode_profile(kept.profile)
    return kept.active, profile, kept.sealed, work.at, kept.version + 1, kept.conversation


def is_new(work: Work) -> bool:
    """Whether this work brings a conversation that was not there."""
    return not work.session.version and bool(work.session.cases)


def case_rows(work: Work) -> Iterator[Row]:
    """For KEEP_CASE: every case that this work touches."""
    kept = work.session
    for case in work.changed:
        tracker = kept.cases[case]
        added = sum(1 for entry in work.entries if entry.case == case)
        yield (
            kept.conversation,
            case,
            int(case[1:]),
            encode_tracker(tracker),
            kept.lengths.get(case, 0) + added,
            tracker.issue,
            tracker.outcome,
            work.wake.get(case),
            work.at,
            work.at,
        )


def turn_rows(work: Work) -> Iterator[Row]:
    """For ADD_TURN; numbers go on where the journal of the case ends."""
    lengths = dict(work.session.lengths)
    for entry in work.entries:
        number = lengths[entry.case] = lengths.get(entry.case, 0) + 1
        events = encode_events(entry.events)
        yield work.session.conversation, entry.case, number, entry.at, events


def outgoing_rows(work: Work) -> Iterator[Row]:
    for each in work.outgoing:
        yield (
            each.key,
            each.reply_to,
            each.conversation,
            each.payload,
            each.state,
            each.due_at,
            work.at,
        )


def settled(message: Outgoing, at: str) -> Row:
    """For SETTLE. One that was put back keeps a lease: it holds up those after it."""
    back = message.due_at if message.state == "new" else None
    return (
        message.state,
        message.payload,
        message.due_at,
        message.tries,
        message.error,
        at,
        back,
        message.id,
    )


def count_rows(work: Work) -> Iterator[Row]:
    for (phrase, reply), n in sorted(work.counts.items()):
        yield phrase, reply, n


def journal(case: str, rows: Iterable[Row]) -> list[Entry]:
    return [Entry(case, at, decode_events(events)) for at, events in rows]


def overview(rows: Iterable[Row]) -> list[Overview]:
    return [Overview(*row) for row in rows]


def incoming(rows: Iterable[Row]) -> list[Incoming]:
    """The rows of TAKE_INCOMING, oldest first."""
    return [
        Incoming(Claim(channel, update), conversation, bytes(payload), at, state, tries, number)
        for number, channel, update, conversation, payload, at, state, tries in sorted(rows)
    ]


def outgoing(rows: Iterable[Row]) -> list[Outgoing]:
    """The rows of TAKE_OUTGOING, REPLIES or UNSETTLED, oldest first."""
    return [
        Outgoing(key, conversation, payload, due_at, reply_to, state, tries, error, number)
        for number, key, conversation, payload, due_at, state, tries, error, reply_to in sorted(
            rows, key=lambda row: row[0]
        )
    ]
