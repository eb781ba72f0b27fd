"""Word files: read back with python-docx, and the parts that only the XML shows."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from datetime import date, datetime
from io import BytesIO

import pytest
from docx.oxml.ns import qn
from docx.shared import Cm

from bot.cases.rendering.docx import to_docx
from tests.cases.rendering.reading import word_of, word_texts
from tests.cases.rendering.samples import HOSTILE, complaint, hostile, texts_of

ALLOWED = ["pStyle", "keepNext", "pBdr", "shd", "tabs", "spacing", "ind", "jc", "rPr"]


@pytest.mark.parametrize("text", HOSTILE)
def test_every_text_stands_unchanged(text: str) -> None:
    document = hostile(text)
    rendered, place = "\n".join(word_texts(to_docx(document))), 0
    for each in texts_of(document):
        place = rendered.index(each, place) + len(each)


@pytest.mark.parametrize("part", ["word/document.xml", "word/footer1.xml"])
def test_every_run_names_an_east_asian_font(part: str) -> None:
    word = word_of(to_docx(complaint()))
    root = word.element if "document" in part else word.sections[0].footer.part.element
    runs = list(root.iter(qn("w:r")))
    fonts = [run.find(f"{qn('w:rPr')}/{qn('w:rFonts')}") for run in runs]
    assert len(runs) > 8
    assert {font.get(qn("w:eastAsia")) for font in fonts} <= {"宋体", "黑体"}
    assert all(font.get(qn("w:ascii")) for font in fonts)


def test_headings_are_headings() -> None:
    word = word_of(to_docx(complaint()))
    found = [
        (each.style.name, each.text)
        for each in word.paragraphs
        if each.style is not None and each.style.name != "Normal"
    ]
    assert found == [
        ("Title", "消费者投诉书"),
        ("Heading 1", "表单怎么填"),
        ("Heading 1", "事实"),
        ("Heading 1", "诉求"),
        ("Heading 1", "还缺"),
        ("Heading 1", "依据"),
    ]


def test_fields_and_missing_things_are_tables() -> None:
    crib, missing = word_of(to_docx(complaint())).tables
    assert [cell.text for cell in crib.rows[0].cells] == ["被投诉企业", "某某公司"]
    assert [[cell.text for cell in row.cells] for row in missing.rows] == [
        ["收货人姓名：和订单上一致", ""],
        ["联系电话", ""],
    ]


def test_tables_do_not_grow_beyond_the_page() -> None:
    word = word_of(to_docx(complaint()))
    page = word.sections[0]
    assert page.page_width is not None
    assert page.left_margin is not None
    assert page.right_margin is not None
    room = page.page_width - page.left_margin - page.right_margin
    for table in word.tables:
        assert not table.autofit
        assert sum(column.width or room for column in table.columns) <= room


def test_the_page_is_a4() -> None:
    page = word_of(to_docx(complaint())).sections[0]
    assert page.page_width == pytest.approx(Cm(21.0), abs=1000)
    assert page.page_height == pytest.approx(Cm(29.7), abs=1000)


def test_the_footer_counts_pages() -> None:
    footer = word_of(to_docx(complaint())).sections[0].footer.paragraphs[0]
    codes = [code.text for code in footer._p.iter(qn("w:instrText"))]
    kinds = [mark.get(qn("w:fldCharType")) for mark in footer._p.iter(qn("w:fldChar"))]
    assert codes == ["PAGE", "NUMPAGES"]
    assert kinds == ["begin", "separate", "end"] * 2
    assert footer.text == "第 1 页，共 1 页"


def test_what_is_pasted_stands_in_one_frame() -> None:
    word = word_of(to_docx(hostile("上\n\n下")))
    framed = [
        each.text for each in word.paragraphs if each._p.find(f".//{qn('w:pBdr')}") is not None
    ]
    assert framed == ["上", "", "下"]


def test_running_text_is_indented_by_two_characters() -> None:
    word = word_of(to_docx(complaint()))
    body = next(each for each in word.paragraphs if each.text == "先核对一遍。")
    assert body._p.pPr is not None
    indent = body._p.pPr.find(qn("w:ind"))
    assert indent is not None
    assert indent.get(qn("w:firstLineChars")) == "200"


@pytest.mark.parametrize("text", ["平常的字", "上\n下"])
def test_properties_stand_in_the_order_of_the_schema(text: str) -> None:
    """Word calls a file damaged when they do not."""
    word = word_of(to_docx(hostile(text)))
    for properties in word.element.iter(qn("w:pPr")):
        places = [ALLOWED.index(child.tag.rpartition("}")[2]) for child in properties]
        assert places == sorted(places)


def test_names_no_author_and_no_other_time() -> None:
    data = to_docx(complaint())
    about = word_of(data).core_properties
    assert (about.title, about.author, about.last_modified_by) == ("消费者投诉书", "", "")
    assert (about.comments, about.language) == ("", "zh-CN")
    assert {about.created, about.modified} <= {datetime.fromisoformat("2026-11-09T00:00:00+00:00")}
    with zipfile.ZipFile(BytesIO(data)) as archive:
        assert {info.date_time for info in archive.infolist()} == {(2026, 11, 9, 0, 0, 0)}
        assert b"python-docx" not in archive.read("docProps/core.xml")


def test_a_long_title_fits_into_the_properties() -> None:
    title = "题" * 300
    data = to_docx(replace(complaint(), title=title))
    assert word_of(data).core_properties.title == title[:255]
    assert title in word_texts(data)


def test_zip_knows_no_year_before_1980() -> None:
    with pytest.raises(ValueError, match="1980"):
        to_docx(replace(complaint(), made_on=date(1979, 12, 31)))
