"""Databases of former versions: brought forward with every row, kept beside as they were, never taken back.

`schemas/vN.sql` is a database as version N left it; `schemas/make.py` has made it once.
"""

from __future__ import annotations

import asyncio
import hashlib
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest

from bot.core.errors import StorageError
from bot.core.event import CaseOpened, IssueSet
from bot.store import sqlite_file
from bot.store.base import Incoming, Outgoing, Session, Store
from bot.store.migrations import POSTGRES, SQLITE, VERSION, steps_from
from bot.store.postgres import PostgresStore
from bot.store.records import Record
from bot.store.sqlite import SqliteStore
from tests.store.made import LATER, NOW, RICH, turn
from tests.store.schemas.make import rows_of
from tests.store.server import needs_postgres, schema

ROOT = Path(__file__).resolve().parents[2]
SCHEMAS = Path(__file__).parent / "schemas"
OLDER = range(1, VERSION)
TABLES = [(version, table) for version in OLDER for table in rows_of(version)]


def columns(rows: Any) -> list[str]:
    return [each[0] for each in rows.description]


def old(path: Path, version: int) -> Path:
    """The database of a former version, as a file."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript((SCHEMAS / f"v{version}.sql").read_text(encoding="utf-8"))
    return path


def content(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, and the schema."""
    with closing(sqlite3.connect(path)) as connection:
        tables = [
            row[0]
            for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        found = {name: connection.execute(f"SELECT * FROM {name}").fetchall() for name in tables}
        found["sql"] = connection.execute("SELECT sql FROM sqlite_master ORDER BY name").fetchall()
        found["version"] = connection.execute("PRAGMA user_version").fetchall()
        return found


def names(directory: Path) -> list[str]:
    return sorted(each.name for each in directory.iterdir())


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


async def opened(path: Path) -> None:
    await (await SqliteStore.open(path)).close()


# ── the fixtures ────────────────────────────────────────────────────────────
@pytest.mark.parametrize("version", OLDER)
def test_there_is_a_database_of_every_former_version(version: int) -> None:
    assert (SCHEMAS / f"v{version}.sql").is_file(), f"python -m tests.store.schemas.make {version}"


@pytest.mark.parametrize("version", OLDER)
def test_a_dump_is_what_the_steps_make(tmp_path: Path, version: int) -> None:
    """A released step is never changed."""
    made = tmp_path / "made.db"
    with closing(sqlite3.connect(made)) as connection:
        for step in SQLITE[:version]:
            connection.executescript(step)
    assert content(old(tmp_path / "old.db", version))["sql"] == content(made)["sql"]


@pytest.mark.parametrize(("version", "table"), TABLES)
def test_a_dump_has_rows_in_every_table(tmp_path: Path, version: int, table: str) -> None:
    assert content(old(tmp_path / "old.db", version))[table]


def test_there_are_as_many_steps_for_either_database() -> None:
    assert len(POSTGRES) == len(SQLITE) == VERSION


# ── SQLite ──────────────────────────────────────────────────────────────────
async def test_a_new_file_has_the_present_schema(tmp_path: Path) -> None:
    await opened(tmp_path / "new.db")
    assert content(tmp_path / "new.db")["version"] == [(VERSION,)]
    assert names(tmp_path) == ["new.db"]


@pytest.mark.parametrize("version", OLDER)
async def test_an_old_file_becomes_what_a_new_one_is(tmp_path: Path, version: int) -> None:
    await opened(old(tmp_path / "old.db", version))
    await opened(tmp_path / "new.db")
    found, wanted = content(tmp_path / "old.db"), content(tmp_path / "new.db")
    assert found["version"] == wanted["version"]
    shapes = {each: shape(tmp_path / "old.db", each) for each in wanted}
    assert shapes == {each: shape(tmp_path / "new.db", each) for each in wanted}


def shape(path: Path, table: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute(f"PRAGMA table_info({table})").fetchall()
        indexes = connection.execute(f"PRAGMA index_list({table})").fetchall()
    return [row[1:] for row in rows] + sorted(row[1:] for row in indexes)


@pytest.mark.parametrize(("version", "table"), TABLES)
async def test_every_row_of_an_old_file_is_kept(tmp_path: Path, version: int, table: str) -> None:
    path = old(tmp_path / "old.db", version)
    before = content(path)[table]
    await opened(path)
    after = [row[: len(before[0])] for row in content(path)[table]]
    assert after == before


@pytest.mark.parametrize("version", OLDER)
async def test_the_old_file_is_kept_beside(tmp_path: Path, version: int) -> None:
    path = old(tmp_path / "old.db", version)
    before = content(path)
    await opened(path)
    kept = tmp_path / f"old.db.v{version}.bak"
    assert content(kept) == before
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


@pytest.mark.parametrize("version", OLDER)
async def test_a_file_of_this_version_is_not_copied(tmp_path: Path, version: int) -> None:
    path = old(tmp_path / "old.db", version)
    await opened(path)
    (tmp_path / f"old.db.v{version}.bak").unlink()
    await opened(path)
    assert names(tmp_path) == ["old.db"]


async def readable(store: Store, version: int) -> None:
    """All that is in the dump of a version is there and in use."""
    session = await store.load("me")
    assert (session.version, session.active) == (7, "c2")
    assert session.sealed == (None if version < 2 else '{"key":"k","values":"v"}')
    assert (session.profile.zone, session.profile.quiet) == ("Europe/Paris", None)
    assert {name: getattr(session.cases["c1"], name) for name in RICH} == RICH
    events = [entry.events for entry in await store.journal("me", "c1")]
    assert events[0][0] == CaseOpened("c1", NOW)
    assert events[1][1] == IssueSet("order.refund")
    assert len(events) == session.lengths["c1"] == 2
    assert await store.due(LATER) == ["me"]
    [update] = [each for each in await store.take_incoming(NOW, LATER) if type(each) is Incoming]
    assert (update.claim.update_id, update.payload) == ("99", b"\x00\xff payload")
    [message] = [each for each in await store.take_outgoing(NOW, LATER) if type(each) is Outgoing]
    assert (message.key, message.tries, message.error) == ("telegram:100:1", 2, "429")
    await turn(store, "me", "c2", counts={("one", "refused"): 1})
    older = {} if version < 2 else {("two", "promised"): 3}
    assert await store.counts() == {**older, ("one", "refused"): 1}
    assert (await store.load("二号")).version == 1
    kept = await store.records.put(Record("group", "tg:-100", {"mode": "off"}), NOW)
    assert await store.records.find("group") == [kept]


@pytest.mark.parametrize("version", OLDER)
async def test_an_old_file_goes_on_as_if_nothing_had_happened(tmp_path: Path, version: int) -> None:
    store = await SqliteStore.open(old(tmp_path / "old.db", version))
    try:
        await readable(store, version)
    finally:
        await store.close()


async def test_a_newer_file_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    await opened(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {VERSION + 1}")
    before = digest(path)
    with pytest.raises(StorageError, match=rf"第 {VERSION + 1} 版.*第 {VERSION} 版.*请升级真人"):
        await SqliteStore.open(path)
    assert digest(path) == before
    assert names(tmp_path) == ["new.db"]


@pytest.mark.parametrize("version", OLDER)
async def test_a_step_that_fails_leaves_the_old_file(
    tmp_path: Path, version: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = old(tmp_path / "old.db", version)
    before = content(path)
    broken = (*SQLITE[:-1], f"{SQLITE[-1]}; CREATE TABLE conversations (id TEXT);")
    monkeypatch.setattr(sqlite_file, "SQLITE", broken)
    with pytest.raises(StorageError):
        await SqliteStore.open(path)
    assert content(path) == before


def test_a_step_leads_to_its_version() -> None:
    assert steps_from(1, ("a", "b", "c"), "x") == [(2, "b"), (3, "c")]
    assert steps_from(3, ("a", "b", "c"), "x") == []


OPENING = """
import asyncio, sys
from pathlib import Path
from bot.store.sqlite import SqliteStore

async def opened(path):
    await (await SqliteStore.open(Path(path))).close()

print("ready", flush=True)
for line in sys.stdin:
    try:
        asyncio.run(opened(line.strip()))
        print("opened", flush=True)
    except BaseException as error:
        print(repr(error), flush=True)
"""
PROCESSES = 3


@pytest.fixture
def openers() -> Iterator[list[subprocess.Popen[str]]]:
    command = [sys.executable, "-c", OPENING]
    pipe = subprocess.PIPE
    started = [
        subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True)
        for _ in range(PROCESSES)
    ]
    for each in started:
        assert each.stdout is not None
        assert each.stdout.readline() == "ready\n"
    yield started
    for each in started:
        each.communicate()


@pytest.mark.parametrize("version", [0, *OLDER])
def test_processes_that_open_at_once_all_succeed(
    tmp_path: Path, version: int, openers: list[subprocess.Popen[str]]
) -> None:
    for number in range(15):
        path = tmp_path / f"{number}.db"
        before = content(old(path, version)) if version else None
        for each in openers:
            assert each.stdin is not None
            each.stdin.write(f"{path}\n")
        for each in openers:
            assert each.stdin is not None
            each.stdin.flush()
        for each in openers:
            assert each.stdout is not None
            assert each.stdout.readline() == "opened\n"
        assert content(path)["version"] == [(VERSION,)]
        if version:
            assert content(tmp_path / f"{number}.db.v{version}.bak") == before


# ── PostgreSQL ──────────────────────────────────────────────────────────────
def old_schema(address: str, version: int) -> None:
    """A schema at a former version, with the rows that the dump has."""
    with psycopg.connect(address) as connection:
        connection.execute("CREATE TABLE schema_version (version BIGINT NOT NULL)")
        for number, step in enumerate(POSTGRES[:version], 1):
            connection.execute(step.encode())
            connection.execute("INSERT INTO schema_version VALUES (%s)", (number,))
        for table, rows in rows_of(version).items():
            marks = ", ".join(["%s"] * len(rows[0]))
            listed = columns(connection.execute(f"SELECT * FROM {table} LIMIT 0".encode()))
            statement = f"INSERT INTO {table} ({', '.join(listed[: len(rows[0])])}) OVERRIDING SYSTEM VALUE VALUES ({marks})"
            for row in rows:
                connection.execute(statement.encode(), row)


@needs_postgres
@pytest.mark.parametrize("version", OLDER)
async def test_an_old_schema_on_a_server_goes_on_as_if_nothing_had_happened(version: int) -> None:
    with schema() as address:
        await asyncio.to_thread(old_schema, address, version)
        store = await PostgresStore.open(address)
        try:
            await readable(store, version)
        finally:
            await store.close()


@needs_postgres
async def test_a_newer_schema_on_a_server_is_refused() -> None:
    with schema() as address:
        await (await PostgresStore.open(address)).close()
        with psycopg.connect(address) as connection:
            connection.execute("INSERT INTO schema_version VALUES (%s)", (VERSION + 1,))
        with pytest.raises(StorageError, match=r"PostgreSQL 里的存档.*请升级真人"):
            await PostgresStore.open(address)


@needs_postgres
@pytest.mark.parametrize("version", [0, *OLDER])
async def test_those_who_open_a_schema_at_once_all_succeed(version: int) -> None:
    with schema() as address:
        if version:
            await asyncio.to_thread(old_schema, address, version)
        stores = await asyncio.gather(*(PostgresStore.open(address) for _ in range(6)))
        found = [await each.load("me") for each in stores]
        await asyncio.gather(*(each.close() for each in stores))
        with psycopg.connect(address) as connection:
            rows = connection.execute("SELECT version FROM schema_version ORDER BY 1").fetchall()
    assert [row[0] for row in rows] == list(range(1, VERSION + 1))
    assert [type(each) for each in found] == [Session] * 6
