"""Errors of the whole project, by the person who can act on them.

ZhenrenError
├── FlowError      the author of flows: carries every Problem found, not only the first
├── ConfigError    the admin: says what to change
├── StorageError   the admin: the store cannot; the chat user is told that this message was not kept
└── EngineError    a bug of ours; a chat user never sees more than one kind sentence
    ├── FlowLoopError    a macrostep did not come to rest
    └── IllegalTrigger   a trigger that the state does not listen to
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

__all__ = [
    "ConfigError",
    "EngineError",
    "FlowError",
    "FlowLoopError",
    "IllegalTrigger",
    "Mark",
    "Problem",
    "StorageError",
    "ZhenrenError",
    "did_you_mean",
]


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """A place in an authored file; `line` counts from 1."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong in authored data: where, what, the fact and the fix."""

    mark: Mark
    code: str
    subject: str
    fact: str
    fix: str

    def __str__(self) -> str:
        return f"{self.mark}: {self.subject}：{self.fact}。{self.fix}。"


class ZhenrenError(Exception):
    """Base of every error that this project raises on purpose."""


class FlowError(ZhenrenError):
    """The authored files have problems; `problems` holds all of them, sorted by place."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class ConfigError(ZhenrenError):
    """A setting is missing or wrong; the message says what to change."""


class StorageError(ZhenrenError):
    """The store cannot read or write; the message says what to do. Nothing was written."""


class EngineError(ZhenrenError):
    """The engine met a state of affairs that its own checks should have excluded."""


class FlowLoopError(EngineError):
    """A macrostep passed its step limit without reaching a state that listens."""

    def __init__(self, path: Iterable[str]) -> None:
        self.path = tuple(path)
        super().__init__(f"no listening state after {len(self.path)} steps: {self.path[-6:]}")


class IllegalTrigger(EngineError):
    """The state does not listen to this trigger; the tracker is unchanged."""

    def __init__(self, trigger: str, state: str) -> None:
        self.trigger, self.state = trigger, state
        super().__init__(f"{state} does not listen to {trigger}")


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A Chinese hint with the closest known name, or a short list of what there is."""
    names = sorted(known)
    close = difflib.get_close_matches(name, names, n=1, cutoff=0.6)
    if close:
        return f"是不是想写 {close[0]}"
    if names:
        return "可以写：" + "、".join(names[:8]) + ("……" if len(names) > 8 else "")
    return "这里还没有可写的名字"
