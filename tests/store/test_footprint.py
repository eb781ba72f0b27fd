"""Ten thousand people through one agent and one SQLite store: nothing stays in memory of those who are idle."""

from __future__ import annotations

import asyncio
import gc
import sys
from datetime import datetime
from pathlib import Path

import pytest

from bot.agent import Agent
from bot.channels.base import Update
from bot.store.sqlite import SqliteStore
from tests.store import crashing

NOW = datetime(2026, 11, 20, 10)
WARM, ALL = 2_000, 10_000
"""After the first ones all caches are full: texts, plans of statements, the veils of those who were here last."""
GROUP = 50
SAID = "订单P7{:09}，退货签收了没退款"
SAID = "订单P7{:09}，退货签收了没退款"
BLOCKS_EACH = 0.1
"""A name in one dict is a block of memory for every person; the caches may sway."""


async def serve(agent: Agent, numbers: range) -> None:
    """Everyone opens a case and tells a number of their own, which is kept in memory for a while."""
    for first in range(numbers.start, numbers.stop, GROUP):
        people = range(first, first + GROUP)
        said = (Update(f"u{n}", "text", SAID.format(n), str(n)) for n in people)
        await asyncio.gather(*(agent.handle(each, NOW) for each in said))


async def remembered(agent: Agent, store: SqliteStore, number: int) -> dict[str, str]:
    """The values of a person that are in memory."""
    return (await agent.veil(await store.load(f"u{number}"))).known


def held() -> int:
    """Blocks of memory in use."""
    gc.collect()
    return sys.getallocatedblocks()


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_an_idle_conversation_takes_no_memory(tmp_path: Path) -> None:
    store = await SqliteStore.open(tmp_path / "all.db")
    agent = crashing.engine().agent(store)
    try:
        await serve(agent, range(WARM))
        before = held()
        await serve(agent, range(WARM, ALL))
        assert held() - before < BLOCKS_EACH * (ALL - WARM)
        assert len(await store.overview()) == ALL
        assert await remembered(agent, store, ALL - 1), "nobody's number was ever in memory"
        assert not await remembered(agent, store, 0)
    finally:
        await store.close()
