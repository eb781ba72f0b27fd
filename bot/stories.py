"""Stories: conversations written down in YAML and played against the real engine.

A story may say what it is `about`: then its first message need not be classified. It is a list of turns; a turn says one thing (`user`, `button`, `stale`, `paste`, `advance`, `case` or `new`) and
what must hold after it. Coverage is counted in authored lines: an edge of an inlined sub-flow counts once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path

from bot.app import Engine
from bot.channels.clock import Clock
from bot.channels.console.pipe import Conversation, plain
from bot.core.errors import Mark
from bot.core.spec import Edge
from bot.core.turn import Outcome
from bot.flows.fields import Fields
from bot.flows.nodes import Problems, compose
from bot.i18n.script import localize
from bot.nlu.reading import Reader, Reading
from bot.nlu.replies import Reply

__all__ = ["Coverage", "Story", "StoryResult", "load_stories", "play"]

_SAYS = ("user", "button", "stale", "paste", "advance", "case", "new")
_MARKS = {"@": "button", "~": "stale", "<": "paste", "+": "advance"}
_REPEATS = 12
_DEFAULT_NOW = "2026-11-20T10:00"


@dataclass(frozen=True, slots=True)
class StoryTurn:
    """One thing said and what must hold afterwards; empty expectations are not checked."""

    mark: Mark
    kind: str
    value: str
    issue: str | None = None
    at: str | None = None
    says: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    copies: tuple[str, ...] = ()
    buttons: tuple[str, ...] = ()
    slots: tuple[tuple[str, str], ...] = ()
    cases: int | None = None
    until: str | None = None


@dataclass(frozen=True, slots=True)
class Story:
    name: str
    mark: Mark
    now: datetime
    turns: tuple[StoryTurn, ...]
    ends: str | None = None
    about: str | None = None


@dataclass(slots=True)
class StoryResult:
    """`failures` are complete sentences with their place; `edges` what the story took."""

    story: Story
    failures: list[str] = field(default_factory=list)
    edges: set[str] = field(default_factory=set)
    states: set[str] = field(default_factory=set)
    phrases: list[str] = field(default_factory=list)
    transcript: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Coverage:
    """Which authored edges the stories took."""

    taken: frozenset[str]
    untaken: tuple[str, ...]

    @property
    def share(self) -> float:
        total = len(self.taken) + len(self.untaken)
        return len(self.taken) / total if total else 1.0

    @classmethod
    def of(cls, engine: Engine, results: Sequence[StoryResult]) -> Coverage:
        every = {edge.key for edge in engine.build.spec.edges if not _is_plumbing(edge)}
        taken = {key for result in results for key in result.edges} & every
        return cls(frozenset(taken), tuple(sorted(every - taken, key=_by_place)))


def _is_plumbing(edge: Edge) -> bool:
    """Edges out of the engine's own hubs carry no authored line."""
    return edge.common and (edge.mark.line == 1 or edge.source.startswith("patterns."))


def _by_place(key: str) -> tuple[str, int, str]:
    place, _, rest = key.partition(" ")
    file, _, line = place.rpartition(":")
    return file, int(line), rest


class _Knowing:
    """A reader that is told what the first message is about: the story is of the dialogue, not of it."""

    def __init__(self, reader: Reader, issue: str) -> None:
        self._reader, self._issue, self.questions = reader, issue, reader.questions
        self._first = True

    def read(self, text: str, today: date) -> Reading:
        reading = self._reader.read(text, today)
        if not self._first:
            return reading
        self._first = False
        return replace(reading, issue=self._issue, p=1.0, posterior=[(self._issue, 1.0)], act=None)

    def read_reply(self, text: str) -> Reply:
        return self._reader.read_reply(text)


def load_stories(directory: Path) -> tuple[list[Story], Problems]:
    """All stories below a directory, and what is wrong with their form."""
    problems = Problems()
    stories: list[Story] = []
    for path in sorted(directory.rglob("*.yaml")):
        name = path.relative_to(directory).as_posix()
        item = compose(path.read_text(encoding="utf-8"), name, problems)
        for each in (item.items or []) if item else []:
            if each.fields is not None:
                stories.append(_read_story(Fields(each, name, problems)))
    return stories, problems


def _read_story(fields: Fields) -> Story:
    name = fields.text("story", required=True) or "?"
    fields.subject = name
    now = datetime.fromisoformat(fields.text("now") or _DEFAULT_NOW)
    turns = fields.each("turns", _read_turn) + _read_script(fields)
    story = Story(name, fields.mark, now, turns, fields.text("ends"), fields.text("about"))
    fields.done()
    return story


def _read_script(fields: Fields) -> tuple[StoryTurn, ...]:
    """`script: [...]`: turns in one line each, as `zhenren rehearse` takes them, with nothing to check."""
    item = fields.get("script")
    if item is None:
        return ()
    return tuple(
        StoryTurn(item.mark, _MARKS[line[0]], line[1:].strip())
        if line[:1] in _MARKS
        else StoryTurn(item.mark, "user", line)
        for line in fields.words("script")
    )


def _read_turn(fields: Fields) -> StoryTurn | None:
    kinds = [kind for kind in _SAYS if fields.has(kind)]
    if len(kinds) != 1:
        fields.complain(
            fields.mark, "turn", "一轮要写且只写一个动作", f"写 {'、'.join(_SAYS)} 之一"
        )
        return None
    kind = kinds[0]
    number = fields.text("cases")
    turn = StoryTurn(
        fields.mark,
        kind,
        fields.text(kind) or "",
        issue=fields.text("issue"),
        at=fields.text("at"),
        says=fields.words("says"),
        never=fields.words("never"),
        copies=fields.words("copies"),
        buttons=fields.words("buttons"),
        slots=tuple((name, item.text or "") for name, item in fields.pairs("slots")),
        cases=int(number) if number else None,
        until=fields.text("until"),
    )
    fields.done()
    return turn


def play(engine: Engine, story: Story) -> StoryResult:
    """Play a story from a new conversation and say what did not hold."""
    return asyncio.run(_play(engine, story))


async def _play(engine: Engine, story: Story) -> StoryResult:
    result = StoryResult(story)
    agent = engine.agent(reader=_Knowing(engine.reader, story.about) if story.about else None)
    talk = Conversation(agent, "story", Clock(story.now), localize)
    outcome = await talk.begin()
    _note(result, "", outcome)
    for turn in story.turns:
        for _ in range(_REPEATS if turn.until else 1):
            outcome = await _say(talk, turn, outcome, result)
            _note(result, f"{turn.kind}: {turn.value}", outcome)
            if turn.until is not None and _at(outcome.state, turn.until):
                break
        count = len(await agent.cases("story"))
        result.failures += [
            f"{turn.mark}: {story.name}：{fact}" for fact in _misses(turn, outcome, count)
        ]
    if story.ends is not None and not _at(outcome.state, story.ends):
        result.failures.append(
            f"{story.mark}: {story.name}：最后停在 {outcome.state}，应是 {story.ends}"
        )
    return result


async def _say(talk: Conversation, turn: StoryTurn, last: Outcome, result: StoryResult) -> Outcome:
    if turn.kind == "advance":
        return await talk.advance(turn.value)
    if turn.kind == "user":
        return await talk.send("text", turn.value)
    if turn.kind == "stale":  # a button of an earlier message
        return await talk.send("button", turn.value)
    if turn.kind != "button":
        return await talk.send(turn.kind, turn.value)
    offered = {b.label: b.value for each in last.responses for b in each.buttons}
    if turn.value not in offered and turn.value not in offered.values():
        shown = "、".join(offered) or "没有按钮"
        result.failures.append(
            f"{turn.mark}: {result.story.name}：没有按钮「{turn.value}」，有的是：{shown}"
        )
    return await talk.send("button", offered.get(turn.value, turn.value))


def _note(result: StoryResult, said: str, outcome: Outcome) -> None:
    result.edges.update(edge.key for edge in outcome.edges if isinstance(edge, Edge))
    result.states.add(outcome.state)
    result.phrases += [copy.text for each in outcome.responses for copy in each.copies]
    result.transcript.append(f"> {said}\n[{outcome.state}]\n{plain(outcome)}")


def _at(state: str, wanted: str) -> bool:
    return state == wanted or state.endswith(f".{wanted}")


def _misses(turn: StoryTurn, outcome: Outcome, cases: int) -> list[str]:
    """What the turn expected and did not get."""
    text = "\n".join(each.text for each in outcome.responses)
    copies = "\n".join(copy.text for each in outcome.responses for copy in each.copies)
    labels = {b.label for each in outcome.responses for b in each.buttons}
    facts: list[str] = []
    if turn.issue is not None and outcome.issue != turn.issue:
        facts.append(f"问题判成 {outcome.issue}，应是 {turn.issue}")
    if turn.until is not None and not _at(outcome.state, turn.until):
        facts.append(f"重复了 {_REPEATS} 次还停在 {outcome.state}，没到 {turn.until}")
    if turn.at is not None and not _at(outcome.state, turn.at):
        facts.append(f"停在 {outcome.state}，应是 {turn.at}")
    facts += [f"回复里没有「{want}」：{text[:80]}" for want in turn.says if want not in text]
    facts += [f"回复里不该有「{want}」" for want in turn.never if want in text + copies]
    facts += [f"话术里没有「{want}」：{copies[:80]}" for want in turn.copies if want not in copies]
    facts += [f"没有按钮「{want}」" for want in turn.buttons if want not in labels]
    for name, want in turn.slots:
        got = outcome.slots.get(name)
        if _shown(got) != want:
            facts.append(f"槽位 {name} 是 {_shown(got)}，应是 {want}")
    if turn.cases is not None and cases != turn.cases:
        facts.append(f"有 {cases} 个案子，应是 {turn.cases}")
    return facts


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)
