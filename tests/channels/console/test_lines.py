"""Line breaking of Chinese text."""

from hypothesis import given
from hypothesis import strategies as st

from bot.channels.console.lines import width_of, wrap

TEXT = (
    "先别再点「申诉」：次数可能有限（留到材料齐了用）。GB/T 47746—2026 见 https://example.org/a。"
)


def test_a_wide_character_takes_two_columns() -> None:
    assert width_of("人工ab") == 6
    assert wrap("转人工转人工", 6) == ["转人工", "转人工"]


def test_a_closing_mark_does_not_begin_a_line() -> None:
    assert wrap("转人工转人工。好", 12) == ["转人工转人", "工。好"]


def test_an_opening_mark_does_not_end_a_line() -> None:
    assert wrap("转人工转人「工」", 12) == ["转人工转人", "「工」"]


def test_words_and_numbers_stay_whole() -> None:
    assert wrap("编号 GD882013 三天", 10) == ["编号", "GD882013", "三天"]


def test_a_word_wider_than_the_line_is_broken() -> None:
    assert wrap("abcdefghij", 4) == ["abcd", "efgh", "ij"]


def test_line_breaks_of_the_text_stay() -> None:
    assert wrap("一\n\n二", 10) == ["一", "", "二"]


def test_nothing_is_one_empty_line() -> None:
    assert wrap("", 10) == [""]


@given(st.text(st.sampled_from(TEXT), max_size=80), st.integers(min_value=2, max_value=50))
def test_no_line_is_too_wide_and_no_character_is_lost(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert all(width_of(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())
