"""Matches a typed answer to what was asked: a choice by its words or place, a yes or no, a number."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from bot.core.flow import Answer
from bot.core.slots import Choice, Slot, SlotType, Value
from bot.nlu.normalize import normalize
from bot.nlu.numerals import parse_number

__all__ = ["Hearing", "Matcher", "clauses", "match_number", "pattern_of", "place"]

_ORDINAL = re.compile(r"^(?:选|就|是)?第?([一二三四五六七八九1-9])(?:个|项|种|条)?(?:吧|那个)?$")
_LAST = ("最后一个", "最后那个", "最后一项", "下面那个", "最下面那个")
_FIRST = ("上面那个", "最上面那个", "头一个", "前面那个")
_DIGITS = "一二三四五六七八九"
_NUMBER = re.compile(r"[0-9.,]+[万千百k]?|[零一二三四五六七八九十百千万两俩仨半]+")
_NO_COUNT = re.compile("一(?:下|个人|直|样|点|起|定|般|会)")
_AROUND = 8
_GAP = 6
_TELLING = 3
_CLAUSE = 2
_YES = ("有", "是", "行", "好", "能", "会", "可以")
_NO = ("没", "不", "都没", "无", "还没", "先不", "用不着", "找不到")
_BREAK = re.compile("[，、,（）() ]")


class Matcher:
    """Matches typed answers; what it needs of a slot is prepared when the slot is first matched."""

    def __init__(self, slots: Mapping[str, Slot]) -> None:
        self._slots = slots
        self._options = cache(self._prepared)

    def value(
        self, text: str, slot: Slot, act: str | None, only: Sequence[str] = ()
    ) -> Value | None:
        """The value that an answer gives a choice, yes/no or number slot; None when it gives none."""
        if slot.type is SlotType.BOOL:
            said = self._choice(text, slot, only)
            if said is None and act in ("affirm", "deny"):
                return act == "affirm"
            return None if said is None else said == "true"
        if slot.type is SlotType.CHOICE:
            choices = [c for c in slot.values.values() if not only or c.id in only]
            return self._choice(text, slot, only) or _by_act(choices, act)
        if slot.type in (SlotType.INT, SlotType.DAYS):
            return _whole(text)
        if slot.type is SlotType.AMOUNT:
            return match_number(text)
        return None

    def _prepared(self, name: str) -> tuple[_Option, ...]:
        return tuple(map(_Option, self._slots[name].values.values()))

    def _choice(self, text: str, slot: Slot, only: Sequence[str]) -> str | None:
        """The id of the choice that the text names: exactly, by place, by its longest known words, or by
        a whole clause of its label."""
        said = normalize(text)
        options = [each for each in self._options(slot.name) if not only or each.id in only]
        for option in options:
            if said in (option.label, option.id):
                return option.id
        at = place(said, len(options))
        if at is not None:
            return options[at].id
        return _longest(said, options) or _clause(said, options)


def clauses(label: str) -> frozenset[str]:
    """The parts of a label that may stand for it: 写了 for 写了，我贴给你."""
    return frozenset(map(normalize, _BREAK.split(label)))


def place(said: str, count: int) -> int | None:
    """Which of `count` options is named by its place (第二个, 上面那个), from 0; None for none."""
    if said in _LAST:
        return count - 1
    if said in _FIRST:
        return 0
    match = _ORDINAL.match(said)
    if not match:
        return None
    at = int(match[1]) if match[1].isdigit() else _DIGITS.index(match[1]) + 1
    return at - 1 if at <= count else None


def _longest(said: str, options: Iterable[_Option]) -> str | None:
    """The option with the longest word found; None when two tie."""
    best = {option.id: option.longest(said) for option in options}
    ranked = sorted(best.items(), key=lambda each: -each[1])
    if not ranked or not ranked[0][1]:
        return None
    if len(ranked) > 1 and ranked[0][1] == ranked[1][1]:
        return None
    return ranked[0][0]


def _clause(said: str, options: Iterable[_Option]) -> str | None:
    """The one option that has the text as a whole clause of its label: 写了 for 写了，我贴给你."""
    if len(said) < _CLAUSE:
        return None
    found = [option.id for option in options if said in option.clauses]
    return found[0] if len(found) == 1 else None


def _negated(said: str, needle: str) -> bool:
    """Whether the word stands right behind a 不 or 没 that is not its own."""
    at = said.find(needle)
    return at > 0 and said[at - 1] in "不没未" and needle[0] not in "不没未"


def _whole(text: str) -> int | None:
    """A count: the answer is the number and little else, so 「改一下」 is not 1."""
    said = normalize(text)
    found = [match for match in _NUMBER.finditer(said) if parse_number(match[0]) is not None]
    if not found or len(said) - len(found[0][0]) > _AROUND or _NO_COUNT.search(said):
        return None
    number = parse_number(found[0][0])
    return None if number is None else int(number)


def match_number(text: str) -> int | float | None:
    """The first number of a short answer."""
    for match in _NUMBER.finditer(normalize(text)):
        value = parse_number(match[0])
        if value is not None:
            return value
    return None


def _by_act(choices: Sequence[Choice], act: str | None) -> str | None:
    """A bare yes or no, where exactly one option reads like it."""
    if act not in ("affirm", "deny"):
        return None
    # 「没取出的钱」 begins with 没 too, but names a thing.
    no = [c.id for c in choices if c.label.startswith(_NO) and "的" not in c.label]
    yes = [c.id for c in choices if c.label.startswith(_YES)]
    if len(yes) != 1 and len(no) == len(choices) - 1:
        yes = [c.id for c in choices if c.id not in no]
    found = yes if act == "affirm" else no
    return found[0] if len(found) == 1 else None


def pattern_of(phrase: str) -> re.Pattern[str]:
    """A `hear` phrase as a pattern; … stands for up to six characters."""
    pieces = [re.escape(normalize(piece)) for piece in phrase.split("…")]
    return re.compile(f".{{0,{_GAP}}}".join(pieces))


class _Words:
    """A `hear` or `match` phrase: plain words, or words with gaps (…)."""

    __slots__ = ("_gaps", "_plain")

    def __init__(self, phrase: str) -> None:
        self._plain = normalize(phrase.replace("…", ""))
        self._gaps = pattern_of(phrase) if "…" in phrase else None

    def __len__(self) -> int:
        return len(self._plain)

    def found_in(self, said: str) -> bool:
        if self._gaps is not None:
            return self._gaps.search(said) is not None
        return bool(self._plain) and self._plain in said and not _negated(said, self._plain)


class _Option:
    """A choice, its words prepared for matching."""

    __slots__ = ("_name", "_words", "clauses", "id", "label")

    def __init__(self, choice: Choice) -> None:
        self.id, self.label = choice.id, normalize(choice.label)
        self.clauses = clauses(choice.label)
        self._name = _Words(self.label)
        self._words = tuple(map(_Words, (*choice.match, *choice.hear)))

    def longest(self, said: str) -> int:
        """The length of the longest of its words in `said`; 0 for none. A label as short as 有 names
        its option only in an answer that is about as short."""
        names = len(self.label) >= _TELLING or len(said) <= len(self.label) + 3
        words = (self._name, *self._words) if names else self._words
        return max((len(word) for word in words if word.found_in(said)), default=0)


class Hearing:
    """What is noted whenever it is said: `hear` phrases of slot values, and the digressions."""

    def __init__(self, slots: Mapping[str, Slot], answers: Mapping[str, Answer]) -> None:
        self._values: list[tuple[_Words, str, Value]] = []
        for slot in slots.values():
            for choice in slot.values.values():
                value: Value = choice.id == "true" if slot.type is SlotType.BOOL else choice.id
                self._values += [(phrase, slot.name, value) for phrase in map(_Words, choice.hear)]
        self._values.sort(key=lambda each: -len(each[0]))
        self._answers = [
            (pattern_of(phrase), len(phrase), answer.id)
            for answer in answers.values()
            for phrase in answer.hear
        ]

    def values(self, normalized: str) -> dict[str, Value]:
        """Slot values that the message names outright; the longest phrase decides each slot."""
        found: dict[str, Value] = {}
        for phrase, slot, value in self._values:
            if slot not in found and phrase.found_in(normalized):
                found[slot] = value
        return found

    def answer(self, normalized: str) -> str | None:
        """The digression that the message asks for, by its longest phrase."""
        found = [
            (length, name) for pattern, length, name in self._answers if pattern.search(normalized)
        ]
        return max(found)[1] if found else None
