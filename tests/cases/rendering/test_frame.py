"""What every format has in common: what it names, what it leaves out, and that equal papers are equal files."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot.cases.document import Block, Document, Fields, Items, Paragraph, Section
from bot.cases.rendering.formats import FORMATS
from bot.cases.rendering.frame import MISSING, NOTICE, SOURCES, day_text, framed, head
from tests.cases.rendering.reading import markdown_lines, pdf_lines, word_texts
from tests.cases.rendering.samples import complaint, squeezed

ROOT = Path(__file__).resolve().parents[3]
READ: dict[str, Callable[[bytes], list[str]]] = {
    "txt": lambda data: data.decode("utf-8-sig").split("\n"),
    "md": lambda data: markdown_lines(data.decode()),
    "docx": word_texts,
    "pdf": pdf_lines,
}


def test_each_format_is_read_back_here() -> None:
    assert READ.keys() == FORMATS.keys()


def read(name: str, document: Document) -> str:
    return squeezed("".join(READ[name](FORMATS[name].render(document))))


@pytest.mark.parametrize("name", READ)
@pytest.mark.parametrize(
    "said",
    [
        "消费者投诉书",
        "交到哪里",
        "全国 12315 平台（网页或 App）",
        "2026年11月9日",
        "还缺",
        "收货人姓名：和订单上一致",
        "联系电话",
        "依据",
        "投诉办法第九条（官网；2026年11月1日核对）",
        "它不是法律意见",
    ],
)
def test_names_what_a_paper_has_to_name_once(name: str, said: str) -> None:
    assert read(name, complaint()).count(squeezed(said)) == 1


@pytest.mark.parametrize("name", READ)
@pytest.mark.parametrize("heading", [MISSING, SOURCES])
def test_names_nothing_where_nothing_is(name: str, heading: str) -> None:
    text = read(name, replace(complaint(), missing=(), sources=(" ",)))
    assert heading not in text
    assert squeezed(NOTICE) in text


BLANK: list[tuple[str, tuple[Block, ...]]] = [
    ("no block", ()),
    ("empty", (Paragraph(""),)),
    ("white", (Paragraph(" \n\t\u3000"), Paragraph("\r\n", paste=True))),
    ("items", (Items(()), Items(("", " "), numbered=True))),
    ("fields", (Fields(()), Fields((("栏目甲", " "),)))),
    ("invisible", (Paragraph("\x00\x07"),)),
]


@pytest.mark.parametrize("name", READ)
@pytest.mark.parametrize("blocks", [pytest.param(blocks, id=name) for name, blocks in BLANK])
def test_a_blank_section_never_appears(name: str, blocks: tuple[Block, ...]) -> None:
    document = replace(complaint(), sections=(Section("空空如也", blocks), *complaint().sections))
    text = read(name, document)
    assert "空空如也" not in text
    assert "栏目甲" not in text
    assert text == read(name, complaint())


@pytest.mark.parametrize("name", READ)
def test_a_section_without_title_has_no_heading(name: str) -> None:
    document = replace(complaint(), sections=(Section("", (Paragraph("只有正文"),)),))
    assert "只有正文" in read(name, document)


@pytest.mark.parametrize("name", READ)
@pytest.mark.parametrize("char", ["\x00", "\x1b", "\x7f", "\ud800", "\ufffe", "\x9f"], ids=ascii)
def test_characters_that_files_refuse_are_left_out(name: str, char: str) -> None:
    document = replace(
        complaint(),
        title=f"题{char}目",
        sections=(Section(f"节{char}名", (Paragraph(f"正{char}文"), Items((f"条{char}目",)))),),
        missing=(f"缺{char}项",),
        sources=(f"出{char}处",),
    )
    text = read(name, document)
    assert all(part in text for part in ("题目", "节名", "正文", "条目", "缺项", "出处"))


@pytest.mark.parametrize(
    "end", ["\r\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029"], ids=ascii
)
def test_every_line_break_is_the_same(end: str) -> None:
    document = replace(complaint(), sections=(Section("节", (Paragraph(f"一{end}二"),)),))
    assert framed(document).sections[0].blocks == (Paragraph("一\n二"),)


def test_titles_are_one_line() -> None:
    clean = framed(replace(complaint(), title=" 上\n下 ", use="甲\r\n乙", missing=("丙\n丁",)))
    assert (clean.title, clean.use, clean.missing) == ("上 下", "甲 乙", ("丙 丁",))


def test_framed_twice_is_framed_once() -> None:
    once = framed(complaint())
    assert framed(once) == once


def test_a_paper_without_use_says_only_its_day() -> None:
    assert head(replace(complaint(), use="")) == (("整理日期", "2026年11月9日"),)


@pytest.mark.parametrize(
    ("day", "text"), [(date(2026, 1, 2), "2026年1月2日"), (date(2026, 12, 31), "2026年12月31日")]
)
def test_days_have_no_leading_zero(day: date, text: str) -> None:
    assert day_text(day) == text


@pytest.mark.parametrize("name", READ)
def test_equal_papers_are_equal_bytes(name: str) -> None:
    render = FORMATS[name].render
    first = render(complaint())
    assert first == render(complaint())
    assert first != render(replace(complaint(), made_on=date(2026, 11, 10)))


_ELSEWHERE = """
import hashlib
from bot.cases.rendering.formats import FORMATS
from tests.cases.rendering.samples import complaint
for name, each in FORMATS.items():
    print(name, hashlib.sha256(each.render(complaint())).hexdigest())
"""


def test_bytes_depend_on_no_zone_no_folder_and_no_hash_seed(tmp_path: Path) -> None:
    prints = set()
    for zone, seed, folder in (("UTC", "1", ROOT), ("Asia/Shanghai", "2", tmp_path)):
        env = os.environ | {"TZ": zone, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-c", _ELSEWHERE]
        done = subprocess.run(
            command, cwd=folder, env=env, capture_output=True, text=True, check=True
        )
        prints.add(done.stdout)
    assert len(prints) == 1
    assert prints.pop().count("\n") == len(FORMATS)


@pytest.mark.parametrize(
    ("name", "package"), [("pdf", "typst"), ("pdf", "pylopdf_fonts_zh_cn"), ("docx", "docx")]
)
def test_says_what_to_install(name: str, package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from bot.core.errors import ConfigError

    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ConfigError, match=r'pip install "zhenren\[papers\]"'):
        FORMATS[name].render(complaint())


@pytest.mark.parametrize("name", ["txt", "md"])
def test_text_formats_need_nothing_installed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for package in ("typst", "pylopdf_fonts_zh_cn", "docx"):
        monkeypatch.setitem(sys.modules, package, None)
    assert "消费者投诉书" in read(name, complaint())
