"""The volunteers' desk from end to end: a card in a topic, words both ways, an end, and nothing personal in between."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio

from tests.telegram.fake.chats import Message
from tests.telegram.fake.groups import Group
from tests.telegram.fake.people import User
from tests.telegram.groups import WITHIN, Stage, staged

pytestmark = pytest.mark.asyncio(loop_scope="module")

NAME, PHONE, ORDER = "上官某人", "13987654321", "P728364519283746"


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    async with staged(tmp_path_factory.mktemp("bot")) as one:
        yield one


@dataclass
class Desk:
    """A forum with a desk in one of its topics, somebody who needs help, and who helps."""

    group: Group
    topic: int
    user: User
    helper: User


@pytest_asyncio.fixture(loop_scope="module")
async def desk(stage: Stage) -> Desk:
    group = stage.group(forum=True)
    topic = group.topic("志愿者")
    assert "求助卡" in (await stage.said(group, group.owner, "/desk@", thread=topic)).text
    return Desk(group, topic, stage.member(group, NAME), stage.member(group, "帮手"))


async def consented(stage: Stage, desk: Desk) -> Message:
    """The person has told their case, asked for a volunteer, and is asked whether they agree."""
    card = await stage.said(desk.group, desk.user, "@ 申诉秒驳回怎么办")
    desk.user.press("找志愿者搭把手", card)
    assert "先跟我说说" in (await desk.user.next(WITHIN)).text
    await stage.asked(desk.user, f"我的账号被永久封禁了，我叫{NAME}，电话{PHONE}，订单{ORDER}")
    desk.user.send("/volunteer")
    return await desk.user.next(WITHIN, holding="先看清楚要给出去什么")


async def posted(stage: Stage, desk: Desk) -> Message:
    """The card on the desk."""
    offer = await consented(stage, desk)
    desk.group.skip()
    desk.user.press("同意", offer)
    await desk.user.next(WITHIN, holding="已经放到志愿者台")
    return await desk.group.next(WITHIN)


async def claimed(stage: Stage, desk: Desk) -> Message:
    """The card after the helper has taken it."""
    card = await posted(stage, desk)
    query = await desk.helper.press("我来", card).answered(WITHIN)
    assert query.text == "接好了，回复这张卡就行。"
    await desk.user.next(WITHIN, holding="有志愿者接了")
    return card


def nothing_personal(stage: Stage, desk: Desk) -> bool:
    """Whether the group was told nothing of the person: no value anywhere, no id in what is said there."""
    where, user = [desk.group.id], str(desk.user.id)
    said = [call.everything() for call in stage.fake.log.to(desk.group.id) if call.message]
    values = any(stage.fake.log.contains(text, chats=where) for text in (NAME, PHONE, ORDER))
    return not values and not any(user in each for each in said)


async def test_what_is_agreed_to_is_what_is_shown(stage: Stage, desk: Desk) -> None:
    offer = await consented(stage, desk)
    assert PHONE not in offer.text
    assert offer.labels == ["同意", "不了"]
    desk.user.press("同意", offer)
    card = await desk.group.next(WITHIN, holding="已打码")
    summary = offer.text.split("\n", 1)[1].split("\n· ")[0]
    assert summary in card.text
    assert card.thread == desk.topic


async def test_words_go_both_ways_until_the_end(stage: Stage, desk: Desk) -> None:
    card = await claimed(stage, desk)
    desk.group.say(desk.helper, "先截下驳回的理由", reply_to=card)
    told = await desk.user.next(WITHIN, holding="先截下驳回的理由")
    assert "帮手" not in told.text
    desk.user.send(f"好的，我的电话是 {PHONE}")
    answer = await desk.group.next(WITHIN, holding="回话")
    assert answer.thread == desk.topic
    await stage.asked(desk.user, "/seen")  # by now the bot knows its own message
    desk.group.say(desk.helper, "收到", reply_to=answer)
    await desk.user.next(WITHIN, holding="收到")
    assert (await desk.helper.press("结束", card).answered(WITHIN)).text == "结束了，谢谢你。"
    await desk.user.next(WITHIN, holding="志愿者那边结束了")
    await stage.fake.wait_for(lambda _: card.deleted and answer.deleted, WITHIN)
    assert nothing_personal(stage, desk)


async def test_who_has_seen_it(stage: Stage, desk: Desk) -> None:
    await claimed(stage, desk)
    seen = await stage.asked(desk.user, "/seen")
    assert "志愿者台" in seen.text
    assert "志愿者 1" in seen.text
    assert "帮手" not in seen.text
    assert str(desk.helper.id) not in seen.text


async def test_taking_it_back(stage: Stage, desk: Desk) -> None:
    card = await posted(stage, desk)
    assert "撤回了" in (await stage.asked(desk.user, "/withdraw")).text
    await stage.fake.wait_for(lambda _: card.deleted, WITHIN)
    assert "没有开着的求助" in (await stage.asked(desk.user, "/withdraw")).text


async def test_forgetting_takes_it_back_first(stage: Stage, desk: Desk) -> None:
    card = await claimed(stage, desk)
    await stage.asked(desk.user, "/start")
    asked = await stage.asked(desk.user, "/forget")
    desk.user.press("确定全删", asked)
    await stage.fake.wait_for(lambda _: card.deleted, WITHIN)


async def test_saying_no(stage: Stage, desk: Desk) -> None:
    offer = await consented(stage, desk)
    query = await desk.user.press("不了", offer).answered(WITHIN)
    assert query.text == "好，什么都没有给出去。"
    assert "没有人看过" in (await stage.asked(desk.user, "/seen")).text
    assert nothing_personal(stage, desk)


async def test_of_two_volunteers_one_gets_it(stage: Stage, desk: Desk) -> None:
    card = await posted(stage, desk)
    other = stage.member(desk.group)
    data = card.button("我来")["callback_data"]
    await stage.forged(desk.helper, data, card)
    assert (await stage.forged(other, data, card)).text == "有别的志愿者接了。"
    desk.group.skip()
    desk.group.say(other, "我也想帮", reply_to=card)
    assert "有别的志愿者接了" in (await desk.group.next(WITHIN)).text
    assert not desk.user.unread or "我也想帮" not in desk.user.unread[-1].text


async def test_who_is_not_in_the_group_gets_nothing(stage: Stage, desk: Desk) -> None:
    card = await posted(stage, desk)
    query = await stage.forged(stage.fake.user(), card.button("我来")["callback_data"], card)
    assert query.text == "只有这个台里的人能按。"


async def test_danger_is_answered_at_once_even_then(stage: Stage, desk: Desk) -> None:
    await claimed(stage, desk)
    desk.user.skip()
    desk.user.send("我刚把钱转给骗子了，怎么办")
    assert "110" in (await desk.user.next(WITHIN)).text
    await desk.group.next(WITHIN, holding="回话")


async def test_without_a_desk_there_is_no_button(stage: Stage, desk: Desk) -> None:
    group = desk.group
    assert "收起来" in (await stage.said(group, group.owner, "/desk@ off", thread=desk.topic)).text
    card = await stage.said(group, desk.user, "@ 申诉秒驳回怎么办")
    assert card.labels == ["在私聊里继续"]


async def test_a_desk_that_moves_with_its_group(stage: Stage) -> None:
    group = stage.group(kind="group")
    await stage.said(group, group.owner, "/desk@")
    one = Desk(group, 0, stage.member(group, NAME), stage.member(group, "帮手"))
    card = await stage.said(group, one.user, "@ 申诉秒驳回怎么办")
    one.user.press("找志愿者搭把手", card)
    await one.user.next(WITHIN)
    await stage.asked(one.user, "我的账号被永久封禁了")
    group.migrate()
    await stage.panel(group)
    one.user.send("/volunteer")
    offer = await one.user.next(WITHIN, holding="先看清楚")
    one.user.press("同意", offer)
    assert "已打码" in (await group.next(WITHIN, holding="求助")).text
