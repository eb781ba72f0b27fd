"""The worker: takes updates out of the inbox and has each answered once, in order per address, many at a time.

What an update brings about is committed together with its claim, so a crash before that has the update handled
again and a crash after it not. An update that fails TRIES times is dead and holds up nobody any longer.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.channels.telegram.envelope import Envelope, Unreadable
from bot.channels.telegram.events import Event, Me, Message, address
from bot.channels.telegram.posts import Post
from bot.channels.telegram.reading import read, where
from bot.core.errors import StorageError
from bot.outcomes import APOLOGY
from bot.serving.answers import Handles
from bot.serving.bell import Bell
from bot.serving.closing import closed
from bot.serving.crew import Crew
from bot.store.base import Claim, Claimed, Incoming, Session, Store, Work
from bot.store.retention import in_seconds, utc_now

__all__ = ["Worker"]

log = logging.getLogger(__name__)

LEASE = 30
_PATIENCE = LEASE - 3
"""Who answers for longer is broken off: after its lease an update is handed out again, and would be answered by two."""

_IDLE = 0.5
"""Seconds after which the inbox is looked at unasked: another process may have filled it."""


def _where(update: dict[str, Any]) -> str:
    """The address of an update; of one that makes no sense nobody's, so that it can be kept and put aside: what is
    not kept is never confirmed, and would come again for ever."""
    try:
        return where(update)
    except (AttributeError, KeyError, TypeError, ValueError):
        return address(0)


@dataclass(slots=True, eq=False)
class Worker:
    """`received` is told the claim of each update that is taken up, `done` the kind of each that was answered;
    `turned` that a case has had a turn, `died` that an update was given up."""

    store: Store
    handler: Handles
    me: Me
    envelope: Envelope
    news: Bell
    sendable: Bell
    received: Callable[[str], None] = lambda claim: None
    done: Callable[[str], None] = lambda kind: None
    turned: Callable[[], None] = lambda: None
    died: Callable[[], None] = lambda: None
    _crew: Crew = field(init=False)

    def __post_init__(self) -> None:
        self._crew = Crew(self.news)

    @property
    def channel(self) -> str:
        """The channel that update ids belong to: each bot counts its own."""
        return f"tg{self.me.id}"

    async def keep(self, updates: Sequence[dict[str, Any]]) -> None:
        """Put raw updates into the inbox; when this returns they survive everything."""
        at = utc_now()
        rows = [
            Incoming(
                Claim(self.channel, f"{each['update_id']:020d}"),
                _where(each),
                self.envelope.close(each),
                at,
            )
            for each in updates
        ]
        await self.store.receive(rows)
        self.news.ring()

    async def run(self) -> None:
        """Until cancelled; what is being answered then is answered first by `finish`."""
        while True:
            rows = []
            if free := self._crew.free:
                try:
                    rows = await self.store.take_incoming(utc_now(), in_seconds(LEASE), free)
                except StorageError as error:
                    log.error("%s", error)
            for row in rows:
                self._crew.start(self._answer(row))
            if not rows:
                await self.news.wait(_IDLE)

    async def finish(self) -> None:
        """Wait for what is being answered."""
        await self._crew.finish()

    async def _answer(self, row: Incoming) -> None:
        self.received(str(row.claim))
        event = None
        try:
            event = self._event(row)
            async with asyncio.timeout(_PATIENCE):
                posts = await self.handler.handle(event, row.claim) if event else ()
                if posts is not None:
                    await self._commit(row.claim, posts)
            if posts is None:
                self.turned()
        except Claimed:
            pass  # it was answered before and came again
        except StorageError as error:
            log.error("%s", error)
            await asyncio.sleep(1)
            await self._failed(row, event)
        except Exception as error:
            log.error("an update could not be answered", exc_info=error)
            await self._failed(row, event)
        self.sendable.ring()
        self.done(type(event).__name__.lower())

    def _event(self, row: Incoming) -> Event | None:
        try:
            return read(self.envelope.open(row.payload), self.me)
        except Unreadable:
            log.warning("an update that this bot cannot open was put aside")
            return None

    async def _commit(self, claim: Claim, posts: Sequence[Post]) -> None:
        """A claim and its messages; the session is nobody's, so it can't be in conflict with a turn."""
        at = utc_now()
        outgoing = tuple(
            closed(self.envelope, post, f"{claim}:p{number}", at, str(claim))
            for number, post in enumerate(posts)
        )
        await self.store.commit(
            Work(Session(f"claim:{claim}"), claim=claim, outgoing=outgoing, at=at)
        )

    async def _failed(self, row: Incoming, event: Event | None) -> None:
        """Another try, or the one kind sentence when there have been enough."""
        try:
            if await self.store.fail_incoming(row.claim) != "dead":
                return
            log.error("an update was given up after %d tries", row.tries)
            self.died()
            if isinstance(event, Message) and event.chat.private:
                post = Post(row.conversation, APOLOGY)
                key = f"{row.claim}:sorry"
                sorry = closed(self.envelope, post, key, utc_now(), str(row.claim))
                await self.store.commit(Work(Session(key), outgoing=(sorry,), at=utc_now()))
        except StorageError as error:
            log.error("%s", error)
