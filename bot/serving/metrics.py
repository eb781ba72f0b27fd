"""Numbers for Prometheus: how much, how fast, what went wrong. No label names a chat, a group or a person.

Labels come from closed sets, so the number of series stays the same however long the bot runs.
"""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from bot.serving.health import Backlog

__all__ = ["CODES", "KINDS", "Metrics"]

KINDS = ("message", "press", "membership", "migration", "other")
"""What an update can be."""

CODES = ("400", "401", "403", "404", "409", "429", "5xx", "unsent", "uncertain", "other")
"""Why a message could not be sent: Telegram's answer, or that none came (see `channels.telegram.chats`)."""

_SECONDS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)


class Metrics:
    """The bot's numbers in a registry of its own. `poll_age` gives the seconds since the last successful poll,
    None when there was none."""

    content_type = CONTENT_TYPE_LATEST

    def __init__(self, poll_age: Callable[[], float | None]) -> None:
        self.registry = CollectorRegistry()
        self._updates = Counter(
            "zhenren_updates", "Updates received.", ["kind"], registry=self.registry
        )
        self._turns = Counter("zhenren_turns", "Turns of cases.", registry=self.registry)
        self._answers = self._histogram("zhenren_answer_seconds", "From received to sent.")
        self._limited = self._counter("zhenren_rate_limited", "Answers 429 of Telegram.")
        self._failures = Counter(
            "zhenren_send_failures", "Messages not sent.", ["code"], registry=self.registry
        )
        self._dead = self._counter("zhenren_dead_updates", "Updates given up after all tries.")
        self._outbox = self._gauge("zhenren_outbox_messages", "Messages that are due and not sent.")
        self._age = self._gauge("zhenren_outbox_oldest_seconds", "How long the oldest is due.")
        self._inbox = self._gauge("zhenren_inbox_updates", "Updates received and not handled.")
        poll = self._gauge("zhenren_poll_age_seconds", "Since the last good poll; -1: none yet.")
        poll.set_function(lambda: -1.0 if (age := poll_age()) is None else age)
        for kind in KINDS:
            self._updates.labels(kind)
        for code in CODES:
            self._failures.labels(code)

    def _counter(self, name: str, text: str) -> Counter:
        return Counter(name, text, registry=self.registry)

    def _gauge(self, name: str, text: str) -> Gauge:
        return Gauge(name, text, registry=self.registry)

    def _histogram(self, name: str, text: str) -> Histogram:
        return Histogram(name, text, buckets=_SECONDS, registry=self.registry)

    def received(self, kind: str) -> None:
        """An update; a kind that is none of KINDS counts as other."""
        self._updates.labels(kind if kind in KINDS else "other").inc()

    def turned(self) -> None:
        """A turn of a case was committed."""
        self._turns.inc()

    def answered(self, seconds: float) -> None:
        """An answer went out, so long after its update came in."""
        self._answers.observe(max(0.0, seconds))

    def limited(self) -> None:
        """Telegram has said 429."""
        self._limited.inc()

    def failed(self, code: int | str) -> None:
        """A message could not be sent: an HTTP status, or unsent or uncertain."""
        text = str(code)
        if text.startswith("5") and len(text) == 3:
            text = "5xx"
        self._failures.labels(text if text in CODES else "other").inc()

    def died(self) -> None:
        """An update is given up."""
        self._dead.inc()

    def waiting(self, backlog: Backlog) -> None:
        """What waits now."""
        self._inbox.set(backlog.inbox)
        self._outbox.set(backlog.outbox)
        self._age.set(backlog.outbox_age)

    def text(self) -> bytes:
        """All numbers in Prometheus' text format."""
        return generate_latest(self.registry)
