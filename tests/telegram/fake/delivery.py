"""How updates reach the bot: a queue that is polled or posted, at least once, as Telegram does it.

An update gets its id when it happens, and is dropped when `allowed_updates` does not name its kind. It stays
in the queue until a poll's offset or the webhook's 2xx confirms it. A test may hold the queue, deliver things twice,
turn their order round or let the ids jump.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from tests.telegram.fake.errors import bad, conflict
from tests.telegram.fake.webhook import Courier, Hook

__all__ = ["DEFAULT_OFF", "Updates"]

Json = dict[str, Any]

DEFAULT_OFF = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
"""The kinds that come only to who asks for them."""

_FAR = 10


class Updates:
    """The queue. `pending` is what is not confirmed, `history` all that ever happened, `dropped` what the bot did
    not want; `reversed` turns round the order within a delivery; `reroute` says where the beginning of a
    webhook's public address leads: `{"https://bot.example.org": "http://127.0.0.1:8443"}`."""

    def __init__(self, first: int = 900_000_001) -> None:
        self.pending: list[Json] = []
        self.history: list[Json] = []
        self.dropped: list[tuple[str, Json]] = []
        self.allowed: list[str] = []
        self.reversed = False
        self.reroute: dict[str, str] = {}
        self.courier: Courier | None = None
        self.couriers: Callable[..., Courier] = Courier
        self.conflicts = 0
        self.changed: Callable[[], None] = lambda: None
        self._next = first
        self._twice = 0
        self._again: list[Json] = []
        self._held = False
        self._poll: asyncio.Future[None] | None = None

    # What happens

    def add(self, kind: str, payload: Json) -> Json | None:
        """Something has happened. The update, or None when the bot does not want it."""
        wanted = kind in self.allowed if self.allowed else kind not in DEFAULT_OFF
        if not wanted:
            self.dropped.append((kind, payload))
            return None
        return self.inject({kind: payload})

    def inject(self, update: Json) -> Json:
        """Put any update in the queue, also one that makes no sense; it gets an id if it has none."""
        if "update_id" not in update:
            update = {"update_id": self._next, **update}
            self._next += 1
        copies = 2 if self._twice else 1
        self._twice = max(0, self._twice - 1)
        self.history.append(update)
        self.pending.extend([update] * copies)
        self._wake()
        return update

    # What a test does to it

    def duplicate(self, times: int = 1) -> None:
        """The next updates come twice, with the same id."""
        self._twice += times

    def redeliver(self, count: int = 1) -> list[int]:
        """Deliver the last `count` updates once more, whether confirmed or not. Their ids."""
        again = self.history[-count:]
        if self.courier:
            self.pending.extend(again)
        else:
            self._again.extend(again)
        self._wake()
        return [update["update_id"] for update in again]

    def jump(self, to: int | None = None) -> None:
        """The next id is `to`, or any: so it is after a week without updates."""
        self._next = random.randrange(1, 2**31 - 1) if to is None else to

    @contextmanager
    def held(self) -> Iterator[None]:
        """Nothing is delivered inside, all of it at once afterwards."""
        self._held = True
        try:
            yield
        finally:
            self._held = False
            self._wake()

    @contextmanager
    def lost(self) -> Iterator[None]:
        """What happens inside never reaches the bot."""
        with self.held():
            before, history = list(self.pending), list(self.history)
            yield
            self.pending[:], self.history[:] = before, history

    @property
    def last_id(self) -> int:
        return int(self.history[-1]["update_id"]) if self.history else 0

    # Polls

    @property
    def polling(self) -> bool:
        """Whether a long poll is waiting now."""
        return self._poll is not None and not self._poll.done()

    async def poll(
        self, offset: int, limit: int, seconds: float, allowed: list[str] | None
    ) -> list[Json]:
        """getUpdates. ApiError 409 when a webhook is set, or for the older of two polls."""
        if self.courier:
            raise conflict(
                "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
            )
        self._interrupt(
            "terminated by other getUpdates request; make sure that only one bot instance is running"
        )
        if allowed is not None:
            self.allowed = allowed
        self._confirm(offset)
        batch = self._batch(limit)
        if batch or seconds <= 0:
            return batch
        self._poll = waiting = asyncio.get_running_loop().create_future()
        self.changed()
        try:
            async with asyncio.timeout(seconds):
                await waiting
        except TimeoutError:
            return []
        return self._batch(limit)

    def _confirm(self, offset: int) -> None:
        if offset < 0:
            self.pending = self.pending[offset:]
        elif 0 < offset <= self._next + _FAR:  # one far in the future means nothing to Telegram
            self.pending = [each for each in self.pending if each["update_id"] >= offset]

    def _batch(self, limit: int) -> list[Json]:
        if self._held:
            return []
        batch = [*self._again, *self.pending][:limit]
        self._again = self._again[limit:]
        return batch[::-1] if self.reversed else batch

    def _interrupt(self, why: str) -> None:
        if self._poll and not self._poll.done():
            self.conflicts += 1
            self._poll.set_exception(conflict(why))

    def _wake(self) -> None:
        if self._held:
            return
        if self.courier:
            self.courier.deliver(self.pending, backwards=self.reversed)
        elif self._poll and not self._poll.done():
            # All that happens in this turn of the loop comes in one answer.
            self._poll.set_result(None)

    # Webhook

    async def set_webhook(self, hook: Hook, *, drop: bool) -> None:
        if not hook.url.startswith(("https://", "http://127.0.0.1:", "http://localhost:")):
            raise bad("bad webhook: An HTTPS URL must be provided for webhook")
        if not 1 <= hook.max_connections <= 100:
            raise bad("bad webhook: max_connections must be between 1 and 100")
        self._interrupt("terminated by setWebhook request")
        await self.delete_webhook(drop=drop)
        for public, local in self.reroute.items():
            hook = replace(hook, target=hook.target.replace(public, local, 1))
        self.courier = self.couriers(hook, self._delivered, self.changed)
        self._wake()

    async def delete_webhook(self, *, drop: bool) -> None:
        if self.courier:
            await self.courier.close()
        self.courier = None
        if drop:
            self.pending.clear()

    def _delivered(self, update: Json) -> None:
        for at, each in enumerate(self.pending):
            if each is update:
                del self.pending[at]
                return

    def webhook_info(self) -> Json:
        """What getWebhookInfo tells."""
        data: Json = {
            "url": self.courier.hook.url if self.courier else "",
            "has_custom_certificate": False,
            "pending_update_count": len(self.pending),
        }
        if self.courier:
            data |= {"max_connections": self.courier.hook.max_connections, **self.courier.trouble}
        if self.allowed:
            data["allowed_updates"] = self.allowed
        return data

    def drop_poll(self) -> None:
        """Let a waiting poll come back empty."""
        if self._poll and not self._poll.done():
            self._poll.set_result(None)

    async def close(self) -> None:
        """Forget the webhook."""
        await self.delete_webhook(drop=False)
