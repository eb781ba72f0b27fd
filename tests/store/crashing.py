"""What the kill tests stand on: scripted conversations, a child process to kill, and what must be true after it.

A `Reference` is the same script without interruption: each `Step` holds the line, the virtual time it is sent
at, what it was answered and the whole journal after it. A line is confirmed when its answer was read; the
first unconfirmed one is sent again, texts and buttons with the same id. An `advance` has no id: sent again from
the same virtual time it must find what is left to fall due, and fire that only.
"""

from __future__ import annotations

import asyncio
import io
import json
import random
import select
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from bot.app import Engine, build_engine
from bot.channels.clock import Clock
from bot.channels.console.pipe import Conversation, run_json
from bot.config import flows_dir, locales_dir
from bot.core.event import DueDone, DueSet, TurnStarted
from bot.core.machine import fold
from bot.core.tracker import Tracker
from bot.i18n.script import localize, written_in
from bot.store.base import Entry, Store
from bot.store.memory import MemoryStore
from bot.stories import Story, load_stories

__all__ = [
    "START",
    "Child",
    "Journals",
    "Reference",
    "Step",
    "audit",
    "compare",
    "conversations",
    "crash",
    "engine",
    "journals",
    "looking",
    "replay",
    "script",
    "sound",
    "uninterrupted",
]

ROOT = Path(__file__).resolve().parents[2]
USER = "me"
START = datetime(2026, 11, 20, 10)
SHORTEST, LONGEST = 8, 15  # turns of one conversation
CORRECTION = "不对，我刚才说错了"

Journals = dict[str, list[Entry]]
Opens = Callable[[], AbstractAsyncContextManager[Store]]


def engine() -> Engine:
    """The real flows and texts, built as the child builds them."""
    return build_engine(flows_dir(), locales_dir(), date.today())


# ── the child ───────────────────────────────────────────────────────────────
class Child:
    """`zhenren chat --json --db ADDRESS` in a process of its own, on a clock that stands at `now`."""

    def __init__(self, address: str, now: datetime) -> None:
        options = ["--json", "--db", address, "--user", USER, "--now", now.isoformat()]
        command = [sys.executable, "-m", "bot.cli", "chat", *options]
        self._process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def write(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n".encode())
        self._process.stdin.flush()

    def wait_until_answered(self) -> None:
        """The answer is in the pipe; nobody has read it."""
        assert self._process.stdout is not None
        select.select([self._process.stdout], [], [])

    def read(self) -> dict[str, Any]:
        """The next answer: its turn is confirmed now."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, f"the child has ended by itself with {self._process.wait()}"
        said: dict[str, Any] = json.loads(line)
        return said

    def kill(self) -> None:
        """SIGKILL, at once; what it had written and nobody read is gone."""
        self._process.kill()
        self._process.communicate()

    def leave(self) -> int:
        """End of the input; the exit status."""
        rest, _ = self._process.communicate()
        assert not rest, "the child has said more than it was asked"
        return self._process.returncode


# ── the script ──────────────────────────────────────────────────────────────
def conversations() -> list[Story]:
    """Stories of every kind that are long enough and need no help to be understood."""
    stories, problems = load_stories(ROOT / "tests" / "stories")
    assert not list(problems)
    return [each for each in stories if not each.about and len(each.turns) >= SHORTEST]


def script(rng: random.Random, stories: list[Story], several: int) -> list[tuple[str, str]]:
    """`several` conversations of different files, one after the other, each a case of its own."""
    files = sorted({each.mark.file for each in stories})
    said: list[tuple[str, str]] = []
    for file in rng.sample(files, several):
        fitting = [each for each in stories if each.mark.file == file]
        story = rng.choice([each for each in fitting if _waits(each)] or fitting)
        turns = [(turn.kind, turn.value) for turn in story.turns[:LONGEST]]
        turns.insert(rng.randrange(2, len(turns)), ("user", CORRECTION))
        said += [("new", ""), *turns, ("advance", "3d")]
    return said[1:]  # the first case opens by itself


def _waits(story: Story) -> bool:
    return any(turn.kind == "advance" for turn in story.turns[:LONGEST])


# ── the uninterrupted run ───────────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class Step:
    """A line, when it is sent, what it is answered, and the journal after it."""

    line: str
    now: datetime
    said: dict[str, Any]
    after: Journals

    @property
    def advances(self) -> bool:
        return "advance" in json.loads(self.line)

    @property
    def fires(self) -> bool:
        """Time passes and something falls due."""
        return self.advances and bool(self.said["events"])


@dataclass(slots=True)
class Reference:
    """A script without interruption. `hidden` are the values that the store never gets, by placeholder."""

    steps: list[Step] = field(default_factory=list)
    counts: dict[tuple[str, str], int] = field(default_factory=dict)
    hidden: dict[str, str] = field(default_factory=dict)


async def journals(store: Store) -> Journals:
    """Every case of the person with its turns."""
    cases = [view.case for view in await store.overview(USER)]
    return {case: await store.journal(USER, case) for case in cases}


async def uninterrupted(built: Engine, said: Iterable[tuple[str, str]]) -> Reference:
    """Play the script in this process, line by line as the child reads them."""
    store, clock, found = MemoryStore(), Clock(START), Reference()
    agent = built.agent(store)
    talk = Conversation(agent, USER, clock, localize, None, written_in)
    offered: dict[str, str] = {}
    for number, (kind, value) in enumerate(said):
        line, now = _line(number, kind, value, offered), clock.now()
        answer = await _answer(talk, line)
        offered = {b["label"]: b["value"] for each in answer["responses"] for b in each["buttons"]}
        found.steps.append(Step(line, now, answer, await journals(store)))
    found.counts = await store.counts()
    found.hidden = (await agent.veil(await store.load(USER))).known
    return found


async def replay(built: Engine, store: Store, lines: Iterable[str]) -> None:
    """Write lines into a store, in this process."""
    talk = Conversation(built.agent(store), USER, Clock(START), localize, None, written_in)
    for line in lines:
        await _answer(talk, line)


async def _answer(talk: Conversation, line: str) -> dict[str, Any]:
    out = io.StringIO()
    await run_json(talk, [line], out)
    answer: dict[str, Any] = json.loads(out.getvalue())
    assert "error" not in answer, answer
    return answer


def _line(number: int, kind: str, value: str, offered: dict[str, str]) -> str:
    if kind == "advance":
        return json.dumps({"advance": value})
    if kind == "button":
        value = offered.get(value, value)
    kind = {"user": "text", "stale": "button"}.get(kind, kind)
    return json.dumps({kind: value, "id": str(number)}, ensure_ascii=False)


# ── killing ─────────────────────────────────────────────────────────────────
MOMENTS = ("idle", "at once", "soon", "unheard", "starting")
"""Before a line, right after it was written, some milliseconds later, when its answer stands in the pipe, and
three times: before a line and while each of the next two children starts."""


def crash(
    reference: Reference, address: str, rng: random.Random, kills: int, look: Callable[[int], None]
) -> int:
    """Play the script through children that are killed `kills` times; `look` at the store after every restart,
    with the number of the last confirmed step. How often a child was killed."""
    killed = 0
    plan = _plan(rng, reference.steps, kills)
    child = Child(address, START)
    for number, step in enumerate(reference.steps):
        moment = plan.get(number)
        if moment is not None:
            _interrupt(child, step, moment, rng)
            killed += _kills(moment)
            child = _restarted(address, step.now, moment, rng)
        child.write(step.line)
        compare(child.read(), step, reference.hidden, again=moment is not None)
        if moment is not None:
            look(number)
    assert child.leave() == 0
    look(len(reference.steps) - 1)
    return killed


def _plan(rng: random.Random, steps: list[Step], kills: int) -> dict[int, str]:
    """At which steps the child is killed, and in which moment: every moment has its turn, and if anything
    falls due in the script, one kill is there."""
    moments: list[str] = []
    while (left := kills - sum(map(_kills, moments))) > 0:
        fitting = [each for each in MOMENTS if _kills(each) <= left]
        rarest = min(moments.count(each) for each in fitting)
        moments.append(rng.choice([each for each in fitting if moments.count(each) == rarest]))
    firing = [number for number, step in enumerate(steps) if step.fires]
    chosen = {rng.choice(firing or range(len(steps)))}
    while len(chosen) < len(moments):
        chosen.add(rng.randrange(len(steps)))
    rng.shuffle(moments)
    return dict(zip(sorted(chosen), moments, strict=True))


def _kills(moment: str) -> int:
    return 3 if moment == "starting" else 1


def _interrupt(child: Child, step: Step, moment: str, rng: random.Random) -> None:
    if moment in ("at once", "soon", "unheard"):
        child.write(step.line)
    if moment == "soon":
        time.sleep(rng.uniform(0, 0.04))
    if moment == "unheard":
        child.wait_until_answered()
    child.kill()


def _restarted(address: str, now: datetime, moment: str, rng: random.Random) -> Child:
    for _ in range(_kills(moment) - 1):
        child = Child(address, now)
        time.sleep(rng.uniform(0.05, 0.9))
        child.kill()
    return Child(address, now)


# ── what must be true ───────────────────────────────────────────────────────
def compare(said: dict[str, Any], step: Step, hidden: dict[str, str], *, again: bool) -> None:
    """The answer is that of the uninterrupted run. A time that passes again does not say again what has fired,
    and a restarted child no longer knows hidden values: they stay behind their placeholders."""
    told = {key: value for key, value in said.items() if key not in _CHANGING}
    wanted = {key: value for key, value in step.said.items() if key not in _CHANGING}
    assert _shown(told, hidden) == _shown(wanted, hidden), step.line
    if not (again and step.advances) and not _private(step.said["responses"], hidden):
        assert said["responses"] == step.said["responses"], step.line
    if not again:
        assert said["events"] == step.said["events"], step.line


_CHANGING = ("responses", "events", "candidates")


def _shown(data: Any, hidden: dict[str, str]) -> Any:
    text = json.dumps(data, ensure_ascii=False, sort_keys=True)
    for placeholder, value in hidden.items():
        text = text.replace(placeholder, value)
    return json.loads(text)


def _private(data: Any, hidden: dict[str, str]) -> bool:
    text = json.dumps(data, ensure_ascii=False)
    return any(value in text for value in hidden.values())


async def audit(built: Engine, store: Store, wanted: Journals) -> None:
    """Nothing lost, nothing twice, all in order; turn numbers without gaps; the snapshot is the fold."""
    found = await journals(store)
    assert list(found) == list(wanted)
    for case, entries in found.items():
        for number, (entry, other) in enumerate(zip(entries, wanted[case], strict=False)):
            assert entry == other, f"{case}, turn {number}: {entry} instead of {other}"
        assert len(entries) == len(wanted[case]), case
    await sound(built, store)


async def sound(built: Engine, store: Store) -> None:
    """Of any store: turn numbers 0..n in each case, nothing due fires twice, a snapshot is the fold."""
    session = await store.load(USER)
    for case, entries in (await journals(store)).items():
        events = [event for entry in entries for event in entry.events]
        numbers = [event.number for event in events if isinstance(event, TurnStarted)]
        assert numbers == list(range(len(numbers))), case
        done = Counter(_due(event) for event in events if isinstance(event, DueDone))
        assert done <= Counter(_due(event) for event in events if isinstance(event, DueSet)), case
        assert session.lengths[case] == len(entries)
        folded = fold(built.machine, Tracker(USER, case), events)
        assert folded.digest() == session.cases[case].digest(), case


def _due(event: DueSet | DueDone) -> tuple[str, str, str]:
    return event.kind, event.at, event.state


def looking(opens: Opens, check: Callable[[Store, int], Awaitable[None]]) -> Callable[[int], None]:
    """A look into the store from outside, while the child rests."""

    async def look(number: int) -> None:
        async with opens() as store:
            await check(store, number)

    return lambda number: asyncio.run(look(number))
