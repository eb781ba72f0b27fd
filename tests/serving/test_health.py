"""Alive, ready and the numbers, over real sockets; and what the service manager hears."""

import asyncio
import json
import socket
from datetime import UTC, datetime

import httpx
import pytest

from bot.channels.telegram.http import serve_health
from bot.core.errors import ConfigError, StorageError
from bot.serving.health import Backlog, Health, health_routes
from bot.serving.metrics import Metrics
from bot.serving.notify import Notifier
from bot.store.base import Depth


class Parts:
    """A store and a clock that do as they are told."""

    def __init__(self):
        self.now, self.backlog, self.broken = 1000.0, Backlog(), False

    def clock(self):
        return self.now

    async def probe(self):
        if self.broken:
            raise StorageError("no")
        return self.backlog


@pytest.fixture
def parts():
    return Parts()


@pytest.fixture
def health(parts):
    return Health(parts.probe, clock=parts.clock)


class TestLive:
    def test_while_the_loop_turns(self, health, parts):
        parts.now += 29
        assert health.live().ok
        parts.now += 2
        assert not health.live().ok
        health.beat()
        assert health.live().ok

    def test_a_broken_store_is_no_reason_to_restart(self, health, parts):
        parts.broken = True
        assert health.live().ok


class TestReady:
    async def test_not_before_the_first_poll(self, health):
        assert not (await health.ready()).ok
        assert health.poll_age is None
        health.polled()
        assert (await health.ready()).ok

    @pytest.mark.parametrize(("age", "ok"), [(0, True), (89, True), (90, False), (500, False)])
    async def test_while_polls_come_back(self, health, parts, age, ok):
        health.polled()
        parts.now += age
        assert health.poll_age == age
        assert (await health.ready()).ok is ok

    async def test_with_a_webhook_nobody_polls(self, parts):
        health = Health(parts.probe, webhook=True, clock=parts.clock)
        parts.now += 5000
        assert (await health.ready()).ok

    @pytest.mark.parametrize(("age", "ok"), [(299, True), (300, False)])
    async def test_while_messages_go_out(self, health, parts, age, ok):
        health.polled()
        parts.backlog = Backlog(0, 9, age)
        verdict = await health.ready()
        assert verdict.ok is ok
        assert bool(verdict.checks["outbox"]) is not ok

    @pytest.mark.parametrize(
        ("told", "ok"),
        [(("unsent", "unsent"), False), (("unsent", ""), True), (("unsent", "400"), True),
         (("unsent", "uncertain"), False), (("uncertain",), True)],
    )  # fmt: skip
    async def test_a_message_that_is_tried_again_and_again_counts_as_waiting(
        self, health, parts, told, ok
    ):
        health.polled()
        for code in told:
            health.tried(code)
        parts.now += 300
        health.polled()
        assert (await health.ready()).ok is ok

    async def test_while_the_store_answers(self, health, parts):
        health.polled()
        parts.broken = True
        verdict = await health.ready()
        assert not verdict.ok
        assert verdict.checks["store"]

    async def test_a_store_that_hangs_does_not_answer(self, parts, monkeypatch):
        monkeypatch.setattr("bot.serving.health._PROBE_SECONDS", 0.01)

        async def hang():
            await asyncio.Event().wait()
            return Backlog()

        health = Health(hang, clock=parts.clock)
        assert await health.backlog() is None


@pytest.mark.parametrize(
    ("oldest", "age"), [(None, 0.0), ("2026-11-20T10:00:00Z", 90.0), ("2026-11-20T11:00:00Z", 0.0)]
)
def test_what_a_store_tells_becomes_seconds(oldest, age):
    now = datetime(2026, 11, 20, 10, 1, 30, tzinfo=UTC)
    assert Backlog.of(Depth(1, 2, oldest), now) == Backlog(1, 2, age)


class TestPages:
    @pytest.fixture
    async def ask(self, health):
        served = await serve_health(
            "127.0.0.1", 0, health_routes(health, Metrics(lambda: health.poll_age))
        )
        base = f"http://127.0.0.1:{served.port}"
        async with httpx.AsyncClient(base_url=base, trust_env=False) as client:
            yield client.request
        await served.close()

    async def test_live_and_ready(self, ask, health):
        assert (await ask("GET", "/livez")).status_code == 200
        answer = await ask("GET", "/readyz")
        assert answer.status_code == 503
        assert json.loads(answer.text)["ok"] is False
        health.polled()
        assert (await ask("GET", "/readyz")).json() == {
            "ok": True,
            "store": "ok",
            "telegram": "ok",
            "outbox": "ok",
        }
        assert (await ask("HEAD", "/readyz")).status_code == 200

    async def test_numbers_are_as_of_now(self, ask, parts):
        parts.backlog = Backlog(7, 0, 0)
        answer = await ask("GET", "/metrics")
        assert answer.headers["content-type"].startswith("text/plain")
        assert "zhenren_inbox_updates 7.0" in answer.text

    async def test_a_broken_store_breaks_no_page(self, ask, parts):
        parts.broken = True
        assert (await ask("GET", "/metrics")).status_code == 200
        assert (await ask("GET", "/readyz")).status_code == 503

    @pytest.mark.parametrize(
        ("method", "path", "status"),
        [("GET", "/", 404), ("GET", "/livez/x", 404), ("POST", "/livez", 405), ("PUT", "/x", 404)],
    )
    async def test_nothing_else_is_there(self, ask, method, path, status):
        answer = await ask(method, path)
        assert answer.status_code == status
        assert answer.text == ""

    async def test_what_breaks_a_page_is_not_shown(self):
        async def broken():
            raise ValueError("13912345678")

        served = await serve_health("127.0.0.1", 0, {"/x": broken})
        try:
            async with httpx.AsyncClient(trust_env=False) as client:
                answer = await client.get(f"http://127.0.0.1:{served.port}/x")
        finally:
            await served.close()
        assert (answer.status_code, answer.text) == (500, "")

    async def test_a_taken_port_is_told(self):
        served = await serve_health("127.0.0.1", 0, {})
        try:
            with pytest.raises(ConfigError, match="换一个端口"):
                await serve_health("127.0.0.1", served.port, {})
        finally:
            await served.close()


class TestNotifying:
    @pytest.fixture(params=["path", "abstract"])
    def manager(self, request, tmp_path):
        """A socket as systemd has it, and its address as systemd writes it."""
        address = str(tmp_path / "notify")
        if request.param == "abstract":
            address = f"@{tmp_path.name}-{id(self)}"
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
            try:
                sock.bind(address.replace("@", "\0", 1))
            except OSError:
                pytest.skip("abstract sockets are Linux'")
            sock.settimeout(5)
            yield sock, address

    def test_the_manager_hears_it(self, manager):
        sock, address = manager
        notifier = Notifier.of({"NOTIFY_SOCKET": address}, 1)
        notifier.ready()
        notifier.status("好\n在")
        notifier.watchdog()
        notifier.stopping()
        heard = [sock.recv(100).decode() for _ in range(4)]
        assert heard == ["READY=1", "STATUS=好 在", "WATCHDOG=1", "STOPPING=1"]

    @pytest.mark.parametrize(
        ("environ", "interval"),
        [
            ({}, None),
            ({"WATCHDOG_USEC": "60000000"}, 30.0),
            ({"WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "7"}, 30.0),
            ({"WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "8"}, None),
            ({"WATCHDOG_USEC": "0"}, None),
            ({"WATCHDOG_USEC": "x"}, None),
        ],
    )
    def test_the_watchdog_is_fed_twice_in_its_time(self, environ, interval):
        assert Notifier.of(environ, 7).interval == interval

    @pytest.mark.parametrize("address", ["", "/nonexistent/notify"])
    def test_without_a_manager_nothing_happens(self, address):
        Notifier(address).ready()
