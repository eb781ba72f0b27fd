"""The ZIP: what is in it, that its index lists exactly that, and that equal input is equal bytes."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import PurePosixPath

import pytest

from bot.cases.document import Document
from bot.cases.rendering.bundle import INDEX, to_zip
from bot.cases.rendering.formats import FORMATS
from tests.cases.rendering.samples import MADE_ON, complaint

ICS = {"提醒.ics": b"BEGIN:VCALENDAR"}
FOLDERS = {"打印-PDF": "pdf", "修改-Word": "docx", "粘贴-文字": "txt"}


def unpacked(documents: list[Document], extra: Mapping[str, bytes]) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(to_zip(documents, MADE_ON, extra))) as archive:
        assert archive.testzip() is None
        assert len(set(archive.namelist())) == len(archive.namelist())
        return {name: archive.read(name) for name in archive.namelist()}


def index_of(files: Mapping[str, bytes]) -> list[str]:
    return files[INDEX].decode("utf-8-sig").split("\n")


@pytest.mark.parametrize(("folder", "name"), FOLDERS.items())
def test_each_paper_is_there_in_each_format(folder: str, name: str) -> None:
    files = unpacked([complaint()], {})
    assert files[f"{folder}/消费者投诉书-20261109.{name}"] == FORMATS[name].render(complaint())


def test_nothing_else_is_there() -> None:
    assert len(unpacked([complaint(), replace(complaint(), title="另一份")], ICS)) == 1 + 2 * 3 + 1


def test_extra_files_are_kept_as_they_are() -> None:
    assert unpacked([], ICS)["其他/提醒.ics"] == b"BEGIN:VCALENDAR"


@pytest.mark.parametrize(
    "line",
    [
        "1. 消费者投诉书",
        "   内容：表单怎么填、事实、诉求",
        "   交到哪里：全国 12315 平台（网页或 App）",
        "   整理日期：2026年11月9日",
        "   还缺：收货人姓名：和订单上一致；联系电话",
        "   打印或上传：打印-PDF/消费者投诉书-20261109.pdf",
        "2. 提醒.ics",
        "   用处：日历提醒：在手机上点开，导入自带的日历",
        "   交到哪里：自己留着，不用交给任何人",
    ],
)
def test_the_index_says_what_each_thing_is_for(line: str) -> None:
    assert line in index_of(unpacked([complaint()], ICS))


@pytest.mark.parametrize("count", [0, 1, 2])
def test_the_index_lists_exactly_what_is_there(count: int) -> None:
    files = unpacked([complaint()] * count, {**ICS, "奇怪.bin": b"1", "没有后缀": b"2"})
    listed = [line.rpartition("：")[2] for line in index_of(files) if "/" in line]
    assert sorted(listed) == sorted(files.keys() - {INDEX})
    assert next(iter(files)) == INDEX


def test_two_papers_of_one_title_are_two_files() -> None:
    files = unpacked([complaint(), replace(complaint(), use="别处")], {})
    assert {
        "打印-PDF/消费者投诉书-20261109.pdf",
        "打印-PDF/消费者投诉书-20261109-2.pdf",
    } <= files.keys()


@pytest.mark.parametrize(
    "name", ["../../x.ics", "/etc/x.ics", "a\\b\\x.ics", "C:x.ics", "目录.txt", ""]
)
def test_no_name_leaves_its_folder(name: str) -> None:
    files = unpacked([], {name: b"data"})
    (path,) = files.keys() - {INDEX}
    assert len(PurePosixPath(path).parts) == 2
    assert path.startswith("其他/")
    assert not {"..", "\\", ":"} & {path[3:5], *path[3:]}


def test_names_that_differ_by_case_only_do_not_meet() -> None:
    files = unpacked([], {"A.txt": b"1", "a.txt": b"2"})
    assert len({name.lower() for name in files}) == 3


def test_equal_input_is_equal_bytes() -> None:
    extra = {"a.ics": b"1", "b.ics": b"2"}
    first = to_zip([complaint()], MADE_ON, extra)
    assert first == to_zip(iter([complaint()]), MADE_ON, dict(reversed(extra.items())))
    assert first != to_zip([complaint()], date(2026, 11, 10), extra)


def test_every_file_has_the_day_of_the_bundle() -> None:
    with zipfile.ZipFile(BytesIO(to_zip([complaint()], MADE_ON, ICS))) as archive:
        assert {info.date_time for info in archive.infolist()} == {(2026, 11, 9, 0, 0, 0)}
        assert {info.create_system for info in archive.infolist()} == {3}
