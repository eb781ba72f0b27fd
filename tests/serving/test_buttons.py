"""Button values in callback data."""

from datetime import date

import pytest

from bot.channels.telegram.signing import LIMIT, Signer
from bot.config import flows_dir
from bot.flows.loader import load_flows
from bot.nlu.clarify import Option, Question
from bot.serving.buttons import ROOM, Values


@pytest.fixture(scope="module")
def flows():
    return load_flows(flows_dir(), date(2026, 11, 20))


def test_an_ordinary_value_is_itself(flows):
    values = Values(flows, ())
    assert values.packed("cmd:why") == "cmd:why"
    assert values.unpacked("cmd:why") == "cmd:why"


def test_a_long_value_comes_back_whole(flows):
    question = Question("q", "哪个？", (Option("甲", "x" * 60, frozenset()),))
    values = Values(flows, (question,))
    value = f"clarify:q:{'x' * 60}"
    assert len(values.packed(value).encode()) <= ROOM
    assert values.unpacked(values.packed(value)) == value


def test_what_fills_its_room_can_be_signed():
    Signer("1:a").sign(9_999_999_999, "b", f"{'v' * ROOM}~123456")
    assert len(Signer("1:a").sign(1, "b", f"{'v' * ROOM}~123456")) <= LIMIT
