"""Sets of flows for the tests: the good base, and what happens when one file is added or replaced.

A file in `bad/` is a whole flow file; the comment lines on top say what must be found in it:

    # code: unknown_step       the one problem
    # line: 11                 in this file
    # says: 是不是想写 done     in the printed problem; as many as needed
    # replaces: facts.yaml     the file of the base it stands for; without it, it is added
    # adds: papers.yaml        instead: the name under which it is added
    # removes: facts.yaml      instead: the file of the base that goes missing
"""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from bot.checks import find_problems, write_lock
from bot.core.errors import Problem

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
BASE = HERE / "base"
BAD = HERE / "bad"
GOOD = HERE / "good"
TODAY = date(2026, 11, 20)

Site = tuple[str, int]
"""A source file of the bot, relative to the root, and a line in it."""

_HEAD = re.compile(r"# (\w+): (.*)")
_KEYS = {"code", "line", "says", "replaces", "removes", "adds"}
_PLACES = ("replaces", "removes", "adds")
WATCHED = (ROOT / "bot" / "flows", ROOT / "bot" / "core")


@dataclass(frozen=True)
class Bad:
    """A broken file and the one problem that must be found."""

    path: Path
    code: str
    line: int
    says: tuple[str, ...]
    place: str
    removes: bool
    new: bool

    @property
    def where(self) -> str:
        return f"flows/{self.place}:{self.line}"


def read_bad(path: Path) -> Bad:
    """The expectation on top of a bad file; an odd header is an error of the test data."""
    head: dict[str, list[str]] = {}
    for line in _text(path).splitlines():
        match = _HEAD.fullmatch(line)
        if match is None:
            break
        head.setdefault(match[1], []).append(match[2])
    assert head.keys() <= _KEYS, f"{path.name}: unknown header {head.keys() - _KEYS}"
    [code], [line_number] = head["code"], head["line"]
    [place] = next((head[key] for key in _PLACES if key in head), [path.name])
    new = not {"replaces", "removes"} & head.keys()
    return Bad(path, code, int(line_number), tuple(head["says"]), place, "removes" in head, new)


def _text(path: Path) -> str:
    data = path.read_bytes()
    try:
        return data.decode()
    except UnicodeDecodeError:  # the file whose kind is "not UTF-8"
        return data.decode("gb18030")


@contextmanager
def base_set() -> Iterator[Path]:
    """A copy of the base that the test may change."""
    with tempfile.TemporaryDirectory() as directory:
        yield shutil.copytree(BASE, Path(directory) / "flows")


def check(flows: Path) -> list[Problem]:
    """All problems of a set, its resting places taken as they are."""
    write_lock(flows)
    return find_problems(flows, flows.parent / "locales", None, TODAY)


@cache
def outcome(bad: Bad) -> tuple[tuple[Problem, ...], frozenset[Site]]:
    """What is found in the base with the bad file in it, and which source lines complained."""
    with base_set() as flows, _watching() as sites:
        if bad.removes:
            (flows / bad.place).unlink()
        else:
            shutil.copy(bad.path, flows / bad.place)
        problems = check(flows)
    return tuple(problems), frozenset(sites)


@contextmanager
def _watching() -> Iterator[set[Site]]:
    """The source lines that are being run whenever a Problem is made."""
    sites: set[Site] = set()
    make = Problem.__init__

    def init(self: Problem, *args: Any, **named: Any) -> None:
        frame: FrameType | None = sys._getframe(1)
        while frame is not None:
            file = Path(frame.f_code.co_filename)
            if file.parent in WATCHED:
                sites.add((file.relative_to(ROOT).as_posix(), frame.f_lineno))
            frame = frame.f_back
        make(self, *args, **named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Problem, "__init__", init)
        yield sites
