"""Reads rendered papers back, each with the parser of somebody else."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import docx
from docx.document import Document as Word
from docx.table import Table
from docx.text.paragraph import Paragraph
from markdown_it import MarkdownIt
from markdown_it.token import Token
from pypdf import PdfReader
from pypdf.generic import ContentStream, DictionaryObject

__all__ = [
    "fonts_of",
    "markdown_lines",
    "markdown_tokens",
    "pdf_lines",
    "pdf_reader",
    "replacements",
    "word_of",
    "word_texts",
]


def pdf_reader(data: bytes) -> PdfReader:
    return PdfReader(BytesIO(data), strict=True)


def pdf_lines(data: bytes) -> list[str]:
    return [line for page in pdf_reader(data).pages for line in page.extract_text().split("\n")]


def replacements(data: bytes) -> str:
    """What is copied for glyphs that stand for something else: the /ActualText of all pages."""
    found = []
    reader = pdf_reader(data)
    for page in reader.pages:
        for operands, operator in ContentStream(page.get_contents(), reader).operations:
            if operator == b"BDC" and isinstance(operands[1], DictionaryObject):
                found.append(str(operands[1].get("/ActualText", "")))
    return "".join(found)


def fonts_of(data: bytes) -> dict[str, bool]:
    """The fonts of all pages by name, and whether each is embedded."""
    fonts: dict[str, bool] = {}
    for page in pdf_reader(data).pages:
        resources: Any = page["/Resources"]
        for font in resources["/Font"].values():
            inner = font.get_object()["/DescendantFonts"][0].get_object()
            fonts[str(inner["/BaseFont"])] = any(
                key in inner["/FontDescriptor"].get_object() for key in ("/FontFile2", "/FontFile3")
            )
    return fonts


def word_of(data: bytes) -> Word:
    return docx.Document(BytesIO(data))


def word_texts(data: bytes) -> list[str]:
    """The paragraphs and the cells, downwards."""
    texts: list[str] = []
    for part in word_of(data).iter_inner_content():
        if isinstance(part, Paragraph):
            texts.append(part.text)
        elif isinstance(part, Table):
            texts.extend(cell.text for row in part.rows for cell in row.cells)
    return texts


def markdown_tokens(text: str) -> list[Token]:
    return MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text)


def markdown_lines(text: str) -> list[str]:
    """What a reader sees, one string for each paragraph, cell or block of code."""
    return ["".join(_shown(token)) for token in markdown_tokens(text) if token.content]


def _shown(token: Token) -> Iterator[str]:
    if token.type == "fence":
        yield token.content
    for child in token.children or ():
        if child.type in {"softbreak", "hardbreak"}:
            yield "\n"
        elif child.type in {"text", "html_inline"}:
            yield (
                child.content.replace("<br>", "\n")
                if child.type == "html_inline"
                else child.content
            )
        elif not child.type.startswith("link_"):
            yield f"[{child.type}]"  # markup that no text may become
