"""What every rendering says around the sections of a Document, written once, and the text as files can hold it.

`framed` comes first in each renderer: after it no text holds a character that a file format refuses, a line
break is always `\\n`, and no block or section is blank. Renderers differ in form only, never in words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import NoReturn, assert_never

from bot.cases.document import Block, Document, Fields, Items, Paragraph, Section
from bot.core.errors import ConfigError

__all__ = [
    "COPY_FROM",
    "COPY_TO",
    "FIELD",
    "MADE",
    "MISSING",
    "MISSING_LEAD",
    "NOTICE",
    "SOURCES",
    "USE",
    "VALUE",
    "Item",
    "day_text",
    "framed",
    "head",
    "listed",
    "papers_missing",
]

USE = "交到哪里"
MADE = "整理日期"
MISSING = "还缺"
MISSING_LEAD = "下面这些还没有提供，请自己补上："
SOURCES = "依据"
FIELD, VALUE = "栏目", "内容"
COPY_FROM, COPY_TO = "〔从这里开始复制〕", "〔复制到这里为止〕"
NOTICE = "本文由「真人」按你提供的情况整理，请核对后再使用；它不是法律意见。"

# Controls, lone surrogates and U+FFFE/U+FFFF: XML, UTF-8 or both refuse them, and nobody can see them.
_REFUSED = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_BREAK = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Item:
    """A line of a list: its `mark` is a number with its point, or a bullet."""

    mark: str
    text: str


def framed(document: Document) -> Document:
    """The document with clean texts, without what is blank. Equal documents stay equal."""
    return replace(
        document,
        title=_line(document.title),
        use=_line(document.use),
        sections=tuple(_sections(document.sections)),
        sources=_lines(document.sources),
        missing=_lines(document.missing),
    )


def head(document: Document) -> tuple[tuple[str, str], ...]:
    """The rows (label, value) that stand under the title."""
    use = ((USE, document.use),) if document.use else ()
    return (*use, (MADE, day_text(document.made_on)))


def day_text(day: date) -> str:
    """`2026年11月20日`."""
    return f"{day.year}年{day.month}月{day.day}日"


def listed(items: Items) -> Iterator[Item]:
    """The lines of a list with their marks."""
    for number, text in enumerate(items.texts, 1):
        yield Item(f"{number}." if items.numbered else "•", text)


def papers_missing(what: str, package: str) -> NoReturn:
    """Raises the ConfigError that says how to install what this export needs."""
    raise ConfigError(
        f'导出 {what} 要用 {package}，这里没装。请运行：pip install "zhenren[papers]"'
    ) from None


def _sections(sections: Iterable[Section]) -> Iterator[Section]:
    for section in sections:
        blocks = tuple(block for block in map(_block, section.blocks) if block is not None)
        if blocks:
            yield Section(_line(section.title), blocks)


def _block(block: Block) -> Block | None:
    """The block with clean texts, or None when nothing can be read in it."""
    match block:
        case Paragraph(text=text, paste=paste):
            text = _text(text)
            return Paragraph(text, paste=paste) if text else None
        case Items(texts=texts, numbered=numbered):
            kept = tuple(text for text in map(_text, texts) if text)
            return Items(kept, numbered=numbered) if kept else None
        case Fields(rows=rows):
            clean = ((_line(label), _text(value)) for label, value in rows)
            full = tuple(row for row in clean if row[1])
            return Fields(full) if full else None
        case _:
            assert_never(block)


def _lines(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(line for line in map(_line, texts) if line)


def _line(text: str) -> str:
    return " ".join(_text(text).split())


def _text(text: str) -> str:
    """The text, its blank first and last lines cut off; empty when there is nothing to read."""
    clean = _REFUSED.sub("", _BREAK.sub("\n", text))
    return clean.strip("\n") if clean.strip() else ""
