"""The ticker: what happens because of the time. Reminders, messages to take away, digests, leases, old data.

Only the process that sends runs it, so everything here is done by one.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from bot.agent import Agent
from bot.channels.telegram.chats import ChatError, Chats, Later, Uncertain, Unsent
from bot.channels.telegram.envelope import Envelope
from bot.channels.telegram.events import PREFIX, place
from bot.channels.telegram.posts import Post
from bot.core.errors import StorageError
from bot.serving.bell import Bell
from bot.serving.closing import closed
from bot.serving.sender import SWEPT, Sender
from bot.store.base import Retention, Session, Store, Work
from bot.store.retention import in_seconds, utc_now

__all__ = ["Ticker"]

log = logging.getLogger(__name__)

_SECOND = 1.0
_OFTEN = 30.0
_SELDOM = 3600.0
_DAY = 86_400.0

Job = Callable[[], Awaitable[None]]


@dataclass(slots=True, eq=False)
class Ticker:
    """`posts` gives what the groups have to say because of the time, each with a key under which it is said once;
    `tidy` deletes what they no longer need."""

    store: Store
    agent: Agent
    chats: Chats
    sender: Sender
    envelope: Envelope
    posts: Callable[[], Awaitable[Sequence[tuple[str, Post]]]]
    tidy: Job
    sendable: Bell
    retention: Retention
    clock: Callable[[], float] = time.monotonic
    _sick: dict[str, float] = field(default_factory=dict)
    _next: dict[str, float] = field(default_factory=dict)

    async def run(self) -> None:
        """Until cancelled."""
        jobs: tuple[tuple[str, float, Job], ...] = (
            ("remind", _SECOND, self._remind),
            ("sweep", _SECOND, self._sweep),
            ("groups", _OFTEN, self._groups),
            ("leases", _OFTEN, self._leases),
            ("purge", _DAY, self._purge),
        )
        while True:
            for name, interval, job in jobs:
                if self.clock() >= self._next.get(name, 0.0):
                    self._next[name] = self.clock() + interval
                    await self._done(name, job)
            await asyncio.sleep(_SECOND)

    async def _done(self, name: str, job: Job) -> None:
        try:
            await job()
        except StorageError as error:
            log.error("%s", error)
        except Exception as error:
            log.error("%s has failed", name, exc_info=error)

    async def _remind(self) -> None:
        """Every conversation in which something is due says it; a broken one is left alone for an hour."""
        for conversation in await self.store.due(utc_now(), prefix=PREFIX):
            if self._sick.get(conversation, 0.0) > self.clock():
                continue
            try:
                await self.agent.elapse(conversation, datetime.now(UTC), queued=True)
            except StorageError:
                raise  # the store is away: nobody is sick
            except Exception as error:
                self._sick[conversation] = self.clock() + _SELDOM
                log.error("a reminder has failed", exc_info=error)
            self.sendable.ring()

    async def _sweep(self) -> None:
        """Take away messages whose time has come; one that cannot be deleted is forgotten about."""
        for record in await self.store.records.due(SWEPT, utc_now(), 20):
            chat, message = place(record.key)
            try:
                await self.chats.delete(chat, message or 0)
            except Later as error:  # this chat only: others are not held up
                late = replace(record, due_at=in_seconds(error.after))
                await self.store.records.put(late, utc_now())
                continue
            except (Unsent, Uncertain):
                return
            except ChatError as error:
                log.info("a message could not be taken away (%s)", type(error).__name__)
            await self.store.records.take(SWEPT, record.key)

    async def _groups(self) -> None:
        at = utc_now()
        for key, post in await self.posts():
            row = closed(self.envelope, post, key, at)
            await self.store.commit(Work(Session(f"post:{key}"), outgoing=(row,), at=at))
            self.sendable.ring()

    async def _leases(self) -> None:
        await self.store.recover(utc_now(), alone=False)
        await self.sender.leftovers()

    async def _purge(self) -> None:
        await self.tidy()
        await self.store.purge(utc_now(), self.retention)
