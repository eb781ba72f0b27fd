"""The composition root: builds the engine from a directory of flows and one of locales."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.agent import Agent, Reads
from bot.cases.workdays import ChinaCalendar
from bot.core.builder import Builder
from bot.core.compiler import compile_flows
from bot.core.errors import FlowError
from bot.core.flow import FlowSet
from bot.core.machine import DialogueMachine
from bot.core.manager import Manager
from bot.flows.loader import load_flows
from bot.inbox import Inbox, Keeping
from bot.nlu.deciding import Decider
from bot.nlu.interpreter import Interpreter, ReadsText
from bot.nlu.reading import Reader
from bot.store.base import TrackerStore
from bot.store.memory import MemoryStore

__all__ = ["Engine", "build_engine"]


@dataclass(frozen=True, slots=True)
class Engine:
    """Everything that is loaded once and shared by all conversations."""

    flows: FlowSet
    build: Builder
    machine: DialogueMachine
    manager: Manager
    interpreter: Interpreter
    reader: Reader

    def agent(
        self,
        store: TrackerStore | None = None,
        reader: ReadsText | None = None,
        inbox: Inbox | None = None,
    ) -> Agent:
        """A new agent over this engine; `reader` replaces the understanding of texts, and `inbox` gets
        what was not understood."""
        reads: Reads = self.interpreter.reading_with(reader) if reader else self.interpreter
        if inbox is not None:
            reads = Keeping(reads, inbox)
        return Agent(self.manager, reads, store or MemoryStore())


def build_engine(flows_dir: Path, locales_dir: Path, today: date) -> Engine:
    """Load, compile and connect. Raises FlowError with every problem that keeps the flows from running."""
    with _collector_paused():
        flows = load_flows(flows_dir, today)
        calendar = ChinaCalendar()
        build = compile_flows(flows, calendar)
        if build.problems:
            raise FlowError(build.problems)
        machine = DialogueMachine(build.spec)
    nlu_dir = locales_dir / "zh_Hans" / "nlu"
    reader = Reader.load(nlu_dir)
    decider = Decider(flows, reader.questions)
    interpreter = Interpreter(reader, flows, decider, calendar)
    return Engine(flows, build, machine, Manager(machine, build), interpreter, reader)


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Building makes 10^5 objects that all stay: the collector would walk them again and again
    (0.65 s instead of 0.1 s), so it rests meanwhile and then leaves them alone for good."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
        gc.freeze()
