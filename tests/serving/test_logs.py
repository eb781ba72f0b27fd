"""Logs hold no token, no id, no text of anybody: whoever writes them, at whatever level."""

import asyncio
import io
import json
import logging
import subprocess
import sys
import threading

import httpx
import pytest

from bot.channels.telegram.http import serve_health
from bot.core.errors import StorageError
from bot.serving.logs import redacted, start_logging

TOKEN = "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
PRIVATE = "我叫李雷手机13912345678"


@pytest.fixture(params=["text", "json"])
def form(request):
    return request.param


@pytest.fixture
def stream(form):
    written = io.StringIO()
    undo = start_logging("DEBUG", form, written)
    yield written
    undo()


def raised(error):
    try:
        raise error
    except type(error) as caught:
        return caught


class TestTokens:
    @pytest.mark.parametrize(
        "text",
        [
            TOKEN,
            f"https://api.telegram.org/bot{TOKEN}/getUpdates",
            f"token={TOKEN}&x",
            f"a{TOKEN}b",
        ],
    )
    def test_a_token_is_taken_out_wherever_it_stands(self, text):
        assert TOKEN.partition(":")[2] not in redacted(text)

    def test_times_and_ports_stay(self):
        text = "2026-11-20T10:00:00Z listening on 127.0.0.1:8080, 300 rows in 12.5 s"
        assert redacted(text) == text

    def test_our_lines_lose_tokens_and_numbers(self, stream):
        logging.getLogger("bot.x").info("sent %s to %s", TOKEN, PRIVATE)
        assert "〔token〕" in stream.getvalue()
        assert "13912345678" not in stream.getvalue()

    async def test_httpx_at_work_writes_no_address(self, stream):
        async def page():
            return 200, "text/plain", b"x"

        served = await serve_health("127.0.0.1", 0, {f"/bot{TOKEN}/getMe": page})
        for name in ("httpx", "httpcore", "httpcore.http11", "httpcore.connection"):
            logging.getLogger(name).setLevel(logging.DEBUG)
        try:
            async with httpx.AsyncClient(trust_env=False) as client:
                url = f"http://127.0.0.1:{served.port}/bot{TOKEN}/getMe"
                assert (await client.get(url)).text == "x"
        finally:
            await served.close()
            for name in ("httpcore.http11", "httpcore.connection"):
                logging.getLogger(name).setLevel(logging.NOTSET)
        assert stream.getvalue() == ""

    async def test_httpx_failing_writes_no_address(self, stream):
        try:
            async with httpx.AsyncClient(trust_env=False) as client:
                await client.get(f"http://127.0.0.1:1/bot{TOKEN}/getMe")
        except httpx.ConnectError as error:
            logging.getLogger("bot.x").warning("no connection", exc_info=error)
        assert "ConnectError" in stream.getvalue()
        assert TOKEN not in stream.getvalue()


class TestTexts:
    @pytest.mark.parametrize(
        "error",
        [
            ValueError(PRIVATE),
            KeyError(PRIVATE),
            UnicodeEncodeError("ascii", PRIVATE, 0, 1, PRIVATE),
            OSError(2, PRIVATE, f"/tmp/{PRIVATE}"),
            ExceptionGroup(PRIVATE, [ValueError(PRIVATE)]),
        ],
        ids=lambda error: type(error).__name__,
    )
    def test_an_error_is_told_by_type_and_place_and_not_by_message(self, stream, error):
        logging.getLogger("bot.x").error("turn failed", exc_info=raised(error))
        written = stream.getvalue()
        assert type(error).__name__ in written
        assert "test_logs.py:" in written
        assert "李雷" not in written
        assert "13912345678" not in written

    def test_our_own_errors_keep_their_message_without_numbers(self, stream):
        error = raised(StorageError("存档满了，13912345678"))
        logging.getLogger("bot.x").error("no", exc_info=error)
        assert "存档满了" in stream.getvalue()
        assert "13912345678" not in stream.getvalue()

    def test_causes_are_told_the_same_way(self, stream):
        error = ValueError(PRIVATE)
        error.__cause__ = raised(ConnectionRefusedError(111, PRIVATE))
        logging.getLogger("bot.x").error("no", exc_info=raised(error))
        assert "caused by ConnectionRefusedError: ECONNREFUSED" in stream.getvalue()
        assert "李雷" not in stream.getvalue()

    @pytest.mark.parametrize(
        ("template", "args"),
        [
            ("Received data was %s", (PRIVATE,)),
            ("Received data was: %r\n*not* processed", ({"text": PRIVATE},)),
            (f"cannot parse {PRIVATE}", ()),
            (f"cannot parse '{TOKEN}'", ()),
            ("%(text)s", ({"text": PRIVATE},)),
            ({"text": PRIVATE}, ()),
        ],
    )
    @pytest.mark.parametrize("name", ["telegram.ext.Updater", "telegram.Bot", "tornado.general"])
    def test_a_library_is_heard_without_what_it_filled_in(self, stream, name, template, args):
        logging.getLogger(name).critical(template, *args)
        written = stream.getvalue()
        assert name in written
        assert "李雷" not in written
        assert TOKEN not in written

    def test_the_updater_tells_no_other_handler_either(self, stream):
        seen = []

        class Other(logging.Handler):
            def emit(self, record):
                seen.append(record.getMessage())

        handler = Other()
        logger = logging.getLogger("telegram.ext.Updater")
        logger.addHandler(handler)
        try:
            logger.critical("Received data was %s", PRIVATE)
        finally:
            logger.removeHandler(handler)
        assert len(seen) == 1
        assert "李雷" not in seen[0]

    async def test_what_fails_in_the_loop_is_told_without_its_arguments(self, stream):
        def fail(text):
            raise ValueError(text)

        asyncio.get_running_loop().call_soon(fail, PRIVATE)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert "ValueError" in stream.getvalue()
        assert "李雷" not in stream.getvalue()

    def test_a_line_that_cannot_be_formatted_is_not_printed(self, stream, capsys):
        record = logging.LogRecord("bot.x", logging.WARNING, "x.py", 1, "%d", (PRIVATE,), None)
        (ours,) = [each for each in logging.getLogger().handlers if each.filters]
        ours.handle(record)  # not through the logger: pytest's own handler would raise
        assert "could not be written" in stream.getvalue()
        assert "李雷" not in stream.getvalue() + "".join(capsys.readouterr())

    def test_what_nobody_catches_is_told_the_same_way(self, stream):
        sys.excepthook(ValueError, raised(ValueError(PRIVATE)), None)
        thread = threading.Thread(target=int, args=(PRIVATE,))
        thread.start()
        thread.join()
        assert stream.getvalue().count("ValueError") == 2
        assert "李雷" not in stream.getvalue()


class TestLines:
    @pytest.mark.parametrize("form", ["json"], indirect=True)
    def test_json_is_one_object_a_line(self, stream, form):
        logging.getLogger("bot.x").info("one\ntwo")
        logging.getLogger("bot.x").error("three", exc_info=raised(ValueError()))
        first, second = map(json.loads, stream.getvalue().splitlines())
        assert first["message"] == "one two"
        assert set(first) == {"at", "level", "logger", "message"}
        assert second["error"][0] == "ValueError"

    def test_a_library_below_warning_is_not_heard(self, stream):
        logging.getLogger("some.library").info("hello")
        assert stream.getvalue() == ""

    def test_undoing_brings_back_what_was(self):
        root, updater = logging.getLogger(), logging.getLogger("telegram.ext.Updater")

        def state():
            levels = [logging.getLogger(name).level for name in ("httpx", "telegram")]
            hooks = [sys.excepthook, threading.excepthook, sys.unraisablehook]
            return root.level, root.handlers[:], updater.filters[:], levels, hooks

        before = state()
        undo = start_logging("INFO", "text", io.StringIO())
        assert state() != before
        undo()
        assert state() == before

    def test_it_goes_to_stderr_in_a_program(self):
        script = (
            "import logging; from bot.serving.logs import start_logging; "
            "start_logging('INFO', 'text'); logging.getLogger('bot.x').info('up'); "
            f"raise ValueError({PRIVATE!r})"
        )
        command = [sys.executable, "-c", script]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert "INFO bot.x: up" in done.stderr
        assert "ValueError" in done.stderr
        assert "李雷" not in done.stderr
