"""The log of an SQLite store after kill -9 and after damage; and the clock that goes back.

What SQLite cannot verify it drops without a word. The store says it, once, and keeps the damaged log.
"""

from __future__ import annotations

import logging
import random
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.agent import CLOCK_BACK
from bot.store.sqlite import SqliteStore
from bot.store.wal import lost_frames
from tests.store.talking import BANNED, LATER_TURNS, NOW, Talk, chat, text_of

HEADER, FRAME = 32, 24


def journal(path: Path) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute("SELECT case_id, number, at, events FROM turns ORDER BY 1, 2")
        return found.fetchall()


def log_of(path: Path) -> Path:
    return path.with_name(path.name + "-wal")


def damage(wal: Path, at: int) -> None:
    """One wrong byte."""
    data = bytearray(wal.read_bytes())
    data[at] ^= 0x10
    wal.write_bytes(data)


# ── after kill -9 ───────────────────────────────────────────────────────────
@pytest.fixture
def killed(tmp_path: Path) -> Path:
    """A store whose process was killed after four turns; everything is still in its log."""
    path = tmp_path / "me.db"
    talk = Talk(path)
    for line in (BANNED, *LATER_TURNS):
        talk.say(line)
    talk.kill()
    return path


@pytest.fixture
def wanted(tmp_path: Path) -> list[tuple[Any, ...]]:
    """The journal of the same four turns without any accident."""
    chat(tmp_path / "plain.db", BANNED, *LATER_TURNS)
    return journal(tmp_path / "plain.db")


def test_after_a_kill_everything_is_there_and_nothing_is_told(killed: Path, wanted: Any) -> None:
    assert log_of(killed).stat().st_size > 4 * 4096
    _, told = chat(killed)
    assert told == ""
    assert journal(killed) == wanted
    assert [each.name for each in killed.parent.glob("me.db*")] == ["me.db"]


def test_a_damaged_last_page_is_told_and_costs_the_last_turn(killed: Path, wanted: Any) -> None:
    wal = log_of(killed)
    damage(wal, wal.stat().st_size - 1)
    broken = wal.read_bytes()
    _, told = chat(killed)
    assert told.count("\n") == 1
    assert "最后一次写入不完整（1 页读不出来" in told
    assert "请把最后一句再发一次" in told
    kept = killed.with_name("me.db-wal.damaged1")
    assert str(kept) in told
    assert kept.read_bytes() == broken
    assert journal(killed) == wanted[:-1]


def test_the_lost_turn_can_be_sent_again(killed: Path, wanted: Any) -> None:
    wal = log_of(killed)
    damage(wal, wal.stat().st_size - 1)
    chat(killed, LATER_TURNS[-1])
    assert journal(killed) == wanted


def test_a_damage_is_told_once(killed: Path) -> None:
    wal = log_of(killed)
    damage(wal, wal.stat().st_size - 1)
    chat(killed)
    _, told = chat(killed, LATER_TURNS[-1])
    assert told == ""
    assert [each.name for each in killed.parent.glob("*.damaged*")] == ["me.db-wal.damaged1"]


def test_a_second_damaged_log_is_kept_beside_the_first(killed: Path) -> None:
    first = killed.with_name("me.db-wal.damaged1")
    first.write_bytes(b"the first")
    wal = log_of(killed)
    damage(wal, wal.stat().st_size - 1)
    chat(killed)
    assert first.read_bytes() == b"the first"
    assert killed.with_name("me.db-wal.damaged2").exists()


def test_a_damaged_first_page_costs_what_is_in_the_log_and_no_more(
    killed: Path, wanted: Any
) -> None:
    chat(killed)
    talk = Talk(killed)
    talk.say({"text": "为什么问"})
    talk.kill()
    damage(log_of(killed), HEADER + FRAME)
    _, told = chat(killed)
    assert "读不出来" in told
    assert journal(killed) == wanted


async def test_the_warning_is_a_warning_in_the_log(
    killed: Path, caplog: pytest.LogCaptureFixture
) -> None:
    wal = log_of(killed)
    damage(wal, wal.stat().st_size - 1)
    for _ in range(2):
        await (await SqliteStore.open(killed)).close()
    assert [(each.name, each.levelno) for each in caplog.records] == [
        ("bot.store.sqlite_file", logging.WARNING)
    ]


# ── reading a log ───────────────────────────────────────────────────────────
@pytest.fixture(params=[512, 4096, 65536])
def log(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, int]:
    """A log of 20 small commits, copied while in use, and its page size."""
    path, page = tmp_path / "any.db", int(request.param)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(f"PRAGMA page_size = {page}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE t (x)")
        for number in range(20):
            connection.execute("INSERT INTO t VALUES (?)", (f"{number}" * 100,))
        shutil.copy(log_of(path), tmp_path / "copy-wal")
    return tmp_path / "copy-wal", page


def frames(wal: Path, page: int) -> int:
    return (wal.stat().st_size - HEADER) // (FRAME + page)


def test_a_sound_log_has_lost_nothing(log: tuple[Path, int]) -> None:
    wal, page = log
    assert frames(wal, page) > 20
    assert lost_frames(wal) == 0


@pytest.mark.parametrize("seed", range(5))
def test_from_a_wrong_byte_on_all_is_lost(log: tuple[Path, int], seed: int) -> None:
    wal, page = log
    rng, size = random.Random(seed), FRAME + page
    number = rng.randrange(frames(wal, page))
    damage(wal, HEADER + number * size + FRAME + rng.randrange(page))
    assert lost_frames(wal) == frames(wal, page) - number


def test_a_wrong_checksum_is_damage(log: tuple[Path, int]) -> None:
    wal, page = log
    damage(wal, HEADER + (frames(wal, page) - 1) * (FRAME + page) + 16)
    assert lost_frames(wal) == 1


def test_a_frame_that_was_never_finished_is_no_loss(log: tuple[Path, int]) -> None:
    """Nobody was told that it was written."""
    wal, _ = log
    wal.write_bytes(wal.read_bytes()[:-10])
    assert lost_frames(wal) == 0


def test_what_is_left_of_an_older_log_is_no_loss(tmp_path: Path) -> None:
    """After a checkpoint the log is written again from its start, over the frames of before."""
    path = tmp_path / "any.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE t (x)")
        for number in range(20):
            connection.execute("INSERT INTO t VALUES (?)", (number,))
        connection.execute("PRAGMA wal_checkpoint(RESTART)").fetchall()
        before = log_of(path).stat().st_size
        connection.execute("INSERT INTO t VALUES (?)", (99,))
        assert log_of(path).stat().st_size == before
        assert lost_frames(log_of(path)) == 0
        shutil.copy(log_of(path), tmp_path / "copy-wal")
    damage(tmp_path / "copy-wal", HEADER + FRAME + 100)
    assert 1 <= lost_frames(tmp_path / "copy-wal") <= 2


@pytest.mark.parametrize("data", [b"", b"short", bytes(100), b"not a log at all " * 10])
def test_what_is_no_log_has_lost_nothing(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "x-wal").write_bytes(data)
    assert lost_frames(tmp_path / "x-wal") == 0


def test_no_log_has_lost_nothing(tmp_path: Path) -> None:
    assert lost_frames(tmp_path / "x-wal") == 0


# ── the clock goes back ─────────────────────────────────────────────────────
EARLIER, SLIGHTLY = "2026-11-20T07:00", "2026-11-20T09:00"


def test_a_clock_that_went_back_is_told_once(tmp_path: Path) -> None:
    path = tmp_path / "me.db"
    chat(path, BANNED)
    found, told = chat(path, *LATER_TURNS, now=EARLIER)
    assert [CLOCK_BACK in text_of(each) for each in found] == [True, False, False]
    assert "the clock stands before the last turn" in told
    again, _ = chat(path, {"text": "为什么问"}, now=EARLIER)
    assert CLOCK_BACK not in text_of(again[0])


def test_a_clock_that_went_back_a_little_is_not_told(tmp_path: Path) -> None:
    path = tmp_path / "me.db"
    chat(path, BANNED)
    found, told = chat(path, *LATER_TURNS, now=SLIGHTLY)
    assert not any(CLOCK_BACK in text_of(each) for each in found)
    assert told == ""


def test_turns_stay_in_order_when_the_clock_goes_back(tmp_path: Path) -> None:
    path = tmp_path / "me.db"
    chat(path, BANNED)
    chat(path, *LATER_TURNS, now=EARLIER)
    rows = journal(path)
    assert [row[1] for row in rows] == [1, 2, 3, 4, 5]
    assert [row[2][:16] for row in rows] == [NOW, NOW, EARLIER, EARLIER, EARLIER]
    numbers = [int(row[3].partition('"number":')[2].partition(",")[0]) for row in rows]
    assert numbers == [0, 1, 2, 3, 4]
