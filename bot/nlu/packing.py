"""Writing a model file: fitted heads, each with n-grams of its own, over one shared vocabulary."""

import json
import struct
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby

from bot.nlu import features
from bot.nlu.classifier import MAGIC
from bot.nlu.gate import Gate


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """A head as it was fitted: row i of `weights` and `idf` belongs to `grams[i]`."""

    labels: tuple[str, ...]
    grams: Sequence[str]
    idf: Sequence[float]
    weights: bytes
    bias: Sequence[float]
    scale: float
    temperature: float
    unknown: float


def pack(heads: Mapping[str, Fitted], gates: Mapping[str, Gate], digest: str) -> bytes:
    """The bytes of a model file, which `Classifier.from_bytes` reads."""
    owners = _owners(heads)
    vocabulary = sorted(owners, key=lambda gram: (owners[gram], gram))
    groups = [(names, len(list(each))) for names, each in groupby(vocabulary, owners.__getitem__)]
    about: list[dict[str, object]] = []
    blocks = ["\n".join(vocabulary).encode()]
    for name, head in heads.items():
        parts = _parts(head, vocabulary)
        about.append({
            "name": name, "labels": head.labels, "scale": head.scale, "unknown": head.unknown,
            "temperature": head.temperature, "sizes": [len(part) for part in parts],
        })  # fmt: skip
        blocks.extend(parts)
    header = json.dumps(
        {
            "features": features.VERSION, "digest": digest, "words": len(blocks[0]),
            "groups": groups, "heads": about,
            "gates": {name: asdict(gate) for name, gate in gates.items()},
        },
        separators=(",", ":"),
    ).encode()  # fmt: skip
    return MAGIC + struct.pack("<I", len(header)) + header + b"".join(blocks)


def _owners(heads: Mapping[str, Fitted]) -> dict[str, tuple[str, ...]]:
    """The heads that know each n-gram."""
    owners: dict[str, tuple[str, ...]] = {}
    for name, head in heads.items():
        for gram in head.grams:
            owners[gram] = (*owners.get(gram, ()), name)
    return owners


def _parts(head: Fitted, vocabulary: Sequence[str]) -> tuple[bytes, bytes, bytes]:
    """The idf, bias and weights of a head, its rows in the order of the vocabulary."""
    row_of = {gram: row for row, gram in enumerate(head.grams)}
    order = [row_of[gram] for gram in vocabulary if gram in row_of]
    width = len(head.labels)
    idf = struct.pack(f"<{len(order)}e", *(head.idf[row] for row in order))
    weights = b"".join(head.weights[row * width : (row + 1) * width] for row in order)
    return idf, array("d", head.bias).tobytes(), weights
