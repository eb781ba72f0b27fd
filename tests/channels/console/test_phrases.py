"""Numbers of the phrases to paste, and what the copy key takes next."""

from bot.channels.console.tty import Clipboard, Phrases


def test_phrases_count_on_and_a_repeated_one_keeps_its_number() -> None:
    phrases = Phrases()
    assert phrases.give(["甲"]) == [1]
    assert phrases.give(["乙", "丙"]) == [2, 3]
    assert phrases.give(["甲"]) == [1]
    assert phrases.give(["丁", "丁"]) == [4, 4]


def test_the_key_goes_through_the_newest_turn() -> None:
    phrases = Phrases()
    assert phrases.next() is None
    phrases.give(["甲"])
    phrases.give(["乙", "丙"])
    assert [phrases.next() for _ in range(3)] == [2, 3, 2]
    phrases.give(["甲"])
    assert phrases.next() == 1


def test_a_turn_without_phrases_leaves_the_newest_ones() -> None:
    phrases = Phrases()
    phrases.give(["甲"])
    phrases.give([])
    assert phrases.next() == 1


def test_what_is_said_about_copying_is_no_more_than_is_known() -> None:
    written: list[str] = []
    by_terminal = Clipboard(written.append, {"PATH": ""})
    assert "交给终端" in by_terminal.take("甲", 1)
    assert len(written) == 1
    assert "鼠标" in Clipboard(None, {"PATH": ""}).take("甲", 1)
