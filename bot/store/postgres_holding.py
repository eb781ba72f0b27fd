"""Holds on a PostgreSQL server: an advisory lock of a connection that does nothing else.

The lock ends with the connection, and the connection with its process; a machine that is cut off is given up by
the server after half a minute. Who has it is told by a record of the kind `hold`. The lock is of the schema: two
stores in one database know nothing of each other.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from bot.core.errors import StorageError
from bot.store.base import Hold
from bot.store.record_tables import encode_value
from bot.store.retention import utc_now

if TYPE_CHECKING:
    from psycopg import AsyncConnection

__all__ = ["ServerHolds"]

_SECONDS = 5
"""So long may the server take to answer."""

_NOTICE = (b"SET tcp_keepalives_idle = 10", b"SET tcp_keepalives_interval = 5", b"SET tcp_keepalives_count = 4")  # fmt: skip
"""How the server finds out that a machine is cut off."""

_LOCK = b"SELECT pg_try_advisory_lock(hashtextextended(current_schema() || '/hold/' || %s, 0))"
_TELL = b"""
INSERT INTO records (kind, key, value, version, updated_at) VALUES ('hold', %s, %s, 1, %s)
ON CONFLICT (kind, key) DO UPDATE
SET value = excluded.value, version = records.version + 1, updated_at = excluded.updated_at"""
_UNTELL = b"DELETE FROM records WHERE kind = 'hold' AND key = %s"


class ServerHolds:
    """The holds of a store on a server."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._given: list[_ServerHold] = []

    async def hold(self, name: str, who: str) -> Hold | None:
        """The hold, or None when another has it. StorageError when the server cannot be asked."""
        from psycopg import AsyncConnection, Error  # noqa: PLC0415 - an extra, as in `PostgresStore`

        connection = None
        try:
            connection = await AsyncConnection.connect(
                self._url,
                autocommit=True,
                connect_timeout=_SECONDS,
                application_name=f"zhenren {name}",
            )
            if not await _locked(connection, name, who):
                await connection.close()
                return None
        except BaseException as error:
            if connection is not None:
                await connection.close()
            if isinstance(error, Error):
                why = str(error).strip().partition("\n")[0]
                raise StorageError(
                    f"PostgreSQL 出了问题（{why}），没能独占 {name}。请检查数据库"
                ) from error
            raise
        given = _ServerHold(connection, name)
        self._given.append(given)
        return given

    async def close(self) -> None:
        """Release all that were given."""
        for each in self._given:
            await each.release()


async def _locked(connection: AsyncConnection[Any], name: str, who: str) -> bool:
    """Whether the lock was free; then it is taken, and who has it is told."""
    cursor = await connection.execute(_LOCK, (name,))
    row = await cursor.fetchone()
    if not (row and row[0]):
        return False
    for each in _NOTICE:
        await connection.execute(each)
    await connection.execute(_TELL, (name, encode_value({"who": who}), utc_now()))
    return True


class _ServerHold:
    def __init__(self, connection: AsyncConnection[Any], name: str) -> None:
        self._connection, self._name = connection, name

    async def alive(self) -> bool:
        return await self._does(b"SELECT 1")

    async def release(self) -> None:
        """A connection that is lost has lost the lock before, and another may have told their name."""
        await self._does(_UNTELL, self._name)
        await self._connection.close()

    async def _does(self, statement: bytes, *values: str) -> bool:
        """Whether the connection, and with it the lock, is still there."""
        from psycopg import Error  # noqa: PLC0415 - as above

        try:
            async with asyncio.timeout(_SECONDS):
                await self._connection.execute(statement, values)
        except (Error, TimeoutError):
            return False
        return True
