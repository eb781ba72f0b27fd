"""The whole evaluation as one value, and as JSON and text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.evaluation.figures import (
    Confusion,
    Scores,
    Table,
    by_label,
    by_style,
    by_voice,
    confusion,
    reliability,
    slot_scores,
)
from bot.evaluation.judging import Judged, SlotsJudged
from bot.evaluation.users import Talked

__all__ = ["HEADINGS", "METRICS", "Report", "as_json", "as_text", "make_report", "shown"]

HEADINGS = {
    "issue": "问题",
    "act": "动作",
    "reply": "对方的话",
    "danger": "危险",
    "alarm": "普通投诉",
}
METRICS = {
    "top1": "第一个就对",
    "top3": "前三个里有",
    "out_of_scope_caught": "不归这里管的认出",
    "complaints_refused": "真投诉误拒",
    "calibration_error": "把握的误差",
    "right": "对",
    "unheard": "没听出",
    "false_on_complaints": "把投诉当成动作",
    "mentioned": "至少提到",
    "heard": "听出",
    "right_kind": "种类也对",
    "false_alarms": "误报",
    "values_found": "读出的值",
    "found_are_right": "读出的都对",
    "sentences_right": "整句无误",
    "lines": "句",
    "people": "人",
    "recall": "召回",
    "precision": "精确",
    "right_issue": "问题判对",
    "questions_each": "每人问几句",
    "asked_nothing": "一句没问",
    "gave_up": "没问出来",
}
"""The scores of `figures` and of the simulated people, as a reader sees them."""

_WORST = 25


@dataclass(frozen=True, slots=True)
class Report:
    """`labels` and `confusions` by kind; `users` by share of wrong presses."""

    voices: dict[str, Table]
    styles: Table
    labels: dict[str, Table]
    confusions: dict[str, Confusion]
    reliability: list[tuple[float, float, int]]
    slots: Table
    users: Table


def make_report(
    lines: Sequence[Judged], slots: Iterable[SlotsJudged], users: Mapping[float, Sequence[Talked]]
) -> Report:
    """Count everything."""
    told = ("issue", "act", "reply")
    return Report(
        by_voice(lines),
        by_style(lines),
        {kind: by_label(lines, kind) for kind in told},
        {kind: confusion(lines, kind) for kind in told},
        reliability(lines),
        slot_scores(slots),
        {f"{slips:.0%} 点错": _talked(talks) for slips, talks in users.items()},
    )


def _talked(talks: Sequence[Talked]) -> Scores:
    n = len(talks)
    return {
        "people": float(n),
        "right_issue": sum(t.right for t in talks) / n,
        "questions_each": sum(t.questions for t in talks) / n,
        "asked_nothing": sum(not t.questions for t in talks) / n,
        "gave_up": sum(t.issue is None for t in talks) / n,
    }


def as_json(report: Report) -> dict[str, Any]:
    """Plain data; a confusion is a list of [label, taken for, lines]."""
    return {
        "voices": report.voices,
        "styles": report.styles,
        "labels": report.labels,
        "confusions": {
            kind: [[*pair, n] for pair, n in sorted(counts.items())]
            for kind, counts in report.confusions.items()
        },
        "reliability": [list(each) for each in report.reliability],
        "slots": report.slots,
        "users": report.users,
    }


def as_text(report: Report) -> str:
    """Tables to read in a terminal; the means come last in each."""
    parts = [_table(f"{HEADINGS[kind]}（按口音）", table) for kind, table in report.voices.items()]
    parts += [
        _table("问题（按写法）", report.styles),
        *(_table(f"{HEADINGS[kind]}（按标签）", table) for kind, table in report.labels.items()),
        _reliability(report.reliability),
        *(_confused(kind, counts) for kind, counts in report.confusions.items()),
        matrix(report.confusions["issue"]),
        _table("数字日期（按口音）", report.slots),
        _table("模拟的用户", report.users),
    ]
    return "\n\n".join(parts)


def _table(title: str, table: Table) -> str:
    rows = (f"{_wide(name, 28)}{_shown(scores)}" for name, scores in table.items())
    return "\n".join([f"# {title}", *rows])


def _shown(scores: Scores) -> str:
    return "  ".join(f"{METRICS[name]} {shown(name, value)}" for name, value in scores.items())


def shown(name: str, value: float) -> str:
    """A score with as many digits as it deserves."""
    return f"{value:.0f}" if name in ("lines", "people") else f"{value:.3f}"


def _wide(text: str, width: int) -> str:
    """Padded for a terminal, where a Chinese character takes two columns."""
    return text + " " * (width - len(text) - sum(char > "\u2e7f" for char in text))


def _reliability(bins: Sequence[tuple[float, float, int]]) -> str:
    rows = (f"说 {p:.2f}  对 {right:.2f}  {n} 句" for p, right, n in bins)
    return "\n".join(["# 说的把握有多准（每十分之一一行）", *rows])


def _confused(kind: str, counts: Confusion) -> str:
    wrong = [(n, pair) for pair, n in counts.items() if pair[0] != pair[1]]
    worst = sorted(wrong, key=lambda each: (-each[0], each[1]))[:_WORST]
    rows = (f"{n:5}  {label} → {said}" for n, (label, said) in worst)
    return "\n".join([f"# {HEADINGS[kind]}：最常听错的", *rows])


def matrix(counts: Confusion) -> str:
    """Rows are what was meant, columns what it was taken for, numbered in the order of the rows."""
    labels = sorted({label for pair in counts for label in pair})
    numbered = "".join(f"{i:>5}" for i in range(1, len(labels) + 1))
    rows = [
        f"{i:>3} {_wide(label, 28)}"
        + "".join(f"{counts[label, said] or '·':>5}" for said in labels)
        for i, label in enumerate(labels, 1)
    ]
    return "\n".join(["# 混淆矩阵：行是本意，列是听成", " " * 32 + numbered, *rows])
