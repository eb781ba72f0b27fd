"""The composition root: builds the engine from a directory of flows and one of locales."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.agent import Agent
from bot.cases.ranking import Ranking
from bot.cases.veil import Vault
from bot.cases.workdays import ChinaCalendar
from bot.core.builder import Builder
from bot.core.compiler import compile_flows
from bot.core.errors import FlowError
from bot.core.flow import FlowSet
from bot.core.machine import DialogueMachine
from bot.core.manager import Manager
from bot.desk import Desk
from bot.dossier import Dossier
from bot.flows.loader import load_flows
from bot.inbox import Inbox, Keeping
from bot.nlu.deciding import Decider
from bot.nlu.interpreter import Interpreter, ReadsText
from bot.nlu.masking import private_spans
from bot.nlu.reading import Reader
from bot.room import Outlet
from bot.store.base import Store
from bot.store.memory import MemoryStore
from bot.turns import Privacy, Reads, Seals, Turns

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

    def learn(self, ranking: Ranking) -> None:
        """From now on try the sentences of a ladder in the order that `ranking` gives."""
        self.build.voice.order = ranking.order

    def dossier(self) -> Dossier:
        """The reader of cases: files, papers, calendars."""
        return Dossier.of(self.build)

    def desk(self, store: Store, agent: Agent) -> Desk:
        """Where people's folders over `store` are opened, with what `agent` knows of their numbers."""
        return Desk(store, self.dossier, agent.veil)

    def agent(
        self,
        store: Store | None = None,
        reader: ReadsText | None = None,
        inbox: Inbox | None = None,
        sealer: Seals | None = None,
        outlet: Outlet | None = None,
    ) -> Agent:
        """A new agent over this engine; `reader` replaces the understanding of texts, `inbox` gets what was
        not understood, `sealer` locks away the numbers that a person asks to keep, and `outlet` takes queued answers."""
        reads: Reads = self.interpreter.reading_with(reader) if reader else self.interpreter
        if inbox is not None:
            reads = Keeping(reads, inbox)
        privacy = Privacy(self.flows.slots, Vault(private_spans), sealer)
        return Agent(Turns(self.manager, reads, privacy), store or MemoryStore(), outlet)


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
