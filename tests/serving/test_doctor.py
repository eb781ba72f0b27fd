"""The doctor: each trouble has its line with a fix, and looking changes nothing."""

import asyncio
import json
import os
import shutil
import sqlite3
import time
from contextlib import asynccontextmanager
from email.utils import formatdate
from types import SimpleNamespace

import pytest

from bot.channels.telegram.asking import Declined, asking
from bot.channels.telegram.chats import Unsent
from bot.cli.main import main
from bot.config.fields import Listen
from bot.config.telegram import HOLD, TelegramConfig, Webhook
from bot.serving.doctor import examine
from bot.serving.findings import bad, exit_code, fine, shown, warn
from bot.store.migrations import VERSION
from bot.store.opening import open_store
from tests.telegram.fake.server import FakeTelegram

TOKEN = "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
ME = {"id": 123456789, "is_bot": True, "username": "zhenren_bot", "can_join_groups": True}


class BotApi:
    """Answers by method, an error is raised; calls are kept."""

    def __init__(self, **answers):
        self.answers = {"getMe": ME, "getWebhookInfo": {"url": ""}, "getUpdates": [], **answers}
        self.calls = []

    async def __call__(self, method, values):
        self.calls.append((method, values))
        answer = self.answers[method]
        if isinstance(answer, Exception):
            raise answer
        return answer

    @property
    def methods(self):
        return [method for method, _ in self.calls]


@pytest.fixture
def config(tmp_path):
    return TelegramConfig(token=TOKEN, db=str(tmp_path / "z.db"))


async def found(config, api=None, skew=0.0):
    """The lines by name."""
    lines = await examine(config, api or BotApi(), lambda: skew)
    return {name: [each for each in lines if each.name == name] for name in {x.name for x in lines}}


async def only(config, name, api=None, skew=0.0):
    (line,) = (await found(config, api, skew))[name]
    return line


def changed(config, **changes):
    fields = {name: getattr(config, name) for name in ("token", "db")}
    return TelegramConfig(**{**fields, **changes})


async def test_when_all_is_well_every_line_is_fine(config):
    lines = await found(config)
    assert {each.level for group in lines.values() for each in group} == {"ok"}
    assert set(lines) == {"token", "群", "收消息", "时钟", "轮询", "存档", "磁盘", "钥匙"}


class TestTelegram:
    async def test_without_token_nothing_is_asked(self, config):
        api = BotApi()
        line = await only(changed(config, token=""), "token", api)
        assert (line.level, api.calls) == ("bad", [])
        assert "@BotFather" in line.fix

    @pytest.mark.parametrize(
        ("error", "name", "level"),
        [
            (Declined(401, "Unauthorized"), "token", "bad"),
            (Declined(404, "Not Found"), "token", "bad"),
            (Declined(404, "no answer of a Bot API"), "连接", "bad"),
            (Declined(502, "no answer of a Bot API"), "连接", "bad"),
            (Declined(429, "Too Many Requests: retry after 5"), "连接", "warn"),
            (Unsent("ConnectError"), "连接", "bad"),
        ],
    )
    async def test_a_bot_that_does_not_answer(self, config, error, name, level):
        api = BotApi(getMe=error)
        line = await only(config, name, api)
        assert (line.level, bool(line.fix)) == (level, True)
        assert api.methods == ["getMe"]

    @pytest.mark.parametrize(
        ("told", "level", "word"),
        [
            ({"can_read_all_group_messages": True}, "ok", "setprivacy"),
            ({"can_join_groups": False}, "warn", "setjoingroups"),
        ],
    )
    async def test_what_groups_show_it(self, config, told, level, word):
        line = await only(config, "群", BotApi(getMe={**ME, **told}))
        assert line.level == level
        assert word in line.fix

    async def test_a_webhook_that_was_left_over(self, config):
        api = BotApi(getWebhookInfo={"url": "https://old.example.org/secret"})
        line = await only(config, "收消息", api)
        assert line.level == "warn"
        assert "old.example.org" in line.fact
        assert "secret" not in str(line)
        assert "getUpdates" not in api.methods

    @pytest.mark.parametrize(
        ("url", "level"),
        [("https://bot.example.org/x", "ok"), ("https://other.example.org/x", "warn")],
    )
    async def test_a_webhook_that_is_wanted(self, config, url, level):
        wanted = changed(config, webhook=Webhook(url="https://bot.example.org"))
        assert (await only(wanted, "收消息", BotApi(getWebhookInfo={"url": url}))).level == level

    async def test_what_telegram_says_of_the_webhook(self, config):
        told = {
            "url": "https://bot.example.org/x",
            "last_error_message": "Connection refused",
            "pending_update_count": 500,
        }
        wanted = changed(config, webhook=Webhook(url="https://bot.example.org"))
        lines = (await found(wanted, BotApi(getWebhookInfo=told)))["收消息"]
        assert [each.level for each in lines] == ["ok", "warn", "warn"]
        assert "Connection refused" in lines[1].fact
        assert "500" in lines[2].fact

    async def test_a_webhook_that_cannot_be_asked(self, config):
        api = BotApi(getWebhookInfo=Unsent("ReadTimeout"))
        assert (await only(config, "收消息", api)).level == "warn"

    @pytest.mark.parametrize(
        ("skew", "level"), [(0, "ok"), (-30, "ok"), (31, "warn"), (-4000, "warn")]
    )
    async def test_the_clock(self, config, skew, level):
        assert (await only(config, "时钟", skew=skew)).level == level

    async def test_a_server_that_tells_no_time(self, config):
        assert "时钟" not in await found(config, skew=None)


class TestPollers:
    async def test_a_second_one_is_a_conflict(self, config):
        conflict = Declined(409, "Conflict: terminated by other getUpdates request")
        line = await only(config, "轮询", BotApi(getUpdates=conflict))
        assert line.level == "bad"
        assert "/revoke" in line.fix

    async def test_looking_confirms_nothing_and_changes_no_subscription(self, config):
        api = BotApi(getUpdates=[{"update_id": 7}])
        assert (await only(config, "轮询", api)).level == "ok"
        (values,) = [values for method, values in api.calls if method == "getUpdates"]
        assert set(values) == {"timeout", "limit"}

    @pytest.mark.parametrize("error", [Declined(502, "Bad Gateway"), Unsent("ReadError")])
    async def test_what_cannot_be_tried_is_no_verdict(self, config, error):
        assert (await only(config, "轮询", BotApi(getUpdates=error))).level == "warn"

    async def test_the_bot_that_runs_here_is_not_disturbed(self, config):
        store = await open_store(config.db)
        try:
            assert await store.hold(HOLD, "this host")
            api = BotApi()
            line = await only(config, "运行", api)
        finally:
            await store.close()
        assert "this host" in line.fact
        assert "getUpdates" not in api.methods


class TestProxy:
    async def test_somebody_listens(self, config):
        server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
        async with server:
            port = server.sockets[0].getsockname()[1]
            proxied = changed(config, proxy=f"socks5h://u:hidden@127.0.0.1:{port}")
            line = await only(proxied, "代理")
        assert line.level == "ok"
        assert "hidden" not in str(line)

    async def test_nobody_listens(self, config, unused_port):
        proxied = changed(config, proxy=f"http://127.0.0.1:{unused_port}")
        assert (await only(proxied, "代理")).level == "bad"

    async def test_a_server_on_this_machine_needs_none(self, config, unused_port):
        here = changed(
            config, base_url="http://127.0.0.1:1", proxy=f"http://127.0.0.1:{unused_port}"
        )
        assert "代理" not in await found(here)


@pytest.fixture
async def unused_port():
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    return port


class TestStore:
    async def test_one_that_is_not_there_is_not_made(self, config, tmp_path):
        assert (await only(config, "存档")).level == "ok"
        assert list(tmp_path.iterdir()) == []

    async def test_one_that_is_there_is_read_and_written_and_left_as_it_was(self, config):
        await (await open_store(config.db)).close()
        lines = await found(config)
        assert "能读能写" in lines["存档"][0].fact
        assert "没有程序占着" in lines["运行"][0].fact
        store = await open_store(config.db)
        try:
            assert not await store.records.find("doctor")
            assert await store.hold(HOLD, "me")
        finally:
            await store.close()

    async def test_an_older_one_is_not_brought_forward(self, config):
        await (await open_store(config.db)).close()
        with sqlite3.connect(config.db) as connection:
            connection.execute(f"PRAGMA user_version = {VERSION - 1}")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        line = await only(config, "存档")
        assert (line.level, f"第 {VERSION} 版" in line.fact) == ("ok", True)
        connection = sqlite3.connect(config.db)
        assert connection.execute("PRAGMA user_version").fetchone() == (VERSION - 1,)
        connection.close()

    async def test_a_newer_one_is_refused(self, config):
        await (await open_store(config.db)).close()
        with sqlite3.connect(config.db) as connection:
            connection.execute(f"PRAGMA user_version = {VERSION + 1}")
        connection.close()
        line = await only(config, "存档")
        assert (line.level, "升级" in line.fact) == ("bad", True)

    @pytest.mark.parametrize("content", [b"hello", b"x" * 5000])
    async def test_another_file_is_none(self, config, tmp_path, content):
        (tmp_path / "z.db").write_bytes(content)
        assert (await only(config, "存档")).level == "bad"
        assert (tmp_path / "z.db").read_bytes() == content

    async def test_an_address_that_is_none(self, config):
        assert (await only(changed(config, db="mysql://h/d"), "存档")).level == "bad"

    async def test_a_place_that_cannot_be_written(self, config, monkeypatch):
        monkeypatch.setattr(os, "access", lambda *_: False)  # root may write anywhere
        assert (await only(config, "存档")).level == "bad"


class TestMachine:
    @pytest.mark.parametrize(("free", "level"), [(10**6, "bad"), (10**8, "warn"), (10**10, "ok")])
    async def test_the_disk(self, config, monkeypatch, free, level):
        usage = SimpleNamespace(free=free)
        monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
        assert (await only(config, "磁盘")).level == level

    async def test_a_server_has_its_own_disk_and_no_place_for_a_key(self, config):
        lines = await found(changed(config, db="postgresql://u@127.0.0.1:1/d"))
        assert "磁盘" not in lines
        assert "ZHENREN_KEY_FILE" in lines["钥匙"][0].fix
        assert lines["存档"][0].level == "bad"

    @pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
    @pytest.mark.parametrize(("mode", "level"), [(0o600, "ok"), (0o644, "warn")])
    async def test_the_key_is_nobody_elses(self, config, tmp_path, mode, level):
        (tmp_path / "z.db.key").write_text("x", encoding="utf-8")
        (tmp_path / "z.db.key").chmod(mode)
        assert (await only(config, "钥匙")).level == level

    @pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
    @pytest.mark.parametrize(
        ("mode", "origin", "level"),
        [
            (0o644, "zhenren.toml token", "warn"),
            (0o600, "zhenren.toml token", "ok"),
            (0o644, "环境变量 BOT_TOKEN", "ok"),
        ],
    )
    async def test_a_token_in_a_file_is_nobody_elses(self, config, tmp_path, mode, origin, level):
        file = tmp_path / "zhenren.toml"
        file.touch()
        file.chmod(mode)
        written = changed(config, file=file, origins={"token": origin})
        assert (await only(written, "配置")).level == level


class TestVerdict:
    @pytest.mark.parametrize(
        ("lines", "code"),
        [
            ([fine("a", "b")], 0),
            ([fine("a", "b"), warn("a", "b", "c")], 1),
            ([bad("a", "b", "c"), warn("a", "b", "c")], 2),
        ],
    )
    def test_the_worst_line_decides(self, lines, code):
        assert exit_code(lines) == code
        assert shown(lines).count("\n") == len(lines)


# Over real sockets


@asynccontextmanager
async def answering(status, body, date=None):
    """The root of a server that always answers the same, and the request lines that it got."""
    asked = []

    async def serve(reader, writer):
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        asked.append(head.partition("\r\n")[0])
        length = next(x for x in head.lower().splitlines() if x.startswith("content-length"))
        await reader.readexactly(int(length.partition(":")[2]))
        dated = f"Date: {date}\r\n" if date else ""
        answer = f"HTTP/1.1 {status} X\r\n{dated}Connection: close\r\nContent-Length: {len(body)}"
        writer.write(f"{answer}\r\n\r\n".encode() + body)
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", asked


class TestAsking:
    async def test_the_result_and_the_clock(self):
        date = formatdate(time.time() - 100, usegmt=True)
        async with (
            answering(200, b'{"ok": true, "result": {"id": 7}}', date) as (root, asked),
            asking(TOKEN, root + "/", None) as asker,
        ):
            assert await asker("getMe", {}) == {"id": 7}
            assert asker.skew == pytest.approx(100, abs=5)
        assert asked == [f"POST /bot{TOKEN}/getMe HTTP/1.1"]

    @pytest.mark.parametrize(
        ("status", "body", "code"),
        [
            (401, b'{"ok": false, "error_code": 401, "description": "Unauthorized"}', 401),
            (409, b'{"ok": false, "error_code": 409, "description": "Conflict"}', 409),
            (502, b"<html>Bad Gateway</html>", 502),
            (200, b"[]", 200),
        ],
    )
    async def test_a_refusal_has_its_status(self, status, body, code):
        async with answering(status, body) as (root, _), asking(TOKEN, root, None) as asker:
            with pytest.raises(Declined) as refused:
                await asker("getMe", {})
            assert asker.skew is None
        assert refused.value.code == code

    async def test_no_answer_is_told_without_the_address(self, unused_port):
        async with asking(TOKEN, f"http://127.0.0.1:{unused_port}", None) as asker:
            with pytest.raises(Unsent, match=r"^ConnectError$"):
                await asker("getMe", {})

    async def test_this_machine_is_reached_whatever_the_environment_says(
        self, monkeypatch, unused_port
    ):
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{unused_port}")
        for name in ("NO_PROXY", "no_proxy"):
            monkeypatch.delenv(name, raising=False)
        proxy = f"http://127.0.0.1:{unused_port}"
        body = b'{"ok": true, "result": 1}'
        async with answering(200, body) as (root, _), asking(TOKEN, root, proxy) as asker:
            assert await asker("getMe", {}) == 1


class TestTogether:
    """Against a whole Bot API."""

    @staticmethod
    async def examined(fake, config):
        async with asking(fake.token, fake.url, None) as asker:
            lines = await examine(config, asker, lambda: asker.skew)
        return {each.name: each.level for each in lines}

    async def test_another_poller_is_found_and_its_updates_are_left_to_it(self, config):
        async def poll():
            async with asking(fake.token, fake.url, None) as other:
                while True:
                    try:
                        await other("getUpdates", {"timeout": 20})
                    except Declined:
                        await asyncio.sleep(0.05)

        async with FakeTelegram() as fake:
            polling = asyncio.create_task(poll())
            await asyncio.sleep(0)
            levels = await self.examined(fake, config)
            polling.cancel()
            await asyncio.gather(polling, return_exceptions=True)
        assert levels["轮询"] == "bad"
        assert levels["时钟"] == "ok"

    async def test_updates_that_wait_still_wait_afterwards(self, config):
        async with FakeTelegram() as fake:
            fake.user("甲").start()
            assert (await self.examined(fake, config))["轮询"] == "ok"
            async with asking(fake.token, fake.url, None) as bot:
                assert len(await bot("getUpdates", {"timeout": 0})) == 1


class TestCommand:
    @pytest.fixture(autouse=True)
    def here(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
        monkeypatch.delenv("STATE_DIRECTORY", raising=False)

    def test_the_doctor_says_what_is_missing(self, capsys):
        assert main(["doctor"]) == 2
        assert "✗ token：没有设置" in capsys.readouterr().out

    def test_the_doctor_for_programs(self, capsys):
        assert main(["doctor", "--json"]) == 2
        lines = json.loads(capsys.readouterr().out)
        assert set(lines[0]) == {"name", "level", "fact", "fix"}

    def test_a_wrong_configuration_is_told_by_every_command(self, capsys, monkeypatch):
        monkeypatch.setenv("OWNER_ID", "me")
        for command in ("telegram", "doctor", "config"):
            assert main([command]) == 2
            assert "OWNER_ID" in capsys.readouterr().err

    def test_the_settings_without_secrets(self, capsys, monkeypatch):
        monkeypatch.setenv("BOT_TOKEN", TOKEN)
        assert main(["config"]) == 0
        assert main(["config", "--json"]) == 0
        shown = capsys.readouterr().out
        assert "已设置" in shown
        assert TOKEN not in shown

    def test_running_needs_a_token_and_says_where_from(self, capsys, tmp_path):
        assert main(["telegram"]) == 2
        assert "@BotFather" in capsys.readouterr().err
        assert not (tmp_path / "data").exists()

    def test_running_needs_the_library(self, capsys, monkeypatch):
        monkeypatch.setenv("BOT_TOKEN", TOKEN)
        monkeypatch.setattr("bot.cli.telegram.find_spec", lambda _: None)
        assert main(["telegram"]) == 2
        assert "zhenren[telegram]" in capsys.readouterr().err

    def test_ready_needs_the_health_address(self, capsys):
        assert main(["doctor", "--ready"]) == 2
        assert "ZHENREN_HEALTH" in capsys.readouterr().err

    @pytest.mark.parametrize(("status", "code"), [(200, 0), (503, 1)])
    async def test_ready_asks_the_running_bot(self, monkeypatch, status, code):
        from bot.channels.telegram.http import serve_health

        async def page():
            return status, "application/json", b"{}"

        served = await serve_health("127.0.0.1", 0, {"/readyz": page})
        monkeypatch.setenv("ZHENREN_HEALTH", str(Listen("127.0.0.1", served.port)))
        try:
            assert await asyncio.to_thread(main, ["doctor", "--ready"]) == code
        finally:
            await served.close()

    def test_ready_without_a_running_bot(self, monkeypatch, unused_port):
        monkeypatch.setenv("ZHENREN_HEALTH", f"127.0.0.1:{unused_port}")
        assert main(["doctor", "--ready"]) == 1
