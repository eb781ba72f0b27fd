"""What a group's settings may be: checked where they come from people, a file or a typed text.

They are checked in the form that `Settings.to_dict` writes and JSON carries. Everything that is wrong is said at
once, in Chinese, with the fact and the fix; the sentences quote what was written, short and printable.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from bot.cases.zones import is_zone
from bot.channels.telegram.events import address, place
from bot.core.errors import did_you_mean
from bot.groups.settings import MEMBER_COMMANDS, MODES, TITLES, Faq
from bot.i18n.script import LOCALES

__all__ = ["ANSWER", "Checks", "problems", "quoted"]

ANSWER = 500
"""So many characters may an answer or a welcome have."""

_FAQS, _KEYWORD = 50, 32
_BLOCKED, _TOPICS = 500, 100
_TEXTS, _TEXT = 50, 1000
_LONGEST = 86_400  # seconds; Telegram lets a bot delete for 48 h
_ID = 2**53
_TOLD = 10

_UNSEEN = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})


@dataclass(frozen=True, slots=True)
class Checks:
    """What is known elsewhere. `sayable`: whether the bot may say a text. `texts`:
    what is wrong with an overlay of texts."""

    sayable: Callable[[str], bool] = lambda _: True
    texts: Callable[[Mapping[str, str]], Sequence[str]] = lambda _: ()


def problems(data: Mapping[str, Any], checks: Checks | None = None) -> list[str]:
    """Everything that is wrong with settings as JSON carries them, each a Chinese sentence with the fact and the
    fix; missing names are fine. The sentences quote the data: escape them."""
    unknown = [name for name in data if name not in _RULES]
    found = [
        f"没有「{quoted(name)}」这一项，{did_you_mean(name[:_KEYWORD], _RULES)}。"
        for name in unknown[:_TOLD]
    ]
    if len(unknown) > _TOLD:
        found.append(f"还有 {len(unknown) - _TOLD} 项不认识，删掉它们。")
    for name, value in data.items():
        if name in _RULES:
            wrong = list(_RULES[name](value)) or _unsayable(name, value, checks or Checks())
            found += [f"{TITLES[name]}（{name}）：{each}" for each in wrong[:_TOLD]]
    return found


def _unsayable(name: str, value: Any, checks: Checks) -> list[str]:
    """What is wrong with texts that are well-formed."""
    if name == "texts":
        return list(checks.texts(value))
    said = [(each["keyword"], each["answer"]) for each in value] if name == "faq" else []
    if name == "welcome":
        said = [("欢迎语", value)]
    wrong = [
        f"「{quoted(title)}」里有查过是错的内容，或者像在卖代办，把它去掉。"
        for title, text in said
        if not checks.sayable(text)
    ]
    return wrong or (list(checks.texts({name: value})) if name == "welcome" and value else [])


_Rule = Callable[[Any], Iterable[str]]


def _one_of(*allowed: str) -> _Rule:
    def rule(value: Any) -> Iterable[str]:
        if not isinstance(value, str) or value not in allowed:
            yield f"「{quoted(value)}」不行，可以写 {'、'.join(allowed)}。"

    return rule


def _whole(least: int, most: int) -> _Rule:
    def rule(value: Any) -> Iterable[str]:
        if type(value) is not int or not least <= value <= most:  # True is no number here
            yield f"「{quoted(value)}」不行，写 {least} 到 {most} 的整数。"

    return rule


def _yes_or_no(value: Any) -> Iterable[str]:
    if not isinstance(value, bool):
        yield f"「{quoted(value)}」不行，写 true 或 false。"


def _text(most: int, least: int = 0, *, lines: bool = True) -> _Rule:
    def rule(value: Any) -> Iterable[str]:
        if not isinstance(value, str):
            yield f"「{quoted(value)}」不是文字，加上引号。"
        elif not least <= len(value.strip()) or len(value) > most:
            yield f"有 {len(value)} 个字，写 {least} 到 {most} 个字。"
        elif any(_unseen(char) and not (lines and char == "\n") for char in value):
            yield "有看不见的字符，去掉它们再来。"

    return rule


def _unseen(char: str) -> bool:
    """Controls, halves of characters, changes of direction; the joiner of emojis is none of them."""
    return unicodedata.category(char) in _UNSEEN and char != "\u200d"


def _all(most: int, each: _Rule) -> _Rule:
    def rule(value: Any) -> Iterable[str]:
        if not isinstance(value, list | tuple):
            yield "不是列表，用方括号括起来。"
        elif len(value) > most:
            yield f"有 {len(value)} 条，最多 {most} 条，删掉一些。"
        elif wrong := [problem for item in value for problem in each(item)]:
            yield from wrong
        elif len({str(item) for item in value}) < len(value):
            yield "有重复的，留一个。"

    return rule


def _hours(value: Any) -> Iterable[str]:
    if value is None:
        return
    whole = isinstance(value, list | tuple) and all(
        type(each) is int and 0 <= each <= 23 for each in value
    )
    if not whole or len(value) != 2 or value[0] == value[1]:
        yield f"「{quoted(value)}」不行，写两个不同的钟点（0 到 23），比如 [22, 8]；不要就写 null。"


def _zone(value: Any) -> Iterable[str]:
    if not isinstance(value, str) or len(value) > 64 or not is_zone(value):
        yield f"「{quoted(value)}」不是时区，写 Asia/Shanghai 这样的名字。"


def _address(value: Any) -> Iterable[str]:
    if value == "":
        return
    try:
        # `place` takes whatever int() takes; only the one way of writing an address is a key.
        right = isinstance(value, str) and len(value) < 64 and address(*place(value)) == value
    except ValueError:
        right = False
    if not right:
        yield f"「{quoted(value)}」不是会话的地址，写 tg:-100123 这样的；不要就留空。"


def _faq(value: Any) -> Iterable[str]:
    """One entry."""
    if not isinstance(value, dict) or not {"keyword", "answer"} <= value.keys() <= _ENTRY:
        yield "每一条要有 keyword 和 answer，可以有 exact，别的不要。"
        return
    keyword = value["keyword"]
    for name, rule in (
        ("keyword", _text(_KEYWORD, 1, lines=False)),
        ("answer", _text(ANSWER, 1)),
        ("exact", _yes_or_no),
    ):
        yield from (
            f"「{quoted(keyword)}」的 {name} {each}" for each in rule(value.get(name, False))
        )


def _key(keyword: str) -> str:
    return keyword.strip().casefold()


def _faqs(value: Any) -> Iterable[str]:
    yield from (wrong := list(_all(_FAQS, _faq)(value)))
    if not wrong and len({_key(each["keyword"]) for each in value}) < len(value):
        yield "有两条的关键词一样，留一条。"


def _overlay(value: Any) -> Iterable[str]:
    if not isinstance(value, dict) or len(value) > _TEXTS:
        yield f"要写成名字和文字的对照，最多 {_TEXTS} 条。"
        return
    for name, text in value.items():
        yield from (f"「{quoted(name)}」{each}" for each in _text(_KEYWORD, 1, lines=False)(name))
        yield from (f"「{quoted(name)}」{each}" for each in _text(_TEXT)(text))


_ENTRY = {each.name for each in fields(Faq)}

_RULES: Mapping[str, _Rule] = {
    "mode": _one_of(*MODES),
    "locale": _one_of(*LOCALES),
    "quiet": _hours,
    "zone": _zone,
    "user_cooldown": _whole(0, 3600),
    "group_cooldown": _whole(0, 3600),
    "auto_delete": _whole(0, _LONGEST),
    "delete_commands": _yes_or_no,
    "scam_guard": _yes_or_no,
    "number_guard": _yes_or_no,
    "digest": _yes_or_no,
    "welcome": _text(ANSWER),
    "log_chat": _address,
    "desk": _address,
    "disabled": _all(len(MEMBER_COMMANDS), _one_of(*MEMBER_COMMANDS)),
    "blocked": _all(_BLOCKED, _whole(1, _ID)),
    "closed_topics": _all(_TOPICS, _whole(1, _ID)),
    "faq": _faqs,
    "texts": _overlay,
}


def quoted(value: Any) -> str:
    """What somebody wrote, short and printable, to be quoted in a sentence about it."""
    text = value[:24] if isinstance(value, str) else "…" if isinstance(value, dict) else str(value)
    plain = "".join(char if char.isprintable() else "?" for char in text)
    return plain if len(plain) <= 20 else plain[:19] + "…"
