"""A Telegram for tests: a whole Bot API over real HTTP on 127.0.0.1, and the people on the other side of it.

    async with FakeTelegram() as fake:
        bot = start_the_bot(token=fake.token, api=fake.url)      # python-telegram-bot: base_url=f"{fake.url}/bot"
        ann = fake.user("甲", language="zh")
        ann.start()
        hello = await ann.next()                                 # waits for the bot
        await ann.press("退款", hello).answered()
        group = fake.group("群", owner=ann, forum=True)
        group.add_bot(by=ann)
        group.say(ann, f"@{fake.username} 退款不到账", thread=group.topic("售后"))
        fake.faults.add("sendMessage", chat=ann.id, lost="hang")  # done, but no answer comes
        await fake.wait_for(lambda log: log.of("sendMessage", ann.id), 2)
        assert not fake.log.contains("13800000000", chats=[group.id])

Hands: `people.User`, `groups.Group`. State: `fake.world` (`world.chat(id).messages`). Transport: `fake.updates` (polls, webhook,
duplicates, order), `fake.faults`, `fake.flood` (`fake.flood.on = True`). It runs in the test's own event loop.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Self, TypeVar

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets

from tests.telegram.fake.accounts import Account
from tests.telegram.fake.delivery import Updates
from tests.telegram.fake.faults import Faults
from tests.telegram.fake.flood import Flood
from tests.telegram.fake.groups import Group
from tests.telegram.fake.log import Call, Log
from tests.telegram.fake.people import User
from tests.telegram.fake.web import application
from tests.telegram.fake.world import World

__all__ = ["TOKEN", "FakeTelegram"]

T = TypeVar("T")

TOKEN = "123456789:AAFakeFakeFakeFakeFakeFakeFakeFake0"
HOST = "127.0.0.1"
BODY = 60 * 1024 * 1024


class FakeTelegram:
    """The server, and what a test needs of it. It listens between `start` and `stop`, or inside `async with`."""

    def __init__(
        self,
        token: str = TOKEN,
        *,
        name: str = "真人",
        username: str = "zhenren_test_bot",
        reads_all: bool = False,
    ) -> None:
        self.token = token
        self.updates = Updates()
        self.world = World(token, self.updates, name=name, username=username)
        self.world.reads_all = reads_all
        self.world.changed = self.updates.changed = self.changed
        self.log = Log()
        self.faults = Faults()
        self.flood = Flood()
        self.port = 0
        self._server: HTTPServer | None = None
        self._waiting: list[asyncio.Future[None]] = []

    # Running

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> None:
        """Listen, on the port of last time if there was one."""
        sockets = bind_sockets(self.port, HOST)
        self.port = sockets[0].getsockname()[1]
        self._server = HTTPServer(application(self), max_body_size=BODY, max_buffer_size=BODY)
        self._server.add_sockets(sockets)

    async def stop(self) -> None:
        """Deliver nothing more and close all connections."""
        await self.updates.close()
        await self._silence()

    async def _silence(self) -> None:
        if self._server is None:
            return
        self._server.stop()
        await self._server.close_all_connections()
        self._server = None
        await asyncio.sleep(0)  # handlers whose connection has gone end here

    @asynccontextmanager
    async def unreachable(self) -> AsyncIterator[None]:
        """Inside, nobody listens: connections are refused. The port stays the same."""
        await self._silence()
        try:
            yield
        finally:
            await self.start()

    @property
    def url(self) -> str:
        """The root of the API, without `/bot`."""
        return f"http://{HOST}:{self.port}"

    @property
    def id(self) -> int:
        """The bot's id."""
        return self.world.me.id

    @property
    def username(self) -> str:
        """The bot's username, without @."""
        return self.world.me.username or ""

    # People

    def user(
        self,
        name: str = "甲",
        *,
        language: str | None = "zh",
        id: int | None = None,  # noqa: A002  # the Bot API's word
        username: str | None = None,
        started: bool = False,
    ) -> User:
        """A new person. `started`: has pressed start before, without a message."""
        account = self.world.person(
            name, number=id, language=language, username=username, started=started
        )
        return User(self.world, account, self._wait)

    def group(
        self,
        title: str = "群",
        *,
        kind: str = "supergroup",
        forum: bool = False,
        owner: User | None = None,
        bot: bool = False,
        id: int | None = None,  # noqa: A002  # the Bot API's word
        username: str | None = None,
    ) -> Group:
        """A new group or supergroup with its creator. `bot`: the bot is a member already, and is not told."""
        chat = self.world.found(title, kind, id, forum=forum, username=username)
        group = Group(self.world, chat, owner or self.user("群主"), self._wait)
        if bot:
            with self.updates.lost():
                group.add_bot()
        return group

    def other_bot(self, name: str = "别的机器人", *, username: str = "another_bot") -> Account:
        """Another bot, which groups can let in and let speak."""
        return self.world.person(name, bot=True, username=username)

    # Waiting

    async def wait_for(
        self, ready: Callable[[Log], T], within: float = 3.0, *, what: str = "it"
    ) -> T:
        """What `ready` says of the log, as soon as that is true; looked at whenever something happens.
        AssertionError with the last calls after `within` seconds."""
        try:
            async with asyncio.timeout(within):
                while not (found := ready(self.log)):
                    waiting = asyncio.get_running_loop().create_future()
                    self._waiting.append(waiting)
                    await waiting
        except TimeoutError:
            calls = self.log.tail()
            raise AssertionError(
                f"waited {within} s for {what}; the last calls:\n{calls}"
            ) from None
        return found

    async def _wait(self, ready: Callable[[Log], Any], within: float, *, what: str = "it") -> Any:
        return await self.wait_for(ready, within, what=what)

    async def polled(self, within: float = 3.0) -> None:
        """Until the bot waits for updates with nothing left to fetch: it is up, and has taken all it was given."""
        await self.wait_for(lambda _: self.updates.polling, within, what="long poll")

    def changed(self) -> None:
        """Something has happened: who waits looks again."""
        waiting, self._waiting = self._waiting, []
        for each in waiting:
            if not each.done():
                each.set_result(None)

    def arrived(self, call: Call) -> None:
        self.log.calls.append(call)
        self.changed()
