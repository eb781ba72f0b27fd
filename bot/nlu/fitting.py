"""Fitting one head; needs scikit-learn, which run time never imports.

A head is logistic regression (one label against the rest: ten times faster than multinomial and
no worse on unseen voices) plus a share of complement naive Bayes. Both are linear, so the stored
model is one matrix. Long sentences are also learnt clause by clause, because people
send fragments. Fitting is deterministic: the same lines give the same head on the same machine.
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from zlib import crc32

from bot.nlu.acts import act_terms
from bot.nlu.corpus import NOTHING, OUT_OF_SCOPE, Example
from bot.nlu.features import term_frequencies
from bot.nlu.normalize import normalize
from bot.nlu.packing import Fitted

_MOST: Final = 62_000  # n-grams: what fits into a model file
_CLAUSE: Final = re.compile(r"[,。!?;、\s|~…]+")


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one head is fitted."""

    catch_all: str  # the label for what is none of the others
    strength: float = 30.0  # C of the regression: higher trusts the corpus more
    naive_bayes: float = 1.0  # its share beside the regression
    min_df: int = 2
    pure_twice: bool = False  # whether two times are enough under one label, whatever min_df says
    clause_weight: float = 0.3  # of a clause, beside 1 for its whole sentence
    borrowed_weight: float = 1.0  # of a line of another kind, beside 1 for its own
    own_words: bool = False  # whether only lines of its own kind give n-grams
    terms: Callable[[str], Mapping[str, float]] = term_frequencies


RECIPES: Final = {
    "issue": Recipe(OUT_OF_SCOPE, min_df=3, pure_twice=True),
    "act": Recipe(NOTHING, min_df=1, clause_weight=0.0, borrowed_weight=0.1, own_words=True, terms=act_terms),
    "reply": Recipe("other", min_df=3),
    "danger": Recipe(NOTHING, strength=200.0, min_df=5, clause_weight=0.0, borrowed_weight=0.2),
}  # fmt: skip


def fit(examples: Sequence[Example], recipe: Recipe) -> Fitted:
    """One head, fitted and quantised, not yet calibrated."""
    labels = tuple(sorted({e.label for e in examples}))
    texts = [normalize(e.text) for e in examples]
    rows = [recipe.terms(text) for text in texts]
    seen = Counter(gram for row in rows for gram in row)
    grams = _vocabulary(examples, rows, recipe)
    idf = [_idf(len(rows), seen[gram]) for gram in grams]
    unknown = _idf(len(rows), 1)
    samples = _Samples(
        rows, [labels.index(e.label) for e in examples], weights_of(examples, recipe)
    )
    samples = _with_clauses(samples, texts, recipe)
    coefficients, bias = _regress(samples, grams, idf, unknown, recipe)
    scale, weights = _quantise(coefficients)
    return Fitted(labels, grams, idf, weights, bias, scale, 1.0, unknown)


def _vocabulary(
    examples: Sequence[Example], rows: Sequence[Mapping[str, float]], recipe: Recipe
) -> list[str]:
    seen: Counter[str] = Counter()
    labels: dict[str, set[str]] = {}
    for example, row in zip(examples, rows, strict=True):
        if not (recipe.own_words and example.borrowed):
            seen.update(row)
            for gram in row:
                labels.setdefault(gram, set()).add(example.label)
    frequent = [gram for gram, n in seen.items() if n >= recipe.min_df]
    twice = [gram for gram, n in seen.items() if n == 2 and len(labels[gram]) == 1]
    # The shorter an n-gram, the likelier it is met again; equals go by a number that favours no alphabet.
    twice.sort(key=lambda gram: (len(gram), crc32(gram.encode())))
    more = twice[: max(0, _MOST - len(frequent))] if recipe.pure_twice else []
    return sorted({*frequent, *more})


def _idf(total: int, seen: int) -> float:
    return math.log((1 + total) / (1 + seen)) + 1


def weights_of(examples: Sequence[Example], recipe: Recipe) -> list[float]:
    """How much each line counts."""
    return [recipe.borrowed_weight if e.borrowed else 1.0 for e in examples]


@dataclass(frozen=True, slots=True)
class _Samples:
    rows: list[Mapping[str, float]]
    targets: list[int]
    weights: list[float]


def _with_clauses(samples: _Samples, texts: Sequence[str], recipe: Recipe) -> _Samples:
    """Long sentences again, clause by clause, each clause weighing less than a sentence."""
    if not recipe.clause_weight:
        return samples
    more = [
        (recipe.terms(clause), target, weight * recipe.clause_weight)
        for text, target, weight in zip(texts, samples.targets, samples.weights, strict=True)
        for clause in _clauses(text)
    ]
    return _Samples(
        samples.rows + [row for row, _, _ in more],
        samples.targets + [target for _, target, _ in more],
        samples.weights + [weight for _, _, weight in more],
    )


def _clauses(text: str) -> list[str]:
    clauses = [clause for clause in _CLAUSE.split(text) if len(clause) >= 6]
    return clauses if len(text) > 25 and len(clauses) > 1 else []


def _regress(
    samples: _Samples, grams: Sequence[str], idf: Sequence[float], unknown: float, recipe: Recipe
) -> tuple[Any, list[float]]:
    """(coefficients by label and gram, bias by label)."""
    import numpy as np  # noqa: PLC0415  # run time must not need it
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415  # the same
    from sklearn.naive_bayes import ComplementNB  # noqa: PLC0415  # the same

    matrix = _matrix(samples.rows, grams, idf, unknown)
    targets = np.array(samples.targets)
    coefficients, bias = [], []
    for label in range(targets.max() + 1):
        model = LogisticRegression(C=recipe.strength, solver="liblinear", tol=1e-3)
        model.fit(matrix, targets == label, sample_weight=samples.weights)
        coefficients.append(model.coef_[0])
        bias.append(float(model.intercept_[0]))
    bayes = ComplementNB(alpha=0.3).fit(matrix, targets, sample_weight=samples.weights)
    evidence = bayes.feature_log_prob_ - bayes.feature_log_prob_.mean(axis=0)
    return np.array(coefficients) + recipe.naive_bayes * evidence, bias


def _matrix(
    rows: Sequence[Mapping[str, float]], grams: Sequence[str], idf: Sequence[float], unknown: float
) -> Any:
    """The TF-IDF rows, each of length one with its unknown n-grams, as a sparse matrix."""
    from scipy.sparse import csr_matrix  # noqa: PLC0415  # run time must not need it

    index = {gram: i for i, gram in enumerate(grams)}
    data: list[float] = []
    columns: list[int] = []
    ends = [0]
    for row in rows:
        known = [(index[gram], f) for gram, f in row.items() if gram in index]
        values = [f * idf[i] for i, f in known]
        unheard = sum(f * f for gram, f in row.items() if gram not in index)
        norm = math.sqrt(sum(v * v for v in values) + unheard * unknown**2) or 1.0
        data.extend(v / norm for v in values)
        columns.extend(i for i, _ in known)
        ends.append(len(data))
    return csr_matrix((data, columns, ends), shape=(len(rows), len(grams)))


def _quantise(coefficients: Any) -> tuple[float, bytes]:
    """(the step, one unsigned byte for each gram and label around 128)."""
    import numpy as np  # noqa: PLC0415  # run time must not need it

    scale = float(abs(coefficients).max()) / 127
    return scale, np.clip(np.rint(coefficients.T / scale) + 128, 0, 255).astype("uint8").tobytes()
