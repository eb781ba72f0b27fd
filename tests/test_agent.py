"""The agent: cases of one person, order, the clock, vanished states, and the one kind sentence."""

import asyncio
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from bot.agent import APOLOGY
from bot.app import build_engine
from bot.channels.base import Update
from bot.config import flows_dir, locales_dir
from bot.core.errors import EngineError
from bot.store.memory import MemoryStore

NOW = datetime(2026, 11, 20, 10)
BANNED = "早上突然永久封号，写违规引流，申诉不到一分钟就驳回"
REFUND = "另外还有个事，七天无理由退货，商家拒绝退款"


@pytest.fixture(scope="module")
def engine():
    return build_engine(flows_dir(), locales_dir(), date(2026, 11, 20))


@pytest.fixture
def store():
    return MemoryStore()


@pytest.fixture
def agent(engine, store):
    return engine.agent(store)


def text_of(outcome):
    return "\n".join(response.text for response in outcome.responses)


async def say(agent, text, kind="text", user="u", now=NOW):
    return await agent.handle(Update(user, kind, text), now)


async def test_the_first_message_may_be_the_problem(agent):
    outcome = await say(agent, BANNED)
    assert outcome.issue == "account.banned"


async def test_a_second_problem_is_its_own_case(agent):
    await say(agent, BANNED)
    outcome = await say(agent, REFUND)
    assert outcome.issue == "order.refund"
    assert [case for case, _ in await agent.cases("u")] == ["c1", "c2"]


async def test_the_first_case_keeps_its_place(agent):
    first = await say(agent, BANNED)
    await say(agent, REFUND)
    back = await say(agent, "c1", kind="case")
    assert (back.case, back.state) == ("c1", first.state)


async def test_conversations_do_not_see_each_other(agent):
    await say(agent, BANNED, user="a")
    other = await say(agent, "你好", user="b")
    assert other.issue is None


async def test_turns_of_one_conversation_keep_their_order(agent):
    await agent.begin("u", NOW)
    outcomes = await asyncio.gather(
        *(say(agent, text) for text in (BANNED, "就写了引流，没说哪篇", "永久"))
    )
    assert [outcome.number for outcome in outcomes] == [1, 2, 3]


async def test_idle_conversations_hold_no_lock(agent):
    await say(agent, BANNED)
    assert len(agent._locks) == 0


async def test_what_is_due_happens_once(agent, engine):
    outcome = await _to_a_wait(agent, engine)
    due = datetime.fromisoformat(outcome.due[0].at)
    told = await agent.elapse("u", due)
    assert len(told) == 1
    assert await agent.elapse("u", due) == []


async def test_nothing_happens_before_it_is_due(agent, engine):
    outcome = await _to_a_wait(agent, engine)
    due = datetime.fromisoformat(outcome.due[0].at)
    assert await agent.elapse("u", due - timedelta(minutes=1)) == []


async def _to_a_wait(agent, engine):
    """Answer at random until the case waits for something."""
    await say(agent, BANNED)
    for _ in range(60):
        (_, tracker), *_ = await agent.cases("u")
        step = engine.build.spec.states[tracker.state].step
        if type(step).__name__ == "Wait":
            break
        kind = {"Coach": "reply:human_answered", "Write": "cmd:sent", "Ask": "cmd:unsure"}[
            type(step).__name__
        ]
        value = (
            "reply:promised_later"
            if tracker.seen.get("reply:human_answered") and kind.startswith("reply")
            else kind
        )
        await say(agent, value, kind="button")
    return await agent.still("u", NOW)


async def test_a_vanished_state_is_told_and_keeps_the_slots(agent, store):
    await say(agent, BANNED)
    session = await store.load("u")
    gone = replace(session.cases["c1"], state="account.banned.removed_long_ago")
    session.cases["c1"] = gone
    await store.commit(session, {})
    outcome = await say(agent, "在吗")
    assert "更新" in text_of(outcome)
    assert outcome.slots["penalty"] == gone.slots["penalty"]
    assert outcome.state.startswith("account.banned.")


async def test_a_failure_of_ours_is_one_kind_sentence(agent, engine, monkeypatch, caplog):
    await say(agent, BANNED)

    def broken(*_):
        raise EngineError("secret detail")

    monkeypatch.setattr(engine.manager, "handle", broken)
    outcome = await say(agent, "我的手机号是13800138000")
    assert text_of(outcome) == APOLOGY
    assert "13800138000" not in caplog.text


async def test_after_a_failure_the_conversation_goes_on(agent, engine, monkeypatch):
    before = await say(agent, BANNED)
    with monkeypatch.context() as patch:
        patch.setattr(engine.manager, "handle", lambda *_: (_ for _ in ()).throw(EngineError("x")))
        await say(agent, "为什么问")
    after = await say(agent, "为什么问")
    assert after.state == before.state


async def test_new_opens_a_fresh_case(agent):
    await say(agent, BANNED)
    outcome = await say(agent, "", kind="new")
    assert (outcome.case, outcome.issue) == ("c2", None)


@pytest.mark.parametrize(
    "value",
    ["", "cmd:nothing", "reply:unheard_of", "slot:value", "x" * 300, "issue:none.such", "😀"],
)
async def test_a_strange_button_breaks_nothing(agent, value):
    await say(agent, BANNED)
    outcome = await say(agent, value, kind="button")
    assert outcome.responses
    assert text_of(outcome) != APOLOGY


@pytest.mark.parametrize(
    "value",
    [
        "",
        " ",
        "\n\n",
        "?",
        "…",
        "\u200b",
        "a" * 5000,
        "啊" * 3000,
        "{amount}",
        "'; drop table",
        "🙏" * 50,
    ],
)
async def test_strange_text_breaks_nothing(agent, value):
    for _ in range(2):
        outcome = await say(agent, value)
        assert outcome.responses
        assert text_of(outcome) != APOLOGY
