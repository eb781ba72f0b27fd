"""Permissions: whose right counts, that writing always asks, and that no answer means no."""

import pytest

from bot.channels.telegram.chats import Blocked, ChatError, Later, Migrated, Rejected, Unsent
from bot.channels.telegram.events import Sender
from bot.groups.permissions import is_hidden_admin
from tests.groups.admins import ADMIN, GROUP, HIDDEN, MEMBER, OWNER, WEAK, Office


@pytest.mark.parametrize(
    ("sender", "changes", "reads"),
    [(OWNER, True, True), (ADMIN, True, True), (WEAK, False, True), (MEMBER, False, False),
     (Sender(99), False, False)],
    ids=["creator", "admin", "admin without the right", "member", "stranger"],
)  # fmt: skip
async def test_the_right_to_change_is_telegrams(sender: Sender, changes: bool, reads: bool) -> None:
    office = Office()
    assert await office.permissions.may_change(GROUP, sender) is changes
    assert await office.permissions.may_read(GROUP, sender) is reads


@pytest.mark.parametrize("kind", ["bot", "channel", "anonymous"])
async def test_a_face_is_nobody_even_with_an_admins_id(kind: str) -> None:
    office = Office()
    assert not await office.permissions.may_change(GROUP, Sender(OWNER.id, kind))
    assert not await office.permissions.may_read(GROUP, Sender(OWNER.id, kind))
    assert office.chats.asked == []


@pytest.mark.parametrize("status", ["left", "kicked", "restricted", "member"])
async def test_rights_without_the_status_are_nothing(status: str) -> None:
    office = Office()
    office.chats.enter(GROUP, ADMIN.id, status, "can_change_info")
    assert not await office.permissions.may_change(GROUP, ADMIN)


@pytest.mark.parametrize(
    "error",
    [ChatError("?"), Rejected("?"), Blocked("?"), Unsent("?"), Later(3), Migrated(-5)],
    ids=lambda each: type(each).__name__,
)
async def test_no_answer_from_telegram_denies(error: ChatError) -> None:
    office = Office()
    office.chats.failing["member"] = error
    assert not await office.permissions.may_change(GROUP, OWNER)
    assert not await office.permissions.may_read(GROUP, OWNER)
    office.chats.failing.clear()
    assert await office.permissions.may_read(GROUP, OWNER)  # that it failed is not remembered


async def test_a_change_asks_every_time() -> None:
    office = Office()
    assert await office.permissions.may_change(GROUP, ADMIN)
    office.chats.enter(GROUP, ADMIN.id, "member")
    assert not await office.permissions.may_change(GROUP, ADMIN)


async def test_reading_asks_once_a_minute() -> None:
    office = Office()
    for _ in range(3):
        await office.permissions.may_read(GROUP, ADMIN)
    assert len(office.chats.asked) == 1
    office.wait(seconds=60)
    office.chats.enter(GROUP, ADMIN.id, "member")
    assert not await office.permissions.may_read(GROUP, ADMIN)


async def test_what_a_change_has_learnt_counts_for_reading() -> None:
    office = Office()
    await office.permissions.may_read(GROUP, ADMIN)
    office.chats.enter(GROUP, ADMIN.id, "member")
    await office.permissions.may_change(GROUP, ADMIN)
    assert not await office.permissions.may_read(GROUP, ADMIN)


async def test_a_changed_status_is_asked_for_anew() -> None:
    office = Office()
    await office.permissions.may_read(GROUP, ADMIN)
    office.chats.enter(GROUP, ADMIN.id, "member")
    office.permissions.forget(GROUP, ADMIN.id)
    assert not await office.permissions.may_read(GROUP, ADMIN)


async def test_a_clock_that_steps_back_does_not_keep_an_answer_for_ever() -> None:
    office = Office()
    await office.permissions.may_read(GROUP, ADMIN)
    office.wait(hours=-1)
    office.chats.enter(GROUP, ADMIN.id, "member")
    assert not await office.permissions.may_read(GROUP, ADMIN)


async def test_one_group_says_nothing_about_another() -> None:
    office = Office()
    assert await office.permissions.may_read(GROUP, ADMIN)
    assert not await office.permissions.may_read(GROUP - 1, ADMIN)


async def test_only_the_hidden_admin_is_hidden() -> None:
    assert is_hidden_admin(HIDDEN)
    assert not is_hidden_admin(Sender(1087968824, "channel"))
    assert not is_hidden_admin(Sender(1087968824))
