"""/check: every line a fact and, where something is wrong, what to do; nothing leaks."""

from __future__ import annotations

import pytest

from bot.channels.telegram.chats import ChatFacts, Rejected, Unsent
from bot.channels.telegram.events import Sender
from bot.core.errors import StorageError
from bot.groups.selfcheck import Finding, SelfCheck
from bot.store.records import Record
from tests.groups.stage import ADMIN, BOT, GROUP, MEMBER, Stage


@pytest.fixture
def stage() -> Stage:
    stage = Stage()
    stage.chats.enter(GROUP, BOT)
    stage.chats.known[GROUP] = ChatFacts(GROUP, "supergroup", "群")
    return stage


async def lines(stage: Stage, **message: object) -> str:
    check = SelfCheck(stage.ground, stage.book)
    return (await check.checked(stage.message(GROUP, ADMIN, "", **message))).text


async def test_a_plain_member_without_any_right_is_all_right(stage):
    assert await lines(stage) == (
        "<b>自检</b>，都正常：\n"
        "✓ 和 Telegram 连得上，令牌有效。\n"
        "✓ 隐私模式开着，我只看得到叫我的话。\n"
        "✓ 不需要任何权限。\n"
        "✓ 这个群没有分话题。\n"
        "✓ 匿名管理员也能用：改设置时按一下面板上的「我是管理员」。\n"
        "✓ 这台机器的钟是准的。\n"
        "✓ 存得进、读得出。"
    )


async def test_the_answer_comes_where_it_was_asked(stage):
    message = stage.message(GROUP, ADMIN, thread=9)
    post = await SelfCheck(stage.ground, stage.book).checked(message)
    assert (post.address, post.reply_to) == (f"tg:{GROUP}/9", message.id)


async def test_in_private_chat_there_is_no_group_to_look_at(stage):
    stage.chats.known[MEMBER] = ChatFacts(MEMBER, "private")
    found = await SelfCheck(stage.ground, stage.book).findings(stage.message(MEMBER, MEMBER))
    assert [each.fine for each in found] == [True] * 3


@pytest.mark.parametrize(
    ("status", "rights", "settings", "line"),
    [
        ("administrator", ("can_delete_messages",), {}, "✓ 有「删除消息」的权限"),
        ("administrator", (), {}, "✓ 不需要任何权限"),
        ("administrator", (), {}, "✓ 我是管理员，群里每句话都会传给我；没叫我的，我不答也不存"),
        ("member", (), {"delete_commands": True}, "！ 设置了收走命令，可我没有「删除消息」的权限"),
        ("restricted", (), {}, "！ 我在这个群被限制发言"),
        ("restricted", ("can_send_messages",), {}, "✓ 不需要任何权限"),
        ("left", (), {}, "！ Telegram 说我不在这个群"),
        ("member", (), {"scam_guard": True}, "！ 防骗提醒开着，可隐私模式让我只看得到叫我的话"),
        ("administrator", (), {"scam_guard": True}, "✓ 我是管理员"),
    ],
)
async def test_rights_are_told(stage, status, rights, settings, line):
    stage.chats.enter(GROUP, BOT, status, *rights)
    await stage.book.change(GROUP, **settings)
    assert line in await lines(stage)


async def test_privacy_mode_off_is_told():
    stage = Stage(reads_all=True)
    assert "✓ 隐私模式关着，群里每句话都会传给我；没叫我的，我不答也不存。" in await lines(stage)


async def test_a_forum_is_told_with_its_closed_topics(stage):
    stage.chats.known[GROUP] = ChatFacts(GROUP, "supergroup", "群", True)
    await stage.book.change(GROUP, closed_topics=(3, 4))
    assert (
        "✓ 这个群分话题，在哪里叫我就在哪里答，「General」也一样，有 2 个话题关着"
        in await lines(stage)
    )


async def test_a_hidden_admin_is_told_what_to_press(stage):
    text = await lines(stage, sender=Sender(1087968824, "anonymous"))
    assert "✓ 你现在是匿名管理员，我看不出是谁。改设置时按一下面板上的「我是管理员」。" in text


@pytest.mark.parametrize(
    ("skew", "line"),
    [
        (0, "✓ 这台机器的钟是准的"),
        (30, "✓ 这台机器的钟是准的"),
        (-30, "✓ 这台机器的钟是准的"),
        (31, "！ 这台机器的钟慢了 31 秒"),
        (-31, "！ 这条消息晚到了 31 秒，或者这台机器的钟快了"),
    ],
)
async def test_the_clock_is_compared_with_telegrams(stage, skew, line):
    assert line in await lines(stage, date=stage.seconds + skew)


@pytest.mark.parametrize("error", [Unsent("token 123456:AAA"), Rejected("chat not found")])
async def test_what_telegram_said_is_not_repeated(stage, error):
    stage.chats.failing = {"member": error, "facts": error}
    text = await lines(stage)
    assert text.startswith("<b>自检</b>，有 3 处要看一下：\n！ 这会儿问不到 Telegram。")
    assert str(error) not in text


async def test_a_store_that_cannot_write_is_told_without_its_path(stage, monkeypatch):
    async def broken(record: Record, at: str) -> Record:
        raise StorageError("磁盘满了：/var/lib/zhenren.db")

    monkeypatch.setattr(stage.records, "put", broken)
    text = await lines(stage)
    assert "！ 存不进去。请机主看磁盘空间和写权限。" in text
    assert "zhenren.db" not in text


async def test_nothing_is_left_in_the_store(stage):
    await lines(stage)
    assert await stage.records.find("check") == []


def test_a_line_is_a_mark_a_fact_and_a_fix():
    assert str(Finding(False, "钟慢了", "对一下")) == "！ 钟慢了。对一下。"
    assert str(Finding(True, "好")) == "✓ 好。"
