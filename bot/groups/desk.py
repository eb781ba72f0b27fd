"""The desk of the groups: every event of a group, and what belongs to groups in private chat, goes to whom it concerns.

Order matters: a volunteer's reply before everything, then whether the bot may speak here at all, warnings, commands,
and only then an answer to who has addressed the bot. Silence is the default.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.cases.zones import local_time
from bot.channels.telegram.chats import ChatError
from bot.channels.telegram.events import Membership, Message, Migration, Press, place
from bot.channels.telegram.posts import Post
from bot.channels.telegram.signing import Refused, Signed
from bot.core.flow import FlowSet
from bot.core.profile import quiet_end
from bot.groups import approval, lifecycle, panel, transfer, volunteers
from bot.groups.admins import COMMANDS, Admins
from bot.groups.answers import ReadsMessages
from bot.groups.blocklist import wish
from bot.groups.ground import Ground
from bot.groups.members import Members
from bot.groups.offices import Erases, Offices, Policy
from bot.groups.script import in_script
from bot.groups.settings import Settings
from bot.groups.visitors import Opening, Summary, Visitors

__all__ = ["Groups", "Opening", "Policy"]

_MEMBER_COMMANDS = frozenset(
    {"help", "start", "stop", "forget", "faq", "case", "cases", "new", "language", "report"}
)


@dataclass(frozen=True, slots=True)
class Groups:
    """Answers what comes from groups."""

    ground: Ground
    offices: Offices
    admins: Admins
    members: Members
    visitors: Visitors

    @classmethod
    def of(
        cls,
        ground: Ground,
        reader: ReadsMessages,
        flows: FlowSet,
        policy: Policy,
        erase: Erases,
        summary: Summary,
    ) -> Groups:
        offices = Offices.of(ground, reader, flows, policy, erase)
        return cls(ground, offices, Admins(offices), Members(offices), Visitors(offices, summary))

    # ── in a group ──────────────────────────────────────────────────────────
    async def message(self, message: Message) -> list[Post]:
        """What somebody has said in a group; edited and old messages do not come here."""
        chat = message.chat.id
        if message.sender.kind in ("bot", "channel"):
            return []
        relayed = await self.offices.volunteers.relayed(message)
        if relayed:
            return relayed
        if not await self.offices.life.serves(chat):
            return []
        settings = await self.offices.book.settings(chat)
        posts = await self._answered(message, settings)
        if settings.delete_commands and message.command in _MEMBER_COMMANDS | COMMANDS:
            await self._take_away(message)
        return await self._worded(posts)

    async def _answered(self, message: Message, settings: Settings) -> list[Post]:
        if self._of_admins(message):
            silent = await self._silent(message, settings)
            return await self.admins.commanded(message, settings, silent=silent)
        if message.thread in settings.closed_topics:
            return []
        if asked := _wish(message, settings):
            posts = await self.members.wished(message, settings, asked)
            return [] if self._asleep(settings, message) else posts
        if message.command == "start":
            await self.offices.blocklist.opt_in(message.sender.id)
        if message.command in settings.disabled or await self._unwanted(message, settings):
            return []
        if settings.mode != "off" and self._asleep(settings, message):
            return []
        return await self._said(message, settings)

    async def _said(self, message: Message, settings: Settings) -> list[Post]:
        command = message.command
        if settings.mode == "off":
            known = command is None or command in _MEMBER_COMMANDS
            return await self.members.off(message, settings) if known else []
        warned = await self.members.warned(message, settings)
        if warned:
            return warned
        if command in _MEMBER_COMMANDS:
            return await self.members.commanded(message, settings)
        called = message.addressed and command is None and settings.mode == "addressed"
        return await self.members.answered(message, settings) if called else []

    def _of_admins(self, message: Message) -> bool:
        """Whether it is a command of admins; members ask `/faq`, admins write `/faq keyword = answer`."""
        if message.command == "faq":
            return "=" in message.text or "＝" in message.text
        return message.command in COMMANDS

    async def _silent(self, message: Message, settings: Settings) -> bool:
        """Whether who is no admin hears nothing here, not even that they are none."""
        closed = settings.mode == "off" or message.thread in settings.closed_topics
        return closed or self._asleep(settings, message) or await self._unwanted(message, settings)

    async def _unwanted(self, message: Message, settings: Settings) -> bool:
        """Whether this person is not answered here, by their own wish or the admins'."""
        sender = message.sender.id
        return await self.offices.blocklist.silent_to(message.chat.id, sender, settings)

    async def _take_away(self, message: Message) -> None:
        """A command that was meant for the bot; without the right to delete it stays."""
        try:
            await self.ground.chats.delete(message.chat.id, message.id)
        except ChatError:
            pass  # /check tells the admins which right is missing

    def _asleep(self, settings: Settings, message: Message) -> bool:
        """Whether it is the group's quiet time; who is in danger is answered all the same."""
        now = local_time(self.ground.now(), settings.zone)
        quiet = quiet_end(now, settings.quiet) != now
        return quiet and not (
            message.addressed and self.offices.answers.answer(message.text).danger
        )

    async def press(self, press: Press, signed: Signed) -> list[Post]:
        """A press whose data is genuine; what it may do is asked again."""
        return await self._worded(await self._pressed(press, signed))

    async def _pressed(self, press: Press, signed: Signed) -> list[Post]:
        offices = self.offices
        if signed.action == panel.ACTION:
            return await self._planned(press, await offices.panel.pressed(press, signed))
        if signed.action == transfer.ACTION:
            return await self._planned(press, await offices.transfer.confirmed(press, signed))
        if signed.action == volunteers.ACTION:
            return await offices.volunteers.pressed(press, signed)
        if signed.action in approval.ACTIONS:
            return await offices.approval.pressed(press, signed)
        if signed.action == lifecycle.HOWTO:
            await offices.life.explained(press)
            return []
        if signed.action == lifecycle.SETTINGS:
            return await self.admins.opened(press)
        return await self.visitors.pressed(press, signed)

    async def _planned(self, press: Press, posts: list[Post]) -> list[Post]:
        """The digest fits what was set; in private chat the press does not say for which group."""
        digests = self.offices.digests
        await (digests.plan_all() if press.chat.private else digests.plan(press.chat.id))
        return posts

    async def refused(self, press: Press, why: Refused) -> bool:
        """Answer a press whose data is not to be acted on, if it is of a panel."""
        mine = press.data.startswith(f"{panel.ACTION}|")
        if mine:
            await self.offices.panel.refused(press, why)
        return mine

    async def membership(self, event: Membership) -> list[Post]:
        """Somebody's status in a group has changed."""
        posts = await self.offices.life.changed(event)
        if event.mine and posts:
            await self.offices.digests.plan(event.chat.id)
        if not event.mine:
            posts = [*posts, *await self.members.entered(event)]
        return await self._worded(posts)

    async def migrated(self, event: Migration) -> list[Post]:
        await self.offices.life.migrated(event)
        await self.offices.digests.plan(event.new)
        return []

    # ── in private chat ─────────────────────────────────────────────────────
    async def private(self, message: Message) -> list[Post] | None:
        """What of a private chat is about groups; None when it is about a case."""
        posts = await self.visitors.said(message)
        return None if posts is None else await self._worded(posts)

    async def opened(self, message: Message) -> Opening | None:
        """What the payload of a deep link opens; None when it opens nothing (any more)."""
        return await self.visitors.opened(message)

    # ── beside events ───────────────────────────────────────────────────────
    async def tick(self) -> Sequence[tuple[str, Post]]:
        """What the time brings, each with a key under which it is said once."""
        offices = self.offices
        posts = [
            *await offices.life.elapse(),
            *await offices.volunteers.elapse(),
            *await offices.digests.tell(),  # last: what it has told is not told again after an error
        ]
        at, worded = self.ground.at, await self._worded(posts)
        return [(f"tick:{at}:{number}", post) for number, post in enumerate(worded)]

    async def tidy(self) -> None:
        """Once a day: counts that are too old to tell anything go, and no digest is left unplanned."""
        await self.offices.stats.prune(self.ground.now().date())
        await self.offices.digests.plan_all()

    async def sent(self, post: Post, message: int) -> None:
        """A post has arrived as this message."""
        await self.offices.volunteers.sent(post, message)

    async def leaving(self, where: str) -> None:
        """A person is about to be forgotten: what volunteers see of them is taken away first."""
        await self.offices.volunteers.withdrawn(place(where)[0])

    async def current(self, chat: int) -> int:
        """The id under which a group goes on."""
        return await self.offices.life.current(chat)

    async def moved(self, old: int, new: int) -> None:
        """Telegram has said, to somebody who sent, that a group has a new id."""
        await self.migrated(Migration(0, old, new))

    async def exported(self, chat: int) -> bytes:
        """The file of a group's settings."""
        return await self.offices.transfer.exported(chat)

    async def _worded(self, posts: Sequence[Post]) -> list[Post]:
        """The posts, each to a group in the script of that group."""
        return [await in_script(self.offices.book, post) for post in posts]


def _wish(message: Message, settings: Settings) -> str | None:
    """`silence` or `speak` when that is what a member asks for. It counts even when it comes too soon to be confirmed."""
    if message.command == "stop" and "stop" not in settings.disabled:
        return "silence"
    return wish(message.text) if message.sender.kind == "user" and message.addressed else None
