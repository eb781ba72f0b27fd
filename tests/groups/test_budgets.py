"""How much is said in a group: pauses, the cap of a minute, the budgets of a day."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.groups.budgets import TODAY_GROUP, TODAY_USER, Budgets, Limits, Verdict
from bot.groups.settings import Settings

CHAT = -100
NOW = datetime(2026, 11, 20, 4, tzinfo=UTC).timestamp()
FREE = Settings(user_cooldown=0)
YES, NO = Verdict(True), Verdict(False)


def later(seconds: int) -> Verdict:
    return Verdict(False, f"稍等 {seconds} 秒。")


# Pauses


def test_who_comes_too_soon_is_told_once_and_then_waits_in_silence() -> None:
    budgets, settings = Budgets(), Settings()
    said = [budgets.ask(CHAT, 1, settings, NOW + at) for at in (0, 1, 2, 4.9, 5, 6)]
    assert said == [YES, later(4), NO, NO, YES, later(4)]


def test_one_members_pause_is_not_anothers() -> None:
    budgets = Budgets()
    assert budgets.ask(CHAT, 1, Settings(), NOW) == YES
    assert budgets.ask(CHAT, 2, Settings(), NOW) == YES
    assert budgets.ask(-200, 1, Settings(), NOW) == YES


def test_a_group_may_have_a_pause_of_its_own_told_to_it_once() -> None:
    budgets, settings = Budgets(), Settings(group_cooldown=30)
    said = [budgets.ask(CHAT, user, settings, NOW + user) for user in (0, 10, 20, 29, 30)]
    assert said == [YES, later(20), NO, NO, YES]


def test_no_pause_is_no_pause() -> None:
    budgets = Budgets()
    assert {budgets.ask(CHAT, 1, FREE, NOW) for _ in range(10)} == {YES}


def test_a_refusal_does_not_prolong_the_pause() -> None:
    budgets = Budgets()
    for at in range(5):
        budgets.ask(CHAT, 1, Settings(), NOW + at)
    assert budgets.ask(CHAT, 1, Settings(), NOW + 5) == YES


def test_a_clock_that_goes_back_silences_nobody() -> None:
    budgets, settings = Budgets(), Settings(group_cooldown=30)
    budgets.ask(CHAT, 1, settings, NOW)
    budgets.ask(CHAT, 1, settings, NOW + 1)
    assert budgets.ask(CHAT, 1, settings, NOW - 3600) == YES


# The cap of a minute


def test_no_minute_holds_more_sends_than_the_cap_notices_included() -> None:
    budgets = Budgets()
    sends: list[float] = []
    for step in range(600):
        at = NOW + step / 2
        verdict = budgets.ask(CHAT, step, FREE, at, urgent=step % 7 == 0)
        if verdict.allowed or verdict.notice:
            sends.append(at)
    for start in sends:
        assert sum(start <= each < start + 60 for each in sends) <= Limits().minute < 20


def test_a_flood_is_told_of_once_a_minute() -> None:
    budgets = Budgets()
    said = [budgets.ask(CHAT, step, FREE, NOW + step / 10) for step in range(500)]
    assert [each.notice for each in said if each.notice] == ["稍等 59 秒。"]


def test_a_flood_does_not_silence_a_danger() -> None:
    budgets = Budgets()
    for step in range(100):
        budgets.ask(CHAT, step, FREE, NOW)
    assert budgets.ask(CHAT, 1000, FREE, NOW + 1, urgent=True) == YES


def test_dangers_have_the_hard_cap_too() -> None:
    budgets = Budgets()
    said = [budgets.ask(CHAT, 1, Settings(), NOW, urgent=True) for _ in range(40)]
    assert said == [YES] * Limits().minute + [NO] * (40 - Limits().minute)


def test_a_danger_waits_for_no_pause() -> None:
    budgets = Budgets()
    budgets.ask(CHAT, 1, Settings(), NOW)
    assert budgets.ask(CHAT, 1, Settings(), NOW + 1, urgent=True) == YES


def test_the_cap_of_one_group_is_not_anothers() -> None:
    budgets = Budgets()
    for step in range(100):
        budgets.ask(CHAT, step, FREE, NOW)
    assert budgets.ask(-200, 1, FREE, NOW) == YES


# The budgets of a day


def test_a_member_has_a_budget_a_day_and_is_told_once_when_it_is_spent() -> None:
    budgets = Budgets(Limits(user_day=2))
    said = [budgets.ask(CHAT, 1, FREE, NOW + at) for at in range(4)]
    assert said == [YES, YES, Verdict(False, TODAY_USER), NO]
    assert budgets.ask(CHAT, 2, FREE, NOW + 5) == YES


def test_a_group_has_a_budget_a_day_and_is_told_once_when_it_is_spent() -> None:
    budgets = Budgets(Limits(group_day=2))
    said = [budgets.ask(CHAT, user, FREE, NOW) for user in range(4)]
    assert said == [YES, YES, Verdict(False, TODAY_GROUP), NO]


def test_a_danger_is_answered_when_the_budgets_are_spent() -> None:
    budgets = Budgets(Limits(group_day=1, user_day=1))
    budgets.ask(CHAT, 1, FREE, NOW)
    assert budgets.ask(CHAT, 1, FREE, NOW + 1, urgent=True) == YES


@pytest.mark.parametrize(
    ("zone", "fresh"), [("Asia/Shanghai", True), ("America/New_York", False), ("no/zone", False)]
)
def test_a_day_is_a_day_of_the_groups_zone(zone: str, fresh: bool) -> None:
    budgets = Budgets(Limits(user_day=1))
    settings = FREE.with_(zone=zone)
    midnight = datetime(2026, 11, 20, 16, tzinfo=UTC).timestamp()
    assert budgets.ask(CHAT, 1, settings, midnight - 60) == YES
    assert budgets.ask(CHAT, 1, settings, midnight + 60).allowed is fresh


# Memory


def test_what_is_remembered_is_bounded_and_the_oldest_is_forgotten() -> None:
    budgets = Budgets(Limits(users=2, groups=2))
    for user in (1, 2, 3):
        budgets.ask(CHAT, user, Settings(), NOW)
    assert budgets.ask(CHAT, 3, Settings(), NOW + 1) == later(4)
    assert budgets.ask(CHAT, 1, Settings(), NOW + 1) == YES
