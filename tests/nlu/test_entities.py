"""Every sentence of `entities.yaml` is a test of its own: all that it names and no more."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.nlu.entities import SLOTS, find_entities
from bot.nlu.numerals import parse_number

DATA = yaml.safe_load((Path(__file__).parent / "entities.yaml").read_text("utf-8"))
TODAY: date = DATA["today"]


@pytest.mark.parametrize("case", DATA["cases"], ids=lambda case: case["text"])
def test_entities(case: dict[str, Any]) -> None:
    wanted = {
        slot: value if isinstance(value, list) else [value]
        for slot, value in case.items()
        if slot != "text" and value != []
    }
    found: dict[str, list[object]] = {}
    for entity in find_entities(case["text"], TODAY):
        start, end = entity.span
        assert case["text"][start:end] == entity.text
        found.setdefault(entity.slot, []).append(entity.value)
    assert found == wanted


def test_every_slot_is_covered() -> None:
    assert {slot for case in DATA["cases"] for slot in case} - {"text"} == set(SLOTS)


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("三百八", 380), ("三百零八", 308), ("1万2", 12000), ("两百五", 250), ("8k", 8000), ("3w", 30000),
        ("1,299.50", 1299.5), ("一千零五十", 1050), ("十八", 18), ("二十", 20), ("两三", 2), ("两三百", 200),
        ("1.2万", 12000), ("五点五", 5.5), ("二十多万", 200000), ("一百五十万", 1500000), ("2千5", 2500),
        ("2w3", 23000), ("廿五", 25), ("一点五万", 15000), ("四万六千八", 46800), ("千二", 1200),
    ],
)  # fmt: skip
def test_numerals(words: str, value: float) -> None:
    assert parse_number(words) == value


@pytest.mark.parametrize("words", ["", "元", "很多", "abc", "点"])
def test_no_numeral(words: str) -> None:
    assert parse_number(words) is None


def test_overlaps_are_resolved_by_meaning() -> None:
    slots = [e.slot for e in find_entities("扣了13912345678", TODAY)]
    assert slots == ["phone"]


@pytest.mark.parametrize(
    ("text", "today", "day"),
    [
        ("两个星期前买的", date(2026, 11, 20), "2026-11-06"),
        ("三个礼拜前", date(2026, 11, 20), "2026-10-30"),
        ("半个月前", date(2026, 11, 20), "2026-11-05"),
        ("答应国庆前退款", date(2026, 3, 1), "2026-10-01"),
        ("答应10月1日前退款", date(2026, 3, 1), "2026-10-01"),
        ("中秋前会退", date(2026, 3, 1), "2026-09-25"),
    ],
)
def test_days_ago_and_promised_feasts(text: str, today: date, day: str) -> None:
    assert [e.value for e in find_entities(text, today) if e.slot == "date"] == [day]


def test_a_run_of_digits_is_no_sum() -> None:
    assert find_entities("花了" + "9" * 400 + "k", TODAY) == []
