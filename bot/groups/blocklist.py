"""Who is not answered: members who have asked for silence, and members whom a group's admins have blocked.

A wish for silence holds in every group. It is a record of kind `optout` under the member's address and holds
nothing else, so forgetting a person forgets it as well.
"""

from __future__ import annotations

from bot.channels.telegram.events import address
from bot.groups.ground import Ground
from bot.groups.settings import Settings
from bot.nlu.normalize import normalize
from bot.store.base import Conflict
from bot.store.records import Record

__all__ = ["NOBODY", "Blocklist", "wish"]

_KIND = "optout"

NOBODY = frozenset({1087968824, 777000, 136817688})
"""Ids behind which many people stand: hidden admins, channel posts, senders as a channel."""

_SILENCE = frozenset(
    [
        "不要回应我",
        "别回应我",
        "不要回复我",
        "别回复我",
        "别回我",
        "不要回我",
        "不要理我",
        "别理我",
        "别搭理我",
        "不要再回应我",
        "别再回应我",
    ]
)
_SPEAK = frozenset(
    ["可以回应我", "可以回复我", "可以回我", "回应我", "恢复回应", "恢复回应我", "可以理我了"]
)


def wish(text: str) -> str | None:
    """`silence` or `speak` when a whole message asks for it, None otherwise."""
    said = normalize(text).strip(" ,。.!?~、了吧啦")
    if said in _SILENCE:
        return "silence"
    return "speak" if said in _SPEAK or f"{said}了" in _SPEAK else None


class Blocklist:
    """Asked before a member is answered in a group; private chat is not its affair."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    async def silent_to(self, chat: int, user: int, settings: Settings) -> bool:
        """Whether the bot keeps silent towards a member of a group; dangers are no exception."""
        if user in settings.blocked:
            return True
        return await self._ground.records.get(_KIND, address(user)) is not None

    async def opt_out(self, user: int) -> bool:
        """From now on say nothing to this person in groups. False when that was so already, and for an id
        that is nobody's own."""
        if user in NOBODY or user <= 0:
            return False
        try:
            await self._ground.records.put(Record(_KIND, address(user)), self._ground.at)
        except Conflict:
            return False
        return True

    async def opt_in(self, user: int) -> bool:
        """Answer this person again. False when there was no wish for silence."""
        return await self._ground.records.take(_KIND, address(user)) is not None
