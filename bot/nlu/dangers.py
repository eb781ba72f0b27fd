"""What must be answered before anything else: someone is being harmed now.

Recall comes first: a false alarm costs one question, a miss may cost money or a life. What
is over (「去年被骗」), averted (「幸好没给」), asked in general (「怎么预防」) or only a manner of
speaking (「气死我了」, 「想死的心都有了」) is no danger.
"""

import re
from itertools import pairwise
from math import log
from typing import Final

from bot.nlu.classifier import Classifier, Heard, Posterior
from bot.nlu.corpus import NOTHING
from bot.nlu.danger_signs import ALL, FIGURES
from bot.nlu.gate import log_odds

DANGERS: Final = ("minor", "self_harm", "blackmail", "threat", "hacked_now", "fraud_now")

_LONG: Final = 30
_CLAUSE: Final = re.compile(r"[,。!?;|\s]+")
_BY_KIND: Final = {danger.kind: danger for danger in reversed(ALL)}
# Problems that tell for or against a danger.
_TELLING: Final = (
    "fraud.scammed", "account.hacked", "safety.harassment", "safety.privacy_leak",
    "safety.impersonation", "payment.minor", "order.seller_conduct", "out_of_scope",
)  # fmt: skip


def find_danger(normalized: str) -> str | None:
    """The most pressing danger that a wording of a normalised message gives away, or None."""
    return next((danger.kind for danger in ALL if danger.heard_in(normalized)), None)


def guess_danger(
    normalized: str, classifier: Classifier, heard: Heard, issues: Posterior
) -> tuple[str | None, float]:
    """The likeliest danger in a normalised message that no wording foresaw, and the probability that
    there is one; `heard` are its terms, `issues` what it would be as a problem."""
    if not normalized:
        return None, 0.0
    dangers = danger_posterior(normalized, classifier, heard)
    gate = classifier.gates["danger"]
    chance = gate.chance(danger_signals(normalized, dangers, issues))
    return (_likeliest(dangers) if chance >= gate.least else None), chance


def danger_posterior(normalized: str, classifier: Classifier, heard: Heard) -> Posterior:
    """The most alarming part of the text, read without its figures of speech: in a long complaint
    the danger may stand in the last half-sentence."""
    literal = FIGURES.sub("|", normalized)
    read = [classifier.predict(part, "danger") for part in _parts(literal)]
    if literal != normalized:
        read.append(classifier.predict(literal, "danger"))
    else:
        read.append(classifier.judge(heard, "danger"))
    return min(read, key=lambda posterior: dict(posterior).get(NOTHING, 0.0))


def _parts(text: str) -> list[str]:
    """A long text in overlapping pairs of clauses."""
    if len(text) < _LONG:
        return []
    clauses = [clause for clause in _CLAUSE.split(text) if clause]
    return [f"{a},{b}" for a, b in pairwise(clauses)] if len(clauses) > 2 else []


def danger_signals(normalized: str, dangers: Posterior, issues: Posterior) -> list[float]:
    """What speaks for a danger and against it, as the gate `danger` weighs it."""
    heard, meant = dict(dangers), dict(issues)
    likeliest = _likeliest(dangers)
    return [
        log_odds(1 - heard.get(NOTHING, 0.0)),
        *(log_odds(heard.get(kind, 0.0)) for kind in DANGERS),
        *(log_odds(meant.get(issue, 0.0)) for issue in _TELLING),
        float(_BY_KIND[likeliest].excused(normalized)),
        *(float(kind == likeliest) for kind in DANGERS),
        log(1 + len(normalized)),
    ]


def _likeliest(dangers: Posterior) -> str:
    return next(label for label, _ in dangers if label != NOTHING)
