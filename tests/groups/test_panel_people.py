"""The list of people who are not answered: who may write it, and what is said about it."""

import pytest

from bot.channels.telegram.events import Sender
from bot.groups.panel_people import People
from tests.groups.admins import ADMIN, GROUP, HIDDEN, MEMBER, WEAK, Office


def _people(office: Office) -> People:
    return People(office.ground, office.book, office.permissions, office.audit)


async def test_somebody_is_blocked_and_unblocked_and_nobody_is_named() -> None:
    office = Office()
    await office.book.change(GROUP, log_chat="tg:-200")
    for _ in range(2):
        said = await _people(office).block(GROUP, ADMIN, MEMBER.id, 9)
        assert (await office.book.settings(GROUP)).blocked == (MEMBER.id,)
        assert said[0].address == f"tg:{GROUP}/9"
        assert all(str(MEMBER.id)[-4:] not in each.text for each in said)
    assert len(await office.records.find("audit", "tg:")) == 1
    await _people(office).unblock(GROUP, ADMIN, MEMBER.id)
    assert (await office.book.settings(GROUP)).blocked == ()


@pytest.mark.parametrize("sender", [MEMBER, WEAK, HIDDEN], ids=["member", "reader", "hidden"])
async def test_who_may_not_change_blocks_nobody(sender: Sender) -> None:
    office = Office()
    (said,) = await _people(office).block(GROUP, sender, 5)
    assert "修改群信息" in said.text
    assert (await office.book.settings(GROUP)).blocked == ()


@pytest.mark.parametrize("user", [1087968824, 777000, 42, 0, GROUP])
async def test_an_id_of_many_is_not_blocked(user: int) -> None:
    office = Office()
    await _people(office).block(GROUP, ADMIN, user)
    assert (await office.book.settings(GROUP)).blocked == ()


async def test_the_list_has_an_end() -> None:
    office = Office()
    await office.book.change(GROUP, blocked=tuple(range(1, 501)))
    (said,) = await _people(office).block(GROUP, ADMIN, 1000)
    assert "最多 500" in said.text
