"""What the classifier sees of a sentence: n-grams over units.

A unit is one Chinese character, one Latin word, one number (by its length only: which order
or amount it is says nothing) or one symbol. Training and run time share this file; a change
here makes every stored model stale, so raise `VERSION` with it.
"""

import re
from itertools import pairwise
from math import log

VERSION = 1
ORDER = 3
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_UNIT = re.compile(r"[a-z]+|#+|\S")
_PAUSE = str.maketrans(dict.fromkeys(",。!?.、;:~…\"“”'「」()【】《》", "|"))
_TF = (0.0, *(1.0 + log(n) for n in range(1, 9)))


def units(normalized: str) -> list[str]:
    """The sentence as units between its two boundary marks; every pause is the same mark."""
    shaped = _NUMBER.sub(lambda m: "#" * min(m.end() - m.start(), 4), normalized)
    return ["^", *_UNIT.findall(shaped.translate(_PAUSE)), "$"]


def term_frequencies(normalized: str) -> dict[str, float]:
    """Each n-gram of the sentence with its dampened count."""
    row = units(normalized)
    counts: dict[str, int] = {}
    for gram in row:
        counts[gram] = counts.get(gram, 0) + 1
    for gram in map("".join, pairwise(row)):
        counts[gram] = counts.get(gram, 0) + 1
    for gram in map("".join, zip(row, row[1:], row[2:], strict=False)):
        counts[gram] = counts.get(gram, 0) + 1
    return {gram: _TF[min(n, 8)] for gram, n in counts.items()}
