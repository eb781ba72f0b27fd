"""Backups of an SQLite store: taken while it is in use, checked before they replace anything.

A backup is one file without a WAL. It holds sealed numbers, too, but never the key: keep that apart.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from bot.core.errors import ConfigError, StorageError
from bot.store.migrations import SQLITE, steps_from
from bot.store.sqlite_file import BUSY_SECONDS, copy_database, explained

__all__ = ["Copied", "back_up", "restore"]


@dataclass(frozen=True, slots=True)
class Copied:
    """What a backup holds; `aside` is where a restore has put the file that was there."""

    conversations: int
    cases: int
    aside: Path | None = None


def back_up(path: Path, target: Path) -> Copied:
    """Copy the store of `path` into a new file. ConfigError when there is nothing or `target` exists."""
    if not path.exists():
        raise ConfigError(f"没有存档 {path}。请检查 --db 或 ZHENREN_DB")
    if target.exists():
        raise ConfigError(f"{target} 已经在了，备份不覆盖旧文件。请换个名字")
    part = target.with_name(target.name + ".part")
    try:
        part.unlink(missing_ok=True)
        copy_database(path, part)
        copied = _checked(part)
        part.rename(target)
    except sqlite3.Error as error:
        raise explained(error, path) from error
    except OSError as error:
        raise StorageError(
            f"备份写不进 {target}（{error.strerror or error}）。请检查路径和剩余空间"
        ) from error
    finally:
        part.unlink(missing_ok=True)
    return copied


def restore(backup: Path, path: Path) -> Copied:
    """Put a checked copy of `backup` where the store is; the file that was there is kept beside it.

    Raises ConfigError when there is no such backup, StorageError when it is damaged, too new, or the store in use.
    """
    if not backup.exists():
        raise ConfigError(f"没有备份 {backup}。请检查文件名")
    part = path.with_name(path.name + ".part")
    try:
        _checked(backup)
        part.unlink(missing_ok=True)
        copy_database(backup, part)
        copied = _checked(part)
        _claim(path)
        aside = _set_aside(path)
        part.rename(path)
    except sqlite3.Error as error:
        raise explained(error, backup) from error
    except OSError as error:
        raise StorageError(
            f"恢复不了 {path}（{error.strerror or error}）。请检查权限和剩余空间"
        ) from error
    finally:
        part.unlink(missing_ok=True)
    return Copied(copied.conversations, copied.cases, aside)


def _checked(path: Path) -> Copied:
    """What a file holds, after SQLite has checked all of it. StorageError when it is not a sound store."""
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS)
    try:
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
        if not version:
            raise StorageError(f"{path} 不是真人的存档。请换一个文件")
        steps_from(version, SQLITE, str(path))
        if connection.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
            raise StorageError(f"{path} 里有坏掉的地方，没有拿它去换。请换一份备份")
        count = "SELECT (SELECT count(*) FROM conversations), (SELECT count(*) FROM cases)"
        conversations, cases = connection.execute(count).fetchone()
        return Copied(conversations, cases)
    finally:
        connection.close()


def _claim(path: Path) -> None:
    """Make sure that nobody has the store open, and leave no WAL behind. StorageError when somebody has."""
    if not path.exists():
        return
    connection = sqlite3.connect(path, timeout=0)
    try:
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        connection.execute("PRAGMA journal_mode = DELETE").fetchall()
    except sqlite3.OperationalError as error:
        raise StorageError(
            f"存档 {path} 正在用着，不能换。请先停掉正在运行的真人，再恢复"
        ) from error
    except sqlite3.DatabaseError:
        pass  # a damaged file is what a restore is for; it is kept aside as it is
    finally:
        connection.close()


def _set_aside(path: Path) -> Path | None:
    """Move the store away, with the log of a damaged one: it would be taken for the new file's."""
    if not path.exists():
        return None
    number = 1
    while (kept := path.with_name(f"{path.name}.before-restore{number}")).exists():
        number += 1
    path.rename(kept)
    for suffix in ("-wal", "-shm"):
        left = path.with_name(path.name + suffix)
        if left.exists():
            left.rename(kept.with_name(kept.name + suffix))
    return kept
