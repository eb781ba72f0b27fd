"""Formats by name, and file names that every file system takes."""

from __future__ import annotations

from datetime import date

import pytest

from bot.cases.rendering.formats import FORMATS, file_name, format_named, safe_name
from bot.core.errors import ConfigError
from tests.cases.rendering.samples import complaint

STARTS = {"txt": b"\xef\xbb\xbf", "md": b"# ", "docx": b"PK\x03\x04", "pdf": b"%PDF-1."}


@pytest.mark.parametrize("name", FORMATS)
def test_each_format_renders_what_it_says(name: str) -> None:
    made = FORMATS[name]
    assert made.render(complaint()).startswith(STARTS[name])
    assert (made.name, made.suffix) == (name, f".{name}")
    assert "/" in made.media_type


@pytest.mark.parametrize("name", ["pdf", "PDF", ".pdf", " Pdf "])
def test_names_are_forgiving(name: str) -> None:
    assert format_named(name) is FORMATS["pdf"]


@pytest.mark.parametrize(
    ("name", "hint"), [("pfd", "pdf"), ("doc", "docx"), ("", "txt"), ("xlsx", "")]
)
def test_an_unknown_format_is_the_admins_to_change(name: str, hint: str) -> None:
    with pytest.raises(ConfigError, match=f"没有「{name}」这种格式.*{hint}"):
        format_named(name)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("消费者投诉书", "消费者投诉书-20260105.pdf"),
        ('a/b\\c:d*e?f"g<h>i|j', "a-b-c-d-e-f-g-h-i-j-20260105.pdf"),
        ("../../etc/passwd", "etc-passwd-20260105.pdf"),
        ("..", "文件-20260105.pdf"),
        ("", "文件-20260105.pdf"),
        ("a\x00b\u202ecod.exe", "abcod.exe-20260105.pdf"),
        (" a \n b ", "a-b-20260105.pdf"),
        ("字" * 100, "字" * 40 + "-20260105.pdf"),
    ],
)
def test_file_names(title: str, name: str) -> None:
    assert file_name(title, date(2026, 1, 5), ".pdf") == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("提醒.ics", "提醒.ics"),
        ("字" * 100 + ".ics", "字" * 38 + ".ics"),
        ("con", "_con"),
        ("NUL.txt", "_NUL.txt"),
        ("com1", "_com1"),
        ("context.txt", "context.txt"),
        ("con-20260105.pdf", "con-20260105.pdf"),
        (".ics", "ics"),
        ("a.", "a"),
        ("/", "文件"),
    ],
)
def test_safe_names(text: str, name: str) -> None:
    assert safe_name(text) == name
    assert len(name.encode()) <= 120
