"""What can go wrong between the bot and the fake, as python-telegram-bot feels it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from telegram import Bot
from telegram.error import BadRequest, Conflict, Forbidden, NetworkError, RetryAfter, TimedOut

from tests.telegram.fake.flood import Flood, counts_as_message
from tests.telegram.fake.ptb import ptb
from tests.telegram.fake.server import FakeTelegram


@pytest.fixture
async def fake() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as fake:
        yield fake


@pytest.fixture
async def bot(fake: FakeTelegram) -> AsyncIterator[Bot]:
    async with ptb(fake, read_timeout=0.1) as bot:
        yield bot


def seconds(error: RetryAfter) -> float:
    assert isinstance(error.retry_after, timedelta)
    return error.retry_after.total_seconds()


@pytest.fixture(autouse=True)
def _timedelta(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else python-telegram-bot warns, whenever it raises RetryAfter, that numbers will become timedeltas."""
    monkeypatch.setenv("PTB_TIMEDELTA", "true")


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"code": 400, "description": "Bad Request: something"}, BadRequest),
        ({"code": 403, "description": "Forbidden: bot was blocked by the user"}, Forbidden),
        ({"code": 409, "description": "Conflict: something"}, Conflict),
        ({"code": 429, "retry_after": 3}, RetryAfter),
        ({"code": 500}, NetworkError),
        ({"html": 500}, NetworkError),
        ({"html": 502}, NetworkError),
        ({"drop": True}, NetworkError),
        ({"delay": 5, "drop": True}, TimedOut),
    ],
    ids=str,
)
async def test_nothing_is_done_and_the_next_call_passes(fake, bot, fault, error):
    ann = fake.user(started=True)
    fake.faults.add("sendMessage", **fault)
    with pytest.raises(error) as caught:
        await bot.send_message(ann.id, "一")
    assert type(caught.value) is error
    assert not ann.shown
    await bot.send_message(ann.id, "二")
    assert ann.last.text == "二"
    assert fake.log.of("sendMessage")[0].fault is fake.faults.happened[0]


async def test_what_is_delayed_is_done_although_nobody_waits_for_it(fake, bot):
    ann = fake.user(started=True)
    fake.faults.add("sendMessage", delay=0.12)
    with pytest.raises(TimedOut):
        await bot.send_message(ann.id, "一")
    assert (await ann.next()).text == "一"


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"lost": "close"}, NetworkError),
        ({"lost": "hang"}, TimedOut),
        ({"slow": 5}, TimedOut),
    ],
    ids=str,
)
async def test_the_message_is_there_although_the_call_failed(fake, bot, fault, error):
    ann = fake.user(started=True)
    fake.faults.add("sendMessage", **fault)
    with pytest.raises(error) as caught:
        await bot.send_message(ann.id, "一")
    assert type(caught.value) is error
    assert [message.text for message in ann.shown] == ["一"]
    assert fake.log.texts_to(ann.id) == ["一"]


async def test_an_answer_that_trickles_arrives_whole(fake, bot):
    ann = fake.user(started=True)
    fake.faults.add("sendChatAction", trickle=0.001)
    assert await bot.send_chat_action(ann.id, "typing") is True


async def test_a_fault_is_for_a_method_a_chat_a_text_and_some_times(fake, bot):
    ann, bob = fake.user(started=True), fake.user(started=True)
    fake.faults.add("sendMessage", chat=bob.id, text="坏", code=500, times=2, skip=1)
    results = []
    for person, text in [(ann, "坏"), (bob, "好"), *[(bob, "坏")] * 4]:
        try:
            await bot.send_message(person.id, text)
            results.append("ok")
        except NetworkError:
            results.append("error")
    assert results == ["ok", "ok", "ok", "error", "error", "ok"]
    assert not fake.faults.waiting


async def test_a_fault_can_last(fake, bot):
    fake.faults.add(code=500, times=None)
    for _ in range(3):
        with pytest.raises(NetworkError):
            await bot.get_me()
    fake.faults.clear()
    await bot.get_me()


async def test_a_migration_can_be_told_without_one(fake, bot):
    fake.faults.add("getChat", code=400, description="Bad Request: x", migrate_to=-1009)
    with pytest.raises(Exception, match="-1009"):
        await bot.get_chat(-5)


async def test_retry_after_is_told(fake, bot):
    ann = fake.user(started=True)
    fake.faults.add("sendMessage", code=429, retry_after=7)
    with pytest.raises(RetryAfter) as caught:
        await bot.send_message(ann.id, "一")
    assert seconds(caught.value) == 7


# The flood rule


async def test_the_flood_rule_stops_a_private_chat_but_not_others(fake, bot):
    fake.flood.on = True
    ann, bob = fake.user(started=True), fake.user(started=True)
    for _ in range(3):
        await bot.send_message(ann.id, "好")
    with pytest.raises(RetryAfter):
        await bot.send_message(ann.id, "好")
    await bot.send_chat_action(ann.id, "typing")
    await bot.send_message(bob.id, "好")


async def test_edits_in_a_group_count_as_messages(fake, bot):
    fake.flood.on = True
    fake.flood.overall = 100
    group = fake.group(bot=True)
    sent = await bot.send_message(group.id, "0")
    for number in range(1, 20):
        await sent.edit_text(str(number))
    with pytest.raises(RetryAfter) as caught:
        await sent.edit_text("20")
    assert 58 <= seconds(caught.value) <= 60
    await bot.get_chat_member(group.id, group.owner.id)


def test_all_chats_together_have_a_limit():
    flood = Flood(on=True)
    errors = [flood.check("sendMessage", chat, 100.0) for chat in range(1, 32)]
    assert [error is None for error in errors] == [True] * 30 + [False]
    assert flood.check("sendMessage", 31, 101.1) is None


def test_a_private_chat_refills_once_a_second():
    flood = Flood(on=True, burst=2)
    at = [100.0, 100.0, 100.5, 101.1, 101.2]
    assert [flood.check("sendMessage", 1, now) is None for now in at] == [
        True,
        True,
        False,
        True,
        False,
    ]


def test_a_second_can_be_made_shorter():
    flood = Flood(on=True, burst=1, second=0.01)
    assert flood.check("sendMessage", 1, 100.0) is None
    assert flood.check("sendMessage", 1, 100.02) is None


def test_it_does_nothing_until_it_is_on():
    flood = Flood()
    assert not any(flood.check("sendMessage", 1, 100.0) for _ in range(100))


@pytest.mark.parametrize(
    ("method", "counts"),
    [
        ("sendMessage", True),
        ("sendDocument", True),
        ("editMessageText", True),
        ("copyMessage", True),
        ("sendChatAction", False),
        ("sendMessageDraft", False),
        ("deleteMessage", False),
        ("getChatMember", False),
        ("answerCallbackQuery", False),
    ],
)
def test_sending_and_editing_count(method, counts):
    assert counts_as_message(method) is counts


async def test_stopping_ends_what_hangs(fake):
    async with ptb(fake, read_timeout=5) as bot:
        fake.faults.add("getMe", lost="hang")
        hanging = asyncio.create_task(bot.get_me())
        await fake.wait_for(lambda log: log.of("getMe"))
        await fake.stop()
        with pytest.raises(NetworkError):
            await hanging
