"""The Voice: turns authored texts into what is said now — slots and facts filled in, no sentence twice.

It is the only place that renders. Facts that may be said are baked into templates at compile time; an
unverified one carries its caveat the first time in a case. Phrases to paste never carry caveats.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from bot.core.event import FactCaveated, PhraseGiven, SlotSet, TextSaid
from bot.core.facts import Fact
from bot.core.flow import Assignments, FlowSet, Phrase, Write
from bot.core.slots import Slot, Value
from bot.core.text import Lookup, Template, count_units, split_sentences
from bot.core.tracker import Tracker
from bot.core.turn import Copy, Turn, digest

__all__ = ["COPY_LIMIT", "Script", "Voice"]

Order = Callable[[Sequence[str], tuple[str | int, ...]], Sequence[str]]
"""Puts the ids of a ladder in the order in which to try them; the second argument says whose turn it is."""

COPY_LIMIT = 256
"""Telegram's CopyTextButton holds at most 256 characters."""


@dataclass(frozen=True, slots=True)
class Script:
    """A ladder of phrases under one stable prefix."""

    prefix: str
    phrases: tuple[Phrase, ...]

    def id(self, phrase: Phrase) -> str:
        return f"{self.prefix}.{phrase.id}"


@dataclass(slots=True)
class Voice:
    """Renders for one FlowSet on one day; `phrases` finds a given phrase again by its id."""

    slots: Mapping[str, Slot]
    facts: Mapping[str, Fact]
    baked: Mapping[str, str]
    caveats: Mapping[str, Fact]
    dated: Mapping[str, Fact]
    today: date
    order: Order | None = None
    phrases: dict[str, Phrase] = field(default_factory=dict)
    _baked: dict[int, Template] = field(default_factory=dict)
    _scripts: dict[tuple[str, int], Script] = field(default_factory=dict)

    @classmethod
    def of(cls, flows: FlowSet) -> Voice:
        today = date.fromisoformat(flows.today)
        usable = {f"fact.{name}": fact for name, fact in flows.facts.items() if fact.current(today)}
        caveats = {name: fact for name, fact in usable.items() if fact.status == "unverified"}
        dated = {name: fact for name, fact in usable.items() if fact.dated}
        baked = {
            name: fact.value
            for name, fact in usable.items()
            if name not in caveats and name not in dated
        }
        return cls(flows.slots, flows.facts, baked, caveats, dated, today)

    def bake(self, template: Template) -> Template:
        """The template with facts filled in; one result for all inlined copies of a step."""
        found = self._baked.get(id(template))
        if found is None:
            found = self._baked[id(template)] = template.bake(self.baked)
        return found

    def lookup(self, tracker: Tracker, turn: Turn) -> Lookup:
        """What a placeholder stands for now; None when it is not known."""
        slots = tracker.slots

        def find(name: str) -> str | None:
            value = slots.get(name)
            if value is not None:
                return self.slots[name].show(value)
            if "." not in name:
                return turn.changed.get(name)
            kind, _, key = name.partition(".")
            if kind == "reply":
                return turn.reply.fields.get(key) if turn.reply else None
            if kind == "changed":
                return turn.changed.get(key)
            return self._fact(name, tracker)

        return find

    def in_force(self, tracker: Tracker) -> dict[str, Fact]:
        """The facts that may stand in a paper of this case: valid on the day it was opened, and not due
        for a new check today."""
        opened = self._filed(tracker)
        return {
            name: version
            for name, fact in self.facts.items()
            if fact.current(self.today) and (version := fact.on(opened)) is not None
        }

    def _filed(self, tracker: Tracker) -> date:
        """The day whose rules the case keeps."""
        return date.fromisoformat(tracker.opened) if tracker.opened else self.today

    def reading(self, tracker: Tracker, *, paste: bool) -> Lookup:
        """What a placeholder stands for in a paper, outside of any turn; None when it is not known.

        With `paste` only what is verified counts, for the words go to the other side; without it an
        unverified fact stands with its caveat.
        """
        facts = self.in_force(tracker)

        def find(name: str) -> str | None:
            kind, _, key = name.partition(".")
            if not key:
                value = tracker.slots.get(name)
                return None if value is None else self.slots[name].show(value)
            fact = facts.get(key) if kind == "fact" else None
            if fact is None or (paste and fact.status != "official"):
                return None
            return fact.show(caveat=fact.status == "unverified")

        return find

    def _fact(self, name: str, tracker: Tracker) -> str | None:
        fact = self.caveats.get(name)
        if name in self.dated:
            version = self.dated[name].on(self._filed(tracker))
            if version is None or fact is None:
                return version.value if version else None
            fact = version
        if fact is None:
            return self.baked.get(name)
        return fact.show(caveat=f"fact:{fact.id}" not in tracker.used)

    def render(self, template: Template, tracker: Tracker, turn: Turn) -> str:
        """The text as it would be said, noting caveats that are now said."""
        text = template.render(self.lookup(tracker, turn))
        for name in template.names:
            fact = self.caveats.get(name)
            if (
                fact
                and fact.caveat
                and f"（{fact.caveat}）" in text
                and f"fact:{fact.id}" not in tracker.used
            ):
                turn.record(tracker, FactCaveated(fact.id))
        return text

    def say(self, key: str, texts: Sequence[Template], tracker: Tracker, turn: Turn) -> None:
        """Say the next variant of `key`; on a re-run, nothing that was already said in this case."""
        if not texts:
            return
        number = tracker.seen.get(key, 0)
        text = self.render(texts[number % len(texts)], tracker, turn)
        mark = digest(text)
        if not text or (turn.rerun and mark in tracker.used):
            return
        turn.record(tracker, TextSaid(key, mark))
        turn.say(text)

    def next_phrase(
        self, scripts: Sequence[Script], tracker: Tracker, turn: Turn
    ) -> tuple[str, Phrase, str] | None:
        """The first phrase not yet given whose guard holds: (id, phrase, rendered text)."""
        find = self.lookup(tracker, turn)
        for script in scripts:
            for name, phrase in self._ordered(script, tracker):
                if name in tracker.used or (phrase.guard and not phrase.guard.test(tracker)):
                    continue
                text = phrase.copy.render(lambda key: None if key in self.caveats else find(key))
                if text and digest(text) not in tracker.used:
                    return name, phrase, text
        return None

    def _ordered(self, script: Script, tracker: Tracker) -> Iterable[tuple[str, Phrase]]:
        """The phrases of a ladder as authored, or as what came of them suggests."""
        named = [(script.id(phrase), phrase) for phrase in script.phrases]
        if self.order is None:
            return named
        by_name = dict(named)
        key = (tracker.conversation, tracker.case, tracker.turns)
        return [(name, by_name[name]) for name in self.order(list(by_name), key)]

    def give(self, found: tuple[str, Phrase, str], tracker: Tracker, turn: Turn) -> None:
        """Give the phrase, under the line that introduces it."""
        name, phrase, text = found
        turn.record(tracker, PhraseGiven(name, digest(text)))
        if phrase.say:
            turn.say(self.render(phrase.say, tracker, turn))
        turn.offer(tuple(Copy(name, piece) for piece in split_sentences(text, COPY_LIMIT)))

    def give_again(self, tracker: Tracker, turn: Turn, *, changed_only: bool) -> bool:
        """Show the last phrase once more, or only if corrected facts changed its wording."""
        phrase = self.phrases.get(tracker.phrase or "")
        if phrase is None or tracker.phrase is None:
            return False
        text = phrase.copy.render(self.lookup(tracker, turn))
        mark = digest(text)
        if not text or (changed_only and mark in tracker.used):
            return False
        turn.record(tracker, PhraseGiven(tracker.phrase, mark))
        turn.offer(
            tuple(Copy(tracker.phrase, piece) for piece in split_sentences(text, COPY_LIMIT))
        )
        return True

    def compose(self, step: Write, size: int, find: Lookup) -> str:
        """The written text within `size` units: sentences with a gap out, then by priority."""
        parts = [(part.keep, at, part.text.render(find)) for at, part in enumerate(step.parts)]
        kept: list[tuple[int, str]] = []
        room = size
        for _, at, text in sorted(part for part in parts if part[2]):
            length = count_units(text)
            if length <= room:
                kept.append((at, text))
                room -= length
        return "".join(text for _, text in sorted(kept))

    def script(self, prefix: str, phrases: Sequence[Phrase]) -> Script:
        """A ladder of baked phrases, registered by id; shared by all inlined copies of a coach."""
        known = self._scripts.get((prefix, id(phrases)))
        if known is not None:
            return known
        baked = tuple(self.bake_phrase(phrase) for phrase in phrases)
        script = Script(prefix, baked)
        for phrase in baked:
            self.phrases[script.id(phrase)] = phrase
        self._scripts[prefix, id(phrases)] = script
        return script

    def bake_phrase(self, phrase: Phrase) -> Phrase:
        return Phrase(
            phrase.id,
            self.bake(phrase.copy),
            phrase.mark,
            say=self.bake(phrase.say) if phrase.say else None,
            cites=phrase.cites,
            max_chars=phrase.max_chars,
            guard=phrase.guard,
        )

    def bake_sets(self, sets: Assignments) -> Assignments:
        """Assignments with their facts filled in and plain texts turned into the slot's type."""
        found: list[tuple[str, Template | Value | None]] = []
        for name, value in sets:
            if isinstance(value, Template):
                found.append((name, self.bake(value)))
            elif isinstance(value, str) and name in self.slots:
                found.append((name, self.slots[name].read(value)))
            else:
                found.append((name, value))
        return tuple(found)

    @staticmethod
    def reads(sets: Assignments) -> frozenset[str]:
        """The slots that the values of assignments are made of."""
        templates = [value for _, value in sets if isinstance(value, Template)]
        return frozenset(name for each in templates for name in each.names if "." not in name)

    def assign(self, sets: Assignments, tracker: Tracker, turn: Turn) -> None:
        """Fill slots; a template that comes out empty, or of the wrong type, changes nothing."""
        find = self.lookup(tracker, turn)
        for name, value in sets:
            if isinstance(value, Template):
                text = value.render(
                    lambda key: self.caveats[key].value if key in self.caveats else find(key)
                )
                filled = self.slots[name].read(text)
                if filled is not None:
                    turn.record(tracker, SlotSet(name, filled))
            elif value != tracker.slots.get(name) or name in tracker.unsure:
                turn.record(tracker, SlotSet(name, value))
