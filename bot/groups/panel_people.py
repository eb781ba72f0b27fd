"""Whom a group's admins keep the bot from answering: by command, because a button cannot name a person.

Only the id is kept, in the settings. What is said about it names nobody.
"""

from __future__ import annotations

from dataclasses import replace

from bot.channels.telegram.events import Sender, address
from bot.channels.telegram.posts import Post
from bot.groups.audit import Audit
from bot.groups.blocklist import NOBODY
from bot.groups.ground import Book, Ground
from bot.groups.panel_changes import Invalid
from bot.groups.permissions import Permissions
from bot.groups.settings import Settings
from bot.groups.settings_rules import problems

__all__ = ["People"]

_DENIED = "要有「修改群信息」权限的管理员才能改。匿名的话，先取消匿名。"
_NOBODY = "这个编号不是某一个人，不能加进名单。"


class People:
    """Adds to the list of those who are not answered, and takes off it."""

    def __init__(self, ground: Ground, book: Book, permissions: Permissions, audit: Audit) -> None:
        self._ground, self._book = ground, book
        self._permissions, self._audit = permissions, audit

    async def block(
        self, chat: int, sender: Sender, user: int, thread: int | None = None
    ) -> list[Post]:
        """The bot answers `user` no more in this group: the answer to the admin, then what the log chat is told."""
        if user in NOBODY or user in (self._ground.me.id, 0) or user < 0:
            return [_said(chat, thread, _NOBODY)]
        return await self._do(
            chat, sender, user, thread, "好，在这个群里我不再回应这个人。", on=True
        )

    async def unblock(
        self, chat: int, sender: Sender, user: int, thread: int | None = None
    ) -> list[Post]:
        """The bot answers `user` again, unless they have asked for silence themselves."""
        return await self._do(chat, sender, user, thread, "好，这个人叫我，我会回应。", on=False)

    async def _do(
        self, chat: int, sender: Sender, user: int, thread: int | None, said: str, *, on: bool
    ) -> list[Post]:
        if not await self._permissions.may_change(chat, sender):
            return [_said(chat, thread, _DENIED)]
        try:
            before, after = await self._book.replace(chat, lambda now: _with(now, user, on=on))
        except Invalid as invalid:
            return [_said(chat, thread, invalid.problems[0])]
        return [
            _said(chat, thread, said),
            *await self._audit.changed(chat, sender.id, before, after),
        ]


def _with(settings: Settings, user: int, *, on: bool) -> Settings:
    others = tuple(each for each in settings.blocked if each != user)
    if not on:
        return replace(settings, blocked=others)
    if user in settings.blocked:
        return settings
    if found := problems({"blocked": (*others, user)}):
        raise Invalid(found)
    return replace(settings, blocked=(*others, user))


def _said(chat: int, thread: int | None, text: str) -> Post:
    return Post(address(chat, thread), text, delete_after=60, silent=True)
