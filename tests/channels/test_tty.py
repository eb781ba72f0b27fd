"""The console as a person meets it: a real pty, real keys, the screen that they see."""

import base64
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.channels.console_app import LONG
from tests.channels.terminal import CTRL_C, CTRL_D, CTRL_Y, DOWN, ENTER, TAB, UP, Terminal

pytestmark = pytest.mark.pty
ROOT = Path(__file__).resolve().parent.parent.parent
APP = (sys.executable, "-W", "error", "-m", "tests.channels.console_app")
PROMPT = "你 ›"
READY = "账号被封了"

wide_and_narrow = pytest.mark.parametrize("columns", [60, 100])


def open_terminal(
    columns: int = 60, rows: int = 40, environ: Mapping[str, str] | None = None
) -> Terminal:
    return Terminal(APP, columns=columns, rows=rows, cwd=ROOT, environ=environ)


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    with open_terminal() as opened:
        opened.wait_for(READY)
        yield opened


def osc52(text: str) -> bytes:
    return b"\x1b]52;c;" + base64.b64encode(text.encode()) + b"\x07"


def advise(terminal: Terminal) -> None:
    """Go to where a phrase is given."""
    terminal.press("1", ENTER)
    terminal.wait_for("贴它的话")


# The first screen


@wide_and_narrow
def test_the_first_screen_greets_asks_and_shows_how(columns: int) -> None:
    with open_terminal(columns) as terminal:
        terminal.wait_for(":help")
        shown = [line for line in terminal.lines() if line]
    assert shown == [
        "  真人 · 陪你穿过客服机器人，走到真人面前",
        "  你好，我是真人。遇到什么事了？",
        "你 ›",
        "    1 账号被封了",
        "    2 退款不到账",
        "  数字或 ↑↓ 选，回车，直接打字也行   :help 帮助",
    ]


def test_typing_may_begin_before_the_greeting() -> None:
    with open_terminal(environ={"LOADING_SECONDS": "0.5"}) as terminal:
        terminal.wait_for("正在准备")
        terminal.press("我的号")
        terminal.wait_for(READY)
        terminal.press("没了", ENTER)
        terminal.wait_for("听到了：我的号没了")


def test_what_was_sent_before_the_greeting_is_answered_without_it() -> None:
    with open_terminal(environ={"LOADING_SECONDS": "0.5"}) as terminal:
        terminal.wait_for("正在准备")
        terminal.press("我的号没了", ENTER)
        terminal.wait_for("听到了：我的号没了")
        assert "你好" not in terminal.transcript()


def test_one_can_leave_before_the_greeting() -> None:
    with open_terminal(environ={"LOADING_SECONDS": "0.5"}) as terminal:
        terminal.wait_for("正在准备")
        terminal.press(CTRL_D)
        terminal.wait_for("先到这里")
        assert terminal.wait_end() == 0


# Choosing and typing


def test_a_number_chooses_and_is_marked_before_enter(terminal: Terminal) -> None:
    terminal.press("2")
    terminal.wait_for("❯ 2 退款不到账")
    terminal.press(ENTER)
    terminal.wait_for("多少钱？")
    assert "你 › 退款不到账" in terminal.lines()


def test_arrows_choose(terminal: Terminal) -> None:
    terminal.press(DOWN)
    terminal.wait_for("❯ 1 账号被封了")
    terminal.press(UP)
    terminal.wait_for("❯ 2 退款不到账")
    terminal.press(ENTER)
    terminal.wait_for("多少钱？")


def test_typing_is_always_possible(terminal: Terminal) -> None:
    terminal.press("我的号没了", ENTER)
    terminal.wait_for("听到了：我的号没了")


def test_a_question_for_a_number_takes_numbers_as_answers(terminal: Terminal) -> None:
    terminal.press("2", ENTER)
    terminal.wait_for("说不清")
    assert "    说不清" in terminal.lines()
    terminal.press("2", ENTER)
    terminal.wait_for("听到了：2")


def test_the_list_is_gone_once_it_is_answered(terminal: Terminal) -> None:
    terminal.press("2", ENTER)
    terminal.wait_for("说不清")
    assert not any("1 账号被封了" in line for line in terminal.lines())


def test_an_empty_line_is_not_sent(terminal: Terminal) -> None:
    terminal.press(ENTER)
    terminal.wait_for("还没写")
    terminal.press("在吗", ENTER)
    terminal.wait_for("听到了：在吗")


# Phrases to paste


@wide_and_narrow
def test_a_phrase_has_a_panel_that_fits(columns: int) -> None:
    with open_terminal(columns) as terminal:
        terminal.wait_for(READY)
        terminal.paste("亲\n您好")
        terminal.wait_for("Tab")
        terminal.press(ENTER)
        terminal.wait_for("贴它的话")
        lines = terminal.lines()
    start = next(n for n, line in enumerate(lines) if "第 1 条 · Ctrl-Y 或 :copy 1 " in line)
    end = next(n for n in range(start + 1, len(lines)) if set(lines[n].strip()) == {"─"})
    assert "".join(line.strip() for line in lines[start + 1 : end]) == LONG
    assert end - start > 2


def test_ctrl_y_copies_through_the_terminal(terminal: Terminal) -> None:
    terminal.press(CTRL_Y)
    terminal.wait_for("还没有要粘贴的话")
    advise(terminal)
    terminal.press(CTRL_Y)
    terminal.wait_bytes(osc52("转人工"))
    terminal.wait_for("第 1 条")
    terminal.press("好", ENTER)
    terminal.wait_for("听到了：好")


def test_copy_takes_a_number(terminal: Terminal) -> None:
    advise(terminal)
    terminal.paste("亲\n您好")
    terminal.press(ENTER)
    terminal.wait_for("第 2 条")
    terminal.press(":copy 1", ENTER)
    terminal.wait_bytes(osc52("转人工"))
    terminal.press("：复制", ENTER)
    terminal.wait_bytes(osc52(LONG))
    terminal.press(":copy 9", ENTER)
    terminal.wait_for("一共 2 条")


# The other side's words


def test_a_paste_of_several_lines_is_the_other_sides(terminal: Terminal) -> None:
    terminal.paste("亲，您的问题\n已为您标记解决")
    terminal.wait_for("对方 ›")
    terminal.wait_for("这段当作对方的话")
    terminal.press(ENTER)
    terminal.wait_for("对方说了 2 行")
    assert "  │ 已为您标记解决" in terminal.lines()


def test_tab_makes_a_paste_ones_own(terminal: Terminal) -> None:
    terminal.paste("我等了\n三天")
    terminal.wait_for("这段当作对方的话")
    terminal.press(TAB)
    terminal.wait_gone("这段当作对方的话")
    terminal.press(ENTER)
    terminal.wait_for("听到了：我等了")


@pytest.mark.parametrize("begin", [":paste", "：粘贴"])
def test_paste_collects_lines_up_to_a_dot(terminal: Terminal, begin: str) -> None:
    terminal.press(begin, ENTER)
    terminal.wait_for("单独打一行 .")
    terminal.press("亲", ENTER, "请问", ENTER, "解决了吗", ENTER, ".", ENTER)
    terminal.wait_for("对方说了 3 行")


def test_the_button_for_pasting_opens_the_same(terminal: Terminal) -> None:
    advise(terminal)
    terminal.press("3", ENTER)
    terminal.wait_for("单独打一行 .")
    terminal.press(CTRL_C)
    terminal.wait_for("1 转到了")


# Commands


def test_commands_are_listed_while_they_are_typed(terminal: Terminal) -> None:
    terminal.press(":")
    terminal.wait_for("离开")
    terminal.press("c")
    terminal.wait_gone("离开")
    assert any(":case" in line for line in terminal.lines())
    terminal.press("o", TAB)
    terminal.wait_for("你 › :copy")


def test_why_back_and_new_reach_the_agent(terminal: Terminal) -> None:
    terminal.press("2", ENTER)
    terminal.wait_for("多少钱？")
    terminal.press(":why", ENTER)
    terminal.wait_for("才好说要多少")
    terminal.press(":返回", ENTER)
    terminal.wait_for("按了 cmd:back")
    terminal.press(":new", ENTER)
    terminal.wait_for("好，另说一件")


@wide_and_narrow
def test_case_shows_what_is_noted_and_the_ladder(columns: int) -> None:
    with open_terminal(columns) as terminal:
        terminal.wait_for(READY)
        advise(terminal)
        terminal.press("398", ENTER)
        terminal.wait_for("听到了：398")
        terminal.press(":case", ENTER)
        terminal.wait_for("金额  398 元")
        lines = terminal.lines()
    assert any(line.startswith("  ● 商家 ─ ● 平台介入 ─ ◉ 人工客服 ─ ○") for line in lines)


def test_case_switches_between_cases(terminal: Terminal) -> None:
    terminal.press(":new", ENTER)
    terminal.wait_for("另说一件")
    terminal.press(":case", ENTER)
    terminal.wait_for("一共 2 个")
    terminal.press(":case 1", ENTER)
    terminal.wait_for("回到 c1")
    terminal.press(":case 7", ENTER)
    terminal.wait_for("写 1 到 2")


def test_help_and_a_mistyped_command(terminal: Terminal) -> None:
    terminal.press(":help", ENTER)
    terminal.wait_for("退一步，改刚才的回答")
    terminal.press(":hlep", ENTER)
    terminal.wait_for("没有「:hlep」这个命令")
    terminal.press(":)", ENTER)
    terminal.wait_for("听到了：:)")


def test_a_reminder_comes_while_something_is_being_typed(terminal: Terminal) -> None:
    terminal.press("晚", ENTER)
    terminal.wait_for("听到了：晚")
    terminal.press("我正")
    terminal.wait_for("到时间了")
    terminal.wait_for("1 转到了")
    terminal.press("写着", ENTER)
    terminal.wait_for("听到了：我正写着")


# Leaving


def test_ctrl_c_asks_once_and_leaves_twice(terminal: Terminal) -> None:
    terminal.press(CTRL_C)
    terminal.wait_for("再按一次 Ctrl-C")
    terminal.press("还在", ENTER)
    terminal.wait_for("听到了：还在")
    terminal.press(CTRL_C)
    terminal.wait_for("再按一次 Ctrl-C")
    terminal.press(CTRL_C)
    terminal.wait_for("先到这里")
    assert terminal.wait_end() == 0


@pytest.mark.parametrize("keys", [(CTRL_D,), (":quit", ENTER), (":退出", ENTER)], ids=str)
def test_leaving_is_kind(terminal: Terminal, keys: tuple[str, ...]) -> None:
    terminal.press(*keys)
    terminal.wait_for("先到这里")
    assert terminal.wait_end() == 0


# Terminals of all kinds


def colours(written: bytes) -> list[bytes]:
    """The colour codes (not bold, dim or reverse) among what was written."""
    codes = [part.split(b"m", 1)[0] for part in written.split(b"\x1b[")[1:] if b"m" in part[:16]]
    numbers = [number for code in codes for number in code.split(b";")]
    return [n for n in numbers if n.isdigit() and (30 <= int(n) <= 48 or 90 <= int(n) <= 107)]


@pytest.mark.parametrize(
    ("environ", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False)], ids=["colour", "NO_COLOR"]
)
def test_colour_can_be_refused_and_nothing_is_lost(
    environ: Mapping[str, str], coloured: bool
) -> None:
    with open_terminal(environ=environ) as terminal:
        terminal.wait_for(READY)
        advise(terminal)
        terminal.press(DOWN)
        terminal.wait_for("❯ 1 转到了")
        lines = terminal.lines()
        assert bool(colours(terminal.written)) is coloured
    assert any("◉ 人工客服" in line for line in lines)


def test_a_dumb_terminal_gets_lines_and_no_escapes() -> None:
    with open_terminal(environ={"TERM": "dumb"}) as terminal:
        terminal.wait_for(PROMPT)
        terminal.press("1\n")
        terminal.wait_for("3 贴它的话")
        terminal.press("3\n")
        terminal.wait_for("对方 ›")
        terminal.press("亲\n", "您好\n", ".\n")
        terminal.wait_for("对方说了 2 行")
        terminal.press(":copy\n")
        terminal.wait_for("请用鼠标选第 2 条")
        terminal.press(CTRL_C)
        terminal.wait_for("再按一次 Ctrl-C")
        terminal.press(CTRL_D)
        terminal.wait_for("先到这里")
        assert terminal.wait_end() == 0
        assert b"\x1b" not in terminal.written


@wide_and_narrow
def test_long_texts_keep_inside_the_window(columns: int) -> None:
    with open_terminal(columns) as terminal:
        terminal.wait_for(READY)
        terminal.press("很长的一句话" * 30, ENTER)
        terminal.wait_for("听到了")
        terminal.settle()
        shown = terminal.transcript().replace(" ", "").replace("\n", "")
    assert "听到了：" + "很长的一句话" * 30 in shown


def test_a_window_of_ten_rows_is_enough() -> None:
    with open_terminal(60, 10) as terminal:
        terminal.wait_for(READY)
        advise(terminal)
        terminal.press("2", ENTER)
        terminal.wait_for("按了 reply:repeated_template")


# The real program


def zhenren(*arguments: str, columns: int = 60) -> Terminal:
    command = (sys.executable, "-m", "bot.cli", *arguments)
    return Terminal(command, columns=columns, rows=50, cwd=ROOT)


@pytest.mark.slow
@wide_and_narrow
def test_a_real_conversation_moves_along_its_ladder(columns: int) -> None:
    with zhenren("chat", "--now", "2026-11-20T10:00", columns=columns) as terminal:
        terminal.wait_for(PROMPT)
        terminal.wait_gone("正在准备")
        terminal.press("我的号今天被永久封禁了，申诉一分钟就被驳回", ENTER)
        terminal.wait_below("◉", ":help")  # a key pressed between two prompts may be lost
        terminal.press(":case", ENTER)
        terminal.wait_below("封号、永久封禁", ":help")
        terminal.press(CTRL_D)
        terminal.wait_for("先到这里")
        assert terminal.wait_end() == 0


@pytest.mark.parametrize(
    ("option", "value", "complaint"),
    [("--flows", "/nowhere", "目录不存在"), ("--now", "昨天", "看不懂的时间")],
)
def test_what_cannot_start_says_why(option: str, value: str, complaint: str) -> None:
    with zhenren("chat", option, value) as terminal:
        terminal.wait_for(complaint)
        assert terminal.wait_end() == 2


@pytest.mark.slow
def test_a_kept_conversation_goes_on_in_a_new_terminal(tmp_path: Path) -> None:
    """The open question, the evidence and the papers are there; a paper is saved where one stands."""
    chat = ("chat", "--db", str(tmp_path / "me.db"))
    with zhenren(*chat) as terminal:
        terminal.wait_for(PROMPT)
        terminal.wait_gone("正在准备")
        terminal.press("我的号今天被永久封禁了，申诉一分钟就被驳回", ENTER)
        terminal.wait_below("◉", ":help")
        terminal.press(CTRL_D)
        terminal.wait_for("先到这里")
        assert terminal.wait_end() == 0
    with zhenren(*chat) as terminal:
        terminal.wait_for("通知里写明是哪篇笔记")
        terminal.press(":evidence 1", ENTER)
        terminal.wait_below("记上了", ":help")
        terminal.press(":evidence", ENTER)
        terminal.wait_below("1. 有", ":help")
        terminal.press(":paper", ENTER)
        terminal.wait_below("证据清单", ":help")
        terminal.press(":forget", ENTER)
        terminal.wait_below("确定全删", ":help")
        terminal.press(CTRL_D)
        assert terminal.wait_end() == 0
