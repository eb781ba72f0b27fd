"""The run-time half of the classifier: a linear model in one file, in pure Python.

A model file holds several heads (issue, act, reply, danger). Each head is TF-IDF over the n-grams of
`features` and multinomial logistic regression with int8 weights and a temperature fitted on
left-out writers, so that its probabilities mean what they say; gates weigh the heads together.
The heads share one vocabulary. `train` fits them and `packing` writes the file.
"""

import json
import struct
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from math import exp, sqrt
from operator import mul
from pathlib import Path
from typing import Any, Final

from bot.nlu import features
from bot.nlu.gate import Gate

MAGIC: Final = b"ZRNLU5\n"
ZERO: Final = 128  # weights are stored as unsigned bytes around this

Posterior = list[tuple[str, float]]


class StaleModelError(Exception):
    """The model file was written by another version of this package. Run `zhenren train`."""


@dataclass(frozen=True, slots=True, eq=False)
class Head:
    """One trained question: which of `labels` is this sentence?

    `rows` has its row for each n-gram of the vocabulary, -1 for those that it does not know.
    """

    labels: tuple[str, ...]
    rows: Sequence[int]
    idf: Sequence[float]
    weights: bytes  # row-major, one byte for each feature and label
    bias: Sequence[float]
    scale: float
    temperature: float
    unknown: float  # the idf of an n-gram that training never kept

    def predict(self, known: Sequence[tuple[int, float]], unheard: float) -> Posterior:
        """All labels with their probabilities, the likeliest first.

        `known` are n-grams of the vocabulary with their frequency, `unheard` the sum of the squared
        frequencies of all others.
        """
        logits = self._logits(known, unheard)
        top = max(logits)
        odds = [exp((x - top) / self.temperature) for x in logits]
        total = sum(odds)
        ranked = sorted(zip(odds, self.labels, strict=True), key=lambda pair: (-pair[0], pair[1]))
        return [(label, x / total) for x, label in ranked]

    def _logits(self, known: Sequence[tuple[int, float]], unheard: float) -> list[float]:
        rows, width, weights, idf = self.rows, len(self.labels), self.weights, self.idf
        values: list[float] = []
        columns: list[bytes] = []
        for gram, frequency in known:
            row = rows[gram]
            if row < 0:
                unheard += frequency * frequency
            else:
                values.append(frequency * idf[row])
                columns.append(weights[row * width : row * width + width])
        if not values:
            return list(self.bias)
        # What is not understood still makes the rest weigh less.
        factor = self.scale / sqrt(sum(map(mul, values, values)) + unheard * self.unknown**2)
        shift = ZERO * sum(values)
        return [
            bias + factor * (sum(map(mul, values, column)) - shift)
            for bias, column in zip(self.bias, zip(*columns, strict=True), strict=True)
        ]


class Classifier:
    """The heads and gates of one model file, over one vocabulary."""

    def __init__(
        self,
        vocabulary: Mapping[str, int],
        heads: Mapping[str, Head],
        gates: Mapping[str, Gate],
        digest: str,
    ) -> None:
        self._vocabulary, self._heads = vocabulary, heads
        self.gates = gates
        self.corpus_digest = digest

    @classmethod
    def load(cls, path: Path) -> "Classifier":
        """Read a model file; raises `StaleModelError` when its format is not this one."""
        return cls.from_bytes(path.read_bytes())

    @classmethod
    def from_bytes(cls, data: bytes) -> "Classifier":
        """The classifier that `packing.pack` wrote down."""
        if not data.startswith(MAGIC):
            raise StaleModelError("unknown model format; run `zhenren train`")
        start = len(MAGIC) + 4
        (length,) = struct.unpack_from("<I", data, len(MAGIC))
        header = json.loads(data[start : start + length])
        if header["features"] != features.VERSION:
            raise StaleModelError("features have changed since training; run `zhenren train`")
        sizes = [header["words"], *(sum(about["sizes"]) for about in header["heads"])]
        words, *blocks = _cut(data[start + length :], sizes)
        grams = words.decode().split("\n")
        heads = {
            about["name"]: _unpack(about, block, _rows(about["name"], header["groups"]))
            for about, block in zip(header["heads"], blocks, strict=True)
        }
        gates = {
            name: Gate(tuple(each["weights"]), each["bias"], each["least"])
            for name, each in header["gates"].items()
        }
        vocabulary = dict(zip(grams, range(len(grams)), strict=True))
        return cls(vocabulary, heads, gates, header["digest"])

    def predict(self, normalized: str, head: str = "issue") -> Posterior:
        """The labels of `head` for a text that `normalize` has seen, the likeliest first."""
        return self.predict_terms(features.term_frequencies(normalized), head)

    def predict_terms(self, terms: Mapping[str, float], head: str) -> Posterior:
        """As `predict`, for a caller that has the terms already."""
        known: list[tuple[int, float]] = []
        unheard = 0.0
        index_of = self._vocabulary.get
        for gram, frequency in terms.items():
            index = index_of(gram)
            if index is None:
                unheard += frequency * frequency
            else:
                known.append((index, frequency))
        return self._heads[head].predict(known, unheard)


def _rows(name: str, groups: Sequence[tuple[Sequence[str], int]]) -> Sequence[int]:
    """The rows of one head: the vocabulary comes in groups of n-grams that the same heads know."""
    rows = array("i")
    row = 0
    for names, count in groups:
        if name in names:
            rows.extend(range(row, row + count))
            row += count
        else:
            rows.extend(array("i", [-1]) * count)
    return rows


def _unpack(about: Mapping[str, Any], block: bytes, rows: Sequence[int]) -> Head:
    idf_bytes, bias_bytes, weights = _cut(block, about["sizes"])
    idf = array("f", struct.unpack(f"<{len(idf_bytes) // 2}e", idf_bytes))
    bias = array("d")
    bias.frombytes(bias_bytes)
    return Head(
        tuple(about["labels"]), rows, idf, weights, bias,
        about["scale"], about["temperature"], about["unknown"],
    )  # fmt: skip


def _cut(data: bytes, sizes: Sequence[int]) -> list[bytes]:
    return [data[a:b] for a, b in pairwise(accumulate(sizes, initial=0))]
