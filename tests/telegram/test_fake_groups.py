"""Groups of the fake: what the bot sees in privacy mode, members, topics, hidden admins, migration."""

from collections.abc import AsyncIterator

import pytest
from telegram import Bot, ReplyParameters
from telegram.error import BadRequest, Forbidden

from tests.telegram.fake.accounts import ANONYMOUS
from tests.telegram.fake.ptb import ptb
from tests.telegram.fake.server import FakeTelegram

KINDS = ["message", "edited_message", "callback_query", "my_chat_member", "chat_member"]


@pytest.fixture
async def fake() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as fake:
        fake.updates.allowed = KINDS
        yield fake


@pytest.fixture
async def bot(fake: FakeTelegram) -> AsyncIterator[Bot]:
    async with ptb(fake) as bot:
        yield bot


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("大家好", False),
        ("@zhenren_test_bot 退款", True),
        ("请问 @Zhenren_Test_Bot 退款", True),
        ("/help@zhenren_test_bot", True),
        ("/help", False),
        ("/help@another_bot", False),
        ("@another_bot 你好", False),
    ],
)
async def test_privacy_mode(fake, text, seen):
    group = fake.group(bot=True)
    group.say(group.owner, text)
    assert bool(fake.updates.pending) is seen


async def test_a_plain_command_comes_to_the_bot_that_spoke_last(fake, bot):
    group, other = fake.group(bot=True), fake.other_bot()
    await bot.send_message(group.id, "好")
    group.say(group.owner, "/help")
    assert len(fake.updates.pending) == 1
    group.say(other, "我说")
    group.say(group.owner, "/help")
    assert len(fake.updates.pending) == 1


async def test_an_answer_to_the_bot_comes_through(fake, bot):
    group = fake.group(bot=True)
    await bot.send_message(group.id, "好")
    group.say(group.owner, "然后呢", reply_to=group.last)
    (update,) = await bot.get_updates()
    assert update.message.reply_to_message.from_user.id == fake.id


@pytest.mark.parametrize("why", ["privacy mode is off", "an admin"])
async def test_without_privacy_mode_everything_comes_but_bots(fake, why):
    group = fake.group(bot=True)
    if why == "an admin":
        with fake.updates.lost():
            group.promote_bot()
    else:
        fake.world.reads_all = True
    group.say(group.owner, "大家好")
    group.say(fake.other_bot(), "我是机器人")
    assert len(fake.updates.pending) == 1
    fake.world.reads_bots = True
    group.say(fake.other_bot(username="third_bot"), "我也是")
    assert len(fake.updates.pending) == 2


async def test_visible_overrides_privacy_mode(fake):
    group = fake.group(bot=True)
    group.say(group.owner, "大家好", visible=True)
    assert len(fake.updates.pending) == 1


async def test_after_it_was_removed_the_bot_sees_nothing(fake):
    fake.world.reads_all = True
    group = fake.group(bot=True)
    with fake.updates.lost():
        group.remove_bot()
    group.say(group.owner, "走了")
    assert not fake.updates.pending


async def test_the_bot_is_told_that_it_is_added_promoted_and_removed(fake, bot):
    ann = fake.user()
    group = fake.group(owner=ann)
    group.add_bot(by=ann)
    group.promote_bot(by=ann, rights=["can_delete_messages"])
    group.remove_bot(by=ann)
    changes = [each.my_chat_member for each in await bot.get_updates() if each.my_chat_member]
    assert [(each.old_chat_member.status, each.new_chat_member.status) for each in changes] == [
        ("left", "member"),
        ("member", "administrator"),
        ("administrator", "kicked"),
    ]
    assert changes[0].from_user.id == ann.id
    assert changes[1].new_chat_member.can_delete_messages
    assert not changes[1].new_chat_member.can_pin_messages


async def test_blocking_is_told(fake, bot):
    ann = fake.user(started=True)
    ann.block()
    ann.unblock()
    updates = [each.my_chat_member for each in await bot.get_updates()]
    assert [each.new_chat_member.status for each in updates] == ["kicked", "member"]
    assert updates[0].chat.type == "private"


async def test_members_admins_and_their_rights(fake, bot):
    ann, bob, eve, zoe = (fake.user(name) for name in "甲乙丙丁")
    group = fake.group(owner=ann, bot=True)
    group.join(bob, eve)
    group.promote(bob, rights=["can_change_info"], anonymous=True)
    group.restrict(eve)
    statuses = [
        (await bot.get_chat_member(group.id, who.id)).status for who in (ann, bob, eve, zoe)
    ]
    assert statuses == ["creator", "administrator", "restricted", "left"]
    admin = await bot.get_chat_member(group.id, bob.id)
    assert (admin.can_change_info, admin.can_delete_messages, admin.is_anonymous) == (
        True,
        False,
        True,
    )
    admins = await bot.get_chat_administrators(group.id)
    assert {each.user.id for each in admins} == {ann.id, bob.id}
    assert await bot.get_chat_member_count(group.id) == 4
    group.ban(eve)
    assert (await bot.get_chat_member(group.id, eve.id)).status == "kicked"
    with pytest.raises(BadRequest):
        await bot.get_chat_member(group.id, 5)
    group.remove_bot()
    with pytest.raises(Forbidden):
        await bot.get_chat_member(group.id, ann.id)


async def test_hidden_members_are_told_to_admins_only(fake, bot):
    group, ann = fake.group(bot=True), fake.user()
    group.join(ann)
    group.chat.hidden_members = True
    with pytest.raises(BadRequest, match="Member list is inaccessible"):
        await bot.get_chat_member(group.id, ann.id)
    assert (await bot.get_chat_member(group.id, group.owner.id)).status == "creator"
    group.promote_bot()
    assert (await bot.get_chat_member(group.id, ann.id)).status == "member"


async def test_facts_of_chats(fake, bot):
    group = fake.group("售后群", forum=True, bot=True, username="shouhou")
    chat = await bot.get_chat(group.id)
    assert (chat.type, chat.title, chat.is_forum) == ("supergroup", "售后群", True)
    assert (await bot.get_chat("@shouhou")).id == group.id
    ann = fake.user("甲", started=True)
    assert (await bot.get_chat(ann.id)).first_name == "甲"


async def test_the_bot_leaves(fake, bot):
    group = fake.group(bot=True)
    assert await bot.leave_chat(group.id)
    assert group.bot.status == "left"
    with pytest.raises(Forbidden):
        await bot.leave_chat(group.id)


# Topics


async def test_messages_in_a_topic(fake, bot):
    group = fake.group(forum=True, bot=True)
    topic = group.topic("退款")
    fake.updates.pending.clear()
    group.say(group.owner, "@zhenren_test_bot 好", thread=topic)
    (update,) = await bot.get_updates()
    message = update.message
    assert (message.message_thread_id, message.is_topic_message) == (topic, True)
    assert message.reply_to_message.forum_topic_created.name == "退款"
    sent = await bot.send_message(group.id, "好", message_thread_id=topic)
    assert (sent.message_thread_id, sent.is_topic_message) == (topic, True)
    answer = await bot.send_message(
        group.id, "好", reply_parameters=ReplyParameters(message.message_id)
    )
    assert answer.message_thread_id == topic


async def test_the_general_topic_has_no_thread(fake, bot):
    group = fake.group(forum=True, bot=True)
    group.say(group.owner, "@zhenren_test_bot 好")
    (update,) = await bot.get_updates()
    assert update.message.message_thread_id is None
    with pytest.raises(BadRequest, match="Message thread not found"):
        await bot.send_message(group.id, "好", message_thread_id=1)


async def test_closed_and_deleted_topics_take_nothing(fake, bot):
    group = fake.group(forum=True, bot=True)
    closed, gone = group.topic("一"), group.topic("二")
    group.close_topic(closed)
    group.delete_topic(gone)
    with pytest.raises(BadRequest, match=r"(?i)topic_closed"):
        await bot.send_message(group.id, "好", message_thread_id=closed)
    with pytest.raises(BadRequest, match="Message thread not found"):
        await bot.send_message(group.id, "好", message_thread_id=gone)


async def test_an_answer_outside_of_topics_has_a_thread_that_takes_nothing(fake, bot):
    group = fake.group(bot=True)
    await bot.send_message(group.id, "好")
    group.say(group.owner, "然后呢", reply_to=group.last)
    (update,) = await bot.get_updates()
    assert update.message.message_thread_id
    assert not update.message.is_topic_message
    with pytest.raises(BadRequest, match="Message thread not found"):
        await bot.send_message(group.id, "好", message_thread_id=update.message.message_thread_id)


# Faces


async def test_a_hidden_admin_speaks_as_the_group(fake, bot):
    group = fake.group(bot=True)
    group.say_anonymously("/settings@zhenren_test_bot")
    (update,) = await bot.get_updates()
    assert update.message.from_user.id == ANONYMOUS.id == 1087968824
    assert update.message.sender_chat.id == group.id


async def test_a_channel_is_no_member(fake, bot):
    fake.world.reads_all = True
    group = fake.group(bot=True)
    group.channel_post("通知")
    group.say_as_channel("我是频道")
    post, face = [update.message for update in await bot.get_updates()]
    assert (post.from_user.id, post.is_automatic_forward) == (777000, True)
    assert (face.from_user.id, face.sender_chat.type) == (136817688, "channel")
    assert post.sender_chat.id == face.sender_chat.id


# Migration


@pytest.mark.parametrize("membership", [False, True])
async def test_a_migration_is_told_in_both_groups(fake, bot, membership):
    group = fake.group(kind="group", bot=True)
    new = group.migrate(membership=membership)
    updates = await bot.get_updates()
    old_side, new_side = [update.message for update in updates if update.message]
    assert (old_side.chat.id, old_side.migrate_to_chat_id) == (group.old_id, new)
    assert (new_side.chat.id, new_side.migrate_from_chat_id) == (new, group.old_id)
    changes = [each.my_chat_member for each in updates if each.my_chat_member]
    assert len(changes) == (2 if membership else 0)
    group.say(group.owner, "@zhenren_test_bot 还在吗")
    assert (await bot.get_updates(offset=-1))[0].message.chat.id == new


async def test_message_ids_are_counted_per_supergroup(fake, bot):
    one, two, ann = fake.group(bot=True), fake.group(bot=True), fake.user(started=True)
    first = await bot.send_message(one.id, "好")
    second = await bot.send_message(two.id, "好")
    assert first.message_id == second.message_id
    assert (await bot.send_message(ann.id, "好")).message_id > 100


async def test_an_edited_message_is_told(fake, bot):
    group = fake.group(bot=True)
    said = group.say(group.owner, "@zhenren_test_bot 一")
    group.edit(said, "@zhenren_test_bot 二")
    _, update = await bot.get_updates()
    assert update.message is None
    assert update.edited_message.text == "@zhenren_test_bot 二"
