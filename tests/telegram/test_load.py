"""Many people at once, with Telegram's limits enforced: everybody gets their answer, once and in order."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.telegram.fake.server import FakeTelegram
from tests.telegram.killing import numbers
from tests.telegram.loading import Load
from tests.telegram.running import running

pytestmark = pytest.mark.slow


@pytest.fixture
async def fake() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as fake:
        fake.flood.on = True
        yield fake


def answered_once_in_order(load: Load) -> None:
    assert {number: len(times) for number, times in load.answers().items()} == dict.fromkeys(
        load.sent, 1
    )
    for person in load.people:
        assert numbers(person) == sorted(numbers(person))


async def test_a_hundred_people_at_once_are_all_answered(fake, tmp_path):
    load = Load.of(fake, 100)
    async with running(fake, tmp_path / "me.db"):
        load.at_once()
        await load.answered(30)
    answered_once_in_order(load)
    assert load.refused() == 0


async def test_a_steady_stream_is_answered_below_the_limits(fake, tmp_path):
    load = Load.of(fake, 60)
    async with running(fake, tmp_path / "me.db"):
        await load.steadily(30, 6)
        await load.answered(30)
    answered_once_in_order(load)
    assert load.refused() == 0
    assert fake.log.max_rate() <= 30


async def test_one_impatient_person_delays_nobody(fake, tmp_path):
    load = Load.of(fake, 20)
    impatient = Load.of(fake, 1)
    impatient.sent = dict.fromkeys(range(1000, 1010), 0.0)
    async with running(fake, tmp_path / "me.db"):
        with fake.updates.held():
            for number in impatient.sent:
                impatient.people[0].send(f"/n{number}")
        load.at_once()
        await load.answered(8)
        assert len(numbers(impatient.people[0])) < 10
        await fake.wait_for(lambda _: numbers(impatient.people[0]) == list(impatient.sent), 30)
    assert load.refused() == 0


async def test_a_429_in_the_middle_of_it_loses_nothing(fake, tmp_path):
    load = Load.of(fake, 60)
    fake.faults.add("sendMessage", code=429, retry_after=1, times=5, skip=20)
    async with running(fake, tmp_path / "me.db"):
        await load.steadily(20, 4)
        await load.answered(30)
    answered_once_in_order(load)
    assert load.refused() == 5
