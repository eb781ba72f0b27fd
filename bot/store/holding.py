"""Holds: of all processes that serve one store, one at a time has a hold of a name. Here those of memory and of files.

A file's hold is a lock of the kernel on `people.db.NAME.lock`: it ends with the process, however that ends. The file
stays and says who has it, or who had it last when the process was killed.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from bot.core.errors import StorageError
from bot.store.base import Hold

__all__ = ["FileHolds", "MemoryHolds"]

if sys.platform == "win32":
    import msvcrt

    _FAR = 1 << 30
    """Beyond what is written: a locked byte cannot be read there."""

    def _lock(file: int) -> bool:
        os.lseek(file, _FAR, os.SEEK_SET)
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except PermissionError:
            return False
        return True
else:
    import fcntl

    def _lock(file: int) -> bool:
        """Whether the lock was free. It is of this open file: a second one of the same process has to wait, too."""
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


class FileHolds:
    """The holds of a store in a file."""

    def __init__(self, store: Path) -> None:
        self._store = store
        self._given: list[_FileHold] = []

    async def hold(self, name: str, who: str) -> Hold | None:
        """The hold, or None when another has it. StorageError when the file cannot be written."""
        path = self._path(name)
        try:
            file = await asyncio.to_thread(_taken, path, who)
        except OSError as error:
            raise StorageError(
                f"{path} 写不了（{error.strerror or error}）。请检查目录和权限"
            ) from error
        if file is None:
            return None
        given = _FileHold(path, file)
        self._given.append(given)
        return given

    async def holder(self, name: str) -> str:
        """Who has it, as they said; "" when nobody does."""
        try:
            data = await asyncio.to_thread(self._path(name).read_bytes)
        except OSError:
            return ""
        return data.decode(errors="replace")

    async def close(self) -> None:
        """Release all that were given."""
        for each in self._given:
            await each.release()

    def _path(self, name: str) -> Path:
        return self._store.with_name(f"{self._store.name}.{name}.lock")


class _FileHold:
    def __init__(self, path: Path, file: int) -> None:
        self._path = path
        self._file: int | None = file

    async def alive(self) -> bool:
        if self._file is None:
            return False
        try:
            return os.path.samestat(os.fstat(self._file), self._path.stat())
        except OSError:
            return False  # the file was taken away: another process locks a new one

    async def release(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            os.ftruncate(file, 0)
            os.close(file)


def _taken(path: Path, who: str) -> int | None:
    """The locked file with `who` in it; None when another has it."""
    file = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        if not _lock(file):
            os.close(file)
            return None
        os.ftruncate(file, 0)
        os.lseek(file, 0, os.SEEK_SET)
        os.write(file, who.encode())
    except OSError:
        os.close(file)
        raise
    return file


class MemoryHolds:
    """The holds of a store in memory, which one process has for itself."""

    def __init__(self) -> None:
        self._who: dict[str, str] = {}

    async def hold(self, name: str, who: str) -> Hold | None:
        """The hold, or None when it is given."""
        if name in self._who:
            return None
        self._who[name] = who
        return _MemoryHold(self._who, name)

    async def holder(self, name: str) -> str:
        """Who has it, as they said; "" when nobody does."""
        return self._who.get(name, "")


class _MemoryHold:
    def __init__(self, who: dict[str, str], name: str) -> None:
        self._who, self._name = who, name
        self._released = False

    async def alive(self) -> bool:
        return not self._released

    async def release(self) -> None:
        if not self._released:
            self._released = True
            del self._who[self._name]
