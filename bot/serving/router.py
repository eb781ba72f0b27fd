"""The router: which event is whose. Private chats are a person's, everything else is the groups'.

Presses are read here: data that is forged, another's or over is answered with one short line and goes nowhere, least
of all to the dialogue as if somebody had said it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.channels.telegram.chats import Chats, answered
from bot.channels.telegram.events import Event, Membership, Message, Migration, Press
from bot.channels.telegram.posts import Post
from bot.channels.telegram.signing import Refused, Signer
from bot.groups.desk import Groups
from bot.serving import words
from bot.serving.answers import Answer
from bot.serving.private import ACTIONS, Private
from bot.store.base import Claim

__all__ = ["Router"]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Router:
    """Hands events on. In groups what is older than `stale` seconds is left unanswered: nobody waits for it."""

    private: Private
    groups: Groups
    chats: Chats
    signer: Signer
    stale: int = 300
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    async def handle(self, event: Event, claim: Claim) -> Answer:
        if isinstance(event, Message):
            return await self._message(event, claim)
        if isinstance(event, Press):
            return await self._press(event, claim)
        if isinstance(event, Migration):
            return await self.groups.migrated(event)
        return await self._membership(event)

    async def _message(self, message: Message, claim: Claim) -> Answer:
        if message.chat.private:
            return await self._private(message, claim)
        late = self.now().timestamp() - message.date > self.stale
        if message.chat.kind == "channel" or message.edited or late:
            return []
        return await self.groups.message(message)

    async def _private(self, message: Message, claim: Claim) -> Answer:
        if message.sender.kind != "user":
            return []
        if message.command == "start" and message.text:
            return await self._started(message, claim)
        posts = await self.groups.private(message)
        return posts if posts is not None else await self.private.message(message, claim)

    async def _started(self, message: Message, claim: Claim) -> Answer:
        """A deep link: one-time ones are the groups'; a payload that means nothing is a plain start."""
        opening = await self.groups.opened(message)
        if opening is None:
            return await self.private.started(message, claim)
        if opening.posts:
            return opening.posts
        return await self.private.started(message, claim, opening.issue)

    async def _press(self, press: Press, claim: Claim) -> Answer:
        try:
            signed = self.signer.read(
                press.data, press.chat.id, press.sender.id, int(self.now().timestamp())
            )
        except Refused as refused:
            return await self._refused(press, refused)
        if press.sender.kind != "user":
            return []
        if press.chat.private and signed.action in ACTIONS:
            return await self.private.press(press, signed, claim)
        return await self.groups.press(press, signed)

    async def _refused(self, press: Press, why: Refused) -> list[Post]:
        if await self.groups.refused(press, why):
            return []
        await answered(self.chats, press.query, words.TOASTS[str(why)])
        return []

    async def _membership(self, event: Membership) -> Answer:
        if event.chat.private:
            return []  # blocked or unblocked: what cannot be sent is settled when it is sent
        return await self.groups.membership(event)
