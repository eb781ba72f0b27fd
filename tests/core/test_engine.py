"""What a turn does: the behaviours of the ten verbs and the common edges, on a small flow set."""

from pathlib import Path

import pytest

from bot.core.command import (
    CannotHandle,
    Clarify,
    Control,
    Option,
    Question,
    Reply,
    Resize,
    SetSlot,
    StartIssue,
)
from bot.core.text import count_units

MINI = Path(__file__).parent / "mini"


def answer(slot, value):
    return SetSlot(slot, value, asked=True)


class TestAsk:
    def test_first_turn_greets_and_asks(self, bench):
        assert bench.state == "patterns.session_start.issue"
        assert bench.text == "你好。\n发生了什么？"

    def test_a_clause_with_an_unknown_slot_is_not_said(self, refund):
        assert "元的事" not in refund.text
        assert "收到" in refund.text

    def test_buttons_are_the_options_and_the_ways_out(self, refund):
        assert refund.labels == ["商品", "钱", "说不清", "为什么问"]

    def test_known_slots_are_not_asked(self, bench):
        bench.do(StartIssue("order.refund"), SetSlot("kind", "money"), SetSlot("amount", 398))
        assert bench.state == "order.refund.letter"
        assert "请退款 398 元。" in bench.copies[-1]

    def test_why_explains_and_asks_again(self, refund):
        refund.do(Control("why"))
        assert refund.text == "去处不一样。\n再问一次，商品还是钱？"
        assert refund.state == "order.refund.kind"

    def test_unsure_is_a_legal_answer(self, refund):
        refund.do(answer("kind", "goods"))
        refund.do(Control("unsure"))
        assert refund.text.startswith("没有也行。")
        assert refund.state == "order.refund.pay"

    def test_an_unsure_slot_is_never_asked_again(self, refund):
        refund.do(answer("kind", "goods"))
        refund.do(Control("unsure"))
        assert "video" in refund.tracker.unsure

    def test_reject_gives_the_reason_and_forgets_the_value(self, refund):
        refund.do(answer("kind", "money"))
        refund.do(answer("amount", 0))
        assert refund.text.startswith("要大于零。")
        assert refund.state == "order.refund.pay"
        assert "amount" not in refund.tracker.slots

    def test_no_match_varies_then_breaks_the_loop(self, refund):
        refund.do(answer("kind", "money"))
        texts = []
        for _ in range(3):
            refund.do(CannotHandle())
            texts.append(refund.text)
        assert texts[0].startswith("写个数。")
        assert texts[1].startswith("比如 128。")
        assert texts[2].startswith("先放一放。")
        assert refund.state == "order.refund.letter"

    def test_a_guarded_question_is_asked_only_when_its_guard_holds(self, refund):
        refund.do(answer("kind", "money"))
        refund.do(answer("amount", 5000))
        assert refund.state == "order.refund.words"

    def test_a_question_that_changes_nothing_is_not_asked(self, refund):
        refund.do(answer("kind", "money"))
        refund.do(answer("amount", 88))
        assert refund.state == "order.refund.letter"
        assert "deep" not in refund.tracker.seen

    def test_a_wrong_typed_value_is_not_taken(self, refund):
        refund.do(answer("kind", "nonsense"))
        assert refund.state == "order.refund.kind"
        assert "kind" not in refund.tracker.slots


class TestClarify:
    QUESTION = Question("q", "哪一种？", (Option("退款", "clarify:q:a", ("order.refund",)),))

    def test_question_replaces_the_open_one(self, bench):
        bench.do(Clarify(self.QUESTION, (("order.refund", 0.5), ("order.quality", 0.5))))
        assert bench.text == "哪一种？"
        assert bench.last.responses[-1].buttons[0].issues == ("order.refund",)
        assert bench.last.issue is None

    def test_candidates_are_kept(self, bench):
        bench.do(Clarify(self.QUESTION, (("order.refund", 0.7), ("order.quality", 0.3))))
        assert bench.last.candidates == (("order.refund", 0.7), ("order.quality", 0.3))

    def test_issue_is_null_until_decided(self, bench):
        assert bench.last.issue is None
        bench.do(StartIssue("order.quality"))
        assert bench.last.issue == "order.quality"


class TestTwoProblems:
    def test_the_second_is_named_kept_and_offered_at_the_end(self, bench):
        bench.do(StartIssue("order.quality", second="order.refund"))
        assert bench.text.startswith("先办质量问题，退款卡住记着。")
        bench.do(answer("words", "碎了"))
        assert "接着办：退款卡住" in bench.labels

    def test_one_problem_is_not_announced_as_two(self, bench):
        bench.do(StartIssue("order.quality"))
        assert "记着" not in bench.text


class TestCorrection:
    def test_the_change_is_shown(self, pushing):
        pushing.do(SetSlot("amount", 99))
        assert "金额：原来88，现在99。" in pushing.text

    def test_what_depended_on_it_is_run_again(self, pushing):
        pushing.do(SetSlot("kind", "goods"))
        assert "类型：原来钱，现在商品。" in pushing.text
        assert pushing.state == "order.refund.video"

    def test_after_the_detour_known_answers_are_not_asked_again(self, pushing):
        pushing.do(SetSlot("kind", "goods"))
        pushing.do(answer("video", True))
        assert pushing.state == "order.refund.deep"
        assert pushing.tracker.slots["amount"] == 88

    def test_derived_slots_follow(self, pushing):
        pushing.do(SetSlot("amount", 99))
        assert pushing.tracker.slots["line_no"] == "退99元，谢谢"

    def test_the_last_sentence_is_given_anew_when_its_facts_changed(self, pushing):
        pushing.do(Reply("other"))
        assert pushing.copies[-1] == "请转人工，退 88 元。"
        pushing.do(SetSlot("amount", 99))
        assert pushing.copies[-1] == "请转人工，退 99 元。"

    def test_an_unchanged_sentence_is_not_given_again(self, pushing):
        count = len(pushing.copies)
        pushing.do(SetSlot("amount", 99))
        assert len(pushing.copies) == count

    def test_another_issue_replaces_the_first(self, refund):
        refund.do(StartIssue("order.quality", correction=True))
        assert "退款卡住改成质量问题。" in refund.text
        assert refund.last.issue == "order.quality"


class TestCoach:
    def test_lead_phrase_and_hint(self, pushing):
        assert pushing.copies[-1] == "转人工"
        assert [r.text for r in pushing.last.responses] == ["先发这条。", "贴给我。"]

    def test_each_reaction_gets_its_own_sentence_then_the_ladder(self, pushing):
        for _ in range(4):
            pushing.do(Reply("marked_resolved"))
        assert pushing.copies[-4:] == [
            "没有解决。",
            "请转人工，退 88 元。",
            "第 3 次，仍未解决。",
            "第 4 次了，电子商务法第五十九条要求及时处理。",
        ]

    def test_no_sentence_is_given_twice(self, pushing):
        for _ in range(8):
            if pushing.state.endswith(".bot"):
                pushing.do(Reply("auto_closed"))
        assert len(pushing.copies) == len(set(pushing.copies))

    def test_exhausted_moves_on(self, pushing):
        for _ in range(9):
            if pushing.state.endswith(".bot"):
                pushing.do(Reply("repeated_template"))
        assert pushing.state == "order.refund.over"
        assert "话用完了。" in pushing.text

    def test_human_leads_out(self, pushing):
        pushing.do(Reply("human_answered"))
        assert pushing.state == "order.refund.talk"

    def test_stay_gives_no_sentence(self, pushing):
        count = len(pushing.copies)
        pushing.do(Reply("queueing"))
        assert pushing.text == "别切走。"
        assert len(pushing.copies) == count

    def test_scam_signs_raise_the_alarm_and_come_back(self, pushing):
        pushing.do(Reply("scam_signs"))
        assert pushing.state == "patterns.scam_alarm.video"
        pushing.do(answer("video", False))
        assert pushing.state.endswith("push.bot")
        assert "接着刚才。" in pushing.text

    def test_repeat_shows_the_last_sentence(self, pushing):
        pushing.do(Control("repeat"))
        assert pushing.last.responses[0].copies[0].text == "转人工"

    def test_not_understood_three_times_goes_on(self, pushing):
        for _ in range(3):
            pushing.do(CannotHandle())
        assert pushing.copies[-1] == "请转人工，退 88 元。"

    def test_sent_asks_what_came_back(self, pushing):
        pushing.do(Control("sent"))
        assert pushing.text == "它回了什么？"


class TestWrite:
    def letter(self, refund, size):
        refund.do(answer("kind", "money"))
        refund.do(answer("amount", 5000))
        refund.do(answer("words", "按规定不退"))
        refund.do(Resize(size))
        return refund.copies[-1]

    @pytest.mark.parametrize("size", [20, 60, 120])
    def test_no_text_is_longer_than_its_size(self, refund, size):
        assert count_units(self.letter(refund, size)) <= size

    def test_the_length_is_that_of_the_form(self, refund):
        """Eighteen crying faces are thirty-six to a web form: the sentence no longer fits in sixty."""
        refund.do(answer("kind", "money"))
        refund.do(answer("amount", 5000))
        refund.do(answer("words", "不" * 10 + "😭" * 18))
        refund.do(Resize(60))
        assert "😭" not in refund.copies[-1]
        refund.do(Resize(120))
        assert "😭" in refund.copies[-1]
        assert f"（{len(refund.copies[-1]) + 18} 字）" in refund.text

    def test_short_keeps_what_matters_most(self, refund):
        assert self.letter(refund, 20) == "请退款 5000 元。请给我编号。"

    def test_order_of_the_text_is_kept(self, refund):
        text = self.letter(refund, 120)
        assert text.startswith("请退款 5000 元。对方说「按规定不退」。")
        assert text.endswith("请给我编号。")

    def test_a_clause_with_an_unknown_slot_is_dropped(self, refund):
        assert "细节" not in self.letter(refund, 120)

    def test_longer_and_shorter_by_word(self, refund):
        self.letter(refund, 20)
        refund.do(Resize(1))
        assert refund.tracker.phrase.endswith(".60")
        refund.do(Resize(-1))
        assert refund.tracker.phrase.endswith(".20")


class TestWait:
    def test_a_promise_becomes_a_date_and_a_reminder(self, pushing):
        pushing.do(Reply("promised_later"), SetSlot("promise", "2026-12-01"))
        assert "最晚 12月1日（周二） 答复。" in pushing.text
        assert pushing.last.due[0].at == "2026-12-01T10:00"

    def test_without_a_promise_the_default_counts(self, pushing):
        pushing.do(Reply("human_answered"))
        assert pushing.last.due[0].at == "2026-11-22T12:00"

    def test_due_goes_on(self, pushing):
        pushing.do(Reply("human_answered"))
        pushing.elapse()
        assert pushing.state == "order.refund.done"
        assert pushing.text.startswith("到日子了。")

    def test_an_early_answer_ends_the_wait_and_its_reminder_says_nothing(self, pushing):
        pushing.do(Reply("human_answered"))
        pushing.do(Reply("refused"))
        assert pushing.state == "order.refund.over"
        assert pushing.elapse().responses == ()

    def test_nothing_yet_keeps_waiting(self, pushing):
        pushing.do(Reply("human_answered"))
        pushing.do(Reply("silence"))
        assert pushing.state == "order.refund.talk"
        assert "还早。" in pushing.text


class TestEnd:
    @pytest.fixture
    def solved(self, pushing):
        pushing.do(Reply("human_answered"))
        pushing.elapse()
        return pushing

    def test_followups_are_set(self, solved):
        assert [due.kind for due in solved.last.due] == ["followup", "followup"]

    def test_followup_asks_in_place(self, solved):
        solved.elapse()
        assert solved.text == "后来好吗？"
        assert solved.state == "order.refund.done"

    def test_reopen_keeps_the_file(self, solved):
        solved.do(Control("reopen"))
        assert solved.tracker.outcome is None
        assert solved.tracker.slots["amount"] == 88

    def test_a_message_after_the_end_is_answered(self, solved):
        solved.do(CannotHandle())
        assert solved.text == "这件结束了。"
