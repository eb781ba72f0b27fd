"""Text as Telegram reads it: HTML becomes plain text with entities; commands, mentions and links are found.

Offsets and lengths of entities, and the limits of texts, are in UTF-16 units.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from typing import Any

from tests.telegram.fake.errors import ApiError, Texts, bad

__all__ = ["CAPTION_LIMIT", "TEXT_LIMIT", "Rich", "command_of", "found", "read_html", "units"]

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024

_KINDS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "code": "code",
    "pre": "pre",
    "a": "text_link",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "tg-emoji": "custom_emoji",
    "blockquote": "blockquote",
}
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9-]*)((?:\s[^<>]*)?)>")
_ATTRIBUTE = re.compile(r"""([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_ESCAPE = re.compile(r"&(?:lt|gt|amp|quot|#\d+|#x[0-9A-Fa-f]+);")
_FOUND = re.compile(
    r"(?P<bot_command>(?<![\w/])/[A-Za-z0-9_]{1,32}(?:@[A-Za-z][A-Za-z0-9_]{3,31})?\b)"
    r"|(?P<url>https?://[^\s<>，。！？；：（）【】「」]+)"
    r"|(?P<mention>(?<![\w@])@[A-Za-z][A-Za-z0-9_]{3,31}\b)"
)


@dataclass(frozen=True, slots=True)
class Rich:
    """Plain text with the entities in it."""

    text: str
    entities: list[dict[str, Any]] = field(default_factory=list)


def units(text: str) -> int:
    """The length in UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2


def found(text: str) -> list[dict[str, Any]]:
    """The commands, mentions and links of a plain text, as entities."""
    return [
        {
            "type": match.lastgroup,
            "offset": units(text[: match.start()]),
            "length": units(match.group()),
        }
        for match in _FOUND.finditer(text)
    ]


def command_of(text: str) -> tuple[str, str] | None:
    """The command that a text begins with and the bot that it names: `/help@a_bot` is ("help", "a_bot")."""
    match = _FOUND.match(text)
    if match is None or match.lastgroup != "bot_command":
        return None
    command, _, bot = match.group()[1:].partition("@")
    return command, bot


def read_html(source: str) -> Rich:
    """The text of HTML, stripped as Telegram strips it. ApiError when Telegram cannot parse it."""
    return _stripped(_Parser(source).read())


def _stripped(rich: Rich) -> Rich:
    text = rich.text.rstrip()
    lead = units(text) - units(text.lstrip())
    text, entities = text.lstrip(), []
    end = units(text)
    for entity in rich.entities:
        start = max(0, entity["offset"] - lead)
        stop = min(end, entity["offset"] + entity["length"] - lead)
        if stop > start:
            entities.append({**entity, "offset": start, "length": stop - start})
    return Rich(text, entities)


@dataclass(slots=True)
class _Open:
    tag: str
    attributes: dict[str, str]
    offset: int


class _Parser:
    """Reads one text from left to right; open tags lie on a stack."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._plain: list[str] = []
        self._length = 0
        self._open: list[_Open] = []
        self._entities: list[dict[str, Any]] = []

    def read(self) -> Rich:
        at = 0
        while at < len(self._source):
            at = self._tag(at) if self._source[at] == "<" else self._words(at)
        if self._open:
            raise _wrong(f'Can\'t find end tag corresponding to start tag "{self._open[-1].tag}"')
        # Outer before inner: what was opened last was closed first.
        entities = self._entities[::-1]
        entities.sort(key=lambda each: (each["offset"], -each["length"]))
        return Rich("".join(self._plain), entities)

    def _words(self, at: int) -> int:
        end = self._source.find("<", at)
        end = len(self._source) if end < 0 else end
        words = _ESCAPE.sub(lambda escape: html.unescape(escape.group()), self._source[at:end])
        self._plain.append(words)
        self._length += units(words)
        return end

    def _tag(self, at: int) -> int:
        match = _TAG.match(self._source, at)
        where = len(self._source[:at].encode())
        if match is None:
            raise _wrong(f"Unclosed start tag at byte offset {where}")
        closing, tag, rest = match.group(1), match.group(2).lower(), match.group(3)
        if closing:
            self._close(tag, where)
        else:
            self._start(tag, rest, where)
        return match.end()

    def _start(self, tag: str, rest: str, where: int) -> None:
        attributes = {
            key.lower(): html.unescape(double or single or bare)
            for key, double, single, bare in _ATTRIBUTE.findall(rest)
        }
        if tag == "blockquote" and re.search(r"\bexpandable\b", rest):
            attributes["expandable"] = ""
        if tag not in _KINDS or (tag == "span" and attributes.get("class") != "tg-spoiler"):
            raise _wrong(f'Unsupported start tag "{tag}" at byte offset {where}')
        self._open.append(_Open(tag, attributes, self._length))

    def _close(self, tag: str, where: int) -> None:
        if not self._open:
            raise _wrong(f"Unexpected end tag at byte offset {where}")
        opened = self._open.pop()
        if opened.tag != tag:
            raise _wrong(
                f'Unmatched end tag at byte offset {where}, expected "</{opened.tag}>", found "</{tag}>"'
            )
        entity: dict[str, Any] = {
            "type": _KINDS[tag],
            "offset": opened.offset,
            "length": self._length - opened.offset,
        }
        if entity["length"]:
            self._keep(entity, opened)

    def _keep(self, entity: dict[str, Any], opened: _Open) -> None:
        if opened.tag == "a":
            if not re.match(r"(https?|tg|mailto|tel):", opened.attributes.get("href", "")):
                return  # Telegram shows such a link as plain text
            entity["url"] = opened.attributes["href"]
        elif opened.tag == "tg-emoji":
            entity["custom_emoji_id"] = opened.attributes.get("emoji-id", "")
        elif opened.tag == "code" and "class" in opened.attributes:
            entity["language"] = opened.attributes["class"].removeprefix("language-")
        elif opened.tag == "pre" and self._entities and "language" in self._entities[-1]:
            entity["language"] = self._entities.pop()["language"]
        elif "expandable" in opened.attributes:
            entity["type"] = "expandable_blockquote"
        self._entities.append(entity)


def _wrong(what: str) -> ApiError:
    return bad(Texts.PARSE + what)
