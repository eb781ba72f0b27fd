"""`zhenren telegram` under load, as a process of its own with a file as its store, against the tests' fake Bot API,
which enforces Telegram's limits. What is timed is what a person waits for: from sent to answered.

The limiter lets 25 messages a second out, so at 30 a second a backlog grows for a minute and has to be drained.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from pathlib import Path

from tests.telegram.fake.server import FakeTelegram
from tests.telegram.loading import Load
from tests.telegram.running import running

__all__ = ["measure_telegram"]

PEOPLE = 100
CALM = (20, 20)
BUSY = (30, 60)
"""Messages a second, and for how many seconds."""

_WITHIN = 120.0


def measure_telegram() -> dict[str, float | str]:
    """Waits in seconds: all at once, calm and busy; and how often Telegram has said 429."""
    with tempfile.TemporaryDirectory(dir=Path.cwd(), prefix=".bench-") as name:
        return asyncio.run(_measured(Path(name)))


async def _measured(directory: Path) -> dict[str, float | str]:
    figures: dict[str, float | str] = {}
    async with FakeTelegram() as fake:
        fake.flood.on = True
        async with running(fake, directory / "me.db"):
            burst = Load.of(fake, PEOPLE)
            begun = time.monotonic()
            burst.at_once()
            await burst.answered(_WITHIN)
            figures["telegram_100_at_once_s"] = round(time.monotonic() - begun, 2)
            refused = burst.refused()
            for name, (rate, seconds) in {"calm": CALM, "busy": BUSY}.items():
                fake.log.clear()
                load = Load.of(fake, PEOPLE)
                await load.steadily(rate, seconds)
                ended = time.monotonic()
                await load.answered(_WITHIN)
                waits = load.waits()
                figures[f"telegram_{name}_p50_s"] = round(waits[len(waits) // 2], 3)
                figures[f"telegram_{name}_p99_s"] = round(waits[len(waits) * 99 // 100], 3)
                figures[f"telegram_{name}_drained_s"] = round(time.monotonic() - ended, 2)
                refused += load.refused()
            figures["telegram_429"] = refused
    return figures
