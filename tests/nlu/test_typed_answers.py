"""Every choice of every question: its words and its place, typed, are the button pressed.

Also what acts mean where they are said, and the ways to answer a clarifying question in words.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from bot.app import Engine, build_engine
from bot.channels.clock import Clock
from bot.channels.console.pipe import Conversation
from bot.core.command import Command, Control, SetSlot
from bot.core.flow import Ask
from bot.core.tracker import Tracker
from bot.i18n.script import localize

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 20, 10)
ENGINE = build_engine(ROOT / "flows", ROOT / "locales", NOW.date())
_PLACES = "一二三四五六七八九"


def _questions(engine: Engine) -> dict[str, tuple[str, list[tuple[str, str]]]]:
    """By slot and offered choices: one state that asks, and its (label, button value) pairs."""
    found: dict[str, tuple[str, list[tuple[str, str]]]] = {}
    for state in engine.build.spec.states.values():
        step = state.step
        if not isinstance(step, Ask) or not state.listens or step.slot == "issue":
            continue
        values = engine.flows.slots[step.slot].values.values()
        offered = [v for v in values if not step.choices or v.id in step.choices]
        key = f"{step.slot}:{','.join(v.id for v in offered)}"
        if offered:
            found.setdefault(key, (state.id, [(v.label, f"{step.slot}:{v.id}") for v in offered]))
    return found


QUESTIONS = _questions(ENGINE)


def _answer(commands: list[Command], slot: str) -> object:
    return next((c.value for c in commands if isinstance(c, SetSlot) and c.slot == slot), None)


@pytest.mark.parametrize("key", QUESTIONS)
def test_words_and_places_are_the_button(key: str) -> None:
    name, offered = QUESTIONS[key]
    slot = key.partition(":")[0]
    state = ENGINE.build.spec.states[name]
    tracker = Tracker("me", "c1", state=name, issue=name.rsplit(".", 1)[0])

    def read(kind: str, value: str) -> object:
        return _answer(ENGINE.interpreter.read(kind, value, tracker, state, NOW), slot)

    wrong = {}
    for place, (label, value) in enumerate(offered):
        pressed = read("button", value)
        assert pressed is not None
        for typed in (label, f"第{_PLACES[place]}个", f"选{place + 1}"):
            if read("text", typed) != pressed:
                wrong[typed] = read("text", typed)
    assert not wrong


def _talk() -> Conversation:
    return Conversation(ENGINE.agent(), "me", Clock(NOW), localize)


async def _asked() -> tuple[Conversation, list[tuple[str, tuple[str, ...]]]]:
    """A conversation at its first clarifying question, and the options that keep a problem."""
    talk = _talk()
    await talk.begin()
    outcome = await talk.send("text", "我在小红书上遇到麻烦了")
    buttons = outcome.responses[-1].buttons
    return talk, [(b.label, b.issues) for b in buttons if b.issues]


@pytest.mark.parametrize(("typed", "place"), [("第二个", 1), ("上面那个", 0), ("选3", 2)])
async def test_a_place_answers_a_clarifying_question(typed: str, place: int) -> None:
    talk, options = await _asked()
    assert (await talk.send("text", typed)).issue == options[place][1][0]


async def test_two_at_once_are_both_kept() -> None:
    talk, options = await _asked()
    outcome = await talk.send("text", "第一个和第三个都有")
    assert outcome.issue in (options[0][1][0], options[2][1][0])
    second = [e.to_dict()["issue"] for e in outcome.events if e.to_dict()["type"] == "SecondNoted"]
    assert {outcome.issue, *second} == {options[0][1][0], options[2][1][0]}


@pytest.mark.parametrize("typed", ["两个都有", "都有", "以上都占"])
async def test_both_are_taken_as_the_two_likeliest(typed: str) -> None:
    talk, options = await _asked()
    outcome = await talk.send("text", typed)
    second = [e.to_dict()["issue"] for e in outcome.events if e.to_dict()["type"] == "SecondNoted"]
    likely = [issue for issue, _ in outcome.candidates if any(issue in kept for _, kept in options)]
    assert [outcome.issue, *second] == likely[:2]


@pytest.mark.parametrize(
    "typed",
    ["都不是", "不是", "没有", "说不清", "不知道", "以上都不是", "两个都不是", "全都不是", "第一个和第二个都不是"],
)  # fmt: skip
async def test_neither_and_not_knowing_lead_on(typed: str) -> None:
    talk, options = await _asked()
    outcome = await talk.send("text", typed)
    assert outcome.issue is None
    offered = [(b.label, b.issues) for b in outcome.responses[-1].buttons if b.issues]
    assert offered
    assert offered != options


@pytest.mark.parametrize("typed", ["客服都是机器人", "买的两个都坏了", "他们都是一伙的"])
async def test_all_in_passing_is_no_answer(typed: str) -> None:
    talk, _ = await _asked()
    outcome = await talk.send("text", typed)
    assert not any(e.to_dict()["type"] == "SecondNoted" for e in outcome.events)


async def test_a_typed_option_does_what_its_button_does() -> None:
    """Labels speak of stolen accounts and fraud, and places of what is last: none is an alarm here."""
    _, options = await _asked()
    for place, (label, issues) in enumerate(options):
        for typed in (label, f"第{_PLACES[place]}个"):
            talk, _ = await _asked()
            assert (await talk.send("text", typed)).issue == issues[0], typed
    talk, _ = await _asked()
    assert (await talk.send("text", "最后一个")).issue == options[-1][1][0]


async def test_a_place_in_the_menu_is_one_on_the_screen() -> None:
    talk = _talk()
    await talk.begin()
    categories = [b for b in (await talk.send("text", "不知道")).responses[-1].buttons if b.issues]
    page = (await talk.send("button", categories[1].value)).responses[-1].buttons
    shown = [b for b in page if b.issues]
    assert (await talk.send("text", "第九个")).issue is None
    talk = _talk()
    await talk.begin()
    await talk.send("text", "不知道")
    await talk.send("text", "第二个")
    assert (await talk.send("text", "第一个")).issue == shown[0].issues[0]


@pytest.mark.parametrize("typed", ["真不想活了", "我想死"])
async def test_a_second_cry_for_help_is_heard(typed: str) -> None:
    talk = _talk()
    await talk.begin()
    await talk.send("text", "我想死")
    await talk.send("text", "现在安全")
    outcome = await talk.send("text", typed)
    assert "120" in "".join(r.text for r in outcome.responses)


async def test_a_pause_ends_with_the_next_problem() -> None:
    talk = _talk()
    await talk.begin()
    await talk.send("text", "我的账号被永久封禁了")
    paused = await talk.send("text", "先停")
    assert paused.state.endswith(".paused")
    outcome = await talk.send("text", "七天无理由退货商家一直拒绝")
    assert outcome.issue == "order.refund"


async def test_a_corrected_number_is_not_another_problem() -> None:
    talk = _talk()
    await talk.begin()
    before = await talk.send("text", "退货签收了钱一直没退到账，都8天了")
    after = await talk.send("text", "不是8天 是18天")
    assert after.issue == before.issue == "order.refund"


async def test_a_word_with_one_in_it_is_no_age() -> None:
    state = next(s for s in ENGINE.build.spec.states.values() if _asks(s.step, "minor_age"))
    tracker = Tracker("me", "c1", state=state.id, issue="payment.minor")
    for typed, age in (("改一下", None), ("一个人在家的时候", None), ("9岁", 9), ("刚满十二", 12)):
        found = ENGINE.interpreter.read("text", typed, tracker, state, NOW)
        assert _answer(found, "minor_age") == age, typed


def _asks(step: object, slot: str) -> bool:
    return isinstance(step, Ask) and step.slot == slot


async def test_a_wrong_press_is_undone_by_saying_so() -> None:
    talk, _ = await _asked()
    await talk.send("text", "第一个")
    outcome = await talk.send("text", "不对，是我的账号被永久封禁了")
    assert outcome.issue == "account.banned"


@pytest.mark.parametrize(
    ("slot", "typed", "value"),
    [
        ("removed_filed", "好了", "filed"),
        ("keep_going", "好了", "enough"),
        ("keep_going", "嗯", "more"),
    ],
)
def test_done_means_what_was_asked(slot: str, typed: str, value: str) -> None:
    """「好了」 after 「交上去了吗」 is a yes, after 「还要继续争吗」 a no."""
    name = next(name for key, (name, _) in QUESTIONS.items() if key.startswith(f"{slot}:"))
    state = ENGINE.build.spec.states[name]
    tracker = Tracker("me", "c1", state=name, issue=name.rsplit(".", 1)[0])
    assert _answer(ENGINE.interpreter.read("text", typed, tracker, state, NOW), slot) == value


@pytest.mark.parametrize(
    ("typed", "name"),
    [("小禾", "小禾"), ("工号8827", "工号8827"), ("说是小薯", "小薯"), ("客服小禾", "客服小禾"),
     ("叫李经理", "李经理"), ("它又结束了", None), ("客服说等3天", None), ("你猜", None),
     ("烦死了", None), ("额……怎么说呢", None)],
)  # fmt: skip
def test_a_sentence_is_no_name(typed: str, name: str | None) -> None:
    state = ENGINE.build.spec.states["account.banned.human.talking.human_who"]
    tracker = Tracker("me", "c1", state=state.id, issue="account.banned")
    found = ENGINE.interpreter.read("text", typed, tracker, state, NOW)
    assert _answer(found, "contact_name") == name


@pytest.mark.parametrize("typed", ["他没说", "没问", "不告诉我", "匿名", "忘了问"])
def test_no_name_is_an_answer_too(typed: str) -> None:
    state = ENGINE.build.spec.states["account.banned.human.talking.human_who"]
    tracker = Tracker("me", "c1", state=state.id, issue="account.banned")
    found = ENGINE.interpreter.read("text", typed, tracker, state, NOW)
    assert Control("unsure") in found


@pytest.mark.parametrize("typed", ["我要找人工", "人工！！！", "转人工", "给我转真人客服"])
async def test_the_wish_for_a_human_is_heard_at_any_question(typed: str) -> None:
    talk = _talk()
    await talk.begin()
    asked = await talk.send("text", "我的账号被永久封禁了")
    outcome = await talk.send("text", typed)
    assert outcome.state == asked.state
    assert "真人" in outcome.responses[0].text


@pytest.mark.parametrize("typed", ["不是，是退款被拒了", "都不对，退款商家不给"])
async def test_a_no_that_says_what_it_is_is_listened_to(typed: str) -> None:
    talk, _ = await _asked()
    outcome = await talk.send("text", typed)
    assert outcome.issue == "order.refund" or outcome.candidates[0][0] == "order.refund"
