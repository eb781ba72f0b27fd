"""What every channel shares: the updates it sends up and the service it sends them to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.core.tracker import Tracker
from bot.core.turn import Outcome

__all__ = ["Localize", "Paperwork", "Service", "Update", "WrittenIn"]

Localize = Callable[[Outcome, str], Outcome]
"""An outcome in a locale."""

WrittenIn = Callable[[str], str | None]
"""The locale that a text is written in, when it tells."""


@dataclass(frozen=True, slots=True)
class Update:
    """What came in: `kind` is begin (a greeting, or where we were), text, button, paste (the other side's
    words), new, case or evidence.

    `id` is unique on its `channel`: the same one is answered once, and again with the same answer. With
    `queued` the answer goes to the outbox; otherwise the caller shows it. `script` is the locale that the text is
    written in, when the channel has it remembered.
    """

    conversation: str
    kind: str
    value: str = ""
    id: str | None = None
    channel: str = "console"
    queued: bool = False
    script: str | None = None


class Service(Protocol):
    """The agent, as a channel sees it."""

    async def begin(self, conversation: str, now: datetime) -> Outcome: ...

    async def handle(self, update: Update, now: datetime) -> Outcome: ...

    async def elapse(self, conversation: str, now: datetime) -> list[Outcome]: ...

    async def next_due(self, conversation: str) -> datetime | None: ...

    async def still(self, conversation: str, now: datetime) -> Outcome: ...

    async def cases(self, conversation: str) -> Sequence[tuple[str, Tracker]]: ...


class Paperwork(Protocol):
    """One person's evidence and papers, as a channel sees them; all of the active case."""

    async def evidence(self, user: str) -> Sequence[tuple[str, str, bool]]:
        """(id, title, whether the person has it), first what is to be saved first."""

    async def papers(self, user: str, now: datetime) -> Sequence[tuple[str, str]]:
        """(id, title) of the papers that fit."""

    async def take(self, user: str, paper: str | None, now: datetime) -> tuple[str, bytes]:
        """A file name and its content: one paper as PDF, or all of them as ZIP."""
