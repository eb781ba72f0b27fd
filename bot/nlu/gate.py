"""A yes or no weighed from several signals: is this an act, is this a danger?

The heads know their own labels well, but whether a message is any of them at all shows only in what all
heads say together. A gate is logistic regression over a few log odds, fitted on left-out voices.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log
from operator import mul

_EDGE = 1e-4


@dataclass(frozen=True, slots=True)
class Gate:
    """`least` is the chance from which the answer is yes: so much that ordinary complaints seldom pass."""

    weights: tuple[float, ...]
    bias: float
    least: float

    def chance(self, signals: Sequence[float]) -> float:
        """The probability of yes."""
        return 1 / (1 + exp(-(self.bias + sum(map(mul, self.weights, signals)))))


def log_odds(p: float) -> float:
    """A probability as a signal; certainty counts no more than 1 in 10,000."""
    p = min(max(p, _EDGE), 1 - _EDGE)
    return log(p / (1 - p))
