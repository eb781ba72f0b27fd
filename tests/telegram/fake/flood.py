"""Telegram's limits on messages: 30 a second in all, 1 a second in a private chat, 20 a minute in a group.

Sending and editing count, for the chat and in all; typing, drafts, deleting and looking things up are free.
"""

from __future__ import annotations

import math
from collections import defaultdict, deque
from dataclasses import dataclass, field

from tests.telegram.fake.errors import ApiError, too_many

__all__ = ["Flood", "counts_as_message"]

_FREE = frozenset({"sendchataction", "sendmessagedraft"})


def counts_as_message(method: str) -> bool:
    """Whether a method sends or edits a message."""
    name = method.lower()
    return (
        name.startswith(("send", "edit")) or name in {"copymessage", "forwardmessage"}
    ) and name not in _FREE


@dataclass(slots=True)
class Flood:
    """The rule; it does nothing until `on`. `burst` messages may come at once in a private chat. `second` is the
    length of a second here, to make tests faster; `retry_after` replaces the wait that is told."""

    on: bool = False
    overall: int = 30
    burst: int = 3
    group: int = 20
    second: float = 1.0
    retry_after: int | None = None
    _all: deque[float] = field(default_factory=deque)
    _groups: dict[int, deque[float]] = field(default_factory=lambda: defaultdict(deque))
    _private: dict[int, tuple[float, float]] = field(default_factory=dict)

    def check(self, method: str, chat: int | str | None, now: float) -> ApiError | None:
        """The error that a call at `now` (monotonic seconds) earns; a call that passes is counted."""
        if not self.on or not counts_as_message(method) or not isinstance(chat, int):
            return None
        waits = [self._window(self._all, self.overall, self.second, now)]
        group = self._groups[chat] if chat < 0 else None
        if group is not None:
            waits.append(self._window(group, self.group, 60 * self.second, now))
        else:
            waits.append(self._bucket(chat, now))
        if wait := max(waits):
            return too_many(self.retry_after or max(1, math.ceil(wait)))
        self._all.append(now)
        if group is not None:
            group.append(now)
        else:
            self._take(chat, now)
        return None

    @staticmethod
    def _window(times: deque[float], limit: int, length: float, now: float) -> float:
        while times and times[0] <= now - length:
            times.popleft()
        return times[-limit] + length - now if len(times) >= limit else 0

    def _level(self, chat: int, now: float) -> float:
        level, since = self._private.get(chat, (float(self.burst), now))
        return min(float(self.burst), level + (now - since) / self.second)

    def _bucket(self, chat: int, now: float) -> float:
        return max(0.0, 1 - self._level(chat, now)) * self.second

    def _take(self, chat: int, now: float) -> None:
        self._private[chat] = (self._level(chat, now) - 1, now)
