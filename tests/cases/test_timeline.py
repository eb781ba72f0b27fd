"""The timeline: told from real turns of a small engine, and from events that are rare."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from bot.cases.timeline import DUES, OUTCOMES, Moment, Words, clock, lines, timeline
from bot.core import ending
from bot.core import event as ev
from bot.core.command import Aside, Control, Reply, Resize, SetSlot, StartIssue
from bot.core.flow import REPLY_CLASSES
from bot.core.internal import internal_slots
from bot.testing import NOON, Bench, compile_directory

MINI = Path(__file__).parents[1] / "core" / "mini"
TODAY = date(2026, 11, 20)
AT = "2026-11-20T10:05:00"


@pytest.fixture(scope="module")
def build():
    return compile_directory(MINI)


@pytest.fixture(scope="module")
def words(build):
    def phrase(name):
        found = build.voice.phrases.get(name)
        return found.copy if found else None

    return Words.of(build.flows, phrase, internal_slots(build.flows))


@pytest.fixture
def bench(build):
    bench = Bench(build)
    bench.do(StartIssue("order.refund"))
    return bench


@pytest.fixture
def pushing(bench):
    bench.do(SetSlot("kind", "money", asked=True))
    bench.do(SetSlot("amount", 88, asked=True))
    bench.do(Control("sent"))
    return bench


def told(words, *events, trigger="answer"):
    return [(m.kind, m.text) for m in timeline([ev.TurnStarted(1, AT, trigger), *events], words)]


def test_a_case_is_told_from_its_first_word_to_its_end(pushing, words):
    pushing.now += timedelta(minutes=3)
    pushing.do(Reply("marked_resolved"))
    pushing.now += timedelta(days=1)
    pushing.do(Reply("promised_later"), SetSlot("promise", "2026-11-23"))
    pushing.elapse()
    assert lines(timeline(pushing.events, words), TODAY) == [
        "11月20日（周五）12:00 要办的事：退款",
        "12:00 走到：说清",
        "12:00 说了：类型 钱",
        "12:00 说了：金额 88",
        "12:00 发了：「描述」（60 字内）",
        "12:00 发了：「转人工」",
        "12:03 对方：已解决",
        "12:03 发了：「没有解决」",
        "11月21日（周六）12:03 对方答应最晚 11月23日（周一）答复",
        "12:03 对方：晚点",
        "12:03 走到：人工",
        "12:03 定了提醒：11月23日（周一）10:00，看看对方有没有答复",
        "11月23日（周一）10:00 提醒到了：看看对方有没有答复",
        "10:00 结果：办成了",
        "10:00 定了提醒：11月26日（周四）10:00，回头看看有没有反复",
        "10:00 定了提醒：12月7日（周一）10:00，回头看看有没有反复",
    ]


@pytest.mark.parametrize("command", [Aside("help"), Control("why"), Control("repeat")], ids=str)
def test_a_turn_with_nothing_worth_telling_gives_no_line(pushing, words, command):
    before = timeline(pushing.events, words)
    pushing.do(command)
    assert timeline(pushing.events, words) == before


def test_a_correction_names_the_old_and_the_new_value(pushing, words):
    pushing.do(SetSlot("amount", 128))
    assert "改了：金额，88 → 128" in [m.text for m in timeline(pushing.events, words)]


def test_a_later_answer_to_the_same_question_is_no_correction(words):
    events = [
        ev.SlotSet("kind", "goods"),
        ev.TurnStarted(2, AT, "answer"),
        ev.SlotSet("kind", "money"),
    ]
    assert told(words, *events) == [("told", "说了：类型 商品"), ("told", "说了：类型 钱")]


def test_one_message_that_fills_two_slots_is_one_moment(words):
    assert told(words, ev.SlotSet("kind", "money"), ev.SlotSet("amount", 88)) == [
        ("told", "说了：类型 钱；金额 88")
    ]


def test_what_a_flow_sets_was_told_by_nobody(words):
    assert told(words, ev.TextSaid("order.refund.1", "d"), ev.SlotSet("amount", 88)) == []


def test_a_text_in_another_length_takes_the_place_of_the_unused_one(bench, words):
    bench.do(SetSlot("kind", "money", asked=True))
    bench.do(SetSlot("amount", 88, asked=True))
    bench.do(Resize(20))
    bench.do(Resize(120))
    bench.do(Control("sent"))
    texts = [m.text for m in timeline(bench.events, words) if "描述" in m.text]
    assert texts == ["发了：「描述」（120 字内）"]


def test_stages_that_one_turn_only_passes_are_not_told(words):
    stages = [ev.StageReached("说清"), ev.StageReached("人工")]
    assert told(words, *stages) == [("stage", "走到：人工")]


def test_what_flows_only_pass_on_is_left_out(words):
    assert told(words, ev.SlotSet("line_no", "退88元"), ev.SlotSet("issue", "order.refund")) == []


def test_a_sentence_is_sent_only_when_that_is_known(pushing, words):
    assert timeline(pushing.events, words)[-1].text == "备好要发：「转人工」"
    pushing.do(Reply("repeated_template"))
    assert [m.kind for m in timeline(pushing.events, words)[-3:]] == ["sent", "replied", "ready"]


def test_success_does_not_prove_that_the_last_sentence_was_sent(pushing, words):
    pushing.do(Reply("solved"))
    told = [m.kind for m in timeline(pushing.events, words)]
    assert told[told.index("replied") - 1] == "ready"


def test_a_sentence_holds_what_was_known_when_it_was_given(pushing, words):
    for _ in range(3):
        pushing.do(Reply("marked_resolved"))
    assert pushing.copies[-1].startswith("第 3 次")
    counted = [m.text for m in timeline(pushing.events, words)][-1]
    assert counted.startswith("备好要发：「第 3 次")
    pushing.do(Reply("marked_resolved"))
    assert counted.replace("备好要发", "发了") in [m.text for m in timeline(pushing.events, words)]


def test_a_sentence_that_the_flows_no_longer_have_is_still_told(words):
    assert told(words, ev.PhraseGiven("gone.one", "d")) == [("ready", "备好要发：一句备好的话")]


def test_a_long_value_is_cut_on_its_line(words):
    ((_, text),) = told(words, ev.SlotSet("words", "很" * 90))
    assert text == f"说了：原话 {'很' * 40}……"


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([ev.SecondNoted("order.quality")], ("second", "另一件先记着：质量")),
        ([ev.Reset()], ("restarted", "从头说起，之前记的不算了")),
        ([ev.CaseClosed("stopped")], ("closed", "结果：先到这里")),
        ([ev.ReplyRead("silence")], ("replied", "对方：没动静")),
        ([ev.ReplyRead("solved")], ("replied", "办成了")),
    ],
    ids=str,
)
def test_a_rare_event_has_its_line(words, events, expected):
    assert told(words, *events) == [expected]


def test_another_problem_instead_is_a_correction(words):
    events = [ev.IssueSet("order.refund"), ev.IssueSet("order.quality")]
    assert told(words, *events)[-1] == ("corrected", "改了：要办的事，退款 → 质量")


def test_a_closed_case_that_begins_again_is_reopened(pushing, words):
    pushing.do(Reply("promised_later"))
    pushing.elapse()
    pushing.do(Control("reopen"))
    assert ("reopened", "重新打开：退款") in [
        (m.kind, m.text) for m in timeline(pushing.events, words)
    ]


def test_a_reminder_that_was_overtaken_was_not_kept(pushing, words):
    pushing.do(Reply("promised_later"))
    pushing.do(Reply("refused"))
    assert pushing.tracker.dues, "the wait was left with its reminder still set"
    pushing.elapse()
    pushing.do(Aside("help"))
    assert "kept" not in [m.kind for m in timeline(pushing.events, words)]


def test_a_reminder_that_is_put_off_anew_was_not_kept(words):
    first, second = ("snooze", "2026-11-21T10:00", "s"), ("snooze", "2026-11-22T10:00", "s")
    events = [ev.Moved(("s",)), ev.DueSet(*first), ev.DueDone(*first), ev.DueSet(*second)]
    found = told(words, *events, ev.TurnStarted(2, AT, "aside"))
    assert [kind for kind, _ in found] == ["due", "due"]


def test_the_same_is_not_said_twice_in_a_row():
    at = datetime(2026, 11, 20, 10, 5)
    twice = [
        Moment(at, "replied", "对方：在排队"),
        Moment(at + timedelta(1), "replied", "对方：在排队"),
    ]
    assert lines(twice, TODAY) == ["11月20日（周五）10:05 对方：在排队"]


def test_the_year_stands_where_it_is_not_this_one():
    moment = Moment(datetime(2025, 12, 31, 9, 0), "stage", "走到：人工")
    assert lines([moment], TODAY) == ["2025年12月31日（周三）09:00 走到：人工"]


def test_events_before_any_turn_have_no_time_and_are_not_told(words):
    assert timeline([ev.StageReached("人工")], words) == ()


def test_moments_are_in_the_order_of_time(pushing, words):
    moments = timeline(pushing.events, words)
    assert [m.at for m in moments] == sorted(m.at for m in moments)
    assert moments[0].at == NOON


def test_a_due_time_is_read_to_the_minute():
    assert clock("2026-11-22T10:00:30") == "11月22日（周日）10:00"


@pytest.mark.parametrize("outcome", ending.OUTCOMES)
def test_every_ending_of_a_case_has_words(outcome):
    assert OUTCOMES[outcome]


@pytest.mark.parametrize("reply", REPLY_CLASSES)
def test_every_reaction_is_told_by_its_label(words, reply):
    ((_, text),) = told(words, ev.ReplyRead(reply))
    assert text.endswith(words.labels[reply])


@pytest.mark.parametrize("kind", ["wait", "followup", "snooze"])
def test_every_kind_of_reminder_has_words(kind):
    assert DUES[kind]
