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
from dataclasses import replace
from datetime import datetime, timedelta

from bot.cases.veil import Veil
from bot.cases.zones import local_time
from bot.channels.base import Update
from bot.core.command import Control
from bot.core.errors import ConfigError, EngineError, StorageError
from bot.core.profile import Profile
from bot.core.tracker import Tracker
from bot.core.turn import Button, Outcome, Response
from bot.outcomes import apology, nothing
from bot.room import Outlet, Page, Room, mark_of, responses_of
from bot.store.base import Claim, Claimed, Conflict, Overview, Session, Store
from bot.turns import Turns

__all__ = ["Agent"]

log = logging.getLogger(__name__)

CLOCK_BACK = "这台机器的时间比上次早，提醒会按现在的时间算；记录都在。"

_ATTEMPTS = 40
"""So often is a turn repeated when another process commits first: who is slower must get a turn, too."""

_CLOCK_SLACK = timedelta(hours=2)
"""A clock that steps back less is summer time or a correction."""


class Agent:
    """Serves any number of conversations; turns of one conversation never overlap."""

    def __init__(self, turns: Turns, store: Store, outlet: Outlet | None = None) -> None:
        """`outlet` takes the answers that are queued. The attribute `leaving` is called before somebody is
        forgotten, for what others hold of them."""
        self._turns, self._manager, self._privacy = turns, turns.manager, turns.privacy
        self._store, self._outlet = store, outlet or Outlet()
        self.leaving: Callable[[str], Awaitable[None]] = _nothing_else
        self._locks: weakref.WeakValueDictionary[str, asyncio.Lock] = weakref.WeakValueDictionary()
        self._own: Mapping[str, Callable[[Room], Awaitable[Outcome]]] = {
            "forget": self._ask_to_forget,
            "forget_yes": self._forget,
        }
        self._plain: Mapping[str, Callable[[Room], Outcome]] = {
            "new": self._turns.open,
            "forget_no": lambda room: self._turns.told(room, "forget_not"),
            "keep_on": lambda room: self._keep(room, on=True),
            "keep_off": lambda room: self._keep(room, on=False),
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
            return self._turns.again(room)

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

        return await self._do(update.conversation, now, turn, _claim(update), queued=update.queued)

    async def configure(
        self, update: Update, change: Callable[[Profile], Profile], said: Response, now: datetime
    ) -> Outcome:
        """Change what a person has set, and say so; reminders move with the quiet hours."""

        async def turn(room: Room) -> Outcome:
            tracker = self._turns.opened(room)
            room.session.profile = change(room.session.profile)
            room.rewake = True
            return replace(self._manager.still(tracker, room.now), responses=(said,))

        return await self._do(update.conversation, now, turn, _claim(update), queued=update.queued)

    async def elapse(
        self, conversation: str, now: datetime, *, queued: bool = False
    ) -> list[Outcome]:
        """Everything that was due until `now`, soonest first, each once, across all cases. With `queued` what is
        said also goes to the outbox."""
        outcomes: list[Outcome] = []

        async def turn(room: Room) -> Outcome:
            return self._turns.elapse(room)

        while (outcome := await self._do(conversation, now, turn, queued=queued)).events:
            if outcome.responses:
                outcomes.append(outcome)
        return outcomes

    async def profile(self, conversation: str) -> Profile:
        """What the person has set."""
        return (await self._store.load(conversation)).profile

    async def mark(self, conversation: str) -> str:
        """Where the active case stands, as `mark_of` says it; empty when there is none."""
        tracker = (await self._store.load(conversation)).tracker
        return mark_of(tracker) if tracker else ""

    async def revealed(
        self, conversation: str, page: Page, values: Mapping[str, str] | None = None
    ) -> Page:
        """A queued answer with the person's values in place: those that came with it, and what is known here.
        A sentence to paste that still lacks one says so."""
        veil = await self.veil(await self._store.load(conversation))
        veil = replace(veil, known={**(values or {}), **veil.known})
        shown = veil.reveal(replace(nothing(None), responses=tuple(page))).responses
        hint = self._manager.line("hidden_hint")
        lacks = any(veil.lacks(copy.text) for each in shown for copy in each.copies)
        told = any(each.text == hint for each in shown)
        return (*shown, Response(hint)) if lacks and not told else shown

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
                room.outlet = self._outlet if queued else Outlet()
                try:
                    outcome = self._with_clock(room, await turn(room))
                    if room.entries or room.rewake or claim is not None:
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
        responses = tuple(each for row in rows if row.payload for each in responses_of(row.payload))
        tracker = room.session.tracker
        outcome = self._manager.still(tracker, room.now) if tracker else apology(None)
        return room.shown(replace(outcome, responses=responses))

    async def _answer(self, room: Room, update: Update) -> Outcome:
        if update.script:
            room.session.profile = replace(room.session.profile, script=update.script)
        answer = self._turns.chosen(room, update)
        if answer is not None:
            return answer
        commands = self._turns.commands(room, update)
        name = commands[0].name if isinstance(commands[0], Control) else ""
        if name in self._own:
            return await self._own[name](room)
        if name in self._plain:
            return self._plain[name](room)
        return self._turns.act(room, commands)

    # ── privacy ────────────────────────────────────────────────
    async def _ask_to_forget(self, room: Room) -> Outcome:
        what = await self._kept(room.session)
        outcome = self._manager.still(self._turns.opened(room), room.now)
        if not what:
            return replace(outcome, responses=(Response(self._manager.line("forget_nothing")),))
        buttons = (Button("确定全删", "cmd:forget_yes"), Button("不删", "cmd:forget_no"))
        asked = Response(self._manager.line("forget_ask", what), (), buttons)
        return replace(outcome, responses=(asked,))

    async def _forget(self, room: Room) -> Outcome:
        """Deleted at once; the answer is all that is left of it."""
        conversation = room.session.conversation
        if room.claim is not None and await self._store.replies(room.claim):
            raise Claimed  # deleting cannot be undone: the same press does not delete what came after it
        what = await self._kept(room.session)
        await self.leaving(conversation)
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

    def _keep(self, room: Room, *, on: bool) -> Outcome:
        if self._privacy.sealer is None:
            return self._turns.told(room, "keep_nowhere")
        room.session.profile = replace(room.session.profile, keep=on)
        if not on:
            room.session.sealed = None
        return self._turns.told(room, "keep_on" if on else "keep_off")

    def _with_clock(self, room: Room, outcome: Outcome) -> Outcome:
        """Time that runs backwards is said once; nothing depends on it but reminders."""
        seen = room.session.profile.seen_at
        back = seen and room.entries and datetime.fromisoformat(seen) - room.now > _CLOCK_SLACK
        if not back:
            return outcome
        log.warning("the clock stands before the last turn of a conversation")
        return replace(outcome, responses=(Response(CLOCK_BACK), *outcome.responses))


def _claim(update: Update) -> Claim | None:
    return Claim(update.channel, update.id) if update.id is not None else None


async def _nothing_else(conversation: str) -> None:
    """Nobody else holds anything."""
