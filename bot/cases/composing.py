"""Composes papers: an authored Paper and what is known of a case become a Document.

Nothing is invented. A clause whose slot is unknown is dropped, a section of which nothing is left does not
appear, and what a form asks for and nobody has told is listed as missing. Everything that varies comes as an
argument; nothing here reads a file or a clock.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date

from bot.cases.document import Block, Document, Fields, Items, Paragraph, Section
from bot.core.facts import Fact
from bot.core.flow import FlowSet, Write
from bot.core.paper import Evidence, Line, Paper, PaperSection
from bot.core.text import Lookup, Template, count_units
from bot.core.tracker import Tracker
from bot.core.voice import Voice

__all__ = ["Material", "compose", "evidence_for", "gather", "letters_for", "papers_for"]

LETTER = "letter"
"""The id of the write step that describes the problem itself, beside those for a bank or a court."""

_TAIL = " \t\n，。；、,;"
_ENDS = "。？！：…\n"
_CLOSING = "」』）》”"
_NOTE = re.compile("【[^】]*】|[，；]?条号[^，；]*")
"""How a source was read is for those who keep the facts."""
_TWICE = re.compile(r"([？！?!…])[。，；]|([，。；、])(?=[，。；、？！])")


@dataclass(frozen=True, slots=True)
class Material:
    """What a case brings to its papers beside its slots.

    `facts` are those in force for the case, `evidence` what is to be kept in it, and `noted` the ids of what
    the person has. `timeline` and `phrases` are finished lines, the oldest first; `letters` are the problem's
    description by length (`count_units`).
    """

    facts: Mapping[str, Fact] = field(default_factory=dict)
    evidence: tuple[Evidence, ...] = ()
    noted: Set[str] = frozenset()
    timeline: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    letters: Mapping[int, str] = field(default_factory=dict)


def papers_for(flows: FlowSet, tracker: Tracker) -> list[Paper]:
    """The papers whose issue and guard fit the case, in the order of the file; none before its issue is known."""
    return [
        paper
        for paper in flows.papers.values()
        if tracker.issue is not None
        and (not paper.issues or tracker.issue in paper.issues)
        and (paper.guard is None or paper.guard.test(tracker))
    ]


def evidence_for(flows: FlowSet, tracker: Tracker) -> tuple[Evidence, ...]:
    """What is to be kept in this case, first what can vanish first; empty before its issue is known."""
    things = flows.evidence.get(tracker.issue or "", ())
    return tuple(each for each in things if each.guard is None or each.guard.test(tracker))


def letters_for(flows: FlowSet, voice: Voice, tracker: Tracker) -> dict[int, str]:
    """The issue's own description by length, the shortest first; empty lengths are left out."""
    flow = flows.flows.get(tracker.issue or "")
    steps = [step for step in flow.walk() if isinstance(step, Write)] if flow else []
    own = next((step for step in steps if step.id == LETTER), steps[0] if steps else None)
    if own is None:
        return {}
    find = _clean(voice.reading(tracker, paste=True))
    texts = {size: _tidy(voice.compose(own, size, find)) for size in own.sizes}
    return {size: text for size, text in texts.items() if text}


def gather(
    flows: FlowSet,
    voice: Voice,
    tracker: Tracker,
    noted: Set[str],
    *,
    timeline: Sequence[str] = (),
    phrases: Sequence[str] = (),
) -> Material:
    """The material of a case, with the lines that its stored events gave."""
    return Material(
        facts=voice.in_force(tracker),
        evidence=evidence_for(flows, tracker),
        noted=noted,
        timeline=tuple(timeline),
        phrases=tuple(phrases),
        letters=letters_for(flows, voice, tracker),
    )


def compose(
    paper: Paper, tracker: Tracker, find: Lookup, material: Material, made_on: date
) -> Document:
    """The paper as it stands for this case.

    `find` gives what may be pasted (`Voice.reading` with `paste`). `missing` are the labels of unknown
    fields with their hints, `sources` the facts in `cites` that are in force.
    """
    writer = _Writer(tracker, _clean(find), material)
    sections = tuple(writer.sections(paper.sections))
    return Document(
        id=paper.id,
        title=paper.title,
        use=_tidy(paper.use.render(_said(material.facts))),
        made_on=made_on,
        sections=sections,
        sources=tuple(_sources(paper, material.facts)),
        missing=tuple(dict.fromkeys(writer.missing)),
    )


@dataclass(slots=True)
class _Writer:
    """Writes the sections of one paper; `missing` grows on the way."""

    tracker: Tracker
    find: Lookup
    material: Material
    missing: list[str] = field(default_factory=list)

    def sections(self, sections: Iterable[PaperSection]) -> Iterator[Section]:
        for section in sections:
            if section.guard is not None and not section.guard.test(self.tracker):
                continue
            blocks = tuple(self.blocks(section))
            if blocks:
                yield Section(section.title, blocks)

    def blocks(self, section: PaperSection) -> Iterator[Block]:
        rows = tuple(self.rows(section.fields))
        if rows:
            yield Fields(rows)
        text = _flow(self.texts(section.parts))
        if text:
            yield Paragraph(text, paste=True)
        items = self.texts(section.items)
        if items:
            yield Items(items, numbered=True)
        yield from _from_case(section.source, self.material)
        if section.source == "evidence":
            self._unnoted()

    def rows(self, lines: Iterable[Line]) -> Iterator[tuple[str, str]]:
        for line in lines:
            if line.guard is not None and not line.guard.test(self.tracker):
                continue
            value = _tidy(line.value.render(self.find))
            if value:
                yield line.label, value
            else:
                self.missing.append(f"{line.label}：{line.hint}" if line.hint else line.label)

    def _unnoted(self) -> None:
        """What is not ticked is not attached: say so, rather than promise it."""
        left = sum(each.id not in self.material.noted for each in self.material.evidence)
        if left:
            self.missing.append(f"证据还有 {left} 样没记上有：对照「证据清单」，有了就勾上")

    def texts(self, templates: Iterable[Template]) -> tuple[str, ...]:
        """What is left of each, without those of which nothing is, and nothing twice."""
        rendered = (_tidy(template.render(self.find)) for template in templates)
        return tuple(dict.fromkeys(text for text in rendered if text))


def _from_case(source: str, material: Material) -> Iterator[Block]:
    if source == "letter":
        yield from _letters(material.letters)
        return
    lines = {
        "evidence": tuple(
            f"{each.title}：{each.proves}"
            for each in material.evidence
            if each.id in material.noted
        ),
        "checklist": tuple(_thing(each, material.noted) for each in material.evidence),
        "timeline": material.timeline,
        "phrases": material.phrases,
    }.get(source, ())
    if lines:
        yield Items(lines, numbered=source != "timeline")


def _letters(letters: Mapping[int, str]) -> Iterator[Block]:
    """Each length under a line that names it; a longer one that says no more is left out."""
    seen: set[str] = set()
    for size, text in sorted(letters.items()):
        if text not in seen:
            seen.add(text)
            yield Paragraph(f"{size} 字以内（{count_units(text)} 字）：")
            yield Paragraph(text, paste=True)


def _thing(thing: Evidence, noted: Set[str]) -> str:
    mark = "有" if thing.id in noted else "缺"
    blur = f"；发出前盖住{thing.blur}" if thing.blur else ""
    return f"【{mark}】{thing.title} —— {thing.proves}{blur}"


def _said(facts: Mapping[str, Fact]) -> Lookup:
    """Facts as they are said to the person: what is not verified, with its caveat."""
    shown = {
        f"fact.{name}": fact.show(caveat=fact.status == "unverified")
        for name, fact in facts.items()
    }
    return shown.get


def _sources(paper: Paper, facts: Mapping[str, Fact]) -> Iterator[str]:
    for name in paper.cites:
        fact = facts.get(name)
        if fact is not None:
            day = fact.checked_on
            source = _NOTE.sub("", fact.source).strip("，；")
            said = f"{source}；" if source and source not in fact.value else ""
            yield f"{fact.value}（{said}{day.year}年{day.month}月{day.day}日核对）"


def _clean(find: Lookup) -> Lookup:
    """As `find`, without the stop that a person put behind their own words: the sentence has its own."""

    def clean(name: str) -> str | None:
        value = find(name)
        return value if value is None else value.strip().rstrip(_TAIL)

    return clean


def _flow(texts: Iterable[str]) -> str:
    """The texts as one paragraph; each ends as a sentence does."""
    return "".join(text if _ended(text) else f"{text.rstrip(_TAIL)}。" for text in texts)


def _ended(text: str) -> bool:
    return text.rstrip(_CLOSING).endswith(tuple(_ENDS))


def _tidy(text: str) -> str:
    """One stop where words of a person and of the paper have put two: the question mark, else the later."""
    return _TWICE.sub(lambda match: match[1] or "", text).strip()
