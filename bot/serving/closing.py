"""Posts in the outbox: as unreadable there as the updates that they answer, for they may repeat what somebody wrote."""

from __future__ import annotations

import json
from typing import Any

from bot.channels.telegram.envelope import Envelope
from bot.channels.telegram.posts import Post, encode
from bot.store.base import Outgoing

__all__ = ["closed", "opened"]


def closed(envelope: Envelope, post: Post, key: str, at: str, reply_to: str = "") -> Outgoing:
    """The row of a post."""
    sealed = envelope.close(json.loads(encode(post))).decode()
    return Outgoing(key, post.address, json.dumps({"closed": sealed}), at, reply_to)


def opened(envelope: Envelope, payload: str) -> dict[str, Any]:
    """What a row holds, closed or not. Unreadable when it is another bot's."""
    data: dict[str, Any] = json.loads(payload)
    return envelope.open(data["closed"].encode()) if "closed" in data else data
