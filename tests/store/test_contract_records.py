"""What bot/store/records.py promises, asked of every kind of store."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.store.base import Claim, Conflict, Incoming, Purged, Retention
from bot.store.records import Record
from tests.store.made import EARLIER, LATER, NOW, UNTIL, claim, message, send, turn, update

ODD = {"list": [1, 2.5, None, True], "text": '「引号」"\\\n\u2028😀', "nested": {"a": {"b": []}}}
BEFORE_NOW = "2026-11-20T01:59:59Z"


async def keep(store, *keys, kind="group", **fields):
    """Records of one kind, each with its key as its value."""
    for key in keys:
        await store.records.put(Record(kind, key, {"is": key}, **fields), NOW)


async def keys(store, prefix="", kind="group"):
    return [record.key for record in await store.records.find(kind, prefix)]


# ── one record ──────────────────────────────────────────────────────────────
async def test_what_was_never_put_is_not_there(store):
    assert await store.records.get("group", "tg:-100") is None


async def test_a_record_comes_back_whole(store, other):
    record = Record("group", "tg:-100", ODD, due_at=NOW, expires_at=LATER)
    written = await store.records.put(record, NOW)
    assert written == replace(record, version=1)
    assert await other.records.get("group", "tg:-100") == written


async def test_a_record_without_times_has_none(store):
    written = await store.records.put(Record("group", "tg:-100"), NOW)
    assert await store.records.get("group", "tg:-100") == written
    assert (written.value, written.due_at, written.expires_at) == ({}, None, None)


async def test_a_tuple_comes_back_as_a_list(store):
    await store.records.put(Record("group", "k", {"hours": (22, 8)}), NOW)
    assert (await store.records.get("group", "k")).value == {"hours": [22, 8]}


async def test_whoever_reads_may_change_what_they_got(store):
    await keep(store, "k")
    (await store.records.get("group", "k")).value["is"] = "changed"
    assert (await store.records.get("group", "k")).value == {"is": "k"}


async def test_the_same_key_in_another_kind_is_another_record(store):
    await keep(store, "k", kind="group")
    await keep(store, "k", kind="link")
    await store.records.take("link", "k")
    assert await keys(store, kind="group") == ["k"]


async def test_a_change_counts_the_version_on(store, other):
    first = await store.records.put(Record("group", "k", {"n": 1}, due_at=NOW), NOW)
    second = await other.records.put(replace(first, value={"n": 2}, due_at=None), NOW)
    assert second.version == 2
    assert await store.records.get("group", "k") == second


async def test_a_value_that_is_no_json_is_refused_and_nothing_is_written(store):
    with pytest.raises(TypeError):
        await store.records.put(Record("group", "k", {"it": object()}), NOW)
    assert await keys(store) == []


@pytest.mark.parametrize("version", [0, 1, 3])
async def test_another_version_than_expected_is_a_conflict(store, other, version):
    first = await store.records.put(Record("group", "k", {"n": 1}), NOW)
    second = await store.records.put(first, NOW)
    with pytest.raises(Conflict):
        await other.records.put(Record("group", "k", {"n": 9}, version), NOW)
    assert await store.records.get("group", "k") == second


async def test_a_change_of_what_is_gone_is_a_conflict(store):
    with pytest.raises(Conflict):
        await store.records.put(Record("group", "k", version=1), NOW)
    assert await keys(store) == []


async def test_after_a_conflict_the_store_goes_on(store):
    await keep(store, "k")
    with pytest.raises(Conflict):
        await keep(store, "k")
    await keep(store, "l")
    assert await keys(store) == ["k", "l"]


async def test_of_many_changes_at_once_none_is_lost(store, other):
    await store.records.put(Record("group", "k", {"n": 0}), NOW)

    async def add(mine):
        while True:
            found = await mine.records.get("group", "k")
            try:
                return await mine.records.put(
                    replace(found, value={"n": found.value["n"] + 1}), NOW
                )
            except Conflict:
                continue

    await asyncio.gather(*(add((store, other)[n % 2]) for n in range(12)))
    found = await store.records.get("group", "k")
    assert (found.value, found.version) == ({"n": 12}, 13)


# ── taking ──────────────────────────────────────────────────────────────────
async def test_what_was_taken_is_gone(store, other):
    written = await store.records.put(Record("link", "tg:42/t0k3n", {"chat": -100}), NOW)
    assert await other.records.take("link", "tg:42/t0k3n") == written
    assert await store.records.get("link", "tg:42/t0k3n") is None
    assert await store.records.take("link", "tg:42/t0k3n") is None


async def test_of_many_who_take_exactly_one_gets_it(store, other):
    await keep(store, "k")
    takes = [each.records.take("group", "k") for each in (store, other) * 6]
    assert sum(found is not None for found in await asyncio.gather(*takes)) == 1


# ── finding ─────────────────────────────────────────────────────────────────
SEVERAL = ["tg:-100", "tg:-100/faq", "tg:-1001", "tg:-200", "tg:42", "web:1"]

PREFIXES = [
    ("everything", "", SEVERAL),
    ("those of Telegram", "tg:", SEVERAL[:5]),
    ("whatever begins so", "tg:-100", SEVERAL[:3]),
    ("what lies under a group", "tg:-100/", SEVERAL[1:2]),
    ("one", "tg:42", ["tg:42"]),
    ("more than there is", "tg:42/link", []),
]


@pytest.mark.parametrize(
    ("prefix", "found"), [p[1:] for p in PREFIXES], ids=[p[0] for p in PREFIXES]
)
async def test_records_are_found_by_the_beginning_of_their_key(store, prefix, found):
    await keep(store, *reversed(SEVERAL))
    await keep(store, "tg:-100/else", kind="link")
    assert await keys(store, prefix) == found


@pytest.mark.parametrize("prefix", ["%", "_", "a%", "a_", "*", "a?", "[ab]", "\\", "A", "'"])
async def test_no_character_of_a_prefix_means_any_other(store, prefix):
    await keep(store, "ab", "abc", "b", "b/c")
    assert await keys(store, prefix) == []
    await keep(store, f"{prefix}1")
    assert await keys(store, prefix) == [f"{prefix}1"]


async def test_keys_sort_by_their_characters(store):
    listed = ["A", "Z", "a", "a-b", "a/b", "a0", "aB", "ab", "b", "é", "中", "😀"]
    await keep(store, *reversed(listed))
    assert await keys(store) == listed


async def test_a_prefix_of_any_language_finds_what_begins_so(store):
    await keep(store, "群", "群😀", "群\uffff", "羣", "a")
    assert await keys(store, "群") == ["群", "群\uffff", "群😀"]


# ── when to look at them ────────────────────────────────────────────────────
async def test_the_longest_overdue_record_comes_first(store):
    for key, at in (("a", LATER), ("b", NOW), ("c", EARLIER), ("d", NOW)):
        await keep(store, key, due_at=at)
    await keep(store, "never")
    await keep(store, "x", kind="other", due_at=EARLIER)
    assert [record.key for record in await store.records.due("group", NOW)] == ["c", "b", "d"]
    assert [record.key for record in await store.records.due("group", LATER, limit=2)] == ["c", "b"]


async def test_a_record_that_is_due_later_is_not_due(store):
    await keep(store, "a", due_at=NOW)
    assert await store.records.due("group", BEFORE_NOW) == []


async def test_a_record_stays_due_until_it_is_changed(store):
    await keep(store, "a", due_at=NOW)
    [found] = await store.records.due("group", NOW)
    await store.records.put(replace(found, due_at=None), NOW)
    assert await store.records.due("group", LATER) == []


# ── the end of a record ─────────────────────────────────────────────────────
async def test_records_are_deleted_by_the_beginning_of_their_key(store, other):
    await keep(store, *SEVERAL)
    await keep(store, "tg:-100", kind="link")
    assert await store.records.delete("group", "tg:-100/") == 1
    assert await store.records.delete("group", "tg:-") == 3
    assert await store.records.delete("group", "tg:-") == 0
    assert await keys(other) == ["tg:42", "web:1"]
    assert await keys(other, kind="link") == ["tg:-100"]


async def test_a_record_goes_when_its_time_is_over(store):
    await keep(store, "early", expires_at=EARLIER)
    await keep(store, "now", kind="link", expires_at=NOW)
    await keep(store, "later", expires_at=LATER)
    await keep(store, "ever", due_at=EARLIER)
    assert await store.records.expire(NOW) == 2
    assert await store.records.expire(NOW) == 0
    assert await keys(store) == ["ever", "later"]
    assert await keys(store, kind="link") == []


async def test_a_record_that_is_over_is_there_until_it_is_deleted(store):
    await keep(store, "k", expires_at=EARLIER)
    assert (await store.records.get("group", "k")).expires_at == EARLIER


async def test_a_purge_deletes_the_records_whose_time_is_over(store):
    await keep(store, "early", expires_at=EARLIER)
    await keep(store, "later", expires_at=LATER)
    assert await store.purge(NOW, Retention()) == Purged(records=1)
    assert await keys(store) == ["later"]


async def test_who_is_forgotten_has_no_records_left(store, other):
    mine = ["tg:42", "tg:42/link", "tg:42/a/b"]
    others = ["tg:-42", "tg:4", "tg:420", "tg:42-", "tg:420/link"]
    await keep(store, *mine, *others)
    await keep(store, "tg:42/x", "tg:43", kind="link")
    await store.records.tally({("tg:42", "a"): 1, ("tg:42/x", "b"): 2, ("tg:420", "c"): 3})
    gone = await store.forget("tg:42")
    assert (gone.records, gone.cases, gone.messages) == (6, (), 0)
    assert not gone.nothing
    assert await keys(other) == sorted(others)
    assert await keys(other, kind="link") == ["tg:43"]
    assert await other.records.tallies("") == {("tg:420", "c"): 3}
    assert (await store.forget("tg:42")).nothing


async def test_who_forgets_a_case_keeps_the_records(store):
    await turn(store, "tg:42")
    await keep(store, "tg:42", "tg:42/link")
    assert (await store.forget("tg:42", "c1")).records == 0
    assert await keys(store) == ["tg:42", "tg:42/link"]


# ── tallies ─────────────────────────────────────────────────────────────────
async def test_tallies_add_up(store, other):
    await store.records.tally({("tg:-1/11", "asked"): 1, ("tg:-1/11", "helped"): 2})
    await other.records.tally({("tg:-1/11", "asked"): 4, ("tg:-2/11", "asked"): 8})
    await store.records.tally({})
    mine = {("tg:-1/11", "asked"): 5, ("tg:-1/11", "helped"): 2}
    assert await store.records.tallies("tg:-1/") == mine
    assert await other.records.tallies("") == {**mine, ("tg:-2/11", "asked"): 8}
    assert await store.records.tallies("tg:-_/") == {}


async def test_tallies_at_once_lose_nothing(store, other):
    counts = [{("a", "x"): 1, ("b", "x"): 1}, {("b", "x"): 1, ("a", "x"): 1}]
    adds = [(store, other)[n % 2].records.tally(counts[n // 2 % 2]) for n in range(20)]
    await asyncio.gather(*adds)
    assert await store.records.tallies("") == {("a", "x"): 20, ("b", "x"): 20}


async def test_tallies_are_cleared_by_the_beginning_of_their_key(store):
    await store.records.tally({("tg:-1/11", "a"): 1, ("tg:-1/12", "a"): 1, ("tg:-10/11", "a"): 1})
    assert await store.records.clear_tallies("tg:-1/") == 2
    assert await store.records.clear_tallies("tg:-1/") == 0
    assert await store.records.tallies("") == {("tg:-10/11", "a"): 1}


# ── a new address ───────────────────────────────────────────────────────────
OLD, NEW = "tg:-100", "tg:-1009"


async def test_what_belongs_to_an_address_moves_with_it(store, other):
    await keep(store, OLD, f"{OLD}/faq", "tg:-1001", "tg:42/-100", due_at=NOW, expires_at=LATER)
    await keep(store, f"{OLD}/5", kind="gone")
    assert await store.records.move(OLD, NEW) == 3
    assert await keys(other) == ["tg:-1001", NEW, f"{NEW}/faq", "tg:42/-100"]
    assert await keys(other, kind="gone") == [f"{NEW}/5"]
    moved = await other.records.get("group", NEW)
    assert moved == Record("group", NEW, {"is": OLD}, 1, NOW, LATER)


async def test_what_the_new_address_has_stays(store):
    await keep(store, OLD, f"{OLD}/faq", NEW)
    await keep(store, NEW, kind="link")
    assert await store.records.move(OLD, NEW) == 1
    assert await keys(store) == [NEW, f"{NEW}/faq"]
    assert (await store.records.get("group", NEW)).value == {"is": NEW}


async def test_tallies_of_both_addresses_add_up(store):
    await store.records.tally({(OLD, "a"): 1, (f"{OLD}/11", "a"): 2, (f"{NEW}/11", "a"): 4})
    assert await store.records.move(OLD, NEW) == 0
    assert await store.records.tallies("") == {(NEW, "a"): 1, (f"{NEW}/11", "a"): 6}


async def test_a_move_that_was_made_is_not_made_again(store):
    await keep(store, OLD)
    await store.records.tally({(OLD, "a"): 1})
    await store.records.move(OLD, NEW)
    assert await store.records.move(OLD, NEW) == 0
    assert await store.records.tallies("") == {(NEW, "a"): 1}


async def test_a_move_to_the_same_address_changes_nothing(store):
    await keep(store, OLD, f"{OLD}/faq")
    assert await store.records.move(OLD, OLD) == 0
    assert await keys(store) == [OLD, f"{OLD}/faq"]


@pytest.mark.parametrize(("old", "new"), [(OLD, f"{OLD}/7"), (f"{OLD}/7", OLD)])
async def test_nothing_moves_between_an_address_and_what_is_under_it(store, old, new):
    await keep(store, OLD, f"{OLD}/7")
    with pytest.raises(ValueError, match="under each other"):
        await store.records.move(old, new)
    assert await keys(store) == [OLD, f"{OLD}/7"]


async def test_open_updates_and_messages_move_too(store, other):
    await store.receive([update(1, OLD), update(2, f"{OLD}/7"), update(3, "tg:-1001")])
    await send(store, message("a", OLD), message("b", f"{OLD}/7"), message("c", "tg:-1001"))
    await store.records.move(OLD, NEW)
    wanted = [NEW, f"{NEW}/7", "tg:-1001"]
    assert [each.conversation for each in await other.take_incoming(NOW, UNTIL)] == wanted
    assert [each.conversation for each in await other.take_outgoing(NOW, UNTIL)] == wanted


async def test_what_was_handled_keeps_the_address_it_had(store):
    await send(store, message("a", OLD, reply_to="telegram:1"))
    [row] = await store.take_outgoing(NOW, UNTIL)
    await store.settle(replace(row, state="sent"), NOW)
    await store.records.move(OLD, NEW)
    assert [each.conversation for each in await store.replies(claim(1))] == [OLD]


async def test_after_a_move_the_order_is_kept(store):
    """What is in work at the old address holds up what came to the new one after it."""
    await store.receive([update(1, OLD)])
    await store.take_incoming(NOW, UNTIL)
    await store.records.move(OLD, NEW)
    await store.receive([Incoming(Claim("telegram", "2"), NEW, b"x", NOW)])
    assert await store.take_incoming(NOW, UNTIL) == []
    [row] = await store.take_incoming(UNTIL, LATER)
    assert (row.claim.update_id, row.conversation) == ("1", NEW)
