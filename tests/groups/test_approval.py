"""The allow-list: owners decide, once, in private chat."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest

from bot.channels.telegram.chats import ChatFacts, Unsent
from bot.channels.telegram.events import Chat, Migration, Sender
from bot.channels.telegram.posts import Post
from bot.groups.approval import Approval
from bot.groups.lifecycle import Lifecycle, onboarding
from bot.groups.links import Connections
from bot.groups.permissions import Permissions
from tests.groups.stage import ADMIN, GROUP, MEMBER, OWNER, Stage, keys

SECOND = 8


@pytest.fixture
def stage() -> Stage:
    stage = Stage()
    stage.ground = replace(stage.ground, owners=frozenset({OWNER, SECOND}))
    return stage


def approval(stage: Stage, *, on: bool = True) -> Approval:
    return Approval(stage.ground, partial(onboarding, stage.ground), on=on)


def lifecycle(stage: Stage, *, on: bool = True) -> Lifecycle:
    permissions = Permissions(stage.ground)
    return Lifecycle(
        stage.ground,
        stage.book,
        Connections(stage.ground, permissions.may_change),
        erase=stage.store.forget,
        forget=permissions.forget,
        approval=approval(stage, on=on),
    )


async def added(stage: Stage, *, by: int = ADMIN, life: Lifecycle | None = None) -> list[Post]:
    stage.wait(hours=1)
    life = life or lifecycle(stage)
    return await life.changed(stage.membership("left", "member", by=by))


async def removed(stage: Stage) -> None:
    stage.wait(hours=1)
    await lifecycle(stage).changed(stage.membership("member", "kicked"))


async def decide(stage: Stage, post: Post, label: str, owner: int = OWNER) -> list[Post]:
    press, signed = stage.press(owner, keys(post)[label], owner)
    return await approval(stage).pressed(press, signed)


async def test_off_every_group_is_allowed_and_gets_its_card(stage):
    assert await approval(stage, on=False).allowed(GROUP)
    life = lifecycle(stage, on=False)
    assert await added(stage, life=life) == [onboarding(stage.ground, GROUP)]


async def test_an_unknown_group_waits_and_all_owners_are_asked(stage):
    card, *questions = await added(stage)
    assert card.address == f"tg:{GROUP}"
    assert "等待机主批准" in card.text
    assert [post.address for post in questions] == [f"tg:{OWNER}", f"tg:{SECOND}"]
    assert not await lifecycle(stage).serves(GROUP)


async def test_a_title_cannot_bring_tags(stage):
    _, question, _ = await added(stage)
    assert "吐槽 &lt;b&gt;群&lt;/b&gt;" in question.text


async def test_approved_it_gets_its_card_and_is_served(stage):
    _, question, _ = await added(stage)
    assert await decide(stage, question, "批准") == [onboarding(stage.ground, GROUP)]
    assert await lifecycle(stage).serves(GROUP)
    assert stage.chats.answers == [(f"query-{OWNER}", "已批准。", False)]
    assert stage.chats.keys == [(OWNER, 5, ())]


async def test_approved_it_stays_so_when_it_is_added_again(stage):
    _, question, _ = await added(stage)
    await decide(stage, question, "批准")
    await removed(stage)
    assert await added(stage) == [onboarding(stage.ground, GROUP)]


async def test_refused_it_hears_so_and_is_left(stage):
    _, question, _ = await added(stage)
    (goodbye,) = await decide(stage, question, "拒绝")
    assert (goodbye.address, "没有批准" in goodbye.text) == (f"tg:{GROUP}", True)
    stage.wait(minutes=1)
    await lifecycle(stage).elapse()
    assert stage.chats.left == [GROUP]


async def test_refused_it_is_left_again_and_nobody_is_asked_twice(stage):
    _, question, _ = await added(stage)
    await decide(stage, question, "拒绝")
    await removed(stage)
    (goodbye,) = await added(stage)
    assert "没有批准" in goodbye.text


@pytest.mark.parametrize("first", ["批准", "拒绝"])
@pytest.mark.parametrize("second", ["批准", "拒绝"])
async def test_the_first_decision_holds(stage, first, second):
    _, question, other = await added(stage)
    await decide(stage, question, first)
    assert await decide(stage, other, second, SECOND) == []
    assert await approval(stage).allowed(GROUP) == (first == "批准")


@pytest.mark.parametrize("sender", [Sender(MEMBER), Sender(OWNER, "bot"), Sender(OWNER, "channel")])
async def test_nobody_else_decides(stage, sender):
    _, question, _ = await added(stage)
    press, signed = stage.press(OWNER, keys(question)["批准"], OWNER)
    assert await approval(stage).pressed(replace(press, sender=sender), signed) == []
    assert not await approval(stage).allowed(GROUP)


async def test_nothing_is_decided_in_a_group(stage):
    _, question, _ = await added(stage)
    press, signed = stage.press(OWNER, keys(question)["批准"], OWNER)
    where = Chat(GROUP, "supergroup")
    assert await approval(stage).pressed(replace(press, chat=where), signed) == []
    assert not await approval(stage).allowed(GROUP)


async def test_an_owner_who_adds_the_bot_has_approved(stage):
    assert await added(stage, by=OWNER) == [onboarding(stage.ground, GROUP)]
    assert await lifecycle(stage).serves(GROUP)


async def test_without_an_answer_it_leaves_after_seven_days(stage):
    await added(stage)
    life = lifecycle(stage)
    stage.wait(days=6, hours=23)
    assert await life.elapse() == []
    stage.wait(hours=1)
    (goodbye,) = await life.elapse()
    assert "7 天" in goodbye.text
    assert await life.elapse() == []
    stage.wait(minutes=1)
    await life.elapse()
    assert stage.chats.left == [GROUP]


async def test_it_may_be_asked_about_again_after_it_was_removed(stage):
    await added(stage)
    await removed(stage)
    stage.wait(days=8)
    assert await lifecycle(stage).elapse() == []
    assert len(await added(stage)) == 3


async def test_a_decision_follows_the_group_to_its_new_id(stage):
    _, question, _ = await added(stage)
    await lifecycle(stage).migrated(Migration(1, GROUP, -9))
    assert await decide(stage, question, "批准") == [onboarding(stage.ground, -9)]
    assert await approval(stage).allowed(-9)


async def test_an_approval_holds_when_the_new_id_was_heard_of_first(stage):
    await added(stage, by=OWNER)
    stage.wait(hours=1)
    new = stage.membership("left", "member", chat=-9)
    await lifecycle(stage).changed(new)
    assert not await approval(stage).allowed(-9)
    await lifecycle(stage).migrated(Migration(1, GROUP, -9))
    assert await approval(stage).allowed(-9)


async def test_a_toast_that_fails_undoes_nothing(stage):
    _, question, _ = await added(stage)
    stage.chats.failing = {"answer": Unsent("down"), "edit_keys": Unsent("down")}
    assert len(await decide(stage, question, "批准")) == 1


# ── owners' commands ────────────────────────────────────────────────────────
async def test_an_owner_sees_the_groups(stage):
    await added(stage)
    stage.chats.known[GROUP] = ChatFacts(GROUP, "supergroup", "<i>群</i>")
    (post,) = await approval(stage).listed(Sender(OWNER))
    assert post.address == f"tg:{OWNER}"
    assert f"· &lt;i&gt;群&lt;/i&gt; <code>{GROUP}</code>，等待批准" in post.text


async def test_a_group_that_telegram_does_not_know_is_listed_without_a_name(stage):
    await added(stage)
    (post,) = await approval(stage).listed(Sender(OWNER))
    assert "查不到名字" in post.text


async def test_an_owner_lets_the_bot_leave(stage):
    await added(stage, by=OWNER)
    said, told = await approval(stage).left(Sender(OWNER), f" {GROUP} ")
    assert (said.address, told.address) == (f"tg:{GROUP}", f"tg:{OWNER}")
    assert not await lifecycle(stage).serves(GROUP)
    stage.wait(minutes=1)
    await lifecycle(stage).elapse()
    assert stage.chats.left == [GROUP]


@pytest.mark.parametrize("text", ["", "abc", "-1", "<b>"])
async def test_a_wrong_id_leaves_nothing(stage, text):
    await added(stage, by=OWNER)
    (post,) = await approval(stage).left(Sender(OWNER), text)
    assert "没有这个编号" in post.text
    assert await lifecycle(stage).serves(GROUP)


@pytest.mark.parametrize("sender", [Sender(MEMBER), Sender(OWNER, "anonymous")])
async def test_nobody_else_has_these_commands(stage, sender):
    await added(stage, by=OWNER)
    assert await approval(stage).listed(sender) == []
    assert await approval(stage).left(sender, str(GROUP)) == []
    assert await lifecycle(stage).serves(GROUP)
