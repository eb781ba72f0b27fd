"""What an examination has found: lines of a fact and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Line", "bad", "exit_code", "fine", "shown", "warn"]

_MARKS = {"ok": "✓", "warn": "！", "bad": "✗"}


@dataclass(frozen=True, slots=True)
class Line:
    """`level`: ok, warn (it runs, and should be looked at) or bad (it does not run). `fix` may be empty."""

    name: str
    level: str
    fact: str
    fix: str = ""

    def __str__(self) -> str:
        return f"{_MARKS[self.level]} {self.name}：{self.fact}。" + (
            f"{self.fix}。" if self.fix else ""
        )


def fine(name: str, fact: str, fix: str = "") -> Line:
    return Line(name, "ok", fact, fix)


def warn(name: str, fact: str, fix: str) -> Line:
    return Line(name, "warn", fact, fix)


def bad(name: str, fact: str, fix: str) -> Line:
    return Line(name, "bad", fact, fix)


def exit_code(lines: Sequence[Line]) -> int:
    """0 all is well, 1 something should be looked at, 2 it does not run."""
    levels = {line.level for line in lines}
    return 2 if "bad" in levels else int("warn" in levels)


def shown(lines: Sequence[Line]) -> str:
    """All lines and a summary, for a terminal."""
    ends = ("都好，可以运行。", "能运行，带！的看一下。", "现在运行不了，先处理带 ✗ 的。")
    return "\n".join([*map(str, lines), ends[exit_code(lines)]])
