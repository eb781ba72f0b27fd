"""A Document as a Word file (.docx) that its owner can still change: real headings, tables and page numbers.

Every run names its fonts, also the East Asian one, because Word and WPS guess differently where none is named.
The file names no author and no time but the day on which the document was made.
"""

from __future__ import annotations

from datetime import datetime, time
from io import BytesIO
from typing import TYPE_CHECKING, assert_never

from bot.cases.document import Block, Document, Fields, Items, Paragraph
from bot.cases.rendering.archive import pack, unpack
from bot.cases.rendering.frame import (
    MISSING,
    MISSING_LEAD,
    NOTICE,
    SOURCES,
    framed,
    head,
    listed,
    papers_missing,
)
from bot.cases.rendering.ooxml import Look, Sheet

if TYPE_CHECKING:
    from docx.document import Document as Word

__all__ = ["to_docx"]

_BODY = Look(size=11.5)
_SMALL = Look(size=9.5, grey=True)
_LABEL = Look(size=10.5, sans=True)
_Rows = tuple[tuple[str, str], ...]


def to_docx(document: Document) -> bytes:
    """An A4 Word file; equal documents give equal bytes.

    Raises ConfigError when the extra `papers` is missing, ValueError for a document made before 1980.
    """
    try:
        import docx  # noqa: PLC0415 - an extra: only who exports needs it
    except ImportError:
        papers_missing("Word 文件", "python-docx")
    clean = framed(document)
    word = docx.Document()
    _describe(word, clean)
    _write(Sheet(word), clean)
    buffer = BytesIO()
    word.save(buffer)
    return pack(unpack(buffer.getvalue()), document.made_on)


def _describe(word: Word, document: Document) -> None:
    """Replaces what the library's template says of itself."""
    made = datetime.combine(document.made_on, time())
    about = word.core_properties
    about.title = document.title[:255]  # the format's own limit
    about.author = about.last_modified_by = about.comments = about.keywords = ""
    about.language = "zh-CN"
    about.created = about.modified = made
    about.revision = 1


def _write(sheet: Sheet, document: Document) -> None:
    sheet.heading(document.title, 0)
    for label, value in head(document):
        sheet.paragraph(f"{label}：{value}", Look(size=10.5))
    for section in document.sections:
        if section.title:
            sheet.heading(section.title, 1)
        for block in section.blocks:
            _block(sheet, block)
    if document.missing:
        sheet.heading(MISSING, 1)
        sheet.paragraph(MISSING_LEAD, _BODY)
        sheet.table(_to_fill_in(document), (8.0, 7.8), _LABEL, _BODY)
    if document.sources:
        sheet.heading(SOURCES, 1)
        for text in document.sources:
            sheet.hanging("•", text, _SMALL)
    sheet.paragraph("", _SMALL)
    sheet.paragraph(NOTICE, _SMALL)


def _block(sheet: Sheet, block: Block) -> None:
    match block:
        case Paragraph(text=text, paste=True):
            sheet.framed(text.split("\n"), _BODY)
        case Paragraph(text=text):
            for line in text.split("\n"):
                sheet.paragraph(line, _BODY, indent=True)
        case Items():
            # Marks are text: numbers of the word processor are lost when the list is pasted into a form.
            for item in listed(block):
                sheet.hanging(item.mark, item.text, _BODY)
        case Fields(rows=rows):
            sheet.table(rows, (4.0, 11.8), _LABEL, _BODY)
        case _:
            assert_never(block)


def _to_fill_in(document: Document) -> _Rows:
    """Room beside each missing thing to write it."""
    return tuple((text, "") for text in document.missing)
