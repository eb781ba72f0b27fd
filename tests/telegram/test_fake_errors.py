"""What python-telegram-bot makes of the fake's errors: the classes and texts that it makes of Telegram's."""

from collections.abc import AsyncIterator

import pytest
from telegram import (
    Bot,
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    ReplyParameters,
)
from telegram.error import BadRequest, ChatMigrated, Forbidden

from tests.telegram.fake.ptb import ptb
from tests.telegram.fake.server import FakeTelegram


@pytest.fixture
async def fake() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as fake:
        yield fake


@pytest.fixture
async def bot(fake: FakeTelegram) -> AsyncIterator[Bot]:
    async with ptb(fake) as bot:
        yield bot


def keys(**button):
    return InlineKeyboardMarkup([[InlineKeyboardButton("好", **button)]])


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"text": ""}, "Message text is empty"),
        ({"text": " \n"}, "Message text is empty"),
        ({"text": "<b> </b>", "parse_mode": "HTML"}, "Message text is empty"),
        ({"text": "好" * 4097}, "Message is too long"),
        ({"text": "😀" * 2049}, "Message is too long"),
        ({"text": "<b>好", "parse_mode": "HTML"}, "Can't parse entities: can't find end tag"),
        ({"text": "好", "reply_markup": keys(callback_data="好" * 22)}, "Button_data_invalid"),
        ({"text": "好", "reply_parameters": ReplyParameters(9)}, "Message to be replied not found"),
        ({"text": "好", "message_thread_id": 1}, "Message thread not found"),
    ],
)
async def test_a_message_that_telegram_refuses(fake, bot, given, why):
    ann = fake.user(started=True)
    with pytest.raises(BadRequest) as caught:
        await bot.send_message(ann.id, **given)
    assert caught.value.message.lower().startswith(why.lower())
    assert not ann.shown


async def test_a_message_as_long_as_allowed_after_its_tags_passes(fake, bot):
    ann = fake.user(started=True)
    sent = await bot.send_message(ann.id, f"<b>{'好' * 4096}</b>", parse_mode="HTML")
    assert len(sent.text) == 4096
    assert sent.entities[0].type == "bold"


async def test_a_sent_message_keeps_all_that_a_picture_needs(fake, bot):
    ann = fake.user(started=True)
    markup = keys(copy_text=CopyTextButton("抄这句"))
    await bot.send_message(ann.id, "<b>好</b>", parse_mode="HTML", reply_markup=markup)
    message = fake.world.chat(ann.id).messages[-1]
    assert (message.text, message.html) == ("好", "<b>好</b>")
    assert message.keyboard == [[{"text": "好", "copy_text": {"text": "抄这句"}}]]
    assert message.ours
    assert not message.edited
    assert not message.deleted


async def test_who_is_gone_is_answered_if_that_is_allowed(fake, bot):
    ann = fake.user()
    said = ann.send("你好")
    answer = await bot.send_message(ann.id, "好", reply_parameters=ReplyParameters(said.id))
    assert answer.reply_to_message.message_id == said.id
    ann.delete(said)
    reply = ReplyParameters(said.id, allow_sending_without_reply=True)
    answer = await bot.send_message(ann.id, "好", reply_parameters=reply)
    assert answer.reply_to_message is None


async def test_a_quote_must_be_in_the_text(fake, bot):
    ann = fake.user()
    said = ann.send("退款不到账")
    await bot.send_message(ann.id, "好", reply_parameters=ReplyParameters(said.id, quote="退款"))
    with pytest.raises(BadRequest):
        await bot.send_message(
            ann.id, "好", reply_parameters=ReplyParameters(said.id, quote="没有")
        )


@pytest.mark.parametrize(
    ("state", "error", "why"),
    [
        ("unknown", BadRequest, "Chat not found"),
        ("never started", Forbidden, "bot can't initiate conversation with a user"),
        ("blocked", Forbidden, "bot was blocked by the user"),
        ("deactivated", Forbidden, "user is deactivated"),
    ],
)
async def test_people_who_cannot_be_reached(fake, bot, state, error, why):
    ann = fake.user(started=state != "never started")
    if state == "blocked":
        ann.block()
    if state == "deactivated":
        ann.deactivate()
    with pytest.raises(error, match=why):
        await bot.send_message(77 if state == "unknown" else ann.id, "好")


async def test_who_presses_start_again_is_reachable_again(fake, bot):
    ann = fake.user(started=True)
    ann.block()
    ann.start()
    await bot.send_message(ann.id, "好")
    assert ann.last.text == "好"


@pytest.mark.parametrize(
    ("kind", "state", "error", "why"),
    [
        ("supergroup", "kicked", Forbidden, "bot was kicked from the supergroup chat"),
        ("group", "kicked", Forbidden, "bot was kicked from the group chat"),
        ("supergroup", "left", Forbidden, "bot is not a member of the supergroup chat"),
        ("supergroup", "never there", BadRequest, "Chat not found"),
        ("supergroup", "restricted", BadRequest, "Not enough rights to send text messages"),
        ("supergroup", "muted", BadRequest, "Not enough rights to send text messages"),
    ],
)
async def test_groups_in_which_the_bot_cannot_speak(fake, bot, kind, state, error, why):
    group = fake.group(kind=kind, bot=state != "never there")
    if state in {"kicked", "left"}:
        group.remove_bot(kick=state == "kicked")
    if state == "restricted":
        group.restrict_bot()
    if state == "muted":
        group.mute()
    with pytest.raises(error, match=why):
        await bot.send_message(group.id, "好")


async def test_an_admin_speaks_in_a_muted_group(fake, bot):
    group = fake.group(bot=True)
    group.mute()
    group.promote_bot()
    await bot.send_message(group.id, "好")


async def test_a_group_that_has_a_new_id(fake, bot):
    group = fake.group(kind="group", bot=True)
    new = group.migrate()
    assert group.old_id is not None
    with pytest.raises(ChatMigrated) as caught:
        await bot.send_message(group.old_id, "好")
    assert caught.value.new_chat_id == new == group.id
    await bot.send_message(new, "好")


async def test_editing(fake, bot):
    ann = fake.user(started=True)
    sent = await bot.send_message(ann.id, "一", reply_markup=keys(callback_data="x"))
    with pytest.raises(BadRequest, match="Message is not modified"):
        await sent.edit_text("一", reply_markup=keys(callback_data="x"))
    edited = await sent.edit_text("二")
    assert edited.reply_markup is None
    assert ann.last.text == "二"
    assert ann.last.edits[0].content["text"] == "一"
    with pytest.raises(BadRequest, match="Message is not modified"):
        await sent.edit_reply_markup(None)
    await sent.edit_reply_markup(keys(callback_data="y"))
    assert ann.last.button("好")["callback_data"] == "y"


async def test_only_own_messages_that_exist_can_be_edited(fake, bot):
    ann = fake.user()
    said = ann.send("你好")
    with pytest.raises(BadRequest, match="Message can't be edited"):
        await bot.edit_message_text("好", ann.id, said.id)
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await bot.edit_message_text("好", ann.id, said.id + 1)


async def test_deleting_in_a_group_needs_a_right_for_others_messages(fake, bot):
    group = fake.group(bot=True)
    said = group.say(group.owner, "你好")
    mine = await bot.send_message(group.id, "好")
    assert await bot.delete_message(group.id, mine.message_id)
    with pytest.raises(BadRequest, match="Message can't be deleted"):
        await bot.delete_message(group.id, said.id)
    group.promote_bot(rights=["can_delete_messages"])
    assert await bot.delete_messages(group.id, [said.id, 999])
    assert said.deleted
    with pytest.raises(BadRequest, match="Message to delete not found"):
        await bot.delete_message(group.id, said.id)


async def test_after_two_days_a_message_stays(fake, bot):
    ann = fake.user(started=True)
    sent = await bot.send_message(ann.id, "好")
    fake.world.travel(48 * 3600 + 1)
    with pytest.raises(BadRequest, match="Message can't be deleted"):
        await sent.delete()


async def test_a_press_is_answered_in_time_or_not_at_all(fake, bot):
    ann = fake.user(started=True)
    await bot.send_message(ann.id, "好", reply_markup=keys(callback_data="x"))
    press = ann.press("好")
    assert press.query is not None
    await bot.answer_callback_query(press.query.id, "收到", show_alert=True)
    answer = await press.answered()
    assert (answer.text, answer.alert) == ("收到", True)
    late = ann.press("好")
    assert late.query is not None
    fake.world.travel(16)
    with pytest.raises(BadRequest, match="Query is too old and response timeout expired"):
        await bot.answer_callback_query(late.query.id)
    with pytest.raises(BadRequest, match="Query is too old"):
        await bot.answer_callback_query("5")


async def test_drafts_are_for_private_chats(fake, bot):
    ann, group = fake.user(started=True), fake.group(bot=True)
    await bot.send_message_draft(ann.id, 1, "正在想")
    assert ann.chat.drafts[0][1:] == (1, "正在想")
    assert not ann.shown
    with pytest.raises(BadRequest):
        await bot.send_message_draft(group.id, 1, "正在想")


async def test_typing_reactions_copies_and_pins(fake, bot):
    group = fake.group(bot=True)
    said = group.say(group.owner, "你好")
    await bot.send_chat_action(group.id, "typing")
    assert group.chat.actions[0][1] == "typing"
    await bot.set_message_reaction(group.id, said.id, "👀")
    assert said.reaction == ("👀",)
    copied = await bot.copy_message(group.id, group.id, said.id)
    assert group.last.id == copied.message_id
    with pytest.raises(BadRequest, match="Not enough rights to manage pinned messages"):
        await bot.pin_chat_message(group.id, copied.message_id)
    group.promote_bot(rights=["can_pin_messages"])
    await bot.pin_chat_message(group.id, copied.message_id)
    assert group.last.pinned
    await bot.unpin_chat_message(group.id)
    assert not group.last.pinned
    assert await bot.log_out()


async def test_an_ephemeral_message_is_for_one_member(fake, bot):
    group = fake.group(bot=True)
    given = {"ephemeral_message_parameters": {"receiver_user_id": group.owner.id}}
    await bot.send_message(group.id, "只给你", api_kwargs=given)
    assert group.last.only_for == group.owner.id
    given = {"ephemeral_message_parameters": {"receiver_user_id": 5}}
    with pytest.raises(BadRequest):
        await bot.send_message(group.id, "只给你", api_kwargs=given)
