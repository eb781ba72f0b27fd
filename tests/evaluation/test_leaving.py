"""Readers that never read a voice, and what they are judged by."""

from pathlib import Path

import pytest

from bot.evaluation.judging import judge, judge_slots
from bot.nlu.corpus import KINDS, read_corpus

pytest.importorskip("sklearn")


@pytest.mark.slow
def test_each_voice_is_read_by_a_classifier_that_knows_only_others(small_corpus: Path) -> None:
    from bot.evaluation.leaving import left_out_classifiers

    classifiers = left_out_classifiers(small_corpus, workers=1)
    assert set(classifiers) == {"one", "two", "three"}
    corpus = {kind: read_corpus(small_corpus, kind) for kind in KINDS}
    lines = list(judge(corpus, "one", classifiers["one"]))
    assert {line.voice for line in lines} == {"one"}
    assert {line.kind for line in lines} == {"issue", "act", "reply", "danger", "alarm"}
    issues = [line for line in lines if line.kind == "issue"]
    assert len(issues) == 18
    assert sum(line.right for line in issues) / len(issues) > 0.8
    # 「薯饼」 is a word of voice one alone: only its own reader has never met it.
    met = {voice: reader.hear({"薯饼": 1.0}).known for voice, reader in classifiers.items()}
    assert not met["one"]
    assert met["two"]
    assert met["three"]


def test_slots_are_read_on_the_day_of_their_file(tmp_path: Path) -> None:
    path = tmp_path / "slots.yaml"
    path.write_text(
        "today: 2026-11-20\nvoices:\n  one:\n    - {text: 昨天扣了25块, amount: 25, date: ['2026-11-19']}\n",
        encoding="utf-8",
    )
    (sentence,) = judge_slots(path)
    assert sorted(sentence.wanted) == sorted(sentence.found)
