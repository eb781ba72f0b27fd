"""Deleting an edge or swapping two destinations is noticed: by a story, by an inlined twin, or by the rules.

Each sampled mutation is tried against three detectors: what every state must listen to, the other inlined
copies of the same authored line, and the stories that took that edge.
"""

import random
from collections import Counter
from dataclasses import replace
from datetime import date

import pytest

from bot.app import build_engine
from bot.config import flows_dir, locales_dir
from bot.core.errors import EngineError
from bot.core.flow import REPLY_CLASSES, Ask, Coach, End, Wait, Write
from bot.core.machine import DialogueMachine
from bot.core.manager import Manager
from bot.core.spec import ADVANCE, MachineSpec
from bot.stories import load_stories, play

SAMPLES = 40
TODAY = date(2026, 11, 20)


@pytest.fixture(scope="module")
def engine():
    return build_engine(flows_dir(), locales_dir(), TODAY)


@pytest.fixture(scope="module")
def played(engine, request):
    stories, problems = load_stories(request.config.rootpath / "tests" / "stories")
    assert not problems
    return {story.name: play(engine, story) for story in stories}


def required(state):
    """The triggers that a listening state cannot do without."""
    step = state.step
    common = {"aside", "repeat", "restart", "alarm", "switch", "back", "correct"}
    if isinstance(step, Ask):
        own = {"answer", "why", "no_match", ADVANCE}
        return common | own | ({"clarify"} if step.slot == "issue" else {"unsure", "skip"})
    if isinstance(step, Coach):
        return (
            common
            | {f"reply_{reply}" for reply in REPLY_CLASSES}
            | {"sent", "unsure", "skip", "no_match", ADVANCE}
        )
    if isinstance(step, Write):
        return common | {"sent", "resize", "skip", "unsure", "no_match", ADVANCE}
    if isinstance(step, Wait):
        return common | {
            "timeout",
            "news",
            "skip",
            "sent",
            "unsure",
            "no_match",
            "reply_scam_signs",
            ADVANCE,
        }
    if isinstance(step, End):
        return common | {"followup", "no_match"} | ({"reopen"} if step.reopen else set())
    return common


def breaks_rules(spec, name):
    """Whether the state lost a trigger, or an automatic state its way on."""
    state = spec.states[name]
    edges = spec.edges_of(name)
    triggers = {edge.trigger for edge in edges}
    if state.listens:
        twice = Counter(edge.trigger for edge in edges if edge.trigger in ("correct", "no_match"))
        ask = isinstance(state.step, Ask) and state.step.slot != "issue"
        return (
            not required(state) <= triggers
            or twice["correct"] < (3 if isinstance(state.step, Ask) else 2)
            or (ask and twice["no_match"] < 2)
        )
    ways = [edge for edge in edges if edge.trigger == ADVANCE]
    return not ways or (
        all(edge.guard is not None or edge.when is not None for edge in ways)
        and not name.endswith("rewind")
    )


def shape(spec, state):
    """What an inlined copy looks like, whichever flow it is in."""
    place = len(state) - len(state.rpartition(".")[2])
    return sorted(
        (
            e.key,
            e.trigger,
            (e.dest or "")[place:] if (e.dest or "").startswith(state[:place]) else "out",
        )
        for e in spec.edges_of(state)
    )


def differs_from_twins(spec, name):
    state = spec.states[name]
    twins = [
        s.id
        for s in spec.states.values()
        if s.step is state.step and s.step is not None and s.id != name
    ]
    return any(shape(spec, twin) != shape(spec, name) for twin in twins[:3])


def mutated(engine, edges):
    """The same engine over other edges."""
    spec = MachineSpec(
        engine.build.spec.states, list(edges), engine.build.spec.entries, engine.build.spec.start
    )
    machine = DialogueMachine(spec)
    return spec, replace(engine, machine=machine, manager=Manager(machine, engine.build))


def told_by_a_story(engine, played, edge):
    """Whether a story that took the edge now fails or breaks."""
    for result in played.values():
        if edge.key not in result.edges or edge.source.partition(".")[0] not in str(result.states):
            continue
        try:
            again = play(engine, result.story)
        except Exception:  # noqa: BLE001 - whatever breaks is a detection
            return True
        if again.failures != result.failures or again.transcript != result.transcript:
            return True
    return False


def sample(spec, kind):
    """Edges to mutate: hub plumbing to single targets is left to the walks."""
    rng = random.Random(kind)
    edges = [
        e
        for e in spec.edges
        if not (e.common and e.source.endswith((".rewind", "patterns.return")))
    ]
    return rng.sample(edges, SAMPLES)


@pytest.mark.slow
@pytest.mark.parametrize("number", range(SAMPLES))
def test_a_deleted_edge_is_noticed(engine, played, number):
    edge = sample(engine.build.spec, "delete")[number]
    spec, broken = mutated(engine, [e for e in engine.build.spec.edges if e is not edge])
    noticed = (
        breaks_rules(spec, edge.source)
        or differs_from_twins(spec, edge.source)
        or told_by_a_story(broken, played, edge)
    )
    assert noticed, f"nobody missed {edge.source} --{edge.trigger}--> {edge.dest} ({edge.key})"


@pytest.mark.slow
@pytest.mark.parametrize("number", range(SAMPLES // 2))
def test_swapped_destinations_are_noticed(engine, played, number):
    rng = random.Random(number)
    movable = [e for e in engine.build.spec.edges if e.dest is not None and not e.common]
    first = rng.choice(movable)
    root = engine.build.spec.states[first.source].root
    second = rng.choice(
        [
            e
            for e in movable
            if e.dest != first.dest and engine.build.spec.states[e.source].root == root
        ]
    )
    swap = {id(first): second.dest, id(second): first.dest}
    edges = [replace(e, dest=swap[id(e)]) if id(e) in swap else e for e in engine.build.spec.edges]
    try:
        spec, broken = mutated(engine, edges)
    except EngineError:
        return  # a run of states that leads into itself is refused at build
    noticed = any(
        differs_from_twins(spec, e.source) or told_by_a_story(broken, played, e)
        for e in (first, second)
    )
    assert noticed, (
        f"nobody noticed {first.source} → {second.dest} and {second.source} → {first.dest}"
    )
