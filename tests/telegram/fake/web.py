"""HTTP of the fake: reads a call, lets faults and the flood rule happen, runs the method, writes the answer."""

from __future__ import annotations

import asyncio
import inspect
import json
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from tornado.httputil import HTTPServerRequest
from tornado.iostream import StreamClosedError
from tornado.web import Application, RequestHandler

from tests.telegram.fake import methods_bot, methods_chats, methods_messages
from tests.telegram.fake.errors import ApiError, bad
from tests.telegram.fake.faults import Fault
from tests.telegram.fake.log import Call, Upload
from tests.telegram.fake.params import Params
from tests.telegram.fake.world import World

if TYPE_CHECKING:
    from tests.telegram.fake.server import FakeTelegram

__all__ = ["METHODS", "application"]

METHODS: dict[str, Callable[[World, Params], Any]] = {
    **methods_bot.METHODS,
    **methods_chats.METHODS,
    **methods_messages.METHODS,
}
"""All methods that the fake knows, under their names."""

_BY_NAME = {name.lower(): (name, method) for name, method in METHODS.items()}
_NO_FAULT = Fault()


class _Gone(Exception):
    """The connection is closed without an answer."""


class Api(RequestHandler):
    """One call of a method."""

    def initialize(self, fake: FakeTelegram) -> None:
        self._fake = fake
        self._left = asyncio.Event()

    async def get(self, token: str, name: str) -> None:
        await self._serve(token, name)

    async def post(self, token: str, name: str) -> None:
        await self._serve(token, name)

    def on_connection_close(self) -> None:
        self._left.set()

    async def _serve(self, token: str, name: str) -> None:
        try:
            if token != self._fake.token:
                raise ApiError(401, "Unauthorized")
            params = Params(*_read(self.request))
        except ApiError as error:
            await self._error(error)
            return
        call = Call(time.monotonic(), name, params.all, params.uploads)
        fault = self._fake.faults.take(name, call.chat, call.text) or _NO_FAULT
        call.fault = None if fault is _NO_FAULT else fault
        self._fake.arrived(call)
        try:
            await self._answer(call, params, fault)
        except (_Gone, StreamClosedError):
            self._hang_up()
        finally:
            call.finished = time.monotonic()
            self._fake.changed()

    async def _answer(self, call: Call, params: Params, fault: Fault) -> None:
        await self._before(fault)
        if fault.html is not None:
            self.set_status(fault.html)
            page = f"<html><head><title>{fault.html}</title></head><body>nginx</body></html>"
            await self.finish(page)
            return
        try:
            call.result = await self._result(call, params, fault)
        except ApiError as error:
            call.error = error
            await self._error(error)
            return
        await self._after(call.result, fault)

    async def _before(self, fault: Fault) -> None:
        if fault.delay:
            await self._pause(fault.delay)
        if fault.drop:
            raise _Gone

    async def _result(self, call: Call, params: Params, fault: Fault) -> Any:
        if fault.error:
            raise fault.error
        known = _BY_NAME.get(call.method.lower())
        if known is None:
            call.known = False
            raise ApiError(404, "Not Found")
        call.method, method = known
        if error := self._fake.flood.check(call.method, call.chat, call.time):
            raise error
        result = method(self._fake.world, params)
        if not inspect.isawaitable(result):
            return result
        return await (self._while_there(result) if call.method == "getUpdates" else result)

    async def _while_there(self, poll: Awaitable[Any]) -> Any:
        """The result of a poll, unless who polls has gone: a killed bot does not poll any more."""
        polling = asyncio.ensure_future(poll)
        leaving = asyncio.ensure_future(self._left.wait())
        await asyncio.wait({polling, leaving}, return_when=asyncio.FIRST_COMPLETED)
        leaving.cancel()
        if polling.done():
            return polling.result()
        polling.cancel()
        raise _Gone

    async def _after(self, result: Any, fault: Fault) -> None:
        # Who waits for the work is told of it now, not when the answer has arrived, which it may never.
        self._fake.changed()
        if fault.slow:
            await self._pause(fault.slow)
        if fault.lost == "hang":
            await self._left.wait()
        if fault.lost:
            raise _Gone
        body = json.dumps({"ok": True, "result": result}, ensure_ascii=False).encode()
        self.set_header("Content-Type", "application/json")
        if fault.trickle:
            await self._trickle(body, fault.trickle)
        else:
            await self.finish(body)

    async def _trickle(self, body: bytes, pause: float) -> None:
        self.set_header("Content-Length", str(len(body)))
        for at in range(len(body)):
            self.write(body[at : at + 1])
            await self.flush()
            await self._pause(pause)
            if self._left.is_set():
                raise _Gone
        await self.finish()

    async def _error(self, error: ApiError) -> None:
        self.set_status(error.code, "Error")
        self.set_header("Content-Type", "application/json")
        if retry := error.parameters.get("retry_after"):
            self.set_header("Retry-After", str(retry))
        await self.finish(json.dumps(error.body(), ensure_ascii=False))

    async def _pause(self, seconds: float) -> None:
        """Wait, at most until the bot has hung up or the fake stops."""
        try:
            async with asyncio.timeout(seconds):
                await self._left.wait()
        except TimeoutError:
            return

    def _hang_up(self) -> None:
        if self.request.connection is not None and not self._finished:
            self.detach().close()


class Files(RequestHandler):
    """Downloads: what getFile has named."""

    def initialize(self, fake: FakeTelegram) -> None:
        self._fake = fake

    def get(self, token: str, path: str) -> None:
        fault = self._fake.faults.take("download", None) or _NO_FAULT
        found = [each for each in self._fake.world.files.values() if each.path == path]
        if fault.error or token != self._fake.token or not found:
            error = fault.error or ApiError(404 if token == self._fake.token else 401, "Not Found")
            self.set_status(error.code, "Error")
            self.finish(error.body())
            return
        self.set_header("Content-Type", "application/octet-stream")
        self.finish(found[0].body)


def application(fake: FakeTelegram) -> Application:
    """The web application of a fake."""
    return Application(
        [
            (r"/bot([^/]+)/([A-Za-z]+)", Api, {"fake": fake}),
            (r"/file/bot([^/]+)/(.+)", Files, {"fake": fake}),
        ],
        log_function=lambda handler: None,
    )


def _read(request: HTTPServerRequest) -> tuple[dict[str, Any], dict[str, Upload]]:
    """The parameters and files of a request."""
    raw: dict[str, Any] = {
        name: values[-1].decode("utf-8", errors="replace")
        for name, values in request.arguments.items()
    }
    if request.headers.get("Content-Type", "").startswith("application/json") and request.body:
        try:
            given = json.loads(request.body)
        except ValueError:
            raise bad("can't parse request: not a JSON object") from None
        if not isinstance(given, dict):
            raise bad("can't parse request: not a JSON object")
        raw |= {name: value for name, value in given.items() if value is not None}
    uploads = {
        name: Upload(files[-1].filename, files[-1].content_type, files[-1].body)
        for name, files in request.files.items()
    }
    return raw, uploads
