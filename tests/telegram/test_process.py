"""`zhenren telegram` as a process: how it starts, refuses to, waits and ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.telegram.fake.server import FakeTelegram
from tests.telegram.killing import NOTE, messages, numbers
from tests.telegram.running import Bot, running

pytestmark = pytest.mark.slow


@pytest.fixture
async def fake() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as fake:
        yield fake


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return tmp_path / "me.db"


async def test_a_wrong_token_is_told_and_not_shown(fake, db):
    token = "987654321:AAWrongWrongWrongWrongWrongWrongWro"
    bot = Bot(fake, str(db), {"BOT_TOKEN": token})
    await bot.start(wait=False)
    assert await bot.wait() == 2
    assert "Telegram 不认这个 BOT_TOKEN" in bot.log
    assert token not in bot.log
    assert "Traceback" not in bot.log


async def test_a_second_one_on_the_same_store_is_told_who_has_it(fake, db):
    async with running(fake, db) as first:
        second = Bot(fake, str(db))
        await second.start(wait=False)
        assert await second.wait() == 2
        assert f"进程 {first.pid}" in second.log
        assert first.alive


async def test_asked_to_stop_it_ends_what_it_has_begun(fake, db):
    ann = fake.user(started=True)
    fake.faults.add("sendMessage", slow=0.5)
    async with running(fake, db) as bot:
        with fake.updates.held():
            ann.send("/n0")
            ann.send("/n1")
        await fake.wait_for(lambda log: log.of("sendMessage") and not fake.updates.pending)
        assert await bot.stop() == 0
        assert numbers(ann)[:1] == [0]  # what had not been begun is answered after the next start
        await bot.start()
        ann.send("/n2")
        await fake.wait_for(lambda _: numbers(ann) == [0, 1, 2], 5)
    assert not any(each.text.startswith(NOTE) for each in messages(ann))
    assert "ERROR" not in bot.log
    assert "Traceback" not in bot.log


async def test_asked_to_stop_while_telegram_does_not_answer_it_stops_all_the_same(fake, db):
    ann = fake.user(started=True)
    fake.faults.add("sendMessage", lost="hang")
    async with running(fake, db) as bot:
        ann.send("/n0")
        await fake.wait_for(lambda log: log.of("sendMessage"))
        async with asyncio.timeout(30):
            assert await bot.stop() == 0


async def test_without_a_network_it_waits(fake, db):
    ann = fake.user(started=True)
    bot = Bot(fake, str(db))
    async with fake.unreachable():
        await bot.start(wait=False)
        while "连不上" not in bot.log:  # noqa: ASYNC110 - another process writes it
            await asyncio.sleep(0.05)
        assert bot.alive
    await bot.up()
    ann.send("/n0")
    await fake.wait_for(lambda _: numbers(ann) == [0], 5)
    assert await bot.stop() == 0


async def test_asked_to_stop_while_it_waits_for_a_network_it_stops(fake, db):
    bot = Bot(fake, str(db))
    async with fake.unreachable():
        await bot.start(wait=False)
        while "连不上" not in bot.log:  # noqa: ASYNC110 - another process writes it
            await asyncio.sleep(0.05)
        assert await bot.stop() == 0


async def test_a_webhook_that_cannot_be_set_yet_is_set_later(fake, db):
    fake.faults.add("setWebhook", html=502)
    env = {"ZHENREN_WEBHOOK_URL": "http://127.0.0.1:1", "ZHENREN_WEBHOOK_PORT": "0"}
    async with running(fake, db, env, "--webhook") as bot:
        assert len(fake.log.of("setWebhook")) == 2
        assert await bot.stop() == 0


async def test_a_webhook_that_telegram_refuses_ends_it_with_a_reason(fake, db):
    env = {"ZHENREN_WEBHOOK_URL": "http://example.org", "ZHENREN_WEBHOOK_PORT": "0"}
    bot = Bot(fake, str(db), env, "--webhook")
    await bot.start(wait=False)
    assert await bot.wait() == 2
    assert "webhook" in bot.log
    assert "Traceback" not in bot.log


async def test_a_proxy_of_the_environment_is_not_asked_for_this_machine(fake, db):
    ann = fake.user(started=True)
    nobody = "http://127.0.0.1:1"
    env = {"HTTP_PROXY": nobody, "HTTPS_PROXY": nobody, "ALL_PROXY": nobody, "http_proxy": nobody}
    async with running(fake, db, env):
        ann.send("/n0")
        await fake.wait_for(lambda _: numbers(ann) == [0], 5)


async def test_the_token_is_not_in_the_log_nor_what_was_said(fake, db):
    ann = fake.user("林晚秋", started=True)
    async with running(fake, db, {"ZHENREN_LOG_LEVEL": "DEBUG"}) as bot:
        await ann.ask("账号被封了，客服叫李大同", 5)
        fake.faults.add("sendMessage", code=400, description="Bad Request: 李大同")
        fake.faults.add("getUpdates", html=502)
        fake.updates.inject({"message": {"chat": {"id": ann.id}, "text": "李大同"}})
        ann.send("/n0")
        ann.send("/n1")
        await fake.wait_for(lambda _: numbers(ann) == [1], 10)
    assert "WARNING" in bot.log
    for secret in (fake.token, fake.token.partition(":")[2], "李大同", "林晚秋", "账号被封了"):
        assert secret not in bot.log


async def test_what_was_asked_while_it_was_away_is_answered(fake, db):
    ann = fake.user(started=True)
    async with running(fake, db):
        ann.send("/n0")
        await fake.wait_for(lambda _: numbers(ann) == [0], 5)
    ann.send("/n1")
    async with running(fake, db):
        await fake.wait_for(lambda _: numbers(ann) == [0, 1], 5)


async def test_a_store_that_cannot_be_written_is_told(fake, db):
    db.write_bytes(b"this is no database, and never was one; just some text that is long enough")
    bot = Bot(fake, str(db))
    await bot.start(wait=False)
    assert await bot.wait() == 2
    assert "Traceback" not in bot.log
    assert db.name in bot.log
