"""Updates of the Bot API as events; what is none of ours is None.

`where` needs the raw update only: it names the address whose order an update belongs to, before anything of it
is understood.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import telegram

from bot.channels.telegram.events import (
    Chat,
    Event,
    Me,
    Membership,
    Message,
    Migration,
    Press,
    Sender,
    address,
)

__all__ = ["ALLOWED", "read", "where"]

ALLOWED = (
    "message",
    "edited_message",
    "callback_query",
    "my_chat_member",
    "chat_member",
)
"""The kinds of updates that the bot asks for; nothing else is sent to it."""

_HIDDEN_ADMIN = 1087968824
"""GroupAnonymousBot: stands for an admin who does not show who they are."""

_ATTACHMENTS = (
    "photo",
    "document",
    "voice",
    "video",
    "video_note",
    "audio",
    "sticker",
    "animation",
    "contact",
    "location",
)
_PRIVATE = "private"

_COMMAND = re.compile(r"/([A-Za-z0-9_]+)(?:@([A-Za-z0-9_]*))?(?:\s|$)")
"""A command, whatever kind of space follows: Chinese keyboards type a wide one."""


def where(update: Mapping[str, Any]) -> str:
    """The address of a raw update."""
    pressed = update.get("callback_query") or {}
    found: Mapping[str, Any] = pressed.get("message") or next(
        (update[kind] for kind in ALLOWED if kind in update and kind != "callback_query"), {}
    )
    chat = (found.get("chat") or pressed.get("from") or {}).get("id", 0)
    thread = found.get("message_thread_id") if found.get("is_topic_message") else None
    return address(int(chat), thread)


def read(raw: Mapping[str, Any], me: Me, bot: telegram.Bot | None = None) -> Event | None:
    """The event of a raw update. Raises KeyError, TypeError or ValueError when it cannot be read."""
    update = telegram.Update.de_json(dict(raw), bot)
    number = update.update_id
    if update.callback_query is not None:
        return _press(number, update.callback_query)
    changed = update.my_chat_member or update.chat_member
    if changed is not None:
        return _membership(number, changed, me)
    said = update.message or update.edited_message
    if said is None:
        return None
    if said.migrate_to_chat_id is not None:
        return Migration(number, said.chat.id, said.migrate_to_chat_id)
    if said.migrate_from_chat_id is not None:
        return Migration(number, said.migrate_from_chat_id, said.chat.id)
    return _message(number, said, me, edited=update.edited_message is not None)


def _message(number: int, said: telegram.Message, me: Me, *, edited: bool) -> Message | None:
    kind = next((each for each in _ATTACHMENTS if getattr(said, each)), None)
    text = said.text or said.caption or ""
    if not text and kind is None:
        return None  # somebody joined, a title was changed, …
    rest, command, mentioned = _called(text, me)
    answered = said.reply_to_message
    author = answered.from_user if answered else None
    mine = author is not None and author.id == me.id
    document = said.document
    chat = _chat(said.chat)
    return Message(
        number,
        chat,
        _sender(said.from_user, said.sender_chat, chat),
        said.message_id,
        int(said.date.timestamp()),
        rest,
        said.message_thread_id if said.is_topic_message else None,
        command,
        addressed=chat.private or mentioned or mine or command is not None,
        edited=edited,
        reply_to=answered.message_id if answered else None,
        reply_to_me=mine,
        replied=author.id if author else 0,
        attachment=kind,
        file=document.file_id if document else None,
        file_name=(document.file_name or "") if document else "",
        album=said.media_group_id or "",
    )


def _called(text: str, me: Me) -> tuple[str, str | None, bool]:
    """The text without command and mention, the command if it is for this bot, whether it is mentioned."""
    if command := _COMMAND.match(text):
        if command[2] and command[2].lower() != me.username.lower():
            return text, None, False
        return text[command.end() :].strip(), command[1].lower(), False
    at = re.compile(rf"@{re.escape(me.username)}(?![A-Za-z0-9_])", re.IGNORECASE | re.ASCII)
    found = at.search(text) if me.username else None
    if found is None:
        return text, None, False
    return f"{text[: found.start()]}{text[found.end() :]}".strip(), None, True


def _sender(
    user: telegram.User | None, face: telegram.Chat | None, chat: Chat | None = None
) -> Sender:
    if face is not None and not (chat is not None and chat.private):
        hidden = chat is not None and face.id == chat.id
        return Sender(face.id, "anonymous" if hidden else "channel")
    if user is None:
        return Sender(0, "channel")
    if user.id == _HIDDEN_ADMIN:
        return Sender(user.id, "anonymous")
    kind = "bot" if user.is_bot else "user"
    return Sender(user.id, kind, user.language_code)


def _press(number: int, query: telegram.CallbackQuery) -> Press | None:
    if query.data is None:
        return None
    message = query.message
    chat = _chat(message.chat) if message else Chat(query.from_user.id, _PRIVATE)
    if not isinstance(message, telegram.Message):
        shown = message.message_id if message else 0
        return Press(number, chat, _sender(query.from_user, None), query.id, query.data, shown)
    rows = message.reply_markup.inline_keyboard if message.reply_markup else ()
    keys = [key for row in rows for key in row]
    return Press(
        number,
        chat,
        _sender(query.from_user, None),
        query.id,
        query.data,
        message.message_id,
        message.message_thread_id if message.is_topic_message else None,
        next((key.text for key in keys if key.callback_data == query.data), ""),
        message.text_html if message.text else "",
        tuple((key.text, key.copy_text.text) for key in keys if key.copy_text),
    )


def _membership(number: int, changed: telegram.ChatMemberUpdated, me: Me) -> Membership:
    member = changed.new_chat_member
    return Membership(
        number,
        _chat(changed.chat),
        _sender(changed.from_user, None),
        member.user.id,
        member.user.id == me.id,
        changed.old_chat_member.status,
        member.status,
        int(changed.date.timestamp()),
    )


def _chat(chat: telegram.Chat) -> Chat:
    return Chat(chat.id, chat.type, chat.title or "", bool(chat.is_forum))
