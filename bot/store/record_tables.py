"""Records and tallies in the tables of a database, SQLite or PostgreSQL; and what forgetting and expiring mean there.

`read` and `write` are the store's own ways, so that records wait in the same line as its turns. `scrub` is called
after something was deleted for good: nothing of it is left in the store's files then.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from typing import Any

from bot.store import record_statements as sql
from bot.store.base import Conflict
from bot.store.records import Record
from bot.store.transaction import Row, Transaction

__all__ = [
    "TableRecords",
    "apart",
    "belongs",
    "encode_value",
    "expire_records",
    "forget_records",
    "record",
]

Read = Callable[..., Awaitable[list[Row]]]
Write = Callable[[], AbstractAsyncContextManager[Transaction]]


class TableRecords:
    """The Records of a database."""

    def __init__(self, read: Read, write: Write, scrub: Callable[[], Awaitable[None]]) -> None:
        self._read, self._write, self._scrub = read, write, scrub

    async def get(self, kind: str, key: str) -> Record | None:
        found = await self._read(sql.GET, kind, key)
        return record(found[0]) if found else None

    async def put(self, record: Record, at: str) -> Record:
        value = encode_value(record.value)
        values = (value, record.due_at, record.expires_at, at, record.kind, record.key)
        async with self._write() as to:
            if record.version:
                written = await to.change(sql.CHANGE, *values, record.version)
            else:
                written = await to.change(sql.ADD, *values)
            if not written:
                raise Conflict
        return replace(record, version=record.version + 1)

    async def take(self, kind: str, key: str) -> Record | None:
        async with self._write() as to:
            found = await to.fetch(sql.TAKE, kind, key)
        return record(found[0]) if found else None

    async def find(self, kind: str, prefix: str = "") -> Sequence[Record]:
        return [record(row) for row in await self._read(sql.FIND, kind, *sql.span(prefix))]

    async def due(self, kind: str, now: str, limit: int = 100) -> Sequence[Record]:
        return [record(row) for row in await self._read(sql.DUE, kind, now, limit)]

    async def delete(self, kind: str, prefix: str) -> int:
        return await self._delete(sql.DELETE, kind, *sql.span(prefix))

    async def expire(self, now: str) -> int:
        return await self._delete(sql.EXPIRE, now)

    async def move(self, old: str, new: str) -> int:
        if old == new:
            return 0
        apart(old, new)
        rest, there = len(old) + 1, sql.below(old)
        rows = (new, rest, old, rest, f"{old}/")
        async with self._write() as to:
            moved = await to.change(sql.MOVE, new, rest, *there, new, rest)
            await to.change(sql.MOVE_TALLIES, new, rest, *there)
            await forget_records(to, old)
            await to.change(sql.MOVE_INCOMING, *rows)
            await to.change(sql.MOVE_OUTGOING, *rows)
        return moved

    async def tally(self, counts: Mapping[tuple[str, str], int]) -> None:
        if not counts:
            return
        async with self._write() as to:
            for (key, name), n in sorted(
                counts.items()
            ):  # in one order, so that no two wait for each other
                await to.change(sql.TALLY, key, name, n)

    async def tallies(self, prefix: str) -> Mapping[tuple[str, str], int]:
        rows = await self._read(sql.TALLIES, *sql.span(prefix))
        return {(key, name): n for key, name, n in rows}

    async def clear_tallies(self, prefix: str) -> int:
        return await self._delete(sql.CLEAR_TALLIES, *sql.span(prefix))

    async def _delete(self, statement: str, *values: Any) -> int:
        async with self._write() as to:
            gone = await to.change(statement, *values)
        if gone:
            await self._scrub()
        return gone


async def forget_records(at: Transaction, address: str) -> int:
    """Delete the records and tallies that belong to an address; how many."""
    gone = await at.change(sql.FORGET, *sql.below(address))
    return gone + await at.change(sql.FORGET_TALLIES, *sql.below(address))


async def expire_records(at: Transaction, now: str) -> int:
    """Delete the records whose time is over; how many."""
    return await at.change(sql.EXPIRE, now)


def belongs(key: str, address: str) -> bool:
    """Whether a key, or a conversation, belongs to an address."""
    return key == address or key.startswith(f"{address}/")


def apart(old: str, new: str) -> None:
    """ValueError when one of two addresses lies under the other: nothing can be moved from one to the other."""
    if belongs(new, old) or belongs(old, new):
        raise ValueError(f"{old!r} and {new!r} lie under each other")


def encode_value(value: Mapping[str, Any]) -> str:
    """A record's value as it is kept. TypeError when it is no JSON."""
    return json.dumps(dict(value), ensure_ascii=False, separators=(",", ":"))


def record(row: Row) -> Record:
    """The record of a row."""
    kind, key, value, version, due_at, expires_at = row
    return Record(kind, key, json.loads(value), version, due_at, expires_at)
