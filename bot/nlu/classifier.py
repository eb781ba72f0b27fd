"""The run-time half of the classifier: a linear model in one file, in pure Python.

A model file holds several heads (issue, act, reply). Each head is TF-IDF over the n-grams of
`features` and multinomial logistic regression with int8 weights and a temperature fitted on
left-out writers, so that its probabilities mean what they say. `train` writes the file.
"""

import json
import struct
import sys
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from math import exp, sqrt
from operator import mul
from pathlib import Path
from typing import Any, Final

from bot.nlu import features

MAGIC: Final = b"ZRNLU3\n"
_ZERO: Final = 128  # weights are stored as unsigned bytes around this

Posterior = list[tuple[str, float]]


class StaleModelError(Exception):
    """The model file was written by another version of this package. Run `zhenren train`."""


@dataclass(frozen=True, slots=True, eq=False)
class Head:
    """One trained question: which of `labels` is this sentence?"""

    labels: tuple[str, ...]
    vocabulary: Mapping[str, int]
    idf: Sequence[float]
    weights: bytes  # row-major, one byte for each feature and label
    bias: Sequence[float]
    scale: float
    temperature: float
    unknown: float  # the idf of an n-gram that training never kept

    def predict(self, terms: Mapping[str, float]) -> Posterior:
        """All labels with their probabilities, the likeliest first."""
        logits = self._logits(terms)
        top = max(logits)
        odds = [exp((x - top) / self.temperature) for x in logits]
        total = sum(odds)
        ranked = sorted(zip(odds, self.labels, strict=True), key=lambda pair: (-pair[0], pair[1]))
        return [(label, x / total) for x, label in ranked]

    def _logits(self, terms: Mapping[str, float]) -> list[float]:
        width, weights, idf = len(self.labels), self.weights, self.idf
        unheard = 0.0
        values: list[float] = []
        rows: list[bytes] = []
        for gram, frequency in terms.items():
            index = self.vocabulary.get(gram)
            if index is None:
                # What is not understood still makes the rest weigh less.
                unheard += frequency * frequency
            else:
                values.append(frequency * idf[index])
                rows.append(weights[index * width : index * width + width])
        if not values:
            return list(self.bias)
        factor = self.scale / sqrt(sum(map(mul, values, values)) + unheard * self.unknown**2)
        shift = _ZERO * sum(values)
        return [
            bias + factor * (sum(map(mul, values, column)) - shift)
            for bias, column in zip(self.bias, zip(*rows, strict=True), strict=True)
        ]


class Classifier:
    """The heads of one model file."""

    def __init__(self, heads: Mapping[str, Head], digest: str) -> None:
        self._heads = heads
        self.corpus_digest = digest

    @classmethod
    def load(cls, path: Path) -> "Classifier":
        """Read a model file; raises `StaleModelError` when its format is not this one."""
        return cls.from_bytes(path.read_bytes())

    @classmethod
    def from_bytes(cls, data: bytes) -> "Classifier":
        if not data.startswith(MAGIC):
            raise StaleModelError("unknown model format; run `zhenren train`")
        offset = len(MAGIC)
        (length,) = struct.unpack_from("<I", data, offset)
        offset += 4
        header = json.loads(data[offset : offset + length])
        if header["features"] != features.VERSION:
            raise StaleModelError("features have changed since training; run `zhenren train`")
        offset += length
        heads = {}
        for about in header["heads"]:
            end = offset + sum(about["sizes"])
            heads[about["name"]] = _unpack(about, data[offset:end])
            offset = end
        return cls(heads, header["digest"])

    def predict(self, normalized: str, head: str = "issue") -> Posterior:
        """The labels of `head` for a text that `normalize` has seen, the likeliest first."""
        return self._heads[head].predict(features.term_frequencies(normalized))

    def predict_terms(self, terms: Mapping[str, float], head: str) -> Posterior:
        """As `predict`, for a caller that asks several heads about one sentence."""
        return self._heads[head].predict(terms)


def pack(heads: Mapping[str, Head], digest: str) -> bytes:
    """The bytes of a model file; the inverse of `Classifier.from_bytes`."""
    about: list[dict[str, object]] = []
    blocks: list[bytes] = []
    for name, head in heads.items():
        parts = (
            "\n".join(head.vocabulary).encode(),
            struct.pack(f"<{len(head.idf)}e", *head.idf),
            array("d", head.bias).tobytes(),
            head.weights,
        )
        about.append({
            "name": name, "labels": head.labels, "scale": head.scale, "unknown": head.unknown,
            "temperature": head.temperature, "sizes": [len(part) for part in parts],
        })  # fmt: skip
        blocks.extend(parts)
    header = json.dumps(
        {"features": features.VERSION, "digest": digest, "heads": about}, separators=(",", ":")
    ).encode()
    return MAGIC + struct.pack("<I", len(header)) + header + b"".join(blocks)


def _unpack(about: Mapping[str, Any], block: bytes) -> Head:
    cuts = accumulate(about["sizes"], initial=0)
    words, idf_bytes, bias_bytes, weights = (block[a:b] for a, b in pairwise(cuts))
    grams = map(sys.intern, words.decode().split("\n"))  # the heads share most of their n-grams
    idf = array("f", struct.unpack(f"<{len(idf_bytes) // 2}e", idf_bytes))
    bias = array("d")
    bias.frombytes(bias_bytes)
    vocabulary = dict(zip(grams, range(len(idf)), strict=True))
    return Head(
        tuple(about["labels"]), vocabulary, idf, weights, bias,
        about["scale"], about["temperature"], about["unknown"],
    )  # fmt: skip
