"""Whole cases in private chat, as somebody on a phone has them: typed words, pasted answers, buttons."""

from __future__ import annotations

import pytest

from bot.serving.words import TOASTS

pytestmark = pytest.mark.asyncio(loop_scope="module")

LIMIT = 20.0
"""Seconds for an answer in a long talk: a chat takes one message a second."""


async def say(served, user, text, holding=""):
    user.skip()
    user.send(text)
    return await user.next(LIMIT, holding=holding)


async def press(served, user, button, holding=""):
    await served.fake.wait_for(lambda _: any(button in each.labels for each in user.shown), LIMIT)
    user.skip()
    await user.press(button).answered(LIMIT)
    return await user.next(LIMIT, holding=holding)


async def test_a_ban_until_a_human_is_there_and_it_is_solved(served, ann):
    opened = await say(
        served, ann, "早上突然永久封号，写违规引流，申诉不到一分钟就驳回，客服全是机器人"
    )
    assert "先别再点申诉" in opened.text
    for said in ("就写了引流 没说哪篇", "有个商单在走，余额两百多", "没有啊 我就发探店"):
        await say(served, ann, said)
    await say(served, ann, "薯条小铺", holding="记下了：永久封禁")
    letter = await press(served, ann, "都有了", holding="薯条小铺")
    copied = ann.press("复制这句", letter).copied
    assert copied is not None
    assert len(copied) <= 256
    assert "薯条小铺" in copied
    await say(served, ann, "发好了")
    await say(served, ann, "帮助与客服")
    await press(served, ann, "聊天窗口", holding="转人工")
    for marked, phrase in (
        ("亲，您的问题已为您解决，感谢您的耐心等待", "没有解决"),
        ("本次咨询已为您标记为已解决，如有疑问请再次联系", "由人工"),
        ("您的问题已标记解决啦", "GB/T 47746"),
    ):
        answer = await say(served, ann, marked, holding=phrase)
        assert phrase in (ann.press("复制这句", answer).copied or "")
    talk = await say(served, ann, "转到人工了 姓刘 问我什么事", holding="第二十四条")
    assert "<code>" in (talk.html or "")
    await press(served, ann, "问我解决没")
    await say(served, ann, "解决了")
    told = await say(served, ann, "/case", holding="问题")
    assert "结果：" in told.text


async def test_danger_is_answered_before_everything_else(served, ann):
    await say(served, ann, "我的账号被永久封禁，申诉一分钟就被驳回")
    answer = await say(
        served, ann, "有人冒充客服让我共享屏幕还要转账，我刚转了5000，他电话13812345678"
    )
    first = answer.text.splitlines()
    assert "110" in "".join(first[:4])
    assert "别再转钱" in answer.text


async def test_fraud_in_the_first_sentence_is_answered_with_what_to_do_now(served, ann):
    answer = await say(served, ann, "我刚刚被骗了，冒充客服的让我转了八千")
    assert answer.text.startswith("先停手")
    assert "110" in answer.text


async def test_numbers_are_shown_to_their_owner_and_not_stored(served, ann):
    order, phone = "P7302998877", "13812349876"
    await say(
        served,
        ann,
        f"订单{order}，10月8号买的羽绒服398，15号寄回去签收了一个多月没退款，手机{phone}",
    )
    assert order in (await say(served, ann, "/case", holding="问题")).text
    await say(served, ann, "待商家处理")
    letter = await say(served, ann, "都有了", holding="说明写好了")
    assert order in letter.text
    assert order in letter.button("复制这句")["copy_text"]["text"]
    assert not served.stored(order)
    assert not served.stored(phone)
    assert order not in served.bot.log
    assert phone not in served.bot.log


async def test_the_longest_version_has_a_text_to_tap_instead_of_a_button(served, ann):
    await say(served, ann, "订单P7302118841，10月8号买的羽绒服398，15号寄回去签收了一个多月没退款")
    await say(served, ann, "待商家处理")
    await say(served, ann, "都有了", holding="说明写好了")
    letter = await press(served, ann, "长一点（500 字内）", holding="退款问题说明")
    code = (letter.html or "").partition("<code>")[2].partition("</code>")[0]
    assert code
    if len(code) > 256:
        assert "复制这句" not in letter.labels
        assert "按一下上面那段字" in letter.text


async def test_a_letter_that_was_scrolled_away_can_be_seen_again(served, ann):
    await say(served, ann, "订单P7302118841，10月8号买的羽绒服398，15号寄回去签收了一个多月没退款")
    await say(served, ann, "待商家处理")
    await say(served, ann, "都有了", holding="说明写好了")
    assert "复制这句" in (await say(served, ann, "/start")).labels


async def test_sentences_to_paste_stay_simplified(served, ann):
    await say(
        served,
        ann,
        "訂單P7302118841，10月8號買的羽絨服398，15號寄回去簽收了一個多月沒退款，店家讓我找平台",
    )
    await say(served, ann, "待商家處理")
    letter = await say(served, ann, "都有了", holding="說明")
    copied = letter.button(letter.labels[0])["copy_text"]["text"]
    copied.encode("gb2312")
    assert "签收" in copied
    assert "發好了" in letter.labels


# ── forgetting ──────────────────────────────────────────────────────────────


async def test_forgetting_asks_first_and_can_be_declined(served, ann):
    await say(served, ann, "我的账号被永久封禁，申诉一分钟就被驳回")
    asked = await say(served, ann, "/forget")
    assert "找不回来" in asked.text
    await press(served, ann, "不删", holding="都还在")
    assert "封号" in (await say(served, ann, "/case", holding="问题")).text


async def test_what_was_forgotten_is_in_no_file_of_the_store(served, ann):
    amount = "40317"
    bought = f"订单P7302118841，10月8号买的羽绒服{amount}，15号寄回去签收了一个多月没退款"
    await say(served, ann, f"{bought}，店家让我找平台")
    assert amount in (await say(served, ann, "待商家处理")).text
    assert served.stored(amount)
    await say(served, ann, "/forget")
    done = await press(served, ann, "确定全删")
    assert "删干净了" in done.text
    assert not served.stored(amount)
    assert "还没有案子" in (await say(served, ann, "/case")).text


async def test_buttons_of_before_do_nothing_after_forgetting(served, ann):
    asked = await say(served, ann, "我的账号被永久封禁，申诉一分钟就被驳回")
    sure = await say(served, ann, "/forget")
    labels = (("只有大类", asked), ("确定全删", sure))
    pressed = [message.button(label)["callback_data"] for label, message in labels]
    await press(served, ann, "确定全删", holding="删干净了")
    for data in pressed:
        assert (await ann.forge(data, asked).answered()).text == TOASTS["stale"]
    assert not await served.before_help(ann)
    assert "还没有案子" in (await say(served, ann, "/case")).text


async def test_forgetting_before_anything_was_said_is_fine(served, ann):
    assert "没有" in (await say(served, ann, "/forget")).text


async def test_nothing_went_wrong_in_all_of_it(served):
    assert not served.fake.log.unknown()
    assert "ERROR" not in served.bot.log
