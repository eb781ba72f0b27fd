"""Callback data that cannot be forged: an action, its argument, whose button it is, until when, and a tag.

    settings|quiet.22-8|16|t8zq1|q7Yx0aQd          action|argument|owner|expiry|tag       ≤ 64 bytes

Owner and expiry are in base 36 and may be empty: a button for everybody, a button for ever. The tag is an HMAC over
all of it and the chat, so data of one chat is worth nothing in another. That a button is genuine says nothing
about whether its presser may do it: what changes something asks again.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass

__all__ = ["LIMIT", "Refused", "Signed", "Signer"]

LIMIT = 64
"""Bytes that the Bot API takes as callback data."""

_TAG = 8
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


class Refused(Exception):
    """The data is not to be acted on; the `str` is why: forged, foreign or expired."""


@dataclass(frozen=True, slots=True)
class Signed:
    """Data that was ours, for this presser, in time."""

    action: str
    argument: str


class Signer:
    """Signs and reads with a key derived from the bot's token: every process of a bot has it, no file does."""

    def __init__(self, token: str) -> None:
        self._key = hashlib.blake2b(token.encode(), digest_size=32, person=b"callback").digest()

    def sign(
        self, chat: int, action: str, argument: str = "", owner: int = 0, expires: int = 0
    ) -> str:
        """Callback data for a button in `chat`. ValueError when it is longer than LIMIT or has a `|`."""
        if "|" in action + argument:
            raise ValueError(f"a | in {action!r} {argument!r}")
        body = f"{action}|{argument}|{_base36(owner)}|{_base36(expires)}"
        data = f"{body}|{self._tag(chat, body)}"
        if len(data.encode()) > LIMIT:
            raise ValueError(f"{data!r} is longer than {LIMIT} bytes")
        return data

    def read(self, data: str, chat: int, presser: int, now: int) -> Signed:
        """What a press means. Refused when it is forged or of another chat, another's, or too late."""
        body, _, tag = data.rpartition("|")
        parts = body.split("|")
        if len(parts) != 4 or not hmac.compare_digest(tag.encode(), self._tag(chat, body).encode()):
            raise Refused("forged")
        action, argument, owner, expires = parts
        if owner and int(owner, 36) != presser:
            raise Refused("foreign")
        if expires and int(expires, 36) < now:
            raise Refused("expired")
        return Signed(action, argument)

    def _tag(self, chat: int, body: str) -> str:
        made = hmac.digest(self._key, f"{chat}|{body}".encode(), "sha256")
        return base64.urlsafe_b64encode(made)[:_TAG].decode()


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits
