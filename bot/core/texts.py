"""Every authored text with its place and its use, for the checks and the catalogs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.core.conditions import Condition
from bot.core.errors import Mark
from bot.core.flow import (
    Action,
    Ask,
    Assignments,
    Branch,
    Call,
    Coach,
    End,
    Flow,
    FlowSet,
    Phrase,
    Say,
    Set,
    Step,
    Wait,
    Write,
)
from bot.core.text import Template

__all__ = ["GuardUse", "TextUse", "guard_uses", "text_uses"]


@dataclass(frozen=True, slots=True)
class TextUse:
    """A text in place. `role`: say, ask, why, copy, part, set or plain (which has no placeholders);
    `limit` its longest rendering."""

    subject: str
    mark: Mark
    role: str
    text: Template
    limit: int = 4096
    cites: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GuardUse:
    subject: str
    mark: Mark
    guard: Condition


def text_uses(flows: FlowSet) -> Iterator[TextUse]:
    """All texts of flows, patterns, answers and common replies."""
    for flow in flows.flows.values():
        for step in flow.walk():
            yield from _of_step(f"{flow.id} 的 {step.id}", step)
        for pattern in flow.patterns.values():
            yield from _says(f"{flow.id} 的 {pattern.name}", pattern.mark, pattern.texts)
    for pattern in flows.patterns.values():
        yield from _says(f"patterns.{pattern.name}", pattern.mark, pattern.texts)
    for answer in flows.answers.values():
        yield from _says(f"answers.{answer.id}", answer.mark, answer.texts)
    for name, action in flows.replies.items():
        yield from _of_action(f"replies.{name}", action)


def _says(
    subject: str, mark: Mark, texts: Iterable[Template], role: str = "say"
) -> Iterator[TextUse]:
    for text in texts:
        yield TextUse(subject, text.mark or mark, role, text)


def _of_step(subject: str, step: Step) -> Iterator[TextUse]:
    if isinstance(step, Say):
        yield from _says(subject, step.mark, step.texts)
    elif isinstance(step, Ask):
        yield from _of_ask(subject, step)
    elif isinstance(step, Coach):
        yield from _says(subject, step.mark, step.says)
        yield from _of_phrases(subject, step.rungs)
        for action in _actions(step):
            yield from _of_action(subject, action)
    elif isinstance(step, Write):
        yield from _says(subject, step.mark, step.says)
        yield from _says(subject, step.mark, (part.text for part in step.parts), "part")
    elif isinstance(step, Wait):
        yield from _says(subject, step.mark, (*step.says, *step.early))
        for action in _actions(step):
            yield from _of_action(subject, action)
    elif isinstance(step, End):
        yield from _says(subject, step.mark, step.says)
    elif isinstance(step, Set | Call):
        yield from _of_sets(subject, step.mark, step.sets)


def _of_ask(subject: str, step: Ask) -> Iterator[TextUse]:
    yield from _says(subject, step.mark, step.texts, "ask")
    if step.why:
        yield TextUse(subject, step.why.mark or step.mark, "why", step.why)
    yield from _says(subject, step.mark, [each.say for each in step.no_match if each.say])
    yield from _says(subject, step.mark, [each.say for each in step.rejects])
    if step.unsure:
        yield from _of_action(subject, step.unsure)


def _actions(step: Coach | Wait) -> list[Action]:
    last = step.exhausted if isinstance(step, Coach) else step.due
    found = [*step.on_reply.values(), *([last] if last else [])]
    return list({id(action): action for action in found}.values())


def _of_action(subject: str, action: Action) -> Iterator[TextUse]:
    yield from _says(subject, action.mark, action.say)
    yield from _of_phrases(subject, action.rungs)
    yield from _of_sets(subject, action.mark, action.sets)


def _of_phrases(subject: str, phrases: Iterable[Phrase]) -> Iterator[TextUse]:
    for phrase in phrases:
        where = f"{subject} 的话术 {phrase.id}"
        yield TextUse(
            where,
            phrase.copy.mark or phrase.mark,
            "copy",
            phrase.copy,
            phrase.max_chars,
            phrase.cites,
        )
        if phrase.say:
            yield TextUse(where, phrase.say.mark or phrase.mark, "say", phrase.say)


def _of_sets(subject: str, mark: Mark, sets: Assignments) -> Iterator[TextUse]:
    for _, value in sets:
        if isinstance(value, Template):
            yield TextUse(subject, value.mark or mark, "set", value)
        elif isinstance(value, str):
            yield TextUse(subject, mark, "set", Template.parse(value))


def guard_uses(flows: FlowSet) -> Iterator[GuardUse]:
    """All authored guards."""
    for flow in flows.flows.values():
        yield from _guards_of(flow)
    for name, action in flows.replies.items():
        for phrase in action.rungs:
            if phrase.guard:
                yield GuardUse(f"replies.{name}", phrase.mark, phrase.guard)


def _guards_of(flow: Flow) -> Iterator[GuardUse]:
    for step in flow.walk():
        subject = f"{flow.id} 的 {step.id}"
        if step.guard:
            yield GuardUse(subject, step.mark, step.guard)
        if isinstance(step, Branch):
            for case in step.cases:
                if case.guard:
                    yield GuardUse(subject, case.mark, case.guard)
        if isinstance(step, Ask):
            for reject in step.rejects:
                yield GuardUse(subject, step.mark, reject.guard)
        if isinstance(step, Coach):
            yield from _guards_of_phrases(subject, step)


def _guards_of_phrases(subject: str, step: Coach) -> Iterator[GuardUse]:
    for phrase in [*step.rungs, *(p for action in _actions(step) for p in action.rungs)]:
        if phrase.guard:
            yield GuardUse(f"{subject} 的话术 {phrase.id}", phrase.mark, phrase.guard)
