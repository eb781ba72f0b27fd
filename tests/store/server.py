"""A PostgreSQL server for the tests, each of which gets a schema of its own.

The address is that of a server on this machine unless ZHENREN_TEST_POSTGRES names another. Without a server
the tests are skipped and say so; under CI they fail instead.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import psycopg
import pytest

from bot.store.base import Store
from bot.store.postgres import PostgresStore

__all__ = ["needs_postgres", "postgres", "schema"]

ADDRESS = os.environ.get("ZHENREN_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/test")
"""Read before the tests hide the settings of the developer."""


def _missing() -> str | None:
    """Why there is no server, in a line."""
    try:
        psycopg.connect(ADDRESS, connect_timeout=3).close()
    except psycopg.Error as error:
        return f"no PostgreSQL server: {str(error).partition(chr(10))[0]}"
    return None


_WHY_NOT = _missing()


def needs_postgres(test):
    """Mark a test that needs a server."""
    skip = pytest.mark.skipif(bool(_WHY_NOT) and not os.environ.get("CI"), reason=str(_WHY_NOT))
    return pytest.mark.postgres(skip(test))


@contextmanager
def schema() -> Iterator[str]:
    """The address of an empty schema, which is dropped afterwards."""
    name = f"zhenren_{uuid.uuid4().hex}"
    with psycopg.connect(ADDRESS, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {name}".encode())
        try:
            mark = "&" if "?" in ADDRESS else "?"
            yield f"{ADDRESS}{mark}options=-csearch_path%3D{name}"
        finally:
            connection.execute(f"DROP SCHEMA {name} CASCADE".encode())


@asynccontextmanager
async def postgres(address: str) -> AsyncIterator[Store]:
    """The store of a schema."""
    store = await PostgresStore.open(address)
    try:
        yield store
    finally:
        await store.close()
