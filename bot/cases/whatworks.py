"""What came of each sentence: counts by phrase id and reaction, with an honest interval around the share.

`moved`: the reaction brought the case on (MOVED). `answered`: the other side reacted to the sentence at all;
OPEN reactions are not counted, because they say nothing of it: not understood, nothing came, still in the
queue. These are also the ones that do not end a wait. A share of few answers is shown as too few to judge.
"""

from __future__ import annotations

import math
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.core.event import CaseOpened, Event, PhraseGiven, ReplyRead

__all__ = [
    "GIVEN",
    "MOVED",
    "OPEN",
    "TOO_FEW",
    "Standing",
    "standings",
    "tally",
    "to_dict",
    "to_table",
    "wilson",
]

GIVEN = "given"
"""What is counted when a sentence is given; every other key is a reply class."""

MOVED = frozenset({"human_answered", "solved", "promised_later"})
"""Reactions that brought the case on."""

OPEN = frozenset({"other", "silence", "queueing"})
"""Reactions that are no answer to the sentence."""

TOO_FEW = 10
"""With fewer answers than this no share is shown."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One sentence: how often it was given, and the reactions to it by reply class."""

    phrase: str
    given: int = 0
    replies: Mapping[str, int] = field(default_factory=dict)

    @property
    def moved(self) -> int:
        return sum(number for reply, number in self.replies.items() if reply in MOVED)

    @property
    def answered(self) -> int:
        return sum(number for reply, number in self.replies.items() if reply not in OPEN)

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of moved among answered."""
        return wilson(self.moved, self.answered)


def tally(before: str | None, events: Iterable[Event]) -> Counter[tuple[str, str]]:
    """Count what the events of one turn tell: (phrase id, GIVEN or reply class).

    `before` is the sentence given last before the turn. One that is shown again, with nothing given between,
    is not given twice. How the case ends counts for no single sentence.
    """
    counts: Counter[tuple[str, str]] = Counter()
    for event in events:
        if isinstance(event, CaseOpened):
            before = None
        elif isinstance(event, PhraseGiven):
            counts[event.phrase, GIVEN] += event.phrase != before
            before = event.phrase
        elif isinstance(event, ReplyRead) and before is not None:
            counts[before, event.reply] += 1
    return +counts


def wilson(successes: int, n: int, z: float = 1.96) -> tuple[float, float]:
    """The score interval of a share, within [0, 1]; (0, 1) when n is 0, ValueError unless 0 ≤ successes ≤ n.

    E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", Journal of the
    American Statistical Association 22 (1927), 209-212: the shares p with |p̂ - p| ≤ z·√(p(1 - p)/n).
    """
    if not 0 <= successes <= n:
        raise ValueError(f"{successes} of {n} is no share")
    if n == 0:
        return 0.0, 1.0
    share, square = successes / n, z * z
    middle = share + square / (2 * n)
    half = z * math.sqrt(share * (1 - share) / n + square / (4 * n * n))
    scale = 1 + square / n
    return max(0.0, (middle - half) / scale), min(1.0, (middle + half) / scale)


def standings(counts: Mapping[tuple[str, str], int]) -> list[Standing]:
    """One standing a phrase: those with enough answers first, by what is certain of them, then by id."""
    given: dict[str, int] = {}
    replies: dict[str, dict[str, int]] = {}
    for (phrase, happened), number in counts.items():
        given.setdefault(phrase, 0)
        if happened == GIVEN:
            given[phrase] += number
        else:
            of = replies.setdefault(phrase, {})
            of[happened] = of.get(happened, 0) + number
    found = [Standing(name, given[name], replies.get(name, {})) for name in given]
    return sorted(found, key=_rank)


def to_table(rows: Iterable[Standing]) -> str:
    """The standings for a terminal, one line a sentence; a line that says so when there are none."""
    cells = [("给出", "有答复", "往前走", "占比（95% 区间）", "哪一句"), *map(_cells, rows)]
    if len(cells) == 1:
        return "还没有数据。"
    widths = [max(_width(row[at]) for row in cells) for at in range(len(cells[0]) - 1)]
    return "\n".join(
        "  ".join([*(_pad(text, width) for text, width in zip(row, widths, strict=False)), row[-1]])
        for row in cells
    )


def to_dict(rows: Iterable[Standing]) -> list[dict[str, Any]]:
    """The standings as JSON data; `share` and `interval` are null below TOO_FEW answers."""
    return [
        {
            "phrase": row.phrase,
            "given": row.given,
            "answered": row.answered,
            "moved": row.moved,
            "replies": dict(sorted(row.replies.items())),
            "share": row.moved / row.answered if row.answered >= TOO_FEW else None,
            "interval": list(row.interval) if row.answered >= TOO_FEW else None,
        }
        for row in rows
    ]


def _rank(row: Standing) -> tuple[bool, float, str]:
    few = row.answered < TOO_FEW
    return few, -row.answered if few else -row.interval[0], row.phrase


def _cells(row: Standing) -> tuple[str, str, str, str, str]:
    share = "样本太少"
    if row.answered >= TOO_FEW:
        low, high = row.interval
        share = f"{row.moved / row.answered:.0%}（{low:.0%}–{high:.0%}）"
    return str(row.given), str(row.answered), str(row.moved), share, row.phrase


def _pad(text: str, width: int) -> str:
    return " " * (width - _width(text)) + text


def _width(text: str) -> int:
    """Terminal columns; a full-width character takes two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
