"""The embedded store: one SQLite file in WAL mode, one writer, groups of turns in one commit.

`synchronous=FULL`: a commit that has returned is on disk. Works that arrive while one commit is being
written go together into the next; each still stands or falls alone. After `forget` and `purge` nothing of what
was deleted is left in the file or its WAL (see `sqlite_scrub`).
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiosqlite

from bot.store import rows
from bot.store import statements as sql
from bot.store.base import (
    TRIES,
    Claim,
    Claimed,
    Conflict,
    Forgotten,
    Hold,
    Incoming,
    Outgoing,
    Purged,
    Retention,
    Session,
    Work,
)
from bot.store.holding import FileHolds
from bot.store.record_tables import TableRecords
from bot.store.records import Records
from bot.store.sharing import Reads, forget_in, purge_in
from bot.store.sqlite_file import Writer, connect, explained, prepare
from bot.store.sqlite_scrub import Scrubber
from bot.store.transaction import Transaction

__all__ = ["SqliteStore"]

GROUP = 64
"""So many turns share one commit at most."""

_VERSIONS = "SELECT id, version FROM conversations WHERE id IN (SELECT value FROM json_each(?))"
_DONE = """
SELECT i.channel, i.update_id FROM json_each(?) j
JOIN inbox i ON i.channel = j.value ->> 0 AND i.update_id = j.value ->> 1 WHERE i.state IN ('done', 'dead')"""
_LOAD_MANY = sql.LOAD.replace("SELECT ", "SELECT c.id, ", 1).replace(
    "c.id = ?", "c.id IN (SELECT value FROM json_each(?))"
)
_NEXT_INCOMING = sql.NEXT_INCOMING.format(lock="")
_NEXT_OUTGOING = sql.NEXT_OUTGOING.format(lock="")
_TAKE_INCOMING = sql.TAKE_INCOMING.format(lock="")
_TAKE_OUTGOING = sql.TAKE_OUTGOING.format(lock="")

_Waiting = tuple[Work, "asyncio.Future[None]"]


class SqliteStore(Reads):
    """A store in a file. Open it with `SqliteStore.open`."""

    def __init__(
        self, path: Path, writer: aiosqlite.Connection, reader: aiosqlite.Connection
    ) -> None:
        self.path = path
        self._writer, self._reader = writer, reader
        self._writing = asyncio.Lock()
        self._waiting: list[_Waiting] = []
        self._flusher: asyncio.Task[None] | None = None
        self._scrubber = Scrubber(writer)
        self._asking: list[tuple[str, asyncio.Future[list[tuple[Any, ...]]]]] = []
        self._loader: asyncio.Task[None] | None = None
        self._holds = FileHolds(path)
        self.records: Records = TableRecords(self._read, self._transaction, self._scrub_records)

    @classmethod
    async def open(cls, path: Path) -> SqliteStore:
        """The store in `path`, created or brought to the present schema. StorageError says why not."""
        await prepare(path)
        writer = await connect(path)
        try:
            return cls(path, writer, await connect(path, read_only=True))
        except BaseException:
            await writer.close()
            raise

    async def close(self) -> None:
        busy = [task for task in (self._flusher, self._loader) if task is not None]
        await asyncio.gather(*busy, return_exceptions=True)
        await self._holds.close()
        await self._reader.close()
        await self._writer.close()

    # ── sessions ────────────────────────────────────────────────────────────
    async def load(self, conversation: str) -> Session:
        """Those who ask at the same time are answered by one query."""
        asked = asyncio.get_running_loop().create_future()
        self._asking.append((conversation, asked))
        if self._loader is None or self._loader.done():
            self._loader = asyncio.create_task(self._answer_all())
        return rows.session(conversation, await asked)

    async def _answer_all(self) -> None:
        while self._asking:
            group, self._asking = self._asking[:GROUP], self._asking[GROUP:]
            names = json.dumps(list({name for name, _ in group}))
            found: dict[str, list[tuple[Any, ...]]] = {}
            try:
                for name, *row in await self._read(_LOAD_MANY, names):
                    found.setdefault(name, []).append(tuple(row))
            except Exception as error:  # noqa: BLE001 - whatever it is, somebody waits for the answer
                for _, asked in group:
                    _fail(asked, error)
                continue
            for name, asked in group:
                if not asked.done():
                    asked.set_result(found.get(name, []))

    async def commit(self, work: Work) -> None:
        done = asyncio.get_running_loop().create_future()
        self._waiting.append((work, done))
        if self._flusher is None or self._flusher.done():
            self._flusher = asyncio.create_task(self._flush())
        await done

    async def _flush(self) -> None:
        """Write until nobody waits; what arrives meanwhile is the next group."""
        while self._waiting:
            async with self._writing:
                group, self._waiting = self._waiting[:GROUP], self._waiting[GROUP:]
                try:
                    await self._write(group)
                except Exception as error:  # noqa: BLE001 - whatever it is, somebody waits for the answer
                    await self._one_by_one(group, error)
                if self._scrubber.due:
                    await self._scrubber.later()

    async def _one_by_one(self, group: list[_Waiting], error: Exception) -> None:
        """What a group could not do together is tried alone, so that nobody fails for another."""
        together = isinstance(error, sqlite3.Error) and not isinstance(
            error, sqlite3.IntegrityError
        )
        if len(group) == 1 or together:
            for _, done in group:
                _fail(done, self._told(error))
            return
        for each in group:
            if each[1].done():
                continue  # was told Conflict or Claimed, so it may no longer be written
            try:
                await self._write([each])
            except Exception as alone:  # noqa: BLE001 - as above
                _fail(each[1], self._told(alone))

    def _told(self, error: Exception) -> Exception:
        return explained(error, self.path) if isinstance(error, sqlite3.Error) else error

    async def _write(self, group: list[_Waiting]) -> None:
        await self._writer.execute("BEGIN IMMEDIATE")
        try:
            good = await self._accepted(group)
            works = [work for work, _ in good]
            new = [rows.conversation_row(each) for each in works if rows.is_new(each)]
            old = [
                (*rows.conversation_row(each), each.session.version)
                for each in works
                if each.session.version
            ]
            await self._many(sql.ADD_CONVERSATION, new)
            await self._many(sql.CHANGE_CONVERSATION, old)
            await self._many(sql.KEEP_CASE, _all(rows.case_rows, works))
            await self._many(sql.ADD_TURN, _all(rows.turn_rows, works))
            await self._many(sql.CLAIM, _claims(works))
            await self._many(sql.ADD_OUTGOING, _all(rows.outgoing_rows, works))
            await self._many(sql.COUNT, _all(rows.count_rows, works))
            await self._writer.execute("COMMIT")
        except BaseException:
            await self._roll_back()
            raise
        for _, done in good:
            if not done.done():
                done.set_result(None)

    async def _accepted(self, group: list[_Waiting]) -> list[_Waiting]:
        """Those whose conversation nobody has changed and whose update nobody has handled."""
        names = json.dumps([work.session.conversation for work, _ in group])
        versions: dict[str, int] = {
            str(row[0]): int(row[1])
            for row in await self._writer.execute_fetchall(_VERSIONS, (names,))
        }
        claims = [work.claim for work, _ in group if work.claim]
        done: set[Any] = set()
        if claims:
            asked = json.dumps([(each.channel, each.update_id) for each in claims])
            done = {tuple(row) for row in await self._writer.execute_fetchall(_DONE, (asked,))}
        good: list[_Waiting] = []
        for work, waiter in group:
            kept, claim = work.session, work.claim
            if claim is not None and (claim.channel, claim.update_id) in done:
                _fail(waiter, Claimed())
            elif versions.get(kept.conversation, 0) != kept.version:
                _fail(waiter, Conflict())
            else:
                versions[kept.conversation] = kept.version + 1
                if claim is not None:
                    done.add((claim.channel, claim.update_id))
                good.append((work, waiter))
        return good

    # ── inbox and outbox ────────────────────────────────────────────────────
    async def receive(self, updates: Sequence[Incoming]) -> int:
        async with self._transaction():
            before = self._writer.total_changes
            await self._many(
                sql.RECEIVE,
                [
                    (u.claim.channel, u.claim.update_id, u.conversation, u.payload, u.received_at)
                    for u in updates
                ],
            )
            return self._writer.total_changes - before

    async def take_incoming(self, now: str, until: str, limit: int = 32) -> list[Incoming]:
        """Asked again and again: whoever finds nothing has only read."""
        if not await self._read(_NEXT_INCOMING, now, 1):
            return []
        async with self._transaction():
            await self._writer.execute(sql.BURY, (TRIES, now))
            found = await self._writer.execute_fetchall(_TAKE_INCOMING, (until, now, limit))
        return rows.incoming(tuple(row) for row in found)

    async def fail_incoming(self, claim: Claim) -> str:
        values = (TRIES, TRIES, claim.channel, claim.update_id)
        async with self._transaction():
            found = list(await self._writer.execute_fetchall(sql.FAIL_INCOMING, values))
        return str(found[0][0]) if found else "done"

    async def take_outgoing(self, now: str, until: str, limit: int = 32) -> list[Outgoing]:
        if not await self._read(_NEXT_OUTGOING, now, now, 1):
            return []
        async with self._transaction():
            found = await self._writer.execute_fetchall(_TAKE_OUTGOING, (until, now, now, limit))
        return rows.outgoing(tuple(row) for row in found)

    async def settle(self, message: Outgoing, at: str) -> None:
        async with self._transaction():
            await self._writer.execute(sql.SETTLE, rows.settled(message, at))

    async def recover(self, now: str, *, alone: bool, sender: bool = False) -> int:
        async with self._transaction():
            before = self._writer.total_changes
            await self._writer.execute(sql.LOSE_OUTGOING, (now, now, alone or sender))
            await self._writer.execute(sql.RETURN_INCOMING, (alone, now, alone))
            return self._writer.total_changes - before

    # ── leaving nothing behind ──────────────────────────────────────────────
    async def forget(self, conversation: str, case: str | None = None) -> Forgotten:
        async with self._transaction() as at:
            found = await forget_in(at, conversation, case)
        await self._scrub()
        return found

    async def purge(self, now: str, retention: Retention) -> Purged:
        async with self._transaction() as at:
            purged, anything = await purge_in(at, now, retention)
        if anything or self._scrubber.remains:
            await self._scrub()
        return purged

    async def _scrub(self) -> None:
        """After a person or a case. What somebody else holds up is tried again after each commit."""
        async with self._writing, self._explaining():
            await self._scrubber.whole()

    async def _scrub_records(self) -> None:
        """After records, which go often: what gaps may hold of them waits for the next purge."""
        async with self._writing, self._explaining():
            await self._scrubber.log()
            self._scrubber.remains = True

    # ── one process alone ───────────────────────────────────────────────────
    async def hold(self, name: str, who: str) -> Hold | None:
        return await self._holds.hold(name, who)

    async def holder(self, name: str) -> str:
        return await self._holds.holder(name)

    # ── the connections ─────────────────────────────────────────────────────
    async def _read(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        async with self._explaining():
            found = await self._reader.execute_fetchall(statement, values)
        return [tuple(row) for row in found]

    @asynccontextmanager
    async def _explaining(self) -> AsyncIterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise explained(error, self.path) from error

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[Transaction]:
        async with self._writing:
            try:
                await self._writer.execute("BEGIN IMMEDIATE")
                yield Writer(self._writer)
                await self._writer.execute("COMMIT")
            except sqlite3.Error as error:
                await self._roll_back()
                raise explained(error, self.path) from error
            except BaseException:
                await self._roll_back()
                raise

    async def _roll_back(self) -> None:
        """Also when nothing seems to be open: who was cancelled may have a BEGIN that is still on its way."""
        try:
            await self._writer.execute("ROLLBACK")
        except sqlite3.Error:
            pass  # nothing was open, or SQLite has rolled back by itself, as it does when the disk is full

    async def _many(self, statement: str, values: Iterable[Sequence[Any]]) -> None:
        listed = list(values)
        if listed:
            await self._writer.executemany(statement, listed)


def _all(make: Any, works: Iterable[Work]) -> list[Any]:
    return [row for work in works for row in make(work)]


def _claims(works: Iterable[Work]) -> list[tuple[str, str, str, str]]:
    return [
        (work.claim.channel, work.claim.update_id, work.session.conversation, work.at)
        for work in works
        if work.claim
    ]


def _fail(waiter: asyncio.Future[Any], error: Exception) -> None:
    if not waiter.done():
        waiter.set_exception(error)
