"""The store for more than one machine: PostgreSQL through psycopg, with the same contract as SQLite's.

A turn is one transaction whose first statement takes the row of the conversation: the version that it
expects serialises processes per conversation, and who comes second loads again. Inbox and outbox are
handed out with SKIP LOCKED, so that replicas share the work and a slow one holds up nobody.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.core.errors import ConfigError, StorageError
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
    Work,
)
from bot.store.migrations import POSTGRES, steps_from
from bot.store.postgres_holding import ServerHolds
from bot.store.record_tables import TableRecords
from bot.store.records import Records
from bot.store.sharing import Reads, forget_in, purge_in
from bot.store.transaction import Transaction

if TYPE_CHECKING:
    from psycopg import AsyncConnection, AsyncCursor
    from psycopg_pool import AsyncConnectionPool

__all__ = ["PostgresStore"]

POOL = 16
"""So many connections one process holds at most; more brought nothing on two cores."""

_CONNECT_SECONDS = 5.0
_MIGRATION_LOCK = 7301450
"""Any number that is ours: two processes that start together migrate one after the other."""

_VERSION_TABLE = "CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL)"


def _sql(text: str, lock: str = "") -> bytes:
    """A statement of ours in psycopg's form; as bytes, which its types take from variables."""
    return sql.for_postgres(text.replace("{lock}", lock)).encode()


_TAKE_INCOMING = _sql(sql.TAKE_INCOMING, "FOR UPDATE OF i SKIP LOCKED")
_TAKE_OUTGOING = _sql(sql.TAKE_OUTGOING, "FOR UPDATE OF o SKIP LOCKED")


class PostgresStore(Reads):
    """A store in a PostgreSQL database. Open it with `PostgresStore.open`."""

    def __init__(self, pool: AsyncConnectionPool[AsyncConnection[Any]], holds: ServerHolds) -> None:
        self._pool, self._holds = pool, holds
        self.records: Records = TableRecords(self._read, self._writing, self._scrub)

    @classmethod
    async def open(cls, url: str) -> PostgresStore:
        """The store at a `postgresql://` URL, brought to the present schema. StorageError says why not."""
        try:
            import psycopg  # noqa: PLC0415 - an extra: only those who use PostgreSQL have it
            from psycopg_pool import AsyncConnectionPool, PoolTimeout  # noqa: PLC0415 - as above
        except ImportError:
            raise ConfigError('用 PostgreSQL 要先装：pip install "zhenren[postgres]"') from None
        pool: AsyncConnectionPool[AsyncConnection[Any]] = AsyncConnectionPool(
            url,
            min_size=1,
            max_size=POOL,
            open=False,
            timeout=_CONNECT_SECONDS,
            reconnect_timeout=_CONNECT_SECONDS,
        )
        store = cls(pool, ServerHolds(url))
        try:
            await pool.open(wait=True, timeout=_CONNECT_SECONDS)
            await store._migrate()
        except (psycopg.Error, PoolTimeout) as error:
            await pool.close()
            raise StorageError(
                f"连不上 PostgreSQL（{_first_line(error)}）。请检查 ZHENREN_DB 里的地址、用户和数据库"
            ) from error
        except BaseException:
            await pool.close()
            raise
        return store

    async def _migrate(self) -> None:
        async with self._transaction() as cursor:
            await cursor.execute("SELECT pg_advisory_xact_lock(%s)", (_MIGRATION_LOCK,))
            await cursor.execute(_VERSION_TABLE)
            await cursor.execute("SELECT max(version) FROM schema_version")
            row = await cursor.fetchone()
            version = int(row[0] or 0) if row else 0
            for number, step in steps_from(version, POSTGRES, "PostgreSQL 里的存档"):
                await cursor.execute(step.encode())
                await cursor.execute("INSERT INTO schema_version VALUES (%s)", (number,))

    async def close(self) -> None:
        await self._holds.close()
        await self._pool.close()

    # ── sessions ────────────────────────────────────────────────────────────
    async def commit(self, work: Work) -> None:
        kept, claim = work.session, work.claim
        async with self._transaction() as cursor:
            if kept.version:
                values = (*rows.conversation_row(work), kept.version)
                await cursor.execute(_sql(sql.CHANGE_CONVERSATION), values)
            elif rows.is_new(work):
                await cursor.execute(_sql(sql.ADD_CONVERSATION), rows.conversation_row(work))
            fresh = cursor.rowcount == 1 or not (kept.version or kept.cases)
            if claim is not None:
                values = (claim.channel, claim.update_id, kept.conversation, work.at)
                await cursor.execute(_sql(sql.CLAIM), values)
                if cursor.rowcount != 1:
                    raise Claimed
            if not fresh:
                raise Conflict
            await _many(cursor, sql.KEEP_CASE, rows.case_rows(work))
            await _many(cursor, sql.ADD_TURN, rows.turn_rows(work))
            await _many(cursor, sql.ADD_OUTGOING, rows.outgoing_rows(work))
            await _many(cursor, sql.COUNT, rows.count_rows(work))

    # ── inbox and outbox ────────────────────────────────────────────────────
    async def receive(self, updates: Sequence[Incoming]) -> int:
        values = [
            (u.claim.channel, u.claim.update_id, u.conversation, u.payload, u.received_at)
            for u in updates
        ]
        async with self._transaction() as cursor:
            await _many(cursor, sql.RECEIVE, values)
            return cursor.rowcount if values else 0

    async def take_incoming(self, now: str, until: str, limit: int = 32) -> list[Incoming]:
        """Asked again and again: whoever finds nothing has only read."""
        if not await self._read(sql.NEXT_INCOMING, now, 1):
            return []
        async with self._transaction() as cursor:
            await cursor.execute(_sql(sql.BURY), (TRIES, now))
            await cursor.execute(_TAKE_INCOMING, (until, now, limit))
            return rows.incoming(await cursor.fetchall())

    async def fail_incoming(self, claim: Claim) -> str:
        found = await self._read(sql.FAIL_INCOMING, TRIES, TRIES, claim.channel, claim.update_id)
        return str(found[0][0]) if found else "done"

    async def take_outgoing(self, now: str, until: str, limit: int = 32) -> list[Outgoing]:
        if not await self._read(sql.NEXT_OUTGOING, now, now, 1):
            return []
        async with self._transaction() as cursor:
            await cursor.execute(_TAKE_OUTGOING, (until, now, now, limit))
            return rows.outgoing(await cursor.fetchall())

    async def settle(self, message: Outgoing, at: str) -> None:
        async with self._transaction() as cursor:
            await cursor.execute(_sql(sql.SETTLE), rows.settled(message, at))

    async def recover(self, now: str, *, alone: bool, sender: bool = False) -> int:
        async with self._transaction() as cursor:
            await cursor.execute(_sql(sql.LOSE_OUTGOING), (now, now, alone or sender))
            lost = cursor.rowcount
            await cursor.execute(_sql(sql.RETURN_INCOMING), (alone, now, alone))
            return lost + cursor.rowcount

    # ── leaving nothing behind ──────────────────────────────────────────────
    async def forget(self, conversation: str, case: str | None = None) -> Forgotten:
        async with self._writing() as at:
            return await forget_in(at, conversation, case)

    async def purge(self, now: str, retention: Retention) -> Purged:
        async with self._writing() as at:
            purged, _ = await purge_in(at, now, retention)
        return purged

    async def _scrub(self) -> None:
        """What was deleted is the server's to clean away."""

    # ── one process alone ───────────────────────────────────────────────────
    async def hold(self, name: str, who: str) -> Hold | None:
        return await self._holds.hold(name, who)

    async def holder(self, name: str) -> str:
        found = await self.records.get("hold", name)
        return str(found.value["who"]) if found else ""

    # ── the connections ─────────────────────────────────────────────────────
    async def _read(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        async with self._transaction() as cursor:
            await cursor.execute(_sql(statement), values)
            return await cursor.fetchall()

    @asynccontextmanager
    async def _writing(self) -> AsyncIterator[Transaction]:
        async with self._transaction() as cursor:
            yield _Cursor(cursor)

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[AsyncCursor[Any]]:
        from psycopg import Error  # noqa: PLC0415 - an extra, see `open`
        from psycopg_pool import PoolTimeout  # noqa: PLC0415 - as above

        try:
            async with self._pool.connection() as connection, connection.cursor() as cursor:
                yield cursor
        except (Error, PoolTimeout) as error:
            raise StorageError(
                f"PostgreSQL 出了问题（{_first_line(error)}），这一句没存下来。请检查数据库，再发一次"
            ) from error


@dataclass(frozen=True, slots=True)
class _Cursor:
    """A cursor as a Transaction."""

    cursor: AsyncCursor[Any]

    async def fetch(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        await self.cursor.execute(_sql(statement), values)
        return await self.cursor.fetchall()

    async def change(self, statement: str, *values: Any) -> int:
        await self.cursor.execute(_sql(statement), values)
        return self.cursor.rowcount


async def _many(cursor: AsyncCursor[Any], statement: str, values: Iterable[Sequence[Any]]) -> None:
    listed = list(values)
    if len(listed) == 1:
        await cursor.execute(_sql(statement), listed[0])
    elif listed:
        await cursor.executemany(_sql(statement), listed)


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0] or type(error).__name__
