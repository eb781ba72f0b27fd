"""The commands of admins: who may, what they say, whom they block."""

from __future__ import annotations

import pytest

from bot.channels.telegram.chats import Unsent
from bot.channels.telegram.events import Sender
from bot.groups.admins import COMMANDS
from bot.groups.overlay import PLACES
from bot.groups.settings import Settings
from tests.groups.offices import House
from tests.groups.stage import ADMIN, GROUP, MEMBER

HIDDEN = Sender(GROUP, "anonymous")
WEAK = 12
READS = {"settings", "check", "audit", "export"}


@pytest.fixture
def house() -> House:
    house = House()
    house.chats.enter(GROUP, WEAK, "administrator", "can_pin_messages")
    return house


@pytest.mark.parametrize("command", sorted(COMMANDS))
async def test_nobody_but_admins(house: House, command: str) -> None:
    (said,) = await house.say(f"/{command}", MEMBER)
    assert "管理员" in said.text
    assert said.delete_after
    assert not said.keys


@pytest.mark.parametrize("command", sorted(COMMANDS))
async def test_an_error_of_telegram_is_a_no(house: House, command: str) -> None:
    house.chats.failing["member"] = Unsent("no connection")
    (said,) = await house.say(f"/{command}", ADMIN)
    assert "管理员" in said.text
    assert not said.file


@pytest.mark.parametrize("command", sorted(COMMANDS))
async def test_who_may_not_change_may_read(house: House, command: str) -> None:
    said = await house.say(f"/{command} 5", WEAK)
    refused = "才能改" in said[0].text
    assert refused is (command not in READS)


@pytest.mark.parametrize("command", sorted(COMMANDS - READS))
async def test_who_hides_shows_themselves_to_change(house: House, command: str) -> None:
    (said,) = await house.say(f"/{command} 5", sender=HIDDEN)
    assert "匿名" in said.text


@pytest.mark.parametrize("command", sorted(READS))
async def test_who_hides_may_read(house: House, command: str) -> None:
    (said,) = await house.say(f"/{command}", sender=HIDDEN)
    assert "才能" not in said.text


@pytest.mark.parametrize("place", PLACES)
async def test_every_place_has_its_words(house: House, place: str) -> None:
    title = PLACES[place].title
    said, *_ = await house.say(f"/text {title} = 请看群规", ADMIN)
    assert said.text.startswith("换好了。")
    settings = await house.book.settings(GROUP)
    assert {"welcome": settings.welcome, **settings.texts}[place] == "请看群规"
    await house.say(f"/text {title} =", ADMIN)
    assert await house.book.settings(GROUP) == Settings()


async def test_either_sign_changes_words(house: House) -> None:
    await house.say("/text 帮助＝a=b", ADMIN)
    assert (await house.book.settings(GROUP)).texts == {"help": "a=b"}


@pytest.mark.parametrize("answer", ["内部渠道解封，包成功，加我微信 abc12345"])
async def test_a_common_answer_sells_nothing(house: House, answer: str) -> None:
    (said,) = await house.say(f"/faq 解封 = {answer}", ADMIN)
    assert "没有加上" in said.text
    (said,) = await house.say("/faq 代申诉 = 代申诉都是骗人的，别信。", ADMIN)
    assert "记下了" in said.text


async def test_words_that_do_not_pass_any_more_stay_where_they_are(house: House) -> None:
    await house.book.change(GROUP, texts={"card": "保证成功"})
    await house.say("/text 帮助 = 请看群规", ADMIN)
    texts = {"card": "保证成功", "help": "请看群规"}
    assert (await house.book.settings(GROUP)).texts == texts


@pytest.mark.parametrize("command", sorted(COMMANDS))
@pytest.mark.parametrize(
    "settings",
    [{"mode": "off"}, {"quiet": (9, 12)}, {"closed_topics": (7,)}, {"blocked": (MEMBER,)}],
    ids=lambda settings: next(iter(settings)),
)
async def test_where_the_bot_is_silent_only_admins_hear_of_commands(
    house: House, command: str, settings: dict[str, object]
) -> None:
    await house.book.change(GROUP, **settings)
    assert not await house.say(f"/{command}", MEMBER, thread=7)
    assert await house.say(f"/{command}", WEAK, thread=7)


async def test_problems_with_words_are_escaped(house: House) -> None:
    (said,) = await house.say("/text 帮助 = {<b>}", ADMIN)
    assert "&lt;b&gt;" in said.text


async def test_whom_to_block(house: House) -> None:
    await house.say(f"/block {MEMBER}", ADMIN)
    assert (await house.book.settings(GROUP)).blocked == (MEMBER,)
    assert not await house.say("申诉秒驳回怎么办", MEMBER)
    await house.say(f"/unblock {MEMBER}", ADMIN)
    assert await house.say("申诉秒驳回怎么办", MEMBER)


async def test_an_answer_to_somebody_says_whom(house: House) -> None:
    await house.say("/block", ADMIN, replied=MEMBER)
    assert (await house.book.settings(GROUP)).blocked == (MEMBER,)


async def test_in_a_topic_who_has_opened_it_is_not_meant(house: House) -> None:
    said, *_ = await house.say("/block", ADMIN, replied=MEMBER, thread=7, reply_to=7)
    assert "写成 /block 编号" in said.text
    assert not (await house.book.settings(GROUP)).blocked


@pytest.mark.parametrize("whom", ["", "张三", "-5", "1 2", "９９", "1" * 17])
async def test_a_person_is_a_number(house: House, whom: str) -> None:
    (said,) = await house.say(f"/block {whom}", ADMIN)
    assert "写成 /block 编号" in said.text
    assert not (await house.book.settings(GROUP)).blocked


async def test_who_is_blocked_is_not_in_the_audit_log(house: House) -> None:
    await house.say("/block 987654321", ADMIN)
    (log,) = await house.say("/audit", ADMIN)
    assert "不回应的人：没有 → 1 个人" in log.text
    assert "987654321" not in log.text
