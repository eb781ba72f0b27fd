"""A store that lasts as long as the process: the console without a database, and tests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from bot.store.base import (
    DOUBTED,
    LOST,
    TRIES,
    Claim,
    Claimed,
    Conflict,
    Depth,
    Entry,
    Forgotten,
    Hold,
    Incoming,
    Outgoing,
    Overview,
    Purged,
    Retention,
    Session,
    Work,
)
from bot.store.holding import MemoryHolds
from bot.store.memory_records import MemoryRecords
from bot.store.record_tables import belongs
from bot.store.retention import day_before

__all__ = ["MemoryStore"]

_OPEN = ("new", "working")
_ENDED = ("sent", "dead", "unknown")


class MemoryStore:
    """Everything in dictionaries; promises what the others promise but to outlive the process."""

    def __init__(self) -> None:
        self._sessions: dict[str, Session] = {}
        self._touched: dict[str, str] = {}
        self._journal: dict[tuple[str, str], list[Entry]] = {}
        self._views: dict[tuple[str, str], Overview] = {}
        self._inbox: dict[Claim, tuple[Incoming, str]] = {}
        self._outbox: dict[int, tuple[Outgoing, str]] = {}
        self._counts: Counter[tuple[str, str]] = Counter()
        self._keys: set[str] = set()
        self._back: set[int] = set()
        self._next = 0
        self._holds = MemoryHolds()
        self.records = MemoryRecords(self._move)

    async def load(self, conversation: str) -> Session:
        kept = self._sessions.get(conversation)
        return kept.copy() if kept else Session(conversation)

    async def commit(self, work: Work) -> None:
        kept, claim = work.session, work.claim
        if claim in self._inbox and self._inbox[claim][0].state in ("done", "dead"):
            raise Claimed
        known = self._sessions.get(kept.conversation)
        if (known.version if known else 0) != kept.version:
            raise Conflict
        views = [self._view(work, case) for case in work.changed]
        session = kept.copy()
        session.version += 1
        for entry in work.entries:
            key = (kept.conversation, entry.case)
            self._journal.setdefault(key, []).append(entry)
            session.lengths[entry.case] = len(self._journal[key])
        if kept.version or kept.cases:
            self._sessions[kept.conversation] = session
            self._touched[kept.conversation] = work.at
        self._views.update(((view.conversation, view.case), view) for view in views)
        if claim is not None:
            self._done(claim, kept.conversation, work.at)
        for message in work.outgoing:
            if message.key not in self._keys:
                self._keys.add(message.key)
                self._next += 1
                self._outbox[self._next] = (replace(message, id=self._next), work.at)
        self._counts.update(work.counts)

    def _view(self, work: Work, case: str) -> Overview:
        key, tracker = (work.session.conversation, case), work.session.cases[case]
        opened = self._views[key].opened_at if key in self._views else work.at
        wake = work.wake.get(case)
        return Overview(*key, tracker.issue, tracker.outcome, opened, work.at, wake)

    def _done(self, claim: Claim, conversation: str, at: str) -> None:
        known = self._inbox.get(claim)
        row = known[0] if known else Incoming(claim, conversation, b"", at, id=self._new_id())
        self._inbox[claim] = (replace(row, payload=b"", state="done"), "")

    def _new_id(self) -> int:
        self._next += 1
        return self._next

    async def journal(self, conversation: str, case: str) -> list[Entry]:
        return list(self._journal.get((conversation, case), ()))

    async def overview(self, conversation: str | None = None) -> list[Overview]:
        found = [v for v in self._views.values() if conversation in (None, v.conversation)]
        return sorted(found, key=lambda v: (v.conversation, int(v.case[1:])))

    async def due(self, now: str, limit: int = 100, prefix: str = "") -> list[str]:
        wakes = sorted((v.wake, v.conversation) for v in self._views.values() if v.wake)
        due = (who for wake, who in wakes if wake <= now and who.startswith(prefix))
        return list(dict.fromkeys(due))[:limit]

    async def receive(self, updates: Sequence[Incoming]) -> int:
        before = len(self._inbox)
        for update in updates:
            if update.claim not in self._inbox:
                self._inbox[update.claim] = (replace(update, id=self._new_id()), "")
        return len(self._inbox) - before

    async def take_incoming(self, now: str, until: str, limit: int = 32) -> list[Incoming]:
        for claim, (row, leased) in self._inbox.items():
            if row.state in _OPEN and row.tries >= TRIES and leased <= now:
                self._inbox[claim] = (replace(row, state="dead", payload=b""), "")
        heads: dict[str, tuple[Incoming, str]] = {}
        for row, leased in self._inbox.values():
            if row.state in _OPEN:
                heads.setdefault(row.conversation, (row, leased))
        free = [row for row, leased in heads.values() if row.state == "new" or leased <= now]
        taken = [replace(row, state="working", tries=row.tries + 1) for row in free[:limit]]
        self._inbox.update((row.claim, (row, until)) for row in taken)
        return taken

    async def fail_incoming(self, claim: Claim) -> str:
        row, _ = self._inbox.get(claim, (None, ""))
        if row is None or row.state != "working":
            return "done"
        dead = row.tries >= TRIES
        row = replace(row, state="dead" if dead else "new", payload=b"" if dead else row.payload)
        self._inbox[claim] = (row, "")
        return row.state

    async def take_outgoing(self, now: str, until: str, limit: int = 32) -> list[Outgoing]:
        heads: dict[str, Outgoing] = {}
        for row, _ in self._outbox.values():
            started = row.tries or row.id in self._back
            if row.state in ("new", "sending") and (row.due_at <= now or started):
                heads.setdefault(row.conversation, row)
        free = [row for row in heads.values() if row.state == "new" and row.due_at <= now][:limit]
        taken = [replace(row, state="sending", tries=row.tries + 1) for row in free]
        self._outbox.update((row.id, (row, until)) for row in taken)
        return taken

    async def settle(self, message: Outgoing, at: str) -> None:
        if message.id in self._outbox:
            self._outbox[message.id] = (message, at)
            (self._back.add if message.state == "new" else self._back.discard)(message.id)

    async def replies(self, claim: Claim) -> list[Outgoing]:
        return [row for row, _ in self._outbox.values() if row.reply_to == str(claim)]

    async def recover(self, now: str, *, alone: bool, sender: bool = False) -> int:
        recovered = 0
        for number, (message, leased) in self._outbox.items():
            if message.state == "sending" and (alone or sender or leased <= now):
                error = LOST if message.error == DOUBTED else None
                self._outbox[number] = (replace(message, state="unknown", error=error), now)
                recovered += 1
        for claim, (row, leased) in self._inbox.items():
            if row.state == "working" and (alone or leased <= now):
                self._inbox[claim] = (replace(row, state="new", tries=row.tries - alone), "")
                recovered += 1
        return recovered

    async def unsettled(self) -> list[Outgoing]:
        found = (row for row, _ in self._outbox.values())
        return [row for row in found if row.state == "unknown" and row.error is None]

    async def depth(self, now: str) -> Depth:
        waiting = sum(1 for row, _ in self._inbox.values() if row.state in _OPEN)
        rows = (row for row, _ in self._outbox.values() if row.state in ("new", "sending"))
        due = [row.due_at for row in rows if row.due_at <= now]
        return Depth(waiting, len(due), min(due, default=None))

    def _move(self, old: str, new: str) -> None:
        """The open rows of an address are another's."""
        for claim, (update, leased) in self._inbox.items():
            if update.state in _OPEN and belongs(update.conversation, old):
                whose = new + update.conversation.removeprefix(old)
                self._inbox[claim] = (replace(update, conversation=whose), leased)
        for number, (message, at) in self._outbox.items():
            if message.state in ("new", "sending") and belongs(message.conversation, old):
                whose = new + message.conversation.removeprefix(old)
                self._outbox[number] = (replace(message, conversation=whose), at)

    async def counts(self) -> dict[tuple[str, str], int]:
        return dict(self._counts)

    async def forget(self, conversation: str, case: str | None = None) -> Forgotten:
        session = self._sessions.get(conversation)
        keys = [key for key in self._views if key[0] == conversation and case in (None, key[1])]
        turns = sum(len(self._journal.pop(key, ())) for key in keys)
        for key in keys:
            del self._views[key]
        cases = tuple(key[1] for key in keys)
        if case is not None:
            if session is not None and cases:
                self._sessions[conversation] = _without(session, case)
            return Forgotten(cases, turns, self._drop(conversation, _ENDED))
        settings = self._sessions.pop(conversation, None) is not None
        self._touched.pop(conversation, None)
        updates = [
            claim
            for claim, (row, _) in self._inbox.items()
            if row.conversation == conversation and row.state != "working"
        ]
        for claim in updates:
            del self._inbox[claim]
        sent = self._drop(conversation, ("new", "sending", *_ENDED))
        records = self.records.forget(conversation)
        return Forgotten(cases, turns, len(updates) + sent, settings, records)

    def _drop(self, conversation: str, states: tuple[str, ...]) -> int:
        """Delete the messages of a conversation that are in one of the states; how many."""
        gone = [
            number
            for number, (row, _) in self._outbox.items()
            if row.conversation == conversation and row.state in states
        ]
        for number in gone:
            self._keys.discard(self._outbox.pop(number)[0].key)
            self._back.discard(number)
        return len(gone)

    async def purge(self, now: str, retention: Retention) -> Purged:
        closed = day_before(now, retention.closed_days)
        idle = day_before(now, retention.idle_days)
        past = [
            v
            for v in self._views.values()
            if v.updated_at < idle or (v.outcome is not None and v.updated_at < closed)
        ]
        gone = [await self.forget(view.conversation, view.case) for view in past]
        lately = day_before(now, retention.message_days)
        handled = [
            claim
            for claim, (row, _) in self._inbox.items()
            if row.state in ("done", "dead") and row.received_at < lately
        ]
        ended = [n for n, (m, at) in self._outbox.items() if m.state in _ENDED and at < lately]
        for claim in handled:
            del self._inbox[claim]
        for number in ended:
            self._keys.discard(self._outbox.pop(number)[0].key)
        busy = {view.conversation for view in self._views.values()}
        for who in [w for w, at in self._touched.items() if at < idle and w not in busy]:
            del self._touched[who], self._sessions[who]
        messages = sum(each.messages for each in gone) + len(handled) + len(ended)
        return Purged(len(past), messages, await self.records.expire(now))

    async def hold(self, name: str, who: str) -> Hold | None:
        return await self._holds.hold(name, who)

    async def holder(self, name: str) -> str:
        return await self._holds.holder(name)

    async def close(self) -> None:
        """Nothing is held."""


def _without(session: Session, case: str) -> Session:
    session = session.copy()
    session.cases.pop(case, None)
    session.lengths.pop(case, None)
    session.active = max(session.cases, key=lambda each: int(each[1:]), default=None)
    session.version += 1
    return session
