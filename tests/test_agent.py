"""The agent: cases of one person, order, the clock, vanished states, and the one kind sentence."""

import asyncio
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from bot.app import build_engine
from bot.channels.base import Update
from bot.config import flows_dir, locales_dir
from bot.core.errors import EngineError, StorageError
from bot.core.tracker import Due
from bot.outcomes import APOLOGY
from bot.store.base import Conflict, Work
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
    await store.commit(Work(session, wake={"c1": None}))
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


@pytest.mark.parametrize(
    ("opened", "said"), [("2026-04-10", "45 个工作日"), ("2026-04-20", "60 日")]
)
async def test_a_case_is_told_the_rule_of_its_filing_day(agent, opened, said):
    """The rules on complaints changed on 2026-04-15."""
    await say(agent, BANNED, now=datetime.fromisoformat(f"{opened}T10:00"))
    outcome = await say(agent, "12315管不管", now=NOW)
    assert said in text_of(outcome)


async def test_a_reminder_can_be_put_off_once_and_comes_back(agent, engine):
    outcome = await _to_a_wait(agent, engine)
    due = datetime.fromisoformat(outcome.due[0].at)
    [told] = await agent.elapse("u", due)
    assert "cmd:snooze" in [b.value for each in told.responses for b in each.buttons]
    put_off = await say(agent, "cmd:snooze", kind="button", now=due)
    assert put_off.state == told.state
    morning = (due + timedelta(days=1)).replace(hour=10, minute=0)
    assert await agent.elapse("u", morning - timedelta(minutes=1)) == []
    [again] = await agent.elapse("u", morning)
    assert again.state == told.state
    assert await agent.elapse("u", morning + timedelta(days=9)) == []


async def test_nobody_is_reminded_at_night(agent, store):
    """A wait of some hours that ends at night ends in the morning."""
    await say(agent, BANNED)
    session = await store.load("u")
    night = Due("snooze", "2026-11-20T23:30", session.cases["c1"].state)
    session.cases["c1"] = replace(session.cases["c1"], dues=[night])
    await store.commit(Work(session, wake={"c1": None}))
    assert await agent.elapse("u", datetime(2026, 11, 21, 7, 59)) == []
    assert len(await agent.elapse("u", datetime(2026, 11, 21, 8))) == 1


async def test_after_a_long_sleep_only_the_last_reminder_speaks(agent, store):
    """A machine that was off for a month does not ask the same thing three times."""
    await say(agent, BANNED)
    session = await store.load("u")
    state = session.cases["c1"].state
    dues = [Due("snooze", f"2026-11-2{n}T10:00", state) for n in (1, 2, 3)]
    session.cases["c1"] = replace(session.cases["c1"], dues=dues)
    await store.commit(Work(session, wake={"c1": None}))
    assert len(await agent.elapse("u", datetime(2026, 12, 21, 10))) == 1


async def test_the_same_update_is_answered_once_and_then_again_the_same(agent, store):
    update = Update("u", "text", BANNED, id="7")
    first = await agent.handle(update, NOW)
    again = await agent.handle(update, NOW)
    assert text_of(again) == text_of(first)
    assert (again.number, again.events) == (first.number, ())
    assert len(await store.journal("u", "c1")) == 2  # the greeting and the one turn


async def test_who_commits_second_does_the_turn_again(engine):
    """Two processes on one store: both turns count, none is lost."""
    store = MemoryStore()
    one, two = engine.agent(store), engine.agent(store)
    await asyncio.gather(*(say(each, "你好") for each in (one, two) for _ in range(5)))
    session = await store.load("u")
    assert session.cases["c1"].turns == 10


async def test_a_forgotten_person_is_a_stranger(agent, store):
    await say(agent, BANNED)
    asked = await say(agent, "忘记我")
    assert "1 个案子" in text_of(asked)
    assert [b.value for r in asked.responses for b in r.buttons] == [
        "cmd:forget_yes",
        "cmd:forget_no",
    ]
    gone = await say(agent, "cmd:forget_yes", kind="button")
    assert "1 个案子（账号被封）" in text_of(gone)
    assert await store.overview("u") == []
    assert (await say(agent, "你好")).case == "c1"


async def test_evidence_can_be_ticked_and_unticked(agent):
    await say(agent, BANNED)
    told = await say(agent, "penalty_page", kind="evidence")
    assert "记上了" in text_of(told)
    (_, tracker), *_ = await agent.cases("u")
    assert tracker.evidence == {"penalty_page"}
    await say(agent, "penalty_page", kind="evidence")
    (_, tracker), *_ = await agent.cases("u")
    assert tracker.evidence == set()


async def test_the_same_press_does_not_delete_what_came_after_it(agent, store):
    """A delivery that comes twice answers the same, and leaves the new case alone."""
    await say(agent, BANNED)
    press = Update("u", "button", "cmd:forget_yes", id="2")
    gone = await agent.handle(press, NOW)
    await say(agent, BANNED)
    again = await agent.handle(press, NOW)
    assert text_of(again) == text_of(gone)
    assert [view.case for view in await store.overview("u")] == ["c1"]


async def test_too_many_writers_is_a_storage_error(engine):
    class Busy(MemoryStore):
        async def commit(self, work):
            raise Conflict

    with pytest.raises(StorageError, match="再发一次"):
        await say(engine.agent(Busy()), "你好")


async def test_who_holds_something_else_is_told_before_somebody_is_forgotten(agent):
    told = []

    async def leaving(conversation):
        told.append((conversation, len(await agent.cases(conversation))))

    agent.leaving = leaving
    await say(agent, BANNED)
    await say(agent, "cmd:forget_yes", kind="button")
    assert told == [("u", 1)]
