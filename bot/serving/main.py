"""`zhenren telegram`: starts everything in order, stops it in the other, and says plainly why it cannot start.

One process polls and does all the work. With a webhook on PostgreSQL there may be several: all of them take updates
and answer them, and the one that has the hold of SENDING sends and keeps the time; when it dies, another does.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from bot.app import Engine, build_engine
from bot.channels.telegram.chats import ChatError, Later
from bot.channels.telegram.events import Me
from bot.channels.telegram.gateway import Gateway
from bot.channels.telegram.hook import Hook, listening
from bot.channels.telegram.http import serve_health
from bot.channels.telegram.polling import Poller
from bot.config import flows_dir, locales_dir
from bot.config.telegram import HOLD, TelegramConfig, make_directory, must_run
from bot.core.errors import ConfigError, StorageError
from bot.serving.health import Backlog, Health, health_routes
from bot.serving.logs import start_logging
from bot.serving.metrics import Metrics
from bot.serving.notify import Notifier
from bot.serving.parts import Parts
from bot.store.base import Hold, Store
from bot.store.opening import file_of, open_store
from bot.store.retention import utc_now

__all__ = ["run"]

log = logging.getLogger(__name__)

_T = TypeVar("_T")

SENDING = "sender"
_GRACE = 20.0
"""Seconds that what has begun gets to end in when the bot is stopped."""
_BEAT = 5.0
_ASK_AGAIN = 1.0
_LAST = 3.0
_LOOK = 0.05


def run(config: TelegramConfig, *, webhook: bool = False) -> int:
    """Serve until SIGINT or SIGTERM; the exit status. ConfigError and StorageError say why it cannot."""
    must_run(config, webhook=webhook)
    make_directory(config)
    os.environ.setdefault("PTB_TIMEDELTA", "true")  # the library warns of it at every 429
    undo = start_logging(config.log_level, config.log_format)
    try:
        return asyncio.run(_Running(config, webhook).serve())
    finally:
        undo()


@dataclass(slots=True)
class _Running:
    config: TelegramConfig
    webhook: bool

    @property
    def shared(self) -> bool:
        """Whether other processes may serve this store at the same time."""
        return self.webhook and file_of(self.config.db) is None

    async def serve(self) -> int:
        stopped = _stop_signals()
        async with AsyncExitStack() as stack:
            store = await open_store(self.config.db)
            stack.push_async_callback(store.close)
            if not self.shared:
                await self._alone(store)
            engine = await asyncio.to_thread(_engine)
            config = self.config
            gateway = await stack.enter_async_context(
                Gateway.open(config.token, config.base_url, config.via)
            )
            me = await self._introduced(gateway, stopped)
            if me is None:
                return 0
            parts = await Parts.made(config, engine, store, gateway, me)
            if not self.shared:
                await store.recover(utc_now(), alone=True)
            return await self._until(stopped, stack, parts)

    async def _alone(self, store: Store) -> None:
        """Have the store for this process. ConfigError tells who has it."""
        if await store.hold(HOLD, _who()) is None:
            raise ConfigError(
                f"这个存档正由另一个真人在用（{await store.holder(HOLD)}）。"
                "先停掉它，或者给这一个换一个存档（--db）"
            )

    async def _introduced(self, gateway: Gateway, stopped: asyncio.Event) -> Me | None:
        """Who the bot is; without a network it waits for one. None when it was stopped meanwhile."""
        return await _reached(gateway.me, "Telegram 连不上", stopped)

    async def _until(self, stopped: asyncio.Event, stack: AsyncExitStack, parts: Parts) -> int:
        """Run everything; stop taking updates first, then answer, then send."""
        notifier = Notifier.of(os.environ, os.getpid())
        poller = None if self.webhook else Poller(parts.gateway, parts.worker.keep)
        health = Health(_probe(parts.store), webhook=self.webhook)
        await self._serve_health(stack, health, parts)
        sending = asyncio.create_task(self._sending(parts), name="sending")
        working = asyncio.create_task(parts.worker.run(), name="working")
        beating = asyncio.create_task(_beat(health, poller, notifier), name="beating")
        tasks = [sending, working, beating]
        announcing = asyncio.create_task(parts.announce(), name="announcing")
        try:
            async with self._fetching(poller, parts, stopped) as fetching:
                tasks += fetching
                log.info("开始工作")
                notifier.ready()
                waiting = asyncio.create_task(stopped.wait(), name="waiting")
                await asyncio.wait([waiting, *tasks], return_when=asyncio.FIRST_COMPLETED)
                ended = [task for task in tasks if task.done()]
                waiting.cancel()
        finally:
            notifier.stopping()
            await self._end(parts, [*tasks, announcing])
        return _status(ended)

    @asynccontextmanager
    async def _fetching(
        self, poller: Poller | None, parts: Parts, stopped: asyncio.Event
    ) -> AsyncIterator[list[asyncio.Task[None]]]:
        if poller is not None:
            polling = asyncio.create_task(poller.run(), name="polling")
            yield [polling]
            polling.cancel()
            await asyncio.gather(polling, return_exceptions=True)
            return
        web = self.config.webhook
        hook = Hook(web.url, web.path, web.listen, web.port, web.secret, web.max_connections)
        async with listening(hook, parts.worker.keep):
            await self._announced(hook, parts.gateway, stopped)
            yield []

    async def _announced(self, hook: Hook, gateway: Gateway, stopped: asyncio.Event) -> None:
        """Tell Telegram where to post, as soon as it can be told."""
        await _reached(lambda: hook.announce(gateway), "webhook 没设上", stopped)

    async def _serve_health(self, stack: AsyncExitStack, health: Health, parts: Parts) -> None:
        metrics = Metrics(lambda: health.poll_age)
        parts.count_with(metrics, health)
        where = self.config.health
        if where is not None:
            routes = health_routes(health, metrics)
            served = await serve_health(where.host, where.port, routes)
            stack.push_async_callback(served.close)

    async def _sending(self, parts: Parts) -> None:
        """Send and keep the time, as soon as nobody else does and for as long as nobody else can."""
        if not self.shared:
            await _together(parts.sender.run(), parts.ticker.run())
        while True:
            try:
                hold = await parts.store.hold(SENDING, _who())
                if hold is not None:
                    await _while_held(hold, parts)
            except (
                StorageError
            ) as error:  # the server is away: it comes back, and so may another process
                log.error("%s", error)
            await asyncio.sleep(_ASK_AGAIN)

    async def _end(self, parts: Parts, tasks: list[asyncio.Task[None]]) -> None:
        """Let what has begun end; what has not is done after the next start."""
        try:
            async with asyncio.timeout(_GRACE):
                await _cancelled([task for task in tasks if task.get_name() == "working"])
                await parts.worker.finish()
                if not self.shared:
                    await _sent_off(parts)
                await _cancelled(tasks)
                await parts.sender.finish()
        except TimeoutError:
            log.warning("没等到的事下次启动再做")


async def _reached(
    call: Callable[[], Awaitable[_T]], failed: str, stopped: asyncio.Event
) -> _T | None:
    """What a call to Telegram gives, made again ever more seldom until it comes through. None when it was stopped
    meanwhile."""
    pause = 1.0
    while not stopped.is_set():
        try:
            return await call()
        except ChatError as error:
            log.warning("%s（%s），%.0f 秒后再试", failed, type(error).__name__, pause)
            await _either(stopped, error.after if isinstance(error, Later) else pause)
            pause = min(60.0, pause * 2)
    return None


async def _sent_off(parts: Parts) -> None:
    """Until what is due was sent, for a short while: the rest is sent after the next start."""
    try:
        async with asyncio.timeout(_LAST):
            while (await parts.store.depth(utc_now())).outbox:  # noqa: ASYNC110 - another task sends
                await asyncio.sleep(_LOOK)
    except (StorageError, TimeoutError):
        log.info("what is not sent yet is sent after the next start")


async def _while_held(hold: Hold, parts: Parts) -> None:
    """Send and keep the time until the hold is lost or something breaks."""
    task: asyncio.Task[None] | None = None
    try:
        await parts.store.recover(utc_now(), alone=False, sender=True)
        task = asyncio.create_task(_together(parts.sender.run(), parts.ticker.run()))
        while await hold.alive() and not task.done():
            await asyncio.wait([task], timeout=_BEAT)
        if task.done():
            log.error("sending has ended", exc_info=task.exception())
    finally:
        if task is not None:
            await _cancelled([task])
        await parts.sender.finish()
        await hold.release()


async def _together(*jobs: Coroutine[Any, Any, None]) -> None:
    async with asyncio.TaskGroup() as group:
        for job in jobs:
            group.create_task(job)


async def _cancelled(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _beat(health: Health, poller: Poller | None, notifier: Notifier) -> None:
    """Show that the loop turns, and when Telegram was last heard."""
    seen = poller.seen_at if poller else 0.0
    while True:
        health.beat()
        notifier.watchdog()
        if poller is not None and poller.seen_at != seen:
            seen = poller.seen_at
            health.polled()
        await asyncio.sleep(min(_BEAT, notifier.interval or _BEAT))


async def _either(stopped: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stopped.wait()
    except TimeoutError:
        pass


def _status(ended: list[asyncio.Task[None]]) -> int:
    """0 when it was stopped; 1 when a part of it has ended by itself, which none may."""
    for task in ended:
        log.error("%s has ended", task.get_name(), exc_info=task.exception())
    return 1 if ended else 0


def _stop_signals() -> asyncio.Event:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, stopped.set)
        except NotImplementedError:  # Windows: Ctrl-C ends the loop there
            pass
    return stopped


def _engine() -> Engine:
    return build_engine(flows_dir(), locales_dir(), date.today())


def _who() -> str:
    return f"{socket.gethostname()} 上的进程 {os.getpid()}，{utc_now()} 起"


def _probe(store: Store) -> Callable[[], Awaitable[Backlog]]:
    async def probe() -> Backlog:
        return Backlog.of(await store.depth(utc_now()), datetime.now(UTC))

    return probe
