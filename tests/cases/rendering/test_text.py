"""Plain text: each text stands in it as it is."""

from __future__ import annotations

import pytest

from bot.cases.rendering.frame import COPY_FROM, COPY_TO
from bot.cases.rendering.text import to_text
from tests.cases.rendering.samples import HOSTILE, complaint, hostile, texts_of


@pytest.mark.parametrize("text", HOSTILE)
def test_every_text_stands_unchanged(text: str) -> None:
    document = hostile(text)
    rendered, place = to_text(document), 0
    for each in texts_of(document):
        place = rendered.index(each, place) + len(each)


@pytest.mark.parametrize("text", HOSTILE)
def test_what_is_pasted_stands_between_marks(text: str) -> None:
    assert f"{COPY_FROM}\n{text}\n{COPY_TO}\n" in to_text(hostile(text))


@pytest.mark.parametrize(
    "line",
    [
        "【表单怎么填】",
        "被投诉企业：某某公司",
        "1. 退款 128 元",
        "2. 说明理由",
        "• 甲事",
        "□ 联系电话",
    ],
)
def test_lines(line: str) -> None:
    assert line in to_text(complaint()).split("\n")
