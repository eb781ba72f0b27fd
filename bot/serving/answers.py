"""What may come of an event, and the shapes that handlers share.

A handler answers with posts, which the worker commits together with the claim of the update; or it has let the
agent commit the turn itself and answers with None.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bot.channels.telegram.events import Event
from bot.channels.telegram.posts import Post
from bot.store.base import Claim

__all__ = ["Answer", "Handles"]

Answer = Sequence[Post] | None


class Handles(Protocol):
    """Whoever answers events."""

    async def handle(self, event: Event, claim: Claim) -> Answer: ...
