"""Counting: shares, confusions and reliability of a handful of judged lines."""

import pytest

from bot.evaluation.figures import (
    MEAN,
    by_label,
    by_style,
    by_voice,
    confusion,
    reliability,
    slot_scores,
)
from bot.evaluation.judging import Judged, SlotsJudged
from bot.nlu.classifier import Posterior


def _issue(voice: str, label: str, posterior: Posterior, text: str = "商家一直拖着不退") -> Judged:
    return Judged("issue", voice, text, label, posterior[0][0], posterior)


REFUND: Posterior = [("order.refund", 0.9), ("order.quality", 0.05), ("out_of_scope", 0.05)]
STRANGER: Posterior = [("out_of_scope", 0.7), ("order.refund", 0.2), ("order.quality", 0.1)]
LINES = [
    _issue("a", "order.refund", REFUND),
    _issue("a", "order.refund", STRANGER),
    _issue("a", "out_of_scope", STRANGER),
    _issue("b", "order.quality", REFUND, "鞋底裂了😭"),
]


def test_voices_count_the_same() -> None:
    table = by_voice(LINES)["issue"]
    assert table["a"]["top1"] == 0.5
    assert table["a"]["top3"] == 1.0
    assert table["a"]["complaints_refused"] == 0.5
    assert table["a"]["out_of_scope_caught"] == 1.0
    assert table["b"]["top1"] == 0.0
    assert table[MEAN]["top1"] == 0.25


def test_labels_have_recall_and_precision() -> None:
    table = by_label(LINES, "issue")
    assert table["order.refund"] == {"lines": 2.0, "recall": 0.5, "precision": 0.5}
    assert table["order.quality"]["recall"] == 0.0


def test_confusion_counts_pairs() -> None:
    assert confusion(LINES, "issue")["order.quality", "order.refund"] == 1


def test_styles_are_seen_in_the_text() -> None:
    table = by_style(LINES)
    assert table["带表情"]["lines"] == 1.0
    assert table["两三个词"]["lines"] == 4.0 - 1.0  # the stranger is no complaint
    assert "长篇" not in table


def test_reliability_compares_what_is_said_with_what_is_true() -> None:
    bins = {round(p, 1): (right, n) for p, right, n in reliability(LINES)}
    assert bins[0.9] == (0.5, 2)
    assert bins[0.7] == (0.5, 2)


def test_acts_and_complaints_taken_for_acts() -> None:
    lines = [
        Judged("act", "a", "嗯", "affirm", "affirm", []),
        Judged("act", "a", "中", "affirm", "none", []),
        Judged("act", "a", "退款没到账", "none", "frustrated", []),
    ]
    scores = by_voice(lines)["act"]["a"]
    assert scores == {"right": 0.5, "unheard": 0.5, "false_on_complaints": 1.0}


def test_a_danger_of_another_kind_is_heard_but_not_right() -> None:
    lines = [Judged("danger", "a", "他说要来", "threat", "blackmail", [])]
    assert by_voice(lines)["danger"]["a"] == {"heard": 1.0, "right_kind": 0.0}


def test_slots_are_compared_by_value() -> None:
    sentence = SlotsJudged(
        "a", "扣了25，又扣25", (("amount", 25), ("amount", 25)), (("amount", 25),)
    )
    scores = slot_scores([sentence])["a"]
    assert scores["values_found"] == pytest.approx(0.5)
    assert scores["found_are_right"] == 1.0
    assert scores["sentences_right"] == 0.0
