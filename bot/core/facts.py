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
    """One researched fact; dates are inclusive. `confidence` is 高, 中 or 低."""

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

    def usable(self, today: date) -> bool:
        """Whether the fact may be said on `today`."""
        if self.status == "rejected":
            return False
        if self.valid_from and today < self.valid_from:
            return False
        ends = [day for day in (self.valid_to, self.expires_on) if day]
        return all(today <= day for day in ends)

    def show(self, *, caveat: bool) -> str:
        """The value, with the caveat in brackets when asked and when there is one."""
        return f"{self.value}（{self.caveat}）" if caveat and self.caveat else self.value

    def quoted_in(self, text: str) -> bool:
        """Whether a person's text names this number, however they group its digits."""
        digits = re.sub(r"\D", "", self.value)
        pattern = r"(?<!\d)" + r"[\s\-\u2010-\u2015]*".join(digits) + r"(?!\d)"
        return len(digits) >= 5 and re.search(pattern, text) is not None
