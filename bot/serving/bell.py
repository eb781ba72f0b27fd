"""A bell: somebody waits for news, whoever has some rings; a ring while nobody waits is not lost."""

from __future__ import annotations

import asyncio

__all__ = ["Bell"]


class Bell:
    """For one waiter."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        self._rung.set()

    async def wait(self, seconds: float) -> None:
        """Until it is rung, or so long."""
        try:
            async with asyncio.timeout(seconds):
                await self._rung.wait()
        except TimeoutError:
            pass
        self._rung.clear()
