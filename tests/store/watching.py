"""A store in a directory, an agent on it, and an eye on every byte that is written there."""

from __future__ import annotations

import itertools
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.agent import Agent
from bot.app import Engine
from bot.channels.base import Update
from bot.core.flow import Ask
from bot.core.turn import Outcome
from bot.store.sqlite import SqliteStore

__all__ = ["BANNED", "NOW", "ORDER", "REFUND", "Watched", "keeping", "texts"]

NOW = datetime(2026, 11, 20, 10)
BANNED = "早上突然永久封号，写违规引流，申诉不到一分钟就驳回"
REFUND = "商家发错货，我要退款"
ORDER = "P700123456789012345"


class Watched:
    """A store in a directory, an agent on it, and an eye on every byte that is written."""

    def __init__(self, engine: Engine, directory: Path, store: SqliteStore, sealer: Any) -> None:
        self.engine, self.directory, self.store, self.sealer = engine, directory, store, sealer
        self.agent: Agent = engine.agent(store, sealer=sealer)
        self.secret: list[str] = []
        self.numbers = itertools.count()

    def restart(self, sealer: Any = None) -> None:
        """The memory of a new process is empty."""
        self.agent = self.engine.agent(self.store, sealer=sealer)

    async def say(self, value: str, kind: str = "text", user: str = "me") -> Outcome:
        update = Update(user, kind, value, str(next(self.numbers)))
        outcome = await self.agent.handle(update, NOW)
        self.check(outcome)
        return outcome

    async def press(self, value: str, user: str = "me") -> Outcome:
        return await self.say(value, "button", user)

    def check(self, outcome: Outcome) -> None:
        for secret in self.secret:
            assert not self.written(secret), f"{secret} is in {self.written(secret)}"
            assert secret not in repr(outcome.events)

    def written(self, text: str) -> list[str]:
        """The files that hold a text."""
        paths = [each for each in self.directory.iterdir() if each.is_file()]
        return sorted(each.name for each in paths if text.encode() in each.read_bytes())

    async def until_asked(self, slot: str) -> Outcome:
        """Know nothing until `slot` is asked for."""
        for _ in range(40):
            tracker = (await self.store.load("me")).tracker
            assert tracker is not None
            step = self.engine.build.spec.states[tracker.state].step
            if isinstance(step, Ask) and step.slot == slot:
                return await self.agent.still("me", NOW)
            known = {"Coach": "reply:human_answered", "Write": "cmd:sent", "Ask": "cmd:unsure"}
            await self.press(known[type(step).__name__])
        raise AssertionError(f"{slot} was never asked")


def texts(outcome: Outcome) -> str:
    parts: list[str] = []
    for response in outcome.responses:
        parts += [response.text, *(copy.text for copy in response.copies)]
    return "\n".join([*parts, *map(str, outcome.slots.values())])


async def keeping(people: Watched) -> None:
    """An order number is told and kept."""
    people.secret = [ORDER]
    await people.say(f"{REFUND}，订单号{ORDER}")
    outcome = await people.say("留着我的号码")
    assert (await people.store.load("me")).profile.keep
    assert outcome.slots["order_no"] == ORDER
