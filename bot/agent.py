"""The agent: the only orchestration. One update in, one outcome out, in order per conversation.

    lock(conversation) · store.load · interpreter → [Command] · veil · manager.handle → (Tracker', Outcome)
    · store.commit · reveal

It owns what is above a single case: opening, switching and listing cases, the clock's due items, trackers
whose state has vanished, privacy, and the one kind sentence when something of ours breaks. Two processes may
serve one conversation: who commits second loads again and repeats the turn.
"""

from __future__ import annotations

import asyncio
import logging
import weakref
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from bot.cases.composing import evidence_for
from bot.cases.veil import Vault, Veil, veiled
from bot.cases.zones import local_time
from bot.channels.base import Update
from bot.core.command import Command, Control, StartIssue
from bot.core.errors import ConfigError, EngineError, StorageError
from bot.core.event import EvidenceNoted
from bot.core.manager import Manager
from bot.core.slots import Slot
from bot.core.spec import State
from bot.core.tracker import Tracker
from bot.core.turn import Button, Outcome, Response
from bot.outcomes import apology, nothing, snoozable, with_notice
from bot.room import Room, responses_of
from bot.store.base import Claim, Claimed, Conflict, Overview, Session, Store

__all__ = ["Agent", "Privacy", "Reads", "Seals"]

log = logging.getLogger(__name__)

CLOCK_BACK = "这台机器的时间比上次早，提醒会按现在的时间算；记录都在。"

_ATTEMPTS = 40
"""So often is a turn repeated when another process commits first: who is slower must get a turn, too."""

_CLOCK_SLACK = timedelta(hours=2)
"""A clock that steps back less is summer time or a correction."""


class Reads(Protocol):
    """The interpreter, as the agent sees it."""

    def read(
        self, kind: str, value: str, tracker: Tracker, state: State, now: datetime
    ) -> list[Command]: ...


class Seals(Protocol):
    """Locks away what a person asks to keep whole."""

    def seal(self, values: Mapping[str, str], before: str | None = None) -> str: ...

    def open(self, text: str) -> dict[str, str]: ...


@dataclass(frozen=True, slots=True)
class Privacy:
    """What the agent needs to keep private things private; without `sealer` nothing can be kept whole."""

    slots: Mapping[str, Slot]
    vault: Vault
    sealer: Seals | None = None


class Agent:
    """Serves any number of conversations; turns of one conversation never overlap."""

    def __init__(
        self, manager: Manager, interpreter: Reads, store: Store, privacy: Privacy
    ) -> None:
        self._manager, self._interpreter, self._store = manager, interpreter, store
        self._privacy = privacy
        self._locks: weakref.WeakValueDictionary[str, asyncio.Lock] = weakref.WeakValueDictionary()
        self._own: Mapping[str, Callable[[Room, Tracker], Awaitable[Outcome]]] = {
            "new": lambda room, _: self._open(room),
            "forget": self._ask_to_forget,
            "forget_yes": self._forget,
            "forget_no": lambda room, tracker: self._told(room, tracker, "forget_not"),
            "keep_on": lambda room, tracker: self._keep(room, tracker, on=True),
            "keep_off": lambda room, tracker: self._keep(room, tracker, on=False),
        }

    def _lock(self, conversation: str) -> asyncio.Lock:
        """A lock that lives while somebody holds or awaits it: idle conversations cost nothing."""
        lock = self._locks.get(conversation)
        if lock is None:
            lock = self._locks[conversation] = asyncio.Lock()
        return lock

    # ── what a channel calls ────────────────────────────────────────────────
    async def begin(self, conversation: str, now: datetime) -> Outcome:
        """The greeting of a first case, or the open question of the active one again."""

        async def turn(room: Room) -> Outcome:
            tracker = room.session.tracker
            if tracker is None:
                return await self._open(room)
            notice = self._settle(room, tracker)
            return notice or self._turn(room, room.session.cases[tracker.case], [Control("repeat")])

        return await self._do(conversation, now, turn)

    async def handle(self, update: Update, now: datetime) -> Outcome:
        """One update. An error of ours is logged without text and answered with one kind sentence."""

        async def turn(room: Room) -> Outcome:
            try:
                return await self._answer(room, update)
            except EngineError:
                tracker = room.session.tracker
                log.exception("turn failed in state %s", tracker.state if tracker else "-")
                room.undo(await self._store.load(update.conversation))
                return apology(room.session.tracker)

        claim = Claim(update.channel, update.id) if update.id is not None else None
        return await self._do(update.conversation, now, turn, claim, queued=update.queued)

    async def elapse(self, conversation: str, now: datetime) -> list[Outcome]:
        """Everything that was due until `now`, soonest first, each once, across all cases."""
        outcomes: list[Outcome] = []

        async def turn(room: Room) -> Outcome:
            found = room.overdue()
            if found is None:
                return nothing(room.session.tracker)
            moved, outcome = self._manager.elapse(*found, room.now)
            room.put(moved, outcome, active=bool(outcome.responses))
            return snoozable(outcome)

        while (outcome := await self._do(conversation, now, turn)).events:
            if outcome.responses:
                outcomes.append(outcome)
        return outcomes

    async def next_due(self, conversation: str) -> datetime | None:
        """When something is due next, in the person's wall time."""
        room = await self._enter(conversation, datetime.min)
        found = room.next_due()
        return found[0] if found else None

    async def still(self, conversation: str, now: datetime) -> Outcome:
        """Where the active case stands, with nothing new to say."""
        room = await self._enter(conversation, now)
        if room.session.tracker is None:
            return await self.begin(conversation, now)
        return room.shown(self._manager.still(room.session.tracker, room.now))

    async def cases(self, conversation: str) -> list[tuple[str, Tracker]]:
        """The cases of a conversation, oldest first."""
        session = await self._store.load(conversation)
        return list(session.cases.items())

    async def veil(self, session: Session) -> Veil:
        """The person's veil, with what they have asked to keep."""
        kept = None
        if session.sealed and self._privacy.sealer is not None:
            try:
                kept = self._privacy.sealer.open(session.sealed)
            except (
                ConfigError,
                StorageError,
            ) as error:  # the numbers stay masked, the case goes on
                log.warning("%s", error)
        return self._privacy.vault.veil(session.conversation, session.profile.hidden, kept)

    # ── one turn ────────────────────────────────────────────────────────────
    async def _do(
        self,
        conversation: str,
        now: datetime,
        turn: Callable[[Room], Awaitable[Outcome]],
        claim: Claim | None = None,
        *,
        queued: bool = False,
    ) -> Outcome:
        """Load, do the turn, commit; again from the start when somebody else has committed meanwhile."""
        async with self._lock(conversation):
            for _ in range(_ATTEMPTS):
                room = await self._enter(conversation, now, claim)
                try:
                    outcome = self._with_clock(room, await turn(room))
                    if room.entries or claim is not None:
                        await self._store.commit(room.work(outcome, queued=queued, seal=self._seal))
                except Conflict:
                    continue
                except Claimed:
                    return await self._answered(room)
                self._privacy.vault.remember(conversation, room.veil)
                return room.shown(outcome)
        raise StorageError("同时改这个案子的程序太多，这一句没存下来。请再发一次")

    def _seal(self, values: Mapping[str, str], before: str | None) -> str | None:
        """The values under lock; what was sealed stays as it is when the key is gone."""
        if self._privacy.sealer is None:
            return before
        try:
            return self._privacy.sealer.seal(values, before)
        except (ConfigError, StorageError) as error:
            log.warning("%s", error)
            return before

    async def _enter(self, conversation: str, now: datetime, claim: Claim | None = None) -> Room:
        session = await self._store.load(conversation)
        local = local_time(now, session.profile.zone)
        return Room(session, await self.veil(session), local, claim)

    async def _answered(self, room: Room) -> Outcome:
        """The answer that this update got when it came first."""
        assert room.claim is not None
        rows = await self._store.replies(room.claim)
        room = await self._enter(room.session.conversation, room.now)
        responses = tuple(responses_of(row.payload) for row in rows)
        tracker = room.session.tracker
        outcome = self._manager.still(tracker, room.now) if tracker else apology(None)
        return room.shown(replace(outcome, responses=responses))

    async def _answer(self, room: Room, update: Update) -> Outcome:
        session = room.session
        if update.kind == "new":
            return await self._open(room)
        if update.kind == "case" and update.value in session.cases:
            session.active = update.value
            return self._turn(room, session.cases[update.value], [Control("repeat")])
        tracker = session.tracker
        if tracker is None:
            greeting = await self._open(room)
            if not update.value:
                return greeting
            tracker = session.cases[greeting.case]
        if update.kind == "evidence":
            return await self._note_evidence(room, tracker, update.value)
        notice = self._settle(room, tracker)
        if notice is not None:
            return notice
        tracker = session.cases[tracker.case]
        state = self._manager.machine.spec.states[tracker.state]
        commands = self._interpreter.read(update.kind, update.value, tracker, state, room.now)
        own = self._own.get(commands[0].name) if isinstance(commands[0], Control) else None
        if own is not None:
            return await own(room, tracker)
        return await self._act(room, tracker, commands)

    async def _act(self, room: Room, tracker: Tracker, commands: Sequence[Command]) -> Outcome:
        """A second problem becomes its own case; the first one keeps its place."""
        start = next((c for c in commands if isinstance(c, StartIssue)), None)
        other = (
            start is not None and tracker.issue not in (None, start.issue) and not start.correction
        )
        if not other:
            return self._turn(room, tracker, commands)
        await self._open(room)
        fresh = room.session.tracker
        assert fresh is not None
        return with_notice(self._turn(room, fresh, commands), self._manager.line("new_case"))

    async def _open(self, room: Room) -> Outcome:
        tracker, outcome = self._manager.begin(
            room.session.conversation, room.fresh_case(), room.now
        )
        room.put(tracker, outcome)
        return outcome

    def _turn(self, room: Room, tracker: Tracker, commands: Sequence[Command]) -> Outcome:
        hidden = [veiled(each, room.veil, self._privacy.slots) for each in commands]
        moved, outcome = self._manager.handle(tracker, hidden, room.now)
        room.put(moved, outcome)
        return self._with_hint(room, outcome)

    def _settle(self, room: Room, tracker: Tracker) -> Outcome | None:
        """A stored state that the flows no longer have: take its new name, or start its flow again."""
        spec = self._manager.machine.spec
        if tracker.state in spec.states:
            return None
        renamed = spec.renamed.get(tracker.state)
        if renamed in spec.states:
            moved = tracker.copy()
            self._manager.machine.place(moved, renamed)
            room.session.cases[tracker.case] = moved
            return None
        moved, outcome = self._manager.relocate(tracker, room.now)
        room.put(moved, outcome)
        return outcome

    # ── privacy and evidence ────────────────────────────────────────────────
    async def _told(self, room: Room, tracker: Tracker, pattern: str, title: str = "") -> Outcome:
        """One line, then where the person stood."""
        outcome = self._turn(room, tracker, [Control("repeat")])
        line = Response(self._manager.line(pattern, title))
        return replace(outcome, responses=(line, *outcome.responses))

    async def _ask_to_forget(self, room: Room, tracker: Tracker) -> Outcome:
        what = await self._kept(room.session)
        outcome = self._manager.still(tracker, room.now)
        if not what:
            return replace(outcome, responses=(Response(self._manager.line("forget_nothing")),))
        buttons = (Button("确定全删", "cmd:forget_yes"), Button("不删", "cmd:forget_no"))
        asked = Response(self._manager.line("forget_ask", what), (), buttons)
        return replace(outcome, responses=(asked,))

    async def _forget(self, room: Room, tracker: Tracker) -> Outcome:
        """Deleted at once; the answer is all that is left of it."""
        conversation = room.session.conversation
        if room.claim is not None and await self._store.replies(room.claim):
            raise Claimed  # deleting cannot be undone: the same press does not delete what came after it
        what = await self._kept(room.session)
        await self._store.forget(conversation)
        self._privacy.vault.forget(conversation)
        room.session, room.forgotten = Session(conversation), True
        room.veil, room.entries = await self.veil(room.session), []
        said = Response(self._manager.line("forgotten" if what else "forget_nothing", what))
        return replace(nothing(room.session.tracker), responses=(said,))

    async def _kept(self, session: Session) -> str:
        """What there is of a person, in words."""
        views = await self._store.overview(session.conversation)
        turns = sum(session.lengths.values())
        parts = [f"{len(views)} 个案子（{self._titles(views)}）"] if views else []
        parts += [f"{turns} 轮记录"] if turns else []
        parts += ["锁着的号码"] if session.sealed else []
        return "、".join(parts)

    def _titles(self, views: Sequence[Overview]) -> str:
        titles = [self._manager.title(view.issue) or "还没说是什么事" for view in views]
        return "、".join(dict.fromkeys(titles))

    async def _keep(self, room: Room, tracker: Tracker, *, on: bool) -> Outcome:
        if self._privacy.sealer is None:
            return await self._told(room, tracker, "keep_nowhere")
        room.session.profile = replace(room.session.profile, keep=on)
        if not on:
            room.session.sealed = None
        return await self._told(room, tracker, "keep_on" if on else "keep_off")

    async def _note_evidence(self, room: Room, tracker: Tracker, item: str) -> Outcome:
        """A thing of the evidence list is there, or after all not."""
        listed = evidence_for(self._manager.flows, tracker)
        found = next((each for each in listed if each.id == item), None)
        if found is None:
            return self._turn(room, tracker, [Control("repeat")])
        have = item not in tracker.evidence
        moved, outcome = self._manager.note(tracker, EvidenceNoted(item, have), room.now)
        room.put(moved, outcome)
        said = self._manager.line("evidence_noted" if have else "evidence_gone", found.title)
        return replace(outcome, responses=(Response(said),))

    # ── what is added to an answer ──────────────────────────────────────────
    def _with_hint(self, room: Room, outcome: Outcome) -> Outcome:
        """A sentence to paste with a number that is gone: the person puts it in."""
        if any(room.veil.lacks(copy.text) for each in outcome.responses for copy in each.copies):
            *first, last = outcome.responses
            hint = Response(self._manager.line("hidden_hint"), (), last.buttons)
            responses = (*first, Response(last.text, last.copies), hint)
            return replace(outcome, responses=responses)
        return outcome

    def _with_clock(self, room: Room, outcome: Outcome) -> Outcome:
        """Time that runs backwards is said once; nothing depends on it but reminders."""
        seen = room.session.profile.seen_at
        back = seen and room.entries and datetime.fromisoformat(seen) - room.now > _CLOCK_SLACK
        if not back:
            return outcome
        log.warning("the clock stands before the last turn of a conversation")
        return replace(outcome, responses=(Response(CLOCK_BACK), *outcome.responses))
