"""How well the trained parts do on a writer whom they never read.

Random folds flatter by 15-25 points, because one writer repeats himself; so every number here
comes from leaving a whole voice out. Slow: each voice is a training of its own.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

from bot.nlu.acts import find_act
from bot.nlu.classifier import Classifier, Posterior
from bot.nlu.corpus import OUT_OF_SCOPE, Example, read_corpus
from bot.nlu.normalize import normalize
from bot.nlu.replies import read_reply
from bot.nlu.train import RECIPES, calibrated, head_examples, left_out

Scores = dict[str, float]
Judge = Callable[[Path, str, Classifier], Scores]


def leave_one_voice_out(corpus_dir: Path) -> dict[str, dict[str, Scores]]:
    """Scores by head, then by voice; the voice `mean` is the average over the others."""
    return {
        name: _by_voice(corpus_dir, name, judge)
        for name, judge in (
            ("issue", _judge_issues), ("act", _judge_acts), ("reply", _judge_replies)
        )
    }  # fmt: skip


def _by_voice(corpus_dir: Path, name: str, judge: Judge) -> dict[str, Scores]:
    examples, recipe = head_examples(corpus_dir, name), RECIPES[name]
    heads, unseen = {}, []
    for voice in sorted({e.voice for e in read_corpus(corpus_dir, name)}):
        heads[voice], predictions = left_out(examples, recipe, voice)
        unseen.extend(predictions)
    scores = {}
    for voice, head in heads.items():
        others = [p for p in unseen if p[0].voice != voice]
        judged = Classifier({name: calibrated(head, others, recipe)}, digest="")
        scores[voice] = judge(corpus_dir, voice, judged)
    return scores | {"mean": _mean(list(scores.values()))}


def _mean(scores: Sequence[Scores]) -> Scores:
    """The average of each score over the voices that have it."""
    names = dict.fromkeys(name for each in scores for name in each)
    found = {name: [each[name] for each in scores if name in each] for name in names}
    return {name: sum(values) / len(values) for name, values in found.items()}


def _judge_issues(corpus_dir: Path, voice: str, classifier: Classifier) -> Scores:
    """Top-1 and top-3 on complaints; how many strangers are caught and complaints refused."""
    ranked = [
        (e.label, classifier.predict(normalize(e.text)))
        for e in read_corpus(corpus_dir, "issue")
        if e.voice == voice
    ]
    orders = [(label, [x for x, _ in posterior]) for label, posterior in ranked]
    inside = [(label, order) for label, order in orders if label != OUT_OF_SCOPE]
    outside = [order for label, order in orders if label == OUT_OF_SCOPE]
    among = [(label, [x for x in order if x != OUT_OF_SCOPE]) for label, order in inside]
    return _shares(
        top1=[order[0] == label for label, order in inside],
        top3=[label in order[:3] for label, order in inside],
        top1_of_28=[order[0] == label for label, order in among],
        top3_of_28=[label in order[:3] for label, order in among],
        out_of_scope_caught=[order[0] == OUT_OF_SCOPE for order in outside],
        complaints_refused=[order[0] == OUT_OF_SCOPE for _, order in inside],
    ) | {"calibration_error": _calibration_error(ranked)}


def _calibration_error(ranked: Sequence[tuple[str, Posterior]]) -> float:
    """How far the stated probability of the first label is from how often it is right."""
    bins: list[list[tuple[float, bool]]] = [[] for _ in range(10)]
    for label, posterior in ranked:
        first, p = posterior[0]
        bins[min(int(p * 10), 9)].append((p, first == label))
    return sum(
        abs(sum(p for p, _ in each) - sum(right for _, right in each)) for each in bins
    ) / len(ranked)


def _judge_acts(corpus_dir: Path, voice: str, classifier: Classifier) -> Scores:
    """Short forms and classifier together, and how often a complaint is taken for an act."""

    def act_of(example: Example) -> str | None:
        return find_act(normalize(example.text), classifier)[0]

    acts = [e for e in read_corpus(corpus_dir, "act") if e.voice == voice]
    content = [
        e for e in read_corpus(corpus_dir, "issue") if e.voice == voice and e.label != OUT_OF_SCOPE
    ]
    return _shares(
        right=[act_of(e) == e.label for e in acts],
        unheard=[act_of(e) is None for e in acts],
        false_on_complaints=[act_of(e) is not None for e in content],
    )


def _judge_replies(corpus_dir: Path, voice: str, classifier: Classifier) -> Scores:
    """The first class alone, and whether the class is mentioned at all."""
    read = [
        (e.label, read_reply(e.text, classifier), classifier.predict(normalize(e.text), "reply"))
        for e in read_corpus(corpus_dir, "reply")
        if e.voice == voice
    ]
    return _shares(
        right=[reply.label == label for label, reply, _ in read],
        mentioned=[label in reply.labels for label, reply, _ in read],
        classifier_alone=[ranked[0][0] == label for label, _, ranked in read],
    )


def _shares(**hits: Sequence[bool]) -> Scores:
    """The share of hits of each score; what a voice has no lines for is left out."""
    return {name: sum(each) / len(each) for name, each in hits.items() if each}
