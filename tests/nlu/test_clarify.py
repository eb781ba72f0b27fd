"""Clarifying questions: well formed, and a truthful user gets to the right issue soon."""

import random
from pathlib import Path

import pytest

from bot.nlu.clarify import (
    CLOSEST,
    Question,
    Questions,
    choose_question,
    exclude,
    expected_gain,
    in_scope,
    update,
)
from bot.nlu.classifier import Posterior
from bot.nlu.corpus import read_corpus


@pytest.fixture(scope="module")
def questions(nlu_dir: Path) -> Questions:
    return Questions.load(nlu_dir / "clarify.yaml")


@pytest.fixture(scope="module")
def issues(nlu_dir: Path) -> set[str]:
    return {e.label for e in read_corpus(nlu_dir, "issue")} - {"out_of_scope"}


def test_questions_are_short_and_complete(questions: Questions, issues: set[str]) -> None:
    assert len(questions.authored) >= 14
    assert len({q.id for q in questions.authored}) == len(questions.authored)
    assert set(questions.hints) == issues
    for question in questions.authored:
        assert len(question.text) <= 30
        assert len(question.options) >= 2
        assert len({o.value for o in question.options}) == len(question.options)
        for option in question.options:
            assert len(option.label) <= 12
            assert option.issues <= issues
    assert set().union(*(q.issues for q in questions.authored)) == issues


def test_the_closest_question_offers_the_likeliest_five(questions: Questions) -> None:
    posterior: Posterior = [(x, 1 / 28) for x in sorted(questions.hints)]
    options = questions.closest([("out_of_scope", 0.5), *posterior]).options
    assert [o.value for o in options] == [x for x, _ in posterior[:5]]


def test_a_decided_posterior_needs_no_question(questions: Questions) -> None:
    assert choose_question([("order.refund", 1.0)], questions, set()) is None


def test_asked_questions_are_not_repeated(questions: Questions) -> None:
    posterior = [("order.refund", 0.5), ("order.quality", 0.5)]
    asked: set[str] = set()
    while question := choose_question(posterior, questions, asked):
        assert question.id not in asked
        asked.add(question.id)
    assert CLOSEST in asked


def test_gain_is_the_entropy_that_a_split_removes(questions: Questions) -> None:
    posterior = [("order.refund", 0.5), ("order.quality", 0.5)]
    assert expected_gain(posterior, questions.closest(posterior)) == pytest.approx(1.0)


def test_update_and_exclude() -> None:
    posterior = [("a", 0.5), ("b", 0.3), ("out_of_scope", 0.2)]
    assert update(posterior, {"b"}) == [("b", 1.0)]
    assert update(posterior, {"z"}) == [("z", 1.0)]
    assert exclude(posterior, {"a", "b", "out_of_scope"}) == posterior
    assert dict(in_scope(posterior)) == pytest.approx({"a": 0.625, "b": 0.375})


def _answer(question: Question, truth: str) -> frozenset[str] | None:
    return next((o.issues for o in question.options if truth in o.issues), None)


def test_a_truthful_user_is_understood_within_two_questions(
    questions: Questions, issues: set[str]
) -> None:
    chance = random.Random(7)
    right = 0
    for _ in range(300):
        truth, *others = chance.sample(sorted(issues), 6)
        weights = sorted((chance.random() for _ in range(6)), reverse=True)
        order = [*others[:1], truth, *others[1:]]
        posterior = update(list(zip(order, weights, strict=True)), set(order))
        asked: set[str] = set()
        while len(asked) < 2 and (question := choose_question(posterior, questions, asked)):
            asked.add(question.id)
            kept = _answer(question, truth)
            posterior = update(posterior, kept) if kept else exclude(posterior, question.issues)
        right += posterior[0][0] == truth
    assert right / 300 >= 0.9
