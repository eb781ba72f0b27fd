"""python-telegram-bot's Bot, talking to the fake."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from telegram import Bot
from telegram.request import HTTPXRequest

from tests.telegram.fake.server import FakeTelegram

__all__ = ["ptb"]


@asynccontextmanager
async def ptb(fake: FakeTelegram, *, read_timeout: float = 5.0) -> AsyncIterator[Bot]:
    """A started Bot; its getMe is not in the log. `read_timeout` is in seconds."""

    def request() -> HTTPXRequest:
        # Without trust_env, a proxy of the environment would be asked for 127.0.0.1.
        return HTTPXRequest(read_timeout=read_timeout, httpx_kwargs={"trust_env": False})

    async with Bot(
        fake.token,
        base_url=f"{fake.url}/bot",
        base_file_url=f"{fake.url}/file/bot",
        request=request(),
        get_updates_request=request(),
    ) as bot:
        fake.log.clear()
        yield bot
