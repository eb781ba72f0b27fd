"""Trackers and events as JSON text: what is empty is left out, what is unknown is an error.

The format is part of the schema: a change that old rows do not fit needs a migration.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from bot.core.errors import StorageError
from bot.core.event import Event, event_from_dict
from bot.core.profile import Profile
from bot.core.tracker import Due, Rest, Tracker

__all__ = [
    "decode_events",
    "decode_profile",
    "decode_tracker",
    "encode_events",
    "encode_profile",
    "encode_tracker",
]

_SETS = ("unsure", "used", "evidence")
_SCALARS = ("state", "turns", "issue", "second", "stage", "outcome", "origin", "phrase", "opened")
_DICTS = ("slots", "seen")
_LISTS = ("route", "fresh")
_NOTHING = Tracker("", "")

_encoder = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False)


def encode_tracker(tracker: Tracker) -> str:
    """The tracker without its conversation and case, which are columns."""
    data: dict[str, Any] = {}
    for name in (*_SCALARS, *_DICTS, *_LISTS, "candidates", "questions"):
        value = getattr(tracker, name)
        if value != getattr(_NOTHING, name):
            data[name] = value
    for name in _SETS:
        if found := getattr(tracker, name):
            data[name] = sorted(found)
    if tracker.rests:
        data["rests"] = [(each.state, each.route_length, each.filled) for each in tracker.rests]
    if tracker.dues:
        data["dues"] = [(each.kind, each.at, each.state) for each in tracker.dues]
    return _encoder.encode(data)


def decode_tracker(conversation: str, case: str, text: str) -> Tracker:
    """The tracker that `encode_tracker` wrote. StorageError for anything else."""
    try:
        data = json.loads(text)
        for name in _SETS:
            if name in data:
                data[name] = set(data[name])
        data["rests"] = [
            Rest(state, at, tuple(filled)) for state, at, filled in data.get("rests", ())
        ]
        data["dues"] = [Due(*each) for each in data.get("dues", ())]
        data["candidates"] = tuple((issue, p) for issue, p in data.get("candidates", ()))
        data["questions"] = tuple(data.get("questions", ()))
        return Tracker(conversation, case, **data)
    except (ValueError, TypeError, AttributeError):
        raise StorageError(
            f"案子 {case} 的存档读不懂，可能是更新的版本写的。请升级真人，或恢复备份"
        ) from None


def encode_events(events: Sequence[Event]) -> str:
    """The events of one turn."""
    return _encoder.encode([event.to_dict() for event in events])


def decode_events(text: str) -> tuple[Event, ...]:
    """The events that `encode_events` wrote. StorageError for an event that is not known."""
    try:
        return tuple(event_from_dict(each) for each in json.loads(text))
    except (ValueError, TypeError, KeyError, AttributeError):
        raise StorageError(
            "有一轮的存档读不懂，可能是更新的版本写的。请升级真人，或恢复备份"
        ) from None


def encode_profile(profile: Profile) -> str:
    return _encoder.encode(profile.to_dict())


def decode_profile(text: str) -> Profile:
    """The profile that `encode_profile` wrote. StorageError for anything else."""
    try:
        return Profile.from_dict(json.loads(text))
    except (ValueError, TypeError, AttributeError):
        raise StorageError(
            "设置的存档读不懂，可能是更新的版本写的。请升级真人，或恢复备份"
        ) from None
