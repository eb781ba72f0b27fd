"""Commands: what a message means, as the interpreter reads it. The policy turns them into one trigger.

A button, a typed answer and a pasted reply become the same commands; the core never sees text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.core.slots import Value

__all__ = [
    "CONTROLS",
    "Alarm",
    "Aside",
    "CannotHandle",
    "Clarify",
    "Command",
    "Control",
    "Elapsed",
    "Option",
    "Question",
    "Reply",
    "Resize",
    "SetSlot",
    "StartIssue",
]

CONTROLS = frozenset(
    {
        "cancel",
        "restart",
        "back",
        "help",
        "repeat",
        "why",
        "skip",
        "unsure",
        "sent",
        "resume",
        "reopen",
    }
    | {"news", "new", "snooze", "forget", "forget_yes", "forget_no", "keep_on", "keep_off"}
)
"""Names of `Control`: things a person can ask of the conversation itself."""


class Command:
    """Base of all commands."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class SetSlot(Command):
    """A value that the message gives. `asked`: it answers the question at hand."""

    slot: str
    value: Value
    asked: bool = False


@dataclass(frozen=True, slots=True)
class StartIssue(Command):
    """The message is about this issue. `correction`: it replaces the issue of the case."""

    issue: str
    correction: bool = False
    second: str | None = None


@dataclass(frozen=True, slots=True)
class Option:
    """One way to answer a clarifying question, and the issues it would keep."""

    label: str
    value: str
    issues: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """A clarifying question."""

    id: str
    text: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Clarify(Command):
    """The issue is not decided: ask this."""

    question: Question
    candidates: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Reply(Command):
    """What the other side did; `fields` may hold ticket_no, promised_time, reason, requested, deadline."""

    reply: str
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Aside(Command):
    """A digression: the id of an answer, or the name of a say-pattern. `number`: a quoted hotline."""

    topic: str
    number: str | None = None


@dataclass(frozen=True, slots=True)
class Alarm(Command):
    """Danger: `kind` is the name of a step-pattern or the id of an issue flow."""

    kind: str


@dataclass(frozen=True, slots=True)
class Control(Command):
    name: str


@dataclass(frozen=True, slots=True)
class Resize(Command):
    """A written text in another length: `size` in characters, or -1 / 1 for shorter / longer."""

    size: int


@dataclass(frozen=True, slots=True)
class Elapsed(Command):
    """A due time has come for the state that set it."""

    kind: str


@dataclass(frozen=True, slots=True)
class CannotHandle(Command):
    """Nothing was understood."""
