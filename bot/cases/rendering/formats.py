"""The formats in which a paper can be had, by name, and the names of their files."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from bot.cases.document import Document
from bot.cases.rendering.docx import to_docx
from bot.cases.rendering.markdown import to_markdown
from bot.cases.rendering.pdf import to_pdf
from bot.cases.rendering.text import to_text
from bot.core.errors import ConfigError, did_you_mean

__all__ = ["FORMATS", "Format", "file_name", "format_named", "safe_name"]

_FORBIDDEN = re.compile(r'[\\/:*?"<>|\s]+')
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(?=\.|$)", re.IGNORECASE)
_LONGEST = 120  # bytes: file systems stop at 255, and folders and a date come on top


@dataclass(frozen=True, slots=True)
class Format:
    """One format: `name` is what a command calls it, `title` what people do, `suffix` has its dot."""

    name: str
    title: str
    suffix: str
    media_type: str
    render: Callable[[Document], bytes]


def _text_bytes(document: Document) -> bytes:
    return to_text(document).encode("utf-8-sig")  # without the mark, older Windows reads it as GBK


def _markdown_bytes(document: Document) -> bytes:
    return to_markdown(document).encode()


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        each.name: each
        for each in (
            Format("txt", "文字版", ".txt", "text/plain; charset=utf-8", _text_bytes),
            Format("md", "Markdown 版", ".md", "text/markdown; charset=utf-8", _markdown_bytes),
            Format(
                "docx",
                "Word 版",
                ".docx",
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
                to_docx,
            ),
            Format("pdf", "PDF 版", ".pdf", "application/pdf", to_pdf),
        )
    }
)


def format_named(name: str) -> Format:
    """The format of this name (any case, with or without a dot). Raises ConfigError when there is none."""
    key = name.strip().lower().removeprefix(".")
    if key not in FORMATS:
        raise ConfigError(f"没有「{name}」这种格式，{did_you_mean(key, FORMATS)}")
    return FORMATS[key]


def file_name(title: str, made_on: date, suffix: str) -> str:
    """`消费者投诉书-20261120.pdf`: a name that every file system takes."""
    return f"{safe_name(title)}-{made_on:%Y%m%d}{suffix}"


def safe_name(text: str) -> str:
    """The text as one part of a path: no separator, nothing invisible, not reserved, at most 120 bytes.

    Never empty; a suffix is kept when the text is cut.
    """
    shown = "".join(
        char
        for char in unicodedata.normalize("NFC", text)
        if char.isspace() or unicodedata.category(char)[0] != "C"
    )
    name = _FORBIDDEN.sub("-", shown).strip("-. ")
    stem, dot, suffix = name.rpartition(".")
    if not stem or len(suffix) > 8:
        stem, dot, suffix = name, "", ""
    tail = dot + suffix
    stem = stem.encode()[: _LONGEST - len(tail.encode())].decode(errors="ignore").rstrip("-. ")
    name = f"{stem}{tail}" or "文件"
    return f"_{name}" if _RESERVED.match(name) else name
