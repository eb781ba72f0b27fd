"""Single questions to the Bot API, for who looks whether it works: raw answers, the status of a refusal, and how far
this machine's clock is off. Nothing is tried again, and the library's own checks are not in the way.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import httpx

from bot.channels.telegram.chats import ChatError, Unsent
from bot.config.fields import is_loopback

__all__ = ["Asker", "Declined", "asking"]

_TIMEOUT = 15.0


class Declined(ChatError):
    """The server has answered, and not with a result: `code` is the Bot API's, or the HTTP status."""

    def __init__(self, code: int, text: str) -> None:
        self.code = code
        super().__init__(text)


class Asker:
    """Calls a method by name. Raises Declined, or Unsent when no answer came."""

    def __init__(self, client: httpx.AsyncClient, root: str, token: str) -> None:
        self._client, self._base = client, f"{root.rstrip('/')}/bot{token}"
        self.skew: float | None = None
        """Seconds that this machine's clock is ahead of the server's, as of the last answer that told."""

    async def __call__(self, method: str, values: Mapping[str, Any]) -> Any:
        wait = _TIMEOUT + float(values.get("timeout", 0))
        try:
            answer = await self._client.post(
                f"{self._base}/{method}", json=dict(values), timeout=wait
            )
        except httpx.HTTPError as error:
            raise Unsent(
                type(error).__name__
            ) from None  # its text may hold the address, so the token
        self._note_date(answer)
        return _result(answer)

    def _note_date(self, answer: httpx.Response) -> None:
        try:
            told = parsedate_to_datetime(answer.headers.get("Date", ""))
        except ValueError:
            return  # a server that does not tell the time
        self.skew = time.time() - told.timestamp()


@asynccontextmanager
async def asking(token: str, root: str, proxy: str | None) -> AsyncIterator[Asker]:
    """An asker for the server at `root`, by `proxy` or those of the environment unless it is on this machine."""
    here = is_loopback(urlsplit(root).hostname or "")
    async with httpx.AsyncClient(proxy=None if here else proxy, trust_env=not here) as client:
        yield Asker(client, root, token)


def _result(answer: httpx.Response) -> Any:
    try:
        data = answer.json()
    except ValueError:
        raise Declined(answer.status_code, "no answer of a Bot API") from None
    if not isinstance(data, dict) or "ok" not in data:
        raise Declined(answer.status_code, "no answer of a Bot API")
    if not data["ok"]:
        code = int(data.get("error_code") or answer.status_code)
        raise Declined(code, str(data.get("description") or code))
    return data.get("result")
