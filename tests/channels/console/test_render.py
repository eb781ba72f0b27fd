"""What is drawn, at the narrowest width and without any colour."""

import io

import pytest
from rich.console import Console

from bot.channels.console import render
from bot.channels.console.lines import width_of

LONG = "我刚才的会话没处理完就被关闭了，账号封禁的具体原因一直没有答复，请调取记录并转人工。" * 3
STEPS = ("商家", "平台介入", "人工客服", "站外投诉", "诉讼", "给自己留一条退路的地方")


def drawn(renderable: object, columns: int = 60) -> list[str]:
    out = io.StringIO()
    console = Console(file=out, width=columns, soft_wrap=True, color_system=None)
    console.print(renderable)
    return out.getvalue().splitlines()


@pytest.mark.parametrize("columns", [40, 60, 100])
@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda n: render.said(LONG, n), id="said"),
        pytest.param(lambda n: render.own(LONG, n), id="own"),
        pytest.param(lambda n: render.theirs(LONG, n), id="theirs"),
        pytest.param(lambda n: render.phrase(LONG, "第 12 条", n), id="phrase"),
        pytest.param(lambda n: render.note(LONG, n), id="note"),
        pytest.param(lambda n: render.ladder(STEPS, "人工客服", n), id="ladder"),
        pytest.param(lambda n: render.case({"诉求": LONG, "金额": "200 元"}, n), id="case"),
        pytest.param(render.commands, id="commands"),
    ],
)
def test_nothing_is_wider_than_the_window(make, columns: int) -> None:
    lines = drawn(make(columns - 1), columns)
    assert max(map(width_of, lines)) < columns


def test_a_phrase_stands_alone_between_its_rules() -> None:
    first, *middle, last = drawn(render.phrase("转人工", "第 3 条", 59))
    assert "第 3 条" in first
    assert [line.strip() for line in middle] == ["转人工"]
    assert set(last.strip()) == {"─"}


def test_the_ladder_can_be_read_without_colour() -> None:
    [line] = drawn(render.ladder(STEPS[:4], "人工客服", 59))
    assert line.split() == [
        "●",
        "商家",
        "─",
        "●",
        "平台介入",
        "─",
        "◉",
        "人工客服",
        "─",
        "○",
        "站外投诉",
    ]


def test_an_unknown_place_on_the_ladder_marks_nothing_as_done() -> None:
    [line] = drawn(render.ladder(("商家", "平台"), None, 59))
    assert line.split() == ["○", "商家", "─", "○", "平台"]


def test_the_ladder_breaks_between_steps() -> None:
    lines = drawn(render.ladder(STEPS, "商家", 40))
    assert len(lines) > 1
    assert all(line.strip()[0] in "●◉○" for line in lines)


def test_text_with_brackets_is_not_taken_for_markup() -> None:
    assert drawn(render.said("[bold]写[/bold] :smile:", 50)) == ["  [bold]写[/bold] :smile:"]
