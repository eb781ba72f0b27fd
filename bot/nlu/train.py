"""The training half of the classifier; needs scikit-learn, which run time never imports.

A head is logistic regression (one label against the rest: ten times faster than multinomial and
no worse on unseen voices) plus a share of complement naive Bayes. Both are linear, so the stored
model is one matrix. Long sentences are also learnt clause by clause, because people
send fragments. Training is deterministic: the same corpus gives the same bytes on the same
machine. Calibration is fitted on voices that the fit did not see: random folds flatter.
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from bot.nlu.acts import LONGEST_ACT, act_terms
from bot.nlu.classifier import Head, Posterior, pack
from bot.nlu.corpus import NOTHING, OUT_OF_SCOPE, Example, corpus_digest, read_corpus
from bot.nlu.dangers import find_danger
from bot.nlu.features import term_frequencies
from bot.nlu.normalize import normalize

HEADS: Final = ("issue", "act", "reply", "danger")
Prediction = tuple[Example, Posterior]

# Words of the user that tell what the other side did: the reply head reads narration too.
_NARRATED: Final = {
    "bot_marked_resolved": "marked_resolved",
    "human_reached": "human_answered",
    "rejected_again": "appeal_rejected",
}
# Short words about these are acts as well: 「没信儿」, 「又给驳了」.
_ALSO_ACTS: Final = ("support.bot_says_resolved", "support.no_reply", "support.rejected")
_CLOSED: Final = re.compile("关|關|结束|結束|超时|断开")
_RESOLVED: Final = re.compile("解决|解決|完成|处理|處理|办结|完结|完結|结案|結案|勾")
_PARTS: Final = 6
_CLAUSE: Final = re.compile(r"[,。!?;、\s|~…]+")


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one head is fitted."""

    catch_all: str  # the label for what is none of the others
    strength: float = 30.0  # C of the regression: higher trusts the corpus more
    naive_bayes: float = 1.0  # its share beside the regression
    min_df: int = 2
    pure_pairs: bool = False  # whether two times are enough under one label, whatever min_df says
    clause_weight: float = 0.3  # of a clause, beside 1 for its whole sentence
    borrowed_weight: float = 1.0  # of a line of another kind, beside 1 for its own
    own_words: bool = False  # whether only lines of its own kind give n-grams
    terms: Callable[[str], Mapping[str, float]] = term_frequencies


RECIPES: Final = {
    "issue": Recipe(OUT_OF_SCOPE, min_df=3, pure_pairs=True),
    "act": Recipe(NOTHING, clause_weight=0.0, borrowed_weight=0.1, own_words=True, terms=act_terms),
    "reply": Recipe("other", min_df=3),
    "danger": Recipe(NOTHING, clause_weight=0.0, borrowed_weight=0.05, own_words=True),
}  # fmt: skip


def train(corpus_dir: Path) -> bytes:
    """The model file for a corpus directory."""
    heads = {}
    for name in HEADS:
        examples, recipe = head_examples(corpus_dir, name), RECIPES[name]
        parts = _parts(examples)
        unseen = [p for v in voices_of(parts) for p in left_out(parts, recipe, v)[1]]
        heads[name] = calibrated(fit(examples, recipe), unseen, recipe)
    return pack(heads, corpus_digest(corpus_dir))


def voices_of(examples: Sequence[Example]) -> list[str]:
    """Who wrote a head's own lines."""
    return sorted({e.voice for e in examples if not e.borrowed})


def _parts(examples: Sequence[Example]) -> list[Example]:
    """What to leave out in turn: a few voices at a time, or every sixth line of a single voice."""
    place = {voice: i for i, voice in enumerate(sorted({e.voice for e in examples}))}
    alone = len(voices_of(examples)) == 1
    return [
        replace(e, voice=f"part {(i if alone else place[e.voice]) % _PARTS}")
        for i, e in enumerate(examples)
    ]


def head_examples(corpus_dir: Path, head: str) -> list[Example]:
    """What a head learns from: its own kind, and lines of others that it must tell apart."""
    examples = read_corpus(corpus_dir, head)
    if head == "act":
        return examples + _borrow(filter(_is_content, read_corpus(corpus_dir, "issue")))
    if head == "danger":
        return examples + _borrow(
            e for e in read_corpus(corpus_dir, "issue") if not find_danger(e.text)
        )
    if head == "reply":
        acts = read_corpus(corpus_dir, "act")
        return examples + [
            Example(e.text, _narrated(e), e.voice) for e in acts if e.label in _NARRATED
        ]
    return examples


def _borrow(examples: Iterable[Example]) -> list[Example]:
    return [Example(e.text, NOTHING, e.voice, borrowed=True) for e in examples]


def _narrated(example: Example) -> str:
    """「窗口被它关了」 is told like 「又显示已解决」, but is another reply."""
    closed = _CLOSED.search(example.text) and not _RESOLVED.search(example.text)
    return "auto_closed" if closed else _NARRATED[example.label]


def _is_content(example: Example) -> bool:
    """Whether a line teaches what is no act; short words about support, and small talk, do not."""
    shortest = 0
    if example.label in _ALSO_ACTS:
        shortest = 13
    elif example.label == OUT_OF_SCOPE:
        shortest = 9
    return shortest <= len(normalize(example.text)) <= LONGEST_ACT


def fit(examples: Sequence[Example], recipe: Recipe) -> Head:
    """One head, fitted and quantised, not yet calibrated."""
    labels = tuple(sorted({e.label for e in examples}))
    texts = [normalize(e.text) for e in examples]
    rows = [recipe.terms(text) for text in texts]
    seen = Counter(gram for row in rows for gram in row)
    grams = _vocabulary(examples, rows, recipe)
    idf = [_idf(len(rows), seen[gram]) for gram in grams]
    unknown = _idf(len(rows), 1)
    samples = _Samples(rows, [labels.index(e.label) for e in examples], _weights(examples, recipe))
    samples = _with_clauses(samples, texts, recipe)
    coefficients, bias = _regress(samples, grams, idf, unknown, recipe)
    scale, weights = _quantise(coefficients)
    vocabulary = {gram: i for i, gram in enumerate(grams)}
    return Head(labels, vocabulary, idf, weights, bias, scale, 1.0, unknown)


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
    return sorted(
        gram
        for gram, n in seen.items()
        if n >= recipe.min_df or (recipe.pure_pairs and n == 2 and len(labels[gram]) == 1)
    )


def left_out(
    examples: Sequence[Example], recipe: Recipe, voice: str
) -> tuple[Head, list[Prediction]]:
    """A head that never saw `voice`, and what it says of that voice, uncalibrated."""
    head = fit([e for e in examples if e.voice != voice], recipe)
    return head, [
        (e, head.predict(recipe.terms(normalize(e.text)))) for e in examples if e.voice == voice
    ]


def calibrated(head: Head, unseen: Sequence[Prediction], recipe: Recipe) -> Head:
    """The head with the temperature, and the reluctance to say its catch-all label, under which
    `unseen` (predictions on left-out voices at temperature 1) are least surprised by the truth.
    """
    if not unseen:
        return head
    import numpy as np  # noqa: PLC0415  # run time must not need it
    from scipy.optimize import minimize  # noqa: PLC0415  # the same

    place = {label: i for i, label in enumerate(head.labels)}
    logits = np.array([_in_order(posterior, place) for _, posterior in unseen])
    truth = np.array([place[e.label] for e, _ in unseen])
    weights = np.array(_weights([e for e, _ in unseen], recipe))
    shifted = np.array([label == recipe.catch_all for label in head.labels], float)

    def loss(point: Any) -> float:
        scores = logits * math.exp(point[0]) + shifted * point[1]
        scores -= scores.max(axis=1, keepdims=True)
        chances = scores[np.arange(len(truth)), truth] - np.log(np.exp(scores).sum(axis=1))
        return -float((weights * chances).sum() / weights.sum())

    sharpness, shift = minimize(loss, np.zeros(2), method="Nelder-Mead").x
    temperature = math.exp(-sharpness)
    bias = [b + shift * temperature * (label == recipe.catch_all)
            for b, label in zip(head.bias, head.labels, strict=True)]  # fmt: skip
    return replace(head, temperature=temperature, bias=bias)


def _in_order(posterior: Posterior, place: Mapping[str, int]) -> list[float]:
    logits = [0.0] * len(place)
    for label, p in posterior:
        logits[place[label]] = math.log(max(p, 1e-12))
    return logits


def _idf(total: int, seen: int) -> float:
    return math.log((1 + total) / (1 + seen)) + 1


def _weights(examples: Sequence[Example], recipe: Recipe) -> list[float]:
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
