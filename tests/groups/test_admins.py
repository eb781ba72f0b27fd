"""The commands of admins: who may, what they say, whom they block."""

from __future__ import annotations

import pytest

from bot.channels.telegram.chats import Unsent
from bot.channels.telegram.events import Sender
from bot.groups.admins import COMMANDS
from bot.groups.overlay import PLACES
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
    assert (await house.book.settings(GROUP)).texts == {place: "请看群规"}
    await house.say(f"/text {title} =", ADMIN)
    assert not (await house.book.settings(GROUP)).texts


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
