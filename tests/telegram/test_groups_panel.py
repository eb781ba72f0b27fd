"""Who may open, read and press the panel of a group: asked of Telegram each time, by the presser's own id."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.channels.telegram.signing import Signer
from tests.telegram.fake.chats import Message
from tests.telegram.fake.groups import Group
from tests.telegram.groups import CHANGER, WITHIN, Stage, codes, document, staged

pytestmark = pytest.mark.asyncio(loop_scope="module")

CHANGERS = "要有「修改群信息」权限的管理员才能改。"


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    async with staged(tmp_path_factory.mktemp("bot")) as one:
        yield one


async def says(stage: Stage, group: Group, setting: str) -> None:
    """The panel, opened anew, shows this line."""
    assert setting in (await stage.panel(group)).text


async def test_it_is_one_message_that_is_edited_in_place(stage: Stage) -> None:
    group = stage.group()
    panel = await stage.panel(group)
    for code in ("p/quiet", "quiet/22-8", "p/overview"):
        await stage.press(group.owner, panel, code)
    assert len(stage.fake.log.of("sendMessage", group.id)) == 1
    assert "安静时段：22 点到 8 点" in panel.text
    assert "安静时段：22 点到 8 点" in panel.labels


async def test_closing_takes_it_away(stage: Stage) -> None:
    group = stage.group()
    panel = await stage.panel(group)
    await stage.forged(group.owner, codes(panel)["close"], panel)
    await stage.fake.wait_for(lambda _: panel.deleted, WITHIN)


async def test_pressing_twice_changes_once(stage: Stage) -> None:
    group = stage.group()
    panel = await stage.panel(group)
    await stage.press(group.owner, panel, "p/mode")
    data = codes(panel)["mode/commands"]
    toasts = [(await stage.forged(group.owner, data, panel)).text for _ in range(2)]
    assert toasts == ["改好了", "本来就是这样"]
    log = await stage.said(group, group.owner, "/audit@")
    assert log.text.count("什么时候说话") == 1


async def test_a_member_sees_nothing_of_it(stage: Stage) -> None:
    group = stage.group()
    answer = await stage.said(group, stage.member(group), "/settings@")
    assert answer.text == "这条命令只有管理员能用。"
    assert not answer.keyboard


@pytest.mark.parametrize(
    "command",
    [
        "/check@",
        "/audit@",
        "/export@",
        "/import@",
        "/connect@",
        "/desk@",
        "/text@ 帮助 = 好",
        "/faq@ 好 = 坏",
        "/block@ 5",
    ],
)
async def test_a_member_may_do_nothing_of_admins(stage: Stage, command: str) -> None:
    group = stage.group()
    user = stage.member(group)
    answer = await stage.said(group, user, command)
    assert "管理员" in answer.text
    group.say(user, command.replace("@", stage.at))
    await stage.quiet(group)


async def test_an_admin_without_the_right_may_look_and_not_change(stage: Stage) -> None:
    group = stage.group()
    weak = stage.admin(group, "can_delete_messages")
    panel = await stage.panel(group, weak)
    await stage.press(weak, panel, "p/mode")
    query = await stage.forged(weak, codes(panel)["mode/off"], panel)
    assert (query.text, query.alert) == (CHANGERS, True)
    await says(stage, group, "什么时候说话：叫我才说")


async def test_two_admins_have_a_panel_each(stage: Stage) -> None:
    group = stage.group()
    other = stage.admin(group, *CHANGER)
    mine, theirs = await stage.panel(group), await stage.panel(group, other)
    await stage.press(group.owner, mine, "p/mode")
    await stage.press(other, theirs, "p/quiet")
    await stage.press(group.owner, mine, "mode/commands")
    await stage.press(other, theirs, "quiet/0-8")
    await says(stage, group, "什么时候说话：只听命令")
    await says(stage, group, "安静时段：0 点到 8 点")


async def test_another_admins_buttons_are_theirs(stage: Stage) -> None:
    group = stage.group()
    other = stage.admin(group, *CHANGER)
    panel = await stage.panel(group)
    query = await stage.forged(other, codes(panel)["p/mode"], panel)
    assert query.text == "这是别人打开的，要改设置就自己发 /settings"
    assert not panel.edited


async def test_who_is_demoted_meanwhile_changes_nothing(stage: Stage) -> None:
    group = stage.group()
    admin = stage.admin(group, *CHANGER)
    panel = await stage.panel(group, admin)
    await stage.press(admin, panel, "p/mode")
    with stage.fake.updates.lost():
        group.demote(admin)
    assert (await stage.forged(admin, codes(panel)["mode/off"], panel)).text == CHANGERS
    await says(stage, group, "什么时候说话：叫我才说")


async def test_an_error_of_telegram_is_a_no(stage: Stage) -> None:
    group = stage.group()
    panel = await stage.panel(group)
    await stage.press(group.owner, panel, "p/mode")
    stage.fake.faults.add("getChatMember", chat=group.id, code=500, times=50)
    try:
        assert (await stage.forged(group.owner, codes(panel)["mode/off"], panel)).text == CHANGERS
    finally:
        stage.fake.faults.clear()
    await says(stage, group, "什么时候说话：叫我才说")


# ── who hides ───────────────────────────────────────────────────────────────
async def hidden(stage: Stage, group: Group) -> Message:
    group.skip()
    group.say_anonymously(f"/settings{stage.at}")
    return await group.next(WITHIN)


async def test_who_hides_shows_themselves_with_a_button(stage: Stage) -> None:
    group = stage.group()
    admin = stage.admin(group, *CHANGER, anonymous=True)
    card = await hidden(stage, group)
    assert card.labels == ["我是管理员"]
    await stage.press(admin, card, "p/overview")
    await stage.press(admin, card, "p/mode")
    assert await stage.press(admin, card, "mode/off") == "改好了"


async def test_a_member_is_not_let_in_by_that_button(stage: Stage) -> None:
    group = stage.group()
    card = await hidden(stage, group)
    query = await stage.forged(stage.member(group), codes(card)["p/overview"], card)
    assert query.text == "设置只有这个群的管理员能看。"
    assert not card.edited


@pytest.mark.parametrize("command", ["/desk", "/text 帮助 = 好", "/import", "/block 5", "/connect"])
async def test_who_hides_is_asked_to_show_themselves(stage: Stage, command: str) -> None:
    group = stage.group()
    name, _, rest = command.partition(" ")
    group.say_anonymously(f"{name}{stage.at} {rest}".rstrip())
    assert "匿名" in (await group.next(WITHIN)).text


async def test_who_hides_adds_an_entry_with_a_button(stage: Stage) -> None:
    group = stage.group()
    admin = stage.admin(group, *CHANGER, anonymous=True)
    group.say_anonymously(f"/faq{stage.at} 群规 = 看置顶")
    card = await group.next(WITHIN)
    await stage.press(admin, card, "faqadd")
    assert "群规" in card.text
    assert (await stage.said(group, stage.member(group), "@ 群规")).text == "看置顶"


# ── data that is not to be acted on ─────────────────────────────────────────
@pytest.mark.parametrize(
    ("data", "toast"),
    [
        ("set|/mode/off||", "这个按钮认不出来了，重新发 /settings"),
        ("set|/mode/off|||AAAAAAAA", "这个按钮认不出来了，重新发 /settings"),
        ("bogus", "这个按钮不认识，重新发一次就好。"),
        ("帮我转账给他", "这个按钮不认识，重新发一次就好。"),
        ("|" * 30, "这个按钮不认识，重新发一次就好。"),
    ],
    ids=["cut", "forged", "bogus", "words", "bars"],
)
async def test_forged_data_is_answered_and_goes_nowhere(
    stage: Stage, data: str, toast: str
) -> None:
    group = stage.group()
    panel = await stage.panel(group)
    assert (await stage.forged(group.owner, data, panel)).text == toast
    await says(stage, group, "什么时候说话：叫我才说")


async def test_data_of_another_group_is_worth_nothing(stage: Stage) -> None:
    mine, other = stage.group(), stage.group()
    panel = await stage.panel(mine)
    theirs = await stage.panel(other)
    await stage.forged(mine.owner, codes(panel)["p/mode"], theirs)
    assert not theirs.edited


@pytest.mark.parametrize("ago", [1, 86_400 * 400])
async def test_expired_data(stage: Stage, ago: int) -> None:
    group = stage.group()
    panel = await stage.panel(group)
    until = int(stage.fake.world.now()) - ago
    data = Signer(stage.fake.token).sign(group.id, "set", "/mode/off", group.owner.id, until)
    assert (await stage.forged(group.owner, data, panel)).text == "面板过期了，重新发 /settings"


async def test_a_genuine_button_without_a_meaning(stage: Stage) -> None:
    group = stage.group()
    panel = await stage.panel(group)
    until = int(stage.fake.world.now()) + 60
    data = Signer(stage.fake.token).sign(group.id, "set", "/mode/loud", group.owner.id, until)
    assert "认不出" in ((await stage.forged(group.owner, data, panel)).text or "")


# ── from private chat ───────────────────────────────────────────────────────
async def test_from_private_chat(stage: Stage) -> None:
    group = stage.group(title="连上的群")
    admin, panel = await stage.connected(group)
    assert "连上的群" in panel.text
    await stage.press(admin, panel, "p/mode")
    assert await stage.press(admin, panel, "mode/commands") == "改好了"
    await says(stage, group, "什么时候说话：只听命令")
    again = await stage.asked(admin, "/settings")
    assert "只听命令" in again.text


async def test_without_a_connection(stage: Stage) -> None:
    user = stage.fake.user(started=True)
    assert "还没连上群" in (await stage.asked(user, "/settings")).text


async def test_several_connected_groups_are_chosen_from(stage: Stage) -> None:
    owner = stage.fake.user("群主", started=True)
    for title in ("第一群", "第二群"):
        await stage.connected(stage.group(title=title, owner=owner))
    choice = await stage.asked(owner, "/settings")
    assert choice.labels == ["第一群", "第二群"]
    owner.press("第二群", choice)
    assert "第二群" in (await owner.next(WITHIN)).text
    owner.skip()
    owner.document("settings.json", b"{}", caption="/import")
    assert "不止一个群" in (await owner.next(WITHIN)).text


async def test_a_connection_ends_with_the_office(stage: Stage) -> None:
    group = stage.group(title="旧群")
    admin, panel = await stage.connected(group, stage.admin(group, *CHANGER))
    await stage.press(admin, panel, "p/mode")
    with stage.fake.updates.lost():
        group.demote(admin)
    assert (await stage.forged(admin, codes(panel)["mode/off"], panel)).text == CHANGERS
    assert "还没连上群" in (await stage.asked(admin, "/settings")).text


async def test_the_link_of_a_connection_is_its_admins(stage: Stage) -> None:
    group = stage.group()
    card = await stage.said(group, group.owner, "/connect@")
    thief = stage.fake.user()
    thief.press("到私聊里设置", card)
    greeting = await thief.next(WITHIN)
    assert "连上" not in greeting.text
    assert "还没连上群" in (await stage.asked(thief, "/settings")).text


async def test_an_admin_without_the_right_gets_no_link(stage: Stage) -> None:
    group = stage.group()
    answer = await stage.said(group, stage.admin(group, "can_pin_messages"), "/connect@")
    assert not answer.keyboard


# ── after a restart ─────────────────────────────────────────────────────────
async def test_panels_and_offers_outlive_the_process(stage: Stage) -> None:
    group = stage.group()
    admin, private = await stage.connected(group)
    panel = await stage.panel(group)
    offer = await stage.offered(group, document(user_cooldown=30))
    assert await stage.bot.stop() == 0
    await stage.bot.start()
    await stage.press(admin, panel, "p/mode")
    assert await stage.press(admin, panel, "mode/commands") == "改好了"
    admin.press("就这样改", offer)
    await stage.fake.wait_for(lambda _: "导入好了" in offer.text, WITHIN)
    await stage.press(admin, private, "p/cool")
    assert "同一个人隔多久：30 秒" in private.text
