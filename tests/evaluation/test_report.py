"""The report as text, JSON and a page: the same numbers everywhere."""

import json

import pytest

from bot.evaluation.judging import Judged, SlotsJudged
from bot.evaluation.page import as_page
from bot.evaluation.report import Report, as_json, as_text, make_report
from bot.evaluation.users import Talked


@pytest.fixture(scope="module")
def report() -> Report:
    lines = [
        Judged("issue", "a", "退款没到", "order.refund", "order.refund", [("order.refund", 0.8)]),
        Judged("issue", "a", "鞋<坏>了", "order.quality", "order.refund", [("order.refund", 0.6)]),
        Judged("act", "a", "好", "affirm", "affirm", []),
        Judged("reply", "a", "不支持", "refused", "refused", [], ("refused",)),
        Judged("danger", "a", "他在楼下", "threat", "threat", []),
        Judged("alarm", "a", "退款没到", "none", "none", []),
    ]
    slots = [SlotsJudged("a", "扣了25", (("amount", 25),), (("amount", 25),))]
    users = {
        0.0: [
            Talked("order.refund", "order.refund", 0),
            Talked("order.quality", "order.quality", 1),
        ],
        0.05: [Talked("order.refund", None, 2), Talked("order.quality", "order.refund", 0)],
    }
    return make_report(lines, slots, users)


def test_simulated_people_are_counted(report: Report) -> None:
    truthful, slipping = report.users.values()
    assert truthful["right_issue"] == 1.0
    assert truthful["questions_each"] == 0.5
    assert truthful["asked_nothing"] == 0.5
    assert slipping["right_issue"] == 0.0
    assert slipping["gave_up"] == 0.5


def test_text_names_the_worst_mistakes_and_draws_the_matrix(report: Report) -> None:
    text = as_text(report)
    assert "1  order.quality → order.refund" in text
    assert "混淆矩阵" in text
    rows = [line for line in text.splitlines() if line.lstrip().startswith("1 order.quality")]
    assert rows[0].split()[-2:] == ["·", "1"]


def test_json_is_plain_data(report: Report) -> None:
    data = json.loads(json.dumps(as_json(report)))
    assert data["voices"]["issue"]["mean"]["top1"] == 0.5
    assert ["order.quality", "order.refund", 1] in data["confusions"]["issue"]


def test_page_is_one_file_with_a_picture(report: Report) -> None:
    page = as_page(report)
    assert page.startswith("<!doctype html>")
    assert page.count("<rect") == 2
    assert "order.quality → order.refund：1 句，100.0%" in page
    assert "http" not in page.replace("http://www.w3.org", "")
