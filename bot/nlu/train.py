"""The training half of the classifier; needs scikit-learn, which run time never imports.

A head is logistic regression (one label against the rest: ten times faster than multinomial and
no worse on unseen voices) plus a share of complement naive Bayes. Both are linear, so the stored
model is one matrix. Long sentences are also learnt clause by clause, because people
send fragments. Training is deterministic: the same corpus gives the same bytes on the same
machine. The temperature is fitted on voices that the fit did not see: random folds flatter.
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from bot.nlu.acts import LONGEST_ACT, act_terms
from bot.nlu.classifier import Head, Posterior, pack
from bot.nlu.corpus import NO_ACT, OUT_OF_SCOPE, Example, corpus_digest, read_corpus
from bot.nlu.features import term_frequencies
from bot.nlu.normalize import normalize

HEADS: Final = ("issue", "act", "reply")
Prediction = tuple[Example, Posterior]

# Words of the user that tell what the other side did: the reply head reads narration too.
_NARRATED: Final = {
    "bot_marked_resolved": "marked_resolved",
    "human_reached": "human_answered",
    "rejected_again": "appeal_rejected",
}
_TEMPERATURES: Final = tuple(0.3 * 1.05**i for i in range(45))
_CLAUSE: Final = re.compile(r"[,。!?;、\s|~…]+")


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one head is fitted."""

    strength: float = 30.0  # C of the regression: higher trusts the corpus more
    naive_bayes: float = 1.0  # its share beside the regression
    min_df: int = 2
    max_features: int = 60_000
    clause_weight: float = 0.3  # of a clause, beside 1 for its whole sentence
    no_act_weight: float = 1.0  # of a line that is there only to be told apart
    terms: Callable[[str], Mapping[str, float]] = term_frequencies


RECIPES: Final = {
    "issue": Recipe(),
    "act": Recipe(
        strength=30.0, naive_bayes=0.0, max_features=12_000, clause_weight=0.0,
        no_act_weight=0.1, terms=act_terms,
    ),
    "reply": Recipe(naive_bayes=1.0, max_features=12_000),
}  # fmt: skip


def train(corpus_dir: Path) -> bytes:
    """The model file for a corpus directory."""
    heads = {}
    for name in HEADS:
        examples, recipe = head_examples(corpus_dir, name), RECIPES[name]
        heads[name] = fit(examples, recipe, _left_out_temperature(examples, recipe))
    return pack(heads, corpus_digest(corpus_dir))


def head_examples(corpus_dir: Path, head: str) -> list[Example]:
    """What a head learns from: its own kind, and lines of others that it must tell apart."""
    examples = read_corpus(corpus_dir, head)
    if head == "act":
        others = filter(_is_content, read_corpus(corpus_dir, "issue"))
        return examples + [Example(e.text, NO_ACT, e.voice) for e in others]
    if head == "reply":
        acts = read_corpus(corpus_dir, "act")
        return examples + [
            Example(e.text, _NARRATED[e.label], e.voice) for e in acts if e.label in _NARRATED
        ]
    return examples


def _is_content(example: Example) -> bool:
    """Whether a line teaches what is no act; short words about support, and small talk, do not."""
    shortest = 0
    if example.label.startswith("support."):
        shortest = 13
    elif example.label == OUT_OF_SCOPE:
        shortest = 9
    return shortest <= len(normalize(example.text)) <= LONGEST_ACT


def fit(examples: Sequence[Example], recipe: Recipe, temperature: float = 1.0) -> Head:
    """One head, fitted and quantised."""
    labels = tuple(sorted({e.label for e in examples}))
    samples = [sample for e in examples for sample in _samples(e, recipe)]
    rows = [recipe.terms(text) for text, _, _ in samples]
    data = _Data(rows, [labels.index(label) for _, label, _ in samples], [w for *_, w in samples])
    grams = _frequent(rows, recipe.min_df)
    fitted = _regress(data, grams, recipe)
    if len(grams) > recipe.max_features:
        strongest = abs(fitted[0]).max(axis=0) * fitted[2]
        order = sorted(range(len(grams)), key=lambda i: (-strongest[i], grams[i]))
        grams = sorted(grams[i] for i in order[: recipe.max_features])
        fitted = _regress(data, grams, recipe)
    return _quantise(labels, grams, fitted, temperature)


def left_out(
    examples: Sequence[Example], recipe: Recipe, voice: str
) -> tuple[Head, list[Prediction]]:
    """A head that never saw `voice`, and what it says of that voice, uncalibrated."""
    head = fit([e for e in examples if e.voice != voice], recipe)
    return head, [
        (e, head.predict(recipe.terms(normalize(e.text)))) for e in examples if e.voice == voice
    ]


def best_temperature(predictions: Sequence[Prediction]) -> float:
    """The temperature under which predictions made at 1.0 are least surprised by the truth."""

    def loss(temperature: float) -> float:
        total = 0.0
        for example, posterior in predictions:
            powers = {label: max(p, 1e-12) ** (1 / temperature) for label, p in posterior}
            total -= math.log(powers.get(example.label, 1e-12) / sum(powers.values()))
        return total

    return min(_TEMPERATURES, key=loss)


def with_temperature(head: Head, temperature: float) -> Head:
    return replace(head, temperature=temperature)


def _left_out_temperature(examples: Sequence[Example], recipe: Recipe) -> float:
    voices = sorted({e.voice for e in examples})
    if len(voices) < 2:
        return 1.0
    return best_temperature([p for v in voices for p in left_out(examples, recipe, v)[1]])


@dataclass(frozen=True, slots=True)
class _Data:
    rows: Sequence[Mapping[str, float]]
    targets: Sequence[int]
    weights: Sequence[float]


def _samples(example: Example, recipe: Recipe) -> list[tuple[str, str, float]]:
    """(text, label, weight): the sentence, and for a long one its clauses."""
    text = normalize(example.text)
    weight = recipe.no_act_weight if example.label == NO_ACT else 1.0
    samples = [(text, example.label, weight)]
    clauses = [clause for clause in _CLAUSE.split(text) if len(clause) >= 6]
    if recipe.clause_weight and len(text) > 25 and len(clauses) > 1:
        samples += [(clause, example.label, recipe.clause_weight) for clause in clauses]
    return samples


def _frequent(rows: Sequence[Mapping[str, float]], min_df: int) -> list[str]:
    seen = Counter(gram for row in rows for gram in row)
    return sorted(gram for gram, n in seen.items() if n >= min_df)


def _regress(data: _Data, grams: Sequence[str], recipe: Recipe) -> tuple[Any, Any, Any]:
    """(coefficients by label and gram, bias by label, idf by gram)."""
    import numpy as np  # noqa: PLC0415  # run time must not need it
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415  # the same
    from sklearn.naive_bayes import ComplementNB  # noqa: PLC0415  # the same

    matrix, idf = _matrix(data.rows, grams)
    targets = np.array(data.targets)
    coefficients, bias = [], []
    for label in range(targets.max() + 1):
        model = LogisticRegression(C=recipe.strength, solver="liblinear", tol=1e-3)
        model.fit(matrix, targets == label, sample_weight=data.weights)
        coefficients.append(model.coef_[0])
        bias.append(model.intercept_[0])
    bayes = ComplementNB(alpha=0.3).fit(matrix, targets, sample_weight=data.weights)
    evidence = bayes.feature_log_prob_ - bayes.feature_log_prob_.mean(axis=0)
    return np.array(coefficients) + recipe.naive_bayes * evidence, np.array(bias), idf


def _matrix(rows: Sequence[Mapping[str, float]], grams: Sequence[str]) -> tuple[Any, Any]:
    """The TF-IDF rows, each of length one, as a sparse matrix; and the idf."""
    import numpy as np  # noqa: PLC0415  # run time must not need it
    from scipy.sparse import csr_matrix  # noqa: PLC0415  # the same

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
    return csr_matrix((data, columns, ends), shape=(len(rows), len(grams))), idf


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
