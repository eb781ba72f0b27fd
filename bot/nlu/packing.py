"""Writing a model file: fitted heads, each with n-grams of its own, over one shared vocabulary."""

import json
import struct
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from zlib import crc32

from bot.nlu import features
from bot.nlu.classifier import MAGIC, UNKNOWN
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
    known = {crc32(gram.encode()) for head in heads.values() for gram in head.grams}
    vocabulary = {checksum: index for index, checksum in enumerate(sorted(known))}
    about: list[dict[str, object]] = []
    blocks = [array("I", vocabulary).tobytes()]
    for name, head in heads.items():
        parts = _parts(head, vocabulary)
        about.append({
            "name": name, "labels": head.labels, "scale": head.scale, "unknown": head.unknown,
            "temperature": head.temperature, "sizes": [len(part) for part in parts],
        })  # fmt: skip
        blocks.extend(parts)
    header = json.dumps(
        {
            "features": features.VERSION, "digest": digest, "vocabulary": len(blocks[0]),
            "heads": about, "gates": {name: asdict(gate) for name, gate in gates.items()},
        },
        separators=(",", ":"),
    ).encode()  # fmt: skip
    return MAGIC + struct.pack("<I", len(header)) + header + b"".join(blocks)


def _parts(head: Fitted, vocabulary: Mapping[int, int]) -> tuple[bytes, ...]:
    """The rows by n-gram of the vocabulary, the idf, the bias and the weights of a head."""
    if len(head.grams) >= UNKNOWN:
        raise ValueError(f"{len(head.grams)} n-grams are too many for one head: raise its min_df")
    rows = array("H", [UNKNOWN]) * len(vocabulary)
    for row, gram in enumerate(head.grams):
        rows[vocabulary[crc32(gram.encode())]] = row
    idf = struct.pack(f"<{len(head.idf)}e", *head.idf)
    return rows.tobytes(), idf, array("d", head.bias).tobytes(), head.weights
