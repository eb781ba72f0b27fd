"""In which script a group is spoken to: what goes to it, sent or edited, is turned into the characters that it has chosen.

Texts are written in simplified characters everywhere else. Private chats are not touched: there it is the person's
own setting. What somebody is to paste is never said in a group.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.channels.telegram.chats import ChatFacts, Chats, Member
from bot.channels.telegram.events import place
from bot.channels.telegram.posts import Key, Post
from bot.groups.ground import Book
from bot.i18n.script import text_in

__all__ = ["InScript", "in_script"]

_TRADITIONAL = "zh_Hant"


async def in_script(book: Book, post: Post) -> Post:
    """The post as the group that it goes to wants to read it."""
    chat, _ = place(post.address)
    if chat > 0 or (await book.settings(chat)).locale != _TRADITIONAL:
        return post
    keys = tuple(
        tuple(Key(text_in(key.label, _TRADITIONAL), key.does, key.value) for key in row)
        for row in post.keys
    )
    return replace(post, text=text_in(post.text, _TRADITIONAL), keys=keys)


@dataclass(frozen=True, slots=True)
class InScript:
    """Telegram, where edits are in the script of their group."""

    chats: Chats
    book: Book

    async def edit(self, chat: int, message: int, post: Post) -> None:
        await self.chats.edit(chat, message, await in_script(self.book, post))

    async def edit_keys(self, chat: int, message: int, keys: Sequence[Sequence[Key]] = ()) -> None:
        await self.chats.edit_keys(chat, message, keys)

    async def member(self, chat: int, user: int) -> Member:
        return await self.chats.member(chat, user)

    async def facts(self, chat: int) -> ChatFacts:
        return await self.chats.facts(chat)

    async def delete(self, chat: int, message: int) -> None:
        await self.chats.delete(chat, message)

    async def answer(self, query: str, text: str = "", *, alert: bool = False) -> None:
        await self.chats.answer(query, text, alert=alert)

    async def leave(self, chat: int) -> None:
        await self.chats.leave(chat)

    async def download(self, file: str, limit: int) -> bytes:
        return await self.chats.download(file, limit)
