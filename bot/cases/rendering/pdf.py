"""A Document as PDF, set by Typst with the fonts of the extra `papers` and nothing of this machine.

The data reaches `letter.typ` as JSON, so nothing in it is ever read as markup. The file is PDF/A-2a (for
archives and screen readers) unless a text holds a character that no font has: then it says so in a note.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Literal, assert_never

from bot.cases.document import Block, Document, Fields, Items, Paragraph
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

__all__ = ["to_pdf"]

_TEMPLATE = Path(__file__).with_name("letter.typ")
_BOXES = (
    "文中的方框是字体里没有的字，多半是表情或生僻字。复制出来仍是原来的字；"
    "要打印，请用 Word 版，或在方框处手写。"
)


def to_pdf(document: Document) -> bytes:
    """An A4 PDF; equal documents give equal bytes. Raises ConfigError when the extra `papers` is missing."""
    try:
        import typst  # noqa: PLC0415 - an extra: only who exports needs it
        from pylopdf_fonts_zh_cn import sans_path, serif_path  # noqa: PLC0415 - as above
    except ImportError:
        papers_missing("PDF", "typst 和 pylopdf-fonts-zh-cn")
    folders = sorted({str(path.parent) for path in (sans_path(), serif_path())})
    fonts = typst.Fonts(include_system_fonts=False, font_paths=folders)
    made = datetime.combine(document.made_on, time(), UTC)
    template = _TEMPLATE.read_bytes()
    clean = framed(document)

    def typeset(standard: Literal["a-2a", "1.7"], *, boxes: bool) -> bytes:
        return typst.compile(
            template,
            format="pdf",
            font_paths=fonts,
            ignore_system_fonts=True,
            timestamp=made,
            pdf_standards=standard,
            sys_inputs=_inputs(clean, boxes=boxes),
        )

    try:
        return typeset("a-2a", boxes=False)
    except typst.TypstError:  # a character without glyph; any other fault comes back from here
        return typeset("1.7", boxes=True)


def _inputs(document: Document, *, boxes: bool) -> dict[str, str]:
    made = document.made_on
    paper = {
        "title": document.title,
        "made": [made.year, made.month, made.day],
        "head": _rows(head(document)),
        "sections": [
            {"title": section.title, "blocks": [_block(block) for block in section.blocks]}
            for section in document.sections
        ],
        "missing": {"title": MISSING, "lead": MISSING_LEAD, "texts": document.missing},
        "sources": {"title": SOURCES, "texts": document.sources},
        "notice": [NOTICE, _BOXES] if boxes else [NOTICE],
        "boxes": boxes,
    }
    return {"paper": json.dumps(paper, ensure_ascii=False)}


def _block(block: Block) -> dict[str, object]:
    match block:
        case Paragraph(text=text, paste=paste):
            return {"kind": "paste" if paste else "text", "lines": text.split("\n")}
        case Items():
            items = [{"mark": each.mark, "lines": each.text.split("\n")} for each in listed(block)]
            return {"kind": "items", "items": items}
        case Fields(rows=rows):
            return {"kind": "fields", "rows": _rows(rows)}
        case _:
            assert_never(block)


def _rows(rows: tuple[tuple[str, str], ...]) -> list[dict[str, object]]:
    return [{"label": label, "lines": value.split("\n")} for label, value in rows]
