"""A Document as Markdown (CommonMark with GitHub's tables and task lists).

Texts are data: what Markdown would read as markup is escaped. What is meant to be pasted stands in a fenced
block, where nothing needs escaping, so that it is right even when copied from the source.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import assert_never

from bot.cases.document import Block, Document, Fields, Items, Paragraph
from bot.cases.rendering.frame import (
    FIELD,
    MISSING,
    MISSING_LEAD,
    NOTICE,
    SOURCES,
    VALUE,
    framed,
    head,
    listed,
)

__all__ = ["to_markdown"]

_LINK = re.compile(r"(https?://[!-;=?-{}~]+)")  # no <, > or |: those end an autolink or a cell
_ANYWHERE = re.compile(r"[\\`*_\[\]<>|~$&]")
_AT_START = re.compile(r"[-+=#]|\d{1,9}(?=[.)])")
_RUN = re.compile(r"`+")


def to_markdown(document: Document) -> str:
    """Markdown that shows each text of the document unchanged."""
    return "\n\n".join(_parts(framed(document))) + "\n"


def _parts(document: Document) -> Iterator[str]:
    yield _heading(1, document.title)
    yield _hard("\n".join(f"{label}：{value}" for label, value in head(document)))
    for section in document.sections:
        if section.title:
            yield _heading(2, section.title)
        yield from map(_block, section.blocks)
    if document.missing:
        yield _heading(2, MISSING)
        yield MISSING_LEAD
        yield "\n".join(f"- [ ] {_escaped(text)}" for text in document.missing)
    if document.sources:
        yield _heading(2, SOURCES)
        yield "\n".join(f"- {_escaped(text)}" for text in document.sources)
    yield "---"
    yield NOTICE


def _block(block: Block) -> str:
    match block:
        case Paragraph(text=text, paste=True):
            return _fenced(text)
        case Paragraph(text=text):
            return _hard(text)
        case Items(numbered=numbered):
            return "\n".join(
                _item(item.mark if numbered else "-", item.text) for item in listed(block)
            )
        case Fields(rows=rows):
            lines = (f"| {_cell(label)} | {_cell(value)} |" for label, value in rows)
            return "\n".join((f"| {FIELD} | {VALUE} |", "| --- | --- |", *lines))
        case _:
            assert_never(block)


def _heading(level: int, title: str) -> str:
    """A number sign at the end would be read as the end of the heading."""
    text = _inline(title)
    if text.endswith("#"):
        text = text[:-1] + "\\#"
    return f"{'#' * level} {text}"


def _fenced(text: str) -> str:
    """The text as it stands, in a fence longer than any run of backticks in it."""
    longest = max((len(run) for run in _RUN.findall(text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{text}\n{fence}"


def _item(mark: str, text: str) -> str:
    """A list item; its further lines are indented so far that they belong to it."""
    return f"{mark} " + _hard(text).replace("\n", "\n" + " " * (len(mark) + 1))


def _cell(text: str) -> str:
    return "<br>".join(map(_inline, text.split("\n")))


def _hard(text: str) -> str:
    """Line breaks stay line breaks; an empty line parts paragraphs."""
    lines = [_escaped(line) for line in text.split("\n")]
    pairs = zip(lines, [*lines[1:], ""], strict=True)
    return "\n".join(f"{line}\\" if line and after else line for line, after in pairs)


def _escaped(line: str) -> str:
    """One line of text at the start of a line of Markdown."""
    body = line.strip()
    if not body:
        return ""
    # A space at the start would be dropped, four would make a block of code.
    lead = "".join(f"&#{ord(char)};" for char in line[: len(line) - len(line.lstrip())])
    start = _AT_START.match(body)
    if start is None:
        return lead + _inline(body)
    cut = start.end() - (0 if body[0].isdigit() else 1)
    return f"{lead}{body[:cut]}\\{body[cut]}{_inline(body[cut + 1 :])}"


def _inline(text: str) -> str:
    """The text where a line has begun already. Links stand in angle brackets: there nothing is escaped."""
    parts = _LINK.split(text)
    return "".join(
        f"<{part}>" if place % 2 else _ANYWHERE.sub(r"\\\g<0>", part)
        for place, part in enumerate(parts)
    )
