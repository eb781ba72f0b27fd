"""What must be answered before anything else: someone is being harmed now.

Recall comes first: a false alarm costs one question, a miss may cost money or a life. What
is over (「去年被骗」), averted (「幸好没给」), asked in general (「怎么预防」) or only a manner of
speaking (「气死我了」, 「想死的心都有了」) is no danger.
"""

from collections.abc import Mapping
from typing import Final

from bot.nlu.classifier import Classifier, Posterior
from bot.nlu.corpus import NOTHING
from bot.nlu.danger_signs import ALL, FIGURES, GOING_ON
from bot.nlu.normalize import normalize

DANGERS: Final = ("minor", "self_harm", "blackmail", "threat", "hacked_now", "fraud_now")

_SURE: Final = 0.55  # the classifier's least probability for a danger
_LIKELY: Final = 0.5  # the issue's, for what is told as still going on
# A guessed swindle or theft must look like one as an issue too.
_NEEDS_ISSUE: Final = {"fraud_now": "fraud.scammed", "hacked_now": "account.hacked"}
_CERTAIN: Final = 0.9  # from here the issue need not agree
_AGREES: Final = 0.1  # so much of the issue must be in a danger that only the classifier hears
_BY_KIND: Final = {danger.kind: danger for danger in reversed(ALL)}


def find_danger(
    text: str, classifier: Classifier | None = None, issues: Posterior | None = None
) -> str | None:
    """The most pressing danger in a message, or None. Takes raw or normalised text.

    Wordings decide. The classifier and the issues of the message, where given, hear what no
    wording foresaw.
    """
    normalized = normalize(text)
    for danger in ALL:
        if danger.heard_in(normalized):
            return danger.kind
    chances = dict(issues or ())
    kind = _foreseen(normalized, classifier, chances) if classifier and normalized else None
    return kind or _going_on(normalized, chances)


def _foreseen(normalized: str, classifier: Classifier, chances: Mapping[str, float]) -> str | None:
    """What the classifier is sure of, unless it is over, or said in play, or about nothing such."""
    literal = FIGURES.sub("|", normalized)
    kind, p = classifier.predict(literal, "danger")[0]
    if kind == NOTHING or p < _SURE or not _BY_KIND[kind].may_be(literal):
        return None
    issue = _NEEDS_ISSUE.get(kind)
    if issue and chances and p < _CERTAIN and chances.get(issue, 0.0) < _AGREES:
        return None
    return kind


def _going_on(normalized: str, chances: Mapping[str, float]) -> str | None:
    """A swindle or a theft that is likely the issue, told as something that still goes on."""
    for kind, issue in _NEEDS_ISSUE.items():
        if chances.get(issue, 0.0) >= _LIKELY and GOING_ON[kind].search(normalized):
            return None if _BY_KIND[kind].excused(normalized) else kind
    return None
