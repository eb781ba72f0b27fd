"""One-time links into private chat, and connected groups."""

from __future__ import annotations

import asyncio
import re
from itertools import product

import pytest

from bot.channels.telegram.chats import Unsent
from bot.channels.telegram.events import Sender
from bot.groups.links import KINDS, Connections, Link, Links
from bot.groups.permissions import Permissions
from tests.groups.stage import ADMIN, GROUP, MEMBER, Stage

STRANGER = 43


@pytest.fixture
def stage() -> Stage:
    return Stage()


@pytest.fixture
def links(stage: Stage) -> Links:
    return Links(stage.ground)


@pytest.fixture
def connections(stage: Stage) -> Connections:
    return Connections(stage.ground, Permissions(stage.ground).may_change)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_link_opens_what_it_was_made_for(links, kind):
    token = await links.made(kind, "-100", user=MEMBER, minutes=10)
    assert await links.redeemed(token, MEMBER) == Link(kind, "-100")


async def test_a_token_fits_into_a_start_parameter(links):
    token = await links.made("case", "account.banned", user=MEMBER, minutes=10)
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", token)
    assert links.url(token) == f"https://t.me/zhenren_bot?start={token}"


async def test_tokens_differ(links):
    made = [await links.made("case", "", user=None, minutes=10) for _ in range(100)]
    assert len(set(made)) == 100


@pytest.mark.parametrize("user", [MEMBER, None])
async def test_a_link_is_good_once(links, user):
    token = await links.made("case", "", user=user, minutes=10)
    assert await links.redeemed(token, MEMBER)
    assert await links.redeemed(token, MEMBER) is None


async def test_of_many_at_once_one_gets_in(links):
    token = await links.made("case", "", user=None, minutes=10)
    got = await asyncio.gather(*(links.redeemed(token, user) for user in range(1, 20)))
    assert sum(each is not None for each in got) == 1


async def test_a_foreign_try_gets_nothing_and_uses_nothing_up(links):
    token = await links.made("connect", str(GROUP), user=ADMIN, minutes=10)
    assert await links.redeemed(token, STRANGER) is None
    assert await links.redeemed(token, ADMIN) == Link("connect", str(GROUP))


async def test_a_link_runs_out(stage, links):
    token = await links.made("case", "", user=MEMBER, minutes=10)
    stage.wait(minutes=10)
    assert await links.redeemed(token, MEMBER) is None


@pytest.mark.parametrize("token", ["", "go_", "x", "go_" + "a" * 22, "../" * 8, "go_" + "真" * 22])
async def test_what_is_no_token_opens_nothing(links, token):
    assert await links.redeemed(token, MEMBER) is None


async def test_the_store_does_not_know_the_token(stage, links):
    token = await links.made("case", "", user=MEMBER, minutes=10)
    assert token[3:] not in repr(await stage.records.find("link"))


async def test_a_link_is_forgotten_with_its_person(stage, links):
    token = await links.made("case", "", user=MEMBER, minutes=10)
    await stage.store.forget(f"tg:{MEMBER}")
    assert await links.redeemed(token, MEMBER) is None


@pytest.mark.parametrize(("kind", "user"), [("admin", MEMBER), ("connect", None)])
async def test_a_link_that_would_be_unsafe_is_not_made(links, kind, user):
    with pytest.raises(ValueError, match="link"):
        await links.made(kind, "", user=user, minutes=10)


# ── connections ─────────────────────────────────────────────────────────────
async def test_an_admin_connects_a_group(stage, connections):
    stage.chats.enter(GROUP, ADMIN, "administrator", "can_change_info")
    assert await connections.connect(ADMIN, GROUP)
    assert await connections.connect(ADMIN, GROUP)
    assert await connections.listed(ADMIN) == [GROUP]
    assert await connections.allowed(ADMIN, GROUP)


async def test_a_member_connects_nothing(stage, connections):
    stage.chats.enter(GROUP, MEMBER)
    assert not await connections.connect(MEMBER, GROUP)
    assert await connections.listed(MEMBER) == []


async def test_an_admin_who_has_not_connected_is_not_allowed(stage, connections):
    stage.chats.enter(GROUP, ADMIN, "creator")
    assert not await connections.allowed(ADMIN, GROUP)


@pytest.mark.parametrize("way", ["allowed", "listed"])
async def test_who_was_demoted_is_unlinked_at_the_next_use(stage, connections, way):
    stage.chats.enter(GROUP, ADMIN, "creator")
    await connections.connect(ADMIN, GROUP)
    stage.chats.enter(GROUP, ADMIN, "member")
    uses = {
        "allowed": lambda: connections.allowed(ADMIN, GROUP),
        "listed": lambda: connections.listed(ADMIN),
    }
    assert not await uses[way]()
    assert await stage.records.find("connection") == []


async def test_who_was_promoted_again_has_to_connect_again(stage, connections):
    stage.chats.enter(GROUP, ADMIN, "creator")
    await connections.connect(ADMIN, GROUP)
    stage.chats.enter(GROUP, ADMIN, "left")
    await connections.allowed(ADMIN, GROUP)
    stage.chats.enter(GROUP, ADMIN, "creator")
    assert not await connections.allowed(ADMIN, GROUP)


async def test_when_telegram_is_away_nothing_is_allowed_and_nothing_unlinked(stage, connections):
    stage.chats.enter(GROUP, ADMIN, "creator")
    await connections.connect(ADMIN, GROUP)
    stage.chats.failing["member"] = Unsent("down")
    assert not await connections.allowed(ADMIN, GROUP)
    del stage.chats.failing["member"]
    assert await connections.allowed(ADMIN, GROUP)


async def test_a_right_that_changes_is_asked_of_the_person_only(stage):
    asked: list[tuple[int, Sender]] = []

    async def may(chat: int, sender: Sender) -> bool:
        asked.append((chat, sender))
        return True

    connections = Connections(stage.ground, may)
    await connections.connect(ADMIN, GROUP)
    assert asked == [(GROUP, Sender(ADMIN))]


OTHERS = [-100123456789, GROUP * 10, -1, GROUP + 1]


@pytest.mark.parametrize("other", OTHERS)
async def test_dropping_a_group_leaves_the_others(stage, connections, other):
    for chat, user in product((GROUP, other), (ADMIN, STRANGER)):
        stage.chats.enter(chat, user, "creator")
        await connections.connect(user, chat)
    await connections.drop(GROUP)
    for user in (ADMIN, STRANGER):
        assert await connections.listed(user) == [other]


async def test_a_connection_follows_a_group_to_its_new_id(stage, connections):
    for chat in (-500, GROUP):
        stage.chats.enter(chat, ADMIN, "creator")
    await connections.connect(ADMIN, -500)
    await connections.follow(-500, GROUP)
    await connections.follow(-500, GROUP)
    assert await connections.listed(ADMIN) == [GROUP]
