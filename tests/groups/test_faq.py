"""The admins' fixed answers: which keyword fits, and that an answer is harmless HTML."""

from __future__ import annotations

import pytest

from bot.groups.faq import answer, find
from bot.groups.settings import Faq, Settings

FAQ = (
    Faq("群规", "不发广告。"),
    Faq("退款", "先看置顶。"),
    Faq("退款多久", "看付款渠道。"),
    Faq("置顶", "在最上面。", exact=True),
    Faq("vip", "没有会员。"),
    Faq("12315", "全国通用。"),
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("群规是什么", "不发广告。"),
        ("群規在哪", "不发广告。"),
        ("我的退款怎么办", "先看置顶。"),
        ("請問退款多久能到", "看付款渠道。"),
        ("置顶", "在最上面。"),
        (" 置顶？", "在最上面。"),
        ("怎么办vip呀", "没有会员。"),
        ("ＶＩＰ", "没有会员。"),
        ("打12315吗", "全国通用。"),
    ],
)
def test_the_longest_keyword_that_fits_is_answered(text: str, said: str) -> None:
    assert answer(Settings(faq=FAQ), text) == said


@pytest.mark.parametrize(
    "text", ["", "？", "你好", "置顶在哪", "vipshop 买的", "单号9123151", "运费"]
)
def test_nothing_fits(text: str) -> None:
    assert answer(Settings(faq=FAQ), text) is None


def test_of_equal_keywords_the_first_counts() -> None:
    twice = (Faq("群规", "一"), Faq("群规", "二"))
    assert find(twice, "群规") == twice[0]


@pytest.mark.parametrize("keyword", ["", " ", "。", ".*", "(a+)+$", "[群规]"])
def test_a_keyword_is_a_word_and_no_pattern(keyword: str) -> None:
    assert answer(Settings(faq=(Faq(keyword, "x"),)), "群规aaaaaaaaaaaaaaaaaaaaaaaaaaaa") is None


def test_an_answer_is_escaped() -> None:
    said = answer(Settings(faq=(Faq("群规", "<b>甲</b> & 乙"),)), "群规")
    assert said == "&lt;b&gt;甲&lt;/b&gt; &amp; 乙"
