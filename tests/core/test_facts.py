"""Facts: on which days one may be said, with which words, and when a person has quoted it."""

from dataclasses import replace
from datetime import date

import pytest

from bot.core.errors import Mark
from bot.core.facts import Fact

TODAY = date(2026, 11, 20)
LINE = Fact("line", "phone", "400-126-8888", "official", "高", "页脚", TODAY, Mark("facts.yaml", 1))


@pytest.mark.parametrize(
    ("status", "usable"), [("official", True), ("unverified", True), ("rejected", False)]
)
def test_a_rejected_fact_is_never_said(status: str, usable: bool) -> None:
    """An unverified one is, with its caveat."""
    assert replace(LINE, status=status).usable(TODAY) is usable


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "expires_on", "usable"),
    [
        (None, None, None, True),
        (date(2026, 11, 19), None, None, True),
        (date(2026, 11, 20), None, None, True),
        (date(2026, 11, 21), None, None, False),
        (None, date(2026, 11, 21), None, True),
        (None, date(2026, 11, 20), None, True),
        (None, date(2026, 11, 19), None, False),
        (None, None, date(2026, 11, 20), True),
        (None, None, date(2026, 11, 19), False),
        (None, date(2027, 1, 1), date(2026, 11, 19), False),
        (None, date(2026, 11, 19), date(2027, 1, 1), False),
        (date(2026, 11, 20), date(2026, 11, 20), date(2026, 11, 20), True),
        (date(2027, 1, 1), date(2026, 1, 1), None, False),
    ],
)
def test_a_fact_is_said_on_its_days_only(
    valid_from: date | None, valid_to: date | None, expires_on: date | None, usable: bool
) -> None:
    """All dates are inclusive; the earlier of the two ends counts."""
    fact = replace(LINE, valid_from=valid_from, valid_to=valid_to, expires_on=expires_on)
    assert fact.usable(TODAY) is usable


def test_a_rejected_fact_is_not_said_even_on_its_days() -> None:
    """Its status comes first."""
    assert not replace(LINE, status="rejected", valid_to=date(2030, 1, 1)).usable(TODAY)


@pytest.mark.parametrize(
    ("caveat", "asked", "said"),
    [
        (None, True, "400-126-8888"),
        (None, False, "400-126-8888"),
        ("拨前再核", True, "400-126-8888（拨前再核）"),
        ("拨前再核", False, "400-126-8888"),
        ("", True, "400-126-8888"),
    ],
)
def test_a_caveat_is_said_in_brackets_when_asked_for(
    caveat: str | None, asked: bool, said: str
) -> None:
    """Without one there are no empty brackets."""
    assert replace(LINE, caveat=caveat).show(caveat=asked) == said


QUOTED = [
    "400-126-8888",
    "4001268888",
    "400 126 8888",
    "400 1268888",
    "400-1268888",
    "400—126—8888",
    "400–126–8888",
    "400 - 126 - 8888",
    "4 0 0 1 2 6 8 8 8 8",
    "我打了400-126-8888没人接",
    "电话：400 126\n8888。",
    "86 400-126-8888",
    "打 400-126-8888 2 次了",
    "2026年打的400-126-8888",
]


@pytest.mark.parametrize("text", QUOTED)
def test_a_number_is_seen_however_it_is_grouped(text: str) -> None:
    """Spaces, hyphens, dashes, a line end; other numbers beside it do not hide it."""
    assert LINE.quoted_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "400-126-888",
        "400-126-8889",
        "400 电话",
        "四百",
        "400126，8888",
        "先400再126再8888",
        "订单号 P914001268888231",
        "快递单号是 40012688881",
    ],
)
def test_another_number_is_not_mistaken_for_it(text: str) -> None:
    """Nor a longer one that happens to hold its digits: an order number is no hotline."""
    assert not LINE.quoted_in(text)


@pytest.mark.parametrize(
    ("value", "text", "quoted"),
    [
        ("95137", "打95137了", True),
        ("95137", "订单 695137021", False),
        ("110", "打110了", False),
        ("1234", "1234", False),
        ("12345", "12345", True),
        ("帮助与客服", "帮助与客服", False),
        ("第24条", "第24条", False),
        ("0571-86999211", "0571 86999211", True),
    ],
)
def test_a_short_number_is_no_quotation(value: str, text: str, quoted: bool) -> None:
    """With less than five digits anything would match."""
    assert replace(LINE, value=value).quoted_in(text) is quoted
