"""A small HTTP server on this machine: a few fixed paths, each answered by a function. For health and metrics."""

from __future__ import annotations

import socket
from collections.abc import Awaitable, Callable, Mapping

from tornado.httpserver import HTTPServer
from tornado.web import Application, RequestHandler

from bot.core.errors import ConfigError

__all__ = ["Route", "Served", "serve_health"]

Route = Callable[[], Awaitable[tuple[int, str, bytes]]]
"""Answers with status, content type and body."""


class Served:
    """A running server; `port` is the one that it got."""

    def __init__(self, server: HTTPServer, port: int) -> None:
        self._server, self.port = server, port

    async def close(self) -> None:
        """Stop listening and hang up."""
        self._server.stop()
        await self._server.close_all_connections()


class _Page(RequestHandler):
    def initialize(self, route: Route) -> None:
        self._route = route

    def set_default_headers(self) -> None:
        self.clear_header("Server")
        self.set_header("Cache-Control", "no-store")

    async def get(self) -> None:
        status, kind, body = await self._route()
        self.set_status(status)
        self.set_header("Content-Type", kind)
        self.write(body)

    async def head(self) -> None:
        await self.get()

    def write_error(self, status_code: int, **_: object) -> None:
        """Nothing of an error is for who asks."""
        self.finish()


async def serve_health(host: str, port: int, routes: Mapping[str, Route]) -> Served:
    """Serve `routes` by path until closed; port 0 takes a free one. ConfigError when nothing can listen there."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listening = socket.create_server((host, port), family=family)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ConfigError(
            f'健康检查的地址 {host}:{port} 用不了（{reason}）。请换一个端口，或写 health = "off"'
        ) from None
    handlers = [(path, _Page, {"route": route}) for path, route in routes.items()]
    application = Application(handlers, default_handler_class=_Nothing, log_function=_quiet)
    server = HTTPServer(application, max_header_size=8192, max_body_size=0)
    listening.setblocking(False)
    server.add_socket(listening)
    return Served(server, listening.getsockname()[1])


class _Nothing(RequestHandler):
    """Any other path."""

    def prepare(self) -> None:
        self.set_status(404)
        self.finish()


def _quiet(_: RequestHandler) -> None:
    """Checks come every few seconds; nobody reads them in a log."""
