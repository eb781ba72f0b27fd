"""What an SQLite store says and keeps when the disk, the file, the clock or somebody else is in the way.

Whatever happens: what was confirmed is there afterwards, what was refused can be sent again, and the words say
what to do.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.app import Engine
from bot.channels.clock import Clock
from bot.channels.console.pipe import Conversation, parse_now, run_json
from bot.cli.main import main
from bot.core.errors import StorageError
from bot.i18n.script import localize, written_in
from bot.store import sqlite_file
from bot.store.records import Record
from bot.store.sqlite import SqliteStore
from tests.store.made import turn
from tests.store.talking import (
    BANNED,
    LATER_TURNS,
    NOW,
    Talk,
    chat,
    error_of,
    unprivileged,
)

resource = pytest.importorskip("resource", reason="limits are POSIX")

CAN_LIMIT = pytest.mark.skipif(
    not hasattr(resource, "prlimit"), reason="only Linux limits another process"
)


def journal(path: Path) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute("SELECT case_id, number, at, events FROM turns ORDER BY 1, 2")
        return found.fetchall()


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def beside(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)


# ── the disk is full ────────────────────────────────────────────────────────
@contextmanager
def full(talk: Talk, path: Path) -> Iterator[None]:
    """The log, to which the child writes, cannot grow."""
    pid = talk.process.pid
    before = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    size = beside(path, "-wal").stat().st_size
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, before[1]))
    yield
    if talk.process.poll() is None:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, before)


@CAN_LIMIT
def test_on_a_full_disk_a_message_is_refused_and_can_be_sent_again(tmp_path: Path) -> None:
    path, plain = tmp_path / "me.db", tmp_path / "plain.db"
    wanted, _ = chat(plain, BANNED, *LATER_TURNS)
    talk = Talk(path)
    found = [talk.say(BANNED)]
    with full(talk, path):
        for _ in range(2):
            told = error_of(talk.say(LATER_TURNS[0]))
            assert "磁盘" in told
            assert "再发一次" in told
    found += [talk.say(line) for line in LATER_TURNS]
    assert talk.leave() == (0, "")
    assert found == wanted
    assert journal(path) == journal(plain)


@CAN_LIMIT
def test_after_a_full_disk_a_new_process_goes_on_where_it_was(tmp_path: Path) -> None:
    path, plain = tmp_path / "me.db", tmp_path / "plain.db"
    wanted, _ = chat(plain, BANNED, *LATER_TURNS)
    talk = Talk(path)
    talk.say(BANNED)
    with full(talk, path):
        error_of(talk.say(LATER_TURNS[0]))
        talk.kill()
    found, told = chat(path, *LATER_TURNS)
    assert told == ""
    assert found == wanted[1:]
    assert journal(path) == journal(plain)


async def test_a_file_that_may_not_grow_says_that_the_disk_is_full(tmp_path: Path) -> None:
    """SQLite's own word for it: SQLITE_FULL."""
    store = await SqliteStore.open(tmp_path / "me.db")
    await turn(store, "a")
    [[pages]] = await store._writer.execute_fetchall("PRAGMA page_count")
    await store._writer.execute_fetchall(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StorageError, match=r"磁盘满了.*请腾出空间，再发一次"):
        await turn(store, "b", phrase="x" * 20000)
    assert (await store.load("b")).version == 0
    await store._writer.execute_fetchall("PRAGMA max_page_count = 1000000")
    await turn(store, "b", phrase="x" * 20000)
    assert [view.conversation for view in await store.overview()] == ["a", "b"]
    await store.close()


def test_half_an_emoji_is_no_reason_to_fail(tmp_path: Path) -> None:
    """JSON may hold it, UTF-8 cannot."""
    path = tmp_path / "me.db"
    free = {"text": "说我\ud83d引流", "id": "3"}
    found, told = chat(path, BANNED, {"button": "notice_detail:full"}, free, LATER_TURNS[-1])
    assert [each["turn"] for each in found] == [1, 2, 3, 4]
    assert told == ""
    assert len(journal(path)) == 5


# ── may not write ───────────────────────────────────────────────────────────
@pytest.fixture
def public() -> Iterator[Path]:
    """A directory that anybody can look into, unlike pytest's own."""
    found = Path(tempfile.mkdtemp())
    found.chmod(0o755)
    yield found
    found.chmod(0o755)
    shutil.rmtree(found)


READ_ONLY = [
    ("a read-only file", 0o444, 0o777, "只能读，不能写"),
    ("a file in a read-only directory", 0o666, 0o555, "请检查"),
    ("a file that may not be read", 0o600, 0o777, "请检查路径、目录和权限"),
    ("a new file in a read-only directory", None, 0o555, "请检查路径、目录和权限"),
]


@pytest.mark.parametrize(
    ("mode", "directory", "words"), [r[1:] for r in READ_ONLY], ids=[r[0] for r in READ_ONLY]
)
def test_what_may_not_be_written_is_told_at_once(
    public: Path, tmp_path: Path, mode: int | None, directory: int, words: str
) -> None:
    if mode == 0o600 and os.getuid():
        pytest.skip("only root can make a file that this user may not read")
    path = public / "me.db"
    if mode is not None:
        chat(path, BANNED)
        path.chmod(mode)
    before = digest(path) if mode is not None else None
    public.chmod(directory)
    done = unprivileged(path, tmp_path / "warm.db")
    assert (done.returncode, done.stdout) == (2, "")
    assert str(path) in done.stderr
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert before is None or digest(path) == before


async def test_a_new_file_is_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "me.db"
    store = await SqliteStore.open(path)
    await turn(store)
    modes = {stat.S_IMODE(beside(path, each).stat().st_mode) for each in ("", "-wal", "-shm")}
    await store.close()
    assert modes == {0o600}


# ── somebody else has it ────────────────────────────────────────────────────
_HOLD = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Another process is writing and takes its time."""
    pipe = subprocess.PIPE
    child = subprocess.Popen([sys.executable, "-c", _HOLD, str(path)], stdin=pipe, stdout=pipe)
    assert child.stdout is not None
    assert child.stdout.readline() == b"held\n"
    yield
    child.communicate()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_file, "BUSY_SECONDS", 0.1)


@pytest.fixture
def talk(engine: Engine):
    """A line to an agent on a store, as `--json` answers it."""

    async def say(
        store: SqliteStore, *lines: dict[str, str], now: str = NOW
    ) -> list[dict[str, Any]]:
        speaking = Conversation(
            engine.agent(store), "me", Clock(parse_now(now)), localize, None, written_in
        )
        out = io.StringIO()
        await run_json(speaking, [json.dumps(line) for line in lines], out)
        return [json.loads(line) for line in out.getvalue().splitlines()]

    return say


async def test_while_another_process_writes_a_message_is_refused(
    tmp_path: Path, impatient: None, talk
) -> None:
    path = tmp_path / "me.db"
    store = await SqliteStore.open(path)
    first = await talk(store, BANNED)
    with held(path):
        [refused] = await talk(store, LATER_TURNS[0])
    again = await talk(store, *LATER_TURNS)
    await store.close()
    assert "被另一个程序占着" in error_of(refused)
    assert "请等一下再发" in error_of(refused)
    wanted, _ = chat(tmp_path / "plain.db", BANNED, *LATER_TURNS)
    assert [*first, *again] == wanted
    assert journal(path) == journal(tmp_path / "plain.db")


async def test_a_store_in_use_for_too_long_is_told_at_the_start(
    tmp_path: Path, impatient: None
) -> None:
    path = tmp_path / "me.db"
    await (await SqliteStore.open(path)).close()
    with held(path), pytest.raises(StorageError, match="被另一个程序占着"):
        await SqliteStore.open(path)
    await (await SqliteStore.open(path)).close()


async def test_who_is_cancelled_while_writing_holds_up_nobody(tmp_path: Path) -> None:
    store = await SqliteStore.open(tmp_path / "people.db")
    for steps in range(12):
        writing = asyncio.create_task(
            store.records.put(Record("k", f"tg:{steps}"), "2026-11-20T02:00:00Z")
        )
        for _ in range(steps):
            await asyncio.sleep(0)
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)
        await store.records.put(Record("k", f"tg:{steps}/after"), "2026-11-20T02:00:00Z")
    await store.close()


async def test_reading_does_not_wait_for_a_writer(tmp_path: Path, impatient: None) -> None:
    path = tmp_path / "me.db"
    store = await SqliteStore.open(path)
    await turn(store)
    with held(path):
        assert (await store.load("u")).version == 1
    await store.close()


@pytest.mark.parametrize("what", ["receive", "take_incoming", "forget", "purge", "recover"])
async def test_every_writing_is_refused_in_words(
    tmp_path: Path, impatient: None, what: str
) -> None:
    from bot.store.base import Retention
    from tests.store.made import LATER, update
    from tests.store.made import NOW as MOMENT

    path = tmp_path / "me.db"
    store = await SqliteStore.open(path)
    await turn(store)
    await store.receive([update(2)])  # with an empty inbox nothing is written
    with held(path), pytest.raises(StorageError, match="被另一个程序占着"):
        await {
            "receive": lambda: store.receive([update(1)]),
            "take_incoming": lambda: store.take_incoming(MOMENT, LATER),
            "forget": lambda: store.forget("u"),
            "purge": lambda: store.purge(MOMENT, Retention()),
            "recover": lambda: store.recover(MOMENT, alone=True),
        }[what]()
    assert (await store.load("u")).version == 1
    await store.close()


# ── no sound file ───────────────────────────────────────────────────────────
@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A store with rows on many pages, closed."""
    path = tmp_path_factory.mktemp("sound") / "me.db"
    chat(path, BANNED, *LATER_TURNS)
    return path.read_bytes()


def answer_of(path: Path | str, capsys: pytest.CaptureFixture[str], monkeypatch: Any) -> str:
    """What the command says before it gives up."""
    monkeypatch.setattr(sys, "stdin", io.StringIO("我的号被封了\n"))
    assert main(["chat", "--json", "--db", str(path)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    return err


BROKEN = [
    ("a text", lambda data: "我不是存档，我是一封信。".encode() * 50),
    ("a picture", lambda data: b"\x89PNG\r\n\x1a\n" + bytes(5000)),
    ("half a header", lambda data: data[:50]),
    ("a header only", lambda data: data[:100]),
    ("the first page only", lambda data: data[:4096]),
    ("half of it", lambda data: data[: len(data) // 2]),
    ("without its last page", lambda data: data[:-4096]),
    ("noise after the header", lambda data: data[:100] + bytes(reversed(data[100:]))),
]


@pytest.mark.parametrize("damage", [b[1] for b in BROKEN], ids=[b[0] for b in BROKEN])
def test_a_file_that_is_no_sound_store_is_told_and_left_alone(
    tmp_path: Path, sound: bytes, damage: Any, capsys: Any, monkeypatch: Any
) -> None:
    path = tmp_path / "me.db"
    path.write_bytes(damage(sound))
    before = digest(path)
    told = answer_of(path, capsys, monkeypatch)
    assert str(path) in told
    assert "备份" in told
    assert "zhenren restore" in told
    assert digest(path) == before


def test_an_empty_file_is_a_new_store(tmp_path: Path) -> None:
    path = tmp_path / "me.db"
    path.touch()
    chat(path, BANNED)
    assert journal(path)


def test_a_missing_directory_is_told(tmp_path: Path, capsys: Any, monkeypatch: Any) -> None:
    path = tmp_path / "nowhere" / "me.db"
    told = answer_of(path, capsys, monkeypatch)
    assert str(path) in told
    assert "请检查路径、目录和权限" in told
    assert not path.parent.exists()


def test_a_directory_is_no_store(tmp_path: Path, capsys: Any, monkeypatch: Any) -> None:
    assert "请检查路径、目录和权限" in answer_of(tmp_path, capsys, monkeypatch)


@pytest.mark.parametrize("address", ["mysql://host/db", "sqlite:///"])
def test_an_address_that_is_none_is_told(address: str, capsys: Any, monkeypatch: Any) -> None:
    assert "sqlite:///文件 或 postgresql://" in answer_of(address, capsys, monkeypatch)
