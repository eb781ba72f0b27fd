"""The webhook: stores an update as it came and only then says 200; Telegram repeats what was not.

A body that is no update is answered with 200 as well and dropped: repeating it for hours would help nobody. With one
connection at a time (the default) Telegram delivers in order.
"""

from __future__ import annotations

import hmac
import json
import logging
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from tornado.httpserver import HTTPServer
from tornado.web import Application, RequestHandler

from bot.channels.telegram.chats import Rejected
from bot.channels.telegram.gateway import Gateway
from bot.channels.telegram.reading import ALLOWED
from bot.core.errors import ConfigError, StorageError

__all__ = ["Hook", "listening"]

log = logging.getLogger(__name__)

_SECRET = "X-Telegram-Bot-Api-Secret-Token"
_BODY = 1_000_000

Keep = Callable[[Sequence[dict[str, Any]]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Hook:
    """Where Telegram posts to (`url` with `path`), where this process listens, and the secret both know."""

    url: str
    path: str
    host: str
    port: int
    secret: str
    connections: int = 1

    async def announce(self, gateway: Gateway) -> None:
        """Tell Telegram. ConfigError when it does not take the address, another ChatError when it was not told."""
        values = {
            "url": f"{self.url.rstrip('/')}{self.path}",
            "secret_token": self.secret,
            "max_connections": self.connections,
            "allowed_updates": list(ALLOWED),
        }
        try:
            await gateway.call("setWebhook", values)
        except Rejected as error:
            raise ConfigError(
                f"Telegram 不接受这个 webhook 地址（{error}）。要公网能访问的 https 地址"
            ) from None


@asynccontextmanager
async def listening(hook: Hook, keep: Keep) -> AsyncIterator[int]:
    """Take posts until the end; gives the port. ConfigError when it is taken."""
    application = Application([(hook.path, _Updates, {"secret": hook.secret, "keep": keep})])
    server = HTTPServer(application, max_body_size=_BODY, max_buffer_size=2 * _BODY)
    family = socket.AF_INET6 if ":" in hook.host else socket.AF_INET
    try:
        bound = socket.create_server((hook.host, hook.port), family=family)
    except OSError as error:
        raise ConfigError(
            f"{hook.host}:{hook.port} 监听不了（{error.strerror}）。换个 webhook 端口"
        ) from None
    bound.setblocking(False)
    server.add_socket(bound)
    try:
        yield int(bound.getsockname()[1])
    finally:
        server.stop()
        await server.close_all_connections()


class _Updates(RequestHandler):
    def initialize(self, secret: str, keep: Keep) -> None:
        self._secret, self._keep = secret, keep

    async def post(self) -> None:
        given = self.request.headers.get(_SECRET, "")
        if not hmac.compare_digest(given.encode(), self._secret.encode()):
            self.set_status(HTTPStatus.FORBIDDEN)
            return
        update = _update(self.request.body)
        if update is None:
            log.warning("a webhook post that is no update was dropped")
            return
        try:
            await self._keep([update])
        except StorageError as error:
            log.error("%s", error)
            self.set_status(HTTPStatus.SERVICE_UNAVAILABLE)

    def log_exception(self, *args: Any) -> None:
        """Tornado would log the request; the type is enough."""
        log.error("the webhook has failed (%s)", args[0].__name__ if args[0] else "")


def _update(body: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(body)
    except ValueError:
        return None
    good = isinstance(found, dict) and isinstance(found.get("update_id"), int)
    return found if good else None
