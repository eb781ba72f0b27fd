"""The veil: placeholders as long as what they hide, put back where known, never lent to somebody else."""

from __future__ import annotations

import pytest

from bot.cases.veil import Vault, Veil
from bot.core.turn import Copy, Outcome, Response
from bot.nlu.masking import private_spans

TEXTS = [
    "我手机13912345678",
    "订单P712345678901234321，另一个手机13800005678，还有13912345678",
    "身份证11010519491231002X，邮箱 wang@example.com",
    "卡号6222 0200 1234 5678 900",
    "没有号码，只有 128 元和 11月20日",
]


@pytest.mark.parametrize("text", TEXTS)
def test_hiding_keeps_the_length_and_can_be_undone(text: str) -> None:
    veil = Veil(private_spans)
    hidden = veil.hide(text)
    assert len(hidden) == len(text)
    assert veil.show(hidden) == text
    assert veil.hide(hidden) == hidden
    assert private_spans(hidden) == []


def test_one_value_has_one_placeholder_everywhere() -> None:
    veil = Veil(private_spans)
    first = veil.hide_whole("xiaowang8899", "账号")
    assert veil.hide("投诉 xiaowang8899 这个号") == f"投诉 {first} 这个号"


def test_two_values_that_look_alike_are_told_apart() -> None:
    veil = Veil(private_spans)
    one, two = veil.hide_whole("薯条小铺", "账号"), veil.hide_whole("荷塘画室", "账号")
    assert one != two
    assert (veil.show(one), veil.show(two)) == ("薯条小铺", "荷塘画室")


def test_after_a_restart_a_name_is_not_lent_to_another() -> None:
    """The value of the first is gone: the second of the same length gets a placeholder of its own."""
    one = Veil(private_spans).hide_whole("薯条小铺", "账号")
    later = Veil(private_spans, issued={one})
    two = later.hide_whole("荷塘画室", "账号")
    assert two != one
    assert later.show(one) == one


def test_after_a_restart_a_number_told_again_is_the_same() -> None:
    """Length and last digits fit: what was written with it is whole again."""
    one = Veil(private_spans).hide("订单P712345678901234321")
    later = Veil(private_spans, issued={one.removeprefix("订单")})
    assert later.hide("还是P712345678901234321") == one.replace("订单〔", "还是〔")
    assert later.show(one) == "订单P712345678901234321"


def test_what_is_gone_is_known_to_be_lacking() -> None:
    one = Veil(private_spans).hide_whole("薯条小铺", "账号")
    later = Veil(private_spans, issued={one})
    assert later.lacks(f"账号{one}")
    assert not later.lacks("〔别的括号〕")


def test_what_is_shown_has_values_and_what_is_stored_has_none() -> None:
    veil = Veil(private_spans)
    hidden = veil.hide("订单P712345678901234321")
    shown = veil.reveal(
        Outcome(
            1,
            "s",
            "c1",
            None,
            (),
            {"a": hidden},
            (Response(hidden, (Copy("p", hidden),)),),
            (),
            (),
            (),
        )
    )
    assert shown.slots["a"] == "订单P712345678901234321"
    assert shown.responses[0].copies[0].text == "订单P712345678901234321"


def test_the_vault_forgets_who_was_away_longest() -> None:
    vault = Vault(private_spans, limit=2)
    for name in ("a", "b", "c"):
        veil = vault.veil(name, ())
        veil.hide("我手机13912345678")
        vault.remember(name, veil)
    assert vault.veil("a", ()).known == {}
    assert vault.veil("c", ()).known != {}
