"""One process at a time has a hold; it is free again when that one lets go, or is killed."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from bot.core.errors import StorageError
from bot.store.base import Hold, Store
from bot.store.memory import MemoryStore
from bot.store.opening import open_store
from bot.store.postgres import PostgresStore
from bot.store.sqlite import SqliteStore
from tests.store.server import ADDRESS, needs_postgres, schema

ROOT = Path(__file__).resolve().parents[2]

HOLDING = """
import asyncio, sys
from bot.store.opening import open_store

async def main(address):
    store = await open_store(address)
    print("held" if await store.hold("bot", "the child") else "not held", flush=True)
    await asyncio.Event().wait()

asyncio.run(main(sys.argv[1]))
"""


@pytest.fixture
def child(address: str | None) -> Iterator[subprocess.Popen[str]]:
    """Another process, which has the hold."""
    if address is None:
        pytest.skip("memory is of one process")
    command = [sys.executable, "-c", HOLDING, address]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.communicate()


async def until_free(store: Store) -> Hold:
    """The hold, as soon as it is to be had."""
    async with asyncio.timeout(20):
        while (held := await store.hold("bot", "me")) is None:  # noqa: ASYNC110 - of another process
            await asyncio.sleep(0.02)
    return held


async def test_a_hold_is_given_once(store, other):
    held = await store.hold("bot", "host:1 since noon")
    assert held is not None
    assert await held.alive()
    assert await other.hold("bot", "host:2") is None
    assert await store.hold("bot", "host:1") is None
    assert await other.holder("bot") == "host:1 since noon"


async def test_what_was_released_can_be_had(store, other):
    first = await store.hold("bot", "a longer name, the first")
    await first.release()
    assert await other.holder("bot") == ""
    second = await other.hold("bot", "第二个")
    assert second is not None
    assert await store.holder("bot") == "第二个"


async def test_what_was_released_is_ours_no_more(store):
    held = await store.hold("bot", "me")
    await held.release()
    assert not await held.alive()


async def test_releasing_twice_takes_nothing_from_the_next(store, other):
    first = await store.hold("bot", "one")
    await first.release()
    second = await other.hold("bot", "two")
    await first.release()
    assert await second.alive()
    assert await store.holder("bot") == "two"
    assert await store.hold("bot", "one") is None


async def test_another_name_is_another_hold(store):
    assert await store.hold("bot", "me")
    assert await store.hold("web", "me")


async def test_nobody_has_what_was_never_held(store):
    assert await store.holder("bot") == ""


async def test_of_many_who_ask_one_gets_it(store, other):
    asked = [each.hold("bot", str(n)) for n, each in enumerate((store, other) * 4)]
    assert sum(held is not None for held in await asyncio.gather(*asked)) == 1


async def test_a_store_that_is_closed_holds_nothing(address):
    if address is None:
        pytest.skip("memory is of one process")
    first, second = await open_store(address), await open_store(address)
    held = await first.hold("bot", "first")
    assert held
    await first.close()
    assert not await held.alive()
    assert await second.hold("bot", "second")
    await second.close()


async def test_another_process_has_the_hold(child, store):
    assert await store.hold("bot", "me") is None
    assert await store.holder("bot") == "the child"


async def test_what_a_killed_process_held_is_free(child, store):
    child.kill()
    child.wait()
    held = await until_free(store)
    assert await held.alive()
    assert await store.holder("bot") == "me"


async def test_two_stores_in_memory_know_nothing_of_each_other() -> None:
    assert await MemoryStore().hold("bot", "one")
    assert await MemoryStore().hold("bot", "two")


# ── files ───────────────────────────────────────────────────────────────────
async def test_the_lock_lies_beside_the_file(tmp_path: Path) -> None:
    store = await SqliteStore.open(tmp_path / "people.db")
    assert await store.hold("bot", "me")
    lock = tmp_path / "people.db.bot.lock"
    assert (lock.read_text(), lock.stat().st_mode & 0o777) == ("me", 0o600)
    await store.close()
    assert lock.read_text() == ""


async def test_a_hold_whose_file_was_taken_away_is_lost(tmp_path: Path) -> None:
    store = await SqliteStore.open(tmp_path / "people.db")
    held = await store.hold("bot", "me")
    assert held
    (tmp_path / "people.db.bot.lock").unlink()
    assert not await held.alive()
    assert await store.hold("bot", "me again")
    await store.close()


async def test_a_lock_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    store = await SqliteStore.open(tmp_path / "people.db")
    (tmp_path / "people.db.bot.lock").mkdir()
    with pytest.raises(StorageError, match=r"people\.db\.bot\.lock 写不了"):
        await store.hold("bot", "me")
    await store.close()


# ── a server ────────────────────────────────────────────────────────────────
@needs_postgres
async def test_two_schemas_of_one_database_know_nothing_of_each_other() -> None:
    with schema() as one, schema() as two:
        first, second = await PostgresStore.open(one), await PostgresStore.open(two)
        assert await first.hold("bot", "one")
        assert await second.hold("bot", "two")
        await first.close()
        await second.close()


@needs_postgres
async def test_a_hold_whose_connection_is_dead_is_lost() -> None:
    name = f"bot{uuid.uuid4().hex}"
    with schema() as address:
        store, other = await PostgresStore.open(address), await PostgresStore.open(address)
        lost = await store.hold(name, "one")
        assert lost
        await asyncio.to_thread(cut, f"zhenren {name}")
        assert not await lost.alive()
        second = await other.hold(name, "two")
        assert second
        await lost.release()
        assert await second.alive()
        assert await store.holder(name) == "two"
        await store.close()
        await other.close()


def cut(connection: str) -> None:
    """End a connection, and wait until the server has."""
    query = b"SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity WHERE application_name = %s"
    with psycopg.connect(ADDRESS) as admin:
        assert admin.execute(query, (connection,)).fetchone() == (1,)


@needs_postgres
async def test_a_server_that_is_gone_cannot_be_asked() -> None:
    with schema() as address:
        store = await PostgresStore.open(address)
        await store.close()
        store._holds._url = "postgresql://postgres@127.0.0.1:1/test"
        with pytest.raises(StorageError, match="没能独占 bot"):
            await store.hold("bot", "me")
