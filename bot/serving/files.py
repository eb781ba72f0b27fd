"""The files that posts name, made when they are sent: papers and data of a person, settings of a group.

paper:ID   one paper as PDF          zip   all papers           json  all data           ics  the calendar
settings   a group's settings, of the group in `settings:CHAT`
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.core.errors import ConfigError
from bot.desk import Desk

__all__ = ["Files"]

_NAMES = {"json": "我的全部数据.json", "ics": "提醒.ics"}


@dataclass(frozen=True, slots=True)
class Files:
    """`settings` gives the content of a group's settings."""

    desk: Desk
    settings: Callable[[int], Awaitable[bytes]]

    async def made(self, address: str, what: str) -> tuple[str, bytes]:
        """Name and content. ConfigError when there is no such file."""
        kind, _, argument = what.partition(":")
        now = datetime.now(UTC)
        if kind == "settings":
            return "群设置.json", await self.settings(int(argument))
        if kind == "paper":
            return await self.desk.take(address, argument, now)
        if kind == "zip":
            return await self.desk.take(address, None, now)
        if kind not in _NAMES:
            raise ConfigError(f"没有 {kind} 这种文件")
        folder = await self.desk.open(address)
        return _NAMES[kind], folder.export(kind, None, None, now)
