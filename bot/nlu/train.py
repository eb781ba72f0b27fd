"""The training half of the classifier; needs scikit-learn, which run time never imports.

Training is deterministic: the same corpus gives the same bytes on the same machine. The
temperature is fitted on voices that the fit did not see, because random folds flatter.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bot.nlu.classifier import Head, pack
from bot.nlu.corpus import NO_ACT, Example, corpus_digest, read_corpus
from bot.nlu.features import term_frequencies
from bot.nlu.normalize import normalize

HEADS: Final = ("issue", "act", "reply")
# Words of the user that tell what the other side did: the reply head reads narration too.
_NARRATED: Final = {
    "bot_marked_resolved": "marked_resolved",
    "human_reached": "human_answered",
    "rejected_again": "appeal_rejected",
}
_TEMPERATURES: Final = tuple(0.4 * 1.05**i for i in range(50))


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one head is fitted."""

    strength: float = 10.0  # C of the regression: higher trusts the corpus more
    min_df: int = 2
    max_features: int = 60_000


RECIPES: Final = {
    "issue": Recipe(),
    "act": Recipe(max_features=16_000),
    "reply": Recipe(min_df=1, max_features=24_000),
}


def train(corpus_dir: Path) -> bytes:
    """The model file for a corpus directory."""
    heads = {}
    for name in HEADS:
        examples, recipe = head_examples(corpus_dir, name), RECIPES[name]
        heads[name] = fit(examples, recipe, _fit_temperature(examples, recipe))
    return pack(heads, corpus_digest(corpus_dir))


def head_examples(corpus_dir: Path, head: str) -> list[Example]:
    """What a head learns from: its own kind, and the lines of others that it must tell apart."""
    examples = read_corpus(corpus_dir, head)
    if head == "act":
        issues = read_corpus(corpus_dir, "issue")
        return examples + [Example(e.text, NO_ACT, e.voice) for e in issues]
    if head == "reply":
        acts = read_corpus(corpus_dir, "act")
        return examples + [
            Example(e.text, _NARRATED[e.label], e.voice) for e in acts if e.label in _NARRATED
        ]
    return examples


def fit(examples: Sequence[Example], recipe: Recipe, temperature: float = 1.0) -> Head:
    """One head, fitted and quantised."""
    rows = [term_frequencies(normalize(e.text)) for e in examples]
    labels = tuple(sorted({e.label for e in examples}))
    targets = [labels.index(e.label) for e in examples]
    grams = _frequent(rows, recipe.min_df)
    fitted = _regress(rows, targets, grams, recipe.strength)
    if len(grams) > recipe.max_features:
        strongest = abs(fitted[0]).max(axis=0) * fitted[2]
        order = sorted(range(len(grams)), key=lambda i: (-strongest[i], grams[i]))
        grams = sorted(grams[i] for i in order[: recipe.max_features])
        fitted = _regress(rows, targets, grams, recipe.strength)
    return _quantise(labels, grams, fitted, temperature)


def leave_one_out(
    examples: Sequence[Example], recipe: Recipe, voice: str, temperature: float = 1.0
) -> list[tuple[Example, list[tuple[str, float]]]]:
    """Predictions for one voice by a head that never saw it."""
    head = fit([e for e in examples if e.voice != voice], recipe, temperature)
    return [
        (e, head.predict(term_frequencies(normalize(e.text)))) for e in examples if e.voice == voice
    ]


def best_temperature(predictions: Sequence[tuple[Example, list[tuple[str, float]]]]) -> float:
    """The temperature under which predictions made at 1.0 are least surprised by the truth."""

    def loss(temperature: float) -> float:
        total = 0.0
        for example, posterior in predictions:
            powers = {label: max(p, 1e-12) ** (1 / temperature) for label, p in posterior}
            total -= math.log(powers.get(example.label, 1e-12) / sum(powers.values()))
        return total

    return min(_TEMPERATURES, key=loss)


def _fit_temperature(examples: Sequence[Example], recipe: Recipe) -> float:
    voices = sorted({e.voice for e in examples})
    if len(voices) < 2:
        return 1.0
    return best_temperature(
        [pair for voice in voices for pair in leave_one_out(examples, recipe, voice)]
    )


def _frequent(rows: Sequence[dict[str, float]], min_df: int) -> list[str]:
    seen = Counter(gram for row in rows for gram in row)
    return sorted(gram for gram, n in seen.items() if n >= min_df)


def _regress(
    rows: Sequence[dict[str, float]], targets: Sequence[int], grams: Sequence[str], strength: float
) -> tuple[Any, Any, Any]:
    import numpy as np  # noqa: PLC0415  # run time must not need it
    from scipy.sparse import csr_matrix  # noqa: PLC0415  # the same
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415  # the same

    index = {gram: i for i, gram in enumerate(grams)}
    seen = Counter(gram for row in rows for gram in row if gram in index)
    idf = np.array([math.log((1 + len(rows)) / (1 + seen[g])) + 1 for g in grams], "float32")
    data: list[float] = []
    columns: list[int] = []
    ends = [0]
    for row in rows:
        known = [(index[g], f) for g, f in row.items() if g in index]
        values = [f * float(idf[i]) for i, f in known]
        norm = math.sqrt(sum(v * v for v in values)) or 1.0
        data.extend(v / norm for v in values)
        columns.extend(i for i, _ in known)
        ends.append(len(data))
    matrix = csr_matrix((data, columns, ends), shape=(len(rows), len(grams)))
    model = LogisticRegression(C=strength, max_iter=300, tol=1e-3).fit(matrix, targets)
    return model.coef_, model.intercept_, idf


def _quantise(
    labels: tuple[str, ...], grams: list[str], fitted: tuple[Any, Any, Any], temperature: float
) -> Head:
    import numpy as np  # noqa: PLC0415  # run time must not need it

    coefficients, bias, idf = fitted
    scale = float(abs(coefficients).max()) / 127
    weights = np.clip(np.rint(coefficients.T / scale) + 128, 0, 255).astype("uint8").tobytes()
    vocabulary = {gram: i for i, gram in enumerate(grams)}
    return Head(labels, vocabulary, [float(x) for x in idf], weights,
                [float(x) for x in bias], scale, temperature)  # fmt: skip
