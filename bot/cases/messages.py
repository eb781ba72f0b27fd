"""The sentences that a case was given to paste, in full and in order, as they read when they were given."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from bot.core.event import Event, PhraseGiven, TurnStarted
from bot.core.text import Lookup, Template
from bot.core.tracker import Tracker

__all__ = ["messages"]


def messages(
    events: Iterable[Event],
    phrase: Callable[[str], Template | None],
    reading: Callable[[Tracker], Lookup],
) -> Iterator[tuple[str, str]]:
    """(day as ISO date, text) of every sentence, the same text once. One that the flows no longer have, and
    the longer texts, which are a paper of their own, are left out."""
    tracker, at = Tracker("", ""), ""
    seen: set[str] = set()
    for event in events:
        tracker.apply(event)
        if isinstance(event, TurnStarted):
            at = event.at[:10]
        if isinstance(event, PhraseGiven) and (template := phrase(event.phrase)) is not None:
            text = template.render(reading(tracker))
            if text and text not in seen:
                seen.add(text)
                yield at, text
