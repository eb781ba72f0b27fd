"""Many people at once: who sends what when, and how long each waited for the answer."""

from __future__ import annotations

import asyncio
import re
import time
from dataclasses import dataclass, field

from tests.telegram.fake.people import User
from tests.telegram.fake.server import FakeTelegram

__all__ = ["Load"]

_NUMBER = re.compile(r"/n(\d+)\b")


@dataclass
class Load:
    """Numbered commands; each answer names its number. Times are seconds of the monotonic clock."""

    fake: FakeTelegram
    people: list[User]
    sent: dict[int, float] = field(default_factory=dict)

    @classmethod
    def of(cls, fake: FakeTelegram, count: int) -> Load:
        return cls(fake, [fake.user(f"甲{number}", started=True) for number in range(count)])

    def at_once(self) -> None:
        """Everybody sends one, and all of it is delivered together."""
        with self.fake.updates.held():
            for person in self.people:
                self._send(person)

    async def steadily(self, rate: float, seconds: float) -> None:
        """So many a second, from one person after the other."""
        begun = time.monotonic()
        for number in range(int(rate * seconds)):
            await asyncio.sleep(max(0.0, begun + number / rate - time.monotonic()))
            self._send(self.people[number % len(self.people)])

    def _send(self, person: User) -> None:
        number = len(self.sent)
        self.sent[number] = time.monotonic()
        person.send(f"/n{number}")

    def answers(self) -> dict[int, list[float]]:
        """When each number was answered, as often as it was."""
        found: dict[int, list[float]] = {}
        for call in self.fake.log.of("sendMessage"):
            if call.done and (match := _NUMBER.search(call.text)):
                found.setdefault(int(match[1]), []).append(call.time)
        return found

    async def answered(self, within: float) -> None:
        """Until everything that was sent is answered."""
        async with asyncio.timeout(within):
            while len(self.answers()) < len(self.sent):  # noqa: ASYNC110 - asked seldom: the log is long
                await asyncio.sleep(0.1)

    def waits(self) -> list[float]:
        """Seconds from sent to answered, the shortest first."""
        return sorted(times[0] - self.sent[number] for number, times in self.answers().items())

    def refused(self) -> int:
        """How often Telegram has said 429."""
        return sum(1 for call in self.fake.log.calls if call.error and call.error.code == 429)
