"""Records and tallies that last as long as the process. Values are kept as JSON, as the databases keep them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from bot.store.base import Conflict
from bot.store.record_tables import apart, belongs, encode_value, record
from bot.store.records import Record
from bot.store.transaction import Row

__all__ = ["MemoryRecords"]


class MemoryRecords:
    """`move_rows` moves the open rows of inbox and outbox, which the store has."""

    def __init__(self, move_rows: Callable[[str, str], None]) -> None:
        self._rows: dict[tuple[str, str], Row] = {}
        self._tallies: Counter[tuple[str, str]] = Counter()
        self._move_rows = move_rows

    async def get(self, kind: str, key: str) -> Record | None:
        row = self._rows.get((kind, key))
        return record(row) if row else None

    async def put(self, record: Record, at: str) -> Record:
        name = (record.kind, record.key)
        kept = self._rows.get(name)
        if (kept[3] if kept else 0) != record.version:
            raise Conflict
        version, value = record.version + 1, encode_value(record.value)
        self._rows[name] = (*name, value, version, record.due_at, record.expires_at)
        return replace(record, version=version)

    async def take(self, kind: str, key: str) -> Record | None:
        row = self._rows.pop((kind, key), None)
        return record(row) if row else None

    async def find(self, kind: str, prefix: str = "") -> Sequence[Record]:
        return [record(self._rows[name]) for name in self._names(kind, prefix)]

    async def due(self, kind: str, now: str, limit: int = 100) -> Sequence[Record]:
        found = [record(self._rows[name]) for name in self._names(kind, "")]
        waiting = sorted((each.due_at, each.key, each) for each in found if each.due_at)
        return [each for at, _, each in waiting if at <= now][:limit]

    async def delete(self, kind: str, prefix: str) -> int:
        gone = self._names(kind, prefix)
        for name in gone:
            del self._rows[name]
        return len(gone)

    async def expire(self, now: str) -> int:
        gone = [name for name, row in self._rows.items() if row[5] is not None and row[5] <= now]
        for name in gone:
            del self._rows[name]
        return len(gone)

    async def move(self, old: str, new: str) -> int:
        if old == new:
            return 0
        apart(old, new)
        moved = 0
        for kind, key in [name for name in self._rows if belongs(name[1], old)]:
            row, target = self._rows.pop((kind, key)), new + key.removeprefix(old)
            if (kind, target) not in self._rows:
                self._rows[kind, target] = (kind, target, *row[2:])
                moved += 1
        for key, name in [each for each in self._tallies if belongs(each[0], old)]:
            self._tallies[new + key.removeprefix(old), name] += self._tallies.pop((key, name))
        self._move_rows(old, new)
        return moved

    async def tally(self, counts: Mapping[tuple[str, str], int]) -> None:
        self._tallies.update(counts)

    async def tallies(self, prefix: str) -> Mapping[tuple[str, str], int]:
        return {name: n for name, n in sorted(self._tallies.items()) if name[0].startswith(prefix)}

    async def clear_tallies(self, prefix: str) -> int:
        gone = [name for name in self._tallies if name[0].startswith(prefix)]
        for name in gone:
            del self._tallies[name]
        return len(gone)

    def forget(self, address: str) -> int:
        """Delete what belongs to an address; how many."""
        records = [name for name in self._rows if belongs(name[1], address)]
        tallies = [name for name in self._tallies if belongs(name[0], address)]
        for name in records:
            del self._rows[name]
        for name in tallies:
            del self._tallies[name]
        return len(records) + len(tallies)

    def _names(self, kind: str, prefix: str) -> list[tuple[str, str]]:
        """The records of a kind whose key begins with `prefix`, by key."""
        return sorted(n for n in self._rows if n[0] == kind and n[1].startswith(prefix))
