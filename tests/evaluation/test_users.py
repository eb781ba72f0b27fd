"""Simulated people talk to the real engine."""

from datetime import date
from pathlib import Path

import pytest

from bot.agent import Agent
from bot.app import build_engine
from bot.evaluation.users import talk

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def agent() -> Agent:
    return build_engine(ROOT / "flows", ROOT / "locales", date(2026, 11, 20)).agent()


async def test_a_clear_complaint_needs_no_question(agent: Agent) -> None:
    talked = await talk(agent, "clear", ("我的账号被永久封禁了", "account.banned"))
    assert talked.right
    assert talked.questions == 0


@pytest.mark.parametrize("label", ["order.refund", "payment.minor", "support.rejected"])
async def test_a_truthful_person_gets_there_from_nothing(agent: Agent, label: str) -> None:
    talked = await talk(agent, f"vague {label}", ("我在小红书上遇到麻烦了", label))
    assert talked.right
    assert 1 <= talked.questions <= 6


async def test_slips_are_the_same_in_every_run(agent: Agent) -> None:
    line = ("出事了", "order.refund")
    first = await talk(agent, "slips 1", line, slips=1.0)
    fresh = build_engine(ROOT / "flows", ROOT / "locales", date(2026, 11, 20)).agent()
    assert await talk(fresh, "slips 1", line, slips=1.0) == first
