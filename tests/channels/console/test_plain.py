"""The prompt for terminals without a cursor."""

from collections.abc import Iterator

import pytest

from bot.channels.console.entry import Chosen, Entry, Left, Option, Pasted, Typed
from bot.channels.console.plain import PlainPrompt

HUMAN, BOT = Option("转到了", "r:human"), Option("还是机器人", "r:bot")


class Keyboard:
    """Gives lines one by one; an exception in the list is raised."""

    def __init__(self, *given: str | type[BaseException]) -> None:
        self.given: Iterator[str | type[BaseException]] = iter(given)
        self.shown: list[str] = []
        self.prompt = PlainPrompt(self.shown.append, self.read)

    def read(self, sign: str) -> str:
        given = next(self.given)
        if isinstance(given, str):
            return given
        raise given


@pytest.mark.parametrize(
    ("line", "entry"),
    [("2", Chosen(BOT)), ("还是机器人", Chosen(BOT)), ("它说马上", Typed("它说马上"))],
)
async def test_a_line_answers(line: str, entry: Entry) -> None:
    keyboard = Keyboard(line)
    assert await keyboard.prompt.ask((HUMAN, BOT)) == entry
    assert keyboard.shown == ["  1 转到了", "  2 还是机器人"]


async def test_empty_lines_are_read_over() -> None:
    assert await Keyboard("", "  ", "1").prompt.ask((HUMAN,)) == Chosen(HUMAN)


async def test_the_end_of_input_leaves() -> None:
    assert await Keyboard(EOFError).prompt.ask(()) == Left()


async def test_ctrl_c_asks_once_and_leaves_twice() -> None:
    keyboard = Keyboard(KeyboardInterrupt, "接着说", KeyboardInterrupt, KeyboardInterrupt)
    assert await keyboard.prompt.ask(()) == Typed("接着说")
    assert "再按一次" in keyboard.shown[-1]
    assert await keyboard.prompt.ask(()) == Left()


async def test_a_paste_ends_with_a_dot() -> None:
    keyboard = Keyboard("亲，您好", "", "请问解决了吗", ".")
    assert await keyboard.prompt.ask_paste() == Pasted("亲，您好\n\n请问解决了吗")


async def test_a_paste_can_be_cancelled_and_cut_short() -> None:
    assert await Keyboard("亲", KeyboardInterrupt).prompt.ask_paste() == Pasted("")
    assert await Keyboard("亲", EOFError).prompt.ask_paste() == Pasted("亲")
