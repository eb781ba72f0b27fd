"""What of private chats is about groups: links after a move, several groups, owners, danger while a volunteer listens."""

from __future__ import annotations

import pytest

from bot.channels.telegram.events import Migration
from tests.groups.offices import House
from tests.groups.stage import ADMIN, GROUP, MEMBER, OWNER, keys

NEW, SECOND = -1009999999999, -1008888888888
VOLUNTEER = 77


@pytest.fixture
def house() -> House:
    return House()


async def moved(house: House) -> None:
    """The group goes on under another id; the old one answers nothing any more."""
    for (chat, user), member in list(house.chats.members.items()):
        if chat == GROUP:
            house.chats.members[NEW, user] = member
            del house.chats.members[chat, user]
    await house.groups.migrated(Migration(1, GROUP, NEW))


async def token(house: House, label: str, text: str, user: int) -> str:
    (card,) = await house.say(text, user)
    return keys(card)[label].value.partition("start=")[2]


async def test_a_link_to_settings_follows_its_group(house: House) -> None:
    link = await token(house, "到私聊里设置", "/connect", ADMIN)
    await moved(house)
    opening = await house.groups.opened(house.spoken(f"/start {link}", ADMIN, ADMIN))
    assert opening is not None
    assert opening.posts[0].text.startswith("连上了")
    assert await house.groups.offices.connections.listed(ADMIN) == [NEW]


async def test_a_visit_is_counted_for_the_new_id(house: House) -> None:
    link = await token(house, "在私聊里继续", "申诉秒驳回怎么办", MEMBER)
    await moved(house)
    await house.groups.opened(house.spoken(f"/start {link}", MEMBER, MEMBER))
    assert not await house.records.tallies(f"tg:{GROUP}")
    assert (f"tg:{NEW}/2026-11-20", "private") in await house.records.tallies(f"tg:{NEW}")


async def test_volunteers_are_found_after_a_move(house: House) -> None:
    await house.say("/desk", ADMIN)
    link = await token(house, "找志愿者搭把手", "号被封了怎么办", MEMBER)
    await moved(house)
    opening = await house.groups.opened(house.spoken(f"/start {link}", MEMBER, MEMBER))
    assert opening is not None
    assert "先看清楚要给出去什么" in opening.posts[0].text
    again = await house.tell("/volunteer")
    assert again
    assert "先看清楚要给出去什么" in again[0].text


async def connected(house: House, *chats: int) -> None:
    for chat in chats:
        house.chats.enter(chat, ADMIN, "creator")
        assert await house.groups.offices.connections.connect(ADMIN, chat)


async def test_a_choice_of_groups_follows_a_move(house: House) -> None:
    await connected(house, GROUP, SECOND)
    (choice,) = await house.tell("/settings", ADMIN) or []
    await moved(house)
    key = keys(choice)[str(GROUP)]
    (panel,) = await house.do(key, ADMIN, ADMIN)
    assert "什么时候说话" in panel.text


async def test_with_several_groups_a_file_is_sent_to_the_one_it_is_for(house: House) -> None:
    await connected(house, GROUP, SECOND)
    (said,) = await house.tell("/import", ADMIN) or []
    assert "不止一个群" in said.text


@pytest.mark.parametrize("command", ["/op_status", "/op_leave -1"])
async def test_owners_have_commands_that_do_not_exist_for_others(house: House, command: str):
    assert await house.tell(command, OWNER)
    assert await house.tell(command, MEMBER) is None


async def test_an_edited_command_is_not_done_again(house: House) -> None:
    edited = house.spoken("/op_status", OWNER, OWNER, edited=True)
    assert await house.groups.private(edited) is None


@pytest.mark.parametrize("command", ["/groups", "/leave"])
async def test_other_names_are_not_commands_of_ours(house: House, command: str) -> None:
    assert await house.tell(command, OWNER) is None


async def listened_to(house: House) -> None:
    """A volunteer has taken the member's request."""
    house.chats.enter(GROUP, VOLUNTEER)
    await house.say("/desk", ADMIN)
    link = await token(house, "找志愿者搭把手", "号被封了怎么办", MEMBER)
    opening = await house.groups.opened(house.spoken(f"/start {link}", MEMBER, MEMBER))
    assert opening is not None
    card, _ = await house.do(keys(opening.posts[0])["同意"], MEMBER, MEMBER)
    await house.groups.sent(card, 5)
    await house.do(keys(card)["我来"], VOLUNTEER)


async def test_words_go_to_the_volunteer_who_listens(house: House) -> None:
    await listened_to(house)
    (answer,) = await house.tell("我再等等") or []
    assert answer.address == f"tg:{GROUP}"


@pytest.mark.parametrize(
    ("text", "number"), [("我不想活了", "12356"), ("我刚把钱转给骗子了，怎么办", "110")]
)
async def test_danger_is_answered_at_once_and_passed_on(house: House, text: str, number: str):
    await listened_to(house)
    urgent, passed_on = await house.tell(text) or []
    assert urgent.address == f"tg:{MEMBER}"
    assert number in urgent.text
    assert passed_on.address == f"tg:{GROUP}"
