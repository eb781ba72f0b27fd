"""What is said, in the person's script. Sentences to paste stay simplified: 小红书's agents read those."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any

from bot.core.turn import Button, Outcome, Response

__all__ = ["LOCALES", "localize"]

LOCALES = ("zh_Hans", "zh_Hant")


@lru_cache(maxsize=1)
def _converter() -> Any:
    import opencc  # 20 ms: only for those who read Traditional Chinese

    return opencc.OpenCC("s2twp")


def localize(outcome: Outcome, locale: str) -> Outcome:
    """The outcome in `locale`; zh_Hans is the source and comes back as it is."""
    if locale == "zh_Hans":
        return outcome
    convert = _converter().convert
    responses = tuple(
        Response(
            convert(each.text),
            each.copies,
            tuple(Button(convert(b.label), b.value, b.issues) for b in each.buttons),
        )
        for each in outcome.responses
    )
    return replace(outcome, responses=responses)
