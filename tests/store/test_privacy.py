"""What identifies a person never reaches the disk in clear, nor a log; sealed it does, if they ask for it.

The files are read as bytes after every turn: the database, its WAL, its index, and whatever lies beside them.
"""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import pytest

from bot.app import Engine
from bot.channels.base import Update
from bot.core.errors import StorageError
from bot.store.memory import MemoryStore
from bot.store.sealing import Sealer
from tests.store.talking import Talk
from tests.store.watching import BANNED, NOW, ORDER, REFUND, Watched, keeping, texts

VALUES = {
    "a phone number": ("我的手机是", "13912345678"),
    "a phone number with gaps": ("我的手机是", "139 1234 5678"),
    "a phone number in words": ("我的手机是", "一三九一二三四五六七八"),
    "an ID card": ("身份证", "11010519491231002X"),
    "a bank card": ("银行卡", "6222020200112233446"),
    "an order number": ("订单号", "P700123456789012345"),
    "an account": ("小红书号", "987654321"),
    "an account by name": ("我的账号是", "liming_88"),
    "an e-mail address": ("邮箱", "li.lei@example.com"),
    "a WeChat name": ("微信", "li_lei_88"),
}
TOLD = "，".join(f"{name}{value}" for name, value in VALUES.values())


def value_of(name: str) -> tuple[str, str]:
    before, value = VALUES[name]
    return f"{before}{value}", value


# ── never on disk ───────────────────────────────────────────────────────────
async def test_the_eye_sees_what_is_written(people: Watched) -> None:
    await people.say(BANNED)
    await people.press("notice_detail:full")
    await people.say("说我发的蓝色羽绒服是引流")
    assert people.written("蓝色羽绒服")
    assert {each.name for each in people.directory.iterdir()} == {
        "people.db",
        "people.db-wal",
        "people.db-shm",
    }


@pytest.mark.parametrize("name", VALUES)
async def test_a_value_in_a_text_is_not_written(people: Watched, name: str) -> None:
    said, value = value_of(name)
    people.secret = [value]
    await people.say(f"{REFUND}，{said}")
    await people.say(said)
    await people.say("不知道")


@pytest.mark.parametrize("name", VALUES)
async def test_a_value_in_a_pasted_reply_is_not_written(people: Watched, name: str) -> None:
    said, value = value_of(name)
    await people.say(BANNED)
    people.secret = [value]
    await people.say(f"您好，经核实您的{said}违反社区规范，请在3天内提供{said}", "paste")
    await people.say(f"经核实，{said}已按规则处理，原因：{said}，工单号GD20261120", "paste")


@pytest.mark.parametrize("name", VALUES)
async def test_a_value_in_a_free_answer_is_not_written(people: Watched, name: str) -> None:
    said, value = value_of(name)
    await people.say(BANNED)
    await people.press("notice_detail:full")
    people.secret = [value]
    outcome = await people.say(f"通知说：{said}涉及引流，请整改")
    assert value in texts(outcome), "nobody has kept it"
    assert people.written("〔")
    await people.say("不知道")


@pytest.mark.parametrize("value", ["小薯条同学", "li.lei@example.com", "liming_88", "momo"])
async def test_what_is_private_as_a_whole_is_not_written(people: Watched, value: str) -> None:
    await people.say(BANNED)
    await people.until_asked("account")
    people.secret = [value]
    outcome = await people.say(value)
    assert outcome.slots["account"] == value
    assert people.written("〔账号")
    await people.press("cmd:unsure")


async def test_all_at_once_through_a_whole_case_is_not_written(people: Watched) -> None:
    people.secret = [value for _, value in VALUES.values()]
    await people.say(f"{REFUND}，{TOLD}")
    for _ in range(12):
        await people.press("cmd:unsure")
        await people.say(TOLD)
        await people.say(f"亲，{TOLD}，已为您解决", "paste")
        await people.press("cmd:sent")
    await people.store.close()
    for secret in people.secret:
        assert not people.written(secret)


async def test_nothing_private_is_in_the_inbox_outbox_or_snapshot(people: Watched) -> None:
    await people.say(f"{REFUND}，{TOLD}")
    await people.press("cmd:unsure")
    store = people.store
    session = await store.load("me")
    tables = ("conversations", "cases", "turns", "inbox", "outbox", "counts")
    rows = [await store._read(f"SELECT * FROM {table}") for table in tables]
    for _, value in VALUES.values():
        assert value not in repr(rows)
        assert value not in repr(session)
        assert value not in repr(await store.journal("me", "c1"))


@pytest.mark.parametrize("kind", ["text", "paste"])
async def test_nothing_private_is_logged(
    people: Watched, kind: str, caplog: pytest.LogCaptureFixture, monkeypatch: Any
) -> None:
    caplog.set_level(logging.DEBUG)
    await people.say(BANNED)
    await people.say(TOLD, kind)

    async def refused(_: Any) -> None:
        raise StorageError("存档 x 磁盘满了")

    with monkeypatch.context() as patch:
        patch.setattr(people.store, "commit", refused)
        with pytest.raises(StorageError):
            await people.say(TOLD, kind)
    assert caplog.records, "not even the driver has said anything"
    for _, value in VALUES.values():
        assert value not in caplog.text


# ── kept on wish ────────────────────────────────────────────────────────────
async def test_without_a_wish_a_value_is_gone_with_the_process(keepers: Watched) -> None:
    await keepers.say(f"{REFUND}，订单号{ORDER}")
    keepers.restart(keepers.sealer)
    assert ORDER not in texts(await keepers.say("为什么问"))


async def test_what_is_kept_is_not_written_in_clear_and_comes_back(keepers: Watched) -> None:
    await keeping(keepers)
    keepers.restart(keepers.sealer)
    assert (await keepers.say("为什么问")).slots["order_no"] == ORDER


async def test_what_is_told_after_the_wish_comes_back_too(keepers: Watched) -> None:
    keepers.secret = [ORDER]
    await keepers.say(REFUND)
    await keepers.say("留着我的号码")
    await keepers.say(f"订单号{ORDER}")
    keepers.restart(keepers.sealer)
    assert (await keepers.say("为什么问")).slots["order_no"] == ORDER


async def test_without_a_sealer_what_is_kept_stays_behind_its_placeholder(keepers: Watched) -> None:
    await keeping(keepers)
    keepers.restart(None)
    outcome = await keepers.say("为什么问")
    assert str(outcome.slots["order_no"]).startswith("〔订单号")


async def test_with_another_key_nothing_opens(
    keepers: Watched, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await keeping(keepers)
    other = Sealer(tmp_path / "other")
    other.seal({"a": "b"})
    keepers.restart(other)
    outcome = await keepers.say("为什么问")
    assert str(outcome.slots["order_no"]).startswith("〔订单号"), "the case goes on, masked"
    assert "不是当初那一把" in caplog.text
    keepers.restart(keepers.sealer)
    outcome = await keepers.say("为什么问")
    assert outcome.slots["order_no"] == ORDER, "the right key still opens what was kept"


async def test_without_the_key_nothing_opens(
    keepers: Watched, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await keeping(keepers)
    (tmp_path / "key").unlink()
    keepers.restart(keepers.sealer)
    outcome = await keepers.say("为什么问")
    assert str(outcome.slots["order_no"]).startswith("〔订单号"), "the case goes on, masked"
    assert "钥匙文件" in caplog.text
    assert not (tmp_path / "key").exists(), "a new key would hide that the old one is gone"


async def test_what_is_no_longer_kept_does_not_come_back(keepers: Watched) -> None:
    await keeping(keepers)
    await keepers.say("别留号码")
    assert (await keepers.store.load("me")).sealed is None
    keepers.restart(keepers.sealer)
    assert ORDER not in texts(await keepers.say("为什么问"))


def test_a_new_process_has_the_value_with_the_key_and_not_without(tmp_path: Path) -> None:
    path, key = tmp_path / "me.db", tmp_path / "me.db.key"
    talk = Talk(path)
    talk.say({"text": f"{REFUND}，订单号{ORDER}"})
    talk.say({"text": "留着我的号码"})
    talk.kill()
    assert all(ORDER.encode() not in each.read_bytes() for each in tmp_path.iterdir())
    talk = Talk(path)
    assert talk.say({"text": "为什么问"})["slots"]["order_no"] == ORDER
    talk.leave()
    key.rename(tmp_path / "elsewhere")
    talk = Talk(path)
    assert talk.process.stdin is not None
    talk.process.stdin.write(json.dumps({"text": "为什么问"}).encode() + b"\n")
    out, err = talk.process.communicate()
    assert ORDER not in (out + err).decode()
    assert "钥匙文件" in (out + err).decode()
    assert "Traceback" not in err.decode()


# ── ten thousand people ─────────────────────────────────────────────────────
@pytest.mark.slow
async def test_idle_people_leave_no_lock_and_no_veil_beyond_the_limit(engine: Engine) -> None:
    agent = engine.agent(MemoryStore())
    vault = agent._privacy.vault
    limit = vault._limit
    for number in range(10_000):
        update = Update(f"u{number}", "text", f"订单号P7001234567890{number:05}")
        await agent.handle(update, NOW)
        assert len(vault._veils) <= limit
    assert len(agent._locks) == 0
    assert list(vault._veils) == [f"u{number}" for number in range(10_000 - limit, 10_000)]
