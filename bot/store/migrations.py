"""The schemas, oldest first: a database is brought forward one step at a time, never back.

A step, once released, is never changed; a new need is a new step at the end. `tests/store/schemas/` keeps a
database of each version. A `{key}` is a text that sorts by its bytes, so that keys with one beginning lie together.
"""

from __future__ import annotations

from bot.core.errors import StorageError

__all__ = ["POSTGRES", "SQLITE", "VERSION", "steps_from"]

_CASES = """
CREATE TABLE conversations (
  id TEXT PRIMARY KEY, active TEXT, version INTEGER NOT NULL, profile TEXT NOT NULL, updated_at TEXT NOT NULL);
CREATE TABLE cases (
  conversation TEXT NOT NULL, case_id TEXT NOT NULL, number INTEGER NOT NULL, tracker TEXT NOT NULL,
  length INTEGER NOT NULL, issue TEXT, outcome TEXT, wake TEXT, opened_at TEXT NOT NULL,
  updated_at TEXT NOT NULL, PRIMARY KEY (conversation, case_id));
CREATE INDEX cases_wake ON cases (wake) WHERE wake IS NOT NULL;
CREATE INDEX cases_updated ON cases (updated_at);
CREATE TABLE turns (
  conversation TEXT NOT NULL, case_id TEXT NOT NULL, number INTEGER NOT NULL, at TEXT NOT NULL,
  events TEXT NOT NULL, PRIMARY KEY (conversation, case_id, number));
"""
_MESSAGES = """
CREATE TABLE inbox (
  id {serial}, channel TEXT NOT NULL, update_id TEXT NOT NULL, conversation TEXT NOT NULL, payload {bytes},
  state TEXT NOT NULL, tries INTEGER NOT NULL, leased_until TEXT, received_at TEXT NOT NULL,
  UNIQUE (channel, update_id));
CREATE INDEX inbox_open ON inbox (conversation, id) WHERE state IN ('new', 'working');
CREATE TABLE outbox (
  id {serial}, key TEXT NOT NULL UNIQUE, reply_to TEXT NOT NULL, conversation TEXT NOT NULL,
  payload TEXT NOT NULL, state TEXT NOT NULL, tries INTEGER NOT NULL, due_at TEXT NOT NULL,
  leased_until TEXT, error TEXT, updated_at TEXT NOT NULL);
CREATE INDEX outbox_open ON outbox (conversation, id) WHERE state IN ('new', 'sending');
CREATE INDEX outbox_reply ON outbox (reply_to);
"""
_WHAT_WORKS = """
CREATE TABLE counts (phrase TEXT NOT NULL, reply TEXT NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (phrase, reply));
ALTER TABLE conversations ADD COLUMN sealed TEXT;
"""
_RECORDS = """
CREATE TABLE records (
  kind TEXT NOT NULL, key {key} NOT NULL, value TEXT NOT NULL, version INTEGER NOT NULL, due_at TEXT,
  expires_at TEXT, updated_at TEXT NOT NULL, PRIMARY KEY (kind, key));
CREATE INDEX records_key ON records (key);
CREATE INDEX records_due ON records (kind, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX records_expiry ON records (expires_at) WHERE expires_at IS NOT NULL;
CREATE TABLE tallies (key {key} NOT NULL, name TEXT NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (key, name));
CREATE INDEX outbox_unsettled ON outbox (id) WHERE state = 'unknown' AND error IS NULL;
"""
_STEPS = (_CASES + _MESSAGES, _WHAT_WORKS, _RECORDS)

VERSION = len(_STEPS)
"""The schema that this version of the program reads and writes."""

SQLITE = tuple(
    step.replace("{serial}", "INTEGER PRIMARY KEY AUTOINCREMENT")
    .replace("{bytes}", "BLOB")
    .replace("{key}", "TEXT")
    for step in _STEPS
)
POSTGRES = tuple(
    step.replace("{serial}", "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY")
    .replace("{bytes}", "BYTEA")
    .replace("{key}", 'TEXT COLLATE "C"')
    .replace("INTEGER", "BIGINT")
    for step in _STEPS
)


def steps_from(version: int, steps: tuple[str, ...], where: str) -> list[tuple[int, str]]:
    """The steps still to take, with the version that each leads to. StorageError for a newer schema."""
    if version > len(steps):
        raise StorageError(
            f"{where} 是更新的真人写的（存档第 {version} 版，这里只认到第 {len(steps)} 版）。"
            "请升级真人，或换一个存档；原来的文件没有动"
        )
    return list(enumerate(steps, 1))[version:]
