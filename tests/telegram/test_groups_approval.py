"""Groups that wait for an owner's word, and the hour in which too many groups came."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.telegram.fake.chats import Message
from tests.telegram.fake.groups import Group
from tests.telegram.fake.people import User
from tests.telegram.groups import WITHIN, Stage, staged

pytestmark = pytest.mark.asyncio(loop_scope="module")

OWNER = 6_000_000_001
APPROVAL = {"ZHENREN_GROUPS": "approval", "OWNER_ID": str(OWNER)}


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    async with staged(tmp_path_factory.mktemp("bot"), APPROVAL) as one:
        one.fake.user("机主", id=OWNER, started=True)
        yield one


@pytest.fixture
def owner(stage: Stage) -> User:
    """The owner, as this test's hands."""
    user = User(stage.fake.world, stage.fake.world.accounts[OWNER], stage.fake._wait)
    user.skip()
    return user


async def waiting(stage: Stage, owner: User, title: str) -> tuple[Group, Message]:
    """A group that waits, and the question to the owner."""
    group = stage.fake.group(title)
    group.add_bot()
    assert "等待机主批准" in (await group.next(WITHIN)).text
    return group, await owner.next(WITHIN, holding=title)


async def test_it_is_silent_while_it_waits(stage: Stage, owner: User) -> None:
    group, question = await waiting(stage, owner, "在等的群")
    group.say(group.owner, f"{stage.at} 号被封了怎么办")
    group.say(group.owner, f"/settings{stage.at}")
    await stage.fake.polled(WITHIN)
    await stage.asked(owner, "/op_status")  # by now the group's messages were taken up as well
    owner.press("批准", question)
    assert "我是真人" in (await group.next(WITHIN)).text
    assert not question.keyboard or question.edited


async def test_approved(stage: Stage, owner: User) -> None:
    group, question = await waiting(stage, owner, "批准的群")
    assert (await owner.press("批准", question).answered(WITHIN)).text == "已批准。"
    await group.next(WITHIN)
    assert (await stage.panel(group)).keyboard


async def test_refused(stage: Stage, owner: User) -> None:
    group, question = await waiting(stage, owner, "拒绝的群")
    query = await owner.press("拒绝", question).answered(WITHIN)
    assert query.text == "已拒绝，我会离开。"
    assert "没有批准" in (await group.next(WITHIN)).text
    group.say(group.owner, f"/settings{stage.at}")
    await stage.asked(owner, "/op_status")
    assert not group.unread


async def test_somebody_else_cannot_decide(stage: Stage, owner: User) -> None:
    group, question = await waiting(stage, owner, "别人的群")
    data = question.button("批准")["callback_data"]
    query = await stage.forged(group.owner, data, question)
    assert query.text == "这是别人的按钮。"
    assert not group.unread


async def test_an_owner_who_adds_it_has_approved(stage: Stage, owner: User) -> None:
    group = stage.fake.group("自己的群", owner=owner)
    group.add_bot(by=owner)
    assert "我是真人" in (await group.next(WITHIN)).text


async def test_what_owners_see_and_end(stage: Stage, owner: User) -> None:
    group, question = await waiting(stage, owner, "要走的群")
    await owner.press("批准", question).answered(WITHIN)
    await group.next(WITHIN)
    listed = await stage.asked(owner, "/op_status")
    assert f"要走的群 {group.id}" in listed.text
    owner.send(f"/op_leave {group.id}")
    assert "离开" in (await owner.next(WITHIN)).text
    assert "离开" in (await group.next(WITHIN)).text


@pytest.mark.parametrize("command", ["/op_status", "/op_leave -1"])
async def test_for_others_owners_commands_do_not_exist(stage: Stage, command: str) -> None:
    answer = await stage.asked(stage.fake.user(started=True), command)
    assert "没有" in answer.text
    assert "群" not in answer.text


async def test_twenty_groups_an_hour(stage: Stage, owner: User) -> None:
    said, groups = [], [stage.fake.group(f"第{number}群", owner=owner) for number in range(21)]
    for group in groups:
        group.add_bot(by=owner)
        said.append((await group.next(WITHIN)).text)
    assert said[0].startswith("大家好")
    assert "太多" in said[-1]
    groups[-1].say(owner, f"/settings{stage.at}")
    await stage.asked(owner, "/op_status")
    assert not groups[-1].unread
