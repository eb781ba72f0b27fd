"""`zhenren chat --json --db FILE` as a child process whose words on stderr are heard, too."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

__all__ = ["BANNED", "LATER_TURNS", "NOW", "Talk", "chat", "error_of", "text_of", "unprivileged"]

ROOT = Path(__file__).resolve().parents[2]
NOW = "2026-11-20T10:00"
BANNED = {"text": "早上突然永久封号，写违规引流，申诉不到一分钟就驳回", "id": "1"}
LATER_TURNS = (
    {"button": "notice_detail:category", "id": "2"},
    {"text": "不知道", "id": "3"},
    {"text": "为什么要问这个", "id": "4"},
)

_CHAT = "import sys; from bot.cli.main import main; sys.exit(main())"
_NOBODY = 65534
_DROP = f"""
import io, os, sys
from bot.cli.main import main

# Nobody may not read the interpreter's own files where it lies in root's home: all is imported before.
heard, said = sys.stdin, sys.stdout
sys.stdin, sys.stdout = io.StringIO('{{"text":"我的号被封了"}}'), io.StringIO()
assert main(["chat", "--json", "--db", sys.argv.pop(1)]) == 0
sys.stdin, sys.stdout = heard, said
os.setgroups([])
os.setgid({_NOBODY})
os.setuid({_NOBODY})
sys.exit(main())
"""


class Talk:
    """A child to talk to, line by line."""

    def __init__(self, db: Path, *, now: str = NOW, more: tuple[str, ...] = ()) -> None:
        options = ["chat", "--json", "--db", str(db), "--now", now, *more]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(
            [sys.executable, "-c", _CHAT, *options], cwd=ROOT, stdin=pipe, stdout=pipe, stderr=pipe
        )

    def say(self, line: dict[str, str]) -> dict[str, Any]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(line).encode() + b"\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        assert answer, self.process.communicate()[1].decode()
        found: dict[str, Any] = json.loads(answer)
        return found

    def leave(self) -> tuple[int, str]:
        """The exit status and what was on stderr."""
        _, told = self.process.communicate()
        return self.process.returncode, told.decode()

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


def chat(db: Path, *lines: dict[str, str], now: str = NOW) -> tuple[list[dict[str, Any]], str]:
    """A whole talk that ends well: the answers, and what was on stderr."""
    talk = Talk(db, now=now)
    answers = [talk.say(line) for line in lines]
    status, told = talk.leave()
    assert status == 0, told
    return answers, told


def unprivileged(db: Path, warm: Path) -> subprocess.CompletedProcess[str]:
    """One line to a child that may not do everything; as root it is nobody once all is imported."""
    options = ["chat", "--json", "--db", str(db), "--now", NOW]
    script = [_DROP, str(warm)] if os.getuid() == 0 else [_CHAT]
    command = [sys.executable, "-c", *script, *options]
    line = json.dumps(BANNED) + "\n"
    return subprocess.run(
        command, cwd=ROOT, input=line, capture_output=True, text=True, check=False
    )


def error_of(answer: dict[str, Any]) -> str:
    """What the line says went wrong; nothing else is in it."""
    assert list(answer) == ["error"], answer
    return str(answer["error"])


def text_of(answer: dict[str, Any]) -> str:
    return "\n".join(each["text"] for each in answer["responses"])
