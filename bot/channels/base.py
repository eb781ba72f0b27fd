"""What every channel shares: the updates it sends up and the service it sends them to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.core.tracker import Tracker
from bot.core.turn import Outcome

__all__ = ["Localize", "Service", "Update", "WrittenIn"]

Localize = Callable[[Outcome, str], Outcome]
"""An outcome in a locale."""

WrittenIn = Callable[[str], str | None]
"""The locale that a text is written in, when it tells."""


@dataclass(frozen=True, slots=True)
class Update:
    """What came in: `kind` is text, button, paste (the other side's words), new or case."""

    conversation: str
    kind: str
    value: str = ""


class Service(Protocol):
    """The agent, as a channel sees it."""

    async def begin(self, conversation: str, now: datetime) -> Outcome: ...

    async def handle(self, update: Update, now: datetime) -> Outcome: ...

    async def elapse(self, conversation: str, now: datetime) -> list[Outcome]: ...

    async def still(self, conversation: str, now: datetime) -> Outcome: ...

    async def cases(self, conversation: str) -> Sequence[tuple[str, Tracker]]: ...
