"""A typed answer to a choice question: whole labels, clauses of one, places, a bare yes or no."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.core.flow import FlowSet
from bot.flows.loader import load_flows
from bot.nlu.matching import Matcher

ANSWERS = [
    ("notice_detail", "写了", None, "full"),
    ("notice_detail", "是的", "affirm", "full"),
    ("notice_detail", "没有", "deny", "nothing"),
    ("notice_detail", "大类而已", None, "category"),
    ("notice_detail", "第二个", None, "category"),
    ("notice_detail", "最后一个", None, "nothing"),
    ("gave_out", "嗯", "affirm", "yes"),
    ("gave_out", "没有", "deny", "no"),
    ("police_state", "嗯", "affirm", "called"),
    ("police_state", "今天星期几", None, None),
    ("outcome", "没有", "deny", "silent"),
    ("outcome", "嗯", "affirm", None),
    ("note_state", "还在", None, "unseen"),
]


@pytest.fixture(scope="module")
def flows() -> FlowSet:
    return load_flows(Path(__file__).parents[2] / "flows", date(2026, 11, 20))


@pytest.mark.parametrize(("slot", "text", "act", "value"), ANSWERS, ids=str)
def test_choice(flows: FlowSet, slot: str, text: str, act: str | None, value: str | None) -> None:
    assert Matcher(flows.slots).value(text, flows.slots[slot], act) == value
