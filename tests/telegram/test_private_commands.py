"""Commands in private chat: each is answered, plainly, in the script of who asks."""

from __future__ import annotations

import pytest

from bot.i18n.script import written_in
from bot.serving.words import COMMANDS

pytestmark = pytest.mark.asyncio(loop_scope="module")

SIMPLIFIED = "我的账号被永久封禁，申诉一分钟就被驳回"
TRADITIONAL = "我的帳號被永久封禁，申訴一分鐘就被駁回"

ANSWERS = {
    "start": "通知里写明",
    "case": "进度",
    "cases": "点一个接着办",
    "new": "发生了什么",
    "back": "退回上一步",
    "why": "没写明",
    "export": "要哪一份",
    "quiet": "22 点到 8 点不打扰",
    "language": "用哪种字",
    "forget": "确定全删吗",
    "stop": "",
    "help": "直接说遇到了什么事",
}


async def test_every_command_that_is_listed_has_its_answer_here():
    assert set(ANSWERS) == set(dict(COMMANDS))


async def test_the_commands_are_announced_for_private_chats(served):
    def announced(log):
        calls = log.of("setMyCommands")
        return [each for each in calls if "all_private_chats" in str(each.params["scope"])]

    await served.fake.wait_for(announced, 10)
    calls = announced(served.fake.log)
    assert all(name in str(calls[0].params) for name in dict(COMMANDS))


@pytest.mark.parametrize("command", ANSWERS)
async def test_a_command_is_answered_in_simplified_for_who_writes_it(served, ann, command):
    await served.ask(ann, SIMPLIFIED)
    answer = await served.ask(ann, f"/{command}", holding=ANSWERS[command])
    assert written_in(answer.text) != "zh_Hant"


@pytest.mark.parametrize("command", ANSWERS)
async def test_a_command_is_answered_in_traditional_for_who_writes_it(served, ann, command):
    await served.ask(ann, TRADITIONAL)
    answer = await served.ask(ann, f"/{command}")
    assert written_in(answer.text) == "zh_Hant"


async def test_start_greets_and_names_what_it_is(served, ann):
    ann.start()
    answer = await ann.next()
    assert "不是小红书官方" in answer.text
    assert "说不清" in answer.labels


@pytest.mark.parametrize("language", ["zh-hant", "zh-TW", "zh-hk"])
async def test_the_greeting_is_traditional_where_telegram_is(served, newcomer, language):
    ben = newcomer("乙", language=language)
    ben.start()
    assert "發生了什麼" in (await ben.next()).text


async def test_who_writes_simplified_gets_it_whatever_telegram_is_set_to(served, newcomer):
    ben = newcomer("乙", language="zh-hant")
    assert written_in((await served.ask(ben, SIMPLIFIED)).text) != "zh_Hant"


async def test_a_deep_link_of_a_problem_begins_with_it(served, ann):
    ann.start("account-banned")
    assert "号突然没了" in (await ann.next()).text


async def test_an_unknown_payload_is_a_plain_start(served, ann):
    ann.start("go_AAAAAAAAAAAAAAAAAAAAAA")
    assert "发生了什么" in (await ann.next()).text


async def test_start_again_repeats_the_open_question(served, ann):
    await served.ask(ann, SIMPLIFIED)
    ann.start()
    assert "通知里写明" in (await ann.next(10)).text


async def test_new_keeps_the_case_before(served, ann):
    await served.ask(ann, SIMPLIFIED)
    await served.ask(ann, "/new", holding="发生了什么")
    listed = await served.ask(ann, "/cases")
    assert len(listed.labels) == 2
    back = await served.press(ann, listed.labels[1], listed)
    assert "通知里写明" in back.text


async def test_new_as_the_first_word_is_greeted(served, newcomer):
    ben = newcomer("乙")
    assert (await served.ask(ben, "/new")).text.startswith("这里是「真人」")


async def test_new_before_anything_was_told_opens_no_second_case(served, ann):
    await served.ask(ann, "/start")
    await served.ask(ann, "/new")
    assert len((await served.ask(ann, "/cases")).labels) == 1


@pytest.mark.parametrize("command", ["/case", "/cases"])
async def test_without_a_case_the_way_to_begin_is_told(served, ann, command):
    assert "说说遇到了什么事" in (await served.ask(ann, command)).text


async def test_a_case_of_which_nothing_is_known_has_no_empty_quote(served, ann):
    await served.ask(ann, "/start")
    assert "<blockquote" not in ((await served.ask(ann, "/case")).html or "")


async def test_why_unfolds_the_reason_and_asks_again(served, ann):
    await served.ask(ann, SIMPLIFIED)
    answer = await served.ask(ann, "/why")
    assert (answer.html or "").startswith("<blockquote expandable>")
    assert "通知里写明" in answer.text
    assert "只有大类" in answer.labels


async def test_back_takes_the_last_answer_back(served, ann):
    await served.ask(ann, SIMPLIFIED)
    await served.press(ann, "只有大类")
    assert "通知里写明" in (await served.ask(ann, "/back")).text


async def test_an_unknown_command_is_named(served, ann):
    assert "没有 /bogus 这个命令" in (await served.ask(ann, "/bogus")).text


async def test_a_command_of_groups_says_where_it_works(served, ann):
    assert "在群里用" in (await served.ask(ann, "/faq")).text


@pytest.mark.parametrize("text", ["/forget@other_bot", "/help@other_bot 申诉"])
async def test_a_command_for_another_bot_is_not_taken_as_words_or_obeyed(served, ann, text):
    await served.ask(ann, SIMPLIFIED)
    answer = await served.ask(ann, text)
    assert "别的机器人" in answer.text
    assert not answer.labels


async def test_a_command_with_the_own_name_is_obeyed(served, ann):
    answer = await served.ask(ann, f"/help@{served.fake.username}")
    assert "直接说" in answer.text


# ── language ────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("button", "said", "after"),
    [("繁體", "好，以後用繁體。", "直接說"), ("简体", "好，以后用简体。", "直接说")],
)
async def test_a_script_that_is_set_is_kept_to(served, ann, button, said, after):
    await served.ask(ann, SIMPLIFIED)
    asked = await served.ask(ann, "/language")
    assert (await served.press(ann, button, asked)).text == said
    await served.ask(ann, TRADITIONAL if button == "简体" else "账号现在也还登不上去呢")
    assert after in (await served.ask(ann, "/help")).text


async def test_the_settings_button_shows_what_was_chosen_and_is_over(served, ann):
    asked = await served.ask(ann, "/language")
    await served.press(ann, "繁體", asked)
    await served.fake.wait_for(lambda _: not asked.keyboard)
    assert "› 繁體" in asked.text


async def test_a_script_can_be_written_behind_the_command(served, ann):
    assert (await served.ask(ann, "/language 繁體")).text == "好，以後用繁體。"


# ── quiet hours ─────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("21-9", "21 点到 9 点不打扰（北京时间）"),
        ("22:00-8:00", "22 点到 8 点不打扰"),
        ("晚上十点半", "没看懂「晚上十点半」"),
        ("晚上十点到早上八点", "22 点到 8 点不打扰"),
        ("晚上12点到7点", "0 点到 7 点不打扰"),
        ("24-8", "0 点到 8 点不打扰"),
        ("off", "随时提醒"),
        ("关", "随时提醒"),
        ("Asia/Tokyo", "不打扰（Asia/Tokyo）"),
        ("25-30", "没看懂「25-30」"),
        ("²-8", "没看懂「²-8」"),
        ("Asia/Nowhere", "没看懂"),
        ("<b>&", "没看懂「<b>&」"),
        ("啊" * 300, "没看懂「" + "啊" * 20 + "」"),
    ],
)
async def test_quiet_hours_and_zones_as_people_write_them(served, ann, given, said):
    assert said in (await served.ask(ann, f"/quiet {given}")).text


async def test_quiet_hours_by_button(served, ann):
    asked = await served.ask(ann, "/quiet")
    said = await served.press(ann, "晚 11 点到早 7 点", asked)
    assert "23 点到 7 点不打扰" in said.text
    assert "23 点到 7 点" in (await served.ask(ann, "/quiet")).text


async def test_nothing_went_wrong_in_all_of_it(served):
    assert not served.fake.log.errors()
    assert not served.fake.log.unknown()
    assert "ERROR" not in served.bot.log
