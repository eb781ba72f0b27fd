"""The guards over what members post: every sentence of `scams.yaml`, and whose numbers are private."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import yaml

from bot.config import flows_dir
from bot.flows.loader import load_flows
from bot.groups.guards import NUMBER_WARNING, NumberGuard, ScamGuard, private_numbers

FACTS = load_flows(flows_dir(), date(2026, 11, 20)).facts
SENTENCES = yaml.safe_load((Path(__file__).parent / "scams.yaml").read_text("utf-8"))
HOUR = 3600.0


@pytest.mark.parametrize(
    ("text", "kind"), [(text, kind) for kind, texts in SENTENCES.items() for text in texts]
)
def test_a_swindle_is_seen_and_nothing_else(text: str, kind: str) -> None:
    found = ScamGuard(FACTS).scam_in(text)
    assert (found.kind if found else "none") == kind


def test_there_are_enough_sentences_of_each() -> None:
    none = SENTENCES["none"]
    tried = [text for kind, texts in SENTENCES.items() for text in texts if kind != "none"]
    assert len(tried) >= 40
    assert len(none) >= 60
    assert len({*tried, *none}) == len(tried) + len(none)


@pytest.mark.parametrize("text", ["", " ", "？？？", "a" * 4000, "解封" * 2000, "请把" * 2000])
def test_nothing_is_found_in_nothing(text: str) -> None:
    assert ScamGuard(FACTS).scam_in(text) is None


@pytest.mark.parametrize(
    "text", ["加v13800000000 代申诉", "人工客服 400-126-8888", "小王 加我微信退款"]
)
def test_a_warning_repeats_nothing_of_the_message(text: str) -> None:
    found = ScamGuard(FACTS).scam_in(text)
    assert found is not None
    assert not any(char.isdigit() for char in found.text)
    assert "小王" not in found.text


def test_all_swindles_of_a_kind_get_the_same_warning() -> None:
    guard = ScamGuard(FACTS)
    for kind in ("offer", "recovery", "hotline", "asks"):
        warnings = {found.text for text in SENTENCES[kind] if (found := guard.scam_in(text))}
        assert len(warnings) == 1
        assert len(warnings.pop()) <= 80


PRIVATE = [
    ("他电话13912345678", "手机号"),
    ("卖家手机 139 1234 5678 大家打他", "手机号"),
    ("联系电话：+86 13912345678", "手机号"),
    ("身份证110101199003074518", "身份证号"),
    ("卡号6222020200112233445", "银行卡号"),
    ("护照号E12345678", "护照号"),
]


@pytest.mark.parametrize(("text", "kind"), PRIVATE)
def test_the_number_of_somebody_is_private(text: str, kind: str) -> None:
    assert private_numbers(text, FACTS) == (kind,)


@pytest.mark.parametrize(
    "text",
    [
        "打110报警",
        "官网写的 9501-3888",
        "举报电话 400-667-6810",
        "12315 和 12345 都打了",
        "客服电话 400-820-8820 打不通",
        "我被骗了 138****的电话",
        "手机尾号 5678",
        "138****5678 骗子",
        "@小明 你看看",
        "花了 398 元，等了 15 天",
        "我的订单号P7302123456788841",
        "工单 GD882013",
        "10月8号买的",
        "",
    ],
)
def test_other_numbers_are_not(text: str) -> None:
    assert private_numbers(text, FACTS) == ()


@pytest.mark.parametrize("text", ["订单号P7302123456788841", "我的订单730212345678884 没退款"])
def test_an_order_counts_when_the_bot_is_addressed(text: str) -> None:
    assert private_numbers(text, FACTS, addressed=True)
    assert not private_numbers(text, FACTS)


def test_a_member_is_warned_once_an_hour() -> None:
    guard = NumberGuard(FACTS)
    text = "13912345678"
    assert guard.ask(-100, 1, text, 0.0) == NUMBER_WARNING
    assert guard.ask(-100, 1, text, HOUR - 1) is None
    assert guard.ask(-100, 1, text, HOUR) == NUMBER_WARNING


def test_members_and_groups_are_warned_apart() -> None:
    guard = NumberGuard(FACTS)
    assert guard.ask(-100, 1, "13912345678", 0.0)
    assert guard.ask(-100, 2, "13912345678", 1.0)
    assert guard.ask(-200, 1, "13912345678", 2.0)


def test_a_clock_that_goes_back_does_not_silence_the_guard() -> None:
    guard = NumberGuard(FACTS)
    assert guard.ask(-100, 1, "13912345678", 10 * HOUR)
    assert guard.ask(-100, 1, "13912345678", HOUR)


def test_the_guard_remembers_a_bounded_number_of_members() -> None:
    guard = NumberGuard(FACTS, remembered=2)
    for user in (1, 2, 3):
        assert guard.ask(-100, user, "13912345678", 0.0)
    assert guard.ask(-100, 3, "13912345678", 1.0) is None
    assert guard.ask(-100, 1, "13912345678", 1.0)


def test_the_warning_repeats_no_number() -> None:
    assert not any(char.isdigit() for char in NUMBER_WARNING)
