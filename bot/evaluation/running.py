"""The evaluation from a data directory: train without each voice, judge it, let its people talk."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.app import Engine
from bot.evaluation.judging import judge, judge_slots
from bot.evaluation.leaving import left_out_classifiers
from bot.evaluation.report import Report, make_report
from bot.evaluation.users import Talked, talk
from bot.nlu.classifier import Classifier
from bot.nlu.corpus import KINDS, OUT_OF_SCOPE, Example, read_corpus
from bot.nlu.reading import Reader

__all__ = ["evaluate"]

_PEOPLE = 200
_SLIPS = (0.0, 0.05)


def evaluate(engine: Engine, nlu_dir: Path) -> Report:
    """The report. Takes minutes: a training for each voice."""
    slots = judge_slots(nlu_dir / "slots.yaml")
    corpus = {kind: read_corpus(nlu_dir, kind) for kind in KINDS}
    complaints = [e for e in corpus["issue"] if e.label != OUT_OF_SCOPE]
    classifiers = left_out_classifiers(nlu_dir)
    lines = [line for voice, each in classifiers.items() for line in judge(corpus, voice, each)]
    talks = {s: asyncio.run(_talks(engine, complaints, classifiers, s)) for s in _SLIPS}
    return make_report(lines, slots, talks)


async def _talks(
    engine: Engine,
    complaints: Sequence[Example],
    classifiers: Mapping[str, Classifier],
    slips: float,
) -> Sequence[Talked]:
    talks: list[Talked] = []
    for voice, classifier in classifiers.items():
        agent = engine.agent(reader=Reader(classifier, engine.reader.questions))
        own = [(e.text, e.label) for e in complaints if e.voice == voice]
        for i, line in enumerate(_some(own, voice)):
            talks.append(await talk(agent, f"{voice} {i} {slips}", line, slips))
    return talks


def _some(lines: Sequence[tuple[str, str]], seed: str) -> list[tuple[str, str]]:
    """At most `_PEOPLE` of the lines, the same in every run."""
    chance = random.Random(seed)  # noqa: S311  # a simulation, no secret
    return chance.sample(lines, min(_PEOPLE, len(lines)))
