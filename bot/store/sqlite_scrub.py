"""Takes what was deleted out of an SQLite file and its log.

`secure_delete` zeroes a row where it lies. Two kinds of copies are left: older pages in the log, and, in pages that
were split, rows that moved on since (SQLite zeroes no gap between rows). Emptying the log takes the first, writing the
whole file anew the second: half a second for 100 MB, in which nobody else writes. Call with the writing lock held.
"""

from __future__ import annotations

import sqlite3

import aiosqlite

from bot.store.sqlite_file import BUSY_SECONDS

__all__ = ["Scrubber"]

_IN_MEMORY = 256 << 20
"""Up to so many bytes the copy that VACUUM makes stays in memory: no other directory gets anything to keep."""

_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


class Scrubber:
    """`remains`: gaps may hold what was deleted. `due`: something could not be done, somebody had the file."""

    def __init__(self, writer: aiosqlite.Connection) -> None:
        self._writer = writer
        self.remains = False
        self.due = False

    async def whole(self) -> None:
        """Write the file anew and empty the log. Raises sqlite3.Error."""
        self.remains = self.due = True
        if await self._rebuilt():
            self.remains = False
            await self.log()

    async def log(self) -> None:
        """Empty the log; while somebody reads it, it cannot be emptied. Raises sqlite3.Error."""
        found = list(await self._writer.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)"))
        self.due = bool(found[0][0])

    async def later(self) -> None:
        """Another try that waits for nobody and that nobody waits for. It is made after each commit, and when the
        store is opened again."""
        try:
            await self._writer.execute_fetchall("PRAGMA busy_timeout = 0")
            await (self.whole() if self.remains else self.log())
        except sqlite3.Error:
            pass  # the turns are kept; it stays due
        finally:
            await self._writer.execute_fetchall(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000:.0f}")

    async def _rebuilt(self) -> bool:
        """Whether the file could be written anew."""
        [[pages]] = await self._writer.execute_fetchall("PRAGMA page_count")
        [[size]] = await self._writer.execute_fetchall("PRAGMA page_size")
        where = "MEMORY" if pages * size <= _IN_MEMORY else "FILE"
        await self._writer.execute_fetchall(f"PRAGMA temp_store = {where}")
        try:
            await self._writer.execute("VACUUM")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF not in _BUSY:
                raise
            return False
        return True
