"""Below Telegram's limits, on a clock that the test moves."""

import pytest
from telegram.error import RetryAfter

from bot.channels.telegram.limiter import FloodLimiter, Pace


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


async def send(limiter, chat, endpoint="sendMessage", error=None):
    async def call() -> str:
        if error:
            raise error
        return "done"

    return await limiter.process_request(call, (), {}, endpoint, {"chat_id": chat}, None)


def test_a_pace_lets_a_burst_through_and_then_one_per_interval():
    pace = Pace(1.0, 3)
    waits = []
    for _ in range(5):
        waits.append(pace.wait(0.0))
        pace.take(0.0)
    assert waits == [0.0, 0.0, 0.0, 1.0, 2.0]


def test_a_pace_at_rest_has_its_burst_again():
    pace = Pace(1.0, 3)
    for _ in range(3):
        pace.take(0.0)
    assert pace.wait(10.0) == 0.0
    pace.take(10.0)
    assert pace.wait(10.0) == 0.0


def test_a_pause_holds_the_burst_back_too():
    pace = Pace(1.0, 3)
    pace.pause(5.0)
    assert pace.wait(0.0) == 5.0
    assert pace.wait(5.0) == 0.0


async def test_a_private_chat_takes_a_burst_and_then_waits(clock):
    limiter = FloodLimiter(clock)
    assert limiter.ready(7) == 0.0
    for _ in range(3):
        clock.now += 0.05
        await send(limiter, 7)
    assert 0.7 < limiter.ready(7) <= FloodLimiter.PRIVATE[0]
    assert limiter.ready(8) == 0.0


async def test_in_no_minute_a_group_gets_more_than_twenty(clock):
    limiter = FloodLimiter(clock)
    times = []
    while clock.now < 300:
        if not limiter.ready(-100):
            await send(limiter, -100)
            times.append(clock.now)
        clock.now += 0.25
    assert max(sum(start <= t < start + 60 for t in times) for start in times) <= 20
    assert len(times) > 30


@pytest.mark.parametrize("endpoint", ["getChatMember", "sendChatAction", "answerCallbackQuery"])
async def test_questions_cost_nothing(clock, endpoint):
    limiter = FloodLimiter(clock)
    for _ in range(50):
        await send(limiter, -100, endpoint)
    assert limiter.ready(-100) == 0.0


async def test_edits_count_as_messages(clock):
    limiter = FloodLimiter(clock)
    for _ in range(3):
        clock.now += 0.05
        await send(limiter, 7, "editMessageText")
    assert limiter.ready(7) > 0


async def test_a_429_holds_up_its_own_chat_only_and_is_not_tried_again(clock, monkeypatch):
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    limiter, told = FloodLimiter(clock), []
    limiter.limited = lambda: told.append(1)
    with pytest.raises(RetryAfter):
        await send(limiter, 7, error=RetryAfter(30))
    assert limiter.ready(7) == pytest.approx(30.0)
    assert limiter.ready(8) == 0.0
    assert told == [1]


async def test_chats_at_rest_are_forgotten_and_paused_ones_not(clock):
    limiter = FloodLimiter(clock)
    limiter.pause(1, 10_000)
    for chat in range(2, 1100):
        clock.now += 1
        await send(limiter, chat)
    assert limiter.ready(1) > 0
