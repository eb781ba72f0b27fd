"""What a person has set, and what must be known of them before a turn: zone, quiet hours, script, privacy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from typing import Any

__all__ = ["Profile"]


@dataclass(frozen=True, slots=True)
class Profile:
    """`quiet` are the hours (from, until) in which nobody is reminded, None for never quiet; `locale` None
    follows how the person writes, which `script` remembers; `keep`: numbers may be stored sealed; `hidden` are the placeholders that
    stand for private values; `seen_at` is the time (ISO, local) of the last turn."""

    zone: str = "Asia/Shanghai"
    quiet: tuple[int, int] | None = (22, 8)
    locale: str | None = None
    script: str = "zh_Hans"
    keep: bool = False
    hidden: tuple[str, ...] = ()
    seen_at: str = ""

    def awake(self, at: datetime) -> datetime:
        """`at`, or the end of the quiet hours that it falls into."""
        if self.quiet is None or self.quiet[0] == self.quiet[1]:
            return at
        start, end = self.quiet
        quiet = start <= at.hour < end if start < end else at.hour >= start or at.hour < end
        if not quiet:
            return at
        morning = at.replace(hour=end, minute=0, second=0, microsecond=0)
        return morning if at.hour < end else morning + timedelta(days=1)

    def comes(self, at: str) -> datetime:
        """When something due at `at` (ISO, local) is really said."""
        return self.awake(datetime.fromisoformat(at))

    def to_dict(self) -> dict[str, Any]:
        """The settings that differ from the defaults, JSON-able."""
        plain = asdict(Profile())
        return {name: value for name, value in asdict(self).items() if value != plain[name]}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Profile:
        """The profile that `to_dict` wrote; settings of another version are ignored."""
        known = {each.name for each in fields(cls)}
        values = {name: value for name, value in data.items() if name in known}
        for name in ("quiet", "hidden"):
            if isinstance(values.get(name), list):
                values[name] = tuple(values[name])
        return cls(**values)
