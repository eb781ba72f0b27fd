"""Public fakes and drivers for tests: a small engine without understanding, and a walker over any engine.

Nothing here mocks: flows are compiled and the real machine moves. Only the person is made up.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from bot.core.builder import Builder
from bot.core.calendar import PlainWeek
from bot.core.command import (
    Aside,
    CannotHandle,
    Command,
    Control,
    Elapsed,
    Reply,
    Resize,
    SetSlot,
    StartIssue,
)
from bot.core.compiler import compile_flows
from bot.core.event import Event
from bot.core.flow import REPLY_CLASSES, Ask, Coach, End, Wait, Write
from bot.core.machine import DialogueMachine
from bot.core.manager import Manager
from bot.core.slots import Slot, SlotType, Value
from bot.core.spec import State
from bot.core.tracker import Tracker
from bot.core.turn import Outcome
from bot.flows.loader import load_flows

__all__ = ["NOON", "Bench", "Person", "Walk", "compile_directory"]

NOON = datetime(2026, 11, 20, 12)


def compile_directory(directory: Path) -> Builder:
    """A compiled builder of a directory of flows; FlowError when they have problems."""
    return compile_flows(load_flows(directory, date(2026, 11, 20)), PlainWeek())


class Bench:
    """One case on a real manager, driven by commands: what the engine does without understanding."""

    def __init__(self, build: Builder, manager: Manager | None = None) -> None:
        self.manager = manager or Manager(DialogueMachine(build.spec), build)
        self.events: list[Event] = []
        self.copies: list[str] = []
        self.now = NOON
        self.tracker, self.last = self.manager.begin("bench", "c1", self.now)
        self._keep(self.last)

    def _keep(self, outcome: Outcome) -> None:
        self.events += outcome.events
        self.copies += [copy.text for each in outcome.responses for copy in each.copies]

    def do(self, *commands: Command) -> Outcome:
        """One turn."""
        self.tracker, self.last = self.manager.handle(self.tracker, commands, self.now)
        self._keep(self.last)
        return self.last

    def elapse(self) -> Outcome:
        """Let the soonest due item happen."""
        due = self.last.due[0]
        self.now = max(self.now, datetime.fromisoformat(due.at))
        self.tracker, outcome = self.manager.elapse(self.tracker, due, self.now)
        if outcome.responses:
            self.last = outcome
        self._keep(outcome)
        return outcome

    @property
    def state(self) -> str:
        return self.tracker.state

    @property
    def text(self) -> str:
        """All that was said in the last turn."""
        return "\n".join(response.text for response in self.last.responses)

    @property
    def labels(self) -> list[str]:
        return [button.label for response in self.last.responses for button in response.buttons]


@dataclass(slots=True)
class Person:
    """A made-up person: answers at random, or stubbornly the same way."""

    rng: random.Random
    replies: Sequence[str] = REPLY_CLASSES
    detours: float = 0.3
    knows: float = 0.8

    def answer(self, state: State, tracker: Tracker, slots: dict[str, Slot]) -> Command:
        """Something that this state could be told."""
        step = state.step
        if self.rng.random() < self.detours:
            return self._detour(state)
        if isinstance(step, Ask) and step.slot == "issue":
            return StartIssue("support.cant_find_human")
        if isinstance(step, Ask):
            return self._answer(step, slots)
        if isinstance(step, Coach):
            return Reply(self.rng.choice(self.replies))
        if isinstance(step, Wait):
            return self.rng.choice(
                [Elapsed("wait"), Control("news"), Reply(self.rng.choice(self.replies))]
            )
        if isinstance(step, Write):
            return self.rng.choice([Control("sent"), Control("sent"), Resize(50), Resize(500)])
        return Control("resume") if state.id.endswith(".paused") else Aside("help")

    def _answer(self, step: Ask, slots: dict[str, Slot]) -> Command:
        if self.rng.random() > self.knows:
            return Control("unsure")
        return SetSlot(step.slot, self.value(slots[step.slot], step.choices), asked=True)

    def value(self, slot: Slot, only: Sequence[str] = ()) -> Value:
        """A value of the slot's type."""
        if slot.type is SlotType.BOOL:
            return self.rng.random() < 0.5
        if slot.values:
            return self.rng.choice([each for each in slot.values if not only or each in only])
        if slot.type.numeric:
            return self.rng.randrange(1, 9000)
        if slot.type is SlotType.DATE:
            return date(2026, 11, self.rng.randrange(1, 29)).isoformat()
        return self.rng.choice(["就是这样", "它说按规则处理", "甲", "我也讲不明白，反正不对"])

    def _detour(self, state: State) -> Command:
        choices: list[Command] = [
            Control("why"),
            Control("repeat"),
            Control("back"),
            Control("skip"),
            CannotHandle(),
            Aside("privacy"),
            Aside("help"),
        ]
        return self.rng.choice(choices)


@dataclass(slots=True)
class Walk:
    """A walk over an engine: `given` are the sentences to paste that were given, in order."""

    manager: Manager
    slots: dict[str, Slot]
    person: Person
    tracker: Tracker = field(init=False)
    last: Outcome = field(init=False)
    start: Tracker = field(init=False)
    events: list[Event] = field(default_factory=list)
    given: list[str] = field(default_factory=list)
    path: list[str] = field(default_factory=list)

    def begin(self, issue: str) -> None:
        """Open a case on an issue."""
        self.tracker, self.last = self.manager.begin("walk", "c1", NOON)
        self._keep(None)
        self.step(StartIssue(issue))

    def step(self, command: Command) -> None:
        self.tracker, self.last = self.manager.handle(self.tracker, [command], NOON)
        self._keep(command)

    def _keep(self, command: Command | None) -> None:
        self.events += self.last.events
        self.path.append(f"{command} → {self.last.state}")
        if command == Control("repeat") or isinstance(command, Resize):
            return  # shown once more because it was asked for
        self.given += [copy.text for each in self.last.responses for copy in each.copies]

    @property
    def state(self) -> State:
        return self.manager.machine.spec.states[self.tracker.state]

    @property
    def ended(self) -> bool:
        return isinstance(self.state.step, End)

    def run(self, turns: int) -> int:
        """Answer until the case ends or `turns` are used up; the turns taken."""
        for number in range(turns):
            if self.ended:
                return number
            self.step(self.person.answer(self.state, self.tracker, self.slots))
        return turns
