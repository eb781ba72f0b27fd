"""Buttons in private chat: genuine, of this place, of this person, in time; everything else leads nowhere and says so."""

from __future__ import annotations

import pytest

from bot.channels.telegram.signing import Signer
from bot.serving.words import TOASTS

pytestmark = pytest.mark.asyncio(loop_scope="module")

BANNED = "我的账号被永久封禁，申诉一分钟就被驳回"
UNPAID = "订单P7302118841，10月8号买的羽绒服398，15号寄回去签收了一个多月没退款，店家让我找平台"


async def test_a_pressed_message_shows_the_choice_and_its_buttons_are_gone(served, ann):
    asked = await served.ask(ann, BANNED)
    await served.press(ann, "只有大类", asked)
    await served.fake.wait_for(lambda _: asked.edited)
    assert not asked.keyboard
    assert asked.text.endswith("› 只有大类")
    assert "通知里写明" in asked.text


async def test_a_pressed_message_keeps_its_sentence_to_copy(served, ann):
    letter = await _letter(served, ann)
    phrase = letter.button("复制这句")["copy_text"]["text"]
    await served.press(ann, "发好了", letter)
    await served.fake.wait_for(lambda _: letter.edited)
    assert letter.labels == ["复制这句"]
    assert phrase in letter.text
    assert f"<code>{phrase}</code>" in (letter.html or "")


async def test_a_button_pressed_twice_counts_once(served, ann):
    asked = await served.ask(ann, BANNED)
    first, second = ann.press("只有大类", asked), ann.press("没看到通知", asked)
    await first.answered()
    assert (await second.answered(10)).text == TOASTS["stale"]
    await ann.next(10)
    assert not await served.before_help(ann)
    told = await served.ask(ann, "/case")
    assert "只有大类" in told.text
    assert "没看到" not in told.text


async def test_a_button_of_a_place_that_was_left_is_stale(served, ann):
    asked = await served.ask(ann, BANNED)
    await served.ask(ann, "只有大类")
    assert await served.toast(ann, "没看到通知", asked) == TOASTS["stale"]
    await served.fake.wait_for(lambda _: not asked.keyboard)
    assert "›" not in asked.text


async def test_a_button_of_another_case_is_stale(served, ann):
    asked = await served.ask(ann, BANNED)
    await served.ask(ann, "/new", holding="发生了什么")
    assert await served.toast(ann, "只有大类", asked) == TOASTS["stale"]


async def test_a_message_that_telegram_shows_no_more_can_still_be_pressed(served, ann):
    asked = await served.ask(ann, BANNED)
    ann.skip()
    await ann.press("只有大类", asked, accessible=False).answered()
    assert "›" not in (await ann.next(10)).text


@pytest.mark.parametrize(
    "data",
    [
        "cmd:forget_yes",
        "b|cmd:forget_yes|||AAAAAAAA",
        "",
        "|",
        "||||",
        "b|x|zz|zz|",
        "忘掉我",
        "0" * 64,
    ],
)
async def test_forged_data_is_answered_and_never_reaches_the_dialogue(served, ann, data):
    asked = await served.ask(ann, BANNED)
    answer = await ann.forge(data, asked).answered()
    assert answer.text == TOASTS["forged"]
    assert not await served.before_help(ann)
    assert asked.keyboard


async def test_data_that_was_signed_for_another_chat_is_forged(served, ann, newcomer):
    ben = newcomer("乙")
    theirs = (await served.ask(ben, BANNED)).button("只有大类")["callback_data"]
    asked = await served.ask(ann, BANNED)
    assert (await ann.forge(theirs, asked).answered()).text == TOASTS["forged"]


async def test_a_press_by_somebody_else_is_refused(served, ann, newcomer):
    asked = await served.ask(ann, BANNED)
    data = Signer(served.fake.token).sign(ann.id, "x", "json", owner=ann.id)
    ben = newcomer("乙")
    assert (await ben.forge(data, asked).answered()).text == TOASTS["foreign"]
    assert not ben.shown


async def test_a_press_that_is_too_late_is_refused(served, ann):
    asked = await served.ask(ann, BANNED)
    data = Signer(served.fake.token).sign(ann.id, "x", "json", expires=1)
    assert (await ann.forge(data, asked).answered()).text == TOASTS["expired"]


@pytest.mark.parametrize("action", ["x", "c", "e", "q", "l", "b", "nobody"])
async def test_genuine_data_that_means_nothing_is_answered_without_harm(served, ann, action):
    asked = await served.ask(ann, BANNED)
    data = Signer(served.fake.token).sign(ann.id, action, "nothing")
    await ann.forge(data, asked).answered()
    await served.before_help(ann)
    assert "通知里写明" in (await served.ask(ann, "/why")).text
    assert "ERROR" not in served.bot.log


async def test_the_case_of_a_button_may_be_gone(served, ann):
    await served.ask(ann, BANNED)
    listed = await served.ask(ann, "/cases")
    asked = await served.ask(ann, "/forget")
    await served.press(ann, "确定全删", asked)
    assert await served.toast(ann, listed.labels[0], listed) == TOASTS["stale"]
    assert not await served.before_help(ann)


async def _letter(served, user):
    await served.ask(user, UNPAID)
    await served.ask(user, "待商家处理")
    return await served.ask(user, "都有了", holding="说明写好了")
