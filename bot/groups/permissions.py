"""Who may change a group's settings, and who may look at them: asked of Telegram, denied when it does not answer.

Telegram's own right *change group info* is ours, so nobody gains anything through the bot. Who hides as the group,
a channel or another bot is nobody whose right could be asked for: they press a button, and a press is a person's.
"""

from __future__ import annotations

from collections import OrderedDict

from bot.channels.telegram.chats import ChatError, Member
from bot.channels.telegram.events import ADMIN, Sender, place
from bot.groups.ground import Ground

__all__ = ["Permissions", "is_hidden_admin"]

_RIGHT = "can_change_info"

_FRESH = 60
"""Seconds that an answer is good enough for reading."""

_KEPT = 4096


def is_hidden_admin(sender: Sender) -> bool:
    """Some admin of this very group: enough for commands that change and tell nothing much."""
    return sender.kind == "anonymous"


class Permissions:
    """Remembers in memory only, for reading only."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._known: OrderedDict[tuple[int, int], tuple[int, bool]] = OrderedDict()

    async def may_change(self, chat: int, sender: Sender) -> bool:
        """Whether they may change the settings at this very moment; never remembered."""
        if sender.kind != "user":
            return False
        member = await self._asked(chat, sender.id)
        if member is None:
            return False
        self._keep(chat, sender.id, member.status in ADMIN)
        return member.status == "creator" or (
            member.status == "administrator" and _RIGHT in member.rights
        )

    async def may_read(self, chat: int, sender: Sender) -> bool:
        """Whether they are an admin of any rights; up to a minute old."""
        if sender.kind != "user":
            return False
        at, reads = self._known.get((chat, sender.id), (None, False))
        if at is not None and 0 <= self._ground.seconds - at < _FRESH:
            return reads
        member = await self._asked(chat, sender.id)
        if member is None:
            return False
        self._keep(chat, sender.id, member.status in ADMIN)
        return member.status in ADMIN

    async def may_hear(self, chat: int, where: str) -> bool:
        """Whether what is for the admins of a group may be told at an address: in a group always, in private chat
        as long as that person is an admin."""
        person, _ = place(where)
        return person < 0 or await self.may_read(chat, Sender(person))

    def forget(self, chat: int, user: int) -> None:
        """Somebody's status has changed: ask again next time."""
        self._known.pop((chat, user), None)

    async def _asked(self, chat: int, user: int) -> Member | None:
        try:
            return await self._ground.chats.member(chat, user)
        except ChatError:
            return None

    def _keep(self, chat: int, user: int, reads: bool) -> None:
        self._known[chat, user] = (self._ground.seconds, reads)
        self._known.move_to_end((chat, user))
        if len(self._known) > _KEPT:
            self._known.popitem(last=False)
