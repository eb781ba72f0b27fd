"""What bot/store/base.py promises of messages that were put back or lost, of how much waits, and of whom time wakes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.store.base import DOUBTED, TRIES, Depth
from tests.store.made import EARLIER, LATER, NOW, UNTIL, claim, message, send, turn, update

SECOND = "2026-11-20T02:00:01Z"


def keys(rows):
    return [row.key for row in rows]


async def taken(store, key, now=NOW):
    """The message that is handed out first, which is this one."""
    row = (await store.take_outgoing(now, UNTIL, limit=1))[0]
    assert row.key == key
    return row


# ── put back ────────────────────────────────────────────────────────────────
PUT_BACK = [
    ("after a try", {"tries": 1, "error": "429"}),
    ("without an error", {"tries": 1, "error": None}),
    ("as if it had not been tried", {"tries": 0, "error": None}),
]


@pytest.mark.parametrize("change", [p[1] for p in PUT_BACK], ids=[p[0] for p in PUT_BACK])
@pytest.mark.parametrize("later", [SECOND, LATER])
async def test_a_message_put_back_goes_before_those_after_it(store, other, change, later):
    await send(store, message("a1", "a"), message("a2", "a"), message("b1", "b"))
    row = await taken(store, "a1")
    await store.settle(replace(row, state="new", due_at=later, **change), NOW)
    assert keys(await other.take_outgoing(NOW, UNTIL)) == ["b1"]
    await send(store, message("a3", "a"))
    assert await other.take_outgoing(NOW, UNTIL) == []
    [again] = await other.take_outgoing(later, UNTIL)
    assert (again.key, again.tries) == ("a1", change["tries"] + 1)
    assert await store.take_outgoing(later, UNTIL) == []
    await store.settle(replace(again, state="sent"), later)
    assert keys(await store.take_outgoing(later, UNTIL)) == ["a2"]


async def test_a_message_put_back_twice_still_goes_first(store):
    await send(store, message("1"), message("2"))
    row = await taken(store, "1")
    await store.settle(replace(row, state="new", due_at=SECOND, tries=0), NOW)
    row = await taken(store, "1", SECOND)
    await store.settle(replace(row, state="new", due_at=LATER, tries=0), SECOND)
    assert await store.take_outgoing(SECOND, UNTIL) == []
    assert keys(await store.take_outgoing(LATER, LATER)) == ["1"]


async def test_what_was_put_back_is_not_under_way(store):
    await send(store, message("1", reply_to="telegram:1"))
    row = await taken(store, "1")
    await store.settle(replace(row, state="new", due_at=LATER), NOW)
    assert await store.recover(LATER, alone=True) == 0
    assert await store.unsettled() == []


async def test_a_sent_message_may_leave_its_text_behind(store, other):
    await send(store, message("1", reply_to="telegram:1"))
    row = await taken(store, "1")
    await store.settle(replace(row, state="sent", payload=""), NOW)
    [found] = await other.replies(claim(1))
    assert (found.state, found.payload) == ("sent", "")


# ── lost ────────────────────────────────────────────────────────────────────
async def test_what_a_crash_left_unknown_is_not_settled(store, other):
    await send(store, message("b", "b"), message("a", "a"), message("c", "c"))
    first = await taken(store, "b")
    second = await taken(store, "a")
    await store.recover(NOW, alone=True)
    found = await other.unsettled()
    assert found == [replace(first, state="unknown"), replace(second, state="unknown")]


async def test_what_was_put_back_before_the_crash_is_not_settled_either(store):
    await send(store, message("1"))
    row = await taken(store, "1")
    await store.settle(replace(row, state="new", error="429"), NOW)
    await taken(store, "1")
    await store.recover(NOW, alone=True)
    [found] = await store.unsettled()
    assert (found.key, found.error) == ("1", None)


@pytest.mark.parametrize(
    ("state", "error"), [("unknown", "said so"), ("sent", None), ("dead", "blocked")]
)
async def test_what_somebody_has_decided_is_settled(store, state, error):
    await send(store, message("1"))
    await taken(store, "1")
    await store.recover(NOW, alone=True)
    [lost] = await store.unsettled()
    await store.settle(replace(lost, state=state, error=error), NOW)
    assert await store.unsettled() == []


# ── how much waits ──────────────────────────────────────────────────────────
async def test_nothing_waits_in_an_empty_store(store):
    assert await store.depth(NOW) == Depth(0, 0, None)


async def test_updates_wait_until_they_are_handled(store):
    await store.receive([update(1, "a"), update(2, "a"), update(3, "b")])
    await store.take_incoming(NOW, UNTIL)
    assert (await store.depth(NOW)).inbox == 3
    await turn(store, "b", answers=claim(3))
    assert (await store.depth(NOW)).inbox == 2


async def test_messages_wait_from_the_second_they_are_due_until_they_have_ended(store, other):
    await send(store, message("1", due_at=NOW), message("2", due_at=EARLIER))
    await send(store, message("3", "v", due_at=LATER))
    assert await other.depth("2026-11-20T00:59:59Z") == Depth(0, 0, None)
    assert await other.depth(NOW) == Depth(0, 2, EARLIER)
    assert await other.depth(LATER) == Depth(0, 3, EARLIER)
    for row in (await taken(store, "1"), await taken(store, "3", LATER)):
        assert (await other.depth(LATER)).outbox == 3 - (row.key == "3")
        await store.settle(replace(row, state="sent"), NOW)
    assert await other.depth(LATER) == Depth(0, 1, EARLIER)


# ── whom time wakes ─────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("prefix", "found"),
    [("", ["tg:42", "me", "tg_43"]), ("tg:", ["tg:42"]), ("tg_", ["tg_43"]), ("%", [])],
)
async def test_only_those_of_one_channel_are_woken(store, prefix, found):
    for who, wake in (("me", NOW), ("tg:42", EARLIER), ("tg_43", NOW), ("tg:44", LATER)):
        await turn(store, who, wake=wake)
    assert sorted(await store.due(NOW, prefix=prefix)) == sorted(found)


async def test_others_do_not_use_up_the_limit(store):
    for who in ("a", "b", "tg:1"):
        await turn(store, who, wake=NOW)
    assert await store.due(NOW, limit=1, prefix="tg:") == ["tg:1"]


# ── after a crash ───────────────────────────────────────────────────────────
async def test_what_was_on_its_way_a_second_time_is_lost(store):
    await send(store, message("1"))
    row = await taken(store, "1")
    await store.settle(replace(row, state="new", error=DOUBTED), NOW)
    await taken(store, "1")
    await store.recover(NOW, alone=True)
    assert await store.unsettled() == []


async def test_a_try_that_ended_with_the_process_does_not_count(store):
    await store.receive([update(1)])
    for _ in range(TRIES + 1):
        [row] = await store.take_incoming(NOW, UNTIL)
        assert row.tries == 1
        await store.recover(NOW, alone=True)


async def test_the_update_that_asks_to_be_forgotten_is_still_answered(store):
    """Its row is in work while everything else of the person is deleted: after a crash it comes again."""
    await store.receive([update(1), update(2)])
    [row] = await store.take_incoming(NOW, UNTIL, 1)
    await store.forget(row.conversation)
    await store.recover(NOW, alone=True)
    assert [each.claim for each in await store.take_incoming(NOW, UNTIL)] == [row.claim]
