"""A Document as plain text: what can be read anywhere and pasted piece by piece.

Nothing is wrapped, so that a long line pastes as one; what is meant to be pasted stands between two marks.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from bot.cases.document import Block, Document, Fields, Items, Paragraph
from bot.cases.rendering.frame import (
    COPY_FROM,
    COPY_TO,
    MISSING,
    MISSING_LEAD,
    NOTICE,
    SOURCES,
    framed,
    head,
    listed,
)

__all__ = ["to_text"]


def to_text(document: Document) -> str:
    """Plain text; paragraphs have one empty line between them, and the last line is ended."""
    return "\n\n".join(_parts(framed(document))) + "\n"


def _parts(document: Document) -> Iterator[str]:
    yield document.title
    yield "\n".join(f"{label}：{value}" for label, value in head(document))
    for section in document.sections:
        if section.title:
            yield f"【{section.title}】"
        yield from map(_block, section.blocks)
    if document.missing:
        yield f"【{MISSING}】"
        yield "\n".join((MISSING_LEAD, *(f"□ {text}" for text in document.missing)))
    if document.sources:
        yield f"【{SOURCES}】"
        yield "\n".join(f"• {text}" for text in document.sources)
    yield NOTICE


def _block(block: Block) -> str:
    match block:
        case Paragraph(text=text, paste=True):
            return f"{COPY_FROM}\n{text}\n{COPY_TO}"
        case Paragraph(text=text):
            return text
        case Items():
            return "\n".join(f"{item.mark} {item.text}" for item in listed(block))
        case Fields(rows=rows):
            return "\n".join(f"{label}：{value}" for label, value in rows)
        case _:
            assert_never(block)
