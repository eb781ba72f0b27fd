"""Slots: which values a type takes, and how a value is said and read back."""

import pytest

from bot.core.errors import Mark
from bot.core.slots import Choice, Slot, SlotType, Value, show_date

MARK = Mark("slots.yaml", 1)
PENALTY = {
    "permanent": Choice("permanent", "永久封禁", "永久封禁"),
    "temporary": Choice("temporary", "限时的", "限时封禁"),
}
SEALED = {"true": Choice("true", "没拆", "没拆"), "false": Choice("false", "拆了", "已经拆了")}


def slot(kind: str, *, weekday: bool = False) -> Slot:
    values = {"choice": PENALTY, "bool": SEALED}.get(kind, {})
    return Slot("a", "甲", SlotType(kind), MARK, values, weekday=weekday)


ACCEPTED: list[tuple[str, Value, bool]] = [
    ("text", "话", True),
    ("text", "", True),
    ("text", 3, False),
    ("text", True, False),
    ("choice", "permanent", True),
    ("choice", "forever", False),
    ("choice", "永久封禁", False),
    ("choice", True, False),
    ("bool", True, True),
    ("bool", False, True),
    ("bool", "true", False),
    ("bool", 1, False),
    ("bool", 0, False),
    ("amount", 128, True),
    ("amount", 128.5, True),
    ("amount", "128", False),
    ("amount", True, False),
    ("days", 3, True),
    ("days", False, False),
    ("int", 0, True),
    ("int", "0", False),
    ("date", "2026-11-20", True),
    ("date", "2026-02-29", False),
    ("date", "2028-02-29", True),
    ("date", "11月20日", False),
    ("date", "2026-11-20T10:00", False),
    ("date", 20261120, False),
    *[
        (kind, "P123", True)
        for kind in ("name", "order_no", "ticket_no", "link", "account", "phone", "issue")
    ],
    *[
        (kind, 123, False)
        for kind in ("name", "order_no", "ticket_no", "link", "account", "phone", "issue")
    ],
]


@pytest.mark.parametrize(("kind", "value", "accepted"), ACCEPTED)
def test_a_slot_takes_values_of_its_type(kind: str, value: Value, accepted: bool) -> None:
    """A truth value is no number, a label is no option, and a number is no text."""
    assert slot(kind).accepts(value) is accepted


def test_every_type_is_in_the_table() -> None:
    """The list of types is closed; a new one says here what it takes."""
    assert {kind for kind, _, _ in ACCEPTED} == {each.value for each in SlotType}


@pytest.mark.parametrize("kind", [each.value for each in SlotType])
def test_only_amounts_days_and_counts_can_be_compared(kind: str) -> None:
    """What a guard may ask with > and <."""
    assert SlotType(kind).numeric is (kind in {"amount", "days", "int"})


READ: list[tuple[str, str, Value | None]] = [
    ("text", "110", "110"),
    ("text", "true", "true"),
    ("text", "0123", "0123"),
    ("text", "null", "null"),
    ("text", "", None),
    ("ticket_no", "0123", "0123"),
    ("phone", "110", "110"),
    ("bool", "true", True),
    ("bool", "false", False),
    ("bool", "yes", None),
    ("bool", "True", None),
    ("bool", "", None),
    ("choice", "permanent", "permanent"),
    ("choice", "永久封禁", None),
    ("choice", "", None),
    ("date", "2026-11-20", "2026-11-20"),
    ("date", "11月20日", None),
    ("date", "", None),
    ("amount", "128", 128),
    ("amount", "12.50", 12.5),
    ("amount", "1,280.5", 1280.5),
    ("amount", "-3", -3),
    ("amount", "128元", None),
    ("amount", "1e3", None),
    ("amount", "nan", None),
    ("amount", "", None),
    ("amount", "true", None),
    ("int", "3", 3),
    ("days", "十", None),
]


@pytest.mark.parametrize(("kind", "text", "value"), READ)
def test_a_written_text_means_a_value_of_the_type(
    kind: str, text: str, value: Value | None
) -> None:
    """Authored or rendered; what means nothing for the slot is None, never a guess."""
    read = slot(kind).read(text)
    assert read == value
    assert type(read) is type(value)
    assert read is None or slot(kind).accepts(read)


def test_a_slot_is_nothing_special_by_itself() -> None:
    """Not masked, no options, heard nowhere, its date without a weekday, unless it is declared so."""
    plain = Slot("a", "甲", SlotType.TEXT, MARK)
    assert (plain.pii, plain.weekday, plain.near, dict(plain.values)) == (False, False, (), {})


@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [
        ("text", "原话", "原话"),
        ("choice", "permanent", "永久封禁"),
        ("choice", "temporary", "限时封禁"),
        ("choice", "gone", "gone"),
        ("bool", True, "没拆"),
        ("bool", False, "已经拆了"),
        ("amount", 128, "128"),
        ("amount", 128.0, "128"),
        ("amount", 100.0, "100"),
        ("amount", 128.5, "128.5"),
        ("amount", 128.05, "128.05"),
        ("amount", 0.1 + 0.2, "0.3"),
        ("amount", 0.0, "0"),
        ("amount", 12345678.9, "12345678.9"),
        ("int", 0, "0"),
        ("days", 30, "30"),
        ("date", "2026-12-01", "12月1日"),
        ("date", "2026-01-31", "1月31日"),
        ("date", "后天", "后天"),
        ("order_no", "P0123", "P0123"),
    ],
)
def test_a_value_is_said_as_people_say_it(kind: str, value: Value, said: str) -> None:
    """A choice by its `say`, money without a tail of zeros, a date without its year."""
    assert slot(kind).show(value) == said


@pytest.mark.parametrize(
    ("kind", "value", "read"),
    [
        ("choice", "temporary", "限时的"),
        ("choice", "gone", "gone"),
        ("bool", False, "拆了"),
        ("amount", 12.0, "12"),
        ("date", "2026-12-01", "12月1日"),
        ("text", "原话", "原话"),
    ],
)
def test_a_value_is_read_back_as_its_button_names_it(kind: str, value: Value, read: str) -> None:
    """On a correction the person sees the words that they pressed."""
    assert slot(kind).label(value) == read


@pytest.mark.parametrize(
    ("iso", "said"),
    [
        ("2026-11-20", "11月20日（周五）"),
        ("2026-11-22", "11月22日（周日）"),
        ("2026-11-23", "11月23日（周一）"),
        ("2028-02-29", "2月29日（周二）"),
    ],
)
def test_a_date_can_be_said_with_its_weekday(iso: str, said: str) -> None:
    """For dates that the person must be there on."""
    assert slot("date", weekday=True).show(iso) == said
    assert show_date(iso, weekday=True) == said
    assert show_date(iso, weekday=False) == said.partition("（")[0]
