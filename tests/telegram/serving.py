"""The bot's real parts in the test's own loop, against the fake: for what must be broken from inside."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from functools import cache
from pathlib import Path

from bot.app import Engine, build_engine
from bot.channels.telegram.gateway import Gateway
from bot.channels.telegram.polling import WATCH_SECONDS, Poller
from bot.config import flows_dir, locales_dir
from bot.config.telegram import TelegramConfig
from bot.serving.parts import Parts
from bot.store.base import Store
from bot.store.memory import MemoryStore
from bot.store.sqlite import SqliteStore
from tests.telegram.fake.server import FakeTelegram

__all__ = ["engine", "served", "stored"]


@cache
def engine() -> Engine:
    """One machine for all tests of a process."""
    return build_engine(flows_dir(), locales_dir(), date.today())


@asynccontextmanager
async def stored(path: Path) -> AsyncIterator[SqliteStore]:
    """A store in a file."""
    store = await SqliteStore.open(path)
    try:
        yield store
    finally:
        await store.close()


@asynccontextmanager
async def served(
    fake: FakeTelegram,
    store: Store | None = None,
    *,
    polling: bool = True,
    watch: float = WATCH_SECONDS,
) -> AsyncIterator[Parts]:
    """A bot that works until the end; nothing it began is left then."""
    config = TelegramConfig(token=fake.token, base_url=fake.url, db="me.db")
    async with Gateway.open(fake.token, fake.url) as gateway:
        me = await gateway.me()
        parts = await Parts.made(config, engine(), store or MemoryStore(), gateway, me)
        tasks = [asyncio.create_task(parts.worker.run()), asyncio.create_task(parts.sender.run())]
        if polling:
            poller = Poller(gateway, parts.worker.keep, watch=watch)
            tasks.append(asyncio.create_task(poller.run()))
        try:
            yield parts
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await parts.worker.finish()
            await parts.sender.finish()
