"""How the fake delivers updates to who polls."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from telegram import Bot
from telegram.error import Conflict, NetworkError
from telegram.ext import Application, TypeHandler

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


def texts(updates):
    return [update.effective_message.text for update in updates]


async def test_updates_come_again_until_an_offset_confirms_them(fake, bot):
    ann = fake.user()
    ann.send("一")
    ann.send("二")
    first = await bot.get_updates()
    assert texts(first) == ["一", "二"]
    assert first[1].update_id == first[0].update_id + 1
    assert texts(await bot.get_updates()) == ["一", "二"]
    assert texts(await bot.get_updates(offset=first[1].update_id)) == ["二"]
    assert await bot.get_updates(offset=first[1].update_id + 1) == ()
    assert fake.updates.pending == []


async def test_limit_and_negative_offset(fake, bot):
    ann = fake.user()
    for text in "一二三":
        ann.send(text)
    assert texts(await bot.get_updates(limit=2)) == ["一", "二"]
    assert texts(await bot.get_updates(offset=-1)) == ["三"]
    assert texts(await bot.get_updates()) == ["三"]


async def test_a_long_poll_waits_for_something_to_happen(fake, bot):
    ann = fake.user()
    poll = asyncio.create_task(bot.get_updates(timeout=5))
    await fake.polled()
    ann.send("一")
    ann.send("二")
    assert texts(await poll) == ["一", "二"]


async def test_a_long_poll_ends_empty(fake, bot):
    poll = asyncio.create_task(fake.updates.poll(0, 100, 0.02, None))
    assert await poll == []


async def test_the_older_of_two_polls_is_terminated(fake, bot):
    older = asyncio.create_task(bot.get_updates(timeout=5))
    await fake.polled()
    ann = fake.user()
    async with ptb(fake) as other:
        newer = asyncio.create_task(other.get_updates(timeout=5))
        with pytest.raises(Conflict, match="terminated by other getUpdates request"):
            await older
        await fake.polled()
        ann.send("好")
        assert texts(await newer) == ["好"]
    assert fake.updates.conflicts == 1


async def test_kinds_that_nobody_asked_for_are_lost_and_the_choice_is_kept(fake, bot):
    await bot.get_updates(allowed_updates=["callback_query"])
    ann = fake.user()
    ann.send("没人听")
    await bot.get_updates()
    ann.send("还是没人听")
    await bot.get_updates(allowed_updates=["message"])
    ann.send("听到了")
    assert texts(await bot.get_updates()) == ["听到了"]
    assert [kind for kind, _ in fake.updates.dropped] == ["message", "message"]


async def test_members_changes_must_be_asked_for(fake, bot):
    group = fake.group(bot=True)
    group.promote_bot()
    ann = fake.user()
    group.join(ann)
    kinds = [update.chat_member for update in await bot.get_updates()]
    assert kinds == [None, None]  # the bot's promotion and the service message
    asked = ["chat_member", "message", "my_chat_member"]
    await bot.get_updates(offset=fake.updates.last_id + 1, allowed_updates=asked)
    group.promote(ann)
    (update,) = await bot.get_updates()
    assert update.chat_member.new_chat_member.status == "administrator"
    assert update.chat_member.old_chat_member.status == "member"


async def test_updates_can_come_twice(fake, bot):
    ann = fake.user()
    fake.updates.duplicate()
    ann.send("一")
    ann.send("二")
    updates = await bot.get_updates()
    assert texts(updates) == ["一", "一", "二"]
    assert updates[0].update_id == updates[1].update_id


async def test_a_confirmed_update_can_come_again(fake, bot):
    ann = fake.user()
    ann.send("一")
    (update,) = await bot.get_updates()
    assert await bot.get_updates(offset=update.update_id + 1) == ()
    assert fake.updates.redeliver() == [update.update_id]
    (again,) = await bot.get_updates(offset=update.update_id + 1)
    assert again.update_id == update.update_id
    assert await bot.get_updates(offset=update.update_id + 1) == ()


async def test_updates_can_come_in_reversed_order(fake, bot):
    ann = fake.user()
    fake.updates.reversed = True
    poll = asyncio.create_task(bot.get_updates(timeout=5))
    await fake.polled()
    with fake.updates.held():
        ann.send("一")
        ann.send("二")
    assert texts(await poll) == ["二", "一"]


@pytest.mark.parametrize("to", [12, 2_000_000_000])
async def test_ids_can_jump_up_and_down(fake, bot, to):
    ann = fake.user()
    ann.send("一")
    (update,) = await bot.get_updates()
    assert await bot.get_updates(offset=update.update_id + 1) == ()
    fake.updates.jump(to)
    ann.send("二")
    (update,) = await bot.get_updates(offset=update.update_id + 1)
    assert update.update_id == to


async def test_an_update_that_makes_no_sense_can_be_injected(fake, bot):
    fake.updates.inject({"something_new": {"a": 1}})
    (update,) = await bot.get_updates()
    assert update.effective_message is None


async def test_who_has_gone_polls_no_more(fake):
    async with ptb(fake) as bot:
        poll = asyncio.create_task(bot.get_updates(timeout=5))
        await fake.polled()
        poll.cancel()
        await fake.wait_for(lambda _: not fake.updates.polling)


async def test_a_poll_survives_nothing_but_what_happened_does(fake, bot):
    poll = asyncio.create_task(bot.get_updates(timeout=5))
    await fake.polled()
    async with fake.unreachable():
        with pytest.raises(NetworkError):
            await poll
        fake.user().send("一")
    assert texts(await bot.get_updates()) == ["一"]


async def test_python_telegram_bot_polls_it_and_stops(fake):
    seen = []

    async def handle(update, context):
        seen.append(update.message.text)
        await update.message.reply_text(f"听到{update.message.text}")

    async with ptb(fake) as bot:
        application = Application.builder().bot(bot).build()
        application.add_handler(TypeHandler(object, handle))
        await application.initialize()
        await application.start()
        assert application.updater is not None
        await application.updater.start_polling(poll_interval=0, timeout=5)
        await fake.polled()
        ann = fake.user()
        ann.send("一")
        assert (await ann.next()).text == "听到一"
        assert (await ann.ask("二")).text == "听到二"
        fake.updates.drop_poll()
        await application.updater.stop()
        await application.stop()
    assert seen == ["一", "二"]
    assert not fake.log.unknown()
