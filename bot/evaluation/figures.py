"""Counting: what was judged becomes shares by voice, by label and by manner of writing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from bot.evaluation.judging import Judged, SlotsJudged
from bot.nlu.corpus import NOTHING, OUT_OF_SCOPE
from bot.nlu.normalize import may_be_traditional

__all__ = [
    "MEAN",
    "Confusion",
    "Scores",
    "Table",
    "by_label",
    "by_style",
    "by_voice",
    "confusion",
    "reliability",
    "slot_scores",
]  # fmt: skip

_Row = TypeVar("_Row", Judged, SlotsJudged)
Scores = dict[str, float]
Table = dict[str, Scores]
Confusion = Counter[tuple[str, str]]

MEAN = "mean"
_BINS = 10
_STYLES: Mapping[str, Callable[[str], object]] = {
    "两三个词": lambda text: len(text) <= 8,
    "长篇": lambda text: len(text) >= 60,
    "没有标点": lambda text: len(text) >= 15 and not re.search(r"[，。！？,.!?、；\s]", text),
    "繁体、粤语": may_be_traditional,
    "夹拉丁字母": re.compile("[A-Za-z]{2,}").search,
    "带表情": re.compile("[\u2600-\u27bf\U0001f300-\U0001faff]").search,
    "带数字": re.compile(r"\d").search,
}


def by_voice(lines: Sequence[Judged]) -> dict[str, Table]:
    """By kind, the scores of each voice and their mean: every writer counts the same."""
    return {
        kind: _with_mean({voice: _scores(kind, own) for voice, own in _grouped(rows, "voice")})
        for kind, rows in _grouped(lines, "kind")
    }


def by_style(lines: Iterable[Judged]) -> Table:
    """How complaints fare by manner of writing; a line may have several manners."""
    complaints = [x for x in lines if x.kind == "issue" and x.label != OUT_OF_SCOPE]
    styles = {name: [x for x in complaints if is_so(x.text)] for name, is_so in _STYLES.items()}
    return {
        name: {"lines": float(len(rows)), **_issue_scores(rows)}
        for name, rows in styles.items()
        if rows
    }


def by_label(lines: Iterable[Judged], kind: str) -> Table:
    """Recall and precision of each label of a kind."""
    rows = [x for x in lines if x.kind == kind]
    said = Counter(x.said for x in rows)
    meant = Counter(x.label for x in rows)
    right = Counter(x.label for x in rows if x.right)
    return {
        label: {
            "lines": float(n),
            "recall": right[label] / n,
            "precision": right[label] / said[label] if said[label] else 0.0,
        }
        for label, n in sorted(meant.items())
    }


def confusion(lines: Iterable[Judged], kind: str) -> Confusion:
    """How often a label (first) was taken for another or itself (second)."""
    return Counter((x.label, x.said) for x in lines if x.kind == kind)


def reliability(lines: Iterable[Judged]) -> list[tuple[float, float, int]]:
    """By tenth of stated probability: its mean, how often it was right, and how many lines."""
    bins: list[list[tuple[float, bool]]] = [[] for _ in range(_BINS)]
    for line in lines:
        if line.posterior:
            p = line.posterior[0][1]
            bins[min(int(p * _BINS), _BINS - 1)].append((p, line.right))
    return [
        (sum(p for p, _ in each) / len(each), sum(ok for _, ok in each) / len(each), len(each))
        for each in bins
        if each
    ]


def slot_scores(sentences: Iterable[SlotsJudged]) -> Table:
    """By voice: values found, values found that stand there, and sentences read without a fault."""
    return _with_mean({voice: _slots(own) for voice, own in _grouped(sentences, "voice")})


def _slots(sentences: Sequence[SlotsJudged]) -> Scores:
    hit = sum(sum((Counter(x.wanted) & Counter(x.found)).values()) for x in sentences)
    whole = sum(Counter(x.wanted) == Counter(x.found) for x in sentences)
    return {
        "values_found": hit / max(1, sum(len(x.wanted) for x in sentences)),
        "found_are_right": hit / max(1, sum(len(x.found) for x in sentences)),
        "sentences_right": whole / len(sentences),
    }


def _scores(kind: str, rows: Sequence[Judged]) -> Scores:
    return _JUDGES[kind](rows)


def _issue_scores(rows: Sequence[Judged]) -> Scores:
    """Top-1 and top-3 on complaints; how many strangers are caught and complaints refused."""
    inside = [x for x in rows if x.label != OUT_OF_SCOPE]
    return _shares(
        top1=[x.right for x in inside],
        top3=[x.label in [label for label, _ in x.posterior[:3]] for x in inside],
        out_of_scope_caught=[x.right for x in rows if x.label == OUT_OF_SCOPE],
        complaints_refused=[x.said == OUT_OF_SCOPE for x in inside],
    ) | {"calibration_error": _calibration_error(rows)}


def _calibration_error(rows: Sequence[Judged]) -> float:
    """How far the stated probability of the first label is from how often it is right."""
    return sum(abs(p - right) * n for p, right, n in reliability(rows)) / len(rows)


def _act_scores(rows: Sequence[Judged]) -> Scores:
    """Acts alone, and how often a complaint is taken for one."""
    acts = [x for x in rows if x.label != NOTHING]
    return _shares(
        right=[x.right for x in acts],
        unheard=[x.said == NOTHING for x in acts],
        false_on_complaints=[not x.right for x in rows if x.label == NOTHING],
    )


def _reply_scores(rows: Sequence[Judged]) -> Scores:
    """The first class, and whether the class is mentioned at all."""
    return _shares(right=[x.right for x in rows], mentioned=[x.label in x.also for x in rows])


def _danger_scores(rows: Sequence[Judged]) -> Scores:
    dangers = [x for x in rows if x.label != NOTHING]
    return _shares(
        heard=[x.said != NOTHING for x in dangers],
        right_kind=[x.right for x in dangers],
        false_alarms=[not x.right for x in rows if x.label == NOTHING],
    )


def _alarm_scores(rows: Sequence[Judged]) -> Scores:
    return _shares(false_alarms=[not x.right for x in rows])


_JUDGES: Mapping[str, Callable[[Sequence[Judged]], Scores]] = {
    "issue": _issue_scores,
    "act": _act_scores,
    "reply": _reply_scores,
    "danger": _danger_scores,
    "alarm": _alarm_scores,
}


def _shares(**hits: Sequence[bool]) -> Scores:
    """The share of hits of each score; what a voice has no lines for is left out."""
    return {name: sum(each) / len(each) for name, each in hits.items() if each}


def _with_mean(table: Table) -> Table:
    """The table with the average of each score over the voices that have it."""
    names = dict.fromkeys(name for scores in table.values() for name in scores)
    found = {name: [s[name] for s in table.values() if name in s] for name in names}
    return table | {MEAN: {name: sum(values) / len(values) for name, values in found.items()}}


def _grouped(rows: Iterable[_Row], attribute: str) -> list[tuple[str, list[_Row]]]:
    groups: dict[str, list[_Row]] = {}
    for row in rows:
        groups.setdefault(getattr(row, attribute), []).append(row)
    return list(groups.items())
