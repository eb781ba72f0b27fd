"""What the bot says in front of everybody: a true first step, no value of the message, dangers first."""

from __future__ import annotations

from datetime import date
from functools import cache

import pytest

from bot.config import flows_dir, locales_dir
from bot.core.errors import Mark
from bot.core.flow import FlowSet
from bot.core.text import Template
from bot.core.texts import TextUse
from bot.core.wording import check_text
from bot.flows.loader import load_flows
from bot.groups.answers import CARD, CONTINUE, LIMIT, TEXTS, PublicAnswer, PublicAnswers
from bot.groups.guards import ScamGuard
from bot.nlu.alarming import ALARMS
from bot.nlu.reading import Reader

TODAY = date(2026, 11, 20)
OCCASIONS = {"about", "thanks", "hotline", "numbers"}


@cache
def flows() -> FlowSet:
    return load_flows(flows_dir(), TODAY)


@cache
def answers(day: date = TODAY) -> PublicAnswers:
    return PublicAnswers(Reader.load(locales_dir() / "zh_Hans" / "nlu"), flows(), lambda: day)


def answer(text: str) -> PublicAnswer:
    return answers().answer(text)


# The texts


def test_every_problem_and_every_danger_has_its_text_and_there_is_no_other() -> None:
    assert set(TEXTS) == {*flows().issues, *ALARMS, *OCCASIONS}


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_keeps_the_rules_of_the_flows(name: str) -> None:
    found: list[str] = []
    use = TextUse(name, Mark("answers", 1), "say", Template.parse(TEXTS[name]))
    check_text(flows(), use, lambda _mark, *words: found.append("：".join(words)))
    assert not found


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_fits_beside_the_line_about_numbers(name: str) -> None:
    text = answers().text(name)
    assert "{" not in text
    assert len(text) + len(answers().text("numbers")) <= LIMIT


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_promises_nothing_and_does_not_shout(name: str) -> None:
    text = answers().text(name)
    assert not {"!", "！"} & set(text)
    assert not any(word in text for word in ("保证", "一定能", "肯定", "包过", "百分"))
    assert ScamGuard(flows().facts).scam_in(text) is None


def test_the_card_says_nothing_of_the_case() -> None:
    assert CARD == "这件事在私聊里说更安全，群里不放个人信息。"
    assert CONTINUE == "在私聊里继续"


def test_what_no_longer_holds_is_left_out() -> None:
    text = answers(date(2031, 1, 1)).text("self_harm")
    assert "120" in text
    assert "{" not in text


# What a message gets


@pytest.mark.parametrize(
    ("text", "issue"),
    [
        ("退货签收一个多月了还没退款", "order.refund"),
        ("我的号被永久封禁了", "account.banned"),
        ("笔记发出去没人看得到，限流了吧", "content.limited"),
        ("怎么转人工，一直是机器人", "support.cant_find_human"),
        ("孩子偷偷充了三千块", "payment.minor"),
        ("申诉又被驳回了", "support.rejected"),
        ("有人冒充我的账号", "safety.impersonation"),
    ],
)
def test_a_problem_gets_its_first_step(text: str, issue: str) -> None:
    assert answer(text) == PublicAnswer(issue, None, answers().text(issue))


@pytest.mark.parametrize(
    ("text", "danger", "issue"),
    [
        ("我被骗了，刚转了两千给假客服，他还让我继续转", "fraud_now", "fraud.scammed"),
        ("有人正在登我的号，密码刚被改了", "hacked_now", "account.hacked"),
        ("他说知道我家住哪，要来打我", "threat", None),
        ("我不想活了", "self_harm", None),
        ("有人找我女儿要裸照，她才12岁", "minor", None),
        ("他拿我的裸照威胁我打钱，不给就群发", "blackmail", None),
    ],
)
def test_a_danger_comes_first(text: str, danger: str, issue: str | None) -> None:
    found = answer(text)
    assert found.danger == danger
    assert found.text.startswith(answers().text(danger))
    assert issue is None or found.issue == issue


def test_a_danger_counts_as_no_problem_that_it_only_sounds_like() -> None:
    assert answer("我不想活了").issue is None


@pytest.mark.parametrize(
    "text",
    ["你好", "在吗", "帮助", "你能干嘛", "今天天气怎么样", "不知道", "嗯", "", "？？", "哈哈"],
)
def test_small_talk_gets_what_the_bot_does(text: str) -> None:
    assert answer(text) == PublicAnswer(None, None, answers().text("about"))


def test_thanks_are_answered_shortly() -> None:
    assert answer("谢谢") == PublicAnswer(None, None, "应该的。")


def test_a_false_hotline_is_answered_without_repeating_it() -> None:
    assert answer("400-126-8888 是官方的吗").text == answers().text("hotline")


# Nothing personal


VALUES = ("13912345678", "110101199003074518", "P7302123456788841", "730212345678884", "398")


@pytest.mark.parametrize(
    "text",
    [
        "我手机13912345678，退款不到账",
        "身份证110101199003074518，号被封了",
        "订单号P7302123456788841 398块没退款",
        "订单730212345678884 不发货",
    ],
)
def test_whoever_posts_numbers_is_told_to_take_them_back(text: str) -> None:
    found = answer(text)
    assert found.text.startswith(answers().text("numbers"))
    assert len(found.text) <= LIMIT
    assert not any(value in found.text for value in VALUES)


def test_in_danger_the_number_comes_second() -> None:
    found = answer("刚被骗转了两千，对方电话13912345678，他还在催我转")
    assert found.danger == "fraud_now"
    assert found.text.endswith(answers().text("numbers"))


def test_who_wants_to_die_is_not_told_of_numbers() -> None:
    found = answer("我不想活了，我电话13912345678")
    assert found.text == answers().text("self_harm")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("订单退货三天了没退款，398元", "退货十天了一直没退款，1299块"),
        ("我的号被永久封禁了", "账号昨天被封号了，永久的"),
    ],
)
def test_everybody_with_a_problem_gets_the_same(one: str, other: str) -> None:
    assert answer(one) == answer(other)
