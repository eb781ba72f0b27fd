"""The rules that all methods share which speak to a chat: may the bot speak there, what does it say, to what."""

from __future__ import annotations

from typing import Any

from tests.telegram.fake.chats import Chat, Message
from tests.telegram.fake.errors import Texts, bad, forbidden
from tests.telegram.fake.formatting import CAPTION_LIMIT, TEXT_LIMIT, Rich, found, read_html, units
from tests.telegram.fake.markup import check_markup
from tests.telegram.fake.params import Params
from tests.telegram.fake.world import World

__all__ = ["caption_of", "chat_of", "joined", "place_of", "send", "speaking", "text_of"]

Json = dict[str, Any]


def chat_of(world: World, p: Params) -> Chat:
    """The chat of `chat_id`, a number or @name. ApiError 400 when the bot knows of none, or it has a new id."""
    chat = _find(world, p.text("chat_id") or "")
    if chat is None or not (chat.private or world.me.id in chat.members):
        raise bad(Texts.NO_CHAT)
    if chat.migrated_to is not None:
        raise bad(Texts.UPGRADED, migrate_to_chat_id=chat.migrated_to)
    return chat


def _find(world: World, given: str) -> Chat | None:
    if given.startswith("@"):
        names = {(chat.username or "").lower(): chat for chat in world.chats.values()}
        return names.get(given[1:].lower()) if len(given) > 1 else None
    try:
        return world.chats.get(int(given))
    except ValueError:
        return None


def joined(world: World, p: Params) -> Chat:
    """The chat, in which the bot is. ApiError 403 when it is not, or its person does not want it."""
    chat = chat_of(world, p)
    if chat.person:
        if chat.person.deactivated:
            raise forbidden(Texts.DEACTIVATED)
        if not chat.person.started:
            raise forbidden(Texts.NEVER_STARTED)
        if chat.person.blocked:
            raise forbidden(Texts.BLOCKED)
        return chat
    mine = world.member(chat, world.me)
    kind = "group" if chat.kind == "group" else chat.kind
    if mine.status == "kicked":
        raise forbidden(f"bot was kicked from the {kind} chat")
    if not mine.present:
        raise forbidden(f"bot is not a member of the {kind} chat")
    return chat


def speaking(world: World, p: Params, *, right: str = "can_send_messages") -> Chat:
    """The chat, in which the bot may speak. ApiError 400 when it lacks the right."""
    chat = joined(world, p)
    mine = None if chat.private else world.member(chat, world.me)
    if mine and not mine.admin:
        rights = mine.rights if mine.status == "restricted" else chat.permissions
        if right not in rights:
            raise bad(
                Texts.NO_SEND_RIGHT if right == "can_send_messages" else Texts.NO_DOCUMENT_RIGHT
            )
    return chat


def text_of(p: Params, name: str = "text") -> Rich:
    """The text of a message. ApiError 400 when it is empty, too long or cannot be parsed."""
    rich = _rich(p, name, "entities")
    if not rich.text:
        raise bad(Texts.EMPTY)
    if units(rich.text) > TEXT_LIMIT:
        raise bad(Texts.TOO_LONG)
    return rich


def caption_of(p: Params) -> Rich:
    """The caption, which may be empty."""
    rich = _rich(p, "caption", "caption_entities")
    if units(rich.text) > CAPTION_LIMIT:
        raise bad(Texts.CAPTION_TOO_LONG)
    return rich


def _rich(p: Params, name: str, entities: str) -> Rich:
    text, mode = p.text(name) or "", (p.text("parse_mode") or "").lower()
    if mode == "html":
        rich = read_html(text)
        return Rich(rich.text, rich.entities + _outside(rich))
    if mode:
        raise bad(f"unsupported parse_mode: the fake reads HTML, not {mode}")
    given = p.items(entities) or []
    text = text.rstrip() if given else text.strip()
    if any(each["offset"] + each["length"] > units(text) for each in given):
        raise bad("entity beyond the end of the message text")  # stricter than Telegram, which cuts
    return Rich(text, given or found(text))


def _outside(rich: Rich) -> list[Json]:
    """The commands, mentions and links that are not inside of an entity."""
    return [
        each
        for each in found(rich.text)
        if not any(
            other["offset"] < each["offset"] + each["length"]
            and each["offset"] < other["offset"] + other["length"]
            for other in rich.entities
        )
    ]


def place_of(chat: Chat, p: Params) -> Json:
    """Topic and answered message, as fields of a Message."""
    answered = _answered(chat, p)
    thread = p.number("message_thread_id")
    if thread is not None:
        topic = chat.topics.get(thread) if chat.forum else None
        if topic is None:
            raise bad(Texts.NO_THREAD)
        if topic.closed:
            raise bad(Texts.TOPIC_CLOSED)
    elif answered and answered.in_topic:
        thread = answered.thread  # an answer goes to the topic of what it answers
    return {"reply_to": answered, "thread": thread, "in_topic": thread is not None}


def _answered(chat: Chat, p: Params) -> Message | None:
    reply = p.mapping("reply_parameters") or {}
    number = reply.get("message_id") or p.number("reply_to_message_id")
    if not number:
        return None
    message = chat.message(int(number))
    if message is None:
        if reply.get("allow_sending_without_reply") or p.flag("allow_sending_without_reply"):
            return None
        raise bad(Texts.NO_REPLY)
    if reply.get("quote") and reply["quote"] not in message.text:
        raise bad(Texts.QUOTE)
    return message


def send(world: World, chat: Chat, p: Params, content: Json, **more: Any) -> Message:
    """The bot says something. The checks that depend on the chat's right are done before."""
    markup = p.mapping("reply_markup")
    check_markup(markup)
    return world.say(
        chat,
        world.me,
        content,
        ours=True,
        markup=markup,
        silent=p.flag("disable_notification"),
        preview=not (p.mapping("link_preview_options") or {}).get("is_disabled", False),
        only_for=_only_for(world, chat, p),
        **place_of(chat, p),
        **more,
    )


def _only_for(world: World, chat: Chat, p: Params) -> int | None:
    """Whom alone a message in a group is for, when it is ephemeral."""
    given = p.mapping("ephemeral_message_parameters")
    if given is None:
        return None
    if chat.kind not in {"group", "supergroup"}:
        raise bad("ephemeral messages can be sent only to groups")
    number = int(given.get("receiver_user_id", 0))
    member = chat.members.get(number)
    if member is None or not member.present:
        raise bad(Texts.NO_USER)
    if query := given.get("callback_query_id"):
        pressed = world.queries.get(str(query))
        if pressed is None or world.now() - pressed.time > world.callback_seconds:
            raise bad(Texts.OLD_QUERY)
    return number
