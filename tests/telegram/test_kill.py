"""kill -9 at any moment, under load: no message is lost, none is answered twice unsaid, nobody's order is broken.

ZHENREN_TEST_KILLS is how often each item kills.
"""

from __future__ import annotations

import os
import random
import socket
from collections.abc import AsyncIterator

import pytest

from tests.store.server import needs_postgres, schema
from tests.telegram.fake.server import FakeTelegram
from tests.telegram.killing import Crowd, Tally, Victim, assassin, in_order, nursery, verify
from tests.telegram.running import Bot

KILLS = int(os.environ.get("ZHENREN_TEST_KILLS", "25"))
"""Read before the tests hide the settings of the developer."""

PEOPLE = 12
WITHIN = 90.0

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300 + 4 * KILLS)]


@pytest.fixture
async def fake() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as fake:
        yield fake


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def slowed(fake: FakeTelegram, crowd: Crowd) -> None:
    """To half of the people answers are slow before the work, to the others after it: more is on its way."""
    for number, person in enumerate(crowd.people):
        before, after = (0.04, 0.0) if number % 2 else (0.0, 0.04)
        fake.faults.add("sendMessage", chat=person.id, times=None, delay=before, slow=after)


async def survive(fake: FakeTelegram, bots: list[Victim], db: str, kills: int, seed: int) -> Tally:
    """People write, bots die; what came of it."""
    rng = random.Random(seed)
    crowd = Crowd.of(fake, PEOPLE, rng)
    slowed(fake, crowd)
    for bot in bots:
        await bot.start()
    crowd.begin()
    await assassin(fake, bots, kills, rng)
    await crowd.stop()
    await crowd.answered(WITHIN)
    for bot in bots:
        await bot.stop()
    return await verify(fake, crowd, db)


def judged(tally: Tally) -> None:
    print(tally.updates, "updates,", tally.messages, "messages,", tally.noted, "with a note")
    assert not tally.problems, "\n".join(tally.problems)
    assert tally.updates > PEOPLE


@pytest.mark.parametrize("seed", range(2))
async def test_no_kill_loses_a_message_while_polling(seed, fake, tmp_path):
    db = tmp_path / "me.db"
    async with nursery() as cradle:
        bot = cradle.bot(fake, str(db), tmp_path / "log", {})
        judged(await survive(fake, [bot], str(db), KILLS, seed))


@pytest.mark.parametrize("seed", [10, 11])
async def test_no_kill_loses_a_message_behind_a_webhook(seed, fake, tmp_path):
    db, port = tmp_path / "me.db", free_port()
    fake.updates.couriers = in_order(port)
    async with nursery() as cradle:
        bot = cradle.bot(fake, str(db), tmp_path / "log", hooked(port), "--webhook")
        judged(await survive(fake, [bot], str(db), KILLS, seed))


@needs_postgres
async def test_no_kill_loses_a_message_of_two_replicas(fake, tmp_path):
    ports = free_port(), free_port()
    fake.updates.couriers = in_order(*ports)
    with schema() as address:
        async with nursery() as cradle:
            bots: list[Victim] = [
                cradle.bot(fake, address, tmp_path / f"log{port}", hooked(port), "--webhook")
                for port in ports
            ]
            judged(await survive(fake, bots, address, KILLS, 20))


async def test_no_kill_loses_a_message_of_a_process_started_from_nothing(fake, tmp_path):
    db = tmp_path / "me.db"
    bot = Bot(fake, str(db))
    judged(await survive(fake, [bot], str(db), max(3, KILLS // 8), 30))


def hooked(port: int) -> dict[str, str]:
    return {
        "ZHENREN_WEBHOOK_URL": f"http://127.0.0.1:{port}",
        "ZHENREN_WEBHOOK_PORT": str(port),
    }
