"""A bot that runs for a whole module of tests about groups, and the people of its groups.

Each test founds a group of its own: a group takes ten messages at once and then one in six seconds. Nobody in a test
sleeps; that nothing was said is seen when the answer to something later has come.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tests.telegram.fake.chats import Message
from tests.telegram.fake.groups import Group
from tests.telegram.fake.people import User
from tests.telegram.fake.server import FakeTelegram
from tests.telegram.fake.world import Query
from tests.telegram.running import Bot, running

__all__ = ["Stage", "codes", "document", "links", "staged"]

WITHIN = 8.0
CHANGER = ("can_change_info",)


def codes(message: Message) -> dict[str, str]:
    """The data of a panel's buttons by code and value: `mode/off`, `p/quiet`."""
    found = {}
    for row in message.keyboard:
        for button in row:
            data = button.get("callback_data", "")
            found[data.split("|")[1].partition("/")[2].rstrip("/")] = data
    return found


def links(message: Message) -> list[str]:
    """Where the buttons of a message lead."""
    return [button["url"] for row in message.keyboard for button in row if "url" in button]


def document(**settings: Any) -> bytes:
    """A file of settings."""
    return json.dumps({"zhenren_settings": 1, **settings}, ensure_ascii=False).encode()


class Stage:
    """The bot and its Telegram."""

    def __init__(self, fake: FakeTelegram, bot: Bot, db: Path) -> None:
        self.fake, self.bot, self.db = fake, bot, db

    @property
    def at(self) -> str:
        return f"@{self.fake.username}"

    def group(self, **more: Any) -> Group:
        """A new group that the bot is in."""
        return self.fake.group(more.pop("title", "互助群"), bot=True, **more)

    def member(self, group: Group, name: str = "乙") -> User:
        """Somebody new in the group; nobody is told."""
        user = self.fake.user(name)
        with self.fake.updates.lost():
            group.join(user)
        return user

    def admin(self, group: Group, *rights: str, anonymous: bool = False) -> User:
        """A new admin, who has started the bot."""
        user = self.fake.user("管理员", started=True)
        with self.fake.updates.lost():
            group.promote(user, rights=rights, anonymous=anonymous)
        return user

    async def said(self, group: Group, user: User, text: str, **more: Any) -> Message:
        """The bot's next message after somebody has said something; `@` stands for its name."""
        group.skip()
        group.say(user, text.replace("@", self.at), **more)
        return await group.next(WITHIN)

    async def asked(self, user: User, text: str) -> Message:
        """The same in private chat."""
        user.skip()
        user.send(text)
        return await user.next(WITHIN)

    async def quiet(self, group: Group, thread: int | None = None) -> None:
        """Nothing was said: the next message of the bot is the answer to what the owner asks now."""
        group.say(group.owner, f"/audit{self.at}", thread=thread)
        answer = await group.next(WITHIN)
        assert answer.text.startswith("改动记录"), answer.text

    async def panel(self, group: Group, by: User | None = None, **more: Any) -> Message:
        """The panel, opened in the group."""
        return await self.said(group, by or group.owner, "/settings@", **more)

    async def press(self, by: User, panel: Message, code: str, shown: Message | None = None) -> str:
        """Press a button of a panel by its code, wait until the panel shows what comes of it: the toast. `shown`:
        the message that has the button, if not the panel."""
        chat = panel.chat.id
        before = len(self.fake.log.of("editMessageText", chat))
        query = await by.forge(codes(shown or panel)[code], panel).answered(WITHIN)
        await self.fake.wait_for(
            lambda log: len(_ended(log.of("editMessageText", chat))) > before, WITHIN, what="edit"
        )
        return query.text or ""

    async def choose(self, group: Group, page: str, choice: str, by: User | None = None) -> str:
        """Change a setting: open the panel, a page of it, press. The toast; three messages of the group's ten."""
        panel = await self.panel(group, by)
        await self.press(by or group.owner, panel, f"p/{page}")
        return await self.press(by or group.owner, panel, choice)

    async def offered(self, group: Group, body: bytes, by: User | None = None) -> Message:
        """The preview of a file of settings that was sent to the group."""
        group.skip()
        group.document(by or group.owner, "s.json", body, caption=f"/import{self.at}")
        return await group.next(WITHIN)

    async def imported(self, group: Group, **settings: Any) -> None:
        """Settings from a file, previewed and confirmed: two messages of the group's ten."""
        preview = await self.offered(group, document(**settings))
        group.owner.press("就这样改", preview)
        await self.fake.wait_for(lambda _: preview.edited and not preview.keyboard, WITHIN)

    async def forged(self, by: User, data: str, message: Message) -> Query:
        """The answer to a press with any data."""
        return await by.forge(data, message).answered(WITHIN)

    async def connected(self, group: Group, by: User | None = None) -> tuple[User, Message]:
        """An admin whose private chat is connected, and the panel there."""
        admin = by or group.owner
        card = await self.said(group, admin, "/connect@")
        admin.skip()
        admin.press("到私聊里设置", card)
        assert "连上了" in (await admin.next(WITHIN)).text
        return admin, await admin.next(WITHIN)


def _ended(calls: list[Any]) -> list[Any]:
    return [call for call in calls if call.finished is not None]


@asynccontextmanager
async def staged(
    folder: Path, env: Mapping[str, str] | None = None, *, reads_all: bool = False
) -> AsyncIterator[Stage]:
    """A stage with its bot at work."""
    async with FakeTelegram(reads_all=reads_all) as fake:
        db = folder / "bot.db"
        async with running(fake, db, env) as bot:
            await fake.polled(WITHIN)
            yield Stage(fake, bot, db)
