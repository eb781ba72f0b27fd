"""Facts: every number, address, entry name, rule and time limit that a text may mention.

A fact is `official` (said as it is), `unverified` (said with its caveat the first time in a case) or
`rejected` (never said; a person who quotes it is warned). An expired or not yet valid fact is not said.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from bot.core.errors import Mark

__all__ = ["Fact"]


@dataclass(frozen=True, slots=True)
class Fact:
    """One researched fact; dates are inclusive. `confidence` is 高, 中 or 低; `before` are its earlier
    versions, which cases that were opened in their time keep."""

    id: str
    kind: str
    value: str
    status: str
    confidence: str
    source: str
    checked_on: date
    mark: Mark
    caveat: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    expires_on: date | None = None
    before: tuple[Fact, ...] = ()

    @property
    def dated(self) -> bool:
        """Whether it depends on the day of the case."""
        return bool(self.valid_from or self.valid_to or self.before)

    def on(self, day: date) -> Fact | None:
        """The version in force on `day`; None when there was none."""
        for version in (self, *self.before):
            started = version.valid_from is None or version.valid_from <= day
            if started and (version.valid_to is None or day <= version.valid_to):
                return version
        return None

    def current(self, today: date) -> bool:
        """Whether the fact may be said at all: not rejected, and not due for a new check."""
        return self.status != "rejected" and (self.expires_on is None or today <= self.expires_on)

    def usable(self, today: date) -> bool:
        """Whether the fact may be said of a case that is opened on `today`."""
        return self.current(today) and self.on(today) is not None

    def show(self, *, caveat: bool) -> str:
        """The value, with the caveat in brackets when asked and when there is one."""
        return f"{self.value}（{self.caveat}）" if caveat and self.caveat else self.value

    def quoted_in(self, text: str) -> bool:
        """Whether a person's text names this number, however they group its digits."""
        digits = re.sub(r"\D", "", self.value)
        pattern = r"(?<!\d)" + r"[\s\-\u2010-\u2015]*".join(digits) + r"(?!\d)"
        return len(digits) >= 5 and re.search(pattern, text) is not None
