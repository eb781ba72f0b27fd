"""The audit log: what it keeps and how long, what it shows, and to whom it is told."""

import pytest

from bot.channels.telegram.events import address
from bot.groups.settings import Faq, Settings
from bot.store.base import Conflict
from tests.groups.admins import ADMIN, GROUP, MEMBER, OTHER, Office
from tests.groups.records import DictRecords


async def test_changes_are_shown_newest_first_in_the_groups_time() -> None:
    office = Office()
    await office.audit.note(GROUP, ADMIN.id, "用什么字", "简体", "繁體")
    office.wait(minutes=5)
    await office.audit.note(GROUP, OTHER.id, "每周小结", "关着", "开着")
    text = (await office.audit.page(GROUP, 1)).text
    assert text.splitlines()[1:] == [
        "11-20 20:05 管理员 0003 每周小结：关着 → 开着",
        "11-20 20:00 管理员 0002 用什么字：简体 → 繁體",
    ]
    await office.book.change(GROUP, zone="America/New_York")
    assert "11-20 07:05" in (await office.audit.page(GROUP, 1)).text


async def test_a_zone_that_this_machine_does_not_know_is_utc() -> None:
    office = Office()
    await office.audit.note(GROUP, ADMIN.id, "一", "二", "三")
    await office.book.change(GROUP, zone="Mars/Base")
    assert "11-20 12:00" in (await office.audit.page(GROUP, 1)).text


async def test_of_one_second_every_change_is_kept_in_its_order() -> None:
    office = Office()
    for number in range(25):
        await office.audit.note(GROUP, ADMIN.id, f"第{number}", "<b>", "&")
    keys = [each.key for each in await office.records.find("audit", f"{address(GROUP)}/")]
    assert len(keys) == 25
    first, last = await office.audit.page(GROUP, 1), await office.audit.page(GROUP, 3)
    assert "第24：&lt;b&gt; → &amp;" in first.text
    assert "第 1/3 页" in first.text
    assert "/audit 2" in first.text
    assert "第0：" in last.text
    assert "/audit" not in last.text


@pytest.mark.parametrize(("number", "shown"), [(-5, 1), (0, 1), (2, 2), (99, 2)])
async def test_a_page_that_is_not_there_is_the_nearest(number: int, shown: int) -> None:
    office = Office()
    for _ in range(11):
        await office.audit.note(GROUP, ADMIN.id, "一", "二", "三")
    assert f"第 {shown}/2 页" in (await office.audit.page(GROUP, number)).text


async def test_an_empty_log_says_so_and_goes_where_it_is_asked_for() -> None:
    office = Office()
    post = await office.audit.page(GROUP, 1, "tg:42")
    assert "还没有人改过" in post.text
    assert post.address == "tg:42"
    assert (await office.audit.page(GROUP)).address == address(GROUP)


async def test_after_180_days_a_change_is_gone() -> None:
    office = Office()
    await office.audit.note(GROUP, ADMIN.id, "一", "二", "三")
    office.wait(days=179)
    assert "二 → 三" in (await office.audit.page(GROUP)).text
    office.wait(days=1)
    assert "二 → 三" not in (await office.audit.page(GROUP)).text
    assert await office.records.expire(office.ground.at) == 1


async def test_a_group_whose_id_begins_alike_is_another_one() -> None:
    office = Office()
    await office.audit.note(int(f"{GROUP}5"), ADMIN.id, "一", "二", "三")
    assert "还没有人改过" in (await office.audit.page(GROUP)).text


async def test_it_keeps_no_whole_id_and_no_words() -> None:
    records = DictRecords()
    office = Office(records=records)
    after = Settings(
        faq=(Faq("秘密词", "秘密答"),),
        welcome="秘密话",
        blocked=(MEMBER.id,),
        log_chat=f"tg:{ADMIN.id}",
    )
    await office.audit.changed(GROUP, ADMIN.id, Settings(), after)
    kept = str([row for row in records.rows.values() if row.kind == "audit"])
    for hidden in ("秘密", str(ADMIN.id), str(MEMBER.id)):
        assert hidden not in kept


async def test_nothing_that_differs_is_nothing_to_note() -> None:
    office = Office()
    assert await office.audit.changed(GROUP, ADMIN.id, Settings(), Settings()) == []
    assert await office.records.find("audit") == []


async def test_what_looks_the_same_is_said_to_be_another() -> None:
    office = Office()
    before, after = Settings(faq=(Faq("一", "二"),)), Settings(faq=(Faq("一", "三"),))
    await office.audit.changed(GROUP, ADMIN.id, before, after)
    assert "1 条 → 1 条（换了）" in (await office.audit.page(GROUP)).text


async def test_the_log_chat_is_told_when_there_is_one() -> None:
    office = Office()
    change = ("一", "<", "&")
    assert await office.audit.told(GROUP, ADMIN.id, change) is None
    await office.book.change(GROUP, log_chat="tg:-200/7")
    assert await office.audit.told(GROUP, ADMIN.id) is None
    told = await office.audit.told(GROUP, ADMIN.id, change)
    assert told is not None
    assert told.address == "tg:-200/7"
    assert told.text == "管理员 0002 改了设置：\n一：&lt; → &amp;"


async def test_a_log_in_private_chat_is_for_who_is_still_an_admin() -> None:
    office = Office()
    for user, told in ((ADMIN.id, True), (MEMBER.id, False)):
        await office.book.change(GROUP, log_chat=f"tg:{user}")
        assert (await office.audit.told(GROUP, ADMIN.id, ("一", "二", "三")) is not None) is told


async def test_a_store_that_never_takes_a_note_does_not_hang() -> None:
    class Full(DictRecords):
        async def put(self, record: object, at: str) -> object:  # type: ignore[override]
            raise Conflict

    with pytest.raises(Conflict):
        await Office(records=Full()).audit.note(GROUP, ADMIN.id, "一", "二", "三")  # type: ignore[arg-type]
