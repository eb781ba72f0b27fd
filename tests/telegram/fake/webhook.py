"""Posts updates to a webhook: several at a time, so they may overtake each other, and again until it says 2xx."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from tornado.httpclient import AsyncHTTPClient, HTTPClientError, HTTPRequest
from tornado.simple_httpclient import SimpleAsyncHTTPClient

__all__ = ["Attempt", "Courier", "Hook"]

Json = dict[str, Any]

SECRET = "X-Telegram-Bot-Api-Secret-Token"


@dataclass(frozen=True, slots=True)
class Hook:
    """What setWebhook was told. `target` is where `url` leads in the test."""

    url: str
    target: str
    secret: str | None = None
    max_connections: int = 40


@dataclass(frozen=True, slots=True)
class Attempt:
    """One post of an update. `status` is 599 when there was no answer; `running` counts the posts that were under
    way when this one began, itself included."""

    update_id: int
    status: int
    running: int


class Courier:
    """Delivers to one webhook until it is closed. `backoff` is the first wait before another attempt, in seconds;
    each further one doubles, up to `longest`."""

    def __init__(
        self, hook: Hook, delivered: Callable[[Json], None], changed: Callable[[], None]
    ) -> None:
        self.hook = hook
        self.backoff = 0.02
        self.longest = 0.5
        self.timeout = 10.0
        self.attempts: list[Attempt] = []
        self.trouble: Json = {}
        self._delivered = delivered
        self._changed = changed
        self._taken: list[Json] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._slots = asyncio.Semaphore(hook.max_connections)
        self._running = 0
        self._client: AsyncHTTPClient = SimpleAsyncHTTPClient(force_instance=True, max_clients=200)

    def deliver(self, pending: Iterable[Json], *, backwards: bool = False) -> None:
        """Post all of these that are not on their way."""
        counted = list(self._taken)
        fresh: list[Json] = []
        for update in pending:
            # By identity: an update that is in the queue twice is posted twice.
            at = next((n for n, each in enumerate(counted) if each is update), None)
            if at is None:
                fresh.append(update)
            else:
                del counted[at]
        for update in reversed(fresh) if backwards else fresh:
            self._taken.append(update)
            task = asyncio.get_running_loop().create_task(self._carry(update))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _carry(self, update: Json) -> None:
        wait = self.backoff
        while not await self._post(update):
            self._changed()
            await asyncio.sleep(wait)
            wait = min(self.longest, wait * 2)
        self._taken.remove(update)
        self._delivered(update)
        self._changed()

    async def _post(self, update: Json) -> bool:
        async with self._slots:
            self._running += 1
            running = self._running
            try:
                status = await self._status(update)
            finally:
                self._running -= 1
        self.attempts.append(Attempt(update["update_id"], status, running))
        good = 200 <= status < 300
        if not good:
            self.trouble = {
                "last_error_date": int(time.time()),
                "last_error_message": f"Wrong response from the webhook: {status}",
            }
        return good

    async def _status(self, update: Json) -> int:
        headers = {"Content-Type": "application/json"}
        if self.hook.secret is not None:
            headers[SECRET] = self.hook.secret
        request = HTTPRequest(
            self.hook.target,
            method="POST",
            headers=headers,
            body=json.dumps(update, ensure_ascii=False).encode(),
            request_timeout=self.timeout,
        )
        try:
            response = await self._client.fetch(request, raise_error=False)
        except (OSError, HTTPClientError):
            return 599
        return response.code

    async def close(self) -> None:
        """Stop; what is on its way stays unconfirmed."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._client.close()
