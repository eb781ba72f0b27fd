"""Updates in the inbox are closed to who has only the database."""

import pytest

from bot.channels.telegram.envelope import Envelope, Unreadable

UPDATE = {"update_id": 5, "message": {"text": "我的账号 <薯条> 被封了 😀"}}


def test_what_was_closed_is_opened():
    envelope = Envelope("123:token")
    assert envelope.open(envelope.close(UPDATE)) == UPDATE


def test_half_a_surrogate_pair_does_not_keep_an_update_out():
    envelope, broken = Envelope("123:token"), {"update_id": 5, "message": {"text": "\ud83d"}}
    assert envelope.open(envelope.close(broken)) == broken


def test_another_process_of_the_same_bot_opens_it():
    assert Envelope("123:token").open(Envelope("123:token").close(UPDATE)) == UPDATE


@pytest.mark.parametrize("word", ["薯条", "账号", "update_id", "token"])
def test_a_closed_update_shows_no_word(word):
    assert word.encode() not in Envelope("123:token").close(UPDATE)


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[:-1],
        lambda data: data[:20] + b"A" + data[21:] if data[20:21] != b"A" else data[:-2],
        lambda data: b'{"update_id": 5}',
    ],
    ids=["empty", "cut", "changed", "open"],
)
def test_what_is_damaged_is_unreadable(damage):
    envelope = Envelope("123:token")
    with pytest.raises(Unreadable):
        envelope.open(damage(envelope.close(UPDATE)))


def test_another_bot_cannot_open_it():
    with pytest.raises(Unreadable):
        Envelope("124:token").open(Envelope("123:token").close(UPDATE))
