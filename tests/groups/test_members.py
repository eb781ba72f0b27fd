"""What members are told: greetings, the admins' own lines, wishes, and the way into private chat."""

from __future__ import annotations

import pytest

from bot.channels.telegram.events import Sender
from tests.groups.offices import House
from tests.groups.stage import ADMIN, GROUP, MEMBER, keys

HIDDEN = Sender(GROUP, "anonymous")
NEWCOMER = 4711


@pytest.fixture
def house() -> House:
    return House()


async def welcomed(house: House, **change: str) -> list[str]:
    posts = await house.groups.membership(house.comes(NEWCOMER, **change))
    return [post.text for post in posts]


# ── coming in ───────────────────────────────────────────────────────────────
async def test_nobody_is_greeted_at_first(house: House) -> None:
    assert await welcomed(house) == []


@pytest.mark.parametrize("settings", [{"welcome": "欢迎 <b>"}, {"texts": {"welcome": "欢迎 <b>"}}])
async def test_the_admins_line_greets_and_is_escaped(
    house: House, settings: dict[str, object]
) -> None:
    await house.book.change(GROUP, **settings)
    assert await welcomed(house) == ["欢迎 &lt;b&gt;"]


@pytest.mark.parametrize(
    "change",
    [
        {"was": "member", "now": "administrator"},
        {"now": "kicked"},
        {"was": "restricted"},
        {"was": "member", "now": "left"},
    ],
)
async def test_only_who_comes_in_is_greeted(house: House, change: dict[str, str]) -> None:
    await house.book.change(GROUP, welcome="欢迎")
    assert await welcomed(house, **change) == []


async def test_nobody_is_greeted_in_the_quiet_hours(house: House) -> None:
    await house.book.change(GROUP, welcome="欢迎", quiet=(9, 12))
    assert await welcomed(house) == []
    house.wait(hours=2)
    assert await welcomed(house) == ["欢迎"]


@pytest.mark.parametrize("settings", [{"welcome": "保证成功"}, {"texts": {"welcome": "保证成功"}}])
async def test_a_welcome_that_does_not_pass_is_not_said(
    house: House, settings: dict[str, object]
) -> None:
    await house.book.change(GROUP, **settings)
    assert await welcomed(house) == []


async def test_a_crowd_is_not_greeted_one_by_one(house: House) -> None:
    await house.book.change(GROUP, welcome="欢迎", group_cooldown=0)
    said = [await house.groups.membership(house.comes(user)) for user in range(100, 200)]
    assert sum(map(len, said)) < 20


async def test_who_is_switched_off_or_removed_greets_nobody(house: House) -> None:
    await house.book.change(GROUP, welcome="欢迎", mode="off")
    assert await welcomed(house) == []
    await house.book.change(GROUP, mode="addressed")
    await house.groups.membership(house.membership("member", "left"))
    assert await welcomed(house) == []


# ── switched off ────────────────────────────────────────────────────────────
@pytest.mark.parametrize(("text", "addressed"), [("号没了", False), ("/ban", True)])
async def test_the_line_of_a_group_that_is_off_is_for_who_calls(
    house: House, text: str, addressed: bool
) -> None:
    await house.book.change(GROUP, mode="off", texts={"off": "先停用"})
    assert not await house.say(text, addressed=addressed)
    (said,) = await house.say("号没了", ADMIN)
    assert (said.text, said.delete_after) == ("先停用", 60)


# ── wishes ──────────────────────────────────────────────────────────────────
async def test_a_wish_is_confirmed_once(house: House) -> None:
    said = [await house.say(text) for text in ("不要回应我", "别理我", "不要回应我")]
    assert [len(posts) for posts in said] == [1, 0, 0]


async def test_coming_back_is_confirmed(house: House) -> None:
    await house.say("不要回应我")
    house.wait(seconds=6)
    (said,) = await house.say("可以回应我了")
    assert said.text == "好，你叫我我就答。"


@pytest.mark.parametrize("text", ["不要回应我", "/stop"])
@pytest.mark.parametrize("settings", [{}, {"mode": "off"}, {"quiet": (9, 12)}])
async def test_a_wish_that_comes_too_soon_or_while_the_bot_is_silent_counts(
    house: House, text: str, settings: dict[str, object]
) -> None:
    await house.say("申诉秒驳回怎么办")
    await house.book.change(GROUP, **settings)
    assert not await house.say(text)
    house.wait(hours=4)
    await house.book.change(GROUP, mode="addressed")
    assert not await house.say("申诉秒驳回怎么办")


async def test_stop_that_the_admins_have_closed_is_for_another_bot(house: House) -> None:
    await house.book.change(GROUP, disabled=("stop",))
    assert not await house.say("/stop")
    assert await house.say("申诉秒驳回怎么办")


async def test_changing_ones_mind_again_and_again_is_no_way_to_flood(house: House) -> None:
    said = 0
    for _ in range(30):
        said += len(await house.say("不要回应我"))
        said += len(await house.say("可以回应我了"))
        house.wait(seconds=1)
    assert said <= 12


async def test_coming_back_again_and_again_is_no_way_to_flood(house: House) -> None:
    assert sum([len(await house.say("回应我")) for _ in range(20)]) <= 2


@pytest.mark.parametrize("text", ["不要回应我", "回应我"])
@pytest.mark.parametrize("settings", [{"blocked": (MEMBER,)}, {"mode": "off"}])
async def test_a_wish_does_not_make_a_silent_bot_speak(
    house: House, text: str, settings: dict[str, object]
) -> None:
    await house.book.change(GROUP, **settings)
    assert not await house.say(text)


# ── the way on ──────────────────────────────────────────────────────────────
async def test_the_link_is_the_askers(house: House) -> None:
    (card,) = await house.say("申诉秒驳回怎么办")
    token = keys(card)["在私聊里继续"].value.partition("start=")[2]
    assert await house.groups.opened(house.spoken(f"/start {token}", ADMIN, ADMIN)) is None
    opening = await house.groups.opened(house.spoken(f"/start {token}", MEMBER, MEMBER))
    assert opening is not None
    assert opening.issue == "support.rejected"


async def test_who_hides_gets_a_link_for_whoever_it_is(house: House) -> None:
    (card,) = await house.say("申诉秒驳回怎么办", sender=HIDDEN)
    token = keys(card)["在私聊里继续"].value.partition("start=")[2]
    assert await house.groups.opened(house.spoken(f"/start {token}", ADMIN, ADMIN))


async def test_the_link_is_over_after_an_hour(house: House) -> None:
    (card,) = await house.say("申诉秒驳回怎么办")
    token = keys(card)["在私聊里继续"].value.partition("start=")[2]
    house.wait(minutes=61)
    assert await house.groups.opened(house.spoken(f"/start {token}", MEMBER, MEMBER)) is None


@pytest.mark.parametrize("command", ["case", "cases", "new", "forget", "language"])
async def test_personal_things_are_done_in_private_chat(house: House, command: str) -> None:
    (answer,) = await house.say(f"/{command}")
    assert "群里不显示你的记录" in answer.text
    assert "在私聊里继续" in keys(answer)


# ── a wrong answer ──────────────────────────────────────────────────────────
async def test_a_report_leads_the_admins_to_the_answer_and_names_nobody(house: House) -> None:
    await house.book.change(GROUP, log_chat=f"tg:{ADMIN}")
    said, told = await house.say("/report 13812345678", reply_to=55, reply_to_me=True)
    assert "没说是谁" in said.text
    assert told.address == f"tg:{ADMIN}"
    assert f"https://t.me/c/{str(GROUP)[4:]}/55" in told.text
    assert str(MEMBER) not in told.text
    assert "138" not in told.text


async def test_a_report_needs_the_answer(house: House) -> None:
    await house.book.change(GROUP, log_chat=f"tg:{ADMIN}")
    (said,) = await house.say("/report")
    assert "回复我说得不对的那一条" in said.text


@pytest.mark.parametrize("log", ["", f"tg:{MEMBER}"])
async def test_a_report_goes_to_admins_only(house: House, log: str) -> None:
    await house.book.change(GROUP, log_chat=log)
    (said,) = await house.say("/report", reply_to=55, reply_to_me=True)
    assert "跟管理员说" in said.text
