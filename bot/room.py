"""A room: one person's cases while one turn is at work on them, and the single commit that ends it.

Nothing is written until `commit`; a turn that fails leaves no trace. What identifies the person is behind
the veil here, and is put back only in what is shown.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from bot.cases.veil import Veil
from bot.cases.whatworks import tally
from bot.cases.zones import utc_text
from bot.core.event import TurnStarted
from bot.core.tracker import Due, Tracker
from bot.core.turn import Button, Copy, Outcome, Response, digest
from bot.store.base import Claim, Entry, Outgoing, Session, Work

__all__ = ["Outlet", "Page", "Pages", "Room", "mark_of", "responses_of"]

Seal = Callable[[Mapping[str, str], str | None], str | None]

Page = Sequence[Response]
"""What one message of a channel holds."""

Pages = Callable[[Sequence[Response]], Sequence[Page]]
"""An answer as the messages that a channel takes."""

_MARK = 6


def whole(responses: Sequence[Response]) -> Sequence[Page]:
    """Each response as a message of its own."""
    return [(response,) for response in responses]


@dataclass(frozen=True, slots=True)
class Outlet:
    """How a channel takes answers that are queued: `pages` cuts them, `close` makes private values readable for
    nobody but its sender (None: they are not handed on)."""

    pages: Pages = whole
    close: Callable[[Mapping[str, str]], str] | None = None


def mark_of(tracker: Tracker) -> str:
    """Where a case stands, in few characters: the same as long as the buttons of an answer still fit."""
    return digest(f"{tracker.case}|{tracker.state}|{tracker.phrase}")[:_MARK]


@dataclass(slots=True, eq=False)
class Room:
    """The session as it was loaded, and what this turn adds to it. `now` is the person's wall time;
    `forgotten`: the person was deleted, and the answer is all that is still written; `rewake`: all reminders
    are to be reckoned again; `outlet` is for answers that are queued."""

    session: Session
    veil: Veil
    now: datetime
    claim: Claim | None = None
    forgotten: bool = False
    rewake: bool = False
    outlet: Outlet = field(default_factory=Outlet)
    entries: list[Entry] = field(default_factory=list)
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def at(self) -> str:
        """Now as UTC text."""
        return utc_text(self.now, self.session.profile.zone)

    def put(self, moved: Tracker, outcome: Outcome, *, active: bool = True) -> None:
        """Take over what a turn came to."""
        before = self.session.cases.get(moved.case)
        self.session.cases[moved.case] = moved
        if active:
            self.session.active = moved.case
        if outcome.events:
            now = self.now.isoformat(timespec="seconds")
            self.entries.append(Entry(moved.case, now, outcome.events))
            self.counts.update(tally(before.phrase if before else None, outcome.events))

    def undo(self, session: Session) -> None:
        """Drop what this turn has done so far."""
        self.session = session
        self.entries.clear()
        self.counts.clear()

    def fresh_case(self) -> str:
        """The id of the next case: c1, c2, … and never one that was there."""
        numbers = [int(case[1:]) for case in (*self.session.cases, *self.session.lengths)]
        return f"c{max(numbers, default=0) + 1}"

    def next_due(self) -> tuple[datetime, Tracker, Due] | None:
        """What is due next of all cases, quiet hours heeded."""
        comes = self.session.profile.comes
        found = [
            (comes(due.at), tracker, due)
            for tracker in self.session.cases.values()
            for due in tracker.dues
        ]
        return min(found, key=lambda each: (each[0], each[2].at), default=None)

    def overdue(self) -> tuple[Tracker, Due] | None:
        """What is due by now, the longest overdue case first; of several for one state the last. In quiet hours
        nothing is, however late it is."""
        found = self.next_due()
        if found is None or found[0] > self.now:
            return None
        if self.session.profile.awake(self.now) > self.now:
            self.rewake = True
            return None
        _, tracker, first = found
        comes = self.session.profile.comes
        late = [
            due for due in tracker.dues if due.state == first.state and comes(due.at) <= self.now
        ]
        return tracker, max(late, key=lambda due: due.at)

    def work(self, outcome: Outcome, *, queued: bool, seal: Seal) -> Work:
        """Everything to write; `queued`: the answer is still to be sent."""
        if not self.forgotten:
            self._remember(seal)
        touched = [*self.session.cases] if self.rewake else [each.case for each in self.entries]
        wake = {case: self._wake(case) for case in touched}
        return Work(
            Session("") if self.forgotten else self.session,
            tuple(self.entries),
            wake,
            self.claim,
            tuple(self._outgoing(outcome, queued=queued)),
            dict(self.counts),
            self.at,
        )

    def _remember(self, seal: Seal) -> None:
        """What the person's settings must hold for the next turn."""
        profile = self.session.profile
        self.session.profile = replace(
            profile,
            hidden=tuple(sorted(self.veil.issued)),
            seen_at=self.now.isoformat(timespec="seconds"),
        )
        if profile.keep:
            self.session.sealed = seal(self.veil.known, self.session.sealed)

    def _outgoing(self, outcome: Outcome, *, queued: bool) -> Iterator[Outgoing]:
        if self.claim is None and not queued:
            return
        reply_to = str(self.claim) if self.claim else ""
        key = reply_to or f"{self.session.conversation}:{outcome.case}:{outcome.number}:due"
        context = self._context(outcome) if queued else {}
        for number, page in enumerate(self.outlet.pages(outcome.responses)):
            yield Outgoing(
                f"{key}:{number}",
                "" if self.forgotten and not queued else self.session.conversation,
                _encode(page, context | self._values(page)),
                self.at,
                reply_to=reply_to,
                state="new" if queued else "sent",
            )

    def _context(self, outcome: Outcome) -> dict[str, Any]:
        """What the sender of a queued answer must know beside it."""
        profile = self.session.profile
        tracker = self.session.cases.get(outcome.case)
        triggers = [e.trigger for e in outcome.events if isinstance(e, TurnStarted)]
        return {
            "locale": profile.locale or profile.script,
            "mark": mark_of(tracker) if tracker else "",
            "why": triggers == ["why"],
        }

    def _values(self, page: Page) -> dict[str, str]:
        """The private values that a page needs, closed: another process may send it."""
        text = _encode(page, {})
        values = {each: value for each, value in self.veil.known.items() if each in text}
        return {"values": self.outlet.close(values)} if values and self.outlet.close else {}

    def _wake(self, case: str) -> str | None:
        """When the case is to be looked at next: what is late comes when the quiet hours are over."""
        profile, now = self.session.profile, self.session.profile.awake(self.now)
        quiet = now > self.now
        comes = [profile.comes(due.at) for due in self.session.cases[case].dues]
        times = [utc_text(max(at, now) if quiet else at, profile.zone) for at in comes]
        return min(times, default=None)

    def shown(self, outcome: Outcome) -> Outcome:
        """The outcome as the person sees it: values in place, reminders when they will really come."""
        comes = self.session.profile.comes
        due = tuple(
            Due(d.kind, comes(d.at).isoformat(timespec="minutes"), d.state) for d in outcome.due
        )
        return self.veil.reveal(replace(outcome, due=due))


def _encode(page: Page, context: Mapping[str, Any]) -> str:
    parts = [
        {
            "text": each.text,
            "copies": [(copy.phrase, copy.text) for copy in each.copies],
            "buttons": [(b.label, b.value, b.issues) for b in each.buttons],
        }
        for each in page
    ]
    return json.dumps({"page": parts, **context}, ensure_ascii=False, separators=(",", ":"))


def responses_of(payload: str) -> tuple[Response, ...]:
    """The responses that an outbox row holds; rows of version 2 and older hold one."""
    data: dict[str, Any] = json.loads(payload)
    return tuple(_decoded(part) for part in data.get("page", (data,)))


def _decoded(data: Mapping[str, Any]) -> Response:
    return Response(
        data["text"],
        tuple(Copy(phrase, text) for phrase, text in data["copies"]),
        tuple(Button(label, value, tuple(issues)) for label, value, issues in data["buttons"]),
    )
