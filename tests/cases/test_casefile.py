"""The case file: what a real case of a small engine looks like to the person whose case it is."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot.cases.casefile import casefile
from bot.cases.timeline import Words
from bot.channels.console.noted import Describer
from bot.core.command import Control, Reply, SetSlot, StartIssue
from bot.core.conditions import parse_condition
from bot.core.errors import Mark
from bot.core.internal import internal_slots
from bot.core.paper import Evidence
from bot.testing import Bench, compile_directory

MINI = Path(__file__).parents[1] / "core" / "mini"
TODAY = date(2026, 11, 20)
HERE = Mark("order.yaml", 1)
LIST = (
    Evidence("order", "订单截图", "买了什么、付了多少", HERE),
    Evidence("chat", "聊天记录", "对方说过什么", HERE),
    Evidence("video", "开箱视频", "收到时就坏了", HERE, guard=parse_condition("kind = goods")),
)


@pytest.fixture(scope="module")
def build():
    return compile_directory(MINI)


@pytest.fixture(scope="module")
def words(build):
    return Words.of(build.flows, lambda name: None, internal_slots(build.flows))


@pytest.fixture
def bench(build):
    """A refund case that waits for an answer; one question was left open, another problem is noted."""
    bench = Bench(build)
    bench.do(StartIssue("order.refund", second="order.quality"))
    bench.do(SetSlot("kind", "goods", asked=True))
    bench.do(Control("unsure"))
    bench.do(SetSlot("amount", 88, asked=True))
    bench.do(SetSlot("deep", "拉链坏了", asked=True))
    bench.do(Control("sent"))
    bench.do(Reply("promised_later"))
    return bench


@pytest.fixture
def file(bench, words):
    return casefile(bench.tracker, bench.events, words, LIST, {"order"}, ["订单号"])


def test_it_says_where_the_case_stands(file):
    assert (file.problem, file.second, file.stage, file.outcome) == ("退款", "质量", "人工", None)
    assert file.ladder == ("说清", "人工", "结束")
    assert (file.case, file.opened) == ("c1", "2026-11-20")


def test_it_holds_what_was_told_and_nothing_that_flows_pass_on(file):
    assert [(known.title, known.value) for known in file.facts] == [
        ("类型", "商品"),
        ("金额", "88"),
        ("细节", "拉链坏了"),
    ]
    assert file.unsure == ("开箱视频",)


def test_it_shows_the_same_slots_as_the_console(bench, build, file):
    shown = Describer(build.flows)(bench.last)
    assert {known.title: known.value for known in file.facts}.items() <= shown.items()


def test_the_next_date_comes_first(bench, words):
    later = replace(bench.tracker.dues[0], at="2027-01-01T10:00")
    bench.tracker.dues.insert(0, later)
    dues = casefile(bench.tracker, (), words).dues
    assert [due.at for due in dues] == ["2026-11-22T12:00", "2027-01-01T10:00"]


def test_a_reminder_of_a_state_that_was_left_is_not_announced(bench, words):
    bench.do(Reply("refused"))
    assert bench.tracker.dues
    assert casefile(bench.tracker, bench.events, words).dues == ()


def test_an_interruption_does_not_hide_the_reminder(bench, words):
    bench.do(Control("cancel"))
    assert [due.kind for due in casefile(bench.tracker, bench.events, words).dues] == ["wait"]


@pytest.mark.parametrize(
    ("kind", "noted", "expected"),
    [
        ("goods", {"order"}, {"order": True, "chat": False, "video": False}),
        ("money", {"order"}, {"order": True, "chat": False}),
        ("money", {"video"}, {"order": False, "chat": False, "video": True}),
    ],
)
def test_a_thing_is_asked_for_when_it_matters_and_kept_when_it_is_there(
    bench, words, kind, noted, expected
):
    bench.tracker.slots["kind"] = kind
    file = casefile(bench.tracker, (), words, LIST, noted)
    assert {thing.id: thing.have for thing in file.evidence} == expected


def test_its_data_survives_json(file):
    data = json.loads(json.dumps(file.to_dict(), ensure_ascii=False))
    assert data == file.to_dict()
    assert data["due"] == [
        {"kind": "wait", "at": "2026-11-22T12:00", "title": "看看对方有没有答复"}
    ]
    assert data["evidence"][0] == {
        "id": "order",
        "title": "订单截图",
        "proves": "买了什么、付了多少",
        "have": True,
    }
    assert data["timeline"][0] == {
        "at": "2026-11-20T12:00:00",
        "kind": "second",
        "text": "另一件先记着：质量",
    }


def test_its_text_is_for_a_person(file):
    text = file.to_text(TODAY)
    assert text.startswith("问题：退款\n另一件：质量\n进度：说清 → 【人工】 → 结束\n\n你说过的\n")
    for line in (
        "  金额：88",
        "还说不准的\n  开箱视频",
        "  有  订单截图（买了什么、付了多少）",
        "  缺  聊天记录（对方说过什么）",
        "写材料还缺\n  订单号",
        "接下来\n  11月22日（周日）12:00 看看对方有没有答复",
        "经过\n  11月20日（周五）12:00 另一件先记着：质量",
    ):
        assert line in text


def test_an_outcome_is_said_in_words(bench, words):
    bench.do(Control("news"))
    file = casefile(bench.tracker, bench.events, words)
    assert file.outcome == "办成了"
    assert "结果：办成了" in file.to_text(TODAY)


def test_a_case_of_which_nothing_is_known_has_no_empty_headings(build, words):
    fresh = Bench(build)
    text = casefile(fresh.tracker, fresh.events, words).to_text(TODAY)
    assert text == "问题：还没定下来"
