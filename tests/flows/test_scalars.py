"""Strict YAML: what an author writes is the text that is read, and nothing turns into a number or a date."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from bot.core.command import StartIssue
from bot.flows.nodes import Item, Problems, compose
from bot.testing import Bench, compile_directory
from tests.flows.sets import HERE, base_set

CASES = [
    (str(case["written"]), case["reads"])
    for case in yaml.safe_load((HERE / "scalars.yaml").read_text(encoding="utf-8"))
]


def read(text: str) -> Item:
    """The document, which must have no problem."""
    problems = Problems()
    item = compose(text, "flows/a.yaml", problems)
    assert problems == []
    assert item is not None
    return item


@pytest.mark.parametrize(("written", "reads"), CASES)
def test_a_value_stays_what_it_looks_like(written: str, reads: str | None) -> None:
    """In a block; `null`, `~` and nothing are the empty value unless they are quoted."""
    item = (read(f"value: {written}\n").fields or {})["value"]
    assert item.text == reads
    assert item.null == (reads is None)


@pytest.mark.parametrize(
    ("written", "reads"),
    [case for case in CASES if not set(case[0]) & set("|>#,{}[]") and case[0].strip()],
)
def test_a_value_in_braces_and_brackets_is_the_same(written: str, reads: str | None) -> None:
    """`{value: x}` and `[x]` read as `value: x` does."""
    fields = read(f"a: {{value: {written}}}\nb: [{written}]\n").fields or {}
    assert (fields["a"].fields or {})["value"].text == reads
    assert [item.text for item in fields["b"].items or []] == [reads]


@pytest.mark.parametrize(
    "key", ["no", "yes", "on", "off", "null", "0123", "12:30", "1e3", "没有", "~"]
)
def test_a_key_stays_what_it_looks_like(key: str) -> None:
    """`on:` is the key of a call's outcomes and `yes:` a label, never a truth value."""
    item = read(f"{key}: a\n")
    assert list(item.fields or {}) == [key]


def test_a_node_knows_its_line() -> None:
    """A text is placed where it begins, a group below its key where the key is."""
    item = read("a: 一\nb:\n  - 二\n  - c:\n      d: |-\n        三\n")
    fields = item.fields or {}
    entry = (fields["b"].items or [])[1]
    inner = (entry.fields or {})["c"]
    assert [fields["a"].mark.line, fields["b"].mark.line, entry.mark.line] == [1, 2, 4]
    assert [inner.mark.line, (inner.fields or {})["d"].mark.line] == [4, 5]
    assert [fields["b"].kind, inner.kind, fields["a"].kind] == ["一串", "一组键值", "一段文字"]


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("start", ["", "\ufeff", "---\n", "# 说明\n"])
def test_line_ends_and_a_byte_order_mark_change_nothing(start: str, ends: str) -> None:
    """Files come from every editor."""
    item = read((start + "a: 一\nb: [二, 三]\n").replace("\n", ends))
    assert [(key, each.kind) for key, each in item.pairs()] == [("a", "一段文字"), ("b", "一串")]


SET = """
category: trade
title: 交易
flows:
  refund:
    title: 退款不到账
    steps:
      - set: {matter: "110", notice_words: "true", ticket_no: 0123, sealed: false, amount: 12.50, loops: 3}
      - id: done
        end: solved
        say: 「{matter}」「{notice_words}」「{ticket_no}」「{amount}」
"""


def test_a_set_value_has_the_type_of_its_slot() -> None:
    """A text slot holds the very text, a number slot a number, a bool slot a truth value."""
    with base_set() as flows:
        (flows / "trade.yaml").write_text(SET, encoding="utf-8")
        bench = Bench(compile_directory(Path(flows)))
    bench.do(StartIssue("trade.refund"))
    slots = bench.tracker.slots
    assert (slots["matter"], slots["notice_words"], slots["ticket_no"]) == ("110", "true", "0123")
    assert (slots["sealed"], slots["amount"], slots["loops"]) == (False, 12.5, 3)
    assert bench.text == "「110」「true」「0123」「12.5」"
