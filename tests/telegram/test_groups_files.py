"""How the settings of a group travel and are told: files out and in, wording, audit log, self-check."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.telegram.groups import CHANGER, WITHIN, Stage, codes, document, staged

pytestmark = pytest.mark.asyncio(loop_scope="module")

QUESTION = "@ 申诉秒驳回怎么办"


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    async with staged(tmp_path_factory.mktemp("bot"), reads_all=True) as one:
        yield one


# ── files ───────────────────────────────────────────────────────────────────
async def test_settings_go_out_and_come_in_elsewhere(stage: Stage) -> None:
    group, other = stage.group(), stage.group()
    await stage.choose(group, "cool", "ucool/30")
    await stage.said(group, group.owner, "/export@")
    upload = next(iter(stage.fake.log.of("sendDocument", group.id)[-1].uploads.values()))
    assert upload.name == "群设置.json"
    preview = await stage.offered(other, upload.body)
    assert "5 秒 → 30 秒" in preview.text
    assert "30" not in (await stage.panel(other)).text
    other.owner.press("就这样改", preview)
    await stage.fake.wait_for(lambda _: "导入好了" in preview.text, WITHIN)
    assert "同一个人隔多久：30 秒" in (await stage.panel(other)).text


async def test_a_file_that_is_not_confirmed(stage: Stage) -> None:
    group = stage.group()
    preview = await stage.offered(group, document(mode="off"))
    query = await group.owner.press("不改了", preview).answered(WITHIN)
    assert query.text == "好，没有改"
    assert "叫我才说" in (await stage.panel(group)).text


async def test_another_admin_cannot_confirm(stage: Stage) -> None:
    group = stage.group()
    preview = await stage.offered(group, document(mode="off"))
    query = await stage.admin(group, *CHANGER).press("就这样改", preview).answered(WITHIN)
    assert query.text == "这是别人的按钮。"
    assert "叫我才说" in (await stage.panel(group)).text


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe",
        b"{",
        b"[]",
        b"{}",
        b"[" * 50_000,
        document(mode="loud"),
        document(blocked=[1]),
        document(nonsense=1),
        document(user_cooldown=-1),
        document(texts={"card": "包解封，百分百成功"}),
        document(faq=[{"keyword": "客服", "answer": "a" * 501}]),
        b" " * 70_000,
    ],
    ids=[
        "empty",
        "bytes",
        "cut",
        "list",
        "no mark",
        "deep",
        "value",
        "people",
        "unknown",
        "range",
        "promise",
        "long",
        "large",
    ],
)
async def test_a_bad_file_changes_nothing(stage: Stage, body: bytes) -> None:
    group = stage.group()
    answer = await stage.offered(group, body)
    assert not answer.keyboard
    assert answer.text
    assert "还没有人改过设置" in (await stage.said(group, group.owner, "/audit@")).text


async def test_a_file_in_private_chat(stage: Stage) -> None:
    group = stage.group()
    admin, _ = await stage.connected(group)
    admin.skip()
    admin.document("settings.json", document(mode="commands"))
    preview = await admin.next(WITHIN)
    admin.press("就这样改", preview)
    await stage.fake.wait_for(lambda _: "导入好了" in preview.text, WITHIN)
    assert "只听命令" in (await stage.panel(group)).text


async def test_a_command_without_its_file(stage: Stage) -> None:
    group = stage.group()
    assert ".json" in (await stage.said(group, group.owner, "/import@")).text


# ── wording ─────────────────────────────────────────────────────────────────
async def test_an_own_wording(stage: Stage) -> None:
    group = stage.group()
    assert (
        await stage.said(group, group.owner, "/text@ 回答的结尾 = 群规看置顶")
    ).text == "换好了。"
    assert "群规看置顶" in (await stage.said(group, stage.member(group), QUESTION)).text
    await stage.said(group, group.owner, "/text@ 回答的结尾 =")
    assert "群规看置顶" not in (await stage.said(group, stage.member(group), QUESTION)).text


@pytest.mark.parametrize(
    "words", ["付费解封，百分百成功", "打 13812345678 找我", "{name} 好", "好" * 61]
)
async def test_a_bad_wording_leaves_the_good_one(stage: Stage, words: str) -> None:
    group = stage.group()
    await stage.said(group, group.owner, "/text@ 回答的结尾 = 群规看置顶")
    refusal = await stage.said(group, group.owner, f"/text@ 回答的结尾 = {words}")
    assert "回答的结尾" in refusal.text
    assert "群规看置顶" in (await stage.said(group, stage.member(group), QUESTION)).text


@pytest.mark.parametrize("text", ["/text@", "/text@ 标题 = 好", "/text@ 帮助"])
async def test_how_wording_is_changed(stage: Stage, text: str) -> None:
    group = stage.group()
    assert "回答的结尾" in (await stage.said(group, group.owner, text)).text


# ── reading ─────────────────────────────────────────────────────────────────
async def test_the_self_check(stage: Stage) -> None:
    group = stage.group()
    check = await stage.said(group, group.owner, "/check@")
    assert check.text.startswith("自检")
    assert "！" not in check.text


async def test_the_audit_log_tells_no_names_and_no_words(stage: Stage) -> None:
    group = stage.group(owner=stage.fake.user("有名有姓"))
    await stage.said(group, group.owner, "/faq@ 群规 = 看置顶")
    await stage.choose(group, "mode", "mode/commands")
    log = await stage.said(group, group.owner, "/audit@")
    assert f"管理员 {str(group.owner.id)[-4:]} 什么时候说话：叫我才说 → 只听命令" in log.text
    assert "有名有姓" not in log.text
    assert "看置顶" not in log.text


async def test_a_reset(stage: Stage) -> None:
    group = stage.group()
    await stage.imported(group, mode="commands", user_cooldown=60)
    panel = await stage.panel(group)
    for code in ("p/data", "p/reset", "reset"):
        await stage.press(group.owner, panel, code)
    assert "什么时候说话：叫我才说" in panel.text
    assert "p/mode" in codes(panel)
