"""When the bot speaks in a group: only when it is addressed, where it was addressed, briefly."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.telegram.groups import WITHIN, Stage, staged

pytestmark = pytest.mark.asyncio(loop_scope="module")

QUESTION = "申诉一分钟就被驳回怎么办"
OTHERS = "/help@another_bot"


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    async with staged(tmp_path_factory.mktemp("bot"), reads_all=True) as one:
        yield one


@pytest.mark.parametrize(
    "text",
    ["今天天气不错", "我的号被封了，怎么办", OTHERS, "@_2 你好", "@x 你好", "/unknown"],
    ids=["small talk", "a problem", "another bot's command", "longer name", "longer", "no command"],
)
async def test_it_is_silent_when_it_is_not_addressed(stage: Stage, text: str) -> None:
    group = stage.group()
    group.say(stage.member(group), text.replace("@", stage.at) if text != OTHERS else text)
    await stage.quiet(group)


async def test_an_answer_to_somebody_else_is_not_for_the_bot(stage: Stage) -> None:
    group = stage.group()
    asked = group.say(stage.member(group), "号被封了")
    group.say(stage.member(group), "怎么申诉", reply_to=asked)
    await stage.quiet(group)


async def test_an_edited_message_is_not_answered(stage: Stage) -> None:
    group = stage.group()
    user = stage.member(group)
    said = group.say(user, "随便说说")
    group.edit(said, f"{stage.at} {QUESTION}")
    await stage.quiet(group)


async def test_another_bot_is_not_answered(stage: Stage) -> None:
    group, other = stage.group(), stage.fake.other_bot()
    with stage.fake.updates.lost():
        group.join(other)
    group.say(other, f"/help{stage.at}", visible=True)
    group.say(other, f"{stage.at} {QUESTION}", visible=True)
    await stage.quiet(group)


@pytest.mark.parametrize("how", ["say_as_channel", "channel_post"])
async def test_a_channel_is_not_answered(stage: Stage, how: str) -> None:
    group = stage.group()
    getattr(group, how)(f"{stage.at} {QUESTION}")
    getattr(group, how)(f"/settings{stage.at}")
    await stage.quiet(group)


@pytest.mark.parametrize("text", ["@ 申诉秒驳回怎么办", "申诉秒驳回怎么办 @", "/help@", "/HELP@"])
async def test_it_answers_who_addresses_it(stage: Stage, text: str) -> None:
    group = stage.group()
    user = stage.member(group)
    answer = await stage.said(group, user, text)
    assert answer.reply_to is not None
    assert answer.reply_to.sender.id == user.id
    assert "在私聊里继续" in answer.labels


async def test_it_answers_a_reply_to_itself(stage: Stage) -> None:
    group = stage.group()
    first = await stage.said(group, stage.member(group), "/help@")
    answer = await stage.said(group, stage.member(group), QUESTION, reply_to=first)
    assert "驳回" in answer.text


async def test_a_public_answer_is_short_and_the_same_for_all(stage: Stage) -> None:
    group = stage.group()
    answers = [
        await stage.said(group, stage.member(group, name), f"@ 我叫{name}，{QUESTION}")
        for name in ("赵一一", "钱二二")
    ]
    assert answers[0].text == answers[1].text
    assert len(answers[0].text) <= 200


async def test_an_update_that_comes_twice_is_answered_once(stage: Stage) -> None:
    group = stage.group()
    stage.fake.updates.duplicate()
    await stage.said(group, stage.member(group), f"@ {QUESTION}")
    await stage.quiet(group)


async def test_who_was_cheated_is_told_what_cannot_wait_and_to_go_on_in_private(
    stage: Stage,
) -> None:
    group = stage.group()
    card = await stage.said(group, stage.member(group), "@ 我被骗了 13987654321 的电话，刚转了钱")
    assert "110" in card.text
    assert "止付" in card.text
    assert "这件事在私聊里说更安全，群里不放个人信息。" in card.text
    assert card.labels == ["在私聊里继续"]
    assert "139" not in card.text


async def test_a_general_topic_has_no_thread(stage: Stage) -> None:
    group = stage.group(forum=True)
    await stage.said(group, stage.member(group), f"@ {QUESTION}")
    assert "message_thread_id" not in stage.fake.log.of("sendMessage", group.id)[-1].params


async def test_it_answers_in_the_same_topic(stage: Stage) -> None:
    group = stage.group(forum=True)
    topic = group.topic("申诉")
    answer = await stage.said(group, stage.member(group), f"@ {QUESTION}", thread=topic)
    assert answer.thread == topic


async def test_a_topic_that_the_admins_have_closed_is_silent(stage: Stage) -> None:
    group = stage.group(forum=True)
    topic = group.topic("闲聊")
    panel = await stage.panel(group, thread=topic)
    await stage.press(group.owner, panel, "p/topics")
    assert await stage.press(group.owner, panel, f"notop/{topic}") == "改好了"
    group.say(stage.member(group), f"{stage.at} {QUESTION}", thread=topic)
    await stage.quiet(group, topic)
    assert "驳回" in (await stage.said(group, stage.member(group), f"@ {QUESTION}")).text


async def test_after_a_downtime_old_messages_stay_unanswered(stage: Stage) -> None:
    group = stage.group()
    stage.fake.world.travel(-400)
    group.say(stage.member(group), f"{stage.at} {QUESTION}")
    stage.fake.world.travel(400)
    await stage.quiet(group)


# ── modes ───────────────────────────────────────────────────────────────────
async def test_commands_only(stage: Stage) -> None:
    group = stage.group()
    assert await stage.choose(group, "mode", "mode/commands") == "改好了"
    group.say(stage.member(group), f"{stage.at} {QUESTION}")
    await stage.quiet(group)
    assert "在私聊里继续" in (await stage.said(group, stage.member(group), "/help@")).labels


@pytest.mark.parametrize("text", ["@ 申诉秒驳回怎么办", "/help@", "我电话 13812345678"])
async def test_switched_off(stage: Stage, text: str) -> None:
    group = stage.group()
    await stage.choose(group, "mode", "mode/off")
    group.say(stage.member(group), text.replace("@", stage.at))
    await stage.quiet(group)
    assert (await stage.panel(group)).labels


async def test_switched_off_with_a_line_of_the_admins_own(stage: Stage) -> None:
    group = stage.group()
    await stage.said(group, group.owner, "/text@ 停用提示 = 活动期间我先休息，有事私聊我")
    await stage.choose(group, "mode", "mode/off")
    answer = await stage.said(group, stage.member(group), f"@ {QUESTION}")
    assert answer.text == "活动期间我先休息，有事私聊我"


# ── nothing personal ────────────────────────────────────────────────────────
PLANTED = {
    "phone": "13987654321",
    "order": "P728364519283746",
    "identity": "110101199003074514",
    "name": "司马相如之",
    "street": "幸福路八十八弄",
    "code": "验证码 482913",
}


@pytest.mark.parametrize("kind", PLANTED)
@pytest.mark.parametrize("call", ["@ {} 我被骗了怎么办", "/faq@ {}", "/report@ {}", "{}"])
async def test_what_a_member_wrote_is_never_repeated(stage: Stage, kind: str, call: str) -> None:
    group, words = stage.group(), PLANTED[kind]
    user = stage.member(group, words)
    group.say(user, call.format(words).replace("@", stage.at))
    group.skip()
    group.say(group.owner, f"/audit{stage.at}")
    await group.next(WITHIN, holding="改动记录")
    assert not stage.fake.log.contains(words)
    assert words not in stage.bot.log


async def test_the_number_guard_asks_to_take_it_back_and_names_nobody(stage: Stage) -> None:
    group = stage.group()
    warned = await stage.said(group, stage.member(group, "欧阳某"), "加我电话 13987654321")
    assert "撤回" in warned.text
    assert "欧阳" not in warned.text
    assert "139" not in warned.text
