"""The contract with `transitions`: what the engine relies on, and the traps it keeps in."""

from pathlib import Path

import pytest
import transitions

from bot.core.command import Control, StartIssue
from bot.core.errors import EngineError, FlowLoopError, IllegalTrigger, Mark
from bot.core.fusing import fuse
from bot.core.machine import DialogueMachine
from bot.core.spec import Edge, MachineSpec, State
from bot.core.tracker import Tracker
from bot.core.turn import Turn
from bot.testing import NOON, Bench, compile_directory

MINI = Path(__file__).parent / "mini"
MARK = Mark("test.yaml", 1)


def park(name):
    def enter(tracker, turn):
        turn.parked = name

    return enter


def spec_of(states, edges):
    return MachineSpec({state.id: state for state in states}, list(edges), {}, states[0].id)


@pytest.fixture(scope="module")
def build():
    return compile_directory(MINI)


def test_the_pinned_version_is_installed():
    assert transitions.__version__.startswith("0.9.")


def test_an_unknown_destination_is_refused_at_build():
    states = [State("a", "a", MARK, listens=True, enter=park("a"))]
    with pytest.raises(EngineError, match="unknown destination nowhere"):
        DialogueMachine(spec_of(states, [Edge("go", "a", "nowhere", MARK)]))


def test_a_trigger_that_no_edge_takes_is_an_error_and_moves_nothing():
    states = [State("a", "a", MARK, listens=True, enter=park("a"))]
    machine = DialogueMachine(spec_of(states, [Edge("go", "a", "a", MARK)]))
    tracker = Tracker("u", "c", state="a")
    with pytest.raises(IllegalTrigger, match="a does not listen to fly"):
        machine.fire(tracker, Turn(NOON, "fly"))
    assert tracker.state == "a"


def test_asking_what_a_state_listens_to_inserts_nothing(build):
    machine = DialogueMachine(build.spec)
    assert not machine.listens("order.refund.kind", "reply_refused")
    assert not machine.listens("order.refund.kind", "no_such_trigger")
    with pytest.raises(IllegalTrigger):
        machine.fire(Tracker("u", "c", state="order.refund.kind"), Turn(NOON, "reply_refused"))


def test_a_loop_of_automatic_states_is_stopped():
    states = [
        State("start", "s", MARK, listens=True, enter=park("start")),
        State("a", "s", MARK),
        State("b", "s", MARK),
    ]

    def always(tracker, turn):
        return True

    edges = [
        Edge("go", "start", "a", MARK),
        Edge("advance", "a", "b", MARK, when=always),
        Edge("advance", "b", "a", MARK, when=always),
    ]
    with pytest.raises(FlowLoopError):
        DialogueMachine(spec_of(states, edges)).fire(
            Tracker("u", "c", state="start"), Turn(NOON, "go")
        )


def test_edges_of_one_trigger_are_tried_in_order():
    states = [State(name, "s", MARK, listens=True, enter=park(name)) for name in ("a", "b", "c")]
    edges = [Edge("go", "a", "b", MARK, when=lambda t, turn: False), Edge("go", "a", "c", MARK)]
    tracker = Tracker("u", "case", state="a")
    DialogueMachine(spec_of(states, edges)).fire(tracker, Turn(NOON, "go"))
    assert tracker.state == "c"


def test_one_machine_serves_any_number_of_trackers(build):
    first, second = Bench(build), Bench(build)
    second.manager = first.manager
    first.do(StartIssue("order.refund"))
    assert second.state == "patterns.session_start.issue"
    second.do(StartIssue("order.quality"))
    assert (first.state, second.state) == ("order.refund.kind", "order.quality.words")


def test_the_machine_holds_no_models(build):
    machine = DialogueMachine(build.spec)
    Bench(build)
    assert machine._machine.models == []


class TestFusing:
    def test_states_that_only_speak_are_passed_without_stopping(self, build):
        kept, _ = fuse(build.spec)
        names = {state.id for state in kept}
        assert "order.refund._say1" in build.spec.states
        assert "order.refund._say1" not in names

    def test_every_listening_state_stays(self, build):
        kept, _ = fuse(build.spec)
        assert set(build.spec.listening) <= {state.id for state in kept}

    def test_the_route_names_the_passed_states(self, build):
        bench = Bench(build)
        bench.do(StartIssue("order.refund"))
        assert "order.refund._say1" in bench.tracker.route

    def test_passed_edges_count_as_taken(self, build):
        bench = Bench(build)
        outcome = bench.do(StartIssue("order.refund"))
        assert "order.refund._say1" in {getattr(edge, "source", None) for edge in outcome.edges}


class TestSetState:
    def test_only_the_machine_assigns_the_state(self):
        """No line of the package but the library's set_state writes `tracker.state`."""
        root = Path(__file__).parents[2] / "bot"
        writers = [
            f"{path.name}:{number}"
            for path in root.rglob("*.py")
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
            if ".state = " in line.replace("self._state", "") and "tracker" in line.split("=")[0]
        ]
        assert writers == []

    def test_a_detour_does_not_lose_the_place(self, build):
        bench = Bench(build)
        bench.do(StartIssue("order.refund"))
        for name in ("why", "help", "repeat"):
            outcome = bench.do(Control(name))
            assert bench.state == "order.refund.kind"
            assert all(type(event).__name__ != "Moved" for event in outcome.events)
