"""What can happen in every state: going back, away and on, corrections told, alarms, events and lost places."""

from dataclasses import replace

import pytest

from bot.core.command import Alarm, Aside, Control, Reply, SetSlot, StartIssue
from bot.core.machine import fold
from bot.core.tracker import Tracker


def answer(slot, value):
    return SetSlot(slot, value, asked=True)


class TestCommonEdges:
    def test_back_takes_the_answer_back(self, refund):
        refund.do(answer("kind", "money"))
        refund.do(Control("back"))
        assert refund.state == "order.refund.kind"
        assert "kind" not in refund.tracker.slots
        assert refund.text.startswith("回一步。")

    def test_back_then_another_answer_takes_the_other_way(self, refund):
        refund.do(answer("kind", "money"))
        refund.do(Control("back"))
        refund.do(answer("kind", "goods"))
        assert refund.state == "order.refund.video"

    def test_back_twice_reaches_the_first_question(self, refund):
        refund.do(answer("kind", "money"))
        refund.do(Control("back"))
        refund.do(Control("back"))
        assert refund.state == "patterns.session_start.issue"
        assert refund.last.issue is None

    def test_back_at_the_first_step_says_so(self, bench):
        bench.do(Control("back"))
        assert bench.text.startswith("已经是第一步。")

    def test_cancel_keeps_the_case_and_resume_returns(self, refund):
        refund.do(answer("kind", "goods"))
        refund.do(Control("cancel"))
        assert refund.state == "order.refund.paused"
        refund.do(Control("resume"))
        assert refund.state == "order.refund.video"
        assert refund.tracker.slots["kind"] == "goods"

    def test_restart_forgets(self, refund):
        refund.do(answer("kind", "goods"))
        refund.do(Control("restart"))
        assert refund.state == "patterns.session_start.issue"
        assert refund.tracker.slots == {}

    def test_a_digression_is_answered_and_the_question_asked_again(self, refund):
        refund.do(Aside("hotline"))
        assert refund.text == "电话是9501-3888（拨前再核）。\n再问一次，商品还是钱？"
        assert refund.state == "order.refund.kind"

    def test_a_caveat_is_said_once_in_a_case(self, refund):
        refund.do(Aside("hotline"))
        refund.do(Aside("hotline"))
        assert "拨前再核" not in refund.text

    def test_an_alarm_interrupts_and_returns(self, refund):
        refund.do(Alarm("patterns.crisis_self_harm"))
        assert refund.state == "patterns.crisis_self_harm.deep"
        refund.do(answer("deep", "安全"))
        assert refund.state == "order.refund.kind"

    def test_the_same_alarm_does_not_interrupt_twice(self, refund):
        refund.do(Alarm("patterns.crisis_threat"))
        refund.do(Alarm("patterns.crisis_threat"), answer("kind", "money"))
        assert refund.state == "order.refund.pay"

    def test_an_alarm_in_the_first_message_keeps_the_problem(self, bench):
        bench.do(Alarm("patterns.crisis_self_harm"), StartIssue("order.quality"))
        bench.do(answer("deep", "安全"))
        assert bench.state == "order.quality.words"

    def test_the_ladder_shows_where_the_case_is(self, pushing):
        assert (pushing.last.ladder, pushing.last.stage) == (("说清", "人工", "结束"), "说清")
        pushing.do(Reply("human_answered"))
        assert pushing.last.stage == "人工"


class TestEvents:
    def test_folding_the_events_gives_the_tracker(self, pushing):
        pushing.do(Reply("marked_resolved"))
        pushing.do(Control("back"))
        pushing.do(SetSlot("amount", 7))
        again = fold(pushing.manager.machine, Tracker("bench", "c1"), pushing.events)
        assert again.digest() == pushing.tracker.digest()

    def test_a_failing_turn_leaves_the_tracker_as_it_was(self, refund, monkeypatch):
        before = refund.tracker.digest()

        def broken(*_):
            raise RuntimeError("broken")

        monkeypatch.setattr(refund.manager.machine, "fire", broken)
        with pytest.raises(RuntimeError, match="broken"):
            refund.do(answer("kind", "money"))
        assert refund.tracker.digest() == before

    def test_events_carry_no_words_of_the_person(self, refund):
        refund.do(answer("kind", "money"))
        assert all(
            set(event.to_dict())
            <= {
                "type",
                "slot",
                "value",
                "number",
                "at",
                "trigger",
                "path",
                "state",
                "key",
                "digest",
                "case",
                "issue",
                "stage",
            }
            for event in refund.events
        )


class TestVanishedState:
    def test_the_flow_starts_again_with_the_slots_kept(self, refund):
        refund.do(answer("kind", "money"))
        stored = replace(refund.tracker, state="order.refund.gone_for_good")
        tracker, outcome = refund.manager.relocate(stored, refund.now)
        assert tracker.state == "order.refund.pay"
        assert tracker.slots["kind"] == "money"
        assert outcome.responses[0].text.startswith("更新过了。")
