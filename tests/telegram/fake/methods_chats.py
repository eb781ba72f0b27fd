"""Methods of the Bot API about chats, their members, and files."""

from __future__ import annotations

from typing import Any

from tests.telegram.fake.chats import Chat
from tests.telegram.fake.errors import Texts, bad
from tests.telegram.fake.outgoing import chat_of, joined
from tests.telegram.fake.params import Params
from tests.telegram.fake.world import World

__all__ = ["DOWNLOAD_LIMIT", "METHODS"]

Json = dict[str, Any]

DOWNLOAD_LIMIT = 20 * 1024 * 1024
"""The most bytes that a bot may download."""


def get_chat(world: World, p: Params) -> Json:
    chat = chat_of(world, p)
    if chat.private:  # also of who has blocked the bot, if they ever spoke
        if chat.person and not chat.person.started:
            raise bad(Texts.NO_CHAT)
        return chat.full()
    return joined(world, p).full()


def get_member(world: World, p: Params) -> Json:
    chat = _visible(world, p)
    number = p.number("user_id") or 0
    account = world.accounts.get(number)
    if account is None:
        raise bad("PARTICIPANT_ID_INVALID")
    if chat.private:
        return {"status": "member", "user": account.json()}
    member = world.member(chat, account)
    mine = world.member(chat, world.me)
    if chat.hidden_members and not (mine.admin or member.admin or account is world.me):
        raise bad(Texts.HIDDEN_MEMBERS)
    return member.json()


def get_admins(world: World, p: Params) -> list[Json]:
    chat = _visible(world, p)
    if chat.private:
        raise bad("there are no administrators in the private chat")
    return [
        member.json()
        for member in chat.members.values()
        if member.admin and (not member.account.is_bot or member.account is world.me)
    ]


def count_members(world: World, p: Params) -> int:
    chat = _visible(world, p)
    return 2 if chat.private else sum(member.present for member in chat.members.values())


def leave(world: World, p: Params) -> bool:
    chat = joined(world, p)
    if chat.private:
        raise bad("chat member status can't be changed in private chats")
    world.change(chat, world.me, "left", by=world.me)
    return True


def get_file(world: World, p: Params) -> Json:
    file = world.files.get(p.text("file_id") or "")
    if file is None:
        raise bad(Texts.NO_FILE)
    if len(file.body) > DOWNLOAD_LIMIT:
        raise bad(Texts.BIG_FILE)
    about = file.json()
    return {
        "file_id": file.file_id,
        "file_unique_id": about["file_unique_id"],
        "file_size": about["file_size"],
        "file_path": file.path,
    }


def _visible(world: World, p: Params) -> Chat:
    """The chat whose members the bot may look at."""
    chat = chat_of(world, p)
    return chat if chat.private else joined(world, p)


METHODS = {
    "getChat": get_chat,
    "getChatMember": get_member,
    "getChatAdministrators": get_admins,
    "getChatMemberCount": count_members,
    "leaveChat": leave,
    "getFile": get_file,
}
