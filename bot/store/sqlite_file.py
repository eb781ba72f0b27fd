"""The SQLite file itself: opening, bringing it to the present schema, and what its errors mean.

Before a schema is changed the file is copied beside itself (`name.v1.bak`). A WAL whose last pages are
broken is copied, too, before SQLite drops what it cannot read, and the person is told.
"""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiosqlite

from bot.core.errors import StorageError
from bot.store.migrations import SQLITE, steps_from
from bot.store.wal import lost_frames

__all__ = ["BUSY_SECONDS", "Writer", "connect", "copy_database", "explained", "prepare"]

log = logging.getLogger(__name__)

BUSY_SECONDS = 5.0
"""So long is a lock of another process waited for."""

_MEANINGS = {
    sqlite3.SQLITE_FULL: "磁盘满了，这一句没存下来。请腾出空间，再发一次",
    sqlite3.SQLITE_READONLY: "只能读，不能写，这一句没存下来。请检查文件和目录的权限，再发一次",
    sqlite3.SQLITE_PERM: "没有权限打开。请检查文件和目录的权限",
    sqlite3.SQLITE_BUSY: "被另一个程序占着，这一句没存下来。请等一下再发；一直这样，就关掉另一个",
    sqlite3.SQLITE_LOCKED: "被另一个程序占着，这一句没存下来。请等一下再发；一直这样，就关掉另一个",
    sqlite3.SQLITE_CORRUPT: "坏了，读不出来。请用备份恢复：zhenren restore 备份文件",
    sqlite3.SQLITE_NOTADB: "不是真人的存档，或者坏了。请换一个文件，或用备份恢复：zhenren restore 备份文件",
    sqlite3.SQLITE_CANTOPEN: "打不开。请检查路径、目录和权限",
    sqlite3.SQLITE_IOERR: "读写时磁盘出错，这一句没存下来。请检查磁盘和剩余空间，再发一次",
}


@dataclass(frozen=True, slots=True)
class Writer:
    """A connection with an open transaction as a Transaction."""

    connection: aiosqlite.Connection

    async def fetch(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in await self.connection.execute_fetchall(statement, values)]

    async def change(self, statement: str, *values: Any) -> int:
        cursor = await self.connection.execute(statement, values)
        return max(0, cursor.rowcount)


def explained(error: sqlite3.Error, path: Path) -> StorageError:
    """The error in words that say what to do."""
    code = getattr(error, "sqlite_errorcode", None)
    meaning = _MEANINGS.get(code & 0xFF) if code is not None else None
    return StorageError(f"存档 {path} {meaning or f'出了问题（{error}），这一句没存下来'}")


async def connect(path: Path, *, read_only: bool = False) -> aiosqlite.Connection:
    """A connection with the settings that the store relies on. StorageError when it cannot be had."""
    connection = None
    try:
        connection = await aiosqlite.connect(path, isolation_level=None, timeout=BUSY_SECONDS)
        if read_only:
            await connection.execute("PRAGMA query_only = ON")
            return connection
        await connection.execute_fetchall("PRAGMA journal_mode = WAL")
        await connection.execute("PRAGMA synchronous = FULL")
        await connection.execute("PRAGMA secure_delete = ON")
        return connection
    except sqlite3.Error as error:
        if connection is not None:
            await connection.close()
        raise explained(error, path) from error


async def prepare(path: Path) -> None:
    """Make sure that `path` is a database of the present schema."""
    try:
        await asyncio.to_thread(_prepare, path)
    except sqlite3.Error as error:
        raise explained(error, path) from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise StorageError(f"存档 {path} 打不开（{reason}）。请检查路径、目录和权限") from error


def _prepare(path: Path) -> None:
    """Blocking: runs in a thread, before anything else has the file open."""
    if not path.exists():
        path.touch(mode=0o600)
    connection = sqlite3.connect(path, isolation_level=None, timeout=BUSY_SECONDS)
    try:
        _empty_the_log(connection, path)
        if _steps(connection, path):
            _use_a_log(connection)
            connection.execute("BEGIN IMMEDIATE")
            _bring_forward(connection, path)
            connection.execute("COMMIT")
    finally:
        connection.close()


def _steps(connection: sqlite3.Connection, path: Path) -> list[tuple[int, str]]:
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    return steps_from(version, SQLITE, f"存档 {path}")


def _bring_forward(connection: sqlite3.Connection, path: Path) -> None:
    """All steps in one transaction; looks again, for another process may have taken them meanwhile."""
    steps = _steps(connection, path)
    before = steps[0][0] - 1 if steps else 0
    if before:
        copy_database(path, _beside(path, f".v{before}.bak"))
    for number, step in steps:
        for statement in step.split(";"):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {number}")


def _use_a_log(connection: sqlite3.Connection) -> None:
    """Switch to WAL mode. Here SQLite does not wait by itself for another process that does the same."""
    until = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
        time.sleep(0.01)


def copy_database(path: Path, target: Path) -> None:
    """Copy a database that may be in use; readable by its owner only. Raises sqlite3.Error and OSError."""
    with os.fdopen(os.open(target, os.O_CREAT | os.O_WRONLY, 0o600)):
        pass
    one, two = sqlite3.connect(path, timeout=BUSY_SECONDS), sqlite3.connect(target)
    try:
        one.backup(two)
    finally:
        one.close()
        two.close()


def _empty_the_log(connection: sqlite3.Connection, path: Path) -> None:
    """Move what a crash has left in the WAL into the file, after a look at its end."""
    connection.execute("BEGIN IMMEDIATE")  # nobody writes while the log is read
    try:
        _warn_of_a_broken_end(path)
    finally:
        connection.execute("ROLLBACK")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def _warn_of_a_broken_end(path: Path) -> None:
    wal = _beside(path, "-wal")
    lost = lost_frames(wal)
    if not lost:
        return
    number = 1
    while (kept := _beside(path, f"-wal.damaged{number}")).exists():
        number += 1
    shutil.copy2(wal, kept)
    log.warning(
        "存档 %s 最后一次写入不完整（%d 页读不出来，多半是断电或磁盘出错），已回到上一句；请把最后一句再发一次。"
        "原来的文件留在 %s",
        path, lost, kept,
    )  # fmt: skip


def _beside(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)
