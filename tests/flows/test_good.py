"""Right sets of flows give no problem: the base of these tests, tricky ones, and the flows of the bot."""

from __future__ import annotations

import shutil
from functools import cache

import pytest

from bot.cases.workdays import ChinaCalendar
from bot.core.compiler import compile_flows
from bot.core.errors import Problem
from bot.core.flow import Ask, Branch, Call, Coach, End, Link, Say, Set, Wait, Write
from bot.flows.loader import load_flows, read_flows
from tests.flows.sets import BASE, GOOD, ROOT, TODAY, base_set, check

REAL = ROOT / "flows"
REAL_FILES = sorted(path.relative_to(ROOT).as_posix() for path in REAL.rglob("*.yaml"))


def test_the_base_is_right() -> None:
    """Else every bad file would be reported beside the base's own problems."""
    with base_set() as flows:
        assert check(flows) == []


def test_the_base_uses_the_whole_language() -> None:
    """Each of the ten verbs, so that a check which grew too strict is seen here first."""
    steps = [step for flow in load_flows(BASE, TODAY).flows.values() for step in flow.walk()]
    assert {type(step) for step in steps} == {
        Say,
        Ask,
        Coach,
        Write,
        Wait,
        Branch,
        Set,
        Call,
        Link,
        End,
    }


@pytest.mark.parametrize("name", sorted(path.name for path in GOOD.iterdir()))
def test_a_tricky_file_is_right(name: str) -> None:
    """What looks like a mistake and is none is not reported."""
    with base_set() as flows:
        shutil.copy(GOOD / name, flows / name)
        assert "\n".join(map(str, check(flows))) == ""


def test_patterns_may_have_slots_of_their_own() -> None:
    """As a category may; the shared ones stay known beside them."""
    with base_set() as flows:
        path = flows / "patterns.yaml"
        own = "slots:\n  mood: {title: 心情, type: text}\n"
        path.write_text(own + path.read_text(encoding="utf-8"), encoding="utf-8")
        read = load_flows(flows, TODAY)
    assert {"mood", "amount", "letter_name"} <= read.slots.keys()


@cache
def real_problems() -> tuple[Problem, ...]:
    flows, form = read_flows(REAL, TODAY)
    return (*form, *compile_flows(flows, ChinaCalendar()).problems)


@pytest.mark.parametrize("name", REAL_FILES)
def test_the_bots_own_flows_are_well_formed(name: str) -> None:
    """No problem of form or structure in any of its files."""
    found = [str(problem) for problem in real_problems() if problem.mark.file == name]
    assert found == []


def test_no_problem_lies_outside_of_the_files() -> None:
    """The problems above are all there are."""
    assert {problem.mark.file for problem in real_problems()} <= set(REAL_FILES)
    assert len(REAL_FILES) > 10
