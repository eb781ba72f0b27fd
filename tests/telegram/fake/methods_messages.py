"""Methods of the Bot API that send, change and take away messages."""

from __future__ import annotations

from typing import Any

from tests.telegram.fake.chats import Chat, Message
from tests.telegram.fake.errors import Texts, bad
from tests.telegram.fake.formatting import TEXT_LIMIT, Rich, units
from tests.telegram.fake.markup import check_markup
from tests.telegram.fake.outgoing import (
    caption_of,
    chat_of,
    joined,
    place_of,
    send,
    speaking,
    text_of,
)
from tests.telegram.fake.params import Params
from tests.telegram.fake.world import World

__all__ = ["METHODS"]

Json = dict[str, Any]

LIFETIME = 48 * 3600
"""Seconds in which a message can be deleted."""

ACTIONS = frozenset(
    {
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    }
)


def send_message(world: World, p: Params) -> Json:
    chat = speaking(world, p)
    rich = text_of(p)
    return send(world, chat, p, _text(rich), html=_source(p, "text")).json()


def send_document(world: World, p: Params) -> Json:
    chat = speaking(world, p, right="can_send_documents")
    rich, upload = caption_of(p), p.upload("document")
    if upload:
        file = world.store(upload.name, upload.mime, upload.body)
    elif known := world.files.get(p.text("document") or ""):
        file = known
    else:
        raise bad(Texts.NO_DOCUMENT)
    content = {"document": file.json(), **_caption(rich)}
    sent = send(world, chat, p, content, html=_source(p, "caption"), file=file.body)
    return sent.json()


def edit_text(world: World, p: Params) -> Json:
    message, rich = _mine(world, p), text_of(p)
    if "text" not in message.content:
        raise bad("there is no text in the message to edit")
    return _edited(world, message, p, _text(rich), _source(p, "text"))


def edit_caption(world: World, p: Params) -> Json:
    message, rich = _mine(world, p), caption_of(p)
    if "document" not in message.content:
        raise bad("there is no caption in the message to edit")
    content = {"document": message.content["document"], **_caption(rich)}
    return _edited(world, message, p, content, _source(p, "caption"))


def edit_markup(world: World, p: Params) -> Json:
    message = _mine(world, p)
    return _edited(world, message, p, message.content, message.html)


def _edited(world: World, message: Message, p: Params, content: Json, html: str | None) -> Json:
    markup = p.mapping("reply_markup")
    check_markup(markup)
    shown = (markup or {}).get("inline_keyboard") or []
    if content == message.content and shown == message.keyboard:
        raise bad(Texts.NOT_MODIFIED)
    world.edit(message, content, html=html, markup=markup if shown else None)
    return message.json()


def delete_message(world: World, p: Params) -> bool:
    chat = joined(world, p)
    message = chat.message(p.number("message_id") or 0)
    if message is None:
        raise bad(Texts.NO_DELETE)
    if not _deletable(world, message):
        raise bad(Texts.CANNOT_DELETE)
    world.delete(message)
    return True


def delete_messages(world: World, p: Params) -> bool:
    chat = joined(world, p)
    numbers = p.items("message_ids") or []
    if not 1 <= len(numbers) <= 100:
        raise bad("too many message identifiers specified")
    messages = [each for each in map(chat.message, map(int, numbers)) if each]
    if not all(_deletable(world, message) for message in messages):
        raise bad(Texts.CANNOT_DELETE)
    for message in messages:  # those that are gone already are passed over
        world.delete(message)
    return True


def _deletable(world: World, message: Message) -> bool:
    """In a private chat anything, in a group the own messages or with the right all; for 48 hours."""
    if world.now() - message.time > LIFETIME:
        return False
    mine = world.member(message.chat, world.me)
    return message.ours or message.chat.private or mine.can("can_delete_messages")


def copy_message(world: World, p: Params) -> Json:
    chat = speaking(world, p)
    source = chat_of(world, Params({"chat_id": p.text("from_chat_id")}, {}))
    message = source.message(p.number("message_id") or 0)
    if message is None or message.service:
        raise bad(Texts.NO_COPY)
    sent = send(world, chat, p, dict(message.content), html=message.html, file=message.file)
    return {"message_id": sent.id}


def pin(world: World, p: Params) -> bool:
    message = _pinnable(world, p)
    if message is None:
        raise bad(Texts.NO_PIN)
    message.pinned = True
    content = {"pinned_message": message.json(nested=True)}
    world.say(message.chat, world.me, content, visible=True, thread=message.thread)
    return True


def unpin(world: World, p: Params) -> bool:
    if p.number("message_id"):
        message = _pinnable(world, p)
        if message is None:
            raise bad("message to unpin not found")
        message.pinned = False
        return True
    pinned = [each for each in joined(world, p).messages if each.pinned]
    for each in pinned[-1:]:
        each.pinned = False
    return True


def _pinnable(world: World, p: Params) -> Message | None:
    chat = joined(world, p)
    if not chat.private and not world.member(chat, world.me).can("can_pin_messages"):
        raise bad(Texts.NO_PIN_RIGHT)
    return chat.message(p.number("message_id") or 0)


def chat_action(world: World, p: Params) -> bool:
    chat = speaking(world, p)
    action = p.text("action") or ""
    if action not in ACTIONS:
        raise bad("wrong parameter action in request")
    thread = place_of(chat, p)["thread"]
    chat.actions.append((world.now(), action, thread))
    world.changed()
    return True


def draft(world: World, p: Params) -> bool:
    """sendMessageDraft: a preview in a private chat; it is no message."""
    chat = joined(world, p)
    if not chat.private:
        raise bad(Texts.PRIVATE_ONLY)
    if not p.number("draft_id"):
        raise bad("DRAFT_ID_INVALID")
    rich = text_of(p) if p.text("text") else Rich("")
    if units(rich.text) > TEXT_LIMIT:
        raise bad(Texts.TOO_LONG)
    chat.drafts.append((world.now(), p.number("draft_id") or 0, rich.text))
    world.changed()
    return True


def react(world: World, p: Params) -> bool:
    message = joined(world, p).message(p.number("message_id") or 0)
    if message is None:
        raise bad(Texts.NO_REACTION)
    reactions = p.items("reaction") or []
    if len(reactions) > 1:
        raise bad("REACTIONS_TOO_MANY")
    if any(each.get("type") == "emoji" and not each.get("emoji") for each in reactions):
        raise bad("REACTION_INVALID")
    message.reaction = tuple(str(each.get("emoji", "")) for each in reactions)
    world.changed()
    return True


def answer_query(world: World, p: Params) -> bool:
    query = world.queries.get(p.text("callback_query_id") or "")
    if query is None or world.now() - query.time > world.callback_seconds:
        raise bad(Texts.OLD_QUERY)
    text = p.text("text") or ""
    if len(text) > 200:
        raise bad(Texts.LONG_ANSWER)
    query.text, query.alert, query.answered = text, p.flag("show_alert"), True
    world.changed()
    return True


def _mine(world: World, p: Params) -> Message:
    """The bot's own message that is to be edited."""
    chat: Chat = joined(world, p)
    message = chat.message(p.number("message_id") or 0)
    if message is None:
        raise bad(Texts.NO_EDIT)
    if not message.ours:
        raise bad(Texts.CANNOT_EDIT)
    return message


def _source(p: Params, name: str) -> str | None:
    """The text as it was sent, if it was HTML."""
    return p.text(name) if (p.text("parse_mode") or "").lower() == "html" else None


def _text(rich: Rich) -> Json:
    return {"text": rich.text, **({"entities": rich.entities} if rich.entities else {})}


def _caption(rich: Rich) -> Json:
    content: Json = {"caption": rich.text} if rich.text else {}
    return content | ({"caption_entities": rich.entities} if rich.entities else {})


METHODS = {
    "sendMessage": send_message,
    "sendDocument": send_document,
    "editMessageText": edit_text,
    "editMessageCaption": edit_caption,
    "editMessageReplyMarkup": edit_markup,
    "deleteMessage": delete_message,
    "deleteMessages": delete_messages,
    "copyMessage": copy_message,
    "pinChatMessage": pin,
    "unpinChatMessage": unpin,
    "sendChatAction": chat_action,
    "sendMessageDraft": draft,
    "setMessageReaction": react,
    "answerCallbackQuery": answer_query,
}
