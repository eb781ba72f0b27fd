"""The table of commands and what is said about a wrong one."""

from bot.channels.console import commands


def test_no_word_is_used_twice() -> None:
    words = [word for each in commands.COMMANDS for word in (each.name, each.chinese)]
    assert len(set(words)) == len(words)


def test_a_wrong_command_gets_the_closest_one() -> None:
    assert "quit" in commands.unknown(":qiut")
    assert ":help" in commands.unknown(":qiut")


def test_a_bare_colon_is_told_what_to_do() -> None:
    assert ":help" in commands.unknown("：")
