"""The agent: the only orchestration. One update in, one outcome out, in order per conversation.

    lock(conversation) · store.load · interpreter → [Command] · manager.handle → (Tracker', Outcome) · store.commit

It owns what is above a single case: opening, switching and listing cases, the clock's due items, trackers
whose state has vanished, and the one kind sentence when something of ours breaks.
"""

from __future__ import annotations

import asyncio
import logging
import weakref
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from bot.channels.base import Update
from bot.core.command import Command, Control, StartIssue
from bot.core.errors import EngineError
from bot.core.manager import Manager
from bot.core.spec import State
from bot.core.tracker import Due, Tracker
from bot.core.turn import Button, Outcome, Response
from bot.store.base import Session, TrackerStore

__all__ = ["Agent", "Reads"]

log = logging.getLogger(__name__)

APOLOGY = "我这边出了点小差错，你说的都还在。请把上一句再发一次，或者点下面重新来。"


class Reads(Protocol):
    """The interpreter, as the agent sees it."""

    def read(
        self, kind: str, value: str, tracker: Tracker, state: State, now: datetime
    ) -> list[Command]: ...


class Agent:
    """Serves any number of conversations; turns of one conversation never overlap."""

    def __init__(self, manager: Manager, interpreter: Reads, store: TrackerStore) -> None:
        self._manager, self._interpreter, self._store = manager, interpreter, store
        self._locks: weakref.WeakValueDictionary[str, asyncio.Lock] = weakref.WeakValueDictionary()

    def _lock(self, conversation: str) -> asyncio.Lock:
        """A lock that lives while somebody holds or awaits it: idle conversations cost nothing."""
        lock = self._locks.get(conversation)
        if lock is None:
            lock = self._locks[conversation] = asyncio.Lock()
        return lock

    async def begin(self, conversation: str, now: datetime) -> Outcome:
        """The greeting of a first case, or the open question of the active one again."""
        async with self._lock(conversation):
            session = await self._store.load(conversation)
            tracker = session.tracker
            if tracker is None:
                return await self._open(session, now)
            return await self._turn(session, tracker, [Control("repeat")], now)

    async def handle(self, update: Update, now: datetime) -> Outcome:
        """One update. An error of ours is logged without text and answered with one kind sentence."""
        async with self._lock(update.conversation):
            session = await self._store.load(update.conversation)
            try:
                return await self._handle(session, update, now)
            except EngineError:
                tracker = session.tracker
                log.exception("turn failed in state %s", tracker.state if tracker else "-")
                return _apology(tracker)

    async def elapse(self, conversation: str, now: datetime) -> list[Outcome]:
        """Everything that was due until `now`, soonest first, across all cases."""
        async with self._lock(conversation):
            session = await self._store.load(conversation)
            outcomes: list[Outcome] = []
            while (found := _next_due(session, now)) is not None:
                tracker, due = found
                at = datetime.fromisoformat(due.at)
                moved, outcome = self._manager.elapse(tracker, due, at)
                session.cases[moved.case] = moved
                if outcome is not None:
                    session.active = moved.case
                    outcomes.append(outcome)
                await self._store.commit(session, {moved.case: outcome.events if outcome else ()})
            return outcomes

    async def still(self, conversation: str, now: datetime) -> Outcome:
        """Where the active case stands, with nothing new to say."""
        session = await self._store.load(conversation)
        tracker = session.tracker
        if tracker is None:
            return await self.begin(conversation, now)
        return self._manager.still(tracker, now)

    async def cases(self, conversation: str) -> list[tuple[str, Tracker]]:
        """The cases of a conversation, oldest first."""
        session = await self._store.load(conversation)
        return list(session.cases.items())

    async def _handle(self, session: Session, update: Update, now: datetime) -> Outcome:
        if update.kind == "new" or (update.kind, update.value) == ("button", "cmd:new"):
            return await self._open(session, now)
        if update.kind == "case" and update.value in session.cases:
            session.active = update.value
            return await self._turn(session, session.cases[update.value], [Control("repeat")], now)
        tracker = session.tracker
        if tracker is None:
            greeting = await self._open(session, now)
            if not update.value:
                return greeting
            tracker = session.cases[greeting.case]
        tracker, notice = self._settle(tracker, now)
        if notice is not None:
            session.cases[tracker.case] = tracker
            await self._store.commit(session, {tracker.case: notice.events})
            return notice
        state = self._manager.machine.spec.states[tracker.state]
        commands = self._interpreter.read(update.kind, update.value, tracker, state, now)
        return await self._act(session, tracker, commands, now)

    async def _act(
        self, session: Session, tracker: Tracker, commands: Sequence[Command], now: datetime
    ) -> Outcome:
        """A second problem becomes its own case; the first one keeps its place."""
        start = next((c for c in commands if isinstance(c, StartIssue)), None)
        other = (
            start is not None and tracker.issue not in (None, start.issue) and not start.correction
        )
        if not other:
            return await self._turn(session, tracker, commands, now)
        await self._open(session, now, quiet=True)
        fresh = session.tracker
        assert fresh is not None
        outcome = await self._turn(session, fresh, commands, now)
        return _with_notice(outcome, self._manager.line("new_case", fresh))

    async def _open(self, session: Session, now: datetime, *, quiet: bool = False) -> Outcome:
        number = len(session.cases) + 1
        tracker, outcome = self._manager.begin(session.conversation, f"c{number}", now)
        session.cases[tracker.case] = tracker
        session.active = tracker.case
        if not quiet:
            await self._store.commit(session, {tracker.case: outcome.events})
        return outcome

    async def _turn(
        self, session: Session, tracker: Tracker, commands: Sequence[Command], now: datetime
    ) -> Outcome:
        moved, outcome = self._manager.handle(tracker, commands, now)
        session.cases[moved.case] = moved
        session.active = moved.case
        await self._store.commit(session, {moved.case: outcome.events})
        return outcome

    def _settle(self, tracker: Tracker, now: datetime) -> tuple[Tracker, Outcome | None]:
        """A stored state that the flows no longer have: take its new name, or start its flow again."""
        spec = self._manager.machine.spec
        if tracker.state in spec.states:
            return tracker, None
        renamed = spec.renamed.get(tracker.state)
        if renamed in spec.states:
            self._manager.machine.place(tracker, renamed)
            return tracker, None
        return self._manager.relocate(tracker, now)


def _next_due(session: Session, now: datetime) -> tuple[Tracker, Due] | None:
    found = [
        (due.at, tracker, due)
        for tracker in session.cases.values()
        for due in tracker.dues
        if datetime.fromisoformat(due.at) <= now
    ]
    if not found:
        return None
    _, tracker, due = min(found, key=lambda each: each[0])
    return tracker, due


def _apology(tracker: Tracker | None) -> Outcome:
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


def _with_notice(outcome: Outcome, line: str) -> Outcome:
    if not line or not outcome.responses:
        return outcome
    first, *rest = outcome.responses
    told = Response(f"{line}\n{first.text}" if first.text else line, first.copies, first.buttons)
    return replace(outcome, responses=(told, *rest))
