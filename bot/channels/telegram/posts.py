"""A post: one message to Telegram as it lies in the outbox. A turn's answer is a Response; everything else is a Post.

`text` is HTML as the Bot API takes it; whoever writes a post escapes what people wrote. Buttons are keys in rows.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["Key", "Post", "decode", "encode"]


@dataclass(frozen=True, slots=True)
class Key:
    """A button: `does` is data (signed callback data), url, or copy (at most 256 characters)."""

    label: str
    does: str
    value: str


@dataclass(frozen=True, slots=True)
class Post:
    """One message to `address` (see `events`). `reply_to`: the message it answers, if that is still there.
    `delete_after`: seconds until the bot takes it away again. `file` names what is attached, made when it is
    sent (`kind:argument`, see `serving.files`); `text` is then its caption."""

    address: str
    text: str
    keys: tuple[tuple[Key, ...], ...] = ()
    reply_to: int | None = None
    delete_after: int | None = None
    file: str | None = None
    silent: bool = False


def encode(post: Post) -> str:
    """The payload of an outbox row; the address is the row's conversation."""
    data: dict[str, Any] = {"post": post.text}
    if post.keys:
        data["keys"] = [[(key.label, key.does, key.value) for key in row] for row in post.keys]
    for name in ("reply_to", "delete_after", "file", "silent"):
        if value := getattr(post, name):
            data[name] = value
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def decode(address: str, data: Mapping[str, Any]) -> Post:
    """The post of a row's payload, as JSON has read it."""
    keys = tuple(tuple(Key(*each) for each in row) for row in data.get("keys", ()))
    return Post(
        address,
        data["post"],
        keys,
        data.get("reply_to"),
        data.get("delete_after"),
        data.get("file"),
        bool(data.get("silent")),
    )
