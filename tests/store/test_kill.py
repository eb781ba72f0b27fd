"""kill -9 loses no confirmed turn and applies none twice: 200 kills on SQLite, 60 on PostgreSQL.

Each item plays about sixty lines through children that are killed ten times. After every restart, and at the
end, the store holds exactly what it holds when nobody is killed.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from bot.app import Engine
from bot.core.event import DueDone
from bot.store.base import Entry, Store
from bot.store.sqlite import SqliteStore
from bot.store.sqlite_file import connect
from bot.stories import Story
from tests.store import crashing
from tests.store.crashing import Reference
from tests.store.server import needs_postgres, postgres, schema

KILLS = 10
SEVERAL = 4
"""Conversations of one script."""


@pytest.fixture(scope="module")
def engine() -> Engine:
    return crashing.engine()


@pytest.fixture(scope="module")
def stories() -> list[Story]:
    return crashing.conversations()


def planned(engine: Engine, stories: list[Story], rng: random.Random) -> Reference:
    said = crashing.script(rng, stories, SEVERAL)
    return asyncio.run(crashing.uninterrupted(engine, said))


def survive(
    engine: Engine,
    reference: Reference,
    address: str,
    opens: crashing.Opens,
    rng: random.Random,
) -> None:
    """Kill and look; at the end the counts of what works are those of the uninterrupted run, too."""

    async def check(store: Store, number: int) -> None:
        await crashing.audit(engine, store, reference.steps[number].after)
        if number == len(reference.steps) - 1:
            assert await store.counts() == reference.counts

    look = crashing.looking(opens, check)
    assert crashing.crash(reference, address, rng, KILLS, look) == KILLS


@asynccontextmanager
async def reading(path: Path) -> AsyncIterator[Store]:
    """The file as it is, without the repairs of `open`: those are the child's."""
    one, two = await connect(path, read_only=True), await connect(path, read_only=True)
    store = SqliteStore(path, one, two)
    try:
        yield store
    finally:
        await store.close()


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(20))
def test_no_kill_loses_or_doubles_a_turn(
    seed: int, engine: Engine, stories: list[Story], tmp_path: Path
) -> None:
    rng, path = random.Random(seed), tmp_path / "me.db"
    reference = planned(engine, stories, rng)
    survive(engine, reference, str(path), lambda: reading(path), rng)


@pytest.mark.slow
@needs_postgres
@pytest.mark.parametrize("seed", range(100, 106))
def test_no_kill_loses_or_doubles_a_turn_on_postgres(
    seed: int, engine: Engine, stories: list[Story]
) -> None:
    rng = random.Random(seed)
    reference = planned(engine, stories, rng)

    with schema() as address:

        def opens() -> AbstractAsyncContextManager[Store]:
            return postgres(address)

        survive(engine, reference, address, opens, rng)


# ── the checks themselves ───────────────────────────────────────────────────
@pytest.fixture(scope="module")
def reference(engine: Engine, stories: list[Story]) -> Reference:
    return planned(engine, stories, random.Random(1))


def test_a_script_has_turns_of_every_kind(reference: Reference) -> None:
    kinds = {next(iter(json.loads(step.line))) for step in reference.steps}
    assert kinds >= {"text", "button", "paste", "new", "advance"}
    assert any(step.fires for step in reference.steps)


def test_a_script_gives_every_case_its_problem(reference: Reference) -> None:
    issues = {step.said["case"]: step.said["issue"] for step in reference.steps}
    assert len(set(issues.values()) - {None}) >= SEVERAL


def lost(journals: crashing.Journals) -> None:
    del journals["c1"][3]


def doubled(journals: crashing.Journals) -> None:
    journals["c1"].insert(3, journals["c1"][3])


def swapped(journals: crashing.Journals) -> None:
    journals["c1"][2:4] = reversed(journals["c1"][2:4])


def later(journals: crashing.Journals) -> None:
    journals["c1"][3] = replace(journals["c1"][3], at="2026-11-20T11:00:00")


def fired(journals: crashing.Journals) -> None:
    entries = next(e for e in journals.values() if any(_due(each) for each in e))
    entries.append(next(each for each in entries if _due(each)))


def _due(entry: Entry) -> bool:
    return any(isinstance(event, DueDone) for event in entry.events)


@pytest.mark.parametrize("spoil", [lost, doubled, swapped, later, fired])
def test_the_check_sees_a_turn_that_was(
    spoil, engine: Engine, reference: Reference, tmp_path: Path
) -> None:
    """A sound store, held against a journal that is not."""
    spoilt = {case: list(entries) for case, entries in reference.steps[-1].after.items()}
    spoil(spoilt)

    async def check() -> None:
        path = tmp_path / "me.db"
        store = await SqliteStore.open(path)
        try:
            lines = [step.line for step in reference.steps]
            await crashing.replay(engine, store, lines)
            await crashing.audit(engine, store, reference.steps[-1].after)
            with pytest.raises(AssertionError):
                await crashing.audit(engine, store, spoilt)
        finally:
            await store.close()

    asyncio.run(check())
