"""Updates on their way through the inbox, unreadable to who has only the database.

The key comes of the bot's token, so that every process of a bot can open them and no file is needed. A row is
empty as soon as it has been answered.
"""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

from cryptography.fernet import Fernet, InvalidToken

__all__ = ["Envelope", "Unreadable"]


class Unreadable(Exception):
    """The payload is of another bot, or damaged."""


class Envelope:
    """Closes and opens the updates of one bot."""

    def __init__(self, token: str) -> None:
        key = hashlib.blake2b(token.encode(), digest_size=32, person=b"inbox").digest()
        self._fernet = Fernet(base64.urlsafe_b64encode(key))

    def close(self, update: dict[str, Any]) -> bytes:
        """The update as bytes, whatever is in it: half a surrogate pair has no UTF-8, but JSON can write it."""
        return self._fernet.encrypt(json.dumps(update, separators=(",", ":")).encode())

    def open(self, payload: bytes) -> dict[str, Any]:
        """The update. Unreadable when it is not ours."""
        try:
            update: dict[str, Any] = json.loads(self._fernet.decrypt(payload))
        except (InvalidToken, ValueError):
            raise Unreadable from None
        return update
