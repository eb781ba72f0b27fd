"""PDFs read back with pypdf: texts, fonts, pages, and that nothing leaves the page."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from pypdf.generic import StreamObject

from bot.cases.document import Document, Paragraph, Section
from bot.cases.rendering.pdf import to_pdf
from tests.cases.rendering.reading import fonts_of, pdf_lines, pdf_reader, replacements
from tests.cases.rendering.samples import HOSTILE, complaint, hostile, squeezed, texts_of

A4 = (595, 842)
WIDEST = 130  # the narrowest letters of the smallest text on one line


def shown(document: Document) -> tuple[str, str]:
    """The text of the file without white space, and what it gives for glyphs that no font has."""
    data = to_pdf(document)
    lines = [
        line
        for line in pdf_lines(data)
        if not squeezed(line).startswith("第") or "页，共" not in line
    ]
    return squeezed("".join(lines)).replace("\x00", ""), squeezed(replacements(data))


@pytest.mark.parametrize("text", HOSTILE)
def test_every_text_stands_unchanged(text: str) -> None:
    document = hostile(text)
    (visible, replaced), place = shown(document), 0
    for each in texts_of(document):
        wanted = squeezed(each)
        kept = "".join(char for char in wanted if char not in replaced)
        assert len(wanted) - len(kept) <= 12, "only what the fonts lack may be replaced"
        place = visible.index(kept, place) + len(kept)


@pytest.mark.parametrize("char", "😀𠮷𪚥")
def test_what_no_font_has_is_copied_right_and_said(char: str) -> None:
    document = replace(complaint(), sections=(Section("节", (Paragraph(f"名字{char}"),)),))
    visible, replaced = shown(document)
    assert char in replaced
    assert "文中的方框是字体里没有的字" in visible
    assert "方框" not in shown(complaint())[0]


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_leaves_the_page(text: str) -> None:
    assert max(map(len, pdf_lines(to_pdf(hostile(text))))) <= WIDEST


def test_fonts_are_embedded_and_ours() -> None:
    fonts = fonts_of(to_pdf(complaint()))
    assert {name.rpartition("+")[2] for name in fonts} == {
        "NotoSerifSC-Regular",
        "NotoSansSC-Regular",
    }
    assert all(fonts.values())


@pytest.mark.parametrize(("lines", "pages"), [(1, 1), (60, 2), (200, 6)])
def test_pages_are_a4_and_numbered(lines: int, pages: int) -> None:
    text = "\n".join(["一行字。"] * lines)
    document = replace(
        complaint(), sections=(Section("节", (Paragraph(text),)),), missing=(), sources=()
    )
    reader = pdf_reader(to_pdf(document))
    assert len(reader.pages) == pages
    for number, page in enumerate(reader.pages, 1):
        assert (round(page.mediabox.width), round(page.mediabox.height)) == A4
        assert f"第{number}页，共{pages}页" in squeezed(page.extract_text())


def test_metadata() -> None:
    reader = pdf_reader(to_pdf(complaint()))
    about = reader.metadata
    assert about is not None
    assert about.title == "消费者投诉书"
    assert about.author is None
    assert about.creation_date == datetime(2026, 11, 9, tzinfo=UTC)
    assert str(reader.trailer["/Root"]["/Lang"]).lower().startswith("zh")  # type: ignore[index]  # an untyped PDF object


def test_is_an_archive_file_with_structure() -> None:
    reader = pdf_reader(to_pdf(complaint()))
    root = reader.root_object
    assert root["/MarkInfo"]["/Marked"]  # type: ignore[index]  # an untyped PDF object
    metadata = root["/Metadata"].get_object()
    assert isinstance(metadata, StreamObject)
    assert b"pdfaid:part" in metadata.get_data()


def test_headings_are_in_the_outline() -> None:
    outline = pdf_reader(to_pdf(complaint())).outline
    titles = [each.title for each in outline if not isinstance(each, list)]
    assert titles == ["表单怎么填", "事实", "诉求", "还缺", "依据"]


def test_what_is_pasted_gets_no_spaces_between_scripts() -> None:
    text = "工单20261105在11月5日被App关闭"
    document = replace(complaint(), sections=(Section("节", (Paragraph(text, paste=True),)),))
    assert text in pdf_lines(to_pdf(document))


@pytest.mark.parametrize("day", [date(1979, 1, 1), date(2026, 2, 28), date(2099, 12, 31)])
def test_the_day_is_the_papers_own(day: date) -> None:
    about = pdf_reader(to_pdf(replace(complaint(), made_on=day))).metadata
    assert about is not None
    assert about.creation_date is not None
    assert about.creation_date.date() == day
