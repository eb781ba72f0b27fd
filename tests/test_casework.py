"""What is kept, as a person at the command line meets it: a real chat in a pipe, then case, backup, stats."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import zipfile
from datetime import datetime
from io import BytesIO
from pathlib import Path

import pytest
from icalendar import Calendar
from pypdf import PdfReader

ORDER = "P712345678901234321"
TALK = [
    {"text": f"七天无理由退货，商家拒绝退款，订单号{ORDER}，付了128元", "id": 1},
    {"text": "帮我留着号码", "id": 2},
    {"button": "cmd:unsure", "id": 3},
    {"evidence": "refund_page", "id": 4},
]


def zhenren(
    *args: object, text: str = "", cwd: Path | None = None
) -> subprocess.CompletedProcess[bytes]:
    root = Path(__file__).resolve().parent.parent
    return subprocess.run(
        [sys.executable, "-m", "bot.cli", *map(str, args)],
        input=text.encode(),
        capture_output=True,
        check=False,
        cwd=cwd or root,
        env={**os.environ, "PYTHONPATH": str(root), "PYTHONUTF8": "1"},
    )


def chat(db: Path, *lines: object, now: str = "2026-11-20T10:00") -> list[dict[str, object]]:
    text = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines) + "\n"
    done = zhenren("chat", "--json", "--db", db, "--now", now, text=text)
    assert done.returncode == 0, done.stderr.decode()
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database in which somebody has told of a refund and keeps their numbers. Read only."""
    db = tmp_path_factory.mktemp("kept") / "me.db"
    chat(db, *TALK)
    return db


@pytest.fixture
def own(told: Path, tmp_path: Path) -> Path:
    """A copy that a test may change."""
    db = tmp_path / "me.db"
    for path in (told, told.with_name("me.db.key")):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    return db


def out(*args: object, code: int = 0) -> str:
    done = zhenren(*args)
    assert done.returncode == code, done.stderr.decode()
    return done.stdout.decode()


class TestCase:
    def test_list_names_the_problem(self, told: Path) -> None:
        assert "me  c1  退款退货被拒" in out("case", "list", "--db", told)

    def test_list_as_json(self, told: Path) -> None:
        [view] = map(json.loads, out("case", "list", "--json", "--db", told).splitlines())
        assert (view["user"], view["case"], view["issue"]) == ("me", "c1", "order.refund")

    def test_show_masks_the_order_and_ticks_the_evidence(self, told: Path) -> None:
        text = out("case", "show", "c1", "--db", told)
        assert ORDER not in text
        assert "4321〕" in text
        assert "有  退款详情整页截图" in text

    def test_show_as_json_is_the_same_file(self, told: Path) -> None:
        data = json.loads(out("case", "show", "--json", "--db", told))
        assert data["problem"] == "退款退货被拒、不到账、七天无理由、运费"
        assert data["timeline"][0]["at"] == "2026-11-20T10:00:00"

    def test_papers_lists_what_fits(self, told: Path) -> None:
        text = out("case", "papers", "--db", told)
        assert "c12315_seller  12315 投诉书" in text
        assert "minor_refund" not in text

    def test_export_without_a_format_is_everything(self, told: Path) -> None:
        data = json.loads(out("case", "export", "--db", told))
        assert data["settings"]["keep"] is True
        assert data["cases"][0]["slots"]["amount"] == 128
        assert ORDER not in json.dumps(data)
        assert [entry["at"] for entry in data["cases"][0]["journal"]]

    def test_export_full_has_the_number_that_was_kept(self, told: Path) -> None:
        assert ORDER in out("case", "export", "--full", "--db", told)

    def test_a_paper_as_pdf(self, told: Path, tmp_path: Path) -> None:
        target = tmp_path / "a.pdf"
        out(
            "case",
            "export",
            "--format",
            "pdf",
            "--paper",
            "c12315_seller",
            "--full",
            "-o",
            target,
            "--db",
            told,
        )
        text = "".join(page.extract_text() for page in PdfReader(target).pages)
        assert ORDER in text.replace("\n", "")
        assert "不是法律意见" in text.replace("\n", "")
        assert target.stat().st_mode & 0o077 == 0

    def test_all_papers_as_zip(self, told: Path, tmp_path: Path) -> None:
        target = tmp_path / "a.zip"
        out("case", "export", "--format", "zip", "-o", target, "--db", told)
        with zipfile.ZipFile(BytesIO(target.read_bytes())) as bundle:
            assert "目录.txt" in bundle.namelist()
            assert not any(name.endswith(".ics") for name in bundle.namelist())

    def test_the_calendar_holds_the_snoozed_question(self, own: Path) -> None:
        chat(own, {"button": "cmd:snooze", "id": 9})
        calendar = Calendar.from_ical(out("case", "export", "--format", "ics", "--db", own))
        [event] = calendar.walk("VEVENT")
        assert event.decoded("dtstart") == datetime.fromisoformat("2026-11-21T10:00:00+08:00")

    def test_forget_lists_what_was_deleted(self, own: Path) -> None:
        text = out("case", "forget", "--db", own)
        assert "删了案子 c1" in text
        assert "删了设置和锁着的号码" in text
        assert "没有要删的" in out("case", "forget", "--db", own, code=1)

    @pytest.mark.parametrize(
        ("args", "says"),
        [
            (("show", "c9"), "没有案子 c9"),
            (("show", "--user", "you"), "没有 you 的案子"),
            (("export", "--format", "pdf"), "-o"),
            (("export", "--format", "txt", "--paper", "c12315_sellr"), "c12315_seller"),
            (("export", "--format", "ics"), "没有要提醒的日子"),
        ],
    )
    def test_mistakes_say_what_to_do(self, told: Path, args: tuple[str, ...], says: str) -> None:
        done = zhenren("case", *args, "--db", told)
        assert done.returncode == 2
        assert says in done.stderr.decode()

    def test_without_a_store_it_says_how_to_name_one(self) -> None:
        done = zhenren("case", "list")
        assert done.returncode == 2
        assert "--db" in done.stderr.decode()

    def test_reading_makes_no_file(self, tmp_path: Path) -> None:
        assert zhenren("case", "list", "--db", tmp_path / "no.db").returncode == 2
        assert list(tmp_path.iterdir()) == []


class TestBackup:
    def test_a_restored_backup_goes_on_where_it_was(self, own: Path, tmp_path: Path) -> None:
        backup = tmp_path / "b.db"
        assert "1 个人，1 个案子" in out("backup", backup, "--db", own)
        before = out("case", "show", "--json", "--db", own)
        out("case", "forget", "--db", own)
        assert "原来的存档留在" in out("restore", backup, "--db", own)
        assert out("case", "show", "--json", "--db", own) == before
        [turn] = chat(own, {"button": "cmd:repeat", "id": 5})
        assert turn["issue"] == "order.refund"

    def test_a_backup_is_taken_while_it_is_in_use(self, own: Path, tmp_path: Path) -> None:
        with sqlite3.connect(own) as other:
            other.execute("SELECT * FROM cases").fetchall()
            out("backup", tmp_path / "b.db", "--db", own)

    def test_a_store_in_use_is_not_replaced(self, own: Path, tmp_path: Path) -> None:
        out("backup", tmp_path / "b.db", "--db", own)
        other = sqlite3.connect(own)
        other.execute("BEGIN IMMEDIATE")
        done = zhenren("restore", tmp_path / "b.db", "--db", own)
        other.rollback()
        other.close()
        assert done.returncode == 2
        assert "正在用着" in done.stderr.decode()

    @pytest.mark.parametrize(
        ("content", "says"), [(b"", "不是真人的存档"), (b"x" * 9000, "不是真人的存档")]
    )
    def test_what_is_no_backup_replaces_nothing(
        self, own: Path, tmp_path: Path, content: bytes, says: str
    ) -> None:
        (tmp_path / "bad.db").write_bytes(content)
        before = own.read_bytes()
        done = zhenren("restore", tmp_path / "bad.db", "--db", own)
        assert done.returncode == 2
        assert says in done.stderr.decode()
        assert own.read_bytes() == before

    def test_a_backup_does_not_overwrite(self, own: Path, tmp_path: Path) -> None:
        (tmp_path / "b.db").write_bytes(b"mine")
        assert zhenren("backup", tmp_path / "b.db", "--db", own).returncode == 2
        assert (tmp_path / "b.db").read_bytes() == b"mine"

    def test_postgres_has_tools_of_its_own(self, tmp_path: Path) -> None:
        done = zhenren("backup", tmp_path / "b", "--db", "postgresql://127.0.0.1/none")
        assert done.returncode == 2
        assert "pg_dump" in done.stderr.decode()


class TestStats:
    def test_what_was_given_is_counted_without_who(self, own: Path) -> None:
        lines = [{"button": "cmd:unsure", "id": n} for n in range(10, 20)]
        chat(own, *lines)
        [row, *_] = json.loads(out("stats", "--json", "--db", own))
        assert row["given"] == 1
        assert row["phrase"].startswith(("order.", "shared."))
        with sqlite3.connect(own) as connection:
            columns = [each[1] for each in connection.execute("PRAGMA table_info(counts)")]
        assert columns == ["phrase", "reply", "n"]

    def test_an_empty_store_says_so(self, tmp_path: Path) -> None:
        chat(tmp_path / "me.db", {"text": "你好"})
        assert "还没有数据" in out("stats", "--db", tmp_path / "me.db")
