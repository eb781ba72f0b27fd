"""Export and import: what a file holds, which files are refused, and that nothing changes before a press."""

import json
import time
from typing import Any

import pytest

from bot.channels.telegram.chats import ChatError
from bot.channels.telegram.posts import Post
from bot.channels.telegram.signing import LIMIT as DATA_LIMIT
from bot.channels.telegram.signing import Refused
from bot.core.errors import StorageError
from bot.groups.settings import Faq, Settings
from bot.groups.settings_rules import Checks
from bot.groups.transfer import LIMIT, exportable, preview
from tests.groups.admins import ADMIN, GROUP, HIDDEN, MEMBER, OTHER, WEAK, Office, keys_of
from tests.groups.records import DictRecords

FULL = Settings(
    mode="off",
    quiet=(22, 8),
    faq=(Faq("退款 <b>&", "看 <i>&", exact=True),),
    disabled=("report",),
    welcome="来了 <b>",
    texts={"card": "私聊 <b>"},
    blocked=(MEMBER.id,),
    log_chat="tg:-200",
    desk="tg:-300/4",
    closed_topics=(5,),
)
HERE = Settings(blocked=(9,), log_chat="tg:-999", desk="tg:-998", closed_topics=(1,))


def file(**settings: Any) -> bytes:
    return json.dumps({"zhenren_settings": 1, **settings}).encode()


def press_of(post: Post, label: str) -> str:
    return next(key.value for key in keys_of(post) if key.label == label)


# ── out ─────────────────────────────────────────────────────────────────────
async def test_a_file_holds_no_people_and_no_places() -> None:
    office = Office()
    await office.book.replace(GROUP, lambda _: FULL)
    text = (await office.transfer.exported(GROUP)).decode()
    document = json.loads(text)
    assert document["zhenren_settings"] == 1
    assert not {"blocked", "log_chat", "desk", "closed_topics"} & document.keys()
    for hidden in (str(MEMBER.id), "-200", "-300", str(GROUP)):
        assert hidden not in text
    assert "退款" in text  # readable, not \u9000


@pytest.mark.parametrize("settings", [Settings(), FULL], ids=["defaults", "everything"])
def test_a_file_makes_the_same_settings_elsewhere(settings: Settings) -> None:
    made = preview(HERE, json.dumps(exportable(settings)).encode())
    assert made.problems == ()
    assert exportable(made.after) == exportable(settings)
    for name in ("blocked", "log_chat", "desk", "closed_topics"):
        assert getattr(made.after, name) == getattr(HERE, name)


def test_what_a_file_does_not_name_stays() -> None:
    assert preview(FULL, file(mode="commands")).after == FULL.with_(mode="commands")


# ── what is refused ─────────────────────────────────────────────────────────
_BOMBS = {
    "empty": b"",
    "no json": b"hello",
    "half": b'{"zhenren_settings": 1, ',
    "binary": bytes(range(256)),
    "utf-16": '{"zhenren_settings": 1}'.encode("utf-16"),
    "list": b"[]",
    "number": b"1",
    "null": b"null",
    "no mark": b'{"mode": "off"}',
    "later version": b'{"zhenren_settings": 2}',
    "true is no version": b'{"zhenren_settings": true}',
    "too large": file(welcome="x" * LIMIT),
    "deep list": b'{"zhenren_settings": 1, "faq": ' + b"[" * 30_000 + b"]" * 30_000 + b"}",
    "deep object": b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    "unclosed depth": b"[" * 60_000,
    "depth behind an escaped quote": b'{"a\\"": ' + b"[" * 6 + b"]" * 6 + b"}",
    "depth behind an escaped backslash": b'{"a\\\\": ' + b"[" * 6 + b"]" * 6 + b"}",
    "six deep": b'{"zhenren_settings": 1, "faq": [[[[[]]]]]}',
    "many digits": b'{"zhenren_settings": 1, "user_cooldown": ' + b"9" * 60_000 + b"}",
    "infinite": b'{"zhenren_settings": 1, "user_cooldown": 1e999}',
    "not a number": b'{"zhenren_settings": 1, "user_cooldown": NaN}',
    "named infinity": b'{"zhenren_settings": 1, "user_cooldown": -Infinity}',
    "twice": b'{"zhenren_settings": 1, "mode": "off", "mode": "commands"}',
    "many twice": b"{" + b",".join(b'"%d":1' % n for n in range(7000)) + b',"6999":1}',
    "unknown": file(admin=True),
    "many unknown": b'{"zhenren_settings":1,' + b",".join(b'"x%d":1' % n for n in range(7000)) + b"}",
    "half a character": b'{"zhenren_settings": 1, "welcome": "\\ud800"}',
    "half a character as a name": b'{"zhenren_settings": 1, "\\ud800": 1}',
    "zero": b'{"zhenren_settings": 1, "welcome": "\\u0000"}',
    "members": file(blocked=[5]),
    "places": file(log_chat="tg:-5"),
    "wrong value": file(mode="loud"),
    "wrong kind": file(faq={"a": 1}),
    "class": file(__class__="x"),
    "many entries": file(faq=[{"keyword": str(n), "answer": "x"} for n in range(1500)]),
}  # fmt: skip


@pytest.mark.parametrize("data", _BOMBS.values(), ids=_BOMBS)
async def test_a_bad_file_is_refused_with_why_and_soon(data: bytes) -> None:
    office = Office()
    began = time.perf_counter()
    post = await office.transfer.offered(GROUP, ADMIN, data, GROUP)
    assert time.perf_counter() - began < 2  # milliseconds, even on a busy machine
    assert "还不能用" in post.text
    assert not post.keys
    assert len(post.text.encode()) < 8000
    assert await office.records.find("import") == []


def test_brackets_in_texts_are_not_depth() -> None:
    assert preview(Settings(), file(welcome='[[[[[[[["\\[[[[[[')).problems == ()


def test_a_file_with_a_byte_order_mark_is_read() -> None:
    assert preview(Settings(), b"\xef\xbb\xbf" + file(mode="off")).after.mode == "off"


@pytest.mark.parametrize("data", [file(welcome="错号"), file(texts={"card": "错号"})])
async def test_what_may_not_be_said_is_not_let_in(data: bytes) -> None:
    checks = Checks(sayable=lambda text: "错" not in text, texts=lambda _: ["不行。"])
    post = await Office(checks=checks).transfer.offered(GROUP, ADMIN, data, GROUP)
    assert "还不能用" in post.text


# ── in ──────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("where", [GROUP, ADMIN.id], ids=["group", "private"])
async def test_a_file_changes_nothing_before_it_is_confirmed(where: int) -> None:
    office = Office()
    data = json.dumps(exportable(FULL)).encode()
    post = await office.transfer.offered(GROUP, ADMIN, data, where)
    assert await office.book.settings(GROUP) == Settings()
    assert "什么时候说话：叫我才说 → 不说话" in post.text
    assert "加「退款 &lt;b&gt;&amp;」：看 &lt;i&gt;&amp;" in post.text
    assert "私聊 &lt;b&gt;" in post.text
    assert all(len(key.value.encode()) <= DATA_LIMIT for key in keys_of(post))
    assert await office.do(ADMIN, press_of(post, "就这样改"), where) == []
    settings = await office.book.settings(GROUP)
    assert exportable(settings) == exportable(FULL)
    assert settings.blocked == ()
    assert "导入好了" in office.shows.text
    assert "不说话" in (await office.audit.page(GROUP)).text


async def test_it_is_done_once() -> None:
    office = Office()
    post = await office.transfer.offered(GROUP, ADMIN, file(mode="off"), GROUP)
    await office.do(ADMIN, press_of(post, "就这样改"))
    await office.book.change(GROUP, mode="commands")
    await office.do(ADMIN, press_of(post, "就这样改"))
    assert (await office.book.settings(GROUP)).mode == "commands"
    assert "处理过" in office.toast


async def test_it_can_be_dropped() -> None:
    office = Office()
    post = await office.transfer.offered(GROUP, ADMIN, file(mode="off"), GROUP)
    await office.do(ADMIN, press_of(post, "不改了"))
    await office.do(ADMIN, press_of(post, "就这样改"))
    assert await office.book.settings(GROUP) == Settings()
    assert await office.records.find("import") == []


async def test_what_another_admin_changes_meanwhile_is_kept() -> None:
    office = Office()
    post = await office.transfer.offered(GROUP, ADMIN, file(mode="off", locale="zh_Hans"), GROUP)
    await office.do(OTHER, office.button("lang", "zh_Hant", by=OTHER))
    await office.do(ADMIN, press_of(post, "就这样改"))
    assert await office.book.settings(GROUP) == Settings(mode="off", locale="zh_Hant")


async def test_the_same_settings_need_no_press() -> None:
    post = await Office().transfer.offered(GROUP, ADMIN, file(mode="addressed"), GROUP)
    assert not post.keys
    assert "不用改" in post.text


async def test_the_log_chat_is_told_of_it_all_at_once() -> None:
    office = Office()
    await office.book.change(GROUP, log_chat="tg:-200")
    post = await office.transfer.offered(GROUP, ADMIN, file(mode="off", digest=True), GROUP)
    (told,) = await office.do(ADMIN, press_of(post, "就这样改"))
    assert told.address == "tg:-200"
    assert "不说话" in told.text
    assert "每周小结" in told.text


# ── who may ─────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("sender", [MEMBER, WEAK, HIDDEN], ids=["member", "reader", "hidden"])
async def test_who_may_not_change_is_not_offered_anything(sender: Any) -> None:
    post = await Office().transfer.offered(GROUP, sender, file(mode="off"), GROUP)
    assert not post.keys
    assert "修改群信息" in post.text
    assert "不说话" not in post.text


@pytest.mark.parametrize("how", ["demoted", "unanswered"])
async def test_the_right_is_asked_for_again_at_the_press(how: str) -> None:
    office = Office()
    post = await office.transfer.offered(GROUP, ADMIN, file(mode="off"), GROUP)
    if how == "demoted":
        office.chats.enter(GROUP, ADMIN.id, "member")
    else:
        office.chats.failing["member"] = ChatError("?")
    await office.do(ADMIN, press_of(post, "就这样改"))
    assert await office.book.settings(GROUP) == Settings()
    assert "权限" in office.toast


async def test_only_its_sender_confirms_it_and_only_there() -> None:
    office = Office()
    post = await office.transfer.offered(GROUP, ADMIN, file(mode="off"), GROUP)
    with pytest.raises(Refused, match="foreign"):
        await office.do(OTHER, press_of(post, "就这样改"))
    with pytest.raises(Refused, match="forged"):
        await office.do(ADMIN, press_of(post, "就这样改"), ADMIN.id)


async def test_after_ten_minutes_it_is_over() -> None:
    office = Office()
    post = await office.transfer.offered(GROUP, ADMIN, file(mode="off"), GROUP)
    press = office.press(ADMIN, press_of(post, "就这样改"))
    signed = office.read(press)
    office.wait(minutes=10, seconds=1)
    with pytest.raises(Refused, match="expired"):
        office.read(press)
    await office.transfer.confirmed(press, signed)  # read in time, handled late
    assert await office.book.settings(GROUP) == Settings()
    assert "过期" in office.toast
    assert await office.records.expire(office.ground.at) == 1


async def test_a_press_is_answered_when_the_store_fails() -> None:
    records = DictRecords()
    office = Office(records=records)
    post = await office.transfer.offered(GROUP, ADMIN, file(mode="off"), GROUP)
    records.broken = True
    with pytest.raises(StorageError):
        await office.do(ADMIN, press_of(post, "就这样改"))
    assert "没改成" in office.toast


@pytest.mark.parametrize("method", ["answer", "edit"])
async def test_what_telegram_fails_to_show_is_done_all_the_same(method: str) -> None:
    office = Office()
    post = await office.transfer.offered(GROUP, ADMIN, file(mode="off"), GROUP)
    office.chats.failing[method] = ChatError("?")
    await office.do(ADMIN, press_of(post, "就这样改"))
    assert (await office.book.settings(GROUP)).mode == "off"
