"""A group's settings: what they may be, how they are read and changed, and how they are said in Chinese.

What comes from people is checked by `settings_rules`; what was stored is trusted. A *shown* value is plain Chinese
without ids and without what somebody wrote, so it may stand in an audit log.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from bot.channels.telegram.events import place

__all__ = [
    "AUTO_DELETES",
    "GROUP_COOLDOWNS",
    "MEMBER_COMMANDS",
    "MODES",
    "QUIETS",
    "TITLES",
    "USER_COOLDOWNS",
    "ZONES",
    "Faq",
    "Settings",
    "describe",
    "differing",
    "shown",
]

MODES = ("addressed", "commands", "off")
"""When the bot speaks in a group: mentioned, answered or commanded; only by a command; never (commands of admins
still work)."""

MEMBER_COMMANDS = ("help", "start", "report", "faq", "forget", "stop", "language")
"""What members may say in a group, and admins may close there; in private chat they always work."""

QUIETS: tuple[tuple[int, int] | None, ...] = (None, (22, 8), (23, 7), (0, 6), (0, 8), (12, 14))
USER_COOLDOWNS = (0, 5, 15, 30, 60)
GROUP_COOLDOWNS = (0, 5, 10, 30, 60)
AUTO_DELETES = (0, 60, 300, 3600, 86400)

ZONES: Mapping[str, str] = {
    "Asia/Shanghai": "北京",
    "Asia/Hong_Kong": "香港",
    "Asia/Macau": "澳门",
    "Asia/Taipei": "台北",
    "Asia/Singapore": "新加坡",
    "Asia/Kuala_Lumpur": "吉隆坡",
    "Asia/Tokyo": "东京",
    "Asia/Seoul": "首尔",
    "Asia/Dubai": "迪拜",
    "Europe/London": "伦敦",
    "Europe/Paris": "巴黎",
    "Europe/Berlin": "柏林",
    "America/New_York": "纽约",
    "America/Toronto": "多伦多",
    "America/Vancouver": "温哥华",
    "America/Los_Angeles": "洛杉矶",
    "Australia/Sydney": "悉尼",
    "Pacific/Auckland": "奥克兰",
    "UTC": "UTC",
}
"""The zones that the panel offers; any other IANA zone may be imported."""


@dataclass(frozen=True, slots=True)
class Faq:
    """A fixed answer of the admins to a keyword. `exact`: the message must be the keyword alone."""

    keyword: str
    answer: str
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Settings:
    """Times are seconds unless named otherwise; None or 0 is off. `quiet` are hours (from, until) in `zone`.
    `log_chat` is the address to which changes are told. `disabled` are commands without slash."""

    mode: str = "addressed"
    locale: str = "zh_Hans"
    quiet: tuple[int, int] | None = None
    zone: str = "Asia/Shanghai"
    user_cooldown: int = 5
    group_cooldown: int = 0
    auto_delete: int = 0
    delete_commands: bool = False
    scam_guard: bool = False
    number_guard: bool = True
    digest: bool = False
    welcome: str = ""
    log_chat: str = ""
    desk: str = ""
    disabled: tuple[str, ...] = ()
    blocked: tuple[int, ...] = ()
    closed_topics: tuple[int, ...] = ()
    faq: tuple[Faq, ...] = field(default=())
    texts: Mapping[str, str] = field(default_factory=dict)

    def with_(self, **changes: Any) -> Settings:
        return replace(self, **changes)

    def to_dict(self) -> dict[str, Any]:
        """The settings that differ from the defaults, JSON-able."""
        plain = asdict(Settings())
        return {name: value for name, value in asdict(self).items() if value != plain[name]}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Settings:
        """The settings that `to_dict` wrote and JSON has carried; names of another version are ignored."""
        known = {each.name for each in fields(cls)}
        values = {name: value for name, value in data.items() if name in known}
        for name in ("quiet", "disabled", "blocked", "closed_topics"):
            if isinstance(values.get(name), list):
                values[name] = tuple(values[name])
        values["faq"] = tuple(Faq(**each) for each in values.get("faq", ()))
        return cls(**values)


# ── how they are said ───────────────────────────────────────────────────────
TITLES: Mapping[str, str] = {
    "mode": "什么时候说话",
    "locale": "用什么字",
    "quiet": "安静时段",
    "zone": "时区",
    "user_cooldown": "同一个人隔多久",
    "group_cooldown": "全群隔多久",
    "auto_delete": "自动删掉我的话",
    "delete_commands": "删掉命令消息",
    "scam_guard": "提醒骗局",
    "number_guard": "提醒别发号码",
    "digest": "每周小结",
    "welcome": "欢迎语",
    "log_chat": "改动告诉谁",
    "desk": "志愿者台",
    "disabled": "关掉的命令",
    "blocked": "不回应的人",
    "closed_topics": "不说话的话题",
    "faq": "常见问答",
    "texts": "改过的文字",
}
"""What each setting is called, in the order in which they are shown."""


def describe(settings: Settings) -> list[tuple[str, str]]:
    """Every setting as title and shown value."""
    return [(title, shown(settings, name)) for name, title in TITLES.items()]


def differing(before: Settings, after: Settings) -> list[str]:
    """The names of the settings that are not the same, in the order of TITLES."""
    return [name for name in TITLES if getattr(before, name) != getattr(after, name)]


def shown(settings: Settings, name: str) -> str:
    """The value of one setting in Chinese: counts instead of ids and of what somebody wrote."""
    value = getattr(settings, name)
    if isinstance(value, bool):
        return "开着" if value else "关着"
    return _SAID[name](value)


def _seconds(off: str) -> Callable[[int], str]:
    def said(seconds: int) -> str:
        for unit, size in (("天", 86_400), ("小时", 3600), ("分钟", 60)):
            if seconds and seconds % size == 0:
                return f"{seconds // size} {unit}"
        return f"{seconds} 秒" if seconds else off

    return said


def _many(what: str) -> Callable[[Sequence[Any]], str]:
    return lambda values: f"{len(values)} {what}" if values else "没有"


def _named(names: Mapping[str, str]) -> Callable[[str], str]:
    return lambda value: names.get(value, value)


def _where(value: str) -> str:
    if not value:
        return "没有"
    return "一个私聊" if place(value)[0] > 0 else "一个话题" if "/" in value else "一个群"


_SAID: Mapping[str, Callable[[Any], str]] = {
    "mode": _named({"addressed": "叫我才说", "commands": "只听命令", "off": "不说话"}),
    "locale": _named({"zh_Hans": "简体", "zh_Hant": "繁體"}),
    "quiet": lambda hours: f"{hours[0]} 点到 {hours[1]} 点" if hours else "没有",
    "zone": _named(ZONES),
    "user_cooldown": _seconds("不限"),
    "group_cooldown": _seconds("不限"),
    "auto_delete": _seconds("不删"),
    "welcome": lambda text: f"{len(text)} 个字" if text else "没有",
    "log_chat": _where,
    "desk": _where,
    "disabled": lambda names: "、".join(f"/{name}" for name in names) or "没有",
    "blocked": _many("个人"),
    "closed_topics": _many("个话题"),
    "faq": _many("条"),
    "texts": _many("处"),
}
