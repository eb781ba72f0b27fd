"""How problems are told: all of them, in the order of the files, one line each; and what the lock adds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.checks import check_all, find_problems, write_lock
from bot.core.errors import FlowError, Mark, Problem, did_you_mean
from bot.flows.loader import load_flows, read_flows
from tests.flows.sets import BASE, TODAY, base_set, check

FIVE = """\
category: trade
title: 交易
flows:
  refund:
    title: 退款不到账
    steps:
      - say: 先等等,再看。
      - say: 慢慢来。
        iff: loops > 2
      - say: 第{lops}次了。
        go: doen
      - say: 快了。
        if: loops >
      - id: done
        end: solved
"""


def five_mistakes() -> list[Problem]:
    with base_set() as flows:
        (flows / "trade.yaml").write_text(FIVE, encoding="utf-8")
        return check(flows)


def test_all_mistakes_are_told_at_once_and_in_order() -> None:
    """Form, structure and meaning together: five mistakes, five problems, one run."""
    assert [(problem.mark.line, problem.code) for problem in five_mistakes()] == [
        (7, "half_width"),
        (9, "unknown_key"),
        (10, "slot_unknown"),
        (10, "unknown_step"),
        (13, "guard"),
    ]


def test_problems_of_several_files_are_in_order() -> None:
    """By file, then by line, whatever found them."""
    with base_set() as flows:
        (flows / "trade.yaml").write_text(FIVE, encoding="utf-8")
        (flows / "aaa.yaml").write_text("category: aaa\n", encoding="utf-8")
        answers = "answers:\n  a: {title: 一, hear: [一], say: 第{lops}次了。}\n  b: {titel: 二}\n"
        (flows / "answers.yaml").write_text(answers, encoding="utf-8")
        problems = check(flows)
    marks = [problem.mark for problem in problems]
    assert marks == sorted(marks)
    assert {mark.file for mark in marks} == {
        "flows/aaa.yaml",
        "flows/answers.yaml",
        "flows/trade.yaml",
    }


def test_nothing_is_told_twice() -> None:
    """A sub-flow that is inlined in two places has its mistake once."""
    with base_set() as flows:
        shared = flows / "shared" / "human.yaml"
        shared.write_text(
            shared.read_text(encoding="utf-8").replace("go: stuck", "go: stukc"), encoding="utf-8"
        )
        caller = (
            FIVE.split("    steps:", maxsplit=1)[0]
            + "    steps:\n      - call: shared.human_line\n      - {id: done, end: solved}\n"
        )
        (flows / "trade.yaml").write_text(caller, encoding="utf-8")
        problems = check(flows)
    assert [(problem.code, str(problem.mark)) for problem in problems] == [
        ("unknown_step", "flows/shared/human.yaml:21")
    ]


def test_a_problem_prints_place_subject_fact_and_fix() -> None:
    """`file:line: subject：fact。fix。`, clickable in an editor."""
    problem = Problem(Mark("flows/trade.yaml", 7), "id", "槽位 Colour", "名字不合规", "用小写字母")
    assert str(problem) == "flows/trade.yaml:7: 槽位 Colour：名字不合规。用小写字母。"


def test_each_problem_is_one_line_of_the_report(capsys: pytest.CaptureFixture[str]) -> None:
    """`zhenren check` prints them to stdout, their number to stderr, and fails."""
    with base_set() as flows:
        (flows / "trade.yaml").write_text(FIVE, encoding="utf-8")
        assert check_all(flows, flows / "locales", flows / "stories", as_json=False) == 1
    printed = capsys.readouterr()
    assert printed.out.splitlines() == [str(problem) for problem in five_mistakes()]
    assert "5 个问题" in printed.err


def test_a_problem_as_json_has_all_its_fields(capsys: pytest.CaptureFixture[str]) -> None:
    """One object a line, for editors and scripts."""
    with base_set() as flows:
        (flows / "trade.yaml").write_text(FIVE, encoding="utf-8")
        check_all(flows, flows / "locales", flows / "stories", as_json=True)
    first = json.loads(capsys.readouterr().out.splitlines()[0])
    assert first.keys() == {"file", "line", "code", "subject", "fact", "fix"}
    assert (first["file"], first["line"], first["code"]) == ("flows/trade.yaml", 7, "half_width")


def test_loading_refuses_a_set_with_problems() -> None:
    """FlowError carries every problem of form, sorted, and prints them all."""
    with base_set() as flows:
        (flows / "trade.yaml").write_text(FIVE, encoding="utf-8")
        with pytest.raises(FlowError) as caught:
            load_flows(flows, TODAY)
    assert [problem.mark.line for problem in caught.value.problems] == [9, 13]
    assert str(caught.value).splitlines() == [str(problem) for problem in caught.value.problems]


def test_a_flow_error_sorts_its_problems() -> None:
    """By file, by line, and by number and not by digit."""
    marks = [Mark("b.yaml", 2), Mark("a.yaml", 10), Mark("a.yaml", 9)]
    error = FlowError(Problem(mark, "id", "a", "b", "c") for mark in marks)
    assert [str(problem.mark) for problem in error.problems] == [
        "a.yaml:9",
        "a.yaml:10",
        "b.yaml:2",
    ]


@pytest.mark.parametrize(
    ("name", "known", "hint"),
    [
        ("titel", ["title", "steps"], "是不是想写 title"),
        ("colour", ["title", "steps"], "可以写：steps、title"),
        ("x", [f"n{number}" for number in range(9)], "可以写：n0、n1、n2、n3、n4、n5、n6、n7……"),
        ("x", [], "这里还没有可写的名字"),
    ],
)
def test_a_hint_is_the_closest_name_or_what_there_is(
    name: str, known: list[str], hint: str
) -> None:
    """A short list says that it is cut."""
    assert did_you_mean(name, known) == hint


# The lock of resting places


def lock_problems(lock: str, category: str = "") -> list[tuple[int, str, str]]:
    """What a set with this lock gives; `%s` in the lock stands for the places as they are."""
    with base_set() as flows:
        write_lock(flows)
        path = flows / "states.lock"
        path.write_text(
            lock.replace("%s", path.read_text(encoding="utf-8").rstrip("\n")), encoding="utf-8"
        )
        if category:
            (flows / "trade.yaml").write_text(category, encoding="utf-8")
        problems = find_problems(flows, flows / "locales", None, TODAY)
    return [(problem.mark.line, problem.code, str(problem)) for problem in problems]


def test_a_lock_that_fits_is_no_problem() -> None:
    """Comments and empty lines in it are free."""
    assert lock_problems("# 头\n\n%s\n") == []


def test_a_place_that_is_gone_is_told_with_its_line() -> None:
    """With the closest place that there is."""
    [(line, code, text)] = lock_problems("account.banned.pennalty\n%s\n")
    assert (line, code) == (1, "state_gone")
    assert "是不是想写 account.banned.penalty" in text


def test_a_renamed_place_is_not_gone() -> None:
    """`renamed` in a flow says where its people go."""
    flow = """\
category: trade
title: 交易
flows:
  refund:
    title: 退款不到账
    renamed: {trade.refund.over: trade.refund.done}
    steps:
      - id: done
        end: solved
"""
    places = "trade.refund.over\ntrade.refund.done\ntrade.refund.paused\n%s\n"
    assert lock_problems(places, flow) == []
    gone = lock_problems(
        places, flow.replace("    renamed: {trade.refund.over: trade.refund.done}\n", "")
    )
    assert [(line, code) for line, code, _ in gone] == [(1, "state_gone")]


def test_a_new_place_must_be_locked() -> None:
    """Else it could be renamed later without a word."""
    flow = FIVE.split("    steps:", maxsplit=1)[0] + "    steps:\n      - {id: done, end: solved}\n"
    [(line, code, text)] = lock_problems("%s\n", flow)
    assert (line, code) == (1, "lock")
    assert "trade.refund.done" in text


def test_a_set_without_a_lock_is_told_how_to_write_it() -> None:
    """The base of these tests has none."""
    assert not (Path(BASE) / "states.lock").exists()
    [problem] = find_problems(BASE, BASE / "locales", None, TODAY)
    assert (problem.code, str(problem.mark)) == ("lock", "base/states.lock:1")
    assert "zhenren check --write-lock" in problem.fix


def test_reading_goes_on_after_a_problem() -> None:
    """What is well-formed beside a mistake is there."""
    with base_set() as flows:
        (flows / "trade.yaml").write_text(FIVE, encoding="utf-8")
        read, problems = read_flows(flows, TODAY)
    assert len(problems) == 2
    assert [step.id for step in read.flows["trade.refund"].walk()][-1] == "done"
