"""What a reader makes of the lines of one voice, beside what their writer meant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from bot.nlu.clarify import Questions
from bot.nlu.classifier import Classifier, Posterior
from bot.nlu.corpus import NOTHING, OUT_OF_SCOPE, Example
from bot.nlu.entities import find_entities
from bot.nlu.lessons import NEAR_DANGER
from bot.nlu.reading import Reader

__all__ = ["Corpus", "Judged", "SlotsJudged", "judge", "judge_slots"]

Corpus = Mapping[str, Sequence[Example]]
"""The examples of each kind."""

_NO_QUESTIONS = Questions((), {}, "", "")
_ANY_DAY = date(2026, 11, 20)


@dataclass(frozen=True, slots=True)
class Judged:
    """One line: what it is (`label`) and what it was taken for (`said`); `none` for nothing of its kind.

    `posterior` is kept for issues, `also` are all classes found in a reply.
    """

    kind: str
    voice: str
    text: str
    label: str
    said: str
    posterior: Posterior
    also: tuple[str, ...] = ()

    @property
    def right(self) -> bool:
        return self.label == self.said


@dataclass(frozen=True, slots=True)
class SlotsJudged:
    """One sentence: the values that stand in it and those that were found, as (slot, value) pairs."""

    voice: str
    text: str
    wanted: tuple[tuple[str, object], ...]
    found: tuple[tuple[str, object], ...]


def judge(corpus: Corpus, voice: str, classifier: Classifier) -> Iterator[Judged]:
    """Every line of the voice, read by `classifier`; complaints also as possible acts and dangers."""
    reader = Reader(classifier, _NO_QUESTIONS)
    for kind, examples in corpus.items():
        for example in examples:
            if example.voice == voice:
                yield from _judged(kind, voice, example.text, example.label, reader)


def _judged(kind: str, voice: str, text: str, label: str, reader: Reader) -> Iterator[Judged]:
    if kind == "reply":
        reply = reader.read_reply(text)
        yield Judged(kind, voice, text, label, reply.label, [], reply.labels)
        return
    reading = reader.read(text, _ANY_DAY)
    act, danger = reading.act or NOTHING, reading.danger or NOTHING
    if kind in ("act", "danger"):
        yield Judged(kind, voice, text, label, act if kind == "act" else danger, [])
        return
    yield Judged(kind, voice, text, label, reading.issue or NOTHING, reading.posterior)
    if label != OUT_OF_SCOPE:
        yield Judged("act", voice, text, NOTHING, act, [])
    if label not in {*NEAR_DANGER, OUT_OF_SCOPE}:
        yield Judged("alarm", voice, text, NOTHING, danger, [])


def judge_slots(path: Path) -> list[SlotsJudged]:
    """The sentences of a slots file (`today`, then `voices`: sentences with their values)."""
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    today = document["today"]
    return [
        SlotsJudged(voice, case["text"], tuple(_wanted(case)), tuple(_found(case["text"], today)))
        for voice, cases in document["voices"].items()
        for case in cases
    ]


def _wanted(case: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    for slot, values in case.items():
        if slot != "text":
            yield from ((slot, v) for v in (values if isinstance(values, list) else [values]))


def _found(text: str, today: date) -> Iterator[tuple[str, object]]:
    yield from ((each.slot, each.value) for each in find_entities(text, today))
