"""What the agent needs from a store: the cases of a conversation, loaded and committed as a whole."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from bot.core.event import Event
from bot.core.tracker import Tracker

__all__ = ["Session", "TrackerStore"]


@dataclass(slots=True)
class Session:
    """One person's cases on one channel; `active` is the one being talked about."""

    conversation: str
    cases: dict[str, Tracker] = field(default_factory=dict)
    active: str | None = None

    @property
    def tracker(self) -> Tracker | None:
        return self.cases.get(self.active) if self.active else None


class TrackerStore(Protocol):
    """Keeps sessions. `commit` is all or nothing."""

    async def load(self, conversation: str) -> Session: ...

    async def commit(self, session: Session, events: dict[str, tuple[Event, ...]]) -> None: ...
