"""Templates: the only way in which slots and facts come into a sentence.

`{slot}`, `{fact.id}`, `{reply.field}` and `{changed.field}` are the whole language. A template is cut into
clauses at ，。；？！ and line ends (never inside quotes or brackets); a clause that holds an unknown
placeholder is dropped, so nothing is ever invented to fill a gap. Parsing happens once, at load.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from bot.core.errors import Mark

__all__ = ["Clause", "Lookup", "Template", "count_units", "split_sentences", "text_reads"]

Lookup = Callable[[str], str | None]

PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*(?:\.[a-z0-9_]+)?)\}")
_CUTS = "，。；？！\n"
_ENDS = "。？！\n"
_OPEN = "「『（《“[("
_CLOSE = "」』）》”])"


@dataclass(frozen=True, slots=True)
class Clause:
    """A run of literal and placeholder parts; odd positions are placeholder names."""

    parts: tuple[str, ...]

    def render(self, lookup: Lookup) -> str | None:
        """The clause with its placeholders filled, or None when one of them is unknown."""
        if len(self.parts) == 1:
            return self.parts[0]
        out = list(self.parts)
        for index in range(1, len(out), 2):
            value = lookup(out[index])
            if value is None or value == "":
                return None
            out[index] = value
        return "".join(out)

    def bake(self, known: Mapping[str, str]) -> Clause:
        """The same clause with the placeholders in `known` turned into literal text."""
        out = [self.parts[0]]
        for index in range(1, len(self.parts), 2):
            name, after = self.parts[index], self.parts[index + 1]
            if name in known:
                out[-1] += known[name] + after
            else:
                out += [name, after]
        return Clause(tuple(out))


@dataclass(frozen=True, slots=True)
class Template:
    """A parsed text; `names` lists its placeholders in order of appearance."""

    source: str
    clauses: tuple[Clause, ...]
    names: tuple[str, ...]
    mark: Mark | None = field(default=None, compare=False)

    @classmethod
    def parse(cls, source: str) -> Template:
        """Cut `source` into clauses; braces that hold no placeholder stay literal."""
        names = tuple(PLACEHOLDER.findall(source)) if "{" in source else ()
        if not names:
            return cls(source, (Clause((source,)),), ())
        return cls(
            source, tuple(Clause(tuple(PLACEHOLDER.split(piece))) for piece in _cut(source)), names
        )

    def render(self, lookup: Lookup) -> str:
        """The text without the clauses whose placeholders are unknown; "" when none is left."""
        if not self.names:
            return self.source
        kept: list[str] = []
        dropped = False
        for clause in self.clauses:
            text = clause.render(lookup)
            if text is not None:
                kept.append(text)
                continue
            dropped = True
            end = clause.parts[-1][-1:]
            if end and end in _ENDS and kept and kept[-1].endswith(("，", "；")):
                # what is left of the sentence ends where the sentence ended
                kept[-1] = kept[-1][:-1] + ("\n" if end == "\n" else "。")
        return "".join(kept).strip().rstrip("，；") if dropped else "".join(kept)

    def bake(self, known: Mapping[str, str]) -> Template:
        """The same template with the placeholders in `known` filled for good."""
        if known.keys().isdisjoint(self.names):
            return self
        clauses = tuple(clause.bake(known) for clause in self.clauses)
        names = tuple(name for name in self.names if name not in known)
        source = PLACEHOLDER.sub(lambda m: known.get(m[1], m[0]), self.source)
        return Template(source, clauses, names, self.mark)

    def require(self, lookup: Lookup) -> str | None:
        """The whole text, or None when any placeholder is unknown."""
        for name in self.names:
            if not lookup(name):
                return None
        return self.render(lookup)


def text_reads(texts: Iterable[Template]) -> frozenset[str]:
    """The slots that the texts mention."""
    return frozenset(name for text in texts for name in text.names if "." not in name)


def count_units(text: str) -> int:
    """The length of `text` as web forms count it: UTF-16 code units, a line break being one.

    An emoji or a rare character outside of the first plane counts as two.
    """
    plain = text.replace("\r\n", "\n")
    return len(plain) + sum(char > "\uffff" for char in plain)


def _fitting(text: str, limit: int) -> int:
    """How many characters from the start of `text` come to at most `limit` units; at least one."""
    if count_units(text[:limit]) <= limit:
        return limit
    room = limit
    for at, char in enumerate(text):
        room -= count_units(char)
        if room < 0:
            return max(at, 1)
    return len(text)


def split_sentences(text: str, limit: int) -> list[str]:
    """`text` in pieces of at most `limit` units (`count_units`), cut after sentence ends where possible.

    No character is cut in two: a single one that is wider than `limit` is a piece of its own.
    """
    pieces: list[str] = []
    rest = text.strip()
    while len(rest) > 1 and count_units(rest) > limit:
        at = _cut_at(rest, _fitting(rest, limit))
        pieces.append(rest[: at + 1].strip())
        rest = rest[at + 1 :].strip()
    if rest:
        pieces.append(rest)
    return pieces


def _cut_at(text: str, limit: int) -> int:
    """The last character of a piece: a sentence end, else a comma, else the limit."""
    window = text[:limit]
    at = max(window.rfind(mark) for mark in "。？！\n")
    if at < limit // 3:
        at = max(at, window.rfind("；"), window.rfind("，"))
    if at < 1:
        return limit - 1  # better a short piece than half a link
    while at + 1 < limit and text[at + 1] in _CLOSE:
        at += 1
    return at


def _cut(source: str) -> list[str]:
    pieces: list[str] = []
    depth = start = 0
    for index, char in enumerate(source):
        if char in _OPEN:
            depth += 1
        elif char in _CLOSE:
            depth = max(0, depth - 1)
        elif char in _CUTS and not depth:
            pieces.append(source[start : index + 1])
            start = index + 1
    if start < len(source):
        pieces.append(source[start:])
    return pieces
