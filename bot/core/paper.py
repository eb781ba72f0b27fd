"""Papers and evidence as authored: what is put on paper for whom, and what has to be kept for it.

A Paper is a list of sections; its texts are Templates, so a clause whose slot is unknown is dropped and
nothing is invented to fill a gap. Evidence items say what a thing proves and what to cover on it; the things
themselves are never stored.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.conditions import Condition
from bot.core.errors import Mark
from bot.core.text import Template

__all__ = ["SOURCES", "Evidence", "Line", "Paper", "PaperSection"]

SOURCES = ("evidence", "checklist", "timeline", "phrases", "letter")
"""What a section can take from the case itself: the evidence that is there, the whole list with what is
missing and what to cover, what happened, the sentences given so far, and the problem's own description."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing to keep: what it `proves`, and what to cover before it is sent (`blur`, may be empty)."""

    id: str
    title: str
    proves: str
    mark: Mark
    blur: str = ""
    guard: Condition | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One field of a form. `hint` says what to write there when the value is unknown."""

    label: str
    value: Template
    mark: Mark
    hint: str = ""
    guard: Condition | None = None


@dataclass(frozen=True, slots=True)
class PaperSection:
    """Exactly one of: `fields`, `parts` (sentences that flow together), `items`, `source`."""

    title: str
    mark: Mark
    fields: tuple[Line, ...] = ()
    parts: tuple[Template, ...] = ()
    items: tuple[Template, ...] = ()
    source: str = ""
    guard: Condition | None = None


@dataclass(frozen=True, slots=True)
class Paper:
    """`use` says where it is handed in, by facts alone; `issues` are the problems it is offered for (all
    when empty); `cites` are the ids of official facts named as sources."""

    id: str
    title: str
    use: Template
    mark: Mark
    sections: tuple[PaperSection, ...]
    issues: tuple[str, ...] = ()
    guard: Condition | None = None
    cites: tuple[str, ...] = ()
