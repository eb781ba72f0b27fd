"""Writes the dump of a database as a version of the store would have left it: `python -m tests.store.schemas.make N`.

A dump, once committed, is never made again: it stands for files that people have.
"""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path
from typing import Any

from bot.core.event import CaseOpened, DueSet, IssueSet, Moved, SlotSet, TurnStarted
from bot.core.profile import Profile
from bot.core.tracker import Tracker
from bot.store.encoding import encode_events, encode_profile, encode_tracker
from bot.store.migrations import SQLITE
from tests.store.made import LATER, NOW, RICH

__all__ = ["ROWS", "main", "rows_of"]

_PROFILE = encode_profile(Profile(zone="Europe/Paris", quiet=None, hidden=("〔手机号····5678〕",)))
_PLAIN = Tracker("二号", "c1", "patterns.session_start", 1, opened="2026-11-20")
_TURNS = (
    (CaseOpened("c1", NOW), TurnStarted(0, NOW, "start"), Moved(("patterns.session_start",))),
    (
        TurnStarted(1, NOW, "tell"),
        IssueSet("order.refund"),
        SlotSet("amount", 88),
        SlotSet("order_no", "〔订单号······4321〕"),
        Moved(("order.refund.kind", "order.refund.push")),
        DueSet("wait", "2026-11-23T10:00:00", "order.refund.push"),
    ),
)

ROWS: dict[str, list[tuple[Any, ...]]] = {
    "conversations": [("me", "c2", 7, _PROFILE, NOW), ("二号", "c1", 1, "{}", NOW)],
    "cases": [
        ("me", "c1", 1, encode_tracker(Tracker("me", "c1", **RICH)), 2, "order.refund", "solved", None, NOW, NOW),
        ("me", "c2", 2, encode_tracker(Tracker("me", "c2", **RICH)), 0, "order.refund", None, LATER, NOW, NOW),
        ("二号", "c1", 1, encode_tracker(_PLAIN), 0, None, None, None, NOW, NOW),
    ],
    "turns": [("me", "c1", n, NOW, encode_events(each)) for n, each in enumerate(_TURNS, 1)],
    "inbox": [
        (1, "telegram", "100", "me", None, "done", 1, None, NOW),
        (2, "telegram", "99", "me", b"\x00\xff payload", "new", 0, None, NOW),
        (4, "console", "100", "二号", b"{}", "working", 2, LATER, NOW),
    ],
    "outbox": [
        (1, "telegram:100:0", "telegram:100", "me", '{"text":"第一句","copies":[],"buttons":[]}', "sent", 1, NOW, None, None, NOW),
        (2, "telegram:100:1", "telegram:100", "me", '{"text":"第二句","copies":[],"buttons":[]}', "new", 1, NOW, None, "429", NOW),
        (3, "later", "", "二号", '{"text":"提醒","copies":[],"buttons":[]}', "new", 0, LATER, None, None, NOW),
    ],
}  # fmt: skip
"""What version 1 holds."""

_SEALED = '{"key":"k","values":"v"}'


def rows_of(version: int) -> dict[str, list[tuple[Any, ...]]]:
    """What a version holds: rows in every table, and values in every column that was added."""
    rows = dict(ROWS)
    if version >= 2:
        one, two = ROWS["conversations"]
        rows["conversations"] = [(*one, _SEALED), (*two, None)]
        rows["counts"] = [("two", "promised", 3)]
    return rows


def main(version: int) -> str:
    connection = sqlite3.connect(":memory:")
    for step in SQLITE[:version]:
        connection.executescript(step)
    for table, rows in rows_of(version).items():
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
        listed = ", ".join(columns[: len(rows[0])])
        marks = ", ".join("?" * len(rows[0]))
        connection.executemany(f"INSERT INTO {table} ({listed}) VALUES ({marks})", rows)
    connection.execute(f"PRAGMA user_version = {version}")
    connection.commit()
    dump = "\n".join(connection.iterdump())
    connection.close()
    return f"{dump}\nPRAGMA user_version = {version};\n"


if __name__ == "__main__":
    number = int(sys.argv[1])
    Path(__file__).with_name(f"v{number}.sql").write_text(main(number), encoding="utf-8")
