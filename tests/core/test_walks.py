"""Random walks over the real flows: whatever people answer, the engine keeps its promises."""

import random
from datetime import date

import pytest

from bot.app import build_engine
from bot.config import flows_dir, locales_dir
from bot.core.command import Control
from bot.core.event import CaseClosed
from bot.core.flow import REPLY_CLASSES, End
from bot.core.machine import fold
from bot.core.tracker import Tracker
from bot.flows.loader import load_flows
from bot.testing import Person, Walk

TODAY = date(2026, 11, 20)
ISSUES = load_flows(flows_dir(), TODAY).issues
WALKS = 60
TURNS = 80
BOUND = 260
"""So many turns of a stubborn other side may a case take before it ends honestly."""

OBSTINATE = (
    "repeated_template",
    "link_only",
    "marked_resolved",
    "auto_closed",
    "refused",
    "silence",
    "other",
)


@pytest.fixture(scope="module")
def engine():
    return build_engine(flows_dir(), locales_dir(), TODAY)


def walk(engine, seed, **person):
    return Walk(engine.manager, dict(engine.flows.slots), Person(random.Random(seed), **person))


@pytest.mark.parametrize("issue", ISSUES)
def test_random_walks_keep_the_invariants(engine, issue):
    for seed in range(WALKS):
        going = walk(engine, f"{issue}{seed}")
        going.begin(issue)
        going.run(TURNS)
        where = "\n".join(going.path[-6:])
        assert going.state.listens, where
        assert len(going.given) == len(set(going.given)), (
            f"{_twice(going.given)} given twice\n{where}"
        )
        again = fold(engine.machine, Tracker("walk", "c1"), going.events)
        assert again.digest() == going.tracker.digest(), where


@pytest.mark.parametrize("issue", ISSUES)
def test_an_obstinate_other_side_still_leads_to_an_end(engine, issue):
    """Every path reaches a human, an outside channel or an honest stop within a bound."""
    for seed in range(12):
        going = walk(engine, f"{issue}{seed}", replies=OBSTINATE, detours=0.0)
        going.begin(issue)
        taken = going.run(BOUND)
        assert going.ended, f"still at {going.state.id} after {taken} turns\n" + "\n".join(
            going.path[-12:]
        )


@pytest.mark.parametrize("issue", ISSUES)
def test_knowing_nothing_still_leads_to_an_end(engine, issue):
    for seed in range(6):
        going = walk(engine, f"{issue}{seed}", replies=OBSTINATE, detours=0.0, knows=0.0)
        going.begin(issue)
        going.run(BOUND)
        assert going.ended, f"still at {going.state.id}\n" + "\n".join(going.path[-12:])


@pytest.mark.parametrize("issue", ISSUES)
def test_a_person_who_reaches_a_human_gets_somewhere(engine, issue):
    for seed in range(6):
        going = walk(
            engine, f"{issue}{seed}", replies=("human_answered", "promised_later"), detours=0.0
        )
        going.begin(issue)
        going.run(BOUND)
        assert any(isinstance(event, CaseClosed) for event in going.events), "\n".join(
            going.path[-12:]
        )


def test_the_ways_out_are_legal_everywhere(engine):
    """Cancel, back, help, restart, repeat, alarms, digressions and corrections in every listening state."""
    machine = engine.machine
    for name in engine.build.spec.listening:
        for trigger in ("aside", "repeat", "restart", "alarm", "switch", "back", "correct"):
            assert machine.listens(name, trigger), f"{name} does not listen to {trigger}"
        issue_state = not name.startswith("patterns.") and not name.endswith(".paused")
        assert machine.listens(name, "cancel") == issue_state, name


def test_every_coach_answers_every_reaction(engine):
    machine = engine.machine
    coaches = [s for s in engine.build.spec.states.values() if type(s.step).__name__ == "Coach"]
    assert coaches
    for state in coaches:
        for reply in REPLY_CLASSES:
            assert machine.listens(state.id, f"reply_{reply}"), (
                f"{state.id} has no answer to {reply}"
            )


@pytest.mark.parametrize("issue", ISSUES)
def test_every_issue_ends_solved_and_stopped(engine, issue):
    ends = {
        s.step.outcome
        for s in engine.build.spec.states.values()
        if s.root == issue and isinstance(s.step, End) and s.listens
    }
    assert "solved" in ends
    assert ends - {"solved"}, "an honest stop is missing"


@pytest.mark.parametrize("issue", ISSUES)
def test_cancel_and_resume_come_back_to_the_same_place(engine, issue):
    going = walk(engine, issue, detours=0.0)
    going.begin(issue)
    going.run(6)
    if going.ended:
        going.begin(issue)
    before = going.state.id
    going.step(Control("cancel"))
    assert going.state.id == f"{going.tracker.issue}.paused"
    going.step(Control("resume"))
    assert going.state.id == before


def _twice(given):
    return [text for text in set(given) if given.count(text) > 1]
