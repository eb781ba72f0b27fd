"""The webhook says yes only to what is kept, and to nobody but Telegram."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from tornado.httpclient import AsyncHTTPClient, HTTPRequest
from tornado.simple_httpclient import SimpleAsyncHTTPClient

from bot.channels.telegram.chats import ChatError
from bot.channels.telegram.gateway import Gateway
from bot.channels.telegram.hook import Hook, listening
from bot.channels.telegram.reading import ALLOWED
from bot.core.errors import ConfigError, StorageError
from bot.serving.parts import Parts
from tests.telegram.fake.server import FakeTelegram
from tests.telegram.killing import numbers
from tests.telegram.serving import served

SECRET = "s" * 40
HEADER = "X-Telegram-Bot-Api-Secret-Token"

Post = Callable[..., Awaitable[int]]


@pytest.fixture
async def fake() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as fake:
        yield fake


@asynccontextmanager
async def hooked(parts: Parts) -> AsyncIterator[tuple[Hook, Post]]:
    """The webhook of these parts, and a function that posts to it and gives the status."""
    hook = Hook("http://127.0.0.1", "/in", "127.0.0.1", 0, SECRET)

    async def keep(updates) -> None:
        await parts.worker.keep(updates)  # looked up each time: a test may break it

    async with listening(hook, keep) as port:
        client: AsyncHTTPClient = SimpleAsyncHTTPClient(force_instance=True)

        async def post(body: bytes, secret: str = SECRET, path: str = "/in") -> int:
            request = HTTPRequest(
                f"http://127.0.0.1:{port}{path}", "POST", {HEADER: secret}, body=body
            )
            return (await client.fetch(request, raise_error=False)).code

        there = Hook(f"http://127.0.0.1:{port}", "/in", "127.0.0.1", port, SECRET)
        yield there, post
        client.close()


async def test_telegram_is_told_the_secret_and_what_is_wanted(fake):
    ann = fake.user(started=True)
    async with served(fake, polling=False) as parts, hooked(parts) as (hook, _):
        await hook.announce(parts.gateway)
        ann.send("/n0")
        await fake.wait_for(lambda _: numbers(ann) == [0])
        assert not fake.updates.pending
    (told,) = fake.log.of("setWebhook")
    assert told.params["secret_token"] == SECRET
    assert int(told.params["max_connections"]) == 1
    asked = told.params["allowed_updates"]
    assert (json.loads(asked) if isinstance(asked, str) else asked) == list(ALLOWED)


@pytest.mark.parametrize(
    ("body", "secret", "status"),
    [
        (b'{"update_id": 1}', "wrong", 403),
        (b'{"update_id": 1}', "", 403),
        (b'{"update_id": 1}', SECRET, 200),
        (b"nothing", SECRET, 200),
        (b"[]", SECRET, 200),
        (b'{"update_id": "x"}', SECRET, 200),
        (b"\xff\xfe", SECRET, 200),
        (b'{"update_id": 2, "message": "nothing"}', SECRET, 200),
        (b'{"update_id": 3, "callback_query": [1]}', SECRET, 200),
    ],
)
async def test_what_a_post_is_answered(fake, body, secret, status):
    async with served(fake, polling=False) as parts, hooked(parts) as (_, post):
        assert await post(body, secret) == status


async def test_another_path_is_nowhere(fake):
    async with served(fake, polling=False) as parts, hooked(parts) as (_, post):
        assert await post(b'{"update_id": 1}', path="/else") == 404


async def test_what_cannot_be_kept_is_refused_and_comes_again(fake, monkeypatch):
    ann = fake.user(started=True)
    async with served(fake, polling=False) as parts, hooked(parts) as (hook, post):
        receive, fails = parts.store.receive, [1, 1]

        async def ill(updates):
            if fails:
                fails.pop()
                raise StorageError("the disk is full")
            return await receive(updates)

        monkeypatch.setattr(parts.store, "receive", ill)
        assert await post(b'{"update_id": 1}') == 503
        await hook.announce(parts.gateway)
        ann.send("/n0")
        await fake.wait_for(lambda _: numbers(ann) == [0])
    assert fake.updates.courier is None or fake.updates.courier.attempts[0].status == 503


async def test_an_address_that_telegram_does_not_take_is_the_admins_matter(fake):
    async with Gateway.open(fake.token, fake.url) as gateway:
        with pytest.raises(ConfigError, match="webhook"):
            await Hook("http://example.org", "/in", "127.0.0.1", 0, SECRET).announce(gateway)


async def test_telegram_in_trouble_is_not(fake):
    async with Gateway.open(fake.token, fake.url) as gateway:
        fake.faults.add("setWebhook", html=502)
        with pytest.raises(ChatError):
            await Hook("http://127.0.0.1:1", "/in", "127.0.0.1", 0, SECRET).announce(gateway)


async def test_a_port_that_is_taken_is_told(fake):
    async def keep(_):
        return None

    hook = Hook("http://127.0.0.1", "/in", "127.0.0.1", 0, SECRET)
    async with listening(hook, keep) as port:
        with pytest.raises(ConfigError, match=str(port)):
            async with listening(Hook(hook.url, "/in", "127.0.0.1", port, SECRET), keep):
                pass
