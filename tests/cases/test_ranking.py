"""The ranking: off it changes nothing, on it learns, and it never guesses with the author's escalation."""

import random
from itertools import pairwise

import pytest

from bot.cases.ranking import ENOUGH, Ranking
from bot.cases.whatworks import Standing

LADDER = ["ask", "again", "reason", "rule", "final"]


def row(phrase, moved, answered):
    return Standing(phrase, answered, {"human_answered": moved, "refused": answered - moved})


def draws(ranking, ids, number=400):
    return [ranking.order(ids, ("conversation", "c1", turn)) for turn in range(number)]


def test_by_default_every_order_stays():
    assert all(order == LADDER for order in draws(Ranking(), LADDER, 50))


@pytest.mark.parametrize("ids", [[], ["ask"], ["unknown", "ask"], ["ask", "ask"]], ids=str)
def test_it_gives_back_exactly_what_it_was_given(ids):
    ranking = Ranking.of([row("ask", 20, 40)], "s")
    assert sorted(ranking.order(ids, ("c", 1))) == sorted(ids)


def test_the_better_sentence_comes_first_in_most_draws():
    ranking = Ranking.of([row("ask", 8, 40), row("again", 24, 40)], "s")
    first = [order[0] for order in draws(ranking, ["ask", "again"])]
    assert first.count("again") > 0.95 * len(first)


def test_alike_sentences_both_get_their_turn():
    ranking = Ranking.of([row("ask", 12, 40), row("again", 12, 40)], "s")
    first = [order[0] for order in draws(ranking, ["ask", "again"])]
    assert 0.35 < first.count("again") / len(first) < 0.65


@pytest.mark.parametrize("seed", range(5))
def test_people_learn_from_what_it_tries(seed):
    """A simulated ladder of which the last sentence truly works best: it ends up tried first."""
    truth = {"ask": 0.15, "again": 0.25, "reason": 0.55}
    world = random.Random(seed)
    moved, answered = dict.fromkeys(truth, 10), dict.fromkeys(truth, ENOUGH)
    firsts = []
    for turn in range(600):
        ranking = Ranking.of([row(name, moved[name], answered[name]) for name in truth], "s")
        name = ranking.order(list(truth), ("c", "c1", turn))[0]
        answered[name] += 1
        moved[name] += world.random() < truth[name]
        firsts.append(name)
    assert firsts[-200:].count("reason") > 180


def test_the_same_turn_gives_the_same_order():
    rows = [row(name, 15, 40) for name in LADDER]
    assert draws(Ranking.of(rows, "s"), LADDER, 50) == draws(
        Ranking.of(rows[::-1], "s"), LADDER, 50
    )


@pytest.mark.parametrize(
    ("seed", "key"),
    [
        ("other", ("conversation", "c1", 3)),
        ("s", ("other", "c1", 3)),
        ("s", ("conversation", "c2", 3)),
        ("s", ("conversation", "c1", 4)),
        ("s", ("conversationc", "1", 3)),
    ],
    ids=str,
)
def test_whatever_differs_in_the_key_gives_another_draw(seed, key):
    ids = [f"p{number}" for number in range(20)]
    rows = [row(name, 20, 40) for name in ids]
    usual = Ranking.of(rows, "s").order(ids, ("conversation", "c1", 3))
    assert Ranking.of(rows, seed).order(ids, key) != usual


def test_it_does_not_touch_the_global_generator():
    random.seed(7)
    before = random.getstate()
    draws(Ranking.of([row(name, 15, 40) for name in LADDER], "s"), LADDER, 10)
    assert random.getstate() == before


@pytest.mark.parametrize("late", ["rule", "final"])
def test_a_later_step_is_not_pulled_forward_before_its_data_suffices(late):
    """Not even one that has always worked so far, up to the last missing answer."""
    rows = [row("ask", 2, 60), row("again", 3, 60), row("reason", 4, 60)]
    short = Ranking.of([*rows, row(late, ENOUGH - 1, ENOUGH - 1)], "s")
    assert all(order.index(late) == LADDER.index(late) for order in draws(short, LADDER))
    enough = Ranking.of([*rows, row(late, ENOUGH, ENOUGH)], "s")
    assert all(order[0] == late for order in draws(enough, LADDER))


def test_only_those_with_data_change_places():
    ranking = Ranking.of([row("ask", 2, 60), row("reason", 50, 60)], "s")
    assert draws(ranking, LADDER, 20) == [["reason", "again", "ask", "rule", "final"]] * 20


def test_open_reactions_are_no_data():
    silent = Standing("again", 500, {"silence": 400, "other": 71, "human_answered": ENOUGH - 1})
    ranking = Ranking.of([row("ask", 1, 60), silent], "s")
    assert all(a == b for a, b in pairwise(draws(ranking, ["ask", "again"], 50)))


def test_a_ranking_built_by_hand_keeps_the_rule():
    ranking = Ranking({"ask": row("ask", 0, 60), "again": row("again", 9, 9)}, "s")
    assert ranking.order(["ask", "again"], ("c", 1)) == ["ask", "again"]
