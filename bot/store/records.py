"""Records: small JSON documents beside the cases: settings, one-time links, messages to take away, the audit log.

A record has a kind and a key. Keys begin with the address that they belong to, alone or followed by `/…`
(`tg:-100`, `tg:-100/faq`, `tg:42/link`), so that what belongs to a person or a group can be moved or forgotten
as a whole. Tallies are counts by key and name. Times are UTC texts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

__all__ = ["Record", "Records"]


@dataclass(frozen=True, slots=True)
class Record:
    """`version` is the number of times it was written, 0 for one that is not stored yet; `due_at` is when it is
    to be looked at, `expires_at` when it is deleted."""

    kind: str
    key: str
    value: Mapping[str, Any] = field(default_factory=dict)
    version: int = 0
    due_at: str | None = None
    expires_at: str | None = None


class Records(Protocol):
    """Keeps records. Raises StorageError when it cannot; then nothing was written."""

    async def get(self, kind: str, key: str) -> Record | None:
        """The record, expired or not."""

    async def put(self, record: Record, at: str) -> Record:
        """Write it and return it with its new version. Conflict when the stored version is another one than
        `record.version` (0: it must not be there)."""

    async def take(self, kind: str, key: str) -> Record | None:
        """Read and delete: of any number of callers exactly one gets it."""

    async def find(self, kind: str, prefix: str = "") -> Sequence[Record]:
        """The records whose key begins with `prefix`, by key."""

    async def due(self, kind: str, now: str, limit: int = 100) -> Sequence[Record]:
        """Those whose `due_at` has come, the longest overdue first."""

    async def delete(self, kind: str, prefix: str) -> int:
        """Delete the records of a kind whose key begins with `prefix`; how many."""

    async def move(self, old: str, new: str) -> int:
        """Everything that belongs to the address `old` (records of every kind, tallies, open inbox and outbox
        rows) belongs to `new` from now on, in one transaction; how many records. What `new` has stays."""

    async def expire(self, now: str) -> int:
        """Delete the records whose time is over; how many."""

    async def tally(self, counts: Mapping[tuple[str, str], int]) -> None:
        """Add to the counts of (key, name)."""

    async def tallies(self, prefix: str) -> Mapping[tuple[str, str], int]:
        """The counts whose key begins with `prefix`."""

    async def clear_tallies(self, prefix: str) -> int:
        """Delete the counts whose key begins with `prefix`; how many."""
