"""Long polling whose acknowledgement comes last: an update is confirmed to Telegram by the next call, and that is
made only when the update is kept.

A poll that hangs for ever (a proxy that drops connections does that) is broken off by the watchdog.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from bot.channels.telegram.chats import ChatError, Later
from bot.channels.telegram.gateway import Gateway
from bot.channels.telegram.reading import ALLOWED
from bot.core.errors import StorageError

__all__ = ["POLL_SECONDS", "WATCH_SECONDS", "Poller"]

log = logging.getLogger(__name__)

POLL_SECONDS = 25
"""So long does one poll wait for something to happen."""

WATCH_SECONDS = 90.0
"""Seconds without a poll that came back, after which the connections are made anew."""
_LONGEST = 30.0
_ANEW = 3
"""After so many failures in a row, and so many more, the connections are made anew."""
_CONFLICT = "terminated by other getUpdates"
_HOOKED = "webhook is active"

Keep = Callable[[Sequence[dict[str, Any]]], Awaitable[None]]


class Poller:
    """Asks for updates and hands them to `keep`, which must have stored them when it returns."""

    def __init__(
        self,
        gateway: Gateway,
        keep: Keep,
        clock: Callable[[], float] = time.monotonic,
        watch: float = WATCH_SECONDS,
    ) -> None:
        self._gateway, self._keep, self._clock, self._watch = gateway, keep, clock, watch
        self._offset: int | None = None
        self._failed = 0
        self.seen_at = clock()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                async with asyncio.timeout(self._watch):
                    await self._poll()
                self._failed = 0
            except TimeoutError:
                log.warning("no poll has come back for %.0f s; connecting anew", self._watch)
                await self._gateway.reconnect()
            except ChatError as error:
                await self._after(error)
            except StorageError as error:  # not kept, so not confirmed: Telegram gives it again
                log.error("%s", error)
                await asyncio.sleep(1)

    async def _poll(self) -> None:
        found = await self._gateway.updates(self._offset, POLL_SECONDS, ALLOWED)
        self.seen_at = self._clock()
        if not found:
            return
        updates = sorted(found, key=lambda each: int(each["update_id"]))
        await self._keep(updates)
        self._offset = int(updates[-1]["update_id"]) + 1

    async def _after(self, error: ChatError) -> None:
        """Say what is wrong once, wait, and go on: it may be over soon."""
        text = str(error)
        self._failed += 1
        pause = min(_LONGEST, 0.5 * 2 ** min(self._failed, 6))
        if isinstance(error, Later):
            pause = error.after
        elif _CONFLICT in text:
            log.error("另一个程序正在用同一个 BOT_TOKEN 收消息。请只留一个，或换一个 token")
        elif _HOOKED in text:
            log.error("这个机器人还设着 webhook，轮询收不到消息。正在取消它")
            await self._unhook()
        else:
            await self._unreached(error)
        await asyncio.sleep(pause)

    async def _unreached(self, error: ChatError) -> None:
        """Now and then with new connections: those of a proxy that has died may be stuck and never come back."""
        if self._failed in (1, 10, 100):
            log.warning("polling failed (%s: %s)", type(error).__name__, error)
        if self._failed % _ANEW == 0:
            await self._gateway.reconnect()

    async def _unhook(self) -> None:
        try:
            await self._gateway.call("deleteWebhook", {"drop_pending_updates": False})
        except ChatError as error:
            log.warning("deleteWebhook failed (%s)", error)
