"""Answers that are queued: what lies in the outbox, and what another process makes of it."""

import json
from datetime import date, datetime

import pytest

from bot.app import build_engine
from bot.channels.base import Update
from bot.config import flows_dir, locales_dir
from bot.room import Outlet, responses_of
from bot.store.base import Claim
from bot.store.memory import MemoryStore

NOW = datetime(2026, 11, 20, 10)
ORDER = "P7302118841"
SAID = (
    f"订单{ORDER}，10月8号买的羽绒服398，15号寄回去签收了一个多月没退款，平台工单又自动关了",
    "待商家处理",
    "都有了",
)


@pytest.fixture(scope="module")
def engine():
    return build_engine(flows_dir(), locales_dir(), date(2026, 11, 20))


@pytest.fixture
def store():
    return MemoryStore()


async def last_row(engine, store, outlet):
    """The row of the answer that holds the sentence with the order in it."""
    agent = engine.agent(store, outlet=outlet)
    for number, text in enumerate(SAID):
        await agent.handle(Update("u", "text", text, str(number), "test", queued=True), NOW)
    rows = [
        row
        for number in range(len(SAID))
        for row in await store.replies(Claim("test", str(number)))
    ]
    return next(row for row in reversed(rows) if "〔订单" in row.payload)


def pasted(page):
    return "\n".join(copy.text for part in page for copy in part.copies)


async def test_no_value_lies_in_a_row_in_clear(engine, store):
    row = await last_row(engine, store, Outlet(close=lambda values: "closed"))
    assert ORDER not in row.payload
    assert json.loads(row.payload)["values"] == "closed"


async def test_another_process_sends_the_values_that_came_with_the_row(engine, store):
    kept = {}

    def close(values):
        kept.update(values)
        return "closed"

    row = await last_row(engine, store, Outlet(close=close))
    other = engine.agent(store)
    page = await other.revealed("u", responses_of(row.payload), kept)
    assert ORDER in pasted(page)
    assert "〔" not in pasted(page)


async def test_a_sentence_that_lacks_a_value_says_so(engine, store):
    row = await last_row(engine, store, Outlet())
    page = await engine.agent(store).revealed("u", responses_of(row.payload))
    assert "〔订单" in pasted(page)
    assert "我没留全" in page[-1].text


async def test_where_no_value_is_needed_none_is_handed_on(engine, store):
    agent = engine.agent(store, outlet=Outlet(close=lambda values: "closed"))
    await agent.handle(Update("u", "text", "号被封了", "0", "test", queued=True), NOW)
    rows = await store.replies(Claim("test", "0"))
    assert rows
    assert not [row for row in rows if "values" in json.loads(row.payload)]
