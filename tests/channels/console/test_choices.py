"""What the keys mean, without a terminal."""

import pytest

from bot.channels.console.choices import Choices
from bot.channels.console.commands import COMMANDS
from bot.channels.console.entry import Asked, Chosen, Mistyped, Option, Typed

HUMAN, BOT, CLOSED = (
    Option("转到了", "r:human"),
    Option("还是机器人", "r:bot"),
    Option("关了", "r:x"),
)
OPTIONS = (HUMAN, BOT, CLOSED)


def typed(text: str, *, numbered: bool = True) -> Choices:
    choices = Choices(OPTIONS, numbered)
    choices.type(text)
    return choices


@pytest.mark.parametrize("text", ["2", "２", "②", " 2 "])
def test_a_number_chooses(text: str) -> None:
    assert typed(text).entry() == Chosen(BOT)


@pytest.mark.parametrize("text", ["0", "4", "99999999", "2元", "两"])
def test_a_number_that_is_not_listed_is_text(text: str) -> None:
    assert typed(text).entry() == Typed(text)


def test_where_no_numbers_are_shown_a_number_is_an_answer() -> None:
    assert typed("2", numbered=False).entry() == Typed("2")


def test_the_words_of_a_label_choose_it() -> None:
    assert typed("还是机器人").entry() == Chosen(BOT)


def test_arrows_mark_and_go_round() -> None:
    choices = Choices(OPTIONS)
    choices.move(1)
    assert choices.entry() == Chosen(HUMAN)
    choices.move(-1)
    assert choices.entry() == Chosen(CLOSED)
    choices.move(1)
    assert choices.entry() == Chosen(HUMAN)


def test_the_first_key_up_marks_the_last_row() -> None:
    choices = Choices(OPTIONS)
    choices.move(-1)
    assert choices.entry() == Chosen(CLOSED)


def test_arrows_without_rows_do_nothing() -> None:
    choices = Choices(())
    choices.move(1)
    assert choices.marked is None


def test_typing_takes_the_mark_away() -> None:
    choices = Choices(OPTIONS)
    choices.move(1)
    choices.type("它说马上")
    assert choices.entry() == Typed("它说马上")


def test_enter_on_nothing_sends_nothing() -> None:
    assert Choices(OPTIONS).entry() is None
    assert typed("   ").entry() is None


def test_tab_completes_a_label_from_a_part_of_it() -> None:
    assert typed("机器").completion() == "还是机器人"
    assert typed("").completion() is None
    assert typed("别的").completion() is None


def test_a_colon_lists_commands_and_tab_completes_them() -> None:
    choices = typed("：")
    assert [head for head, _ in choices.rows()] == [command.usage for command in COMMANDS]
    choices.type(":c")
    choices.move(1)
    choices.move(1)
    assert choices.completion() == ":copy "
    choices.type("：复")
    assert choices.completion() == ":copy "
    assert typed(":zzz").completion() is None


def command(name: str) -> Asked:
    [found] = [command for command in COMMANDS if command.name == name]
    return Asked(found)


@pytest.mark.parametrize("text", [":why", "：why", ":为什么", "：为什么", ":w", ":WHY", ": why"])
def test_a_command_is_known_by_its_words_and_by_a_clear_beginning(text: str) -> None:
    assert typed(text).entry() == command("why")


def test_a_command_takes_an_argument() -> None:
    assert typed(":copy 2").entry() == Asked(command("copy").command, "2")
    assert typed("：复制 2").entry() == Asked(command("copy").command, "2")


def test_a_marked_command_is_entered() -> None:
    choices = typed(":c")
    choices.move(1)
    assert choices.entry() == command("case")


@pytest.mark.parametrize("text", [":", ":c", ":nope"])
def test_an_unclear_command_is_mistyped(text: str) -> None:
    assert typed(text).entry() == Mistyped(text)
