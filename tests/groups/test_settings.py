"""Settings: what is let in, how it is said, that it comes back as it went."""

import json
from typing import Any

import pytest

from bot.cases.zones import is_zone
from bot.groups.settings import QUIETS, TITLES, ZONES, Faq, Settings, describe, differing, shown
from bot.groups.settings_rules import Checks, problems

FULL = Settings(
    mode="commands",
    locale="zh_Hant",
    quiet=(22, 8),
    zone="Asia/Taipei",
    user_cooldown=30,
    group_cooldown=10,
    auto_delete=300,
    delete_commands=True,
    scam_guard=True,
    number_guard=False,
    digest=True,
    welcome="欢迎 <b>&",
    log_chat="tg:-100/7",
    desk="tg:-200",
    disabled=("report",),
    blocked=(5, 6),
    closed_topics=(7,),
    faq=(Faq("退款", "看 <b>&"), Faq("客服", "点右上角", exact=True)),
    texts={"card": "在私聊里说"},
)


def carried(settings: Settings) -> dict[str, Any]:
    """As JSON carries it."""
    data: dict[str, Any] = json.loads(json.dumps(settings.to_dict()))
    return data


@pytest.mark.parametrize("settings", [Settings(), FULL], ids=["defaults", "everything"])
def test_what_is_written_comes_back_and_is_right(settings: Settings) -> None:
    assert Settings.from_dict(carried(settings)) == settings
    assert problems(carried(settings)) == []


def test_names_of_another_version_are_no_harm() -> None:
    assert Settings.from_dict({"mode": "off", "later": 1}) == Settings(mode="off")


_WRONG: list[tuple[str, Any]] = [
    ("mode", "always"), ("mode", None), ("mode", ["off"]), ("locale", "en"), ("quiet", [22]),
    ("quiet", [22, 24]), ("quiet", [8, 8]), ("quiet", [True, 8]), ("quiet", "22-8"), ("quiet", {}),
    ("zone", "Asia/Peking"), ("zone", "../../etc/passwd"), ("zone", ""), ("zone", 8), ("zone", "a\0b"),
    ("user_cooldown", -1), ("user_cooldown", 3601), ("user_cooldown", True), ("user_cooldown", 5.0),
    ("group_cooldown", "5"), ("auto_delete", 86401), ("auto_delete", 10**30), ("delete_commands", 1),
    ("scam_guard", "on"), ("number_guard", None), ("digest", []), ("welcome", "字" * 501),
    ("welcome", "a\u202eb"), ("welcome", "\ud800"), ("welcome", 3), ("log_chat", "tg:x"),
    ("log_chat", "-100"), ("log_chat", "tg: 5"), ("log_chat", "tg:-0"), ("log_chat", "tg:５"), ("log_chat", None),
    ("desk", "tg:1/"), ("desk", "tg:1/0"), ("disabled", ["settings"]), ("disabled", "help"),
    ("disabled", ["help", "help"]), ("blocked", [0]), ("blocked", [-5]), ("blocked", [1.5]),
    ("blocked", list(range(1, 502))), ("blocked", [2**60]), ("closed_topics", [True]), ("faq", {}),
    ("faq", ["x"]), ("faq", [{"keyword": "x"}]), ("faq", [{"keyword": "x", "answer": "y", "regex": 1}]),
    ("faq", [{"keyword": " ", "answer": "y"}]), ("faq", [{"keyword": "字" * 33, "answer": "y"}]),
    ("faq", [{"keyword": "a\nb", "answer": "y"}]), ("faq", [{"keyword": "x", "answer": "字" * 501}]),
    ("faq", [{"keyword": "x", "answer": ""}]), ("faq", [{"keyword": "x", "answer": "y", "exact": 1}]),
    ("faq", [{"keyword": ["x"], "answer": "y"}]),
    ("faq", [{"keyword": "Abc", "answer": "y"}, {"keyword": "abc ", "answer": "z"}]),
    ("faq", [{"keyword": str(n), "answer": "y"} for n in range(51)]), ("texts", []), ("texts", {"card": 1}),
    ("texts", {"card": "字" * 1001}), ("texts", {"": "x"}), ("texts", {str(n): "x" for n in range(51)}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value"), _WRONG, ids=[f"{n}-{number}" for number, (n, _) in enumerate(_WRONG)]
)
def test_what_is_wrong_is_said_with_its_fix(name: str, value: Any) -> None:
    found = problems({name: value})
    assert found
    assert all(each.startswith(f"{TITLES[name]}（{name}）：") for each in found)
    assert all(each.endswith("。") and "，" in each for each in found)
    for each in found:
        each.encode()  # nothing unprintable is quoted


_RIGHT: list[tuple[str, Any]] = [
    ("quiet", None), ("quiet", [22, 8]), ("zone", "America/Argentina/Buenos_Aires"), ("welcome", ""),
    ("welcome", "第一行\n第二行　全角空格"), ("welcome", "👨‍👩‍👧"), ("log_chat", ""), ("log_chat", "tg:-1001234567890/12"),
    ("log_chat", "tg:42"), ("blocked", []), ("faq", [{"keyword": "x", "answer": "1380000 <b>"}]),
    ("disabled", ["help", "start", "report", "faq", "forget", "stop", "language"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value"), _RIGHT, ids=[f"{n}-{number}" for number, (n, _) in enumerate(_RIGHT)]
)
def test_what_is_right_is_let_in(name: str, value: Any) -> None:
    assert problems({name: value}) == []


def test_an_unknown_name_is_told_with_the_nearest_one() -> None:
    (found,) = problems({"user_cooldwn": 5})
    assert "user_cooldown" in found


def test_all_is_told_at_once_but_not_for_ever() -> None:
    assert len(problems({"mode": 1, "zone": 1})) == 2
    assert len(problems({f"x{number}": 1 for number in range(9000)})) == 11


@pytest.mark.parametrize(
    "data",
    [{"faq": [{"keyword": "热线", "answer": "打错的号"}]}, {"welcome": "打错的号"}],
    ids=["faq", "welcome"],
)
def test_a_text_that_may_not_be_said_is_not_let_in(data: dict[str, Any]) -> None:
    checks = Checks(sayable=lambda text: "错" not in text)
    assert problems(data) == []
    assert "查过是错的" in problems(data, checks)[0]


def test_what_the_overlay_finds_is_told() -> None:
    checks = Checks(texts=lambda texts: [f"{name} 不能改。" for name in texts])
    assert problems({"texts": {"card": "x"}}, checks) == ["改过的文字（texts）：card 不能改。"]


# ── how they are said ───────────────────────────────────────────────────────
def test_every_setting_has_a_title_and_a_value() -> None:
    for settings in (Settings(), FULL):
        said = describe(settings)
        assert [title for title, _ in said] == list(TITLES.values())
        assert all(value for _, value in said)
    assert set(TITLES) == set(Settings.__dataclass_fields__)


def test_a_shown_value_holds_no_id_and_nothing_that_was_written() -> None:
    said = " ".join(value for _, value in describe(FULL))
    for hidden in ("退款", "右上角", "欢迎", "-100", "-200", "5、6", "在私聊里说"):
        assert hidden not in said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "不删"),
        (45, "45 秒"),
        (60, "1 分钟"),
        (300, "5 分钟"),
        (3600, "1 小时"),
        (86400, "1 天"),
    ],
)
def test_times_are_said_in_their_unit(seconds: int, said: str) -> None:
    assert shown(Settings(auto_delete=seconds), "auto_delete") == said


def test_what_differs_is_named() -> None:
    assert differing(Settings(), Settings()) == []
    assert differing(Settings(), FULL) == list(TITLES)


@pytest.mark.parametrize("zone", ZONES)
def test_every_zone_that_is_offered_is_one(zone: str) -> None:
    assert is_zone(zone)


@pytest.mark.parametrize("hours", QUIETS, ids=str)
def test_every_quiet_time_that_is_offered_is_right(hours: tuple[int, int] | None) -> None:
    assert problems({"quiet": hours}) == []
