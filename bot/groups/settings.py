"""A group's settings: what they may be, and how they are read, changed and handed over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

__all__ = ["MODES", "Faq", "Settings"]

MODES = ("addressed", "commands", "off")
"""When the bot speaks in a group: mentioned, answered or commanded; only by a command; never (commands of admins
still work)."""


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
