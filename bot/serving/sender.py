"""The sender: takes what is due out of the outbox and settles each row by what became of it.

    sent        the message is there
    new again   429 or no connection: later; the rows behind it wait, other chats do not
    dead        Telegram refuses it for good (400, 403)
    unknown     nobody knows: in private chat once more with a note, in a group never again; what a crash has left
                comes again with a note after each crash, for the most of it was never sent

Telegram has no key by which it would recognise a message sent twice (tdlib/telegram-bot-api issue 126), so this is
the best there is.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from bot.agent import Agent
from bot.channels.telegram.chats import (
    Blocked,
    ChatError,
    Later,
    Migrated,
    Rejected,
    Uncertain,
    Unsent,
)
from bot.channels.telegram.envelope import Envelope
from bot.channels.telegram.events import address, place
from bot.channels.telegram.gateway import Gateway
from bot.channels.telegram.layout import page_of
from bot.channels.telegram.posts import Post, decode
from bot.channels.telegram.signing import Signer
from bot.core.errors import ConfigError, StorageError
from bot.i18n.script import in_script
from bot.room import Page, responses_of
from bot.serving import words
from bot.serving.bell import Bell
from bot.serving.buttons import Values
from bot.serving.closing import opened
from bot.serving.crew import Crew
from bot.store.base import DOUBTED, LOST, Outgoing, Store
from bot.store.records import Record
from bot.store.retention import in_seconds, utc_now

__all__ = ["ENGINE", "SWEPT", "Sender"]

log = logging.getLogger(__name__)

LEASE = 180
ENGINE = "b"
"""The action of buttons that belong to a turn's answer."""

SWEPT = "sweep"
"""The kind of record that has a message taken away when its time has come."""

_IDLE = 0.5
_TOGETHER = 2
"""So few are taken at a time, as fast as they may go: what waits here and not in the outbox is in doubt after a crash."""

_PATIENCE = 0.3
"""A message that would wait longer for its chat waits in the outbox, where it holds up nobody."""
_LONGEST = 60
_GIVE_UP = 2000
_SETTLE_TRIES = 150
_SETTLE_PAUSE = 1.0
_NOTE = "（网络刚才断了一下，这条可能会重复。）\n"
_CRASHED = "crashed"
_CRASHES = 20
"""A private message that has been taken so often when the process dies is not sent again."""

_CODES: Mapping[type[Exception], str] = {Blocked: "403", Rejected: "400"}


class Follows(Protocol):
    """The groups, as the sender sees them."""

    async def current(self, chat: int) -> int: ...

    async def moved(self, old: int, new: int) -> None: ...

    async def sent(self, post: Post, message: int) -> None: ...


Files = Callable[[str, str], Awaitable[tuple[str, bytes]]]
"""Makes a file of (address, what) as its name and content. ConfigError says why not."""


@dataclass(slots=True, eq=False)
class Sender:
    """`sent` is told the claim that each message answers, `failed` why one was not sent."""

    store: Store
    gateway: Gateway
    agent: Agent
    signer: Signer
    values: Values
    envelope: Envelope
    files: Files
    groups: Follows
    sendable: Bell
    sent: Callable[[str], None] = lambda claim: None
    failed: Callable[[str], None] = lambda code: None
    _crew: Crew = field(init=False)

    def __post_init__(self) -> None:
        self._crew = Crew(self.sendable)

    async def run(self) -> None:
        """Until cancelled; what is on its way then is settled by `finish`."""
        await self._cleared()
        clock, after = asyncio.get_running_loop().time, 0.0
        while True:
            free = min(_TOGETHER, self._crew.free)
            rows = []
            if free:
                try:
                    rows = await self.store.take_outgoing(utc_now(), in_seconds(LEASE), free)
                except StorageError as error:
                    log.error("%s", error)
            for row in rows:
                self._crew.start(self._deliver(row))
            if not rows:
                await self.sendable.wait(_IDLE)
                continue
            after = max(after, clock()) + self.gateway.limiter.share(len(rows))
            await asyncio.sleep(after - clock())

    async def finish(self) -> None:
        """Wait for what is on its way."""
        await self._crew.finish()

    async def _cleared(self) -> None:
        """Decide about leftovers before anything is sent, else what comes after them would overtake them."""
        while True:
            try:
                return await self.leftovers()
            except StorageError as error:
                log.error("%s", error)
                await asyncio.sleep(_IDLE)

    async def leftovers(self) -> None:
        """Decide about the messages that were on their way when a process died."""
        for row in await self.store.unsettled():
            await self.store.settle(_resumed(row), utc_now())

    async def _deliver(self, row: Outgoing) -> None:
        try:
            after = await self._tried(row)
        except Exception as error:
            log.error("a message could not be made", exc_info=error)
            after = replace(row, state="dead", error=type(error).__name__, payload="")
        await self._settle(after)

    async def _settle(self, row: Outgoing) -> None:
        """Write it down, however long the store is away: what is known here must not become a doubt. After its
        lease it is a leftover all the same."""
        for _ in range(_SETTLE_TRIES):
            try:
                await self.store.settle(row, utc_now())
            except StorageError as error:
                log.error("%s", error)
                await asyncio.sleep(_SETTLE_PAUSE)
            else:
                return

    async def _tried(self, row: Outgoing) -> Outgoing:
        """The row as it is after one try."""
        chat, _ = place(row.conversation)
        wait = self.gateway.limiter.ready(chat)
        if wait > _PATIENCE:
            return _put_back(row, wait)
        try:
            post, message = await self._sent(await self._post(row))
        except Later as error:
            return _put_back(row, error.after)
        except Unsent as error:
            self.failed("unsent")
            return _again(row, str(error))
        except StorageError as error:  # while it was made: nothing was sent
            log.error("%s", error)
            return _again(row, "storage")
        except Uncertain:
            self.failed("uncertain")
            return _doubted(row)
        except (ChatError, ConfigError) as error:
            self.failed(_CODES.get(type(error), "other"))
            log.warning("a message was refused (%s)", type(error).__name__)
            return replace(row, state="dead", error=str(error)[:200], payload="")
        await self._noted(post, message)
        self.sent(row.reply_to)
        return replace(row, state="sent", payload="")

    async def _post(self, row: Outgoing) -> Post:
        data = opened(self.envelope, row.payload)
        post = decode(row.conversation, data) if "post" in data else await self._page(row, data)
        if row.error in (DOUBTED, _CRASHED):
            post = replace(post, text=_NOTE + post.text)
        return post

    async def _page(self, row: Outgoing, data: dict[str, object]) -> Post:
        """The page of a turn's answer, in the person's script and with their values in place."""
        page: Page = responses_of(row.payload)
        if "〔" in row.payload:
            closed = str(data.get("values", ""))
            values = self.envelope.open(closed.encode()) if closed else {}
            page = await self.agent.revealed(row.conversation, page, values)
        page = [in_script(each, str(data.get("locale", ""))) for each in page]
        chat, _ = place(row.conversation)
        mark = data.get("mark", "")
        return page_of(
            row.conversation,
            page,
            lambda value: self.signer.sign(chat, ENGINE, f"{self.values.packed(value)}~{mark}"),
            why=bool(data.get("why")),
        )

    async def _sent(self, post: Post) -> tuple[Post, int]:
        """Send it; what Telegram minds about its form is left out and tried once more. The post as it is there,
        and its message."""
        post = await self._moved(post)
        try:
            return post, await self._call(post)
        except Migrated as error:
            old, thread = place(post.address)
            await self.groups.moved(old, error.new)
            post = replace(post, address=address(error.new, thread))
        except Rejected as error:
            simpler = _simpler(post, str(error).lower())
            if simpler is None:
                raise
            post = simpler
        return post, await self._call(post)

    async def _call(self, post: Post) -> int:
        if post.file is None:
            return await self.gateway.send(post)
        await self._typing(post)
        try:
            name, content = await self.files(post.address, post.file)
        except ConfigError as error:  # somebody waits for it, and an admin may be able to help
            log.warning("a file could not be made (%s)", error)
            return await self.gateway.send(replace(post, text=words.FILE_FAILED, file=None))
        return await self.gateway.send_file(post, name, content)

    async def _typing(self, post: Post) -> None:
        """A file takes a moment; answers without one do not."""
        try:
            await self.gateway.typing(post.address, file=True)
        except ChatError as error:  # the file comes all the same
            log.info("typing was not shown (%s)", type(error).__name__)

    async def _moved(self, post: Post) -> Post:
        """A post to a group that has another id by now."""
        chat, thread = place(post.address)
        if chat > 0:
            return post
        return replace(post, address=address(await self.groups.current(chat), thread))

    async def _noted(self, post: Post, message: int) -> None:
        """What follows from a message that is there. It stays sent, whatever goes wrong with this."""
        try:
            await self.groups.sent(post, message)
            if post.delete_after:
                await self._sweep_later(post.address, message, post.delete_after)
        except Exception as error:
            log.error("a sent message could not be noted", exc_info=error)

    async def _sweep_later(self, where: str, message: int, seconds: int) -> None:
        chat, _ = place(where)
        record = Record(SWEPT, f"{address(chat)}/{message}", due_at=in_seconds(seconds))
        await self.store.records.put(record, utc_now())


def _put_back(row: Outgoing, seconds: float) -> Outgoing:
    """It was not its turn yet, so this was no try."""
    return replace(row, state="new", due_at=in_seconds(seconds), tries=max(0, row.tries - 1))


def _again(row: Outgoing, why: str) -> Outgoing:
    """After a failure that left nothing behind: later, ever more seldom."""
    if row.tries >= _GIVE_UP:
        return replace(row, state="dead", error=why[:200], payload="")
    pause = min(_LONGEST, 2 ** min(max(0, row.tries - 1), 6))
    return replace(row, state="new", due_at=in_seconds(pause))


def _doubted(row: Outgoing) -> Outgoing:
    """After a call of which nobody knows whether it was carried out."""
    chat, _ = place(row.conversation)
    if chat > 0 and row.error != DOUBTED:
        return replace(row, state="new", due_at=utc_now(), error=DOUBTED)
    return replace(row, state="unknown", error=LOST, payload="")


def _resumed(row: Outgoing) -> Outgoing:
    """After a crash. It tells less than a call that failed: most of what was on its way has not left yet, so who is
    killed again and again must not lose it by that. A message that is what kills us comes to an end."""
    chat, _ = place(row.conversation)
    if chat > 0 and row.tries < _CRASHES:
        return replace(row, state="new", due_at=utc_now(), error=_CRASHED)
    return replace(row, state="unknown", error=LOST, payload="")


def _simpler(post: Post, refusal: str) -> Post | None:
    """The post without what Telegram has refused; None when nothing can be left out."""
    if "can't parse entities" in refusal:
        return replace(post, text=_plain(post.text))
    if "thread not found" in refusal:
        chat, _ = place(post.address)
        return replace(post, address=address(chat))
    if "button" in refusal and any(key.does == "copy" for row in post.keys for key in row):
        rows = (tuple(k for k in row if k.does != "copy") for row in post.keys)
        return replace(post, keys=tuple(row for row in rows if row))
    return None


def _plain(html: str) -> str:
    """HTML of ours without its tags, still escaped."""
    text, inside = "", False
    for char in html:
        inside = char == "<" or (inside and char != ">")
        if not inside and char != ">":
            text += char
    return text
