"""What a file means: the defaults, the names of steps, and the shorter ways of writing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TypeVar

import pytest

from bot.core.errors import Mark
from bot.core.flow import Ask, Branch, Call, Coach, Flow, FlowSet, Link, Say, Step, Wait, Write
from bot.flows.loader import load_flows
from tests.flows.sets import TODAY, base_set

S = TypeVar("S", bound=Step)

SHORT = """\
category: trade
title: 交易
slots:
  opened: {title: 开箱视频, type: bool, hear_yes: [拍了开箱], match_no: [没拍]}
  colour: {title: 颜色, type: choice, values: {red: {label: 红的, say: 红色, hear: 红颜色}}}
  paid_on: {title: 付款日期, type: date, near: 付款, pii: true, weekday: true}
flows:
  refund:
    title: 退款不到账
    steps:
      - say: 先别急。
      - ask: colour
        text: 什么颜色？
        unsure: 那先空着。
        no_match: 没看懂。
      - branch:
          - {if: colour = red, link: account.banned}
          - if: opened
            do:
              - say: 有视频就好办。
              - branch:
                  - {if: amount > 3, do: [{say: 金额不小。}]}
                  - {else: next}
          - {else: [{say: 没视频也能办。}]}
      - call: shared.human_line
      - id: letter
        write:
          title: 投诉信
          parts: [{text: 请退款。}]
      - id: push
        coach:
          rungs: [{id: plain, copy: 转人工}]
          on_reply:
            refused | queueing: {say: 再等等。}
            other: 没看懂。
          exhausted: {go: done}
      - id: later
        say: [一。, 二。]
        wait: {default: 3d}
      - link: {slot: issue}
      - id: done
        end: solved
"""


@pytest.fixture(scope="module")
def flows() -> Iterator[FlowSet]:
    with base_set() as directory:
        (directory / "trade.yaml").write_text(SHORT, encoding="utf-8")
        yield load_flows(directory, TODAY)


@pytest.fixture(scope="module")
def refund(flows: FlowSet) -> Flow:
    return flows.flows["trade.refund"]


def only(flow: Flow, kind: type[S], at: int = 0) -> S:
    return [step for step in flow.walk() if isinstance(step, kind)][at]


def test_categories_are_those_of_issues(flows: FlowSet) -> None:
    """Sub-flows have a file but are no category; patterns and sub-flows are no issues."""
    assert flows.categories == {"account": "账号", "trade": "交易"}
    assert flows.issues == ("account.banned", "account.other_problem", "trade.refund")
    assert {"shared.human_line", "patterns.scam_alarm"} <= flows.flows.keys()


def test_a_set_knows_its_day_and_directory(flows: FlowSet) -> None:
    """The day decides which facts may be said."""
    assert (flows.today, flows.mark) == ("2026-11-20", Mark("flows", 1))


def test_a_flow_is_hinted_at_by_its_title(flows: FlowSet, refund: Flow) -> None:
    """Unless it has a hint of its own."""
    assert (refund.hint, refund.ladder) == ("退款不到账", ())
    assert flows.flows["account.banned"].hint == "号被封了"


def test_steps_have_names(refund: Flow) -> None:
    """An ask is named by its slot, a call by its sub-flow, what nobody rests in by its number."""
    assert [step.id for step in refund.walk()] == [
        "_say1",
        "colour",
        "_branch3",
        "_link_branch3_1_",
        "_say_branch3_2_1",
        "_branch_branch3_2_2",
        "_say_branch_branch3_2_2_1_1",
        "_say_branch3_3_1",
        "human_line",
        "letter",
        "push",
        "later",
        "_link8",
        "done",
    ]


def test_a_step_is_placed_at_its_first_line(refund: Flow) -> None:
    """So that a problem and a line of coverage lead there."""
    assert only(refund, Ask).mark == Mark("flows/trade.yaml", 12)
    assert refund.mark.line == 8


def test_what_an_ask_leaves_out(refund: Flow) -> None:
    """A bare text is a `say`; the buttons are shown again after a miss, and all of them."""
    ask = only(refund, Ask)
    assert ask.unsure is not None
    assert [text.source for text in ask.unsure.say] == ["那先空着。"]
    assert ask.unsure.stays
    assert [(each.say and each.say.source, each.choices) for each in ask.no_match] == [
        ("没看懂。", True)
    ]
    assert (ask.choices, ask.why, ask.rejects, ask.guard, ask.go, ask.stage) == (
        (),
        None,
        (),
        None,
        None,
        None,
    )


def test_a_case_may_link(refund: Flow) -> None:
    """`link` in a case is a link step; `else` is a target or steps."""
    branch = only(refund, Branch)
    first, _, last = branch.cases
    assert [step.flow for step in first.steps if isinstance(step, Link)] == ["account.banned"]
    assert (str(first.guard), last.guard, last.go) == ("colour = red", None, None)
    assert [type(step) for step in last.steps] == [Say]


def test_what_a_coach_leaves_out(refund: Flow) -> None:
    """Four buttons, 256 characters, no rule; one action may answer several reactions."""
    coach = only(refund, Coach)
    assert coach.buttons == (
        "human_answered",
        "repeated_template",
        "auto_closed",
        "marked_resolved",
    )
    [phrase] = coach.rungs
    assert (phrase.max_chars, phrase.cites, phrase.guard, phrase.say) == (256, (), None, None)
    assert coach.on_reply.keys() == {"refused", "queueing", "other"}
    assert coach.on_reply["refused"] is coach.on_reply["queueing"]
    assert [text.source for text in coach.on_reply["other"].say] == ["没看懂。"]


def test_what_a_write_and_a_wait_leave_out(refund: Flow) -> None:
    """Three sizes and a middle priority; a wait says beside its verb and goes on to the next step."""
    write, wait = only(refund, Write), only(refund, Wait)
    assert write.sizes == (50, 200, 500)
    assert [part.keep for part in write.parts] == [5]
    assert ([text.source for text in wait.says], wait.until, wait.due) == (
        ["一。", "二。"],
        None,
        None,
    )
    assert (only(refund, Call).sets, only(refund, Call).on) == ((), {})
    assert only(refund, Link, 1).slot == "issue"


def test_sizes_are_in_order(flows: FlowSet) -> None:
    """However they are written: the shorter button is the shorter text."""
    with base_set() as directory:
        path = directory / "account.yaml"
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("[50, 200, 500]", "[300, 80]"), encoding="utf-8")
        read = load_flows(directory, TODAY)
    assert only(read.flows["account.banned"], Write).sizes == (80, 300)


def test_what_a_slot_leaves_out(flows: FlowSet) -> None:
    """A bool is 有 or 没有, a choice is said as its label, a single word is a list of one."""
    opened, colour, paid_on = (flows.slots[name] for name in ("opened", "colour", "paid_on"))
    yes, no = opened.values["true"], opened.values["false"]
    assert [(yes.label, yes.say, yes.hear), (no.label, no.say, no.match)] == [
        ("有", "有", ("拍了开箱",)),
        ("没有", "没有", ("没拍",)),
    ]
    assert (colour.values["red"].say, colour.values["red"].hear) == ("红色", ("红颜色",))
    assert (paid_on.near, paid_on.pii, paid_on.weekday) == (("付款",), True, True)
    assert flows.slots["penalty"].values["permanent"].say == "永久封禁"


def test_a_fact_is_checked_on_the_day_of_its_table(flows: FlowSet) -> None:
    """Unless it has a day of its own; dates are dates."""
    with base_set() as directory:
        path = directory / "facts.yaml"
        text = path.read_text(encoding="utf-8")
        own = text.replace("source: 旧版规则", "checked_on: 2025-01-02, source: 旧版规则")
        path.write_text(own, encoding="utf-8")
        facts = load_flows(directory, TODAY).facts
    assert facts["old_rule"].checked_on == date(2025, 1, 2)
    assert facts["police"].checked_on == date(2026, 11, 20)
    assert (facts["old_rule"].valid_to, facts["old_rule"].valid_from) == (date(2025, 12, 31), None)
    assert (flows.facts["police"].value, flows.facts["police"].status) == ("110", "official")


def test_patterns_say_or_have_steps(flows: FlowSet) -> None:
    """One with steps is a flow beside the issues; a flow's own patterns are its own."""
    assert flows.patterns["scam_alarm"].texts == ()
    assert [text.source for text in flows.patterns["cannot_handle"].texts] == [
        "没看懂。",
        "换个说法？",
    ]
    assert flows.flows["account.banned"].patterns.keys() == {"cancel"}
    assert [text.source for text in flows.patterns["cancel"].texts] == ["好，先放下。"]
    assert flows.labels["silence"] == "没动静"
    assert flows.replies["marked_resolved"] is flows.replies["auto_closed"]
