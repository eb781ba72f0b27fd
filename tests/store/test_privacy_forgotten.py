"""Who is forgotten leaves nothing in the files: no value, no placeholder, no word; others lose nothing."""

from __future__ import annotations

import json
from collections.abc import Sequence

from bot.store.base import Retention
from tests.store.watching import BANNED, ORDER, REFUND, Watched, keeping, texts

WORDS = "说我发的蓝色羽绒服是引流"


async def furnish(people: Watched, user: str, words: str, order: str) -> None:
    """A case with a free answer, another one with an order number."""
    await people.say(BANNED, user=user)
    await people.press("notice_detail:full", user)
    await people.say(words, user=user)
    await people.say("", "new", user)
    await people.say(f"{REFUND}，订单号{order}", user=user)


TRACES = ["蓝色羽绒服", "〔订单号", "person-amelia", "2345〕"]


async def both(people: Watched) -> None:
    await furnish(people, "person-amelia", WORDS, ORDER)
    await furnish(people, "person-bertha", "说我卖红色雨伞", "P700999999999999999")
    for trace in TRACES:
        assert people.written(trace), trace


async def nothing_left(people: Watched, traces: Sequence[str]) -> None:
    for trace in traces:
        assert not people.written(trace), f"{trace} is in {people.written(trace)}"


async def bertha_is_whole(people: Watched) -> None:
    views = await people.store.overview("person-bertha")
    assert [view.case for view in views] == ["c1", "c2"]
    assert people.written("红色雨伞")
    assert (await people.say("为什么问", user="person-bertha")).slots["order_no"] == (
        "P700999999999999999"
    )


async def test_who_is_forgotten_leaves_nothing_in_the_files(people: Watched) -> None:
    await both(people)
    gone = await people.store.forget("person-amelia")
    assert gone.cases == ("c1", "c2")
    await nothing_left(people, ["蓝色羽绒服", "person-amelia", "2345〕", ORDER])
    await bertha_is_whole(people)


async def test_who_asks_to_be_forgotten_leaves_nothing_in_the_files(people: Watched) -> None:
    await both(people)
    asked = await people.say("忘记我", user="person-amelia")
    assert "2 个案子" in texts(asked)
    assert people.written("蓝色羽绒服"), "asked is not done"
    told = await people.press("cmd:forget_yes", "person-amelia")
    assert "删干净了" in texts(told)
    await nothing_left(people, ["蓝色羽绒服", "person-amelia", "2345〕", ORDER])
    assert (await people.store.load("person-amelia")).version == 0
    await bertha_is_whole(people)


async def test_who_thinks_better_of_it_keeps_everything(people: Watched) -> None:
    await both(people)
    await people.say("忘记我", user="person-amelia")
    await people.press("cmd:forget_no", "person-amelia")
    assert people.written("蓝色羽绒服")
    assert len(await people.store.overview("person-amelia")) == 2


async def test_who_is_forgotten_is_gone_from_memory_too(people: Watched) -> None:
    await both(people)
    await people.say("忘记我", user="person-amelia")
    await people.press("cmd:forget_yes", "person-amelia")
    veil = await people.agent.veil(await people.store.load("person-amelia"))
    assert (veil.known, veil.issued) == ({}, set())


async def test_what_was_sealed_is_gone_with_its_person(keepers: Watched) -> None:
    await keeping(keepers)
    sealed = (await keepers.store.load("me")).sealed
    assert sealed is not None
    secret = json.loads(sealed)["values"]
    assert keepers.written(secret)
    await keepers.store.forget("me")
    assert not keepers.written(secret)


async def test_a_forgotten_person_is_not_in_a_file_that_was_closed(people: Watched) -> None:
    await both(people)
    await people.store.forget("person-amelia")
    await people.store.close()
    await nothing_left(people, ["蓝色羽绒服", "person-amelia", "2345〕", ORDER])


async def test_what_is_past_its_time_leaves_nothing_in_the_files(people: Watched) -> None:
    await both(people)
    purged = await people.store.purge("2028-01-01T00:00:00Z", Retention())
    assert purged.cases == 4
    await nothing_left(people, [*TRACES, "红色雨伞", "person-bertha"])
