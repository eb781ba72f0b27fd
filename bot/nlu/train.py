"""Training: the heads, and what puts them together, from a corpus directory.

Deterministic: the same corpus gives the same bytes on the same machine.
"""

from pathlib import Path
from typing import Final

from bot.nlu.corpus import corpus_digest
from bot.nlu.fitting import RECIPES, fit
from bot.nlu.lessons import HEADS, head_examples, voices_of
from bot.nlu.tuning import leave_out, tune

_PARTS: Final = 6


def train(corpus_dir: Path) -> bytes:
    """The model file for a corpus directory."""
    examples = {name: head_examples(corpus_dir, name) for name in HEADS}
    voices = voices_of(examples)
    tuning = tune([leave_out(examples, voices[part::_PARTS]) for part in range(_PARTS)])
    heads = {name: fit(examples[name], RECIPES[name]) for name in HEADS}
    return tuning.pack(heads, corpus_digest(corpus_dir))
