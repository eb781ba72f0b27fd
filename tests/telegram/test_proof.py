"""Nothing personal leaves a private chat: not to a group, the log, the metrics or the files of the store.

People say who they are in every way there is, in groups and in private, while the log tells all it can.
"""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
from tornado.simple_httpclient import SimpleAsyncHTTPClient

from tests.telegram.fake.groups import Group
from tests.telegram.fake.people import User
from tests.telegram.fake.server import FakeTelegram
from tests.telegram.killing import messages, numbers
from tests.telegram.running import running
from tests.telegram.serving import served, stored

pytestmark = pytest.mark.slow

NAME, USERNAME = "林晚秋", "linwanqiu_77"
PHONE, CARD = "13812345678", "6222020200112233445"
IDENTITY, ORDER = "110101199003078515", "P718293847561029384"
MAIL = "wanqiu77@example.org"
SHARED = 4
"""So many people share what is said in private: a chat takes one message a second."""

PLANTED = (NAME, USERNAME, PHONE, CARD, IDENTITY, ORDER, MAIL)

IN_PRIVATE = (
    f"我的账号被封了，我叫{NAME}，手机{PHONE}，身份证{IDENTITY}",
    f"邮箱 {MAIL}，订单号 {ORDER}，卡号 {CARD}",
    f"我的手机 {PHONE}",
    f"/{PHONE}",
    f"/{USERNAME} {NAME}",
    f"/quiet {PHONE}",
    f"/quiet {NAME}",
    f"/start {USERNAME}",
    f"/help {PHONE}",
    f"/new {NAME}",
    f"/case {ORDER}",
    "/export",
    "/cases",
    f"亲，{NAME}您好，您的订单{ORDER}已为您解决，感谢您的耐心等待",
    f"退款不到账，订单号{ORDER}，{PHONE}",
    "/back",
    "/why",
)
IN_GROUP = (
    "{at} 我叫" + f"{NAME}，{PHONE}，账号被封了",
    "{at} " + f"{ORDER} 退款不到账",
    "{at} " + f"{IDENTITY}",
    "/help{at} " + f"{PHONE}",
    "/faq{at} " + f"{NAME}",
    "/case{at} " + f"{ORDER}",
    "/settings{at} " + f"{PHONE}",
    "/report{at} " + f"{NAME} {PHONE}",
    "/forget{at} " + f"{NAME}",
    f"没有叫机器人，{NAME} {PHONE} {CARD}",
    f"加我微信 {USERNAME}，代申诉包过，先付款，{PHONE}",
)


@pytest.fixture
async def fake() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram(reads_all=True) as fake:
        yield fake


def found_in(text: str | bytes) -> set[str]:
    """The planted values in a text, however it is encoded."""
    data = text.encode() if isinstance(text, str) else text
    return {
        each for each in PLANTED if each.encode() in data or json.dumps(each)[1:-1].encode() in data
    }


def in_files(db: Path) -> dict[str, set[str]]:
    """The planted values in each file of the store."""
    files = {path.name: found_in(path.read_bytes()) for path in db.parent.glob(f"{db.name}*")}
    assert files
    return {name: found for name, found in files.items() if found}


def said_in_groups(fake: FakeTelegram, person: User, groups: list[Group]) -> None:
    """Everything that can be said in groups."""
    at = f"@{fake.username}"
    for group in groups:
        group.join(person)
        topic = group.topic("售后") if group.chat.forum else None
        said = [group.say(person, text.format(at=at), thread=topic) for text in IN_GROUP]
        person.edit(said[-1], f"{at} 改一下：{NAME} {PHONE}")


async def said_in_private(fake: FakeTelegram, person: User, texts: Sequence[str]) -> None:
    """These texts and everything that is none, and presses on what comes back."""
    person.start()
    for text in texts:
        person.send(text)
    person.edit(person.send(f"打我电话 {PHONE}"), f"{IDENTITY}")
    person.photo(caption=f"{NAME} {ORDER}")
    person.photo()
    person.document(f"{NAME}{PHONE}.json", b"{}")
    person.send("退款不到账", forwarded=NAME)
    person.forge(f"b|{PHONE}|1|2|3", person.send("好"))
    person.send("/last")
    await fake.wait_for(lambda _: any("/last" in each.text for each in messages(person)), 90)
    for message in messages(person)[-6:]:
        for label in message.labels[:2]:
            person.press(label, message)
    person.send("/end")
    await fake.wait_for(lambda _: any("/end" in each.text for each in messages(person)), 60)


async def fetched(port: int, path: str) -> str:
    client = SimpleAsyncHTTPClient(force_instance=True)
    try:
        answer = await client.fetch(f"http://127.0.0.1:{port}{path}", raise_error=False)
        return answer.body.decode()
    finally:
        client.close()


@pytest.mark.timeout(240)
async def test_nothing_personal_is_shown_to_others_logged_counted_or_stored(fake, tmp_path):
    db = tmp_path / "me.db"
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    people = [fake.user(NAME, username=USERNAME) for _ in range(SHARED)]
    owner = fake.user("群主", started=True)
    groups = [fake.group(owner=owner, bot=True), fake.group(owner=owner, forum=True, bot=True)]
    groups[0].promote_bot()
    env = {"ZHENREN_LOG_LEVEL": "DEBUG", "ZHENREN_HEALTH": f"127.0.0.1:{port}"}
    async with running(fake, db, env) as bot:
        said_in_groups(fake, people[0], groups)
        shares = (IN_PRIVATE[number::SHARED] for number in range(SHARED))
        async with asyncio.TaskGroup() as together:
            for person, texts in zip(people, shares, strict=True):
                together.create_task(said_in_private(fake, person, texts))
        await asyncio.gather(*(group.next(5) for group in groups))
        shown = {path: await fetched(port, path) for path in ("/metrics", "/readyz", "/livez")}
        at_work = in_files(db)
        await bot.kill()
        killed = in_files(db)
    assert "zhenren_updates_total" in shown["/metrics"]
    for page in shown.values():
        assert not found_in(page)
        assert not any(str(person.id) in page for person in people)
    assert not found_in(bot.log)
    for group in groups:
        calls = [call.everything() for call in fake.log.to(group.id)]
        assert calls
        assert not found_in("\n".join(calls))
    private = {person.id for person in people}
    assert fake.log.contains(PHONE, private), "nobody was told what they said: the test is blind"
    others = [each for each in fake.log.calls if each.chat not in {*private, None}]
    assert not found_in("\n".join(each.everything() for each in others))
    assert (at_work, killed) == ({}, {})


@pytest.mark.parametrize("value", PLANTED)
@pytest.mark.parametrize("form", [str, json.dumps, lambda value: f"a{value}b".encode()])
def test_the_search_finds_what_is_there(value, form):
    assert found_in(form(value)) == {value}


async def test_a_number_to_call_is_no_sum(fake, tmp_path):
    db = tmp_path / "me.db"
    person = fake.user(started=True)
    async with stored(db) as store, served(fake, store):
        for number, text in enumerate(("退款不到账", PHONE)):
            person.send(text)
            person.send(f"/n{number}")
            await fake.wait_for(lambda _, number=number: number in numbers(person), 10)
        assert in_files(db) == {}
