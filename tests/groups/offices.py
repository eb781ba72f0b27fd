"""The desk of the groups with everything behind it, on a stage."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache

from bot.channels.telegram.events import Chat, Membership, Message, Sender
from bot.channels.telegram.posts import Key, Post
from bot.config import flows_dir, locales_dir
from bot.core.flow import FlowSet
from bot.flows.loader import load_flows
from bot.groups.desk import Groups, Policy
from bot.nlu.reading import Reader
from tests.groups.stage import ADMIN, GROUP, MEMBER, Stage

__all__ = ["House", "flows"]

TODAY = date(2026, 11, 20)


@cache
def flows() -> FlowSet:
    return load_flows(flows_dir(), TODAY)


@cache
def reader() -> Reader:
    return Reader.load(locales_dir() / "zh_Hans" / "nlu")


class House(Stage):
    """A group with an admin and a member, and the bot's desk. `summary` is what anybody's case is about."""

    def __init__(self, policy: Policy | None = None, *, reads_all: bool = False) -> None:
        super().__init__(reads_all=reads_all)
        self.now = datetime(2026, 11, 20, 2, tzinfo=UTC)
        self.summary = "问题：封号"
        self.chats.enter(GROUP, ADMIN, "administrator", "can_change_info")
        self.chats.enter(GROUP, MEMBER)
        self.groups = Groups.of(
            self.ground,
            reader(),
            flows(),
            policy or Policy(),
            self.store.forget,
            self._summed_up,
        )

    async def _summed_up(self, _: str) -> str:
        return self.summary

    def spoken(self, text: str, user: int = MEMBER, chat: int = GROUP, **more: object) -> Message:
        """What somebody says; `/name rest` is a command, everything is addressed to the bot."""
        command, _, rest = (
            text.removeprefix("/").partition(" ") if text[:1] == "/" else ("", "", text)
        )
        told: dict[str, object] = {"command": command or None, "addressed": True, **more}
        return self.message(chat, user, rest, **told)

    async def say(self, text: str, user: int = MEMBER, **more: object) -> list[Post]:
        """The posts that answer it in the group."""
        return await self.groups.message(self.spoken(text, user, GROUP, **more))

    async def tell(self, text: str, user: int = MEMBER) -> list[Post] | None:
        """The posts that answer it in private chat."""
        return await self.groups.private(self.spoken(text, user, user))

    async def do(
        self, key: Key, user: int = ADMIN, chat: int = GROUP, thread: int | None = None
    ) -> list[Post]:
        """Press a button."""
        press, signed = self.press(user, key, chat)
        return await self.groups.press(replace(press, thread=thread), signed)

    def comes(self, user: int, was: str = "left", now: str = "member") -> Membership:
        """Somebody's status changes."""
        where, by = Chat(GROUP, "supergroup"), Sender(user)
        return Membership(1, where, by, user, False, was, now, self.seconds)
