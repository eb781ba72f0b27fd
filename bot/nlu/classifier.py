"""The run-time half of the classifier: a linear model in one file, in pure Python.

A model file holds several heads (issue, act, reply, danger). Each head is TF-IDF over the n-grams of
`features` and a linear score for each label, with int8 weights, and a temperature fitted on
left-out writers, so that its probabilities mean what they say; gates weigh the heads together.
The heads share one vocabulary, which is kept as sorted checksums of the n-grams: 110,000 strings would
take 17 MB and 20 ms. A stranger is taken for a known n-gram once in 40,000. `train` fits the heads and
`packing` writes the file.
"""

import json
import struct
from array import array
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from math import exp, sqrt
from operator import mul
from pathlib import Path
from typing import Any, Final, NamedTuple
from zlib import crc32

from bot.core.errors import ConfigError
from bot.nlu import features
from bot.nlu.gate import Gate

MAGIC: Final = b"ZRNLU6\n"
UNKNOWN: Final = 0xFFFF  # the row of an n-gram that a head does not know
ZERO: Final = 128  # weights are stored as unsigned bytes around this

Posterior = list[tuple[str, float]]


class StaleModelError(ConfigError):
    """The model file was written by another version of this package. Run `zhenren train`."""


class Heard(NamedTuple):
    """A sentence as the vocabulary knows it: (n-gram, frequency) pairs, and the sum of the squared
    frequencies of all n-grams that it does not know."""

    known: list[tuple[int, float]]
    unheard: float

    def beside(self, more: "Heard") -> "Heard":
        """Both together."""
        return Heard(self.known + more.known, self.unheard + more.unheard)


@dataclass(frozen=True, slots=True, eq=False)
class Head:
    """One trained question: which of `labels` is this sentence?

    `rows` has its row for each n-gram of the vocabulary, `UNKNOWN` for those that it does not know.
    """

    labels: tuple[str, ...]
    rows: Sequence[int]
    idf: Sequence[float]
    weights: bytes  # row-major, one byte for each feature and label
    bias: Sequence[float]
    scale: float
    temperature: float
    unknown: float  # the idf of an n-gram that training never kept

    def predict(self, heard: Heard) -> Posterior:
        """All labels with their probabilities, the likeliest first."""
        logits = self._logits(heard)
        top = max(logits)
        odds = [exp((x - top) / self.temperature) for x in logits]
        total = sum(odds)
        ranked = sorted(zip(odds, self.labels, strict=True), key=lambda pair: (-pair[0], pair[1]))
        return [(label, x / total) for x, label in ranked]

    def _logits(self, heard: Heard) -> list[float]:
        rows, width, weights, idf = self.rows, len(self.labels), self.weights, self.idf
        unheard = heard.unheard
        values: list[float] = []
        columns: list[bytes] = []
        for gram, frequency in heard.known:
            row = rows[gram]
            if row == UNKNOWN:
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
    """The heads and gates of one model file, over one vocabulary: sorted checksums."""

    def __init__(
        self,
        vocabulary: Sequence[int],
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
            raise StaleModelError("模型文件是别的版本写的。请运行 zhenren train")
        start = len(MAGIC) + 4
        (length,) = struct.unpack_from("<I", data, len(MAGIC))
        header = json.loads(data[start : start + length])
        if header["features"] != features.VERSION:
            raise StaleModelError("训练以后特征变了。请运行 zhenren train")
        sizes = [header["vocabulary"], *(sum(about["sizes"]) for about in header["heads"])]
        grams, *blocks = _cut(memoryview(data)[start + length :], sizes)
        heads = {
            about["name"]: _unpack(about, block)
            for about, block in zip(header["heads"], blocks, strict=True)
        }
        gates = {
            name: Gate(tuple(each["weights"]), each["bias"], each["least"])
            for name, each in header["gates"].items()
        }
        return cls(array("I", grams.tobytes()), heads, gates, header["digest"])

    def hear(self, terms: Mapping[str, float]) -> Heard:
        """What the vocabulary knows of these terms; every head can read it."""
        vocabulary = self._vocabulary
        end = len(vocabulary)
        known: list[tuple[int, float]] = []
        unheard = 0.0
        for gram, frequency in terms.items():
            checksum = crc32(gram.encode())
            index = bisect_left(vocabulary, checksum)
            if index < end and vocabulary[index] == checksum:
                known.append((index, frequency))
            else:
                unheard += frequency * frequency
        return Heard(known, unheard)

    def judge(self, heard: Heard, head: str) -> Posterior:
        """The labels of `head`, the likeliest first."""
        return self._heads[head].predict(heard)

    def predict(self, normalized: str, head: str = "issue") -> Posterior:
        """As `judge`, for a text that `normalize` has seen."""
        return self.judge(self.hear(features.term_frequencies(normalized)), head)


def _unpack(about: Mapping[str, Any], block: memoryview) -> Head:
    rows, idf, bias, weights = _cut(block, about["sizes"])
    return Head(
        tuple(about["labels"]),
        array("H", rows.tobytes()),
        array("f", struct.unpack(f"<{len(idf) // 2}e", idf)),
        weights.tobytes(),
        array("d", bias.tobytes()),
        about["scale"], about["temperature"], about["unknown"],
    )  # fmt: skip


def _cut(data: memoryview, sizes: Sequence[int]) -> list[memoryview]:
    return [data[a:b] for a, b in pairwise(accumulate(sizes, initial=0))]
