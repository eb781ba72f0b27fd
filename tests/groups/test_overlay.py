"""A group's own wording: where it may stand, what it may say, and that a bad one never replaces a good one."""

from __future__ import annotations

from datetime import date
from functools import cache

import pytest

from bot.config import flows_dir
from bot.flows.loader import load_flows
from bot.groups.overlay import PLACES, Overlay, Rules
from bot.groups.settings import Settings

TODAY = date(2026, 11, 20)
DEFAULTS = {"welcome": "", "card": "这件事在私聊里说更安全。", "help": "说一句就行。"}


@cache
def rules(day: date = TODAY) -> Rules:
    return Rules(load_flows(flows_dir(), TODAY).facts, lambda: day)


@pytest.mark.parametrize(
    "text",
    [
        "欢迎，先看置顶，有事 @ 我说一句。",
        "被骗先打{fact.police}，再来说。",
        "被骗先打 110，再来说。",
        "消费纠纷可以打12315，官网 www.12315.cn。",
        "群规：https://example.org/rules?a=1",
        "本群不收费，别信代申诉，也别信内部渠道。",
        "不保证成功，只陪你把每一步走对。",
        "找平台依据电子商务法第五十九条。",
        "每天 9 点到 21 点有志愿者，一次 3 步，最多 120 个字。",
        "第一行\n第二行",
    ],
)
def test_a_plain_text_passes(text: str) -> None:
    assert rules().problems({"help": text}) == []


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "空"),
        (" \n", "空"),
        ("长" * 600, "最多 500"),
        ("你好{name}", "不认识 {name}"),
        ("你好{", "不认识 {"),
        ("你好{fact.polise}", "没有事实"),
        ("打{fact.phone_95137}", "已被否定"),
        ("人工电话 95137", "查不到官方痕迹"),
        ("人工电话 400-126-8888", "查不到官方痕迹"),
        ("写信到 support@xiaohongshu.com", "查不到官方痕迹"),
        ("写信到 admin@example.org", "邮箱"),
        ("找群主 13912345678", "号码"),
        ("客服 400-820-8820", "号码"),
        ("打 95188 也行", "号码"),
        ("加群主微信号abc12345", "号码"),
        ("依据民法典第五百条", "法条"),
        ("看 http://example.org", "https"),
        ("看 example.com/x", "https"),
        ("进 t.me/some_group", "https"),
        ("点 tg://join?invite=x", "https"),
        ("保证成功，跟着做就行", "收费代办"),
        ("包解封", "收费代办"),
        ("有偿代申诉，找管理员", "收费代办"),
        ("内部渠道，私聊管理员", "收费代办"),
        ("百分百解封", "收费代办"),
        ("你好\u202e", "控制字符"),
    ],
)
def test_a_text_that_may_not_be_said_is_refused_with_the_reason(text: str, why: str) -> None:
    problems = rules().problems({"help": text})
    assert problems
    assert any(why in problem for problem in problems)
    assert all(problem.startswith("帮助：") for problem in problems)


def test_there_is_no_other_place() -> None:
    [problem] = rules().problems({"helo": "你好"})
    assert "没有这一处文字" in problem
    assert "help" in problem


def test_all_problems_are_told_at_once() -> None:
    assert len(rules().problems({"card": "保证成功 http://a.b", "off": "", "x": "y"})) == 4


@pytest.mark.parametrize("name", PLACES)
def test_a_place_has_its_own_limit(name: str) -> None:
    limit = PLACES[name].limit
    assert rules().problems({name: "字" * limit}) == []
    assert rules().problems({name: "字" * (limit + 1)})


def test_what_counts_is_the_length_that_people_see() -> None:
    assert rules().problems({"footer": "{fact.platform_address}" * 3})


# Use


def test_own_texts_stand_where_they_pass_and_ours_elsewhere() -> None:
    settings = Settings(texts={"welcome": "欢迎。", "help": "保证成功"})
    overlay = Overlay.of(settings, DEFAULTS, rules())
    assert overlay.text("welcome") == "欢迎。"
    assert overlay.text("help") == DEFAULTS["help"]
    assert overlay.text("card") == DEFAULTS["card"]
    assert overlay.text("footer") == ""


def test_facts_are_filled_in_with_their_caveats() -> None:
    overlay = Overlay.of(Settings(texts={"help": "难受就打12356。"}), DEFAULTS, rules())
    assert "12356（全国心理援助热线" in overlay.text("help")


def test_a_text_is_escaped() -> None:
    overlay = Overlay.of(Settings(texts={"help": "<b>甲</b> & 乙"}), DEFAULTS, rules())
    assert overlay.text("help") == "&lt;b&gt;甲&lt;/b&gt; &amp; 乙"


def test_a_text_whose_fact_has_expired_gives_way() -> None:
    settings = Settings(texts={"help": "公司电话 {fact.phone_company}"})
    assert "9501-3888" in Overlay.of(settings, DEFAULTS, rules()).text("help")
    late = Overlay.of(settings, DEFAULTS, rules(date(2028, 1, 1)))
    assert late.text("help") == DEFAULTS["help"]
