"""What the buttons of the panel change. Every button carries the value it leads to, so a second press changes nothing.

A change is a code and a value, `quiet` and `22-8`; both come from signed data, and still only the values that are
offered here are taken: a button may be older than the program.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.channels.telegram.events import address
from bot.groups.settings import (
    AUTO_DELETES,
    GROUP_COOLDOWNS,
    MEMBER_COMMANDS,
    MODES,
    QUIETS,
    USER_COOLDOWNS,
    ZONES,
    Faq,
    Settings,
)
from bot.groups.settings_rules import Checks, problems
from bot.i18n.script import LOCALES

__all__ = [
    "CHOICES",
    "Choice",
    "Here",
    "Invalid",
    "Unknown",
    "changed",
    "page_of",
    "tag",
    "with_faq",
]


class Unknown(Exception):
    """No change of ours has this code or this value."""


class Invalid(Exception):
    """The change would make the settings wrong; `problems` are Chinese sentences."""

    def __init__(self, found: list[str]) -> None:
        self.problems = tuple(found)
        super().__init__(*found)


@dataclass(frozen=True, slots=True)
class Here:
    """Where a change is made: the group, the address that counts as here, and who makes it."""

    chat: int
    address: str
    actor: int


@dataclass(frozen=True, slots=True)
class Choice:
    """One of some values of a setting; `options` are the values by the code that a button carries."""

    name: str
    options: Mapping[str, Any]


def _named(*values: str) -> dict[str, str]:
    return {value: value for value in values}


def _numbers(*values: int) -> dict[str, int]:
    return {str(value): value for value in values}


_SWITCH: Mapping[str, bool] = {"on": True, "off": False}

CHOICES: Mapping[str, Choice] = {
    "mode": Choice("mode", _named(*MODES)),
    "lang": Choice("locale", _named(*LOCALES)),
    "quiet": Choice(
        "quiet", {f"{hours[0]}-{hours[1]}" if hours else "off": hours for hours in QUIETS}
    ),
    "zone": Choice("zone", _named(*ZONES)),
    "ucool": Choice("user_cooldown", _numbers(*USER_COOLDOWNS)),
    "gcool": Choice("group_cooldown", _numbers(*GROUP_COOLDOWNS)),
    "del": Choice("auto_delete", _numbers(*AUTO_DELETES)),
    "dcmd": Choice("delete_commands", _SWITCH),
    "scam": Choice("scam_guard", _SWITCH),
    "num": Choice("number_guard", _SWITCH),
    "digest": Choice("digest", _SWITCH),
}
"""The settings that are one of some values, by the code of their buttons."""


def changed(settings: Settings, code: str, value: str, here: Here) -> Settings:
    """The settings after a change. Unknown when there is none of that code and value, Invalid when it would be
    too much."""
    if code in CHOICES:
        choice = CHOICES[code]
        if value not in choice.options:
            raise Unknown
        return replace(settings, **{choice.name: choice.options[value]})
    if code not in _OTHERS:
        raise Unknown
    return _OTHERS[code][1](settings, value, here)


def page_of(code: str) -> str:
    """The page on which a change is seen."""
    return _PAGES.get(code, code) if code in CHOICES else _OTHERS[code][0]


_PAGES = {"ucool": "cool", "gcool": "cool", "dcmd": "del", "scam": "guard", "num": "guard"}


def tag(keyword: str) -> str:
    """A short name of a keyword that does not depend on where in the list it stands."""
    return hashlib.blake2b(keyword.encode(), digest_size=4).hexdigest()


def with_faq(settings: Settings, entry: Faq, checks: Checks) -> Settings:
    """The settings with an entry, in the place of the one with the same keyword. Invalid when it may not be."""
    same = _key(entry.keyword)
    known = any(_key(each.keyword) == same for each in settings.faq)
    faq = (
        tuple(entry if _key(each.keyword) == same else each for each in settings.faq)
        if known
        else (*settings.faq, entry)
    )
    after = replace(settings, faq=faq)
    if found := problems({"faq": after.to_dict()["faq"]}, checks):
        raise Invalid(found)
    return after


def _key(keyword: str) -> str:
    return keyword.strip().casefold()


def _without_faq(settings: Settings, value: str, _: Here) -> Settings:
    return replace(settings, faq=tuple(e for e in settings.faq if tag(e.keyword) != value))


def _close_command(settings: Settings, value: str, _: Here) -> Settings:
    if value not in MEMBER_COMMANDS:
        raise Unknown
    closed = {*settings.disabled, value}
    return replace(settings, disabled=tuple(name for name in MEMBER_COMMANDS if name in closed))


def _open_command(settings: Settings, value: str, _: Here) -> Settings:
    if value not in MEMBER_COMMANDS:
        raise Unknown
    return replace(settings, disabled=tuple(n for n in settings.disabled if n != value))


def _close_topic(settings: Settings, value: str, _: Here) -> Settings:
    topics = tuple(sorted({*settings.closed_topics, _topic(value)}))
    if found := problems({"closed_topics": topics}):
        raise Invalid(found)
    return replace(settings, closed_topics=topics)


def _open_topic(settings: Settings, value: str, _: Here) -> Settings:
    topic = _topic(value)
    return replace(settings, closed_topics=tuple(n for n in settings.closed_topics if n != topic))


def _topic(value: str) -> int:
    if not (value.isascii() and value.isdigit()):
        raise Unknown
    return int(value)


def _log(settings: Settings, value: str, here: Here) -> Settings:
    places = {"off": "", "here": here.address, "me": address(here.actor)}
    if value not in places:
        raise Unknown
    return replace(settings, log_chat=places[value])


def _reset(settings: Settings, _: str, __: Here) -> Settings:
    """The defaults; who is not to be answered stays so."""
    return Settings(blocked=settings.blocked)


def _unblock(settings: Settings, _: str, __: Here) -> Settings:
    return replace(settings, blocked=())


_OTHERS: Mapping[str, tuple[str, Callable[[Settings, str, Here], Settings]]] = {
    "nofaq": ("faq", _without_faq),
    "nocmd": ("cmds", _close_command),
    "cmd": ("cmds", _open_command),
    "notop": ("topics", _close_topic),
    "top": ("topics", _open_topic),
    "log": ("log", _log),
    "reset": ("overview", _reset),
    "unblock": ("data", _unblock),
}
"""The other changes with the page on which they are seen."""
