"""Killing the bot at random moments while people write to it, and what must be true afterwards.

Everybody sends numbered commands that do not exist, whose answers name them, between words that move a case. Then
every message has its answer, in order, and a second copy says that it may be one.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
import signal
import sys
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from bot.store.base import Claim
from bot.store.opening import open_store
from tests.telegram.fake.chats import Message
from tests.telegram.fake.people import User
from tests.telegram.fake.server import FakeTelegram
from tests.telegram.fake.webhook import Courier, Hook
from tests.telegram.running import ROOT, STARTED

__all__ = ["NOTE", "Crowd", "Nursery", "assassin", "in_order", "nursery", "verify"]

NOTE = "（网络刚才断了一下，这条可能会重复。）"
WORDS = ("账号被封了", "申诉被驳回了", "说不清", "客服一直是机器人", "不知道", "为什么问这个？")
PAUSE = 0.8
_NUMBER = re.compile(r"/n(\d+)\b")
_LOOK = 0.01


class Victim(Protocol):
    """A process that can be killed and started again."""

    async def start(self, *, wait: bool = True) -> None: ...

    async def up(self, within: float = 20.0) -> None: ...

    async def kill(self) -> None: ...

    async def stop(self) -> int: ...


# ── processes that start fast ───────────────────────────────────────────────
class Forked:
    """A bot that the nursery forks; `log` is what all of its lives have written."""

    def __init__(
        self, nursery: Nursery, log: Path, env: Mapping[str, str], options: Sequence[str]
    ) -> None:
        self._nursery, self._log = nursery, log
        self._env, self._options = env, options
        self.pid = 0

    @property
    def log(self) -> str:
        return self._log.read_text() if self._log.exists() else ""

    @property
    def alive(self) -> bool:
        if not self.pid:
            return False
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        return True

    async def start(self, *, wait: bool = True) -> None:
        self._begun = self.log.count(STARTED)
        self.pid = await self._nursery.fork(self._log, self._env, self._options)
        if wait:
            await self.up()

    async def up(self, within: float = 20.0) -> None:
        try:
            async with asyncio.timeout(within):
                while self.log.count(STARTED) == self._begun:
                    assert self.alive, f"the bot has not started:\n{self.log}"
                    await asyncio.sleep(_LOOK)
        except TimeoutError:
            raise AssertionError(f"the bot does not come up:\n{self.log}") from None

    async def kill(self) -> None:
        await self._signal(signal.SIGKILL)

    async def stop(self) -> int:
        await self._signal(signal.SIGTERM)
        return 0

    async def _signal(self, number: int) -> None:
        if self.alive:
            os.kill(self.pid, number)
        async with asyncio.timeout(30):
            while self.alive:  # noqa: ASYNC110 - the kernel ends it
                await asyncio.sleep(_LOOK)


@dataclass
class Nursery:
    """Where forks come from."""

    process: asyncio.subprocess.Process
    bots: list[Forked] = field(default_factory=list)
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    def bot(
        self, fake: FakeTelegram, db: str, log: Path, env: Mapping[str, str], *options: str
    ) -> Forked:
        """A bot that is not started yet."""
        settings = {
            **{name: value for name, value in os.environ.items() if "proxy" not in name.lower()},
            "BOT_TOKEN": fake.token,
            "BOT_API_BASE_URL": fake.url,
            "ZHENREN_DB": db,
            **env,
        }
        self.bots.append(Forked(self, log, settings, options))
        return self.bots[-1]

    async def fork(self, log: Path, env: Mapping[str, str], options: Sequence[str]) -> int:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        async with self._lock:
            order = {"log": str(log), "env": dict(env), "options": list(options)}
            self.process.stdin.write(json.dumps(order).encode() + b"\n")
            await self.process.stdin.drain()
            return int(await self.process.stdout.readline())


@asynccontextmanager
async def nursery() -> AsyncIterator[Nursery]:
    """A nursery that is ready; at the end everybody who came from it is gone."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.telegram.nursery",
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    assert await process.stdout.readline() == b"ready\n"
    found = Nursery(process)
    try:
        yield found
    finally:
        for bot in found.bots:
            await bot.kill()
        process.stdin.close()
        await process.wait()


# ── people ──────────────────────────────────────────────────────────────────
@dataclass
class Crowd:
    """People who write until `stop`; `sent` is how many numbers each has sent."""

    fake: FakeTelegram
    rng: random.Random
    people: list[User] = field(default_factory=list)
    sent: dict[int, int] = field(default_factory=dict)
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    @classmethod
    def of(cls, fake: FakeTelegram, count: int, rng: random.Random) -> Crowd:
        people = [fake.user(f"甲{number}", started=True) for number in range(count)]
        return cls(fake, rng, people, dict.fromkeys((each.id for each in people), 0))

    def begin(self) -> None:
        self._tasks = [asyncio.create_task(self._write(each)) for each in self.people]

    async def stop(self) -> None:
        """No more but one number from each: its answer comes after all others of theirs."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for person in self.people:
            self._number(person)

    async def answered(self, within: float) -> None:
        """Until everybody has the answer to their last number and nothing waits."""
        await self.fake.wait_for(
            lambda _: not self.fake.updates.pending and all(map(self._content, self.people)),
            within,
            what=f"answers to all; missing {self._missing}",
        )

    @property
    def _missing(self) -> dict[int, int]:
        return {each.id: self.sent[each.id] for each in self.people if not self._content(each)}

    def _content(self, person: User) -> bool:
        return set(numbers(person)) == set(range(self.sent[person.id]))

    async def _write(self, person: User) -> None:
        while True:
            await asyncio.sleep(self.rng.uniform(0, 2 * PAUSE))
            if self.rng.random() < 0.3:
                person.send(self.rng.choice(WORDS))
            else:
                self._number(person)

    def _number(self, person: User) -> None:
        person.send(f"/n{self.sent[person.id]}")
        self.sent[person.id] += 1


def messages(person: User) -> list[Message]:
    """What the bot has said to them."""
    return [each for each in person.messages if each.ours]


def numbers(person: User) -> list[int]:
    """The numbers that were answered, in the order of the answers."""
    found = (_NUMBER.search(each.text) for each in messages(person))
    return [int(match[1]) for match in found if match]


# ── the end of lives ────────────────────────────────────────────────────────
async def assassin(
    fake: FakeTelegram, bots: Sequence[Victim], kills: int, rng: random.Random
) -> None:
    """Kill so often, one of the bots each time, and start it again; all of them work in the end."""
    for _ in range(kills):
        bot = rng.choice(bots)
        moment = rng.choice(("soon", "soon", "any", "sending", "sending", "starting"))
        if moment == "starting":
            await bot.kill()
            await bot.start(wait=False)
            await asyncio.sleep(rng.uniform(0, 0.3))
        else:
            await bot.up()
        if moment == "soon":
            await asyncio.sleep(rng.uniform(0, 0.1))
        if moment == "any":
            await asyncio.sleep(rng.uniform(0, 1))
        if moment == "sending":
            await _sending(fake)
        await bot.kill()
        await bot.start(wait=False)
    for bot in bots:
        await bot.up()


async def _sending(fake: FakeTelegram) -> None:
    """When the next message reaches Telegram, before the bot knows of it."""
    before = len(fake.log.of("sendMessage"))
    try:
        await fake.wait_for(lambda log: len(log.of("sendMessage")) > before, 2)
    except AssertionError:
        return  # everybody has their answers: any moment will do


# ── the webhook ─────────────────────────────────────────────────────────────
def in_order(*ports: int) -> type[Courier]:
    """Carries posts as Telegram does with one connection to the webhook: what is not taken is tried again before what came after it.
    Behind its address the posts go to these ports in turn."""

    class InOrder(Courier):
        def __init__(self, hook: Hook, *more: object) -> None:
            super().__init__(hook, *more)  # type: ignore[arg-type]  # handed through
            self.longest = 0.1
            self._line, self._closed = asyncio.Lock(), False
            self._count = 0

        def deliver(self, pending: Iterable[dict[str, object]], *, backwards: bool = False) -> None:
            if not self._closed:
                super().deliver(pending, backwards=backwards)

        async def close(self) -> None:
            self._closed = True
            await super().close()

        async def _carry(self, update: dict[str, object]) -> None:
            async with self._line:
                await super()._carry(update)

        async def _status(self, update: dict[str, object]) -> int:
            port, self._count = ports[self._count % len(ports)], self._count + 1
            url = re.sub(r"127\.0\.0\.1:\d+", f"127.0.0.1:{port}", self.hook.url)
            self.hook = replace(self.hook, url=url)
            return await super()._status(update)

    return InOrder


# ── what must be true ───────────────────────────────────────────────────────
@dataclass
class Tally:
    """What came of a run."""

    updates: int = 0
    messages: int = 0
    noted: int = 0
    problems: list[str] = field(default_factory=list)


async def verify(fake: FakeTelegram, crowd: Crowd, db: str) -> Tally:
    """Every update has its answer, which was sent; in each chat order, and no copy without the note."""
    tally = Tally()
    store = await open_store(db)
    try:
        for person in crowd.people:
            rows = 0
            for update in fake.updates.history:
                if update.get("message", {}).get("chat", {}).get("id") != person.id:
                    continue
                tally.updates += 1
                claim = Claim(f"tg{fake.id}", f"{update['update_id']:020d}")
                found = await store.replies(claim)
                rows += len(found)
                if not found or {each.state for each in found} != {"sent"}:
                    states = [(each.state, each.error) for each in found]
                    tally.problems.append(f"{update['message']['text']}: {states}")
            _compare(person, rows, crowd.sent[person.id], tally)
    finally:
        await store.close()
    return tally


def _compare(person: User, rows: int, sent: int, tally: Tally) -> None:
    said = messages(person)
    noted = [each for each in said if each.text.startswith(NOTE)]
    plain = [each for each in said if not each.text.startswith(NOTE)]
    tally.messages += len(said)
    tally.noted += len(noted)
    shown = numbers(person)
    if shown != sorted(shown):
        tally.problems.append(f"{person.id}: out of order: {shown}")
    if set(shown) != set(range(sent)):
        tally.problems.append(f"{person.id}: lost {set(range(sent)) - set(shown)}")
    once = [int(match[1]) for each in plain if (match := _NUMBER.search(each.text))]
    if len(once) != len(set(once)):
        tally.problems.append(f"{person.id}: twice without a note: {once}")
    if not len(plain) <= rows <= len(said):
        tally.problems.append(f"{person.id}: {len(plain)} + {len(noted)} messages of {rows} rows")
