"""Records in a dictionary: what `bot/store/records.py` promises, without a file. Writes can be told to fail."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.core.errors import StorageError
from bot.store.base import Conflict
from bot.store.records import Record

__all__ = ["DictRecords"]


class DictRecords:
    """`rows` by kind and key, `counts` by key and name: a test may look at them."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], Record] = {}
        self.counts: Counter[tuple[str, str]] = Counter()
        self.broken = False

    async def get(self, kind: str, key: str) -> Record | None:
        return self.rows.get((kind, key))

    async def put(self, record: Record, at: str) -> Record:
        if self.broken:
            raise StorageError("broken")
        stored = self.rows.get((record.kind, record.key))
        if (stored.version if stored else 0) != record.version:
            raise Conflict
        written = replace(record, version=record.version + 1)
        self.rows[record.kind, record.key] = written
        return written

    async def take(self, kind: str, key: str) -> Record | None:
        return self.rows.pop((kind, key), None)

    async def find(self, kind: str, prefix: str = "") -> Sequence[Record]:
        found = [row for row in self.rows.values() if row.kind == kind]
        return sorted((row for row in found if row.key.startswith(prefix)), key=lambda row: row.key)

    async def due(self, kind: str, now: str, limit: int = 100) -> Sequence[Record]:
        found = [row for row in await self.find(kind) if row.due_at and row.due_at <= now]
        return sorted(found, key=lambda row: row.due_at or "")[:limit]

    async def delete(self, kind: str, prefix: str) -> int:
        found = await self.find(kind, prefix)
        for row in found:
            del self.rows[kind, row.key]
        return len(found)

    async def move(self, old: str, new: str) -> int:
        moved = 0
        for (kind, key), row in list(self.rows.items()):
            if key == old or key.startswith(old + "/"):
                del self.rows[kind, key]
                self.rows.setdefault(
                    (kind, new + key[len(old) :]), replace(row, key=new + key[len(old) :])
                )
                moved += 1
        for (key, name), count in list(self.counts.items()):
            if key == old or key.startswith(old + "/"):
                del self.counts[key, name]
                self.counts[new + key[len(old) :], name] += count
        return moved

    async def expire(self, now: str) -> int:
        over = [key for key, row in self.rows.items() if row.expires_at and row.expires_at <= now]
        for key in over:
            del self.rows[key]
        return len(over)

    async def tally(self, counts: Mapping[tuple[str, str], int]) -> None:
        self.counts.update(counts)

    async def tallies(self, prefix: str) -> Mapping[tuple[str, str], int]:
        return {each: n for each, n in self.counts.items() if each[0].startswith(prefix)}

    async def clear_tallies(self, prefix: str) -> int:
        found = [each for each in self.counts if each[0].startswith(prefix)]
        for each in found:
            del self.counts[each]
        return len(found)

    async def forget(self, owner: str) -> None:
        """Everything that belongs to an address, as a store forgets it."""
        for kind, key in list(self.rows):
            if key == owner or key.startswith(owner + "/"):
                del self.rows[kind, key]
        for key, name in list(self.counts):
            if key == owner or key.startswith(owner + "/"):
                del self.counts[key, name]
