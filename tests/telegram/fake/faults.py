"""What goes wrong between the bot and Telegram, on demand.

fake.faults.add("sendMessage", times=2, code=429, retry_after=1)
fake.faults.add("sendMessage", chat=7, lost="hang")     done, but no answer comes
fake.faults.add(html=502)                               any method, once
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tests.telegram.fake.errors import ApiError

__all__ = ["Fault", "Faults"]

_PHRASES = {
    400: "Bad Request: ",
    401: "Unauthorized",
    403: "Forbidden: ",
    409: "Conflict: ",
    429: "Too Many Requests: retry after ",
    500: "Internal Server Error",
}


@dataclass(slots=True)
class Fault:
    """One trouble. `times` is how often it still happens (None: always), `skip` how many fitting calls it lets
    pass before. Times are seconds.

    code, description, retry_after, migrate_to   the call is not done and answered with this error
    html         the call is not done and answered with a page of HTML of this status, as a gateway does
    drop         the connection is closed before the work
    delay        the work begins later
    lost         the work is done; "close": then the connection is closed, "hang": then nothing comes
    slow         the work is done; the answer begins so much later
    trickle      the work is done; the answer comes byte by byte with so much time between
    """

    method: str | None = None
    chat: int | None = None
    times: int | None = 1
    skip: int = 0
    code: int | None = None
    description: str = ""
    retry_after: int | None = None
    migrate_to: int | None = None
    html: int | None = None
    drop: bool = False
    delay: float = 0
    lost: Literal["close", "hang"] | None = None
    slow: float = 0
    trickle: float = 0
    text: str | None = None

    def fits(self, method: str, chat: int | str | None, text: str) -> bool:
        return (
            (self.method is None or self.method.lower() == method.lower())
            and (self.chat is None or self.chat == chat)
            and (self.text is None or self.text in text)
        )

    @property
    def error(self) -> ApiError | None:
        """The error that the call is answered with."""
        if self.code is None:
            return None
        parameters = {"retry_after": self.retry_after, "migrate_to_chat_id": self.migrate_to}
        default = _PHRASES.get(self.code, "")
        if default.endswith("after "):
            default += str(self.retry_after)
        told = {name: value for name, value in parameters.items() if value is not None}
        return ApiError(self.code, self.description or default, **told)


class Faults:
    """The troubles that wait for their call; the first that fits happens."""

    def __init__(self) -> None:
        self.waiting: list[Fault] = []
        self.happened: list[Fault] = []

    def add(
        self,
        method: str | None = None,
        *,
        chat: int | None = None,
        text: str | None = None,
        times: int | None = 1,
        skip: int = 0,
        code: int | None = None,
        description: str = "",
        retry_after: int | None = None,
        migrate_to: int | None = None,
        html: int | None = None,
        drop: bool = False,
        delay: float = 0,
        lost: Literal["close", "hang"] | None = None,
        slow: float = 0,
        trickle: float = 0,
    ) -> Fault:
        """Let something go wrong (see Fault): for a method, a chat, or calls whose text holds `text`."""
        fault = Fault(
            method=method,
            chat=chat,
            text=text,
            times=times,
            skip=skip,
            code=code,
            description=description,
            retry_after=retry_after,
            migrate_to=migrate_to,
            html=html,
            drop=drop,
            delay=delay,
            lost=lost,
            slow=slow,
            trickle=trickle,
        )
        self.waiting.append(fault)
        return fault

    def take(self, method: str, chat: int | str | None, text: str = "") -> Fault | None:
        """The trouble of a call, which is then used up once."""
        for fault in self.waiting:
            if not fault.fits(method, chat, text):
                continue
            if fault.skip:
                fault.skip -= 1
                continue
            self._use(fault)
            return fault
        return None

    def clear(self) -> None:
        self.waiting.clear()

    def _use(self, fault: Fault) -> None:
        self.happened.append(fault)
        if fault.times is not None:
            fault.times -= 1
            if fault.times <= 0:
                self.waiting.remove(fault)
