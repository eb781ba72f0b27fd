"""A store that lasts as long as the process: the console without a database, and tests."""

from __future__ import annotations

from bot.core.event import Event
from bot.store.base import Session

__all__ = ["MemoryStore"]


class MemoryStore:
    """Sessions and their events in dictionaries."""

    def __init__(self) -> None:
        self._sessions: dict[str, Session] = {}
        self.events: dict[tuple[str, str], list[Event]] = {}

    async def load(self, conversation: str) -> Session:
        """A copy, so that a failed turn leaves no trace."""
        kept = self._sessions.get(conversation)
        if kept is None:
            return Session(conversation)
        return Session(conversation, dict(kept.cases), kept.active)

    async def commit(self, session: Session, events: dict[str, tuple[Event, ...]]) -> None:
        self._sessions[session.conversation] = session
        for case, added in events.items():
            self.events.setdefault((session.conversation, case), []).extend(added)
