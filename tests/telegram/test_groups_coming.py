"""The bot comes to a group, is taken out, comes again, and the group gets a new id."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.telegram.fake.chats import Message
from tests.telegram.fake.groups import Group
from tests.telegram.groups import WITHIN, Stage, links, staged

pytestmark = pytest.mark.asyncio(loop_scope="module")

QUESTION = "@ 申诉秒驳回怎么办"


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    async with staged(tmp_path_factory.mktemp("bot"), reads_all=True) as one:
        yield one


async def added(group: Group) -> Message:
    """The card of a group to which the bot has just been added."""
    group.skip()
    group.add_bot()
    return await group.next(WITHIN)


# ── coming and going ────────────────────────────────────────────────────────
async def test_the_card_says_that_no_right_is_needed(stage: Stage) -> None:
    card = await added(stage.fake.group())
    assert "一个都不用给" in card.text
    assert card.labels == ["设置", "怎么用"]


async def test_one_card_for_one_addition(stage: Stage) -> None:
    group = stage.fake.group()
    await added(group)
    stage.fake.updates.duplicate()
    group.promote_bot()
    group.demote_bot()
    group.restrict_bot(rights=["can_send_messages"])
    await stage.quiet(group)


async def test_what_is_written_on_the_card(stage: Stage) -> None:
    group = stage.fake.group()
    card = await added(group)
    toast = await stage.member(group).press("怎么用", card).answered(WITHIN)
    assert stage.at in (toast.text or "")
    group.owner.press("设置", card)
    assert "什么时候说话" in (await group.next(WITHIN)).text


async def test_a_member_does_not_get_the_settings_from_the_card(stage: Stage) -> None:
    group = stage.fake.group()
    card = await added(group)
    toast = await stage.member(group).press("设置", card).answered(WITHIN)
    assert toast.text == "设置只有这个群的管理员能看。"
    await stage.quiet(group)


async def test_a_channel_is_left(stage: Stage) -> None:
    channel = stage.fake.group(kind="channel")
    channel.promote_bot()
    await stage.fake.wait_for(lambda log: log.of("leaveChat", channel.id), WITHIN)
    assert not stage.fake.log.of("sendMessage", channel.id)


async def test_settings_are_there_again_after_a_removal(stage: Stage) -> None:
    group = stage.fake.group()
    await added(group)
    await stage.choose(group, "mode", "mode/commands")
    group.remove_bot(kick=False)
    stage.fake.world.travel(2)
    await added(group)
    assert "只听命令" in (await stage.panel(group)).text


async def test_after_a_removal_a_late_message_stays_unanswered(stage: Stage) -> None:
    group = stage.fake.group()
    await added(group)
    calls = len(stage.fake.log.to(group.id))
    with stage.fake.updates.held():
        group.say(stage.member(group), QUESTION.replace("@", stage.at))
        group.remove_bot()
    user = stage.fake.user()
    await stage.asked(user, "/help")  # the address of somebody else
    other = await added(stage.fake.group())
    assert other.text
    assert len(stage.fake.log.of("sendMessage", group.id)) <= calls + 1


async def test_the_bot_may_not_write_in_a_muted_group(stage: Stage) -> None:
    group = stage.fake.group()
    await added(group)
    group.mute()
    group.say(group.owner, QUESTION.replace("@", stage.at))
    await stage.fake.wait_for(
        lambda log: any("not enough rights" in text for _, text in log.errors()), WITHIN
    )
    group.mute(muted=False)
    assert "驳回" in (await stage.said(group, stage.member(group), QUESTION)).text


# ── the way into private chat ───────────────────────────────────────────────
async def test_the_link_goes_on_with_the_problem(stage: Stage) -> None:
    group = stage.group()
    user = stage.member(group)
    card = await stage.said(group, user, QUESTION)
    user.press("在私聊里继续", card)
    assert "驳回" in (await user.next(WITHIN)).text


async def plain_start(stage: Stage) -> str:
    user = stage.fake.user()
    user.start()
    return (await user.next(WITHIN)).text


async def test_the_link_of_another_is_a_plain_start(stage: Stage) -> None:
    group = stage.group()
    asker, other = stage.member(group), stage.member(group)
    card = await stage.said(group, asker, QUESTION)
    other.press("在私聊里继续", card)
    assert (await other.next(WITHIN)).text == await plain_start(stage)
    asker.press("在私聊里继续", card)
    assert "驳回" in (await asker.next(WITHIN)).text


async def test_a_link_works_once(stage: Stage) -> None:
    group = stage.group()
    user = stage.member(group)
    card = await stage.said(group, user, QUESTION)
    user.press("在私聊里继续", card)
    await user.next(WITHIN)
    token = links(card)[0].partition("start=")[2]
    fresh = stage.fake.user()
    fresh.start(token)
    assert (await fresh.next(WITHIN)).text == await plain_start(stage)


@pytest.mark.parametrize(
    "payload", ["go_AAAAAAAAAAAAAAAAAAAAAA", "go_", "x" * 64, "account-nothing"]
)
async def test_a_payload_that_means_nothing(stage: Stage, payload: str) -> None:
    user = stage.fake.user()
    user.start(payload)
    assert (await user.next(WITHIN)).text == await plain_start(stage)


# ── a new id ────────────────────────────────────────────────────────────────
async def grown(stage: Stage, *, membership: bool = False) -> tuple[Group, Message, int]:
    """A group with settings, a log and a question in it, which has just become a supergroup; the last card."""
    group = stage.group(kind="group")
    await stage.choose(group, "mode", "mode/commands")
    card = await stage.said(group, stage.member(group), "/help@")
    group.migrate(membership=membership)
    assert group.old_id is not None
    return group, card, group.old_id


@pytest.mark.parametrize("membership", [False, True])
async def test_settings_and_log_follow(stage: Stage, membership: bool) -> None:
    group, _, old = await grown(stage, membership=membership)
    panel = await stage.said(group, group.owner, "/settings@")
    if "大家好" in panel.text:  # the card, if Telegram says that the bot has joined
        panel = await group.next(WITHIN)
    assert "只听命令" in panel.text
    assert "叫我才说 → 只听命令" in (await stage.said(group, group.owner, "/audit@")).text
    assert not [call for call in stage.fake.log.of("sendMessage", old) if call.error]


async def test_links_follow(stage: Stage) -> None:
    group = stage.group(kind="group")
    user = stage.member(group)
    card = await stage.said(group, user, QUESTION)
    connecting = await stage.said(group, group.owner, "/connect@")
    group.migrate()
    await stage.panel(group)
    user.press("在私聊里继续", card)
    assert "驳回" in (await user.next(WITHIN)).text
    group.owner.press("到私聊里设置", connecting)
    assert "连上了" in (await group.owner.next(WITHIN)).text


async def test_a_panel_in_private_chat_follows(stage: Stage) -> None:
    group = stage.group(kind="group")
    admin, panel = await stage.connected(group)
    group.migrate()
    await stage.panel(group)
    await stage.press(admin, panel, "p/mode")
    assert await stage.press(admin, panel, "mode/off") == "改好了"
    assert "不说话" in (await stage.panel(group)).text


async def test_an_answer_that_is_on_its_way_arrives(stage: Stage) -> None:
    group = stage.group(kind="group")
    user = stage.member(group)
    stage.fake.faults.add("sendMessage", chat=group.id, code=429, retry_after=1)
    group.say(user, QUESTION.replace("@", stage.at))
    await stage.fake.wait_for(lambda log: log.errors(), WITHIN)
    group.migrate()
    assert "驳回" in (await group.next(WITHIN)).text


async def test_a_send_that_learns_of_the_new_id_arrives_there(stage: Stage) -> None:
    group = stage.group(kind="group")
    with stage.fake.updates.lost():
        group.migrate()
    assert group.old_id is not None
    chat = group.chat
    group.chat = stage.fake.world.chat(group.old_id)  # a member's message that came before the news
    group.say(stage.member(group), QUESTION.replace("@", stage.at))
    group.chat = chat
    assert "驳回" in (await group.next(WITHIN)).text
    assert "改动记录" in (await stage.said(group, group.owner, "/audit@")).text


async def test_a_members_case_is_untouched(stage: Stage) -> None:
    group = stage.group(kind="group")
    user = stage.member(group)
    user.start()
    await user.next(WITHIN)
    await stage.asked(user, "申诉一分钟就被驳回")
    before = (await stage.asked(user, "/case")).text
    group.migrate()
    await stage.panel(group)
    assert (await stage.asked(user, "/case")).text == before
