"""What the two databases do with the same SQL: reading, forgetting and purging.

`Reads` needs one method of a store, `_read`; `forget_in` and `purge_in` work in an open transaction of either.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from bot.store import rows
from bot.store import statements as sql
from bot.store.base import (
    Claim,
    Depth,
    Entry,
    Forgotten,
    Outgoing,
    Overview,
    Purged,
    Retention,
    Session,
)
from bot.store.record_tables import expire_records, forget_records
from bot.store.retention import day_before
from bot.store.transaction import Row, Transaction

__all__ = ["Reads", "forget_in", "purge_in"]


class Reads(ABC):
    """The reading half of a store."""

    @abstractmethod
    async def _read(self, statement: str, *values: Any) -> list[Row]:
        """The rows of a query. StorageError when it fails."""

    async def load(self, conversation: str) -> Session:
        return rows.session(conversation, await self._read(sql.LOAD, conversation))

    async def journal(self, conversation: str, case: str) -> list[Entry]:
        return rows.journal(case, await self._read(sql.JOURNAL, conversation, case))

    async def overview(self, conversation: str | None = None) -> list[Overview]:
        return rows.overview(await self._read(sql.OVERVIEW, conversation or ""))

    async def due(self, now: str, limit: int = 100, prefix: str = "") -> list[str]:
        found = await self._read(sql.DUE, now, len(prefix), prefix, limit)
        return [row[0] for row in found]

    async def counts(self) -> dict[tuple[str, str], int]:
        return {(phrase, reply): n for phrase, reply, n in await self._read(sql.COUNTS)}

    async def replies(self, claim: Claim) -> list[Outgoing]:
        return rows.outgoing(await self._read(sql.REPLIES, str(claim)))

    async def unsettled(self) -> list[Outgoing]:
        return rows.outgoing(await self._read(sql.UNSETTLED))

    async def depth(self, now: str) -> Depth:
        return Depth(*(await self._read(sql.DEPTH, now))[0])


async def forget_in(at: Transaction, conversation: str, case: str | None) -> Forgotten:
    """Delete one case, with the answers that were sent in it, or everything of a person."""
    listed = await at.fetch(sql.OVERVIEW, conversation)
    cases = tuple(row[1] for row in listed if case in (None, row[1]))
    turns = 0
    for each in cases:
        turns += await at.change(sql.FORGET_TURNS, conversation, each)
        await at.change(sql.FORGET_CASE, conversation, each)
    if case is not None:
        if cases:
            await at.change(sql.UNSET_ACTIVE, conversation, conversation)
        return Forgotten(cases, turns, await at.change(sql.FORGET_SENT, conversation))
    messages = await at.change(sql.FORGET_INBOX, conversation)
    messages += await at.change(sql.FORGET_OUTBOX, conversation)
    settings = await at.change(sql.FORGET_CONVERSATION, conversation)
    records = await forget_records(at, conversation)
    return Forgotten(cases, turns, messages, settings > 0, records)


async def purge_in(at: Transaction, now: str, retention: Retention) -> tuple[Purged, bool]:
    """Delete what is past its time; whether anything at all was deleted."""
    messages_from = day_before(now, retention.message_days)
    idle_from = day_before(now, retention.idle_days)
    past = await at.fetch(sql.PAST_CASES, day_before(now, retention.closed_days), idle_from)
    messages = 0
    for conversation, case in past:
        messages += (await forget_in(at, conversation, case)).messages
    messages += await at.change(sql.PAST_INCOMING, messages_from)
    messages += await at.change(sql.PAST_OUTGOING, messages_from)
    settings = await at.change(sql.EMPTY_CONVERSATIONS, idle_from)
    records = await expire_records(at, now)
    purged = Purged(len(past), messages, records)
    return purged, bool(past or messages or settings or records)
