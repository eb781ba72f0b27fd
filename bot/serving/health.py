"""Is the bot alive, and can it do its work? Answers for who restarts it, and for who sends it traffic.

Live: the loop turns. Ready: the store answers, Telegram was reached lately (or comes by itself to the webhook), and
nothing waits too long to be sent. Not ready is no reason to restart; not alive is.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Protocol

from bot.core.errors import StorageError
from bot.store.base import Depth

__all__ = ["Backlog", "Health", "Numbers", "Verdict", "health_routes"]

BEAT_SECONDS = 30.0
POLL_SECONDS = 90.0
OUTBOX_SECONDS = 300.0
_PROBE_SECONDS = 5.0

Answer = tuple[int, str, bytes]
"""Status, content type and body."""


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits: updates to handle, messages that are due, and how many seconds the oldest of those is due."""

    inbox: int = 0
    outbox: int = 0
    outbox_age: float = 0.0

    @classmethod
    def of(cls, depth: Depth, now: datetime) -> Backlog:
        """What a store tells, seen from `now` (aware)."""
        if depth.oldest is None:
            return cls(depth.inbox, depth.outbox)
        since = datetime.strptime(depth.oldest, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        return cls(depth.inbox, depth.outbox, max(0.0, (now - since).total_seconds()))


@dataclass(frozen=True, slots=True)
class Verdict:
    """Each check by name, with what is wrong; an empty text is fine."""

    checks: Mapping[str, str]

    @property
    def ok(self) -> bool:
        return not any(self.checks.values())


class Numbers(Protocol):
    """The metrics, as their page sees them."""

    @property
    def content_type(self) -> str: ...

    def waiting(self, backlog: Backlog) -> None: ...

    def text(self) -> bytes: ...


class Health:
    """`probe` asks the store what waits; `clock` gives seconds that never go back. The main loop calls `beat`, the
    fetcher `polled` after each good poll, the sender `tried` after each message. With `webhook` nobody polls."""

    def __init__(
        self,
        probe: Callable[[], Awaitable[Backlog]],
        *,
        webhook: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._probe, self._webhook, self._clock = probe, webhook, clock
        self._beat_at = clock()
        self._polled_at: float | None = None
        self._stuck_at: float | None = None

    def beat(self) -> None:
        """The main loop has come round."""
        self._beat_at = self._clock()

    def polled(self) -> None:
        """Telegram has answered a poll."""
        self._polled_at = self._clock()

    def tried(self, code: str = "") -> None:
        """A message was tried: it is there, or why not (see `metrics.CODES`). One that did not leave is due anew each
        time, so how long it waits is told from here and not from the outbox."""
        if code == "unsent":
            self._stuck_at = self._clock() if self._stuck_at is None else self._stuck_at
        elif code != "uncertain":
            self._stuck_at = None

    @property
    def poll_age(self) -> float | None:
        """Seconds since Telegram has answered a poll; None when it has not yet."""
        return None if self._polled_at is None else self._clock() - self._polled_at

    async def backlog(self) -> Backlog | None:
        """What waits; None when the store does not tell."""
        try:
            found = await asyncio.wait_for(self._probe(), _PROBE_SECONDS)
        except (StorageError, TimeoutError):
            return None
        stuck = 0.0 if self._stuck_at is None else self._clock() - self._stuck_at
        return replace(found, outbox_age=max(found.outbox_age, stuck))

    def live(self) -> Verdict:
        """Whether the loop turns."""
        age = self._clock() - self._beat_at
        return Verdict({"loop": "" if age < BEAT_SECONDS else f"{age:.0f} 秒没有动静"})

    async def ready(self) -> Verdict:
        """Whether the work can be done."""
        backlog = await self.backlog()
        late = backlog is not None and backlog.outbox_age >= OUTBOX_SECONDS
        return Verdict(
            {
                "store": "" if backlog is not None else "存档不应答",
                "telegram": self._reached(),
                "outbox": f"有消息等了 {backlog.outbox_age:.0f} 秒没发出去"
                if backlog and late
                else "",
            }
        )

    def _reached(self) -> str:
        if self._webhook:
            return ""
        age = self.poll_age
        if age is None:
            return "还没连上过 Telegram"
        return "" if age < POLL_SECONDS else f"{age:.0f} 秒没连上 Telegram"


def health_routes(health: Health, metrics: Numbers) -> dict[str, Callable[[], Awaitable[Answer]]]:
    """What is answered under /livez, /readyz and /metrics."""

    async def live() -> Answer:
        return _answer(health.live())

    async def ready() -> Answer:
        return _answer(await health.ready())

    async def numbers() -> Answer:
        if backlog := await health.backlog():
            metrics.waiting(backlog)
        return 200, metrics.content_type, metrics.text()

    return {"/livez": live, "/readyz": ready, "/metrics": numbers}


def _answer(verdict: Verdict) -> Answer:
    checks = {name: wrong or "ok" for name, wrong in verdict.checks.items()}
    body = json.dumps({"ok": verdict.ok, **checks}, ensure_ascii=False).encode()
    return 200 if verdict.ok else 503, "application/json; charset=utf-8", body
