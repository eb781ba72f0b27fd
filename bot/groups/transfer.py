"""Settings as a file, out and in: reviewed and confirmed before anything changes.

    {"zhenren_settings": 1, "mode": "addressed", …}

What belongs to this group's people and places (who is not answered, where changes are told, topics) is never in
it. A file that comes in is a stranger's: its size and depth are measured before it is read, each value is checked,
and what would change waits ten minutes as a record (`import`, `tg:-100/1f3a9c`) for its sender's press.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import timedelta
from html import escape
from typing import Any

from bot.channels.telegram.chats import ChatError, answered
from bot.channels.telegram.events import Press, Sender, address
from bot.channels.telegram.posts import Key, Post
from bot.channels.telegram.signing import Signed
from bot.groups.audit import Audit
from bot.groups.ground import Book, Ground
from bot.groups.permissions import Permissions
from bot.groups.settings import TITLES, Settings, differing, shown
from bot.groups.settings_rules import Checks, problems, quoted
from bot.groups.standing import Standing, drawn

__all__ = ["ACTION", "LIMIT", "Preview", "Transfer", "exportable", "preview"]

ACTION = "imp"
"""The action of the buttons in signed data."""

LIMIT = 65_536
"""Bytes that a file may have."""

_FORMAT = "zhenren_settings"
_VERSION = 1
_DEPTH = 5
_KIND = "import"
_OPEN = timedelta(minutes=10)
_LINES = 30
_SHORT = 60
_STAYS = frozenset({"blocked", "log_chat", "desk", "closed_topics"})
_PORTABLE = tuple(each.name for each in fields(Settings) if each.name not in _STAYS)

_EXPIRED = "这份导入过期了，或者已经处理过，重新发一次文件"
_DENIED = "要有「修改群信息」权限的管理员才能导入。匿名的话，先取消匿名，或者在私聊里发给我。"
_FAILED = "没改成，等一会儿再试"


@dataclass(frozen=True, slots=True)
class Preview:
    """What a file would do: `problems` (then nothing), or the lines of what changes and the settings `after`."""

    problems: tuple[str, ...]
    lines: tuple[str, ...]
    after: Settings


def exportable(settings: Settings) -> dict[str, Any]:
    """The settings as a document, each by name: all but those that belong to this group alone."""
    plain = asdict(settings)
    return {_FORMAT: _VERSION, **{name: plain[name] for name in _PORTABLE}}


def preview(settings: Settings, data: bytes, checks: Checks | None = None) -> Preview:
    """What the file `data` would change; what it does not name stays. Plain texts: escape them."""
    try:
        document = _parsed(data)
    except _Unreadable as wrong:
        return Preview((str(wrong),), (), settings)
    stays = [name for name in document if name in _STAYS]
    named = {name: value for name, value in document.items() if name not in _STAYS}
    found = [f"{TITLES[name]}（{name}）只在本群里设，从文件里删掉。" for name in stays]
    found += problems(named, checks)
    if found:
        return Preview(tuple(found), (), settings)
    after = _with(settings, named)
    return Preview((), tuple(_lines(settings, after)), after)


class Transfer:
    """Hands settings out and takes them in."""

    def __init__(
        self,
        ground: Ground,
        book: Book,
        permissions: Permissions,
        audit: Audit,
        checks: Checks | None = None,
    ) -> None:
        self._ground, self._book = ground, book
        self._permissions, self._audit = permissions, audit
        self._checks = checks or Checks()

    async def exported(self, chat: int) -> bytes:
        """The file of a group's settings, UTF-8. Whether the asker may have it is the caller's to ask."""
        document = exportable(await self._book.settings(chat))
        return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()

    async def offered(
        self, chat: int, sender: Sender, data: bytes, where: int, thread: int | None = None
    ) -> Post:
        """What a file would do to the settings of `chat`, with a button to let it; nothing is changed yet."""
        to = address(where, thread)
        if not await self._permissions.may_change(chat, sender):
            return Post(to, _DENIED)
        settings = await self._book.settings(chat)
        made = preview(settings, data, self._checks)
        if made.problems:
            return Post(to, _listed("这份文件还不能用：", made.problems))
        if not made.lines:
            return Post(to, "和现在的设置一样，不用改。")
        plain = asdict(made.after)
        changes = {name: plain[name] for name in differing(settings, made.after)}
        handle = await self._kept(where, {"chat": chat, "settings": changes})
        keys = tuple(
            self._key(where, sender.id, label, f"{handle}/{answer}")
            for label, answer in (("就这样改", "yes"), ("不改了", "no"))
        )
        return Post(to, _listed("会这样改：", made.lines), (keys,))

    async def confirmed(self, press: Press, signed: Signed) -> list[Post]:
        """Do or drop what was offered, once, and answer the press in any case. What is returned goes to the log
        chat."""
        toast, said, posts = _FAILED, "", list[Post]()
        try:
            toast, said, posts = await self._done(press, signed)
        finally:  # whatever has happened, the press is answered
            await answered(self._ground.chats, press.query, toast)
        if said and press.message:
            await self._edited(press, said)
        return posts

    async def _done(self, press: Press, signed: Signed) -> tuple[str, str, list[Post]]:
        """What the presser is told, what the message says then, and what goes to the log chat."""
        handle, _, answer = signed.argument.partition("/")
        key = f"{address(press.chat.id)}/{handle}"
        found = await self._ground.records.get(_KIND, key)
        if found is None or (found.expires_at or "") < self._ground.at:
            return _EXPIRED, "", []
        chat = await Standing(self._ground).current(found.value["chat"])
        if not await self._permissions.may_change(chat, press.sender):
            return "现在没有「修改群信息」的权限，不能导入", "", []
        if await self._ground.records.take(_KIND, key) is None:
            return _EXPIRED, "", []
        if answer != "yes":
            return "好，没有改", "没有导入，设置还是原来的。", []
        before, after = await self._book.replace(
            chat, lambda now: _with(now, found.value["settings"])
        )
        posts = await self._audit.changed(chat, press.sender.id, before, after)
        return "改好了", _listed("导入好了：", _lines(before, after)), posts

    async def _kept(self, where: int, value: Mapping[str, Any]) -> str:
        return await drawn(self._ground, _KIND, where, value, _OPEN)

    def _key(self, where: int, owner: int, label: str, argument: str) -> Key:
        until = self._ground.seconds + int(_OPEN.total_seconds())
        return Key(label, "data", self._ground.signer.sign(where, ACTION, argument, owner, until))

    async def _edited(self, press: Press, text: str) -> None:
        try:
            await self._ground.chats.edit(press.chat.id, press.message, Post(press.address, text))
        except ChatError:
            pass  # the toast has said it


# ── reading a stranger's file ───────────────────────────────────────────────
class _Unreadable(Exception):
    """The file is no document of ours; the `str` is Chinese: the fact and the fix."""


def _parsed(data: bytes) -> dict[str, Any]:
    """The settings in a file, without its mark, not checked yet."""
    if len(data) > LIMIT:
        raise _Unreadable(f"文件有 {len(data) // 1024} KB，最多 64 KB，删掉一些再发。")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _Unreadable("文件不是 UTF-8 文字，用 /export 给的文件来改。") from None
    if _depth(text) > _DEPTH:
        raise _Unreadable(f"括号套得太深，最多 {_DEPTH} 层，用 /export 给的文件来改。")
    try:
        document = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except _Unreadable:
        raise
    except ValueError as wrong:  # also a number of too many digits
        line = f"第 {wrong.lineno} 行" if isinstance(wrong, json.JSONDecodeError) else "有个数字"
        raise _Unreadable(f"文件不是完整的 JSON：{line}读不下去，改好再发。") from None
    version = document.pop(_FORMAT, None) if isinstance(document, dict) else None
    if type(version) is not int or version != _VERSION:
        raise _Unreadable(f'这不是我导出的设置，开头要有 "{_FORMAT}": {_VERSION}。')
    return dict(document)


def _depth(text: str) -> int:
    """How deep brackets are nested outside of strings, whether or not they fit: found before anything recurses."""
    deepest = depth = 0
    inside = escaped = False
    for char in text:
        if inside:
            inside = escaped or char != '"'
            escaped = char == "\\" and not escaped
        elif char == '"':
            inside = True
        elif char in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif char in "]}":
            depth -= 1
    return deepest


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name, value in pairs:
        if name in made:
            raise _Unreadable(f"「{quoted(name)}」写了两次，留一个。")
        made[name] = value
    return made


def _no_constant(name: str) -> Any:
    raise _Unreadable(f"{name} 不是能用的数，换成整数。")


def _with(settings: Settings, named: Mapping[str, Any]) -> Settings:
    """The settings with the checked values of a document."""
    read = Settings.from_dict(named)
    return replace(settings, **{name: getattr(read, name) for name in named})


# ── what would change ───────────────────────────────────────────────────────
def _lines(before: Settings, after: Settings) -> list[str]:
    lines: list[str] = []
    for name in differing(before, after):
        old, new = shown(before, name), shown(after, name)
        lines.append(f"{TITLES[name]}：{old} → {new if old != new else f'{new}（换了）'}")
        lines += _contents(before, after, name)
    return lines


def _contents(before: Settings, after: Settings, name: str) -> list[str]:
    """What somebody has written into the file: who lets it in should have seen it."""
    if name == "welcome" and after.welcome:
        return [f"　「{_short(after.welcome)}」"]
    if name == "texts":
        return _entries(before.texts, after.texts)
    if name == "faq":
        old, new = ({each.keyword: each.answer for each in faq} for faq in (before.faq, after.faq))
        return _entries(old, new)
    return []


def _entries(old: Mapping[str, str], new: Mapping[str, str]) -> list[str]:
    return [
        *(f"　加「{word}」：{_short(text)}" for word, text in new.items() if word not in old),
        *(
            f"　改「{word}」：{_short(new[word])}"
            for word in old
            if old[word] != new.get(word, old[word])
        ),
        *(f"　删「{word}」" for word in old if word not in new),
    ]


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHORT else line[: _SHORT - 1] + "…"


def _listed(head: str, lines: list[str] | tuple[str, ...]) -> str:
    more = [f"还有 {len(lines) - _LINES} 处。"] if len(lines) > _LINES else []
    return "\n".join([f"<b>{head}</b>", *(escape(each) for each in lines[:_LINES]), *more])
