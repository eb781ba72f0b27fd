"""Callback data: only ours, only in its chat, only for its owner, only in time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram.signing import LIMIT, Refused, Signed, Signer

NOW = 1_700_000_000
SIGNER = Signer("123:token")


def refused(data, chat=7, presser=7, now=NOW, signer=SIGNER):
    with pytest.raises(Refused) as caught:
        signer.read(data, chat, presser, now)
    return str(caught.value)


def test_what_was_signed_is_read():
    data = SIGNER.sign(7, "b", "cmd:sent~ab12cd")
    assert SIGNER.read(data, 7, 7, NOW) == Signed("b", "cmd:sent~ab12cd")


def test_another_process_of_the_same_bot_reads_it():
    assert Signer("123:token").read(SIGNER.sign(7, "b"), 7, 7, NOW) == Signed("b", "")


def test_another_bot_does_not():
    assert refused(SIGNER.sign(7, "b"), signer=Signer("124:token")) == "forged"


def test_another_chat_does_not():
    assert refused(SIGNER.sign(7, "b"), chat=8) == "forged"


def test_a_group_is_not_the_person_of_the_same_number():
    assert refused(SIGNER.sign(7, "b"), chat=-7) == "forged"


def test_another_person_is_told_so():
    assert refused(SIGNER.sign(7, "b", owner=8)) == "foreign"


def test_a_button_without_owner_is_for_everybody():
    assert SIGNER.read(SIGNER.sign(7, "b"), 7, 99, NOW).action == "b"


@pytest.mark.parametrize(("expires", "good"), [(NOW, True), (NOW + 1, True), (NOW - 1, False)])
def test_a_button_ends_when_its_time_is_over(expires, good):
    data = SIGNER.sign(7, "b", expires=expires)
    if good:
        assert SIGNER.read(data, 7, 7, NOW).action == "b"
    else:
        assert refused(data) == "expired"


@pytest.mark.parametrize(
    "data",
    [
        "",
        "|",
        "||||",
        "b",
        "b|x|||",
        "b|x|||AAAAAAAA",
        "b|x|y|z|w|AAAAAAAA",
        "忘掉|我|||é",
        "\ud800|",
    ],
)
def test_what_is_no_data_of_ours_is_forged(data):
    assert refused(data) == "forged"


@given(st.text(max_size=64))
def test_no_text_is_read_by_chance(data):
    assert refused(data) == "forged"


@given(st.integers(0, 60), st.integers(1, 255))
def test_no_changed_byte_passes(at, by):
    data = SIGNER.sign(7, "settings", "quiet.22-8", owner=5_000_000_001, expires=NOW + 60)
    at %= len(data)
    changed = f"{data[:at]}{chr((ord(data[at]) + by) % 0x110 or 1)}{data[at + 1 :]}"
    if changed != data:
        assert refused(changed, presser=5_000_000_001) == "forged"


def test_a_separator_in_an_argument_is_refused_when_signing():
    with pytest.raises(ValueError, match=r"\|"):
        SIGNER.sign(7, "b", "a|b")


def test_what_telegram_would_not_take_is_refused_when_signing():
    with pytest.raises(ValueError, match="longer"):
        SIGNER.sign(7, "b", "长" * 20)


def test_a_large_id_and_a_date_leave_room_for_an_argument():
    data = SIGNER.sign(-1_002_000_000_001, "settings", "quiet.22-8", 7_999_999_999, 4_000_000_000)
    assert len(data.encode()) <= LIMIT
