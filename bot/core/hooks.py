"""Small callbacks that several verbs share; all are functions of (tracker, turn)."""

from __future__ import annotations

from collections.abc import Callable

from bot.core.builder import Builder
from bot.core.event import Counted, OriginSet, StageReached
from bot.core.flow import Action, Step
from bot.core.spec import Hook
from bot.core.tracker import Tracker
from bot.core.turn import Turn

__all__ = ["Way", "leave_for", "opened", "performing", "saying", "stage_hook"]

Way = Callable[[Action, str | None, str], str | None]
"""Where an action leads, given the default and the name of what it answers."""


def opened(step: Step, tracker: Tracker, turn: Turn) -> bool:
    """Whether the step's guard holds; notes its stage when it does."""
    if step.guard is not None and not step.guard.test(tracker):
        return False
    if step.stage is not None and tracker.stage != step.stage:
        turn.record(tracker, StageReached(step.stage))
    return True


def stage_hook(step: Step, inner: Hook | None) -> Hook | None:
    """`inner`, run only while the step's guard holds."""
    if step.guard is None and step.stage is None:
        return inner

    def enter(tracker: Tracker, turn: Turn) -> None:
        if opened(step, tracker, turn) and inner is not None:
            inner(tracker, turn)

    return enter


def leave_for(dest: str | None, root: str) -> Hook | None:
    """Leaving an issue for an interactive pattern: remember where to come back to."""
    if dest is None or not dest.startswith("patterns.") or root.startswith("patterns."):
        return None

    def note(tracker: Tracker, turn: Turn) -> None:
        if tracker.rests:
            turn.record(tracker, OriginSet(tracker.rests[-1].state))

    return note


def saying(build: Builder, pattern: str, root: str, prompt: Hook | None) -> Hook:
    """Say a pattern, then ask again."""

    def effect(tracker: Tracker, turn: Turn) -> None:
        build.say_pattern(pattern, root, tracker, turn)
        if prompt is not None:
            prompt(tracker, turn)

    return effect


def performing(build: Builder, action: Action, key: str) -> Hook:
    """What an action does besides going somewhere: count, set, say. One hook for all inlined copies."""
    known = build.hooks.get((id(action), key))
    if known is not None:
        return known
    texts, sets = build.bake(action.say), build.voice.bake_sets(action.sets)

    def effect(tracker: Tracker, turn: Turn) -> None:
        if action.count:
            turn.record(tracker, Counted(action.count))
        if sets:
            build.voice.assign(sets, tracker, turn)
        build.voice.say(key, texts, tracker, turn)

    build.hooks[id(action), key] = effect
    return effect
