"""Who is not answered: a wish for silence, and a group's ban."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.channels.telegram.events import Me
from bot.channels.telegram.signing import Signer
from bot.groups.blocklist import NOBODY, Blocklist, wish
from bot.groups.ground import Ground
from bot.groups.settings import Settings
from bot.store.memory import MemoryStore
from tests.groups.chats import FakeChats

CHAT, USER = -100, 42


@pytest.fixture
def ground() -> Ground:
    return Ground(
        MemoryStore().records,
        FakeChats(),
        Signer("1:a"),
        Me(1, "zhenren_bot"),
        lambda: datetime(2026, 11, 20, tzinfo=UTC),
    )


async def test_nobody_is_met_with_silence_at_first(ground: Ground) -> None:
    assert not await Blocklist(ground).silent_to(CHAT, USER, Settings())


async def test_a_wish_for_silence_holds_in_every_group_until_it_is_taken_back(
    ground: Ground,
) -> None:
    blocklist = Blocklist(ground)
    assert await blocklist.opt_out(USER)
    assert await blocklist.silent_to(CHAT, USER, Settings())
    assert await blocklist.silent_to(-200, USER, Settings())
    assert await blocklist.opt_in(USER)
    assert not await blocklist.silent_to(CHAT, USER, Settings())


async def test_a_wish_is_one_persons(ground: Ground) -> None:
    blocklist = Blocklist(ground)
    await blocklist.opt_out(USER)
    await blocklist.opt_out(421)
    await blocklist.opt_in(USER)
    assert await blocklist.silent_to(CHAT, 421, Settings())


async def test_wishing_twice_is_wishing_once(ground: Ground) -> None:
    blocklist = Blocklist(ground)
    assert [await blocklist.opt_out(USER), await blocklist.opt_out(USER)] == [True, False]
    assert [await blocklist.opt_in(USER), await blocklist.opt_in(USER)] == [True, False]


async def test_a_wish_outlives_the_process(ground: Ground) -> None:
    await Blocklist(ground).opt_out(USER)
    assert await Blocklist(ground).silent_to(CHAT, USER, Settings())


async def test_nothing_is_kept_but_the_id(ground: Ground) -> None:
    await Blocklist(ground).opt_out(USER)
    [record] = await ground.records.find("optout")
    assert (record.key, dict(record.value), record.expires_at) == ("tg:42", {}, None)


@pytest.mark.parametrize("user", [*NOBODY, 0, -100])
async def test_an_id_that_many_share_cannot_wish(ground: Ground, user: int) -> None:
    assert not await Blocklist(ground).opt_out(user)
    assert not await Blocklist(ground).silent_to(CHAT, user, Settings())


async def test_a_ban_holds_in_its_group_only(ground: Ground) -> None:
    blocklist = Blocklist(ground)
    assert await blocklist.silent_to(CHAT, USER, Settings(blocked=(USER,)))
    assert not await blocklist.silent_to(-200, USER, Settings())


@pytest.mark.parametrize("text", ["不要回应我", "别回应我了", "別理我！", "不要再回应我。"])
def test_silence_is_asked_for(text: str) -> None:
    assert wish(text) == "silence"


@pytest.mark.parametrize("text", ["可以回应我了", "恢复回应", "回应我吧"])
def test_silence_is_taken_back(text: str) -> None:
    assert wish(text) == "speak"


@pytest.mark.parametrize("text", ["", "客服不要回应我怎么办", "没人回应我", "商家不回应我", "停"])
def test_other_words_are_no_wish(text: str) -> None:
    assert wish(text) is None
