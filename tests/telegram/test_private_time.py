"""What the process does over time: reminders, restarts, a store that is away; and a case that goes outside.

Conversations are prepared by the engine itself, with a clock that stands in the past, on the store that the process
is then started on.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.app import Engine, build_engine
from bot.channels.base import Update
from bot.config import flows_dir, locales_dir
from bot.core.profile import Profile
from bot.core.turn import Response
from bot.serving.words import TOASTS
from bot.store.opening import open_store
from tests.telegram.fake.server import FakeTelegram
from tests.telegram.running import running

JUDGED = (
    "申请退款被商家拒绝了，说影响二次销售，吊牌还在",
    "第三天就申请了",
    "289",
    "P7302118842",
    "缺聊天",
    "发好了",
    "有这个按钮",
    "发好了",
    "没给编号",
)
"""Until somebody is to be asked in about a week how the platform has judged."""

REFUSED = (
    "+20",
    "拒绝了",
    "转到了，叫小禾",
    "已为您登记，工单号GD882013，3到7个工作日内回复",
    "小禾",
    "+20",
    "拒绝了",
    "没有新的",
)
"""From there until a human refuses to look again."""


@pytest.fixture(scope="module")
def engine() -> Engine:
    return build_engine(flows_dir(), locales_dir(), date.today())


@pytest.fixture
async def fake() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as fake:
        yield fake


@asynccontextmanager
async def agent_over(engine, db):
    store = await open_store(str(db))
    try:
        yield engine.agent(store)
    finally:
        await store.close()


async def told(engine, db, user, days_ago, *lines):
    """Have said this so many days ago; `+20` lets days pass."""
    where, now = f"tg:{user.id}", datetime.now(UTC) - timedelta(days=days_ago)
    async with agent_over(engine, db) as agent:
        await never_quiet(agent, where, now)
        for line in lines:
            if line.startswith("+"):
                now += timedelta(days=int(line))
                await agent.elapse(where, now)
            else:
                await agent.handle(Update(where, "text", line), now)


async def never_quiet(agent, where, now):
    update = Update(where, "settings", id=now.isoformat())
    await agent.configure(update, lambda p: replace(p, quiet=None), Response("好"), now)


# ── reminders ───────────────────────────────────────────────────────────────


async def test_a_reminder_comes_once_with_its_buttons_also_after_a_restart(fake, engine, tmp_path):
    ann, db = fake.user(started=True), tmp_path / "a.db"
    await told(engine, db, ann, 20, *JUDGED)
    async with running(fake, db):
        reminder = await ann.next(10)
        assert "平台判了吗" in reminder.text
        assert reminder.labels[-1] == "明天再问我"
        assert "拒绝了" in reminder.labels
    async with running(fake, db):
        ann.send("/help")
        assert (await ann.next(10)).text.startswith("直接说")
        ann.skip()
        await ann.press("明天再问我", reminder).answered()
        assert "拒绝了" not in (await ann.next(10)).labels


async def test_a_reminder_that_falls_into_the_quiet_hours_waits(fake, engine, tmp_path):
    ann, db = fake.user(started=True), tmp_path / "a.db"
    await told(engine, db, ann, 21, *JUDGED, "+20")
    async with agent_over(engine, db) as agent:
        yesterday = datetime.now(UTC) - timedelta(days=1)
        calm, where = replace(Profile(), zone=_where_it_is(11), quiet=(9, 13)), f"tg:{ann.id}"
        set_calm = Update(where, "settings", id="calm")
        await agent.configure(set_calm, lambda _: calm, Response("好"), yesterday)
        await agent.handle(Update(where, "button", "cmd:snooze"), yesterday)
    async with running(fake, db):
        ann.send("/help")
        assert (await ann.next(10)).text.startswith("直接说")
        ann.send("/quiet off")
        assert (await ann.next(10)).text.startswith("好，随时提醒")
        assert "平台判了吗" in (await ann.next(10)).text


async def test_a_reminder_that_is_late_does_not_come_in_the_quiet_hours(fake, engine, tmp_path):
    ann, db = fake.user(started=True), tmp_path / "a.db"
    await told(engine, db, ann, 20, *JUDGED)
    async with agent_over(engine, db) as agent:
        calm, where = replace(Profile(), zone=_where_it_is(16), quiet=(15, 18)), f"tg:{ann.id}"
        past = datetime.now(UTC) - timedelta(days=19)
        await agent.configure(
            Update(where, "settings", id="calm"), lambda _: calm, Response("好"), past
        )
    async with running(fake, db):
        ann.send("/help")
        assert (await ann.next(10)).text.startswith("直接说")


async def test_a_reminder_to_who_has_blocked_the_bot_is_given_up(fake, engine, tmp_path):
    ann, ben, db = fake.user(started=True), fake.user("乙"), tmp_path / "a.db"
    await told(engine, db, ann, 20, *JUDGED)
    ann.account.blocked = True
    async with running(fake, db) as bot:
        await fake.wait_for(lambda log: log.of("sendMessage", ann.id))
        ben.start()
        assert await ben.next(10)
        ann.unblock()
        ann.send("/case")
        assert "退款" in (await ann.next(10)).text
        assert bot.alive
    assert len(fake.log.of("sendMessage", ann.id)) == 2


# ── outside ─────────────────────────────────────────────────────────────────


async def test_a_case_that_is_refused_everywhere_goes_to_an_office_outside(fake, engine, tmp_path):
    ann, db = fake.user(started=True), tmp_path / "a.db"
    await told(engine, db, ann, 44, *JUDGED, *REFUSED)
    async with running(fake, db):
        for refused in ("抱歉，该诉求不支持", "还是不支持哦"):
            ann.send(refused)
            assert (await ann.next(15)).labels[0] == "复制这句"
        ann.skip()
        await ann.press("说办不了").answered()
        assert "12315" in (await ann.next(15)).text
        ann.send("杭州某某贸易有限公司")
        letter = await ann.next(15, holding="投诉内容写好了")
        assert "被投诉人：杭州某某贸易有限公司" in letter.text
        await fake.wait_for(lambda _: "发好了" in ann.last.labels, 15)
        ann.skip()
        await ann.press("发好了", ann.last).answered()
        assert "编号是多少" in (await ann.next(15)).text
        ann.send("SH20261129001")
        assert "到时我来问" in (await ann.next(15)).text
        ann.send("/case")
        assert "【站外投诉】" in (await ann.next(15)).text


# ── restarts ────────────────────────────────────────────────────────────────


async def test_buttons_of_before_a_restart_count_while_their_place_holds(fake, tmp_path):
    ann = fake.user()
    async with running(fake, tmp_path / "a.db"):
        ann.send("我的账号被永久封禁，申诉一分钟就被驳回")
        asked = await ann.next()
    async with running(fake, tmp_path / "a.db"):
        await ann.press("只有大类", asked).answered()
        assert await ann.next(10)
        await fake.wait_for(lambda _: not asked.keyboard)
        assert (await ann.forge(_data(asked, "没看到通知"), asked).answered()).text == TOASTS[
            "stale"
        ]


async def test_what_was_sent_while_the_bot_was_away_is_answered(fake, tmp_path):
    ann = fake.user()
    async with running(fake, tmp_path / "a.db"):
        pass
    ann.send("我的账号被永久封禁，申诉一分钟就被驳回")
    fake.world.travel(3600)
    async with running(fake, tmp_path / "a.db"):
        assert "永久封禁" in (await ann.next()).text


# ── a store that is away ────────────────────────────────────────────────────


async def test_a_locked_store_means_later_and_no_technical_word(fake, tmp_path):
    ann, db = fake.user(), tmp_path / "a.db"
    async with running(fake, db) as bot:
        ann.send("/help")
        await ann.next()
        other = sqlite3.connect(db, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        ann.send("我的账号被永久封禁，申诉一分钟就被驳回")
        await asyncio.wait_for(_logged(bot), 15)
        other.execute("ROLLBACK")
        other.close()
        answer = await ann.next(20)
        assert "永久封禁" in answer.text
        assert not ann.unread
    for text in fake.log.texts_to(ann.id):
        assert "Error" not in text
        assert "Traceback" not in text


async def _logged(bot):
    before = len(bot.log)
    while "ERROR" not in bot.log[before:]:  # noqa: ASYNC110 - another process writes it
        await asyncio.sleep(0.05)


def _where_it_is(hour):
    """A zone in which it is now so many hours after midnight: a reminder of ten o'clock was due there today."""
    ahead = (hour - datetime.now(UTC).hour + 11) % 24 - 11
    return f"Etc/GMT{-ahead:+d}"


def _data(message, label):
    keyboards = [each.markup for each in message.edits] + [message.markup]
    return next(
        key["callback_data"]
        for markup in keyboards
        for row in (markup or {}).get("inline_keyboard", [])
        for key in row
        if key["text"] == label
    )
