"""Which store an address means: a path or `sqlite:///path`, or `postgresql://…`."""

from __future__ import annotations

from pathlib import Path

from bot.core.errors import ConfigError
from bot.store.base import Store

__all__ = ["file_of", "key_beside", "open_store"]

_SQLITE = "sqlite:///"
_POSTGRES = ("postgresql://", "postgres://")


async def open_store(address: str) -> Store:
    """The opened store. ConfigError for an address that is none, StorageError when it cannot be opened."""
    if address.startswith(_POSTGRES):
        from bot.store.postgres import PostgresStore  # noqa: PLC0415 - a driver that few need

        return await PostgresStore.open(address)
    from bot.store.sqlite import SqliteStore  # noqa: PLC0415 - 50 ms: not for a chat without a database

    path = file_of(address)
    assert path is not None
    return await SqliteStore.open(path)


def file_of(address: str) -> Path | None:
    """The file of an SQLite address; None for a server. ConfigError for an address that is none."""
    if address.startswith(_POSTGRES):
        return None
    if address.startswith(_SQLITE):
        address = address.removeprefix(_SQLITE)
    elif "://" in address:
        kind = address.partition(":")[0]
        raise ConfigError(f"不认识 {kind} 这种存档。写文件名、sqlite:///文件 或 postgresql://…")
    if not address:
        raise ConfigError("存档的地址是空的。写文件名、sqlite:///文件 或 postgresql://…")
    return Path(address).expanduser()


def key_beside(address: str) -> Path | None:
    """Where the key of an SQLite store lies unless told otherwise; a server has no such place."""
    path = file_of(address)
    return path.with_name(path.name + ".key") if path else None
