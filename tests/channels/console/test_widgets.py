"""The drawn prompt, fed with keys."""

import asyncio
from collections.abc import Iterator

import pytest
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.output import DummyOutput

from bot.channels.console.entry import Chosen, Entry, Left, Option, Pasted, Typed
from bot.channels.console.widgets import Prompt

HUMAN, BOT, CLOSED = (
    Option("转到了", "r:human"),
    Option("还是机器人", "r:bot"),
    Option("关了", "r:x"),
)
ENTER, UP, DOWN, TAB, CTRL_C, CTRL_D, CTRL_Y = (
    "\r",
    "\x1b[A",
    "\x1b[B",
    "\t",
    "\x03",
    "\x04",
    "\x19",
)


@pytest.fixture
def keys() -> Iterator[PipeInput]:
    with create_pipe_input() as pipe:
        yield pipe


@pytest.fixture
def copied() -> list[str]:
    return []


@pytest.fixture
def prompt(keys: PipeInput, copied: list[str]) -> Prompt:
    def copy() -> str:
        copied.append("latest")
        return "已复制"

    return Prompt(copy, input=keys, output=DummyOutput())


def paste(text: str) -> str:
    return f"\x1b[200~{text}\x1b[201~"


@pytest.mark.parametrize(
    ("pressed", "entry"),
    [
        pytest.param("它说马上" + ENTER, Typed("它说马上"), id="text"),
        pytest.param("2" + ENTER, Chosen(BOT), id="number"),
        pytest.param(DOWN + DOWN + ENTER, Chosen(BOT), id="down"),
        pytest.param(UP + ENTER, Chosen(CLOSED), id="up"),
        pytest.param("机器" + TAB + ENTER, Chosen(BOT), id="tab"),
        pytest.param(ENTER + "好" + ENTER, Typed("好"), id="an empty line is no answer"),
        pytest.param(CTRL_D, Left(), id="ctrl-d"),
        pytest.param(CTRL_C + CTRL_C, Left(), id="ctrl-c twice"),
        pytest.param(CTRL_C + "好" + CTRL_C + ENTER, Typed("好"), id="typing takes ctrl-c back"),
        pytest.param(paste("一行") + ENTER, Typed("一行"), id="paste one line"),
        pytest.param(paste("亲\r\n好\n") + ENTER, Pasted("亲\n好"), id="paste"),
        pytest.param(
            "它说：" + paste("亲\n好") + ENTER, Pasted("它说：亲\n好"), id="paste after text"
        ),
        pytest.param(paste("我\n急") + TAB + ENTER, Typed("我\n急"), id="own paste"),
    ],
)
async def test_keys_become_an_entry(
    prompt: Prompt, keys: PipeInput, pressed: str, entry: Entry
) -> None:
    keys.send_text(pressed)
    assert await asyncio.wait_for(prompt.ask((HUMAN, BOT, CLOSED)), 5) == entry


async def test_ctrl_y_copies_and_goes_on(
    prompt: Prompt, keys: PipeInput, copied: list[str]
) -> None:
    keys.send_text(CTRL_Y + "好" + ENTER)
    assert await asyncio.wait_for(prompt.ask(()), 5) == Typed("好")
    assert copied == ["latest"]


async def test_a_question_about_a_number_shows_none(prompt: Prompt, keys: PipeInput) -> None:
    keys.send_text("2" + ENTER)
    assert await asyncio.wait_for(prompt.ask((HUMAN, BOT), numbered=False), 5) == Typed("2")


async def test_a_paste_is_collected_up_to_a_dot(prompt: Prompt, keys: PipeInput) -> None:
    keys.send_text("亲，您好" + ENTER + paste("请问\n解决了吗\n") + ENTER + "." + ENTER)
    assert await asyncio.wait_for(prompt.ask_paste(), 5) == Pasted("亲，您好\n请问\n解决了吗")


async def test_collecting_can_be_cancelled(prompt: Prompt, keys: PipeInput) -> None:
    keys.send_text("亲" + CTRL_C)
    assert await asyncio.wait_for(prompt.ask_paste(), 5) == Pasted("")


async def test_one_prompt_serves_many_questions(prompt: Prompt, keys: PipeInput) -> None:
    keys.send_text("2" + ENTER)
    assert await asyncio.wait_for(prompt.ask((HUMAN, BOT)), 5) == Chosen(BOT)
    keys.send_text("\x10" + ENTER)  # Ctrl-P: what was typed before
    assert await asyncio.wait_for(prompt.ask(()), 5) == Typed("2")
