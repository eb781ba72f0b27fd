"""Who is forgotten leaves no byte in the files of an SQLite store, however full it was; neither do deleted records."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
import pytest_asyncio

from bot.store.base import Purged, Retention
from bot.store.records import Record
from bot.store.sqlite import SqliteStore
from tests.store.made import EARLIER, NOW, turn, update

SECRET = "蓝色羽绒服"
MANY = 300
"""Enough to fill pages of the table and of its indexes."""


@pytest_asyncio.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    opened = await SqliteStore.open(tmp_path / "people.db")
    yield opened
    await opened.close()


@pytest_asyncio.fixture
async def filled(store: SqliteStore) -> SqliteStore:
    """What is to go, between things that stay; some of it was changed."""
    for number in range(MANY):
        gone = Record("link", f"tg:4200/{number}", {"text": SECRET * 5}, expires_at=EARLIER)
        written = await store.records.put(gone, NOW)
        if number % 3 == 0:
            await store.records.put(written, NOW)
        await store.records.put(Record("link", f"tg:77{number}", {"text": "红色雨伞"}), NOW)
    await store.records.tally({("tg:4200/11", "asked"): 1, ("tg:7700", "asked"): 1})
    return store


def written(store: SqliteStore, text: str) -> list[str]:
    """The files that hold a text."""
    files = [each for each in store.path.parent.iterdir() if text.encode() in each.read_bytes()]
    return sorted(each.name for each in files)


async def only_others_are_left(store: SqliteStore) -> None:
    assert written(store, SECRET) == []
    assert written(store, "红色雨伞")
    assert len(await store.records.find("link", "tg:77")) == MANY


async def test_a_record_is_in_the_files_until_it_goes(filled: SqliteStore) -> None:
    assert written(filled, SECRET)
    assert written(filled, "tg:4200/")


async def test_records_of_who_is_forgotten_leave_nothing(filled: SqliteStore) -> None:
    await filled.forget("tg:4200")
    await only_others_are_left(filled)
    assert written(filled, "tg:4200") == []


async def test_records_that_are_deleted_leave_nothing_after_a_purge(filled: SqliteStore) -> None:
    assert await filled.records.delete("link", "tg:4200/") == MANY
    assert await filled.purge(NOW, Retention()) == Purged()
    await only_others_are_left(filled)


async def test_records_whose_time_is_over_leave_nothing_after_a_purge(filled: SqliteStore) -> None:
    assert await filled.records.expire(NOW) == MANY
    assert await filled.purge(NOW, Retention()) == Purged()
    await only_others_are_left(filled)


async def test_the_log_keeps_nothing_of_a_deleted_record(store: SqliteStore) -> None:
    await store.records.put(Record("link", "tg:4200/1", {"text": SECRET}), NOW)
    assert written(store, SECRET)
    await store.records.delete("link", "tg:4200/1")
    assert written(store, SECRET) == []


async def test_while_somebody_reads_the_rest_waits_for_the_next_commit(
    filled: SqliteStore,
) -> None:
    with closing(sqlite3.connect(filled.path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM records").fetchall()
        await filled.forget("tg:4200")
        assert written(filled, SECRET), "the reader still sees it"
    await turn(filled)
    await filled.receive([update(1)])  # comes after all that follows the commit
    await only_others_are_left(filled)


async def test_many_cases_of_who_is_forgotten_leave_nothing(store: SqliteStore) -> None:
    """Rows that came in turns with those of others, and grew, have moved from page to page."""
    for number in range(MANY // 2):
        for who, text in ((f"tg:4200{number % 7}", SECRET), (f"tg:77{number % 30}", "红色雨伞")):
            await turn(store, who, f"c{number % 3 + 1}", phrase=text * (number % 40 + 1))
    for number in range(7):
        await store.forget(f"tg:4200{number}")
    assert written(store, SECRET) == written(store, "tg:4200") == []
    assert written(store, "红色雨伞")


async def test_records_that_a_purge_deletes_leave_nothing(filled: SqliteStore) -> None:
    assert (await filled.purge(NOW, Retention())).records == MANY
    await only_others_are_left(filled)


async def test_tallies_that_are_cleared_leave_nothing(store: SqliteStore) -> None:
    await store.records.tally({("tg:4200/11", "asked"): 1})
    await store.records.clear_tallies("tg:4200/")
    assert written(store, "tg:4200") == []


@pytest.mark.parametrize("address", ["tg:4201", "tg:420", "tg:4"])
async def test_forgetting_somebody_else_deletes_nothing(filled: SqliteStore, address: str) -> None:
    assert (await filled.forget(address)).nothing
    assert written(filled, SECRET)
