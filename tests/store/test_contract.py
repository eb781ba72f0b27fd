"""What bot/store/base.py promises of sessions and journals, asked of every kind of store."""

from __future__ import annotations

import asyncio
from dataclasses import fields, replace

import pytest

from bot.core.event import CaseClosed, QuestionAsked, SlotSet, TurnStarted
from bot.core.profile import Profile
from bot.core.tracker import Tracker
from bot.store.base import Claimed, Conflict, Entry, Session, Store, Work
from tests.store.made import EARLIER, LATER, NOW, RICH, claim, message, rich, turn, update, work

FIELDS = [each.name for each in fields(Tracker)]
PROFILE = Profile(
    zone="Europe/Paris",
    quiet=None,
    locale="zh_Hant",
    keep=True,
    hidden=("〔手机号····5678〕",),
    seen_at="2026-11-20T10:00:00",
)


# ── load and commit ─────────────────────────────────────────────────────────
async def test_an_unknown_conversation_is_empty(store):
    assert await store.load("nobody") == Session("nobody")


async def test_an_unknown_case_has_no_turns(store):
    assert await store.journal("nobody", "c1") == []


def test_the_rich_tracker_leaves_nothing_empty():
    plain, full = Tracker("u", "c1"), rich()
    keys = {"conversation", "case"}
    assert {n for n in FIELDS if getattr(plain, n) == getattr(full, n)} == keys
    assert RICH.keys() == set(FIELDS) - keys


@pytest.mark.parametrize("name", FIELDS)
async def test_a_field_of_a_tracker_comes_back(store, other, name):
    await store.commit(work(await store.load("u"), **RICH))
    found = (await other.load("u")).cases["c1"].digest()[name]
    kept = replace(rich(), turns=RICH["turns"]).digest()[name]
    assert repr(found) == repr(kept)


async def test_what_a_session_holds_comes_back(store, other):
    session = replace(await store.load("u"), profile=PROFILE, sealed='{"key": "…"}')
    await store.commit(work(session))
    found = await other.load("u")
    assert (found.profile, found.sealed, found.active) == (PROFILE, '{"key": "…"}', "c1")


async def test_what_was_sealed_can_be_taken_away(store, other):
    await store.commit(work(replace(await store.load("u"), sealed="secret")))
    await store.commit(work(replace(await store.load("u"), sealed=None)))
    assert (await other.load("u")).sealed is None


async def test_the_version_counts_commits(store):
    for number in range(3):
        assert (await store.load("u")).version == number
        await turn(store)


async def test_the_lengths_count_the_turns_of_each_case(store):
    for case in ("c1", "c2", "c1", "c1"):
        await turn(store, case=case)
    assert (await store.load("u")).lengths == {"c1": 3, "c2": 1}


async def test_cases_come_back_in_the_order_of_their_numbers(store):
    for number in (1, 2, 9, 10, 11):
        await turn(store, case=f"c{number}")
    session = await store.load("u")
    assert (list(session.cases), session.active) == (["c1", "c2", "c9", "c10", "c11"], "c11")


async def test_conversations_do_not_see_each_other(store):
    await turn(store, "a", issue="order.refund")
    await turn(store, "b", issue="account.banned")
    assert (await store.load("a")).cases["c1"].issue == "order.refund"
    assert len(await store.journal("a", "c1")) == 1


async def test_a_loaded_session_is_the_callers_own(store):
    await turn(store)
    mine = await store.load("u")
    mine.cases["c2"] = rich(case="c2")
    mine.cases["c1"] = replace(mine.cases["c1"], state="elsewhere")
    mine.active, mine.lengths["c1"] = "c2", 99
    theirs = await store.load("u")
    assert (list(theirs.cases), theirs.active, theirs.lengths) == (["c1"], "c1", {"c1": 1})
    assert theirs.cases["c1"].state == ""


async def test_a_session_changed_after_its_commit_changes_nothing(store):
    session = await store.load("u")
    await store.commit(work(session))
    session.cases.clear()
    session.active = None
    found = await store.load("u")
    assert (list(found.cases), found.active) == (["c1"], "c1")


async def test_a_session_and_its_copy_are_independent():
    one = Session("u", {"c1": rich()}, lengths={"c1": 1})
    two = one.copy()
    two.cases["c2"] = rich(case="c2")
    two.lengths["c2"] = 1
    assert (list(one.cases), one.lengths) == (["c1"], {"c1": 1})


# ── the journal ─────────────────────────────────────────────────────────────
async def test_turns_are_appended_in_order(store, other):
    events = [(TurnStarted(n, NOW, "tell"), SlotSet("amount", n)) for n in range(12)]
    for each in events:
        await turn(store, events=each)
    assert [entry.events for entry in await other.journal("u", "c1")] == events


async def test_several_entries_of_one_work_keep_their_order(store):
    await turn(store)
    session = await store.load("u")
    session.cases["c2"] = rich(case="c2")
    entries = [
        Entry(c, NOW, (QuestionAsked(q),)) for c, q in zip(["c1", "c2"] * 2, "abcd", strict=True)
    ]
    await store.commit(Work(session, tuple(entries), at=NOW))
    assert (await store.journal("u", "c1"))[1:] == [entries[0], entries[2]]
    assert await store.journal("u", "c2") == [entries[1], entries[3]]
    assert (await store.load("u")).lengths == {"c1": 3, "c2": 2}


async def test_a_clock_that_goes_back_does_not_reorder_turns(store):
    times = [NOW, EARLIER, LATER, EARLIER]
    for at in times:
        await turn(store, at=at)
    assert [entry.at for entry in await store.journal("u", "c1")] == times


# ── who comes second ────────────────────────────────────────────────────────
def telling(session: Session, answers: int) -> Work:
    """A work that would be seen everywhere if it were written."""
    counts = {("refund.first", "refused"): 1}
    outgoing = (message(f"late {answers}", reply_to=str(claim(answers))),)
    return work(
        session, wake=NOW, issue="late", outgoing=outgoing, counts=counts, answers=claim(answers)
    )


async def everything(store: Store) -> tuple[object, ...]:
    session = await store.load("u")
    return (
        {case: tracker.digest() for case, tracker in session.cases.items()},
        replace(session, cases={}),
        await store.journal("u", "c1"),
        await store.overview(),
        await store.due(LATER),
        await store.counts(),
        await store.replies(claim(1)),
        await store.replies(claim(2)),
    )


async def test_a_lost_update_is_a_conflict_and_writes_nothing(store, other):
    await turn(store)
    late = await other.load("u")
    await turn(store)
    before = await everything(store)
    with pytest.raises(Conflict):
        await other.commit(telling(late, 1))
    assert await everything(store) == before
    assert await store.take_outgoing(LATER, LATER) == []


async def test_a_conflict_leaves_its_update_to_be_handled(store, other):
    late = await other.load("u")
    await turn(store)
    with pytest.raises(Conflict):
        await other.commit(telling(late, 1))
    await other.commit(telling(await other.load("u"), 1))
    assert len(await store.replies(claim(1))) == 1


async def test_of_two_first_turns_one_is_a_conflict(store, other):
    one, two = await store.load("u"), await other.load("u")
    await store.commit(work(one))
    with pytest.raises(Conflict):
        await other.commit(work(two))


async def test_an_update_is_answered_once_and_the_second_writes_nothing(store):
    await turn(store, answers=claim(1), outgoing=(message("first", reply_to=str(claim(1))),))
    before = await everything(store)
    with pytest.raises(Claimed):
        await store.commit(telling(await store.load("u"), 1))
    assert await everything(store) == before


async def test_an_update_that_another_process_answered_is_claimed(store, other):
    await turn(store, answers=claim(1))
    before = await everything(store)
    with pytest.raises(Claimed):
        await other.commit(telling(await other.load("u"), 1))
    assert await everything(store) == before


async def test_the_same_number_on_another_channel_is_another_update(store):
    await turn(store, answers=claim(1, "telegram"))
    await turn(store, answers=claim(1, "console"))
    assert len(await store.journal("u", "c1")) == 2


async def test_an_update_that_is_dead_is_claimed(store):
    await store.receive([update(1)])
    for _ in range(3):
        await store.take_incoming(NOW, LATER)
        await store.fail_incoming(claim(1))
    with pytest.raises(Claimed):
        await turn(store, answers=claim(1))


async def test_a_work_that_makes_no_sense_fails_alone(store):
    wrong = work(await store.load("u"))
    wrong = replace(wrong, wake={"c1": None, "c404": None})
    good = work(await store.load("other"))
    async with asyncio.timeout(10):
        found = await asyncio.gather(
            store.commit(wrong), store.commit(good), return_exceptions=True
        )
    assert isinstance(found[0], KeyError)
    assert found[1] is None
    assert (await store.load("u")).version == 0
    await turn(store)


# ── what is due, what there is, what works ──────────────────────────────────
async def test_the_longest_overdue_comes_first(store):
    for who, wake in (("late", LATER), ("now", NOW), ("early", EARLIER)):
        await turn(store, who, wake=wake)
    assert await store.due(LATER) == ["early", "now", "late"]


async def test_what_is_not_due_yet_stays_quiet(store):
    await turn(store, "late", wake=LATER)
    await turn(store, "never")
    assert await store.due(NOW) == []


async def test_what_is_due_this_second_is_due(store):
    await turn(store, wake=NOW)
    assert await store.due(NOW) == ["u"]


async def test_several_due_cases_are_one_conversation(store):
    await turn(store, "u", "c1", wake=LATER)
    await turn(store, "v", "c1", wake=NOW)
    await turn(store, "u", "c2", wake=EARLIER)
    assert await store.due(LATER) == ["u", "v"]


async def test_only_so_many_are_woken_at_once(store):
    for number in range(5):
        await turn(store, f"u{number}", wake=f"2026-11-20T01:00:0{number}Z")
    assert await store.due(NOW, limit=3) == ["u0", "u1", "u2"]


async def test_a_turn_takes_the_wake_of_its_case_away(store):
    await turn(store, wake=NOW)
    await turn(store, wake=None)
    assert await store.due(LATER) == []


async def test_a_turn_of_another_case_leaves_a_wake_alone(store):
    await turn(store, case="c1", wake=NOW)
    await turn(store, case="c2", wake=None)
    assert await store.due(LATER) == ["u"]


async def test_counts_add_up(store, other):
    await turn(store, "a", counts={("one", "refused"): 1, ("one", "promised"): 2})
    await turn(other, "b", counts={("one", "refused"): 4, ("two", "refused"): 1})
    found = {("one", "refused"): 5, ("one", "promised"): 2, ("two", "refused"): 1}
    assert await store.counts() == found


async def test_a_case_in_the_list_says_what_it_is_about(store):
    await turn(store, at=EARLIER)
    told = (CaseClosed("solved"),)
    await turn(store, at=NOW, wake=LATER, issue="order.refund", outcome="solved", events=told)
    [view] = await store.overview()
    assert (view.conversation, view.case, view.issue) == ("u", "c1", "order.refund")
    assert (view.outcome, view.wake) == ("solved", LATER)
    assert (view.opened_at, view.updated_at) == (EARLIER, NOW)


async def test_the_list_has_the_oldest_cases_first(store):
    for case in ("c1", "c2", "c10"):
        await turn(store, "b", case)
    await turn(store, "a")
    assert [view.case for view in await store.overview("b")] == ["c1", "c2", "c10"]
    assert len(await store.overview()) == 4
    assert await store.overview("nobody") == []


# ── many at once ────────────────────────────────────────────────────────────
async def test_two_hundred_commits_at_once_lose_nothing(store, other):
    people = [f"u{number}" for number in range(200)]
    counts = {("one", "refused"): 1}
    works = [work(await store.load(who), phrase=who, counts=counts) for who in people]
    await asyncio.gather(*map(store.commit, works))
    assert [(await other.load(who)).cases["c1"].phrase for who in people] == people
    assert len(await other.overview()) == 200
    assert await other.counts() == {("one", "refused"): 200}


async def test_twenty_who_read_change_and_write_lose_nothing(store, other):
    async def add(mine: Store, name: str) -> None:
        for number in range(5):
            while True:
                session = await mine.load("u")
                asked = (QuestionAsked(f"{name}.{number}"),)
                try:
                    await mine.commit(work(session, events=asked))
                except Conflict:
                    continue
                break

    pair = (store, other)
    await asyncio.gather(*(add(pair[n % 2], f"p{n}") for n in range(20)))
    session, journal = await store.load("u"), await store.journal("u", "c1")
    asked = [event.question for entry in journal for event in entry.events]
    assert sorted(asked) == sorted(f"p{n}.{k}" for n in range(20) for k in range(5))
    for n in range(20):
        assert [each for each in asked if each.startswith(f"p{n}.")] == [
            f"p{n}.{k}" for k in range(5)
        ]
    assert (session.version, session.lengths, session.cases["c1"].turns) == (100, {"c1": 100}, 100)


async def test_of_many_who_answer_one_update_one_does(store, other):
    await turn(store)

    async def answer(mine: Store) -> str:
        while True:
            try:
                await turn(mine, answers=claim(7), outgoing=(message("7:0"),))
            except Conflict:
                continue
            except Claimed:
                return "claimed"
            return "answered"

    told = await asyncio.gather(*(answer((store, other)[n % 2]) for n in range(12)))
    assert sorted(told) == ["answered", *["claimed"] * 11]
    assert len(await store.journal("u", "c1")) == 2


async def test_closing_twice_does_nothing(store):
    await turn(store)
    await store.close()
    await store.close()
