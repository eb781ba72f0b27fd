"""A store of each kind, empty and closed afterwards: `store`, and `other`, the same data as another process sees it;
`people` and `keepers`, an agent whose files are watched."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.app import Engine, build_engine
from bot.config import flows_dir, locales_dir
from bot.store.base import Store
from bot.store.memory import MemoryStore
from bot.store.opening import open_store
from bot.store.sealing import Sealer
from bot.store.sqlite import SqliteStore
from tests.store.server import needs_postgres, schema
from tests.store.watching import Watched


@needs_postgres
def _on_a_server() -> None:
    """Carries the marks."""


KINDS = ("memory", "sqlite", pytest.param("postgres", marks=_on_a_server.pytestmark))


@pytest.fixture(params=KINDS)
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str | None]:
    """Where the store lies; None for memory."""
    if request.param == "memory":
        yield None
    elif request.param == "sqlite":
        yield str(tmp_path / "people.db")
    else:
        with schema() as found:
            yield found


@pytest_asyncio.fixture
async def store(address: str | None) -> AsyncIterator[Store]:
    opened = await open_store(address) if address else MemoryStore()
    yield opened
    await opened.close()


@pytest_asyncio.fixture
async def other(address: str | None, store: Store) -> AsyncIterator[Store]:
    """Memory is of one process: there it is the same store."""
    opened = await open_store(address) if address else store
    yield opened
    await opened.close()


@pytest.fixture(scope="session")
def engine() -> Engine:
    """The real flows and texts."""
    return build_engine(flows_dir(), locales_dir(), date(2026, 11, 20))


async def watched(engine: Engine, directory: Path, sealer: Any) -> AsyncIterator[Watched]:
    store = await SqliteStore.open(directory / "people.db")
    yield Watched(engine, directory, store, sealer)
    await store.close()


@pytest_asyncio.fixture
async def people(engine: Engine, tmp_path: Path) -> AsyncIterator[Watched]:
    directory = tmp_path / "data"
    directory.mkdir()
    async for each in watched(engine, directory, None):
        yield each


@pytest_asyncio.fixture
async def keepers(engine: Engine, tmp_path: Path) -> AsyncIterator[Watched]:
    """With a key, which lies elsewhere."""
    directory = tmp_path / "data"
    directory.mkdir()
    async for each in watched(engine, directory, Sealer(tmp_path / "key")):
        yield each
