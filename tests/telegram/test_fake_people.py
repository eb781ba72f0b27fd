"""People of the fake: starting, pressing, links, files, waiting for an answer."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from telegram import Bot, CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest, InvalidToken

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


def keys(label: str, **button: object) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton(label, **button)]])  # type: ignore[arg-type]  # any kind


async def test_start_with_and_without_a_payload(fake, bot):
    ann = fake.user("甲", language="zh-hans")
    ann.start()
    ann.start("abc")
    one, two = [update.message for update in await bot.get_updates()]
    assert (one.text, two.text) == ("/start", "/start abc")
    assert two.entities[0].type == "bot_command"
    assert (one.from_user.language_code, one.chat.id) == ("zh-hans", ann.id)


async def test_a_press_is_found_by_label_data_or_a_part(fake, bot):
    ann = fake.user(started=True)
    await bot.send_message(ann.id, "好", reply_markup=keys("就这样", callback_data="yes"))
    for name in ("就这样", "yes", "这"):
        ann.press(name)
    presses = [update.callback_query for update in await bot.get_updates()]
    assert {press.data for press in presses} == {"yes"}
    assert presses[0].message.message_id == ann.last.id
    assert presses[0].message.reply_markup is not None
    with pytest.raises(LookupError, match="就这样"):
        ann.press("没有")


async def test_a_press_is_forged_by_anybody(fake, bot):
    group, eve = fake.group(bot=True), fake.user("丙")
    await bot.send_message(group.id, "面板", reply_markup=keys("开", callback_data="on"))
    eve.forge("admin|yes", group.last)
    (update,) = await bot.get_updates()
    assert (update.callback_query.data, update.callback_query.from_user.id) == ("admin|yes", eve.id)


async def test_a_press_on_a_message_that_bots_no_longer_see(fake, bot):
    ann = fake.user(started=True)
    await bot.send_message(ann.id, "好", reply_markup=keys("好", callback_data="x"))
    ann.press("好", accessible=False)
    (update,) = await bot.get_updates()
    assert not update.callback_query.message.is_accessible


async def test_a_copy_button_copies(fake, bot):
    ann = fake.user(started=True)
    markup = keys("复制", copy_text=CopyTextButton("请给我退款"))
    await bot.send_message(ann.id, "好", reply_markup=markup)
    assert ann.press("复制").copied == "请给我退款"
    assert await bot.get_updates() == ()


async def test_a_link_to_the_bot_starts_it_with_its_payload(fake, bot):
    group, ann = fake.group(bot=True), fake.user("甲")
    url = f"https://t.me/{fake.username}?start=tok-1"
    await bot.send_message(group.id, "私聊", reply_markup=keys("在私聊中回复", url=url))
    assert ann.press("私聊", group.last).opened == url
    (update,) = await bot.get_updates()
    assert (update.message.text, update.message.chat.id) == ("/start tok-1", ann.id)


async def test_next_gives_each_of_the_bots_messages_once(fake, bot):
    ann = fake.user(started=True)
    for text in "一二三四":
        await bot.send_message(ann.id, text)
    assert (await ann.next()).text == "一"
    assert (await ann.next(holding="三")).text == "三"
    assert [message.text for message in ann.unread] == ["四"]
    ann.skip()
    with pytest.raises(AssertionError, match="for a message in"):
        await ann.next(0.01)


async def test_waiting_for_a_change_and_for_the_end_of_a_message(fake, bot):
    ann = fake.user(started=True)
    sent = await bot.send_message(ann.id, "一", reply_markup=keys("开", callback_data="x"))
    message = await ann.becomes(ann.last, "开")
    change = asyncio.create_task(sent.edit_text("二"))
    assert (await ann.becomes(message, "二")).labels == []
    await change
    end = asyncio.create_task(sent.delete())
    await ann.gone(message)
    await end
    assert not ann.shown


async def test_who_has_blocked_the_bot_says_nothing(fake):
    ann = fake.user(started=True)
    ann.block()
    with pytest.raises(AssertionError, match="blocked"):
        ann.send("喂")


async def test_editing_sharing_and_forwarding(fake, bot):
    ann, group = fake.user(), fake.group()
    said = ann.send("一", forwarded="某人")
    ann.edit(said, "二")
    ann.share_chat(group, 1)
    first, second, third = await bot.get_updates()
    assert first.message.forward_origin.sender_user_name == "某人"
    assert second.edited_message.text == "二"
    assert third.message.chat_shared.chat_id == group.id


# Files


async def test_a_document_reaches_the_bot(fake, bot):
    ann = fake.user()
    ann.document("settings.json", b'{"a": 1}', caption="导入")
    (update,) = await bot.get_updates()
    document = update.message.document
    assert (document.file_name, document.file_size) == ("settings.json", 8)
    assert update.message.caption == "导入"
    file = await bot.get_file(document.file_id)
    assert bytes(await file.download_as_bytearray()) == b'{"a": 1}'


async def test_the_bots_document_is_kept_with_its_bytes(fake, bot):
    ann = fake.user(started=True)
    sent = await bot.send_document(
        ann.id, b'{"b": 2}', filename="out.json", caption="<b>好</b>", parse_mode="HTML"
    )
    assert sent.document.file_name == "out.json"
    assert ann.last.file == b'{"b": 2}'
    assert ann.last.text == "好"
    assert fake.log.contains('{"b": 2}', chats=[ann.id])
    again = await bot.send_document(ann.id, sent.document.file_id)
    assert again.document.file_id == sent.document.file_id
    with pytest.raises(BadRequest, match="caption is too long"):
        await bot.send_document(ann.id, b"x", caption="好" * 1025)


@pytest.mark.parametrize("kind", ["photo", "voice", "sticker"])
async def test_other_attachments(fake, bot, kind):
    ann = fake.user()
    if kind == "photo":
        ann.photo(caption="截图")
    else:
        ann.attach(kind)
    (update,) = await bot.get_updates()
    assert getattr(update.message, kind)


async def test_files_that_are_not_there_or_too_large(fake, bot):
    with pytest.raises(BadRequest, match=r"(?i)wrong file_id"):
        await bot.get_file("nothing")
    file = fake.world.store("big", "text/plain", bytes(20 * 1024 * 1024 + 1))
    with pytest.raises(BadRequest, match="File is too big"):
        await bot.get_file(file.file_id)


async def test_a_download_can_fail(fake, bot):
    file = await bot.get_file(fake.world.store("a", "text/plain", b"a").file_id)
    fake.faults.add("download", code=404)
    with pytest.raises(InvalidToken):
        await file.download_as_bytearray()
    assert bytes(await file.download_as_bytearray()) == b"a"
