"""Counts of a group: nothing small is told, and nothing small can be worked out."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from itertools import product

import pytest

from bot.groups.stats import Stats, Week, fold
from tests.groups.stage import GROUP, Stage

TODAY = date(2026, 11, 20)
LAST = date(2026, 11, 9)
"""The Monday of the last whole week."""


@pytest.fixture
def stage() -> Stage:
    return Stage()


@pytest.fixture
def stats(stage: Stage) -> Stats:
    return Stats(stage.ground)


async def times(stats: Stats, n: int, *names: str, day: date = LAST, chat: int = GROUP) -> None:
    for _ in range(n):
        await stats.count(chat, day, *names)


async def test_an_empty_week_tells_nothing(stats):
    week = await stats.week(GROUP, TODAY)
    assert (week.start, week.total, week.issues, week.other) == (LAST, None, (), 0)


async def test_all_days_of_the_last_week_count_and_no_other(stats):
    for n in range(-1, 8):
        await times(stats, 1, "answered", day=LAST + timedelta(days=n))
    assert (await stats.week(GROUP, TODAY)).total == 7


@pytest.mark.parametrize("n", range(7))
async def test_within_a_week_the_same_is_told_every_day(stats, n):
    """Telling a window that slides would give away single days."""
    for day in range(14):
        await times(stats, 5 + day, "answered", day=LAST + timedelta(days=day))
    monday = LAST + timedelta(days=7)
    week = await stats.week(GROUP, monday + timedelta(days=n))
    assert week == await stats.week(GROUP, monday)


async def test_large_parts_are_told_the_largest_first(stats):
    await times(stats, 5, "answered", "issue:account.banned")
    await times(stats, 9, "answered", "issue:order.refund")
    week = await stats.week(GROUP, TODAY)
    assert week.issues == (("order.refund", 9), ("account.banned", 5))
    assert (week.total, week.other) == (14, 0)


async def test_a_small_part_takes_another_one_with_it(stats):
    """20 in all, 12 and 6 told: the rest would be 2."""
    await times(stats, 12, "answered", "issue:account.banned")
    await times(stats, 6, "answered", "issue:order.refund")
    await times(stats, 2, "answered", "issue:fraud.now")
    week = await stats.week(GROUP, TODAY)
    assert (week.total, week.issues, week.other) == (20, (("account.banned", 12),), 8)


async def test_small_parts_that_are_many_stand_as_others(stats):
    await times(stats, 12, "answered", "issue:account.banned")
    for issue in ("a", "b", "c"):
        await times(stats, 3, "answered", f"issue:{issue}")
    week = await stats.week(GROUP, TODAY)
    assert (week.issues, week.other) == ((("account.banned", 12),), 9)


async def test_answers_to_no_issue_are_a_part_as_well(stats):
    await times(stats, 7, "answered", "issue:account.banned")
    await times(stats, 3, "answered")
    week = await stats.week(GROUP, TODAY)
    assert (week.total, week.issues, week.other) == (10, (), 10)


async def test_a_week_below_five_is_not_told(stats):
    await times(stats, 4, "answered", "issue:account.banned")
    week = await stats.week(GROUP, TODAY)
    assert (week.total, week.issues, week.other) == (None, (), 0)
    assert "答了：少于 5 次" in week.text(str)


def told(counts: dict[str, int], rest: int) -> object:
    """All that somebody sees who knows how it is made."""
    total = sum(counts.values()) + rest
    return (total, fold(counts, rest)) if total >= 5 else None


def test_no_small_number_can_be_worked_out():
    """Whoever knows the rules and sees a week still has two values at least for every part from 1 to 4: all weeks
    of up to 22 answers, three issues and the rest are tried."""
    possible: dict[object, list[tuple[int, ...]]] = defaultdict(list)
    for a, b, c, rest in product(range(23), repeat=4):
        if a + b + c + rest <= 22:
            possible[told({"a": a, "b": b, "c": c}, rest)].append((a, b, c, rest))
    assert len(possible) > 100
    for seen, worlds in possible.items():
        for part in range(4):
            values = {world[part] for world in worlds}
            assert len(values) > 1 or not values & {1, 2, 3, 4}, seen


def test_what_is_left_after_subtraction_is_nothing_or_five():
    for a, b, c, rest in product(range(13), repeat=4):
        total = a + b + c + rest
        parts, other = fold({"a": a, "b": b, "c": c}, rest)
        left = total - sum(n for _, n in parts)
        assert left == other
        assert total < 5 or other == 0 or other >= 5
        assert all(n >= 5 for _, n in parts)


@pytest.mark.parametrize("mark", ["private", "danger", "scam_warned", "number_warned"])
@pytest.mark.parametrize(("n", "shown"), [(0, None), (4, None), (5, 5), (9, 5), (10, 10), (23, 20)])
async def test_what_overlaps_with_the_total_is_told_in_steps(stats, mark, n, shown):
    await times(stats, n, mark)
    assert dict((await stats.week(GROUP, TODAY)).marks)[mark] == shown


async def test_zero_and_four_look_the_same(stats):
    before = (await stats.week(GROUP, TODAY)).text(str)
    await times(stats, 4, "danger", "private")
    assert (await stats.week(GROUP, TODAY)).text(str) == before


@pytest.mark.parametrize(
    "name", ["user:42", "42", "issue:42", "issue:a b", "issue:", "issue:张三", "Answered", ""]
)
async def test_nothing_else_is_ever_counted(stage, stats, name):
    with pytest.raises(ValueError, match="not counted"):
        await stats.count(GROUP, TODAY, "answered", name)
    assert await stage.records.tallies("") == {}


async def test_a_group_whose_id_begins_alike_is_not_counted_in(stats):
    await times(stats, 9, "answered", chat=int(f"{GROUP}7"))
    assert (await stats.week(GROUP, TODAY)).total is None


async def test_old_days_are_pruned_in_all_groups(stage, stats):
    for chat in (GROUP, -5):
        await times(stats, 1, "answered", "private", chat=chat, day=date(2026, 9, 1))
        await times(stats, 1, "answered", chat=chat)
    assert await stats.prune(TODAY) == 2
    assert set(await stage.records.tallies("")) == {
        (f"tg:{chat}/{LAST}", "answered") for chat in (GROUP, -5)
    }


def test_the_text_names_issues_and_no_days():
    week = Week(LAST, 20, (("account.banned", 12),), 8, (("private", 15), ("danger", None)))
    assert week.text({"account.banned": "账号被封"}.__getitem__) == (
        "11-09 到 11-15，只有次数，没有是谁。\n答了：20 次\n· 账号被封：12\n· 其他：8\n"
        "转到私聊：15 次以上\n紧急提醒：少于 5"
    )
