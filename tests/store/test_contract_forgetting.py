"""What bot/store/base.py promises of forgetting and of what is past its time, asked of every kind of store."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.store.base import TRIES, Conflict, Forgotten, Purged, Retention, Store
from bot.store.memory import MemoryStore
from bot.store.postgres import PostgresStore
from bot.store.sqlite import SqliteStore
from tests.store.made import LATER, NOW, UNTIL, claim, message, send, turn, update, work

KEEP = Retention(closed_days=180, idle_days=365, message_days=2)
DAY = "2026-11-20T02:00:00Z"
"""The day from which things are past their time."""


async def furnish(store: Store, who: str = "u", first: int = 1) -> None:
    """Two cases of three and one turns, an update, an answer and a message."""
    for case in ("c1", "c1", "c2"):
        await turn(store, who, case, wake=NOW)
    key = f"{who}:{first}"
    await turn(
        store,
        who,
        "c1",
        answers=claim(first),
        outgoing=(message(f"{key}:0", who), message(f"{key}:1", who)),
    )
    await store.receive([update(first + 1, who)])


async def whole(store: Store, who: str) -> tuple[object, ...]:
    session = await store.load(who)
    digests = {case: tracker.digest() for case, tracker in session.cases.items()}
    journals = [await store.journal(who, case) for case in session.cases]
    return digests, replace(session, cases={}), journals, await store.overview(who)


# ── everything of a person ──────────────────────────────────────────────────
async def test_forgetting_nobody_deletes_nothing(store):
    gone = await store.forget("nobody")
    assert gone == Forgotten()
    assert gone.nothing


async def test_forgetting_says_exactly_what_was_deleted(store):
    await furnish(store)
    assert await store.forget("u") == Forgotten(("c1", "c2"), 4, 4, True)


async def test_somebody_forgotten_is_unknown(store, other):
    await furnish(store)
    await store.forget("u")
    assert (await other.load("u")).version == 0
    assert await other.overview("u") == []
    assert await other.journal("u", "c1") == []
    assert await other.due(LATER) == []
    assert await other.take_incoming(LATER, LATER) == []
    assert await other.take_outgoing(LATER, LATER) == []
    assert (await other.forget("u")).nothing


async def test_forgetting_one_person_leaves_the_others_whole(store):
    await furnish(store, "u", 1)
    await furnish(store, "v", 11)
    before = await whole(store, "v")
    await store.forget("u")
    assert await whole(store, "v") == before
    assert [row.conversation for row in await store.take_incoming(NOW, UNTIL)] == ["v"]
    assert [row.key for row in await store.take_outgoing(NOW, UNTIL)] == ["v:11:0"]


async def test_only_an_update_is_something_to_forget(store):
    await store.receive([update(1)])
    assert await store.forget("u") == Forgotten((), 0, 1, False)


async def test_how_often_a_sentence_worked_is_nobodys_and_stays(store):
    await turn(store, counts={("one", "refused"): 3})
    await store.forget("u")
    assert await store.counts() == {("one", "refused"): 3}


async def test_whoever_is_forgotten_can_start_anew(store):
    await furnish(store)
    await store.forget("u")
    await turn(store)
    assert len(await store.journal("u", "c1")) == 1
    assert (await store.load("u")).lengths == {"c1": 1}


async def test_a_turn_under_way_does_not_bring_back_who_is_forgotten(store, other):
    await furnish(store)
    late = await other.load("u")
    await store.forget("u")
    with pytest.raises(Conflict):
        await other.commit(work(late))
    assert (await store.load("u")).version == 0


async def test_a_message_on_its_way_does_not_bring_back_who_is_forgotten(store):
    await send(store, message("1", reply_to="telegram:1"))
    [row] = await store.take_outgoing(NOW, UNTIL)
    await store.forget("u")
    await store.settle(replace(row, state="sent"), NOW)
    assert await store.replies(claim(1)) == []
    assert (await store.forget("u")).nothing


# ── one case ────────────────────────────────────────────────────────────────
async def test_forgetting_a_case_says_exactly_what_was_deleted(store):
    await furnish(store)
    assert await store.forget("u", "c1") == Forgotten(("c1",), 3)


async def test_a_forgotten_case_is_gone_and_the_others_stay(store, other):
    await furnish(store)
    kept = (await store.load("u")).cases["c2"].digest()
    await store.forget("u", "c1")
    session = await other.load("u")
    assert {case: tracker.digest() for case, tracker in session.cases.items()} == {"c2": kept}
    assert (session.active, session.lengths) == ("c2", {"c2": 1})
    assert await other.journal("u", "c1") == []
    assert [view.case for view in await other.overview("u")] == ["c2"]


async def test_a_forgotten_case_no_longer_wakes_anybody(store):
    await turn(store, wake=NOW)
    await store.forget("u", "c1")
    assert await store.due(LATER) == []


async def test_after_the_last_case_is_forgotten_none_is_active(store):
    await turn(store)
    await store.forget("u", "c1")
    session = await store.load("u")
    assert (session.active, session.tracker, session.cases) == (None, None, {})


async def test_forgetting_an_unknown_case_deletes_nothing(store):
    await furnish(store)
    before = await whole(store, "u")
    assert (await store.forget("u", "c404")).nothing
    assert await whole(store, "u") == before


async def test_a_turn_under_way_does_not_bring_back_a_case(store, other):
    await furnish(store)
    late = await other.load("u")
    await store.forget("u", "c1")
    with pytest.raises(Conflict):
        await other.commit(work(late, "c1"))


# ── past its time ───────────────────────────────────────────────────────────
def before(days: int, seconds: int = 1) -> str:
    """`days` and some seconds before DAY."""
    form = "%Y-%m-%dT%H:%M:%SZ"
    moment = datetime.strptime(DAY, form) - timedelta(days=days, seconds=seconds)
    return moment.strftime(form)


async def test_nothing_to_purge_is_nothing(store):
    assert await store.purge(DAY, KEEP) == Purged()


CASES = [
    ("a case closed long ago", "solved", before(180), 1),
    ("a case closed lately", "solved", before(180, 0), 0),
    ("a case stopped long ago", "stopped", before(180), 1),
    ("an open case that rests", None, before(180), 0),
    ("an abandoned case", None, before(365), 1),
    ("an open case just in time", None, before(365, 0), 0),
]


@pytest.mark.parametrize(
    ("outcome", "at", "gone"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
async def test_cases_go_when_their_time_is_over(store, outcome, at, gone):
    await turn(store, outcome=outcome, at=at)
    assert await store.purge(DAY, KEEP) == Purged(cases=gone)
    assert len(await store.overview()) == 1 - gone
    assert len(await store.journal("u", "c1")) == 1 - gone


async def test_a_case_counts_from_its_last_turn(store):
    await turn(store, outcome="solved", at=before(400))
    await turn(store, outcome="solved", at=before(1))
    assert await store.purge(DAY, KEEP) == Purged()


async def test_the_other_cases_of_a_person_stay(store):
    await turn(store, case="c1", outcome="solved", at=before(200))
    await turn(store, case="c2", at=before(1))
    assert await store.purge(DAY, KEEP) == Purged(cases=1)
    session = await store.load("u")
    assert (list(session.cases), session.active) == (["c2"], "c2")


async def test_somebody_without_cases_and_messages_is_gone_in_the_end(store):
    await turn(store, at=before(366))
    await store.purge(DAY, KEEP)
    assert await store.forget("u") == Forgotten()


INBOX = [
    ("a handled update", "done", before(2), 1),
    ("a handled update of yesterday", "done", before(2, 0), 0),
    ("a dead update", "dead", before(2), 1),
    ("an update that waits", "new", before(99), 0),
    ("an update in work", "working", before(99), 0),
]


@pytest.mark.parametrize(("state", "at", "gone"), [c[1:] for c in INBOX], ids=[c[0] for c in INBOX])
async def test_updates_go_when_their_time_is_over(store, state, at, gone):
    await store.receive([replace(update(1), received_at=at)])
    if state != "new":
        await store.take_incoming(NOW, LATER)
    if state == "done":
        await turn(store, answers=claim(1))
    for _ in range(3 if state == "dead" else 0):
        await store.fail_incoming(claim(1))
        await store.take_incoming(NOW, LATER)
    assert await store.purge(DAY, KEEP) == Purged(messages=gone)
    assert await store.receive([update(1)]) == gone


OUTBOX = [
    *((f"a message {state}", state, before(2), 1) for state in ("sent", "dead", "unknown")),
    ("a message sent yesterday", "sent", before(2, 0), 0),
    ("a message put back", "new", before(99), 0),
    ("a message on its way", "sending", before(99), 0),
]


@pytest.mark.parametrize(
    ("state", "at", "gone"), [c[1:] for c in OUTBOX], ids=[c[0] for c in OUTBOX]
)
async def test_messages_go_when_their_time_is_over(store, state, at, gone):
    await send(store, message("1", reply_to="telegram:1"))
    [row] = await store.take_outgoing(NOW, LATER)
    await store.settle(replace(row, state=state), at)
    assert await store.purge(DAY, KEEP) == Purged(messages=gone)
    assert len(await store.replies(claim(1))) == 1 - gone


async def test_everything_past_its_time_goes_at_once(store):
    for number, who in enumerate(("a", "b", "c")):
        at = before(400 if who != "c" else 1)
        await turn(
            store,
            who,
            at=at,
            answers=claim(number),
            outgoing=(replace(message(who, who), state="sent"),),
        )
    assert await store.purge(DAY, KEEP) == Purged(cases=2, messages=4)
    assert [view.conversation for view in await store.overview()] == ["c"]
    assert await store.purge(DAY, KEEP) == Purged()


# ── what an update said ─────────────────────────────────────────────────────
async def payload(store: Store, number: int) -> bytes | None:
    """What is kept of an update's content; no promise shows it."""
    statement = "SELECT payload FROM inbox WHERE update_id = ?"
    if isinstance(store, MemoryStore):
        return store._inbox[claim(number)][0].payload or None
    assert isinstance(store, SqliteStore | PostgresStore)
    read = store._read
    [[found]] = await read(statement, str(number))
    return None if found is None else bytes(found)


async def test_a_waiting_update_keeps_its_content(store):
    await store.receive([update(1)])
    await store.take_incoming(NOW, UNTIL)
    await store.fail_incoming(claim(1))
    assert await payload(store, 1) == b"payload 1"


async def test_the_content_of_a_handled_update_is_gone(store):
    await store.receive([update(1)])
    await store.take_incoming(NOW, UNTIL)
    await turn(store, answers=claim(1))
    assert await payload(store, 1) is None


async def test_the_content_of_an_update_that_failed_too_often_is_gone(store):
    await store.receive([update(1)])
    for _ in range(TRIES):
        await store.take_incoming(NOW, UNTIL)
        await store.fail_incoming(claim(1))
    assert await payload(store, 1) is None


async def test_the_content_of_an_update_that_kills_is_gone(store):
    await store.receive([update(1)])
    for minute in range(TRIES + 1):
        await store.take_incoming(
            f"2026-11-20T02:0{minute}:00Z", f"2026-11-20T02:0{minute + 1}:00Z"
        )
    assert await payload(store, 1) is None
