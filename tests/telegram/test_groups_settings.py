"""What each setting of a group does, as its members see it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
import pytest_asyncio

from tests.telegram.groups import WITHIN, Stage, staged

pytestmark = pytest.mark.asyncio(loop_scope="module")

QUESTION = "@ 申诉秒驳回怎么办"
SCAM = "专业代申诉解封，包成功，先解后付，加我微信 abc12345"
PHONE = "我电话 13812345678"


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    async with staged(tmp_path_factory.mktemp("bot"), reads_all=True) as one:
        yield one


def all_day() -> list[int]:
    """Quiet hours around now, in UTC."""
    hour = datetime.now(UTC).hour
    return [(hour - 2) % 24, (hour + 3) % 24]


# ── what members see ────────────────────────────────────────────────────────
async def test_traditional_characters(stage: Stage) -> None:
    group = stage.group()
    await stage.imported(group, locale="zh_Hant")
    answer = await stage.said(group, stage.member(group), QUESTION)
    assert "在私聊裡繼續" in answer.labels
    assert "申訴" in answer.text


async def test_quiet_hours(stage: Stage) -> None:
    group = stage.group()
    await stage.imported(group, quiet=all_day(), zone="UTC", scam_guard=True)
    for text in (QUESTION, "/help@", SCAM, PHONE):
        group.say(stage.member(group), text.replace("@", stage.at))
    await stage.quiet(group)


async def test_danger_is_answered_in_quiet_hours(stage: Stage) -> None:
    group = stage.group()
    await stage.imported(group, quiet=all_day(), zone="UTC")
    answer = await stage.said(group, stage.member(group), "@ 我刚把钱转给骗子了，怎么办")
    assert "110" in answer.text


async def test_a_member_waits_and_is_told_once(stage: Stage) -> None:
    group = stage.group()
    await stage.imported(group, user_cooldown=60)
    user = stage.member(group)
    await stage.said(group, user, QUESTION)
    notice = await stage.said(group, user, QUESTION)
    assert notice.text.startswith("稍等 ")
    for _ in range(3):
        group.say(user, QUESTION.replace("@", stage.at))
    await stage.quiet(group)


async def test_a_group_waits(stage: Stage) -> None:
    group = stage.group()
    await stage.imported(group, group_cooldown=60, user_cooldown=0)
    await stage.said(group, stage.member(group), QUESTION)
    assert (await stage.said(group, stage.member(group), QUESTION)).text.startswith("稍等 ")
    group.say(stage.member(group), QUESTION.replace("@", stage.at))
    await stage.quiet(group)


async def test_danger_does_not_wait(stage: Stage) -> None:
    group = stage.group()
    await stage.imported(group, user_cooldown=60, group_cooldown=60)
    user = stage.member(group)
    await stage.said(group, user, QUESTION)
    assert "110" in (await stage.said(group, user, "@ 我刚把钱转给骗子了，怎么办")).text


async def test_its_answers_are_taken_away(stage: Stage) -> None:
    group = stage.group()
    await stage.imported(group, auto_delete=1)
    answer = await stage.said(group, stage.member(group), QUESTION)
    await stage.fake.wait_for(lambda _: answer.deleted, WITHIN)


@pytest.mark.parametrize("text", ["/help@", "/settings@"])
async def test_commands_are_taken_away(stage: Stage, text: str) -> None:
    group = stage.group()
    with stage.fake.updates.lost():
        group.promote_bot()
    await stage.imported(group, delete_commands=True)
    group.skip()
    said = group.say(group.owner, text.replace("@", stage.at))
    assert (await group.next(WITHIN)).keyboard
    assert said.deleted


@pytest.mark.parametrize("text", ["/help@another_bot", "/unknown", QUESTION])
async def test_other_messages_stay(stage: Stage, text: str) -> None:
    group = stage.group()
    with stage.fake.updates.lost():
        group.promote_bot()
    await stage.imported(group, delete_commands=True, mode="commands")
    said = group.say(stage.member(group), text.replace("@ ", f"{stage.at} "))
    await stage.quiet(group)
    assert not said.deleted


async def test_without_the_right_commands_stay_and_are_answered(stage: Stage) -> None:
    group = stage.group()
    await stage.imported(group, delete_commands=True)
    assert "怎么办" in (await stage.said(group, stage.member(group), "/help@")).text
    check = await stage.said(group, group.owner, "/check@")
    assert "「删除消息」" in check.text


async def test_a_disabled_command(stage: Stage) -> None:
    group = stage.group()
    await stage.choose(group, "cmds", "nocmd/help")
    group.say(stage.member(group), f"/help{stage.at}")
    await stage.quiet(group)


async def test_the_scam_guard_warns_and_deletes_nothing(stage: Stage) -> None:
    group = stage.group()
    await stage.imported(group, scam_guard=True)
    user = stage.member(group, "卖家某")
    said = group.say(user, SCAM)
    warning = await group.next(WITHIN)
    assert "卖家某" not in warning.text
    await stage.quiet(group)
    assert not said.deleted
    assert not stage.fake.log.of("deleteMessage", group.id)


async def test_the_scam_guard_is_off_at_first(stage: Stage) -> None:
    group = stage.group()
    group.say(stage.member(group), SCAM)
    await stage.quiet(group)


async def test_the_number_guard_can_be_switched_off(stage: Stage) -> None:
    group = stage.group()
    await stage.imported(group, number_guard=False)
    group.say(stage.member(group), PHONE)
    await stage.quiet(group)


async def test_blocked_and_unblocked(stage: Stage) -> None:
    group = stage.group()
    user = stage.member(group, "被挡的人")
    assert "不再回应" in (await stage.said(group, group.owner, f"/block@ {user.id}")).text
    for text in (QUESTION, "/help@"):
        group.say(user, text.replace("@", stage.at))
    await stage.quiet(group)
    assert "会回应" in (await stage.said(group, group.owner, f"/unblock@ {user.id}")).text
    assert "驳回" in (await stage.said(group, user, QUESTION)).text


@pytest.mark.parametrize("whom", ["", "张三", "1087968824", "0", "12345678901234567890"])
async def test_whom_to_block_must_be_somebody(stage: Stage, whom: str) -> None:
    group = stage.group()
    answer = await stage.said(group, group.owner, f"/block@ {whom}")
    assert "编号" in answer.text


async def test_somebody_does_not_want_to_be_answered(stage: Stage) -> None:
    first, second = stage.group(), stage.group()
    await stage.imported(first, user_cooldown=0)
    user = stage.member(first)
    with stage.fake.updates.lost():
        second.join(user)
    assert "不接话" in (await stage.said(first, user, "@ 不要回应我")).text
    for group in (first, second):
        group.say(user, QUESTION.replace("@", stage.at))
        group.say(user, f"{stage.at} 不要回应我")
        await stage.quiet(group)
    await stage.said(second, user, "/start@")
    assert "驳回" in (await stage.said(first, user, QUESTION)).text


async def test_changes_are_told_to_the_log_chat(stage: Stage) -> None:
    group = stage.group()
    group.owner.start()
    panel = await stage.panel(group)
    await stage.press(group.owner, panel, "p/log")
    await stage.press(group.owner, panel, "log/me")
    told = await group.owner.next(WITHIN, holding="改动告诉谁")
    await stage.press(group.owner, panel, "p/overview")
    await stage.press(group.owner, panel, "p/mode")
    await stage.press(group.owner, panel, "mode/commands")
    told = await group.owner.next(WITHIN, holding="什么时候说话")
    assert "叫我才说 → 只听命令" in told.text


async def test_a_wrong_answer_is_reported(stage: Stage) -> None:
    group = stage.group()
    await stage.choose(group, "log", "log/here")
    answer = await stage.said(group, stage.member(group), QUESTION)
    reporter = stage.member(group, "某某人")
    group.say(reporter, f"/report{stage.at}", reply_to=answer)
    await group.next(WITHIN, holding="没说是谁")
    told = await group.next(WITHIN, holding="有成员觉得")
    assert f"t.me/c/{str(group.id)[4:]}/{answer.id}" in (told.html or "")
    assert not stage.fake.log.contains("某某人")


async def test_a_welcome(stage: Stage) -> None:
    group = stage.group()
    with stage.fake.updates.lost():
        group.promote_bot()
    said = await stage.said(group, group.owner, "/text@ 欢迎语 = 欢迎，群规看置顶")
    assert "管理员身份" in said.text
    group.skip()
    group.join(stage.fake.user("新来的"))
    welcome = await group.next(WITHIN)
    assert welcome.text == "欢迎，群规看置顶"


# ── common questions ────────────────────────────────────────────────────────
@pytest.mark.parametrize("entry", ["群规 = 看置顶的 <1> & <2>", "群规＝看置顶的 <1> & <2>"])
@pytest.mark.parametrize("ask", ["@ 群规在哪", "/faq@ 群规"])
async def test_a_common_question(stage: Stage, entry: str, ask: str) -> None:
    group = stage.group()
    assert "记下了" in (await stage.said(group, group.owner, f"/faq@ {entry}")).text
    assert (await stage.said(group, stage.member(group), ask)).text == "看置顶的 <1> & <2>"


@pytest.mark.parametrize("text", ["群规在哪", "大家看看群规"])
async def test_a_keyword_that_is_not_addressed(stage: Stage, text: str) -> None:
    group = stage.group()
    await stage.said(group, group.owner, "/faq@ 群规 = 看置顶")
    group.say(stage.member(group), text)
    await stage.quiet(group)


async def test_common_questions_are_listed(stage: Stage) -> None:
    group = stage.group()
    assert "还没有" in (await stage.said(group, stage.member(group), "/faq@")).text
    await stage.said(group, group.owner, "/faq@ 群规 = 看置顶")
    assert "群规" in (await stage.said(group, stage.member(group), "/faq@")).text


async def test_danger_comes_before_a_common_question(stage: Stage) -> None:
    group = stage.group()
    await stage.said(group, group.owner, "/faq@ 转 = 去私聊")
    answer = await stage.said(group, stage.member(group), "@ 我刚把钱转给骗子了，怎么办")
    assert "110" in answer.text
