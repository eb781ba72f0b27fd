"""The gateway: calls to the Bot API through python-telegram-bot, whose errors become those of `chats`.

Nothing is tried again here: who called knows what a second message would mean.
"""

from __future__ import annotations

import io
import os
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any
from urllib.parse import urlsplit

import httpx
from telegram import (
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    ReplyParameters,
)
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.ext import ExtBot
from telegram.request import HTTPXRequest

from bot.channels.telegram.chats import (
    Blocked,
    ChatError,
    ChatFacts,
    Later,
    Member,
    Migrated,
    Rejected,
    Uncertain,
    Unsent,
)
from bot.channels.telegram.events import Me, place
from bot.channels.telegram.limiter import FloodLimiter
from bot.channels.telegram.posts import Key, Post
from bot.config.fields import is_loopback
from bot.core.errors import ConfigError

__all__ = ["Gateway"]

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_NOT_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.WriteError,
    httpx.WriteTimeout,
)
"""What httpx raises before a whole request has left this machine: half a one is not carried out."""
_TOAST = 200
_SECONDS = 15.0
_LONGEST = 15.0
_QUIET = ("message is not modified", "query is too old", "message can't be edited")
"""What Telegram says about things that need no doing any more."""


class _Bot(ExtBot[Any]):
    """The library's bot, which can also be asked for what it has not read yet: one update that it cannot read must
    not keep back the others."""

    async def raw(self, method: str, values: Mapping[str, Any], seconds: float) -> Any:
        return await self._post(method, dict(values), read_timeout=seconds)


class Gateway:
    """One bot. Open it with `async with Gateway.open(…)`."""

    def __init__(self, bot: _Bot, polling: HTTPXRequest, limiter: FloodLimiter) -> None:
        self._bot, self._polling, self.limiter = bot, polling, limiter

    @classmethod
    @asynccontextmanager
    async def open(
        cls, token: str, root: str, proxy: str | None = None, connections: int = 64
    ) -> AsyncIterator[Gateway]:
        """A gateway to the Bot API server at `root`, by a proxy unless it is on this machine."""
        os.environ.setdefault("PTB_TIMEDELTA", "true")  # else the library warns at every 429
        polling = _request(root, proxy, 4)
        limiter = FloodLimiter()
        bot = _Bot(
            token,
            base_url=f"{root.rstrip('/')}/bot",
            base_file_url=f"{root.rstrip('/')}/file/bot",
            request=_request(root, proxy, connections),
            get_updates_request=polling,
            rate_limiter=limiter,
        )
        for request in bot._request:
            await request.initialize()
        try:
            yield cls(bot, polling, limiter)
        finally:
            for request in bot._request:
                await request.shutdown()

    # ── about the bot ───────────────────────────────────────────────────────
    async def me(self) -> Me:
        """The bot itself. ConfigError for a token that is none."""
        with _told():
            try:
                user = await self._bot.get_me()
            except InvalidToken:
                raise ConfigError(
                    "Telegram 不认这个 BOT_TOKEN。请到 @BotFather 重新复制一遍，整串都要"
                ) from None
        return Me(
            user.id,
            user.username or "",
            user.full_name,
            bool(user.can_read_all_group_messages),
        )

    async def call(self, method: str, values: Mapping[str, Any] | None = None) -> Any:
        """A method without anything of this library's own around it; the raw result."""
        with _told():
            return await self._bot.raw(method, values or {}, _SECONDS)

    async def updates(self, offset: int | None, seconds: int, allowed: Sequence[str]) -> list[Any]:
        """Raw updates from `offset` on, waiting so long for the first. telegram.error.Conflict is a ChatError
        with Telegram's words."""
        values: dict[str, Any] = {"timeout": seconds, "allowed_updates": list(allowed)}
        if offset is not None:
            values["offset"] = offset
        with _told():
            found: list[Any] = await self._bot.raw("getUpdates", values, seconds + 10)
        return found

    async def reconnect(self) -> None:
        """Drop the connections that updates are asked through: one may be stuck for ever."""
        await self._polling.shutdown()
        await self._polling.initialize()

    # ── messages ────────────────────────────────────────────────────────────
    async def send(self, post: Post) -> int:
        """Send a post without a file; the id of the message."""
        chat, thread = place(post.address)
        with _told():
            sent = await self._bot.send_message(
                chat,
                post.text,
                parse_mode="HTML",
                message_thread_id=thread,
                reply_parameters=_reply(post),
                reply_markup=_markup(post.keys),
                link_preview_options=_NO_PREVIEW,
                disable_notification=post.silent or None,
            )
        return sent.message_id

    async def send_file(self, post: Post, name: str, content: bytes) -> int:
        """Send a post as the caption of a file; the id of the message."""
        chat, thread = place(post.address)
        with _told():
            sent = await self._bot.send_document(
                chat,
                io.BytesIO(content),
                filename=name,
                caption=post.text or None,
                parse_mode="HTML",
                message_thread_id=thread,
                reply_markup=_markup(post.keys),
                write_timeout=60,
                read_timeout=60,
            )
        return sent.message_id

    async def edit(self, chat: int, message: int, post: Post) -> None:
        self._soon(chat)
        with _told(quiet=True):
            await self._bot.edit_message_text(
                post.text,
                chat,
                message,
                parse_mode="HTML",
                reply_markup=_markup(post.keys),
                link_preview_options=_NO_PREVIEW,
            )

    async def edit_keys(self, chat: int, message: int, keys: Sequence[Sequence[Key]] = ()) -> None:
        self._soon(chat)
        with _told(quiet=True):
            await self._bot.edit_message_reply_markup(chat, message, reply_markup=_markup(keys))

    def _soon(self, chat: int) -> None:
        """Later when Telegram has asked to leave this chat alone for longer than who edits can wait."""
        if (wait := self.limiter.ready(chat)) > _LONGEST:
            raise Later(wait)

    async def delete(self, chat: int, message: int) -> None:
        with _told():
            await self._bot.delete_message(chat, message)

    async def answer(self, query: str, text: str = "", *, alert: bool = False) -> None:
        with _told(quiet=True):
            await self._bot.answer_callback_query(
                query, text[:_TOAST] or None, show_alert=alert or None
            )

    async def typing(self, address: str, *, file: bool = False) -> None:
        """Show that something is coming."""
        chat, thread = place(address)
        with _told():
            action = "upload_document" if file else "typing"
            await self._bot.send_chat_action(chat, action, message_thread_id=thread)

    # ── chats ───────────────────────────────────────────────────────────────
    async def member(self, chat: int, user: int) -> Member:
        with _told():
            found = await self._bot.get_chat_member(chat, user)
        data = found.to_dict()
        rights = {name for name, value in data.items() if name.startswith("can_") and value}
        return Member(user, found.status, frozenset(rights))

    async def facts(self, chat: int) -> ChatFacts:
        with _told():
            found = await self._bot.get_chat(chat)
        return ChatFacts(found.id, found.type, found.title or "", bool(found.is_forum))

    async def leave(self, chat: int) -> None:
        with _told():
            await self._bot.leave_chat(chat)

    async def download(self, file: str, limit: int) -> bytes:
        with _told():
            found = await self._bot.get_file(file)
            if (found.file_size or 0) > limit:
                raise Rejected("the file is too large")
            content = bytes(await found.download_as_bytearray())
        if len(content) > limit:
            raise Rejected("the file is too large")
        return content


@contextmanager
def _told(*, quiet: bool = False) -> Any:
    """The library's errors as ours, the more special ones first: half of them are NetworkErrors. With `quiet`,
    what needs no doing any more is no error."""
    try:
        yield
    except InvalidToken:  # 401, and 404 for a method that this server does not have
        raise ChatError("not found") from None
    except RetryAfter as error:
        raise Later(error._retry_after.total_seconds()) from None
    except ChatMigrated as error:
        raise Migrated(error.new_chat_id) from None
    except Forbidden as error:
        raise Blocked(str(error)) from None
    except BadRequest as error:
        if not (quiet and any(each in str(error).lower() for each in _QUIET)):
            raise Rejected(str(error)) from None
    except NetworkError as error:
        raise _network(error) from None
    except TelegramError as error:
        raise ChatError(str(error)) from None


def _network(error: NetworkError) -> ChatError:
    cause = error.__cause__
    if isinstance(cause, _NOT_SENT):
        return Unsent(type(cause).__name__)
    if isinstance(error, TimedOut) or isinstance(cause, httpx.HTTPError):
        return Uncertain(type(cause or error).__name__)
    return Unsent("server error")  # it has answered, and not with a result


def _request(root: str, proxy: str | None, connections: int) -> HTTPXRequest:
    """Proxies of the environment count, too, but never for a server on this machine."""
    here = is_loopback(urlsplit(root).hostname or "")
    return HTTPXRequest(
        connection_pool_size=connections,
        connect_timeout=10,
        read_timeout=15,
        write_timeout=15,
        pool_timeout=10,
        proxy=None if here else proxy,
        httpx_kwargs={"trust_env": False} if here else None,
    )


def _reply(post: Post) -> ReplyParameters | None:
    if post.reply_to is None:
        return None
    return ReplyParameters(post.reply_to, allow_sending_without_reply=True)


def _markup(keys: Sequence[Sequence[Key]]) -> InlineKeyboardMarkup | None:
    return InlineKeyboardMarkup([[_button(key) for key in row] for row in keys]) if keys else None


def _button(key: Key) -> InlineKeyboardButton:
    if key.does == "copy":
        return InlineKeyboardButton(key.label, copy_text=CopyTextButton(key.value))
    if key.does == "url":
        return InlineKeyboardButton(key.label, url=key.value)
    return InlineKeyboardButton(key.label, callback_data=key.value)
