"""A crew: the rows that a process has taken and is at work on, so many at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from bot.serving.bell import Bell

__all__ = ["Crew"]

AT_ONCE = 32


class Crew:
    """Works on up to AT_ONCE things; `bell` is rung when one is done, for there may be room or a next one now."""

    def __init__(self, bell: Bell) -> None:
        self._bell = bell
        self._busy: set[asyncio.Task[None]] = set()

    @property
    def free(self) -> int:
        """For how many more there is room."""
        return AT_ONCE - len(self._busy)

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Begin, and do not wait for it."""
        task = asyncio.create_task(work)
        self._busy.add(task)
        task.add_done_callback(self._done)

    async def finish(self) -> None:
        """Wait for what was begun."""
        await asyncio.gather(*self._busy, return_exceptions=True)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._busy.discard(task)
        self._bell.ring()
