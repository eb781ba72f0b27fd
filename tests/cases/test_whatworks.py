"""What came of each sentence: the counting, the interval against published values, the order, the table."""

import json
import unicodedata
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from bot.cases.whatworks import (
    GIVEN,
    MOVED,
    OPEN,
    Standing,
    standings,
    tally,
    to_dict,
    to_table,
    wilson,
)
from bot.core.command import Control, Reply, SetSlot, StartIssue
from bot.core.event import CaseClosed, CaseOpened, PhraseGiven, ReplyRead, SlotSet, TurnStarted
from bot.core.flow import REPLY_CLASSES
from bot.testing import Bench, compile_directory

MINI = Path(__file__).parents[1] / "core" / "mini"
A, B = PhraseGiven("a", "1"), PhraseGiven("b", "2")


@pytest.mark.parametrize(
    ("before", "events", "expected"),
    [
        (None, [A], {("a", GIVEN): 1}),
        ("a", [ReplyRead("refused"), B], {("a", "refused"): 1, ("b", GIVEN): 1}),
        (None, [A, ReplyRead("solved")], {("a", GIVEN): 1, ("a", "solved"): 1}),
        ("a", [ReplyRead("queueing")], {("a", "queueing"): 1}),
        (None, [ReplyRead("refused")], {}),
        ("a", [CaseClosed("solved")], {}),
        ("a", [SlotSet("amount", 88)], {}),
        ("a", [A], {}),
        ("b", [A, B, A], {("a", GIVEN): 2, ("b", GIVEN): 1}),
        ("a", [CaseOpened("c2", "2026-11-20T12:00:00"), ReplyRead("refused")], {}),
    ],
    ids=str,
)
def test_what_a_turn_counts(before, events, expected):
    found = tally(before, [TurnStarted(2, "2026-11-20T12:00:00", "x"), *events])
    assert dict(found) == expected


def test_turn_by_turn_counts_as_much_as_the_whole_case():
    """The sentence given last is handed over from turn to turn, as the tracker keeps it."""
    bench = Bench(compile_directory(MINI))
    total = tally(None, bench.events)
    for command in (
        StartIssue("order.refund"),
        SetSlot("kind", "money", asked=True),
        SetSlot("amount", 88, asked=True),
        Control("sent"),
        Control("repeat"),
        Reply("marked_resolved"),
        Reply("human_answered"),
    ):
        before = bench.tracker.phrase
        total += tally(before, bench.do(command).events)
        bench.now += timedelta(minutes=1)
    assert total == tally(None, bench.events)
    assert total == Counter(
        {
            ("order.refund.letter.60", GIVEN): 1,
            ("shared.push.bot.one", GIVEN): 1,
            ("shared.push.bot.one", "marked_resolved"): 1,
            ("shared.push.bot.mr1", GIVEN): 1,
            ("shared.push.bot.mr1", "human_answered"): 1,
        }
    )


@pytest.mark.parametrize("reply", REPLY_CLASSES)
def test_every_reaction_is_an_answer_or_open(reply):
    row = Standing("a", 1, {reply: 1})
    assert (row.answered, row.moved) == (int(reply not in OPEN), int(reply in MOVED))


def test_what_moves_is_an_answer_and_known():
    assert not MOVED & OPEN
    assert set(REPLY_CLASSES) >= MOVED | OPEN


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        # R. G. Newcombe, Statistics in Medicine 17 (1998), 857-872, table I, method 3; the last mirrors 0 of 20
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (20, 20, 0.8389, 1.0000),
    ],
)
def test_the_interval_is_the_published_one(successes, n, low, high):
    assert wilson(successes, n, 1.959964) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(("successes", "n"), [(0, 1), (1, 1), (5, 10), (999, 1000)])
def test_the_interval_holds_the_share_and_shrinks_with_data(successes, n):
    low, high = wilson(successes, n)
    assert 0 <= low <= successes / n <= high <= 1
    wide, narrow = high - low, wilson(successes * 10, n * 10)
    assert narrow[1] - narrow[0] < wide


def test_without_answers_everything_is_possible():
    assert wilson(0, 0) == (0.0, 1.0)


@pytest.mark.parametrize(("successes", "n"), [(2, 1), (-1, 5), (0, -1)])
def test_an_impossible_share_is_refused(successes, n):
    with pytest.raises(ValueError, match="no share"):
        wilson(successes, n)


def counted(phrase, moved, refused, given=0):
    return {(phrase, GIVEN): given, (phrase, "human_answered"): moved, (phrase, "refused"): refused}


def test_what_is_certain_comes_first_and_what_is_too_few_last():
    counts = {
        **counted("few", 3, 0),
        **counted("fewer", 2, 0),
        **counted("sure", 60, 40),
        **counted("lucky", 8, 4),
        **counted("poor", 10, 90),
    }
    assert [row.phrase for row in standings(counts)] == ["sure", "lucky", "poor", "few", "fewer"]


def test_a_standing_holds_its_counts():
    (row,) = standings({**counted("a", 2, 3, given=9), ("a", "silence"): 4})
    assert (row.given, row.moved, row.answered, dict(row.replies)) == (
        9,
        2,
        5,
        {"human_answered": 2, "refused": 3, "silence": 4},
    )


def test_the_order_does_not_depend_on_how_it_was_counted():
    counts = {**counted("a", 1, 1), **counted("b", 1, 1), **counted("c", 30, 2)}
    backwards = dict(reversed(counts.items()))
    assert [r.phrase for r in standings(counts)] == [r.phrase for r in standings(backwards)]


@pytest.mark.parametrize(
    ("refused", "shown"),
    [(6, "样本太少"), (7, "30%（11%–60%）")],
    ids=["nine answers", "ten answers"],
)
def test_a_share_is_shown_from_ten_answers_on(refused, shown):
    rows = standings(counted("a", 3, refused, given=12))
    assert shown in to_table(rows)
    assert (to_dict(rows)[0]["share"] is None) == (shown == "样本太少")


def columns(text):
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def test_the_columns_of_the_table_stand_under_each_other():
    rows = standings({**counted("first", 60, 40, given=1200), **counted("second", 1, 0, given=1)})
    head, *body = to_table(rows).splitlines()
    at = columns(head.removesuffix("哪一句"))
    assert [
        columns(line.removesuffix(row.phrase)) for line, row in zip(body, rows, strict=True)
    ] == [
        at,
        at,
    ]


def test_no_data_is_said_as_such():
    assert to_table([]) == "还没有数据。"


def test_the_data_survives_json():
    rows = to_dict(standings({**counted("a", 6, 6, given=20), **counted("b", 1, 0)}))
    assert json.loads(json.dumps(rows)) == rows
    assert rows[0]["interval"] == list(wilson(6, 12))
