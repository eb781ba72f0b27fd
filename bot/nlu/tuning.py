"""What puts the heads together: calibration and gates, fitted on voices that the heads never saw.

Random folds flatter, so every number here comes from lines whose writer was left out. Needs
scikit-learn, which run time never imports.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from bot.nlu.acts import LONGEST_ACT, act_signals, act_terms, short_form
from bot.nlu.classifier import Classifier, Posterior
from bot.nlu.corpus import NOTHING, OUT_OF_SCOPE, Example
from bot.nlu.dangers import danger_posterior, danger_signals, find_danger
from bot.nlu.features import term_frequencies
from bot.nlu.fitting import RECIPES, Recipe, fit, weights_of
from bot.nlu.gate import Gate
from bot.nlu.lessons import HEADS
from bot.nlu.normalize import normalize
from bot.nlu.packing import Fitted, pack

Prediction = tuple[Example, Posterior]
_Signals = tuple[list[float], bool, bool]  # the signals, what is true, whether the line is ordinary

_NEVER: Final = 1.0  # a gate that has seen only one side stays shut
_FALSE_ACTS: Final = 0.05  # so many complaints may be taken for an act
_FALSE_ALARMS: Final = 0.04  # so many ordinary lines may raise a guessed alarm


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Heads, not yet calibrated, and the lines by head that were kept from them."""

    heads: Mapping[str, Fitted]
    lines: Mapping[str, Sequence[Example]]


@dataclass(frozen=True, slots=True)
class Calibration:
    """The temperature of a head, and its reluctance to say its catch-all label."""

    temperature: float
    shift: float

    def of(self, head: Fitted, catch_all: str) -> Fitted:
        """The head under this calibration."""
        bias = [
            b + self.shift * self.temperature * (label == catch_all)
            for b, label in zip(head.bias, head.labels, strict=True)
        ]
        return replace(head, temperature=self.temperature, bias=bias)


@dataclass(frozen=True, slots=True)
class Tuning:
    """The calibration of each head, and the gates over all of them."""

    calibrations: Mapping[str, Calibration]
    gates: Mapping[str, Gate]

    def classifier(self, heads: Mapping[str, Fitted]) -> Classifier:
        """A classifier of heads that are not calibrated yet."""
        return Classifier.from_bytes(self.pack(heads, digest=""))

    def pack(self, heads: Mapping[str, Fitted], digest: str) -> bytes:
        """The model file of heads that are not calibrated yet."""
        calibrated = {
            name: self.calibrations[name].of(head, RECIPES[name].catch_all)
            for name, head in heads.items()
        }
        return pack(calibrated, self.gates, digest)


def leave_out(examples: Mapping[str, Sequence[Example]], voices: Iterable[str]) -> LeftOut:
    """Heads that never saw these voices, and the lines that were kept from them."""
    away = frozenset(voices)
    return LeftOut(
        {
            name: fit([e for e in own if e.voice not in away], RECIPES[name])
            for name, own in examples.items()
        },
        {name: [e for e in own if e.voice in away] for name, own in examples.items()},
    )


def tune(parts: Sequence[LeftOut]) -> Tuning:
    """The calibrations and gates under which what was left out is least surprising."""
    calibrations = {name: _calibration(name, parts) for name in HEADS}
    ungated = Tuning(calibrations, {})
    readers = [(ungated.classifier(part.heads), part) for part in parts]
    acts = [each for reader, part in readers for each in _act_lines(reader, part)]
    dangers = [each for reader, part in readers for each in _danger_lines(reader, part)]
    gates = {"act": _gate(acts, _FALSE_ACTS), "danger": _gate(dangers, _FALSE_ALARMS)}
    return Tuning(calibrations, gates)


# ── gates ───────────────────────────────────────────────────────────────────
def _act_lines(reader: Classifier, part: LeftOut) -> Iterator[_Signals]:
    """Acts, and complaints that are as short; what the table of short forms knows needs no gate."""
    complaints = (e for e in part.lines["issue"] if e.label != OUT_OF_SCOPE)
    own = (e for e in part.lines["act"] if not e.borrowed)
    for is_act, examples in ((True, own), (False, complaints)):
        for example in examples:
            said = normalize(example.text)
            if said and len(said) <= LONGEST_ACT and not short_form(said):
                acts = reader.judge(reader.hear(act_terms(said)), "act")
                yield act_signals(said, acts, reader.predict(said)), is_act, not is_act


def _danger_lines(reader: Classifier, part: LeftOut) -> Iterator[_Signals]:
    """Dangers, what only sounds like them, and ordinary lines; wordings need no gate."""
    for example in part.lines["danger"]:
        said = normalize(example.text)
        if said and not find_danger(said):
            heard = reader.hear(term_frequencies(said))
            dangers = danger_posterior(said, reader, heard)
            signals = danger_signals(said, dangers, reader.judge(heard, "issue"))
            yield signals, example.label != NOTHING, example.borrowed


def _gate(lines: Sequence[_Signals], false_share: float) -> Gate:
    """Logistic regression over the signals; `false_share` of the ordinary lines pass."""
    import numpy as np  # noqa: PLC0415  # run time must not need it
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415  # the same

    truth = np.array([true for _, true, _ in lines], bool)
    if truth.all() or not truth.any():
        return Gate((), 0.0, _NEVER)
    signals = np.array([each for each, _, _ in lines])
    model = LogisticRegression(max_iter=5000).fit(signals, truth)
    ordinary = np.array([each for _, _, each in lines])
    chances = model.predict_proba(signals[ordinary])[:, 1] if ordinary.any() else [0.5]
    least = float(np.quantile(chances, 1 - false_share))
    return Gate(tuple(map(float, model.coef_[0])), float(model.intercept_[0]), least)


# ── calibration ─────────────────────────────────────────────────────────────
def _calibration(name: str, parts: Sequence[LeftOut]) -> Calibration:
    recipe = RECIPES[name]
    unseen: list[Prediction] = []
    for part in parts:
        reader = Classifier.from_bytes(pack({name: part.heads[name]}, {}, digest=""))
        unseen += [
            (e, reader.judge(reader.hear(recipe.terms(normalize(e.text))), name))
            for e in part.lines[name]
        ]
    if not unseen:
        return Calibration(1.0, 0.0)
    # A label that only one voice wrote is unknown where that voice was left out.
    labels = sorted({label for part in parts for label in part.heads[name].labels})
    return _least_surprised(unseen, labels, recipe)


def _least_surprised(
    unseen: Sequence[Prediction], labels: Sequence[str], recipe: Recipe
) -> Calibration:
    """Under which predictions made at temperature 1 are least surprised by the truth."""
    import numpy as np  # noqa: PLC0415  # run time must not need it
    from scipy.optimize import minimize  # noqa: PLC0415  # the same

    place = {label: i for i, label in enumerate(labels)}
    logits = np.array([_in_order(posterior, place) for _, posterior in unseen])
    truth = np.array([place[e.label] for e, _ in unseen])
    weights = np.array(weights_of([e for e, _ in unseen], recipe))
    shifted = np.array([label == recipe.catch_all for label in labels], float)

    def loss(point: Any) -> float:
        scores = logits * math.exp(point[0]) + shifted * point[1]
        scores -= scores.max(axis=1, keepdims=True)
        chances = scores[np.arange(len(truth)), truth] - np.log(np.exp(scores).sum(axis=1))
        return -float((weights * chances).sum() / weights.sum())

    sharpness, shift = minimize(loss, np.zeros(2), method="Nelder-Mead").x
    return Calibration(math.exp(-sharpness), float(shift))


_IMPOSSIBLE: Final = math.log(1e-12)


def _in_order(posterior: Posterior, place: Mapping[str, int]) -> list[float]:
    logits = [_IMPOSSIBLE] * len(place)
    for label, p in posterior:
        logits[place[label]] = math.log(max(p, 1e-12))
    return logits
