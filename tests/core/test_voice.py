"""The Voice outside of a turn: what a placeholder stands for in a paper, and which facts a case may name."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot.core.facts import Fact
from bot.core.slots import Value
from bot.core.text import Template
from bot.core.tracker import Tracker
from bot.core.turn import Turn
from bot.core.voice import Voice
from bot.flows.loader import load_flows
from bot.testing import NOON

FLOWS = load_flows(Path(__file__).parent / "mini", date(2026, 11, 20))
SLOTS: dict[str, Value] = {"kind": "money", "amount": 88.5, "promise": "2026-12-01", "video": True}


def case(opened: str | None = None) -> Tracker:
    return Tracker("chat", "c1", issue="order.refund", slots=dict(SLOTS), opened=opened)


@pytest.mark.parametrize(
    ("name", "pasted", "said"),
    [
        ("kind", "钱", "钱"),
        ("amount", "88.5", "88.5"),
        ("promise", "12月1日（周二）", "12月1日（周二）"),
        ("video", "有", "有"),
        ("words", None, None),
        ("fact.rule", "电子商务法第五十九条", "电子商务法第五十九条"),
        ("fact.line", None, "9501-3888（拨前再核）"),
        ("fact.gone", None, None),
        ("reply.ticket_no", None, None),
        ("changed.old", None, None),
    ],
)
def test_what_a_placeholder_stands_for(name: str, pasted: str | None, said: str | None) -> None:
    """Slots as in a sentence; what is not verified is never pasted, and said with its caveat."""
    voice = Voice.of(FLOWS)
    assert voice.reading(case(), paste=True)(name) == pasted
    assert voice.reading(case(), paste=False)(name) == said


def test_reading_says_the_caveat_each_time() -> None:
    """A paper is read by itself, whatever has been said in the chat before."""
    tracker = case()
    tracker.used.add("fact:line")
    assert Voice.of(FLOWS).reading(tracker, paste=False)("fact.line") == "9501-3888（拨前再核）"


RULE = FLOWS.facts["rule"]
DAY_BEFORE, TODAY = date(2026, 11, 19), date(2026, 11, 20)


@pytest.mark.parametrize(
    ("fact", "opened", "stands"),
    [
        (RULE, None, True),
        (RULE, "2026-11-01", True),
        (replace(RULE, valid_to=DAY_BEFORE), None, False),
        (replace(RULE, valid_to=DAY_BEFORE), "2026-11-19", True),
        (replace(RULE, valid_to=DAY_BEFORE), "2026-11-20", False),
        (replace(RULE, valid_from=TODAY), "2026-11-19", False),
        (replace(RULE, valid_from=TODAY), "2026-11-20", True),
        (replace(RULE, expires_on=DAY_BEFORE), "2026-11-01", False),
        (replace(RULE, expires_on=TODAY), "2026-11-01", True),
        (replace(RULE, status="rejected"), None, False),
    ],
)
def test_a_case_keeps_the_rules_of_the_day_it_was_opened(
    fact: Fact, opened: str | None, stands: bool
) -> None:
    """But what is due for a new check today is not named in any paper."""
    voice = Voice.of(replace(FLOWS, facts={"rule": fact}))
    tracker = case(opened)
    assert ("rule" in voice.in_force(tracker)) is stands
    assert (voice.reading(tracker, paste=True)("fact.rule") is not None) is stands


OLDER = replace(RULE, value="旧规则", valid_to=DAY_BEFORE)


@pytest.mark.parametrize(
    ("opened", "value"), [("2026-11-19", "旧规则"), ("2026-11-20", RULE.value)]
)
def test_an_older_case_keeps_the_older_version(opened: str, value: str) -> None:
    fact = replace(RULE, valid_from=TODAY, before=(OLDER,))
    voice = Voice.of(replace(FLOWS, facts={"rule": fact}))
    assert voice.reading(case(opened), paste=True)("fact.rule") == value
    assert voice.lookup(case(opened), Turn(NOON, "x"))("fact.rule") == value


def test_what_was_no_rule_yet_is_not_said() -> None:
    voice = Voice.of(replace(FLOWS, facts={"rule": replace(RULE, valid_from=TODAY)}))
    text = voice.bake(Template.parse("请复核，依据{fact.rule}。"))
    assert voice.render(text, case("2026-11-19"), Turn(NOON, "x")) == "请复核。"
