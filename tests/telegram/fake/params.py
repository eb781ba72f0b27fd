"""The parameters of a call, however they came: query, form, JSON, or JSON written in a form's string."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tests.telegram.fake.errors import bad
from tests.telegram.fake.log import Upload

__all__ = ["Params"]

PLAIN = frozenset({"text", "caption", "description", "short_description", "name", "payload", "url"})
"""Parameters that are never JSON, even when they look like it."""


class Params:
    """One call's parameters. A missing one is None; ApiError 400 when one is not what it should be."""

    def __init__(self, raw: Mapping[str, Any], uploads: Mapping[str, Upload]) -> None:
        self.all = {name: _decoded(name, value) for name, value in raw.items()}
        self.uploads = dict(uploads)

    def text(self, name: str) -> str | None:
        value = self.all.get(name)
        return None if value is None else str(value)

    def number(self, name: str) -> int | None:
        value = self.all.get(name)
        if value is None or value == "":
            return None
        try:
            return int(float(value)) if isinstance(value, float) else int(value)
        except (TypeError, ValueError):
            raise bad(f"{name} must be an integer") from None

    def flag(self, name: str) -> bool:
        return self.all.get(name) in {True, "true", "True", "1"}

    def mapping(self, name: str) -> dict[str, Any] | None:
        """An object."""
        value = self.all.get(name)
        if value is None or value == "":
            return None
        if not isinstance(value, dict):
            raise bad(f"can't parse {name}: expected an Object")
        return value

    def items(self, name: str) -> list[Any] | None:
        """An array."""
        value = self.all.get(name)
        if value is None or value == "":
            return None
        if not isinstance(value, list):
            raise bad(f"can't parse {name}: expected an Array")
        return value

    def upload(self, name: str) -> Upload | None:
        """A file that came with the call: under the name itself, or where `attach://…` points."""
        value = self.all.get(name)
        if isinstance(value, str) and value.startswith("attach://"):
            return self.uploads.get(value.removeprefix("attach://"))
        return self.uploads.get(name)


def _decoded(name: str, value: Any) -> Any:
    if name in PLAIN or not isinstance(value, str) or not value.startswith(("{", "[")):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value
