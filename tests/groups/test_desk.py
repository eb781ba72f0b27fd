"""The desk of the groups: what goes to whom, and every page and button of the panel, pressed."""

from __future__ import annotations

import pytest

from bot.channels.telegram.chats import Blocked
from bot.channels.telegram.posts import Key, Post
from bot.channels.telegram.signing import LIMIT
from bot.groups.guards import NUMBER_WARNING
from bot.groups.panel_changes import CHOICES
from bot.groups.settings import MEMBER_COMMANDS, Faq, Settings
from tests.groups.offices import House
from tests.groups.stage import ADMIN, GROUP, MEMBER, keys

TOPIC = 7
FULL = Settings(
    faq=tuple(Faq(f"词{n} <b>", f"答 & {n}", n % 2 == 0) for n in range(12)),
    blocked=(5, 6),
    closed_topics=tuple(range(20, 31)),
    disabled=("report",),
    texts={"help": "好"},
    welcome="来了",
)
QUESTION = "申诉秒驳回怎么办"


@pytest.fixture
def house() -> House:
    return House()


# ── the panel, walked ───────────────────────────────────────────────────────
def code_of(key: Key) -> str:
    return key.value.split("|")[1].partition("/")[2]


LAST = ("nofaq/", "top/", "unblock/", "reset/")
"""What takes something away is pressed after everything that shows it."""


def rank(key: Key) -> int:
    code = code_of(key)
    ranks = [n for n, each in enumerate(LAST, 2) if code.startswith(each)]
    return ranks[0] if ranks else int(not code.startswith("p/"))


async def walked(house: House, panel: Post, chat: int, thread: int | None = None) -> set[str]:
    """Press everything that can be reached but what ends it, pages first; the codes that were pressed."""
    waiting, seen = [key for row in panel.keys for key in row], set[str]()
    while waiting:
        key = min(waiting, key=rank)
        waiting.remove(key)
        code = code_of(key)
        if code in seen or code in ("close/", "leave/"):
            continue
        seen.add(code)
        before = len(house.chats.edits)
        await house.do(key, chat=chat, thread=thread)
        _, toast, _ = house.chats.answers[-1]
        assert toast in ("", "改好了", "本来就是这样"), (code, toast)
        assert len(house.chats.edits) == before + 1, code
        shown = house.chats.edits[-1][2]
        fits(shown)
        waiting.extend(each for row in shown.keys for each in row)
    return seen


def fits(post: Post) -> None:
    """Telegram would take it, and nothing that people wrote is markup."""
    assert 0 < len(post.text) <= 4096
    assert "词1 <b>" not in post.text
    assert 0 < len([key for row in post.keys for key in row]) <= 100
    for row in post.keys:
        assert len(row) <= 8
        assert all(len(key.value.encode()) <= LIMIT and key.label.strip() for key in row)


PAGES = {"mode", "lang", "quiet", "zone", "cool", "del", "guard", "cmds", "faq", "digest", "log"}
PAGES |= {"io", "data", "overview", "reset", "leave"}
ALWAYS = {f"p/{page}" for page in PAGES} | {"reset/"} | {f"log/{w}" for w in ("here", "me", "off")}
ALWAYS |= {f"{code}/{value}" for code, choice in CHOICES.items() for value in choice.options}
ALWAYS |= {f"nocmd/{name}" for name in MEMBER_COMMANDS if name != "report"} | {"cmd/report"}


@pytest.mark.parametrize("thread", [None, TOPIC])
async def test_every_button_of_the_panel_does_something(house: House, thread: int | None) -> None:
    await house.book.replace(GROUP, lambda _: FULL)
    (panel,) = await house.say("/settings", ADMIN, thread=thread)
    pressed = await walked(house, panel, GROUP, thread)
    assert pressed >= ALWAYS | {"p/topics", "p/unblock", "unblock/", "p/faq.2"}
    assert (f"notop/{TOPIC}" in pressed) is (thread is not None)
    assert len([code for code in pressed if code.startswith("nofaq/")]) == len(FULL.faq)
    assert len([code for code in pressed if code.startswith("top/")]) >= len(FULL.closed_topics)


async def test_the_same_in_private_chat(house: House) -> None:
    await house.book.replace(GROUP, lambda _: FULL)
    assert await house.groups.offices.connections.connect(ADMIN, GROUP)
    (panel,) = await house.tell("/settings", ADMIN) or []
    assert await walked(house, panel, ADMIN) >= ALWAYS | {"unblock/"}


@pytest.mark.parametrize("code", ["leave/", "close/"])
async def test_what_ends_it(house: House, code: str) -> None:
    (panel,) = await house.say("/settings", ADMIN)
    for page in ("p/data", "p/leave") if code == "leave/" else ():
        await house.do(next(k for row in panel.keys for k in row if code_of(k) == page))
        panel = house.chats.edits[-1][2]
    await house.do(next(k for row in panel.keys for k in row if code_of(k) == code))
    assert house.chats.left == ([GROUP] if code == "leave/" else [])
    assert house.chats.deleted == ([] if code == "leave/" else [(GROUP, 5)])


# ── who is heard ────────────────────────────────────────────────────────────
@pytest.mark.parametrize("mode", ["addressed", "commands"])
async def test_a_command_is_answered_in_every_mode_but_off(house: House, mode: str) -> None:
    await house.book.change(GROUP, mode=mode)
    assert await house.say("/help")


async def test_who_has_asked_for_silence_gets_back_by_start_even_where_it_is_closed(house: House):
    await house.book.change(GROUP, disabled=("start",))
    await house.say("不要回应我")
    assert not await house.say(QUESTION)
    assert not await house.say("/start")
    assert await house.say(QUESTION)


@pytest.mark.parametrize(
    "text", ["出售内部渠道解封，包成功，加我微信 abc12345", "加我 13812345678"]
)
@pytest.mark.parametrize("settings", [{"mode": "off"}, {"quiet": (9, 12)}, {"closed_topics": (7,)}])
async def test_warnings_keep_to_the_settings(
    house: House, text: str, settings: dict[str, object]
) -> None:
    await house.book.change(GROUP, scam_guard=True)
    assert await house.say(text, addressed=False, thread=TOPIC)
    other = House()
    await other.book.change(GROUP, scam_guard=True, **settings)
    assert not await other.say(text, addressed=False, thread=TOPIC)


@pytest.mark.parametrize("sign", ["=", "＝"])
async def test_either_sign_makes_an_entry(house: House, sign: str) -> None:
    await house.say(f"/faq 群规{sign}看置顶", ADMIN)
    (answer,) = await house.say("/faq 群规")
    assert answer.text == "看置顶"


async def test_a_swindler_who_repeats_himself_does_not_make_the_bot_do_so(house: House) -> None:
    await house.book.change(GROUP, scam_guard=True)
    said = []
    for _ in range(60):
        said += await house.say("出售内部渠道解封，包成功，加我微信 abc12345", addressed=False)
        house.wait(seconds=5)
    assert len(said) == 1
    assert await house.say("出售内部渠道解封，包成功，加我微信 abc12345", addressed=False)


@pytest.mark.parametrize(("mode", "warned"), [("commands", True), ("addressed", False)])
async def test_who_is_not_answered_is_warned_of_their_number(
    house: House, mode: str, warned: bool
) -> None:
    await house.book.change(GROUP, mode=mode)
    said = await house.say("加我 13812345678")
    assert [post.text for post in said if post.text == NUMBER_WARNING] == [NUMBER_WARNING] * warned


# ── in the group's script ───────────────────────────────────────────────────
async def test_traditional_everywhere_in_the_group_and_nowhere_else(house: House) -> None:
    await house.book.change(GROUP, locale="zh_Hant", log_chat=f"tg:{ADMIN}")
    (panel,) = await house.say("/settings", ADMIN)
    assert "什麼時候說話" in panel.text
    await house.do(next(k for row in panel.keys for k in row if code_of(k) == "p/quiet"))
    assert "安靜時段" in house.chats.edits[-1][2].text
    _, told = await house.say("/desk", ADMIN)
    assert told.address == f"tg:{ADMIN}"
    assert "志愿者台" in told.text


async def test_another_group_whose_id_begins_the_same_keeps_its_script(house: House) -> None:
    log = f"tg:{GROUP}9"
    await house.book.change(GROUP, locale="zh_Hant", log_chat=log)
    told = [post for post in await house.say("/desk", ADMIN) if post.address == log]
    assert "没有 → 一个群" in told[0].text


async def test_what_the_time_brings_is_in_the_groups_script(house: House) -> None:
    await house.book.change(GROUP, locale="zh_Hant", digest=True)
    await house.groups.offices.digests.plan(GROUP)
    house.wait(days=3)
    ((_, digest),) = await house.groups.tick()
    assert "小結" in digest.text


# ── commands that are taken away ────────────────────────────────────────────
@pytest.mark.parametrize("text", ["/help", "/settings", "/faq"])
async def test_a_command_is_taken_away(house: House, text: str) -> None:
    await house.book.change(GROUP, delete_commands=True)
    assert await house.say(text, ADMIN)
    assert house.chats.deleted == [(GROUP, 77)]


@pytest.mark.parametrize("text", [QUESTION, "/other", "/ban"])
async def test_anything_else_stays(house: House, text: str) -> None:
    await house.book.change(GROUP, delete_commands=True)
    await house.say(text)
    assert not house.chats.deleted


async def test_without_the_right_it_is_answered_all_the_same(house: House) -> None:
    await house.book.change(GROUP, delete_commands=True)
    house.chats.failing["delete"] = Blocked("not enough rights")
    assert await house.say("/help")


# ── nobody is flooded ───────────────────────────────────────────────────────
async def test_refusals_are_as_seldom_as_answers(house: House) -> None:
    said = [await house.say("/settings") for _ in range(20)]
    assert sum(map(len, said)) == 1


async def test_refusals_leave_room_for_dangers(house: House) -> None:
    for user in range(100, 140):
        await house.say("/check", user)
    (answer,) = await house.say("我刚把钱转给骗子了，怎么办", MEMBER)
    assert "110" in answer.text


async def test_a_press_on_the_card_opens_the_panel(house: House) -> None:
    (card,) = await house.groups.membership(house.membership("left", "member"))
    (panel,) = await house.do(keys(card)["设置"])
    assert "什么时候说话" in panel.text


async def test_a_press_of_a_member_on_the_card_is_answered_to_them_alone(house: House) -> None:
    (card,) = await house.groups.membership(house.membership("left", "member"))
    assert await house.do(keys(card)["设置"], MEMBER) == []
    _, toast, alert = house.chats.answers[-1]
    assert "管理员" in toast
    assert alert


async def test_cards_of_the_volunteers_are_in_the_groups_script(house: House) -> None:
    await house.book.change(GROUP, locale="zh_Hant", desk=f"tg:{GROUP}")
    (asked,) = await house.groups.offices.volunteers.asked(MEMBER, GROUP, "问题：封号")
    card, told = await house.do(keys(asked)["同意"], MEMBER, MEMBER)
    assert "問題" in card.text
    assert "志愿者" in told.text
