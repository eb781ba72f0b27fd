"""Methods of the Bot API about the bot itself: who it is, how it gets updates, its commands and descriptions."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from tests.telegram.fake.errors import bad
from tests.telegram.fake.params import Params
from tests.telegram.fake.webhook import Hook
from tests.telegram.fake.world import World

__all__ = ["METHODS"]

Json = dict[str, Any]

_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_LANGUAGE = re.compile(r"([a-z]{2})?")
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_SCOPES = {
    "default": (),
    "all_private_chats": (),
    "all_group_chats": (),
    "all_chat_administrators": (),
    "chat": ("chat_id",),
    "chat_administrators": ("chat_id",),
    "chat_member": ("chat_id", "user_id"),
}


def get_me(world: World, p: Params) -> Json:
    return world.me.json() | {
        "can_join_groups": True,
        "can_read_all_group_messages": world.reads_all,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


async def get_updates(world: World, p: Params) -> list[Json]:
    limit = p.number("limit")
    return await world.updates.poll(
        p.number("offset") or 0,
        min(100, max(1, 100 if limit is None else limit)),
        float(p.number("timeout") or 0),
        p.items("allowed_updates"),
    )


async def set_webhook(world: World, p: Params) -> bool:
    drop, url, secret = p.flag("drop_pending_updates"), p.text("url") or "", p.text("secret_token")
    if not url:
        await world.updates.delete_webhook(drop=drop)
        return True
    if secret is not None and not _SECRET.fullmatch(secret):
        raise bad("bad webhook: secret token contains unallowed characters")
    connections = p.number("max_connections")
    hook = Hook(url, url, secret, 40 if connections is None else connections)
    allowed = p.items("allowed_updates")
    if allowed is not None:
        world.updates.allowed = allowed
    await world.updates.set_webhook(hook, drop=drop)
    return True


async def delete_webhook(world: World, p: Params) -> bool:
    await world.updates.delete_webhook(drop=p.flag("drop_pending_updates"))
    return True


def webhook_info(world: World, p: Params) -> Json:
    return world.updates.webhook_info()


def set_commands(world: World, p: Params) -> bool:
    commands = p.items("commands") or []
    if len(commands) > 100:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not _COMMAND.fullmatch(command.get("command", "").removeprefix("/")):
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= len(command.get("description", "")) <= 256:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    world.profile.commands[_scope(p)] = commands
    return True


def get_commands(world: World, p: Params) -> list[Json]:
    return world.profile.commands.get(_scope(p), [])


def delete_commands(world: World, p: Params) -> bool:
    world.profile.commands.pop(_scope(p), None)
    return True


def _scope(p: Params) -> tuple[str, str]:
    """The scope as canonical JSON, and the language."""
    scope = p.mapping("scope") or {"type": "default"}
    fields = _SCOPES.get(scope.get("type", ""))
    if fields is None:
        raise bad("unsupported type of the scope")
    if any(name not in scope for name in fields):
        raise bad(f"can't parse BotCommandScope: {' and '.join(fields)} must be given")
    return json.dumps(scope, sort_keys=True), _language(p)


def _language(p: Params) -> str:
    language = p.text("language_code") or ""
    if not _LANGUAGE.fullmatch(language):
        raise bad("LANG_CODE_INVALID")
    return language


def _setter(name: str, limit: int) -> Callable[[World, Params], bool]:
    def keep(world: World, p: Params) -> bool:
        text = p.text(name) or ""
        if len(text) > limit:
            raise bad(f"the {name} is too long")
        world.profile.descriptions[name, _language(p)] = text
        return True

    return keep


def _getter(name: str) -> Callable[[World, Params], Json]:
    def tell(world: World, p: Params) -> Json:
        kept = world.profile.descriptions
        return {name: kept.get((name, _language(p)), kept.get((name, ""), ""))}

    return tell


def goodbye(world: World, p: Params) -> bool:
    """logOut and close: nothing that a test could see."""
    return True


METHODS: dict[str, Callable[[World, Params], Any]] = {
    "getMe": get_me,
    "getUpdates": get_updates,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": webhook_info,
    "setMyCommands": set_commands,
    "getMyCommands": get_commands,
    "deleteMyCommands": delete_commands,
    "setMyDescription": _setter("description", 512),
    "getMyDescription": _getter("description"),
    "setMyShortDescription": _setter("short_description", 120),
    "getMyShortDescription": _getter("short_description"),
    "setMyName": _setter("name", 64),
    "getMyName": _getter("name"),
    "logOut": goodbye,
    "close": goodbye,
}
