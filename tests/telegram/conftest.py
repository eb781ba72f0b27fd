"""What the tests of the running bot share: one fake Bot API and one process per module, new people per test."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from tests.telegram.fake.chats import Message
from tests.telegram.fake.people import User
from tests.telegram.fake.server import FakeTelegram
from tests.telegram.running import Bot, running

WITHIN = 10.0
"""Seconds: a chat takes one message a second once its burst is used up."""


@dataclass(frozen=True, slots=True)
class Served:
    """A bot at work. `db` is its store."""

    fake: FakeTelegram
    bot: Bot
    db: Path

    def stored(self, text: str) -> list[str]:
        """The names of the store's files that hold a text."""
        files = self.db.parent.glob(f"{self.db.name}*")
        return [each.name for each in files if text.encode() in each.read_bytes()]

    async def ask(self, user: User, text: str, *, holding: str = "") -> Message:
        """Say it, and the bot's next message (that holds this text)."""
        user.skip()
        user.send(text)
        return await user.next(WITHIN, holding=holding)

    async def press(
        self, user: User, button: str, message: Message | None = None, *, holding: str = ""
    ) -> Message:
        """Press it, and the bot's next message (that holds this text)."""
        user.skip()
        await user.press(button, message).answered(WITHIN)
        return await user.next(WITHIN, holding=holding)

    async def toast(self, user: User, button: str, message: Message | None = None) -> str:
        """Press it, and what is shown for a moment."""
        return (await user.press(button, message).answered(WITHIN)).text or ""

    async def before_help(self, user: User) -> list[Message]:
        """What the bot still says to somebody before it answers one more message: answers keep their order."""
        user.send("/help")
        found: list[Message] = []
        while not found or not found[-1].text.startswith(("直接说", "直接說")):
            found.append(await user.next(WITHIN))
        return found[:-1]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def served(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Served]:
    """A bot that works during all tests of a module; they have to run in the module's loop."""
    db = tmp_path_factory.mktemp("served") / "zhenren.db"
    async with FakeTelegram() as fake, running(fake, db) as bot:
        yield Served(fake, bot, db)


@pytest.fixture
def newcomer(served: Served) -> Callable[..., User]:
    """Makes people whom the bot does not know yet."""
    return served.fake.user


@pytest.fixture
def ann(served: Served) -> User:
    """Somebody who has let the bot speak and said nothing yet."""
    return served.fake.user("甲", started=True)
