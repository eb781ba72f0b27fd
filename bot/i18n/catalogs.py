"""Gettext catalogs of other languages: what they translate and what they miss.

A catalog is `locales/<lang>/LC_MESSAGES/zhenren.po`; the message id is the Chinese source text. Traditional
Chinese is converted by rule (`bot.i18n.script`) and its catalog only holds what differs; any other language
has every text, with the same placeholders.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.core.errors import Mark, Problem
from bot.core.flow import FlowSet
from bot.core.texts import text_uses

__all__ = ["Message", "catalog_problems", "read_catalog"]

_CONVERTED = frozenset({"zh_Hant"})
_NAME = "LC_MESSAGES/zhenren.po"
_PLACEHOLDER = re.compile(r"\{[a-z0-9_.]+\}")
_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')


@dataclass(frozen=True, slots=True)
class Message:
    """One entry of a catalog with its line."""

    source: str
    text: str
    line: int


def read_catalog(path: Path) -> list[Message]:
    """The entries of a .po file, the header left out. Plural forms are not used here."""
    messages: list[Message] = []
    source: str | None = None
    current = ""
    line_of = 0
    parts: dict[str, str] = {"msgid": "", "msgstr": ""}
    for number, line in enumerate([*path.read_text(encoding="utf-8").splitlines(), ""], 1):
        word = line.split(" ", 1)[0]
        if word in ("msgid", "msgstr"):
            current = word
            parts[current] = ""
            if word == "msgid":
                line_of = number
        if line.startswith(('"', "msgid", "msgstr")) and current:
            parts[current] += "".join(_unescape(piece) for piece in _STRING.findall(line))
        elif not line.strip() and current:
            source = parts["msgid"]
            if source:
                messages.append(Message(source, parts["msgstr"], line_of))
            parts, current = {"msgid": "", "msgstr": ""}, ""
    return messages


def _unescape(text: str) -> str:
    return text.replace("\\n", "\n").replace('\\"', '"').replace("\\\\", "\\")


def catalog_problems(locales: Path, flows: FlowSet) -> Iterator[Problem]:
    """Missing keys and placeholders that differ, for every catalog there is."""
    sources = {use.text.source for use in text_uses(flows) if use.role in ("say", "ask", "why")}
    for path in sorted(locales.glob(f"*/{_NAME}")):
        language = path.parts[-3]
        messages = read_catalog(path)
        file = f"{locales.name}/{language}/{_NAME}"
        yield from _placeholder_problems(file, messages)
        if language not in _CONVERTED:
            known = {message.source for message in messages if message.text}
            for source in sorted(sources - known):
                fact = f"没有译文：{source[:30]}"
                yield Problem(
                    Mark(file, 1), "locale_missing", language, fact, "补上 msgid 和 msgstr"
                )


def _placeholder_problems(file: str, messages: list[Message]) -> Iterator[Problem]:
    for message in messages:
        if not message.text:
            continue
        wanted, got = (
            set(_PLACEHOLDER.findall(message.source)),
            set(_PLACEHOLDER.findall(message.text)),
        )
        if wanted != got:
            names = "、".join(sorted(wanted ^ got))
            fact = f"译文的占位符不一致：{names}"
            yield Problem(
                Mark(file, message.line),
                "locale_placeholder",
                message.source[:20],
                fact,
                "和原文保持一样",
            )
