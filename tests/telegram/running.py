"""`zhenren telegram` as a process of its own, talking to the fake over HTTP and knowing nothing of it."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from tests.telegram.fake.server import FakeTelegram

__all__ = ["Bot", "running"]

ROOT = Path(__file__).resolve().parents[2]
STARTED = "开始工作"


class Bot:
    """The process. `log` is everything it has written to stderr."""

    def __init__(
        self, fake: FakeTelegram, db: str, env: Mapping[str, str] | None = None, *options: str
    ) -> None:
        self._env = {
            **{name: value for name, value in os.environ.items() if "proxy" not in name.lower()},
            "BOT_TOKEN": fake.token,
            "BOT_API_BASE_URL": fake.url,
            "ZHENREN_DB": db,
            **(env or {}),
        }
        self._options = options
        self.log = ""
        self._process: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None
        self._started = asyncio.Event()

    async def start(self, *, wait: bool = True) -> None:
        self._started.clear()
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot.cli",
            "telegram",
            *self._options,
            cwd=ROOT,
            env=self._env,
            stderr=asyncio.subprocess.PIPE,
        )
        self._reader = asyncio.create_task(self._read())
        if wait:
            await self.up()

    async def up(self, within: float = 20.0) -> None:
        """Until it works; AssertionError with its log when it does not."""
        ended = asyncio.create_task(self._ended())
        begun = asyncio.create_task(self._started.wait())
        await asyncio.wait([ended, begun], timeout=within, return_when=asyncio.FIRST_COMPLETED)
        ended.cancel()
        begun.cancel()
        assert self._started.is_set(), f"the bot has not started:\n{self.log}"

    async def _ended(self) -> None:
        assert self._process is not None
        await self._process.wait()

    async def _read(self) -> None:
        assert self._process is not None
        assert self._process.stderr is not None
        async for line in self._process.stderr:
            said = line.decode()
            self.log += said
            if STARTED in said:
                self._started.set()
        self._started.clear()

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.returncode is None

    async def kill(self) -> None:
        """SIGKILL, at once."""
        await self._signal(signal.SIGKILL)

    async def stop(self) -> int:
        """SIGTERM; the exit status."""
        return await self._signal(signal.SIGTERM)

    async def wait(self) -> int:
        """Until it ends by itself; the exit status."""
        assert self._process is not None
        assert self._reader is not None
        await self._process.wait()
        await self._reader
        return self._process.returncode or 0

    async def _signal(self, number: int) -> int:
        assert self._process is not None
        if self.alive:
            self._process.send_signal(number)
        return await self.wait()


@asynccontextmanager
async def running(
    fake: FakeTelegram, db: Path | str, env: Mapping[str, str] | None = None, *options: str
) -> AsyncIterator[Bot]:
    """A bot that works; stopped at the end."""
    bot = Bot(fake, str(db), env, *options)
    await bot.start()
    try:
        yield bot
    finally:
        if bot.alive:
            await bot.stop()
