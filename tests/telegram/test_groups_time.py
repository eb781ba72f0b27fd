"""What the time brings to groups: the store is prepared, the bot starts, and what is due happens."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from bot.store.opening import open_store
from bot.store.records import Record, Records
from tests.telegram.fake.chats import Message
from tests.telegram.fake.groups import Group
from tests.telegram.fake.server import FakeTelegram
from tests.telegram.groups import WITHIN, Stage
from tests.telegram.running import running

pytestmark = pytest.mark.asyncio(loop_scope="module")


def at(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


NOW = datetime.now(UTC)
AGO = at(NOW - timedelta(minutes=5))
THIS_MONDAY = NOW.date() - timedelta(days=NOW.weekday())
LAST_WEEK = THIS_MONDAY - timedelta(days=5)


@dataclass
class Prepared:
    """Groups in which something is due."""

    stage: Stage
    told: Group
    gone: Group
    kept: Group
    left: Group
    swept: Message
    late: Group


async def prepare(records: Records, groups: dict[str, Group], swept: Message) -> None:
    """What an earlier run has left behind."""

    async def put(kind: str, where: str, value: dict[str, object], due: str | None = AGO) -> None:
        await records.put(Record(kind, where, value, due_at=due), AGO)

    where = {name: f"tg:{group.id}" for name, group in groups.items()}
    zone = "UTC" if NOW.weekday() or NOW.hour >= 10 else "Pacific/Kiritimati"  # past Monday at ten
    await put("group", where["told"], {"digest": True, "zone": zone}, None)
    await put("digest", where["told"], {"zone": zone, "told": ""})
    counts = {"answered": 14, "issue:account.banned": 9, "issue:fraud.scammed": 3, "danger": 4}
    await records.tally({(f"{where['told']}/{LAST_WEEK}", name): n for name, n in counts.items()})
    for name in ("gone", "kept"):
        await put("group", where[name], {"mode": "commands"}, None)
        due = AGO if name == "gone" else at(NOW + timedelta(days=3))
        await put("life", where[name], {"in": False, "date": 1}, due)
    await put("leave", where["left"], {})
    await put("sweep", f"tg:{swept.chat.id}/{swept.id}", {})
    joins = [int(NOW.timestamp())] * 20
    await put("joins", "tg:0", {"times": joins}, None)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def due(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Prepared]:
    db = tmp_path_factory.mktemp("bot") / "bot.db"
    async with FakeTelegram(reads_all=True) as fake:
        names = ("told", "left", "swept", "late")
        groups = {name: fake.group(bot=True) for name in names}
        groups |= {name: fake.group() for name in ("gone", "kept")}
        message = fake.world.say(groups["swept"].chat, fake.world.me, {"text": "旧"}, ours=True)
        groups["swept"].skip()
        store = await open_store(str(db))
        await prepare(store.records, groups, message)
        await store.close()
        fake.world.travel(-3600)
        asked = groups["late"].owner
        groups["late"].say(asked, f"@{fake.username} 申诉秒驳回怎么办")
        fake.world.travel(3600)
        async with running(fake, db) as bot:
            stage = Stage(fake, bot, Path(db))
            del groups["swept"]
            yield Prepared(stage, swept=message, **groups)


async def test_the_weekly_digest_tells_nothing_small(due: Prepared) -> None:
    digest = await due.told.next(WITHIN)
    assert "上周小结" in digest.text
    assert "答了：14 次" in digest.text
    assert "9" in digest.text
    assert "其他：5" in digest.text
    assert "紧急提醒：少于 5" in digest.text
    assert "3" not in digest.text.split("答了")[1]


async def test_the_digest_is_told_once(due: Prepared) -> None:
    await due.stage.quiet(due.told)
    assert len(due.stage.fake.log.of("sendMessage", due.told.id)) == 2


async def test_a_group_that_was_left_long_ago_is_forgotten(due: Prepared) -> None:
    fake = due.stage.fake
    await fake.wait_for(lambda log: log.of("getChatMember", due.gone.id), WITHIN)
    with fake.updates.lost():
        due.gone.add_bot()
    assert "叫我才说" in (await due.stage.panel(due.gone)).text


async def test_one_that_was_left_lately_is_not(due: Prepared) -> None:
    assert not due.stage.fake.log.to(due.kept.id)


async def test_what_was_to_be_left_is_left(due: Prepared) -> None:
    await due.stage.fake.wait_for(lambda log: log.of("leaveChat", due.left.id), WITHIN)


async def test_what_was_to_be_taken_away_is_taken_away(due: Prepared) -> None:
    await due.stage.fake.wait_for(lambda _: due.swept.deleted, WITHIN)


async def test_what_was_asked_during_the_downtime_is_not_answered(due: Prepared) -> None:
    await due.stage.quiet(due.late)


async def test_one_group_too_many(due: Prepared) -> None:
    group = due.stage.fake.group()
    group.add_bot()
    assert "太多" in (await group.next(WITHIN)).text
    group.say(group.owner, f"/settings{due.stage.at}")
    await due.stage.quiet(due.late)
    assert not group.unread
