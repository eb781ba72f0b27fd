"""A paper as it will be read: sections of paragraphs, lists and fields, whatever file it becomes.

Nothing here knows a flow or a case; `bot.cases.composing` fills it and `bot.cases.rendering` writes it.
Texts are plain: no markup, and line breaks mean line breaks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

__all__ = ["Block", "Document", "Fields", "Items", "Paragraph", "Section"]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text. `paste`: it is meant to be copied as it stands."""

    text: str
    paste: bool = False


@dataclass(frozen=True, slots=True)
class Items:
    """A list, numbered from 1 when the order matters."""

    texts: tuple[str, ...]
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Fields:
    """A crib sheet: what stands beside each field of a form. Rows of (label, value)."""

    rows: tuple[tuple[str, str], ...]


Block = Paragraph | Items | Fields


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it; never empty."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """One paper.

    `use` says where it is handed in, `made_on` when it was made, `sources` what its rules rest on, and
    `missing` what the person has to add by hand because nobody has told it. Every rendering names all four
    and says that it is no legal advice.
    """

    id: str
    title: str
    use: str
    made_on: date
    sections: tuple[Section, ...]
    sources: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    def through(self, change: Callable[[str], str]) -> Document:
        """The same document with what was told passed through `change`; labels and titles are ours."""
        sections = tuple(
            Section(each.title, tuple(_through(block, change) for block in each.blocks))
            for each in self.sections
        )
        return replace(self, sections=sections)


def _through(block: Block, change: Callable[[str], str]) -> Block:
    match block:
        case Paragraph(text, paste):
            return Paragraph(change(text), paste)
        case Items(texts, numbered):
            return Items(tuple(change(text) for text in texts), numbered)
        case Fields(rows):
            return Fields(tuple((label, change(value)) for label, value in rows))
