"""The SQL of records and tallies, the same for SQLite and PostgreSQL, with `?` for values.

Keys sort by their bytes: those with one beginning are a range of the index. No pattern is ever made of a key, so
none of its characters means anything else.
"""

from __future__ import annotations

__all__ = ["below", "span"]

_LAST = "\U0010ffff"
"""Sorts after every character that a key has."""


def span(prefix: str) -> tuple[str, str]:
    """Where the keys that begin with `prefix` begin and end."""
    return prefix, prefix + _LAST


def below(address: str) -> tuple[str, str, str]:
    """An address, and where the keys under it begin and end."""
    return (address, *span(f"{address}/"))


GET = """
SELECT kind, key, value, version, due_at, expires_at FROM records WHERE kind = ? AND key = ?"""

ADD = """
INSERT INTO records (value, due_at, expires_at, updated_at, kind, key, version)
VALUES (?, ?, ?, ?, ?, ?, 1) ON CONFLICT (kind, key) DO NOTHING"""

CHANGE = """
UPDATE records SET value = ?, due_at = ?, expires_at = ?, updated_at = ?, version = version + 1
WHERE kind = ? AND key = ? AND version = ?"""

TAKE = """
DELETE FROM records WHERE kind = ? AND key = ?
RETURNING kind, key, value, version, due_at, expires_at"""

FIND = """
SELECT kind, key, value, version, due_at, expires_at FROM records
WHERE kind = ? AND key >= ? AND key < ? ORDER BY key"""

DUE = """
SELECT kind, key, value, version, due_at, expires_at FROM records
WHERE kind = ? AND due_at <= ? ORDER BY due_at, key LIMIT ?"""

DELETE = "DELETE FROM records WHERE kind = ? AND key >= ? AND key < ?"
EXPIRE = "DELETE FROM records WHERE expires_at <= ?"

TALLY = """
INSERT INTO tallies (key, name, n) VALUES (?, ?, ?)
ON CONFLICT (key, name) DO UPDATE SET n = tallies.n + excluded.n"""

TALLIES = "SELECT key, name, n FROM tallies WHERE key >= ? AND key < ? ORDER BY key, name"
CLEAR_TALLIES = "DELETE FROM tallies WHERE key >= ? AND key < ?"

FORGET = "DELETE FROM records WHERE (key = ? OR (key >= ? AND key < ?))"
FORGET_TALLIES = "DELETE FROM tallies WHERE (key = ? OR (key >= ? AND key < ?))"

MOVE = """
UPDATE records SET key = ? || substr(key, ?)
WHERE (key = ? OR (key >= ? AND key < ?)) AND NOT EXISTS (
  SELECT 1 FROM records there WHERE there.kind = records.kind AND there.key = ? || substr(records.key, ?))"""

MOVE_TALLIES = """
INSERT INTO tallies (key, name, n)
SELECT ? || substr(key, ?), name, n FROM tallies WHERE (key = ? OR (key >= ? AND key < ?))
ON CONFLICT (key, name) DO UPDATE SET n = tallies.n + excluded.n"""

MOVE_INCOMING = """
UPDATE inbox SET conversation = ? || substr(conversation, ?)
WHERE state IN ('new', 'working') AND (conversation = ? OR substr(conversation, 1, ?) = ?)"""

MOVE_OUTGOING = """
UPDATE outbox SET conversation = ? || substr(conversation, ?)
WHERE state IN ('new', 'sending') AND (conversation = ? OR substr(conversation, 1, ?) = ?)"""
