"""Readers that never read one voice: all heads fitted, calibrated and gated on the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from bot.nlu.classifier import Classifier
from bot.nlu.corpus import Example
from bot.nlu.lessons import HEADS, head_examples, voices_of
from bot.nlu.tuning import LeftOut, leave_out, tune

__all__ = ["left_out_classifiers"]

_ENOUGH = 20  # lines


def left_out_classifiers(nlu_dir: Path, workers: int | None = None) -> dict[str, Classifier]:
    """By voice, the classifier that knows only others. Slow: each voice is a training of its own.

    Calibration and gates have not seen the voice either: each half of the voices uses the other's.
    A voice of a few lines teaches, but is too small to be judged.
    """
    examples = {name: head_examples(nlu_dir, name) for name in HEADS}
    written = Counter(e.voice for own in examples.values() for e in own if not e.borrowed)
    voices = [voice for voice in voices_of(examples) if written[voice] >= _ENOUGH]
    with ProcessPoolExecutor(workers) as pool:
        parts = list(pool.map(partial(_without, examples), voices))
    halves = (tune(parts[1::2]), tune(parts[::2]))
    return {
        voice: halves[i % 2].classifier(part.heads)
        for i, (voice, part) in enumerate(zip(voices, parts, strict=True))
    }


def _without(examples: Mapping[str, Sequence[Example]], voice: str) -> LeftOut:
    return leave_out(examples, [voice])
