"""Durable turns: what a commit costs, beside raw sqlite3 in the same run, and how it grows with what is stored.

A turn here is load and commit of a conversation in mid-case, without understanding. Everything lies in a
temporary directory on the disk that holds the working directory: a tmpfs would prove nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import sqlite3
import statistics
import tempfile
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from bot.agent import Agent
from bot.app import Engine, build_engine
from bot.channels.base import Update
from bot.config import flows_dir, locales_dir
from bot.core.command import Control, SetSlot, StartIssue
from bot.core.errors import ZhenrenError
from bot.core.profile import Profile
from bot.core.tracker import Tracker
from bot.core.turn import Outcome
from bot.store.base import Entry, Store, Work
from bot.store.encoding import encode_profile, encode_tracker
from bot.store.opening import open_store
from bot.store.sqlite import GROUP, SqliteStore

NOW = datetime(2026, 11, 20, 10)
AT = "2026-11-20T02:00:00Z"
ALONE = 400
GROUPED = 100
POSTGRES = "ZHENREN_BENCH_POSTGRES"
STORED = (1_000, 100_000, 1_000_000)
SAMPLES = 400


def measure_durable() -> dict[str, float | str]:
    """Turns a second, ratios and growth; PostgreSQL when the environment names one."""
    engine = build_engine(flows_dir(), locales_dir(), date(2026, 11, 20))
    figures: dict[str, float | str] = {}
    with _directory() as directory:
        raw = _raw_commits(directory / "raw.db")
        alone, grouped = asyncio.run(_sqlite(engine, directory / "turns.db"))
        figures["sqlite_raw_commits_per_s"] = round(raw)
        figures["sqlite_turns_per_s"] = round(alone)
        figures["sqlite_turns_to_raw"] = round(alone / raw, 2)
        figures["sqlite_turns_per_s_grouped"] = round(grouped)
        figures["sqlite_grouped_to_raw"] = round(grouped / raw, 2)
        figures |= asyncio.run(_growth(engine, directory / "many.db"))
        figures["live_10k_mb"] = round(asyncio.run(_live(engine, directory / "live.db")), 2)
    address = os.environ.get(POSTGRES)
    if not address:
        figures["postgres_turns_per_s"] = f"not measured: {POSTGRES} is not set"
        return figures
    try:
        one, sixteen = asyncio.run(_postgres(engine, address))
    except ZhenrenError as error:
        figures["postgres_turns_per_s"] = f"not measured: {error}"
        return figures
    figures["postgres_turns_per_s"] = round(one)
    figures["postgres_turns_per_s_16"] = round(sixteen)
    return figures


@contextlib.contextmanager
def _directory() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir=Path.cwd(), prefix=".bench-") as name:
        yield Path(name)


def _raw_commits(path: Path) -> float:
    """One-row commits a second of sqlite3 alone, with the same pragmas."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("CREATE TABLE rows (id INTEGER PRIMARY KEY, text TEXT)")
        start = time.perf_counter()
        for number in range(ALONE):
            connection.execute("INSERT INTO rows (text) VALUES (?)", (f"{number}" * 100,))
        return ALONE / (time.perf_counter() - start)


def _in_mid_case(engine: Engine, conversation: str) -> tuple[Tracker, Outcome]:
    """A tracker some turns into a case, and what its last turn said."""
    tracker, outcome = engine.manager.begin(conversation, "c1", NOW)
    script = (
        StartIssue("account.banned"),
        SetSlot("notice_detail", "category", asked=True),
        *[Control("unsure")] * 5,
    )
    for command in script:
        tracker, outcome = engine.manager.handle(tracker, [command], NOW)
    return tracker, outcome


async def _turn(store: Store, conversation: str, tracker: Tracker, outcome: Outcome) -> None:
    session = await store.load(conversation)
    moved = session.cases.get("c1", tracker).copy()
    moved.turns += 1
    session.cases["c1"], session.active = moved, "c1"
    entry = Entry("c1", NOW.isoformat(), outcome.events)
    await store.commit(Work(session, (entry,), {"c1": None}, at=AT))


async def _speed(store: Store, engine: Engine, together: int, rounds: int) -> float:
    """Turns a second with `together` conversations at once."""
    people = {f"u{n}": _in_mid_case(engine, f"u{n}") for n in range(together)}
    start = time.perf_counter()
    for _ in range(rounds):
        await asyncio.gather(*(_turn(store, who, *mid) for who, mid in people.items()))
    return together * rounds / (time.perf_counter() - start)


async def _sqlite(engine: Engine, path: Path) -> tuple[float, float]:
    store = await SqliteStore.open(path)
    try:
        return (
            await _speed(store, engine, 1, ALONE),
            await _speed(store, engine, GROUP, GROUPED),
        )
    finally:
        await store.close()


async def _postgres(engine: Engine, address: str) -> tuple[float, float]:
    store = await open_store(address)
    try:
        await asyncio.gather(*(store.forget(f"u{n}") for n in range(16)))
        return await _speed(store, engine, 1, ALONE), await _speed(store, engine, 16, GROUPED)
    finally:
        await asyncio.gather(*(store.forget(f"u{n}") for n in range(16)))
        await store.close()


async def _growth(engine: Engine, path: Path) -> dict[str, float | str]:
    """The median microseconds of a turn with so many conversations stored."""
    store = await SqliteStore.open(path)
    await store.close()
    figures: dict[str, float | str] = {}
    filled = 0
    for stored in STORED:
        _fill(engine, path, filled, stored)
        filled = stored
        store = await SqliteStore.open(path)
        try:
            figures[f"turn_us_{stored}"] = round(await _median(store, engine, stored))
        finally:
            await store.close()
    small, large = (figures[f"turn_us_{stored}"] for stored in (STORED[0], STORED[-1]))
    figures["turn_growth"] = round(float(large) / float(small), 2)
    return figures


def _fill(engine: Engine, path: Path, start: int, stop: int) -> None:
    """Conversations in mid-case, written straight into the tables."""
    tracker, _ = _in_mid_case(engine, "x")
    text = encode_tracker(tracker)
    profile = encode_profile(Profile())
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("BEGIN")
        numbers = range(start, stop)
        connection.executemany(
            "INSERT INTO conversations (id, active, version, profile, updated_at) VALUES (?, 'c1', 1, ?, ?)",
            ((f"s{n}", profile, AT) for n in numbers),
        )
        connection.executemany(
            "INSERT INTO cases VALUES (?, 'c1', 1, ?, 1, ?, NULL, NULL, ?, ?)",
            ((f"s{n}", text, tracker.issue, AT, AT) for n in numbers),
        )
        connection.executemany(
            "INSERT INTO turns VALUES (?, 'c1', 1, ?, '[]')",
            ((f"s{n}", AT) for n in numbers),
        )
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


async def _median(store: Store, engine: Engine, stored: int) -> float:
    """Conversations are taken far apart, so that their pages are not warm already."""
    samples: list[float] = []
    mid = _in_mid_case(engine, "x")
    for number in range(SAMPLES):
        who = f"s{number * 7919 % stored}"
        start = time.perf_counter()
        await _turn(store, who, *mid)
        samples.append((time.perf_counter() - start) * 1e6)
    return statistics.median(samples)


async def _live(engine: Engine, path: Path) -> float:
    """Megabytes that 10,000 conversations leave in memory once they have been served."""
    store = await SqliteStore.open(path)
    agent = engine.agent(store)
    try:
        await _greet(agent, 0, 200)
        gc.collect()
        tracemalloc.start()
        before, _ = tracemalloc.get_traced_memory()
        await _greet(agent, 200, 10_200)
        gc.collect()
        after, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return (after - before) / 1e6
    finally:
        await store.close()


async def _greet(agent: Agent, start: int, stop: int) -> None:
    """Fifty at a time, as they come."""
    update = Update("", "button", "issue:account.banned")
    for first in range(start, stop, 50):
        people = [
            replace(update, conversation=f"l{n}") for n in range(first, min(first + 50, stop))
        ]
        await asyncio.gather(*(agent.handle(each, NOW) for each in people))
