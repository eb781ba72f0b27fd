"""The question that tells the remaining problems apart best.

A posterior is a list of (issue, probability), likeliest first. Authored questions come from
`clarify.yaml`; one more, 「哪个最接近」, is built from the five likeliest issues. The engine adds
「都不是」 and 「说不清」 to every question: the first calls `exclude`, the second changes nothing.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from math import log2
from pathlib import Path
from typing import Final

import yaml

from bot.nlu.classifier import Posterior
from bot.nlu.corpus import OUT_OF_SCOPE

CLOSEST: Final = "closest"
_CLOSEST_OPTIONS: Final = 5
# Five short titles take more reading than a question about one thing.
_CLOSEST_WORTH: Final = 0.8
_LEAST_GAIN: Final = 0.15  # bits; below this a question is a nuisance


@dataclass(frozen=True, slots=True)
class Option:
    """One button: pressing it keeps `issues`."""

    label: str
    value: str
    issues: frozenset[str]


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to ask, in words a person would use."""

    id: str
    text: str
    options: tuple[Option, ...]

    @property
    def issues(self) -> frozenset[str]:
        """All issues that some option keeps; 「都不是」 removes them."""
        return frozenset(issue for option in self.options for issue in option.issues)


@dataclass(frozen=True, slots=True)
class Questions:
    """The authored questions, and what the generic one is built from."""

    authored: tuple[Question, ...]
    hints: Mapping[str, str]
    closest_text: str
    doubt_text: str

    @classmethod
    def load(cls, path: Path) -> "Questions":
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
        authored = tuple(
            Question(
                entry["id"],
                entry["text"],
                tuple(
                    Option(option["label"], option["value"], frozenset(option["issues"]))
                    for option in entry["options"]
                ),
            )
            for entry in document["questions"]
        )
        return cls(authored, document["hints"], document["closest"], document["doubt"])

    def closest(self, posterior: Posterior) -> Question:
        """「下面哪个最接近?」 over the likeliest issues."""
        issues = [issue for issue, _ in posterior if issue in self.hints][:_CLOSEST_OPTIONS]
        options = tuple(Option(self.hints[x], x, frozenset({x})) for x in issues)
        return Question(CLOSEST, self.closest_text, options)

    def doubt(self, posterior: Posterior) -> Question:
        """The same, for a message that does not sound like one of the coach's problems."""
        return replace(self.closest(posterior), text=self.doubt_text)


def choose_question(
    posterior: Posterior, questions: Questions, asked: Collection[str]
) -> Question | None:
    """The unasked question of greatest expected information gain; None when none is worth it."""
    known = (*questions.authored, questions.closest(posterior))
    ranked = [(_worth(posterior, q), q) for q in known if q.id not in asked]
    gain, best = max(ranked, key=lambda pair: pair[0], default=(0.0, None))
    return best if gain >= _LEAST_GAIN else None


def _worth(posterior: Posterior, question: Question) -> float:
    gain = expected_gain(posterior, question)
    return gain * _CLOSEST_WORTH if question.id == CLOSEST else gain


def expected_gain(posterior: Posterior, question: Question) -> float:
    """Bits of uncertainty that a truthful answer removes on average."""
    branches: list[list[float]] = [[] for _ in (*question.options, None)]
    for issue, p in posterior:
        homes = [i for i, option in enumerate(question.options) if issue in option.issues]
        for i in homes or [len(question.options)]:
            branches[i].append(p / max(1, len(homes)))
    return _entropy([p for _, p in posterior]) - sum(
        sum(branch) * _entropy(branch) for branch in branches if branch
    )


def update(posterior: Posterior, issues_kept: Collection[str]) -> Posterior:
    """The posterior after an answer that leaves only `issues_kept`."""
    kept = [(issue, p) for issue, p in posterior if issue in issues_kept]
    return _renormalised(kept) or [(x, 1 / len(issues_kept)) for x in sorted(issues_kept)]


def exclude(posterior: Posterior, issues: Collection[str]) -> Posterior:
    """The posterior after 「都不是」: none of `issues`; the old one if nothing would be left."""
    return _renormalised([(x, p) for x, p in posterior if x not in issues]) or posterior


def in_scope(posterior: Posterior) -> Posterior:
    """The posterior given that it is one of the coach's problems."""
    return exclude(posterior, {OUT_OF_SCOPE})


def _renormalised(posterior: Posterior) -> Posterior:
    total = sum(p for _, p in posterior)
    return [(issue, p / total) for issue, p in posterior] if total > 0 else []


def _entropy(weights: Sequence[float]) -> float:
    total = sum(weights)
    if total <= 0:
        return 0.0
    return -sum(w / total * log2(w / total) for w in weights if w > 0)
