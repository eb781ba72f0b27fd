"""What Telegram checks of keyboards."""

from __future__ import annotations

import re
from typing import Any

from tests.telegram.fake.errors import Texts, bad

__all__ = ["check_markup"]

Json = dict[str, Any]

BUTTONS = 100
DATA_BYTES = 64
COPY_LENGTH = 256
PLACEHOLDER = 64

_URL = re.compile(r"(https?://[^\s/?#]+\S*|tg://\S+)")
_KINDS = ("callback_data", "url", "copy_text", "switch_inline_query", "login_url", "web_app")
_MARKUPS = {"inline_keyboard", "keyboard", "remove_keyboard", "force_reply"}


def check_markup(markup: Json | None) -> None:
    """ApiError when Telegram would not take it as reply_markup."""
    if markup is None:
        return
    if not markup.keys() & _MARKUPS:
        raise bad(Texts.NO_MARKUP)
    if len(markup.get("input_field_placeholder", "")) > PLACEHOLDER:
        raise bad("INPUT_FIELD_PLACEHOLDER_INVALID")
    buttons = [button for row in markup.get("inline_keyboard", []) for button in row]
    if len(buttons) > BUTTONS:
        raise bad(Texts.MANY_BUTTONS)
    for button in buttons:
        _check_button(button)


def _check_button(button: Json) -> None:
    if not str(button.get("text", "")).strip():
        raise bad("button text must be non-empty")
    kinds = [kind for kind in _KINDS if kind in button]
    if len(kinds) != 1:
        raise bad(Texts.BUTTON_TYPE)
    value = button[kinds[0]]
    if kinds == ["callback_data"] and not 1 <= len(value.encode()) <= DATA_BYTES:
        raise bad(Texts.BUTTON_DATA)
    if kinds == ["url"] and not _URL.fullmatch(value):
        raise bad(Texts.BUTTON_URL)
    if kinds == ["copy_text"] and not 1 <= len(value.get("text", "")) <= COPY_LENGTH:
        raise bad(Texts.BUTTON_COPY)
