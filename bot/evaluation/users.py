"""Simulated people: they say their first sentence and press the buttons that the real engine offers."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.agent import Agent
from bot.channels.base import Update
from bot.core.turn import Button

__all__ = ["Talked", "talk"]

_NOW = datetime(2026, 11, 20, 10)
_PATIENCE = 12


@dataclass(frozen=True, slots=True)
class Talked:
    """How it went: the problem that was settled on (None: given up), after how many questions."""

    label: str
    issue: str | None
    questions: int

    @property
    def right(self) -> bool:
        return self.label == self.issue


async def talk(agent: Agent, name: str, line: tuple[str, str], slips: float = 0.0) -> Talked:
    """One person with (text, problem); a share of `slips` of their presses hit any button.

    Truthful otherwise: the first button that keeps the problem, else 「都不是」; when something else is
    asked (an alarm), its first button, and once more the same words when they are asked for again.
    `name` seeds the slips.
    """
    text, label = line
    chance = random.Random(name)  # noqa: S311  # a simulation, no secret
    await agent.begin(name, _NOW)
    outcome = await agent.handle(Update(name, "text", text), _NOW)
    questions = 0
    for _ in range(_PATIENCE):
        if outcome.issue is not None:
            break
        buttons = outcome.responses[-1].buttons if outcome.responses else ()
        update = Update(name, "text", text)
        if any(button.issues for button in buttons):
            questions += 1
            slipped = chance.random() < slips
            button = chance.choice(buttons) if slipped else _true_to(label, buttons)
            update = Update(name, "button", button.value)
        elif buttons and not buttons[0].value.startswith("cmd:"):
            update = Update(name, "button", buttons[0].value)
        outcome = await agent.handle(update, _NOW)
    return Talked(label, outcome.issue, questions)


def _true_to(label: str, buttons: Sequence[Button]) -> Button:
    keeping = [button for button in buttons if label in button.issues]
    leaving = [button for button in buttons if not button.issues]
    return (keeping or leaving or list(buttons))[0]
