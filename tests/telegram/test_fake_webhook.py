"""How the fake posts updates to a webhook: with the secret, until it says yes, several at a time."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from telegram import Bot
from telegram.error import BadRequest, Conflict
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler

from tests.telegram.fake.ptb import ptb
from tests.telegram.fake.server import FakeTelegram


@dataclass
class Receiver:
    """A webhook that notes what comes. `statuses` are its next answers, then 200; while `gate` is clear it waits; it is
    `full` with three inside."""

    port: int = 0
    updates: list[dict[str, Any]] = field(default_factory=list)
    secrets: list[str | None] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    full: asyncio.Event = field(default_factory=asyncio.Event)
    inside: int = 0
    most: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    @property
    def texts(self) -> list[str]:
        return [update["message"]["text"] for update in self.updates]


class Hook(RequestHandler):
    def initialize(self, receiver: Receiver) -> None:
        self._receiver = receiver

    async def post(self) -> None:
        receiver = self._receiver
        receiver.secrets.append(self.request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        receiver.inside += 1
        receiver.most = max(receiver.most, receiver.inside)
        if receiver.inside == 3:
            receiver.full.set()
        await receiver.gate.wait()
        receiver.inside -= 1
        status = receiver.statuses.pop(0) if receiver.statuses else 200
        if status == 200:
            receiver.updates.append(json.loads(self.request.body))
        self.set_status(status)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    receiver.gate.set()
    sockets = bind_sockets(0, "127.0.0.1")
    receiver.port = sockets[0].getsockname()[1]
    application = Application(
        [("/hook", Hook, {"receiver": receiver})], log_function=lambda handler: None
    )
    server = HTTPServer(application)
    server.add_sockets(sockets)
    yield receiver
    receiver.gate.set()
    server.stop()
    await server.close_all_connections()


@pytest.fixture
async def fake() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as fake:
        yield fake


@pytest.fixture
async def bot(fake: FakeTelegram) -> AsyncIterator[Bot]:
    async with ptb(fake) as bot:
        yield bot


async def delivered(fake: FakeTelegram) -> None:
    await fake.wait_for(lambda _: not fake.updates.pending, what="delivery of everything")


async def test_updates_are_posted_with_the_secret(fake, bot, receiver):
    await bot.set_webhook(receiver.url, secret_token="geheim_1")
    fake.user().send("一")
    await delivered(fake)
    assert receiver.texts == ["一"]
    assert receiver.secrets == ["geheim_1"]


async def test_what_happened_before_is_delivered_too(fake, bot, receiver):
    fake.user().send("一")
    await bot.set_webhook(receiver.url)
    await delivered(fake)
    assert receiver.texts == ["一"]
    assert receiver.secrets == [None]


async def test_what_is_pending_can_be_dropped(fake, bot, receiver):
    fake.user().send("一")
    await bot.set_webhook(receiver.url, drop_pending_updates=True)
    assert fake.updates.pending == []


async def test_an_update_is_posted_until_the_answer_is_2xx(fake, bot, receiver):
    receiver.statuses = [500, 403]
    await bot.set_webhook(receiver.url)
    fake.user().send("一")
    await delivered(fake)
    assert receiver.texts == ["一"]
    assert fake.updates.courier is not None
    assert [attempt.status for attempt in fake.updates.courier.attempts] == [500, 403, 200]
    info = await bot.get_webhook_info()
    assert info.pending_update_count == 0
    assert info.last_error_message == "Wrong response from the webhook: 403"


async def test_several_posts_run_at_a_time_but_no_more_than_allowed(fake, bot, receiver):
    receiver.gate.clear()
    await bot.set_webhook(receiver.url, max_connections=3)
    ann = fake.user()
    for number in range(5):
        ann.send(str(number))
    await receiver.full.wait()
    receiver.gate.set()
    await delivered(fake)
    assert receiver.most == 3
    assert sorted(receiver.texts) == list("01234")


async def test_updates_overtake_one_that_has_to_be_repeated(fake, bot, receiver):
    receiver.statuses = [500]
    await bot.set_webhook(receiver.url, max_connections=1)
    ann = fake.user()
    with fake.updates.held():
        ann.send("一")
        ann.send("二")
    await delivered(fake)
    assert receiver.texts == ["二", "一"]


async def test_duplicates_and_reversed_order_reach_a_webhook_too(fake, bot, receiver):
    await bot.set_webhook(receiver.url, max_connections=1)
    ann = fake.user()
    fake.updates.reversed = True
    with fake.updates.held():
        ann.send("一")
        fake.updates.duplicate()
        ann.send("二")
    await delivered(fake)
    assert receiver.texts == ["二", "二", "一"]
    fake.updates.redeliver()
    await delivered(fake)
    assert receiver.texts == ["二", "二", "一", "二"]


async def test_a_webhook_and_a_poll_exclude_each_other(fake, bot, receiver):
    poll = asyncio.create_task(bot.get_updates(timeout=5))
    await fake.polled()
    await bot.set_webhook(receiver.url)
    with pytest.raises(Conflict, match="terminated by setWebhook request"):
        await poll
    with pytest.raises(Conflict, match="can't use getUpdates method while webhook is active"):
        await bot.get_updates()
    assert (await bot.get_webhook_info()).url == receiver.url
    await bot.delete_webhook()
    assert await bot.get_updates() == ()
    assert (await bot.get_webhook_info()).url == ""


@pytest.mark.parametrize(
    "given",
    [
        {"url": "http://example.org/hook"},
        {"url": "http://127.0.0.1:1/hook", "secret_token": "两个 词"},
        {"url": "http://127.0.0.1:1/hook", "max_connections": 101},
    ],
)
async def test_a_bad_webhook_is_refused(bot, given):
    with pytest.raises(BadRequest, match="Bad webhook"):
        await bot.set_webhook(**given)


async def test_a_public_address_can_lead_to_the_test(fake, bot, receiver):
    fake.updates.reroute["https://bot.example.org"] = f"http://127.0.0.1:{receiver.port}"
    await bot.set_webhook("https://bot.example.org/hook")
    fake.user().send("一")
    await delivered(fake)
    assert receiver.texts == ["一"]
    assert (await bot.get_webhook_info()).url == "https://bot.example.org/hook"


async def test_nobody_there_is_tried_again(fake, bot, receiver):
    await bot.set_webhook("http://127.0.0.1:1/hook")
    fake.user().send("一")
    await fake.wait_for(lambda _: fake.updates.courier and len(fake.updates.courier.attempts) > 1)
    assert fake.updates.courier is not None
    assert fake.updates.courier.attempts[0].status == 599
    await bot.set_webhook(receiver.url)
    await delivered(fake)
    assert receiver.texts == ["一"]
