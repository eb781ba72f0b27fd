"""Keeps below Telegram's limits, so that a 429 is the exception and holds up nobody but its own chat.

About 30 messages a second in all, 20 a minute in a group, one a second in a private chat with short bursts
(core.telegram.org/bots/faq; approximate, so a 429 is obeyed all the same). Only what sends or edits a message
counts; questions such as getChatMember and actions such as typing are free. Times are seconds of a monotonic
clock; nothing is shared between processes.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from telegram.error import RetryAfter
from telegram.ext import BaseRateLimiter

__all__ = ["FloodLimiter", "Pace"]

_FREE = frozenset(
    {
        "answerCallbackQuery",
        "deleteMessage",
        "deleteMyCommands",
        "deleteWebhook",
        "getChat",
        "getChatAdministrators",
        "getChatMember",
        "getChatMemberCount",
        "getFile",
        "getMe",
        "getMyCommands",
        "getWebhookInfo",
        "leaveChat",
        "sendChatAction",
        "setMessageReaction",
        "setMyCommands",
        "setMyDescription",
        "setMyShortDescription",
        "setWebhook",
    }
)
_SWEEP = 1000
"""So many chats are remembered before those at rest are forgotten."""


@dataclass(slots=True)
class Pace:
    """A rate with a burst, as the time until which it is used up (the generic cell rate algorithm)."""

    interval: float
    burst: int
    used: float = 0.0

    def wait(self, now: float) -> float:
        """Seconds until one more is allowed."""
        return max(0.0, self.used - (self.burst - 1) * self.interval - now)

    def take(self, now: float) -> None:
        self.used = max(self.used, now) + self.interval

    def pause(self, until: float) -> None:
        """Nothing is allowed before `until`."""
        self.used = max(self.used, until + (self.burst - 1) * self.interval)


class FloodLimiter(BaseRateLimiter[int]):
    """One for a bot. `ready` tells how long a message would wait, so that it can wait in the outbox instead."""

    OVERALL = (
        1 / 25,
        2,
    )  # at most 25 + 1 in any second: the network may push some of them together
    PRIVATE = (1.1, 3)  # for the same reason a little slower than one a second
    GROUP = (6.0, 10)  # at most 10 + 10 in any minute: groups are quiet for long and then not

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._overall = Pace(*self.OVERALL)
        self._chats: dict[int, Pace] = {}
        self.limited: Callable[[], None] = lambda: None

    def ready(self, chat: int) -> float:
        """Seconds until a message to this chat may go; the limit on all of them not counted."""
        pace = self._chats.get(chat)
        return pace.wait(self._clock()) if pace else 0.0

    def share(self, messages: int) -> float:
        """Seconds in which so many messages may go, to all chats together."""
        return messages * self._overall.interval

    def pause(self, chat: int, seconds: float) -> None:
        """Telegram has asked to wait with this chat."""
        self.limited()
        self._pace(chat).pause(self._clock() + seconds)

    async def initialize(self) -> None:
        """Nothing to set up."""

    async def shutdown(self) -> None:
        """Nothing is held."""

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Any]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: int | None,
    ) -> Any:
        """Wait for the turn of this chat and of all; a 429 is not tried again here."""
        chat = _chat(data)
        if endpoint in _FREE or chat is None:
            return await callback(*args, **kwargs)
        await self._turn(self._pace(chat))
        try:
            return await callback(*args, **kwargs)
        except RetryAfter as error:
            self.pause(chat, error._retry_after.total_seconds())
            raise

    async def _turn(self, pace: Pace) -> None:
        while wait := max(pace.wait(self._clock()), self._overall.wait(self._clock())):  # noqa: ASYNC110 - time ends it
            await asyncio.sleep(wait)
        pace.take(self._clock())
        self._overall.take(self._clock())

    def _pace(self, chat: int) -> Pace:
        if len(self._chats) > _SWEEP:
            now = self._clock()
            self._chats = {c: pace for c, pace in self._chats.items() if pace.used > now}
        return self._chats.setdefault(chat, Pace(*(self.GROUP if chat < 0 else self.PRIVATE)))


def _chat(data: dict[str, Any]) -> int | None:
    """The chat of a call; None for one that has none. Names of channels are not used by this bot."""
    chat = data.get("chat_id")
    return int(chat) if isinstance(chat, int | str) and str(chat).lstrip("-").isdigit() else None
