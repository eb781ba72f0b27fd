"""A Turn: what one trigger is given, and what comes out of it.

`Turn` is the working sheet that machine callbacks write on; `Outcome` is the finished, immutable result.
Consecutive texts flow into one Response; a sentence to paste closes it, so that every phrase stands
directly under the words that introduce it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.core.command import Clarify, Command, Reply
from bot.core.event import Event
from bot.core.slots import Value
from bot.core.tracker import Due, Tracker

__all__ = ["Button", "Copy", "Outcome", "Response", "Turn", "digest"]


@dataclass(frozen=True, slots=True)
class Button:
    """`value` is what a press sends back (≤ 64 bytes); `issues` only on clarifying questions."""

    label: str
    value: str
    issues: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Copy:
    """A sentence to paste, at most 256 characters; `phrase` is its stable id."""

    phrase: str
    text: str


@dataclass(frozen=True, slots=True)
class Response:
    text: str
    copies: tuple[Copy, ...] = ()
    buttons: tuple[Button, ...] = ()


@dataclass(slots=True, eq=False)
class Turn:
    """The working sheet of one turn.

    `target` is the state that a guarded back/resume/correct edge may lead to; `parked` is set by the state
    that takes the floor and ends the macrostep; `rerun` silences texts that were already said. `changes`
    are corrected answers (title, old, new), `changed` the one being spoken of.
    """

    now: datetime
    trigger: str
    command: Command | None = None
    target: str | None = None
    rerun: bool = False
    parked: str | None = None
    changed: Mapping[str, str] = field(default_factory=dict)
    changes: tuple[Mapping[str, str], ...] = ()
    texts: list[str] = field(default_factory=list)
    responses: list[Response] = field(default_factory=list)
    buttons: list[Button] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    path: list[str] = field(default_factory=list)
    edges: list[object] = field(default_factory=list)

    @property
    def reply(self) -> Reply | None:
        return self.command if isinstance(self.command, Reply) else None

    @property
    def clarify(self) -> Clarify | None:
        return self.command if isinstance(self.command, Clarify) else None

    def record(self, tracker: Tracker, event: Event) -> None:
        """Append the event and let the tracker follow it."""
        self.events.append(event)
        tracker.apply(event)

    def say(self, text: str) -> None:
        if text and text not in self.texts:
            self.texts.append(text)

    def offer(self, copies: tuple[Copy, ...]) -> None:
        """Put sentences to paste under what was said so far."""
        self.responses.append(Response("\n".join(self.texts), copies))
        self.texts = []

    def finish(self) -> tuple[Response, ...]:
        """The responses, with the buttons on the last one."""
        if self.texts:
            self.responses.append(Response("\n".join(self.texts)))
            self.texts = []
        if self.buttons and self.responses:
            last = self.responses[-1]
            self.responses[-1] = Response(last.text, last.copies, tuple(self.buttons))
        return tuple(self.responses)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a turn came to; `due` are all reminders of the case, soonest first."""

    number: int
    state: str
    case: str
    issue: str | None
    candidates: tuple[tuple[str, float], ...]
    slots: Mapping[str, Value]
    responses: tuple[Response, ...]
    events: tuple[Event, ...]
    due: tuple[Due, ...]
    edges: tuple[object, ...]
    ladder: tuple[str, ...] = ()
    stage: str | None = None


def digest(text: str) -> str:
    """A short stable stand-in for a text, so that no sentence need be stored to recognise it."""
    return hashlib.blake2b(text.encode(), digest_size=6).hexdigest()
