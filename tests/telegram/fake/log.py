"""Every call that the bot has made, in the order of arrival, with what came of it.

fake.log.of("sendMessage", chat=7)      calls of a method, also to a chat
fake.log.texts_to(7)                    what was sent or edited there, successfully, as sent
fake.log.contains("13800000000", chats=[group.id])
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from tests.telegram.fake.errors import ApiError
from tests.telegram.fake.faults import Fault
from tests.telegram.fake.flood import counts_as_message

__all__ = ["Call", "Log", "Upload"]


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a call."""

    name: str
    mime: str
    body: bytes


@dataclass(slots=True)
class Call:
    """A call. `time` and `finished` are seconds of the machine's monotonic clock; `error` is what it was answered;
    `fault` what was done to it; `known` is False when the fake has no such method."""

    time: float
    method: str
    params: dict[str, Any]
    uploads: dict[str, Upload] = field(default_factory=dict)
    result: Any = None
    error: ApiError | None = None
    fault: Fault | None = None
    finished: float | None = None
    known: bool = True

    @property
    def chat(self) -> int | str | None:
        """The chat_id, as a number if it is one."""
        chat = self.params.get("chat_id")
        try:
            return int(chat) if chat is not None else None
        except ValueError:
            return str(chat)

    @property
    def text(self) -> str:
        return str(self.params.get("text") or self.params.get("caption") or "")

    @property
    def done(self) -> bool:
        """Whether the work was done, also when its reply was lost."""
        return self.result is not None

    @property
    def message(self) -> bool:
        """Whether it counts against the flood limits."""
        return counts_as_message(self.method)

    def everything(self) -> str:
        """All that the call carries, files too, as one text to search in."""
        bodies = (each.body.decode(errors="replace") for each in self.uploads.values())
        return "\n".join([json.dumps(self.params, ensure_ascii=False), *bodies])


class Log:
    """The calls of one fake."""

    def __init__(self) -> None:
        self.calls: list[Call] = []

    def of(self, method: str, chat: int | None = None) -> list[Call]:
        """The calls of a method, in any case of letters, and if given only those to a chat."""
        return [
            call
            for call in self.calls
            if call.method.lower() == method.lower() and chat in {None, call.chat}
        ]

    def to(self, chat: int) -> list[Call]:
        return [call for call in self.calls if call.chat == chat]

    def texts_to(self, chat: int) -> list[str]:
        """The texts and captions that were sent to a chat or edited there; failed calls are left out."""
        return [call.text for call in self.to(chat) if call.message and call.done]

    def contains(self, text: str, chats: Iterable[int] | None = None) -> list[Call]:
        """The calls, failed ones too, that carry a text anywhere: in texts, buttons, toasts or files. `chats`
        leaves only those to these chats."""
        only = None if chats is None else set(chats)
        return [
            call
            for call in self.calls
            if (only is None or call.chat in only) and text in call.everything()
        ]

    def max_rate(self, chat: int | None = None, window: float = 1.0) -> int:
        """The most messages sent or edited within any `window` seconds, to a chat or in all."""
        times = [
            call.time
            for call in self.calls
            if call.message and call.done and chat in {None, call.chat}
        ]
        return max(
            (sum(1 for time in times if start <= time < start + window) for start in times),
            default=0,
        )

    def unknown(self) -> set[str]:
        """The methods that were called and that the fake does not have."""
        return {call.method for call in self.calls if not call.known}

    def errors(self) -> list[tuple[str, str]]:
        """Method and description of every call that was answered with an error."""
        return [(call.method, call.error.description) for call in self.calls if call.error]

    def methods(self) -> Counter[str]:
        return Counter(call.method for call in self.calls)

    def clear(self) -> None:
        self.calls.clear()

    def tail(self, count: int = 12) -> str:
        """The last calls other than polls, one a line, for the message of a failed test."""
        calls = [call for call in self.calls if call.method != "getUpdates"][-count:]
        return "\n".join(
            f"  {call.method} {call.chat or ''} {call.text[:60]!r} -> {call.error or 'ok'}"
            for call in calls
        )
