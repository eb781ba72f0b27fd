"""What is asked again and again finds its rows by an index, and writes nothing when there is nothing."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.store import record_statements as records
from bot.store import statements
from bot.store.sqlite import SqliteStore
from tests.store.made import NOW, UNTIL, message, send, update

PLANS = [
    (records.GET, "SEARCH records USING INDEX sqlite_autoindex_records_1 (kind=? AND key=?)"),
    (records.FIND, "SEARCH records USING INDEX sqlite_autoindex_records_1 (kind=? AND key>? AND key<?)"),
    (records.DELETE, "SEARCH records USING INDEX sqlite_autoindex_records_1 (kind=? AND key>? AND key<?)"),
    (records.DUE, "SEARCH records USING INDEX records_due (kind=? AND due_at<?)"),
    (records.EXPIRE, "SEARCH records USING INDEX records_expiry (expires_at<?)"),
    (records.FORGET, "SEARCH records USING COVERING INDEX records_key (key>? AND key<?)"),
    (records.MOVE, "SEARCH records USING INDEX records_key (key>? AND key<?)"),
    (records.TALLIES, "SEARCH tallies USING INDEX sqlite_autoindex_tallies_1 (key>? AND key<?)"),
    (records.FORGET_TALLIES, "SEARCH tallies USING COVERING INDEX sqlite_autoindex_tallies_1 (key>? AND key<?)"),
    (statements.UNSETTLED, "SCAN outbox USING INDEX outbox_unsettled"),
]  # fmt: skip


@pytest.mark.parametrize(("statement", "wanted"), PLANS)
async def test_rows_are_found_by_an_index(tmp_path: Path, statement: str, wanted: str) -> None:
    await (await SqliteStore.open(tmp_path / "people.db")).close()
    with closing(sqlite3.connect(tmp_path / "people.db")) as connection:
        values = ["x"] * statement.count("?")
        plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}", values)]
    assert wanted in plan
    assert not [step for step in plan if step in ("SCAN records", "SCAN tallies", "SCAN outbox")]


async def test_whoever_finds_nothing_to_do_does_not_wait_for_a_writer(tmp_path: Path) -> None:
    """A writer of another process holds up nobody who only looks."""
    store = await SqliteStore.open(tmp_path / "people.db")
    await store.receive([update(1)])
    await send(store, message("1"), message("2"))
    await store.take_incoming(NOW, UNTIL)
    await store.take_outgoing(NOW, UNTIL)
    with closing(sqlite3.connect(tmp_path / "people.db", isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        assert await store.take_incoming(NOW, UNTIL) == []
        assert await store.take_outgoing(NOW, UNTIL) == []
        writer.execute("ROLLBACK")
    await store.close()
