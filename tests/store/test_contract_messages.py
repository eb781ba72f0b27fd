"""What bot/store/base.py promises of inbox and outbox, asked of every kind of store."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.store.base import TRIES, Claimed, Incoming, Outgoing
from tests.store.made import EARLIER, LATER, NOW, UNTIL, claim, message, send, turn, update


def names(rows: list[Incoming]) -> list[str]:
    return [row.claim.update_id for row in rows]


def keys(rows: list[Outgoing]) -> list[str]:
    return [row.key for row in rows]


async def bury(store, number, who="u"):
    """Handle an update until it is dead."""
    for _ in range(TRIES):
        assert number in names(await store.take_incoming(NOW, UNTIL))
        await store.fail_incoming(claim(number))


# ── the inbox takes updates ─────────────────────────────────────────────────
async def test_new_updates_are_counted(store):
    assert await store.receive([update(1), update(2)]) == 2


async def test_nothing_received_is_nothing_new(store):
    assert await store.receive([]) == 0


async def test_an_update_is_received_once(store, other):
    await store.receive([update(1), update(2)])
    assert await other.receive([update(2), update(3), update(1)]) == 1


async def test_an_update_that_comes_twice_in_one_batch_is_one(store):
    assert await store.receive([update(1, payload=b"a"), update(1, payload=b"b")]) == 1
    [row] = await store.take_incoming(NOW, UNTIL)
    assert row.payload == b"a"


async def test_a_lower_number_after_a_higher_one_is_accepted(store):
    await store.receive([update(100)])
    assert await store.receive([update(7), update(99)]) == 2


async def test_the_same_number_on_another_channel_is_new(store):
    await store.receive([update(1)])
    assert await store.receive([replace(update(1), claim=claim(1, "console"))]) == 1


async def test_a_handled_update_is_not_received_again(store):
    await store.receive([update(1)])
    await store.take_incoming(NOW, UNTIL)
    await turn(store, answers=claim(1))
    assert await store.receive([update(1)]) == 0
    assert await store.take_incoming(LATER, LATER) == []


async def test_an_update_answered_without_the_inbox_is_not_received_again(store):
    await turn(store, answers=claim(1))
    assert await store.receive([update(1)]) == 0


async def test_a_dead_update_is_not_received_again(store):
    await store.receive([update(1)])
    await bury(store, "1")
    assert await store.receive([update(1)]) == 0


# ── the inbox hands out ─────────────────────────────────────────────────────
async def test_a_taken_update_is_whole(store):
    payload = bytes(range(256))
    await store.receive([update(1, payload=payload)])
    [row] = await store.take_incoming(NOW, UNTIL)
    assert (row.claim, row.conversation, row.payload) == (claim(1), "u", payload)
    assert (row.received_at, row.state, row.tries) == (NOW, "working", 1)


async def test_one_update_of_each_conversation_is_handed_out(store):
    await store.receive([update(1, "a"), update(2, "a"), update(3, "b"), update(4, "b")])
    assert names(await store.take_incoming(NOW, UNTIL)) == ["1", "3"]


async def test_a_conversation_in_work_waits_and_others_do_not(store):
    await store.receive([update(1, "a"), update(2, "a")])
    await store.take_incoming(NOW, UNTIL)
    await store.receive([update(3, "b")])
    assert names(await store.take_incoming(NOW, UNTIL)) == ["3"]


async def test_another_process_does_not_get_what_is_in_work(store, other):
    await store.receive([update(1)])
    await store.take_incoming(NOW, UNTIL)
    assert await other.take_incoming(NOW, UNTIL) == []


async def test_updates_are_handed_out_as_they_came(store):
    await store.receive([update(9)])
    await store.receive([update(5), update(7)])
    taken = []
    for _ in range(3):
        [row] = await store.take_incoming(NOW, UNTIL)
        taken.append(row.claim.update_id)
        await turn(store, answers=row.claim)
    assert taken == ["9", "5", "7"]


async def test_a_clock_that_goes_back_does_not_reorder_updates(store):
    await store.receive([update(1)])
    await store.receive([replace(update(2), received_at=EARLIER)])
    assert names(await store.take_incoming(NOW, UNTIL)) == ["1"]


async def test_only_so_many_are_handed_out_at_once(store):
    await store.receive([update(n, f"u{n}") for n in range(5)])
    assert names(await store.take_incoming(NOW, UNTIL, limit=3)) == ["0", "1", "2"]
    assert names(await store.take_incoming(NOW, UNTIL, limit=3)) == ["3", "4"]


async def test_when_many_take_at_once_nobody_gets_the_same(store, other):
    await store.receive([update(n, f"u{n % 20}") for n in range(60)])
    takes = [each.take_incoming(NOW, UNTIL, limit=4) for each in (store, other) * 5]
    taken = [name for rows in await asyncio.gather(*takes) for name in names(rows)]
    assert len(set(taken)) == len(taken)
    rest = await store.take_incoming(NOW, UNTIL)
    assert sorted(map(int, taken + names(rest))) == list(range(20))


async def test_a_commit_finishes_its_update(store):
    await store.receive([update(1), update(2)])
    await store.take_incoming(NOW, UNTIL)
    await turn(store, answers=claim(1))
    assert names(await store.take_incoming(NOW, UNTIL)) == ["2"]


# ── leases and failures ─────────────────────────────────────────────────────
async def test_a_lease_that_runs_out_gives_the_update_back(store, other):
    await store.receive([update(1)])
    await store.take_incoming(NOW, UNTIL)
    [row] = await other.take_incoming(UNTIL, LATER)
    assert (row.claim, row.tries, row.payload) == (claim(1), 2, b"payload 1")


async def test_a_lease_holds_until_its_last_second(store):
    await store.receive([update(1)])
    await store.take_incoming(NOW, UNTIL)
    assert await store.take_incoming("2026-11-20T02:04:59Z", LATER) == []


async def test_a_failed_update_is_new_again(store):
    await store.receive([update(1)])
    await store.take_incoming(NOW, UNTIL)
    assert await store.fail_incoming(claim(1)) == "new"
    [row] = await store.take_incoming(NOW, UNTIL)
    assert (row.tries, row.payload) == (2, b"payload 1")


async def test_a_failed_update_keeps_its_place(store):
    await store.receive([update(1), update(2)])
    await store.take_incoming(NOW, UNTIL)
    await store.fail_incoming(claim(1))
    assert names(await store.take_incoming(NOW, UNTIL)) == ["1"]


async def test_an_update_that_fails_three_times_is_dead(store):
    await store.receive([update(1)])
    states = []
    for _ in range(TRIES):
        await store.take_incoming(NOW, UNTIL)
        states.append(await store.fail_incoming(claim(1)))
    assert states == ["new", "new", "dead"]
    assert await store.take_incoming(LATER, LATER) == []


async def test_after_a_dead_update_the_next_one_comes(store):
    await store.receive([update(1), update(2)])
    await bury(store, "1")
    assert names(await store.take_incoming(NOW, UNTIL)) == ["2"]


async def test_an_update_that_kills_its_process_three_times_is_dead(store):
    """Nobody is left to report the failure: the leases run out."""
    await store.receive([update(1), update(2)])
    for minute in range(TRIES):
        [row] = await store.take_incoming(
            f"2026-11-20T02:0{minute}:00Z", f"2026-11-20T02:0{minute + 1}:00Z"
        )
        assert (row.claim, row.tries) == (claim(1), minute + 1)
    assert await store.take_incoming("2026-11-20T02:02:59Z", LATER) == []
    assert names(await store.take_incoming("2026-11-20T02:03:00Z", LATER)) == ["2"]
    with pytest.raises(Claimed):
        await turn(store, answers=claim(1))


async def test_failing_what_is_not_in_work_changes_nothing(store):
    await store.receive([update(1)])
    await store.take_incoming(NOW, UNTIL)
    await turn(store, answers=claim(1))
    assert await store.fail_incoming(claim(1)) == "done"
    assert await store.fail_incoming(claim(404)) == "done"
    with pytest.raises(Claimed):
        await turn(store, answers=claim(1))


# ── the outbox ──────────────────────────────────────────────────────────────
async def test_a_taken_message_is_whole(store, other):
    sent = message("1:0", reply_to="telegram:1")
    await send(store, sent)
    [row] = await other.take_outgoing(NOW, UNTIL)
    assert row == replace(sent, state="sending", tries=1, id=row.id)
    assert row.id


async def test_messages_of_a_conversation_go_out_one_by_one_in_order(store):
    three = ("2", "1", "3")
    await turn(store, outgoing=[message(key) for key in three])
    gone = []
    for _ in three:
        [row] = await store.take_outgoing(NOW, UNTIL)
        assert await store.take_outgoing(NOW, UNTIL) == []
        gone.append(row.key)
        await store.settle(replace(row, state="sent"), NOW)
    assert gone == ["2", "1", "3"]
    assert await store.take_outgoing(LATER, LATER) == []


async def test_conversations_do_not_wait_for_each_other(store):
    await send(store, message("a1", "a"), message("a2", "a"), message("b1", "b"))
    assert keys(await store.take_outgoing(NOW, UNTIL)) == ["a1", "b1"]


async def test_another_process_does_not_send_what_is_on_its_way(store, other):
    await send(store, message("1"))
    await store.take_outgoing(NOW, UNTIL)
    assert await other.take_outgoing(NOW, UNTIL) == []


async def test_a_lease_that_runs_out_sends_nothing_twice(store):
    await send(store, message("1"))
    await store.take_outgoing(NOW, UNTIL)
    assert await store.take_outgoing(LATER, LATER) == []


async def test_a_message_for_later_is_not_sent_now(store):
    await send(store, message("1", due_at=LATER))
    assert await store.take_outgoing(NOW, UNTIL) == []
    assert keys(await store.take_outgoing(LATER, LATER)) == ["1"]


async def test_a_message_for_later_does_not_hold_up_the_next(store):
    await send(store, message("later", due_at=LATER), message("now"))
    assert keys(await store.take_outgoing(NOW, UNTIL)) == ["now"]


async def put_back(store, key="1"):
    """The other side said 429: again at LATER."""
    [row] = await store.take_outgoing(NOW, UNTIL, limit=1)
    assert row.key == key
    await store.settle(replace(row, state="new", due_at=LATER, error="429"), NOW)


async def test_a_message_put_back_holds_up_those_after_it(store):
    await send(store, message("1"), message("2"))
    await put_back(store)
    assert await store.take_outgoing(NOW, UNTIL) == []
    assert keys(await store.take_outgoing(LATER, LATER)) == ["1"]


async def test_a_message_put_back_holds_up_nobody_else(store):
    await send(store, message("1", "a"), message("2", "a"), message("3", "b"))
    await put_back(store)
    assert keys(await store.take_outgoing(NOW, UNTIL)) == ["3"]


async def test_a_message_put_back_knows_why_and_how_often(store):
    await send(store, message("1"))
    await put_back(store)
    [row] = await store.take_outgoing(LATER, LATER)
    assert (row.error, row.tries, row.due_at) == ("429", 2, LATER)


@pytest.mark.parametrize("state", ["sent", "dead", "unknown"])
async def test_a_message_that_has_ended_lets_the_next_one_go(store, state):
    await send(store, message("1"), message("2"))
    [row] = await store.take_outgoing(NOW, UNTIL)
    await store.settle(replace(row, state=state), NOW)
    assert keys(await store.take_outgoing(NOW, UNTIL)) == ["2"]


async def test_all_that_became_of_a_message_is_kept(store):
    await send(store, message("1", reply_to="telegram:1"))
    [row] = await store.take_outgoing(NOW, UNTIL)
    end = replace(row, state="dead", due_at=LATER, tries=5, error="blocked")
    await store.settle(end, NOW)
    assert await store.replies(claim(1)) == [end]


async def test_a_key_is_sent_once(store):
    await send(store, message("1"), replace(message("1"), payload="again"))
    [row] = await store.take_outgoing(NOW, UNTIL)
    assert row.payload == "text 1"
    await store.settle(replace(row, state="sent"), NOW)
    assert await store.take_outgoing(LATER, LATER) == []


async def test_a_message_that_was_shown_is_not_sent(store):
    await send(store, replace(message("1", reply_to="telegram:1"), state="sent"))
    assert await store.take_outgoing(LATER, LATER) == []
    assert keys(await store.replies(claim(1))) == ["1"]


async def test_only_so_many_messages_are_taken_at_once(store):
    await send(store, *(message(str(n), f"u{n}") for n in range(5)))
    assert keys(await store.take_outgoing(NOW, UNTIL, limit=3)) == ["0", "1", "2"]
    assert keys(await store.take_outgoing(NOW, UNTIL, limit=3)) == ["3", "4"]


async def test_when_many_send_at_once_nothing_is_sent_twice(store, other):
    await send(store, *(message(str(n), f"u{n % 10}") for n in range(30)))
    takes = [each.take_outgoing(NOW, UNTIL, limit=3) for each in (store, other) * 5]
    taken = [key for rows in await asyncio.gather(*takes) for key in keys(rows)]
    assert len(set(taken)) == len(taken)
    rest = await store.take_outgoing(NOW, UNTIL)
    assert sorted(map(int, taken + keys(rest))) == list(range(10))


# ── answers and recovery ────────────────────────────────────────────────────
async def test_the_answers_to_an_update_come_back_in_order(store, other):
    told = [message(key, reply_to="telegram:1") for key in ("1:b", "1:a", "1:c")]
    await turn(store, answers=claim(1), outgoing=told)
    await turn(store, "v", outgoing=[message("2:0", "v", reply_to="telegram:2")])
    assert keys(await other.replies(claim(1))) == ["1:b", "1:a", "1:c"]
    assert await other.replies(claim(404)) == []


async def in_flight(store):
    """One update in work, one message on its way."""
    await send(store, message("1", reply_to="telegram:9"), message("2"))
    await store.receive([update(1), update(2)])
    await store.take_incoming(NOW, UNTIL)
    await store.take_outgoing(NOW, UNTIL)


async def test_alone_everything_under_way_is_taken_back(store):
    await in_flight(store)
    assert await store.recover(NOW, alone=True) == 2
    assert names(await store.take_incoming(NOW, UNTIL)) == ["1"]
    [lost] = await store.replies(claim(9))
    assert lost.state == "unknown"
    assert keys(await store.take_outgoing(NOW, UNTIL)) == ["2"]


async def test_among_others_a_lease_is_respected(store, other):
    await in_flight(store)
    assert await other.recover(NOW, alone=False) == 0
    assert await other.take_incoming(NOW, UNTIL) == []
    assert await other.take_outgoing(NOW, UNTIL) == []


async def test_the_only_sender_takes_back_messages_and_leaves_the_updates_of_others(store, other):
    await in_flight(store)
    assert await other.recover(NOW, alone=False, sender=True) == 1
    assert await other.take_incoming(NOW, UNTIL) == []
    assert keys(await other.take_outgoing(NOW, UNTIL)) == ["2"]


async def test_among_others_what_has_run_out_is_taken_back(store, other):
    await in_flight(store)
    assert await other.recover(UNTIL, alone=False) == 2
    assert names(await other.take_incoming(UNTIL, LATER)) == ["1"]
    assert keys(await other.take_outgoing(UNTIL, LATER)) == ["2"]


async def test_there_is_nothing_to_recover_twice(store):
    await in_flight(store)
    await store.recover(NOW, alone=True)
    assert await store.recover(NOW, alone=True) == 0


async def test_a_settled_message_is_not_lost(store):
    await send(store, message("1", reply_to="telegram:1"))
    [row] = await store.take_outgoing(NOW, UNTIL)
    await store.settle(replace(row, state="sent"), NOW)
    assert await store.recover(LATER, alone=True) == 0
    assert [each.state for each in await store.replies(claim(1))] == ["sent"]
