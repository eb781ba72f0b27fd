"""The weekly digest: on Monday at ten, once, in the group's time."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.channels.telegram.posts import Post
from bot.core.profile import quiet_end
from bot.groups.digest import Digests
from bot.groups.standing import Standing
from bot.groups.stats import Stats
from tests.groups.stage import ADMIN, GROUP, Stage

MONDAY = datetime(2026, 11, 23, 2, tzinfo=UTC)
"""Ten in Shanghai; the stage begins on the Friday before."""


@pytest.fixture
def stage() -> Stage:
    return Stage()


def digests(stage: Stage) -> Digests:
    return Digests(stage.ground, stage.book, Stats(stage.ground), str)


async def switched_on(stage: Stage, **more: object) -> Digests:
    made = digests(stage)
    await stage.book.change(GROUP, digest=True, **more)
    await made.plan(GROUP)
    return made


async def due(stage: Stage) -> str | None:
    found = await stage.records.get("digest", f"tg:{GROUP}")
    return found.due_at if found else None


async def told_at(stage: Stage, made: Digests, *, hours: int) -> list[datetime]:
    """When digests were told, looking once in an hour."""
    found = []
    for _ in range(hours):
        found += [stage.now] * len(await made.tell())
        stage.wait(hours=1)
    return found


async def test_it_comes_every_monday_at_ten(stage):
    made = await switched_on(stage)
    assert [f"{each:%m-%d %H}" for each in await told_at(stage, made, hours=24 * 18)] == [
        "11-23 02",
        "11-30 02",
        "12-07 02",
    ]


@pytest.mark.parametrize(
    ("zone", "at"),
    [
        ("Asia/Shanghai", "2026-11-23T02:00:00Z"),
        ("America/Los_Angeles", "2026-11-23T18:00:00Z"),
        ("Pacific/Auckland", "2026-11-22T21:00:00Z"),
        ("Nowhere/Land", "2026-11-23T02:00:00Z"),
    ],
)
async def test_ten_is_ten_in_the_groups_zone(stage, zone, at):
    await switched_on(stage, zone=zone)
    assert await due(stage) == at


async def test_a_new_zone_moves_it(stage):
    made = await switched_on(stage)
    await stage.book.change(GROUP, zone="America/Los_Angeles")
    await made.plan(GROUP)
    assert await due(stage) == "2026-11-23T18:00:00Z"


async def test_who_does_not_want_it_gets_none(stage):
    made = digests(stage)
    await made.plan(GROUP)
    assert await told_at(stage, made, hours=24 * 8) == []


@pytest.mark.parametrize("planned", [True, False])
async def test_it_can_be_switched_off(stage, planned):
    made = await switched_on(stage)
    await stage.book.change(GROUP, digest=False)
    if planned:
        await made.plan(GROUP)
    assert await told_at(stage, made, hours=24 * 8) == []
    assert await due(stage) is None


async def test_switching_off_and_on_tells_nothing_twice(stage):
    made = await switched_on(stage)
    stage.now = MONDAY
    assert len(await made.tell()) == 1
    stage.wait(minutes=1)
    for on in (False, True):
        await stage.book.change(GROUP, digest=on)
        await made.plan(GROUP)
    assert len(await told_at(stage, made, hours=24 * 6)) == 0


@pytest.mark.parametrize("days", [1, 3, 7, 8, 20, 36])
async def test_after_a_time_without_electricity_there_is_one_not_several(stage, days):
    made = await switched_on(stage)
    stage.now = MONDAY
    stage.wait(days=days)
    assert len(await made.tell()) == 1
    assert await made.tell() == []


async def test_a_late_one_does_not_come_right_before_the_next(stage):
    made = await switched_on(stage)
    stage.now = MONDAY
    stage.wait(days=7, hours=-1)
    assert [f"{each:%m-%d %H}" for each in await told_at(stage, made, hours=24)] == ["11-30 02"]


async def test_of_two_processes_one_tells(stage):
    made, other = await switched_on(stage), digests(stage)
    stage.now = MONDAY
    record = (await stage.records.due("digest", stage.ground.at))[0]
    settings = await stage.book.settings(GROUP)
    claims = [await each._claim(record, settings) for each in (made, other)]
    assert claims == [True, False]


async def test_quiet_hours_are_kept(stage):
    made = await switched_on(stage, quiet=(22, 12))
    assert [f"{each:%m-%d %H}" for each in await told_at(stage, made, hours=24 * 5)] == ["11-23 04"]


async def test_quiet_hours_set_later_are_kept_and_lose_nothing(stage):
    made = await switched_on(stage)
    await stage.book.change(GROUP, quiet=(9, 12))
    assert [f"{each:%m-%d %H}" for each in await told_at(stage, made, hours=24 * 5)] == ["11-23 04"]


@pytest.mark.parametrize(
    ("quiet", "hour", "until"),
    [
        (None, 10, (20, 10)),
        ((22, 8), 23, (21, 8)),
        ((22, 8), 7, (20, 8)),
        ((22, 8), 8, (20, 8)),
        ((0, 24), 10, (21, 0)),
        ((9, 12), 11, (20, 12)),
        ((9, 12), 12, (20, 12)),
        ((10, 10), 10, (20, 10)),
    ],
)
def test_quiet_hours_end(quiet, hour, until):
    found = quiet_end(datetime(2026, 11, 20, hour), quiet)
    assert (found.day, found.hour) == until


async def test_it_goes_to_the_log_if_there_is_one(stage):
    made = await switched_on(stage, log_chat="tg:-100777/3")
    stage.now = MONDAY
    (post,) = await made.tell()
    assert post.address == "tg:-100777/3"


@pytest.mark.parametrize(("status", "told"), [("administrator", 1), ("member", 0), ("left", 0)])
async def test_in_private_chat_it_is_for_who_is_an_admin_still(stage, status, told):
    made = await switched_on(stage, log_chat=f"tg:{ADMIN}")
    stage.chats.enter(GROUP, ADMIN, status)
    stage.now = MONDAY
    assert len(await made.tell()) == told


async def test_it_tells_last_week_without_anything_small(stage):
    made, stats = await switched_on(stage), Stats(stage.ground)
    for _ in range(6):
        await stats.count(GROUP, date(2026, 11, 20), "answered", "issue:account.banned")
    await stats.count(GROUP, date(2026, 11, 20), "danger")
    stage.now = MONDAY
    (post,) = await made.tell()
    assert post == Post(
        f"tg:{GROUP}",
        "<b>上周小结</b>\n11-16 到 11-22，只有次数，没有是谁。\n答了：6 次\n· account.banned：6\n"
        "转到私聊：少于 5\n紧急提醒：少于 5\n防骗提醒：少于 5\n号码提醒：少于 5\n不想再收，在 /settings 里关掉。",
        silent=True,
    )


async def test_a_group_that_removed_the_bot_gets_none_and_one_again_when_it_is_back(stage):
    made, standing = await switched_on(stage), Standing(stage.ground)
    await standing.stayed(GROUP)
    life = await stage.records.get("life", f"tg:{GROUP}")
    await stage.records.put(replace(life, value={"in": False, "date": 1}), stage.ground.at)
    stage.now = MONDAY
    assert await made.tell() == []
    await standing.stayed(GROUP)
    stage.wait(days=7)
    assert len(await made.tell()) == 1


async def test_all_groups_can_be_planned_at_once(stage):
    made = digests(stage)
    for chat, on in ((-1, True), (-2, False), (-3, True)):
        await stage.book.change(chat, digest=on)
    await made.plan_all()
    await made.plan_all()
    stage.now = MONDAY
    assert [post.address for post in await made.tell()] == ["tg:-1", "tg:-3"]
