"""Two processes serve one person from one PostgreSQL at the same time, and one of them is killed now and then.

Every update is applied once: those that one process gets, and those that both get.
"""

from __future__ import annotations

import asyncio
import json
import random
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.app import Engine
from bot.core.event import CaseOpened
from bot.store.base import Claim, Entry
from tests.store import crashing
from tests.store.crashing import START, Child, Journals
from tests.store.server import needs_postgres, postgres, schema

UPDATES = 60
SHARED = 0.25
"""Of the updates, sent to both processes."""
KILLS = 5
OPENING = "早上突然永久封号，写违规引流，申诉不到一分钟就驳回，客服全是机器人"
WAYS = [
    {"text": "说不清"},
    {"text": "为什么要问这个？"},
    {"text": "不对，我刚才说错了"},
    {"text": "不知道"},
    {"button": "cmd:unsure"},
    {"button": "cmd:back"},
    {"button": "cmd:repeat"},
    {"button": "cmd:why"},
    {"paste": "亲，您的问题已为您解决，感谢您的耐心等待"},
]
"""What moves a case to and fro and never opens another."""


@pytest.fixture(scope="module")
def engine() -> Engine:
    return crashing.engine()


def feed(address: str, lines: list[str], rng: random.Random, kills: int) -> None:
    """Have a process answer all lines in order, killed `kills` times right after a line was written."""
    child = Child(address, START)
    fatal = set(rng.sample(range(len(lines)), kills))
    for number, line in enumerate(lines):
        child.write(line)
        if number in fatal:
            time.sleep(rng.uniform(0, 0.04))
            child.kill()
            child = Child(address, START)
            child.write(line)
        said = child.read()
        assert "error" not in said, said
    assert child.leave() == 0


def race(address: str, rng: random.Random) -> list[str]:
    """Two processes at once on one conversation; the ids that they were given."""
    opening = Child(address, START)
    opening.write(json.dumps({"text": OPENING, "id": "open"}))
    opening.read()
    assert opening.leave() == 0
    ids = [str(number) for number in range(UPDATES)]
    lines = {each: json.dumps({**rng.choice(WAYS), "id": each}) for each in ids}
    both = {each for each in ids if rng.random() < SHARED}
    one = [lines[each] for each in ids if each in both or int(each) % 2]
    two = [lines[each] for each in ids if each in both or not int(each) % 2]
    dice = random.Random(rng.random()), random.Random(rng.random())
    with ThreadPoolExecutor(2) as pool:
        calm = pool.submit(feed, address, one, dice[0], 0)
        killed = pool.submit(feed, address, two, dice[1], KILLS)
        calm.result()
        killed.result()
    return ["open", *ids]


def answered(journals: Journals) -> list[Entry]:
    """The turns that answer an update; opening a case answers nobody."""
    return [
        entry
        for entries in journals.values()
        for entry in entries
        if not isinstance(entry.events[0], CaseOpened)
    ]


@pytest.mark.slow
@needs_postgres
@pytest.mark.parametrize("seed", range(200, 204))
def test_two_processes_apply_every_update_once(seed: int, engine: Engine) -> None:
    async def check(address: str, ids: list[str]) -> None:
        async with postgres(address) as store:
            await crashing.sound(engine, store)
            assert len(answered(await crashing.journals(store))) == len(ids)
            replies = [await store.replies(Claim("console", each)) for each in ids]
            assert all(replies), "an update has no answer"

    with schema() as address:
        ids = race(address, random.Random(seed))
        asyncio.run(check(address, ids))
