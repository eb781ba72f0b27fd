"""What a person has set, and what must be known of them before a turn: zone, quiet hours, script, privacy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from typing import Any

__all__ = ["Profile", "quiet_end"]


def quiet_end(local: datetime, quiet: tuple[int, int] | None) -> datetime:
    """When one may speak: `local` itself, or the end of the quiet hours around it. Hours that begin when they end
    are none."""
    if quiet is None or quiet[0] == quiet[1]:
        return local
    start, end = quiet
    inside = start <= local.hour < end if start < end else local.hour >= start or local.hour < end
    if not inside:
        return local
    until = local.replace(hour=end % 24, minute=0, second=0, microsecond=0)
    return until if until > local else until + timedelta(days=1)


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
        return quiet_end(at, self.quiet)

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
