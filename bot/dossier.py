"""The dossier: a case as its person reads it and takes it out: the file, the papers, the calendar.

Everything is made anew from the tracker and its journal; nothing of it is stored. Private values stand behind
their placeholders unless a veil that knows them is given.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.cases.casefile import CaseFile, casefile
from bot.cases.composing import compose, evidence_for, gather, papers_for
from bot.cases.document import Document
from bot.cases.messages import messages
from bot.cases.reminders import to_ics
from bot.cases.timeline import DUES, Words, lines, timeline
from bot.core.builder import Builder
from bot.core.event import Event
from bot.core.flow import Ask, FlowSet
from bot.core.internal import internal_slots
from bot.core.paper import Evidence
from bot.core.slots import show_date
from bot.core.text import Template
from bot.core.tracker import Due, Tracker
from bot.core.voice import Voice
from bot.store.base import Entry, Session

__all__ = ["Dossier"]


def _events(entries: Sequence[Entry]) -> list[Event]:
    """The events of a journal, in order."""
    return [event for entry in entries for event in entry.events]


@dataclass(frozen=True, slots=True)
class Dossier:
    """Reads cases over one FlowSet and its voice."""

    flows: FlowSet
    voice: Voice
    words: Words
    read: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, build: Builder) -> Dossier:
        """The dossiers of what was built; `read` are the slots that each problem's flow asks or tells."""

        def phrase(name: str) -> Template | None:
            found = build.voice.phrases.get(name)
            return found.copy if found else None

        read: dict[str, set[str]] = {}
        for state in build.spec.states.values():
            read.setdefault(state.root, set()).update(state.reads)
            if isinstance(state.step, Ask):
                read[state.root].add(state.step.slot)
        flows = build.flows
        words = Words.of(flows, phrase, internal_slots(flows))
        return cls(flows, build.voice, words, {root: frozenset(s) for root, s in read.items()})

    def _words(self, tracker: Tracker) -> Words:
        """The words for this problem: what was heard for another one stays out of the file."""
        read = self.read.get(tracker.issue or "")
        if read is None:
            return self.words
        return replace(self.words, hidden=self.words.hidden | (self.flows.slots.keys() - read))

    def file(self, tracker: Tracker, entries: Sequence[Entry]) -> CaseFile:
        """Where the case stands; `missing` is what its first paper still lacks."""
        events = _events(entries)
        day = date.fromisoformat(tracker.opened or self.flows.today)
        papers = self.papers(tracker, entries, day)
        return casefile(
            tracker,
            events,
            self._words(tracker),
            evidence_for(self.flows, tracker),
            tracker.evidence,
            papers[0].missing if papers else (),
        )

    def papers(self, tracker: Tracker, entries: Sequence[Entry], made_on: date) -> list[Document]:
        """Every paper that fits the case, in the order of their file; a paper without content is left out."""
        events = _events(entries)
        material = gather(
            self.flows,
            self.voice,
            tracker,
            tracker.evidence,
            timeline=lines(timeline(events, self._words(tracker)), made_on),
            phrases=[
                f"{show_date(at, weekday=False)}：{text}" if at else text
                for at, text in messages(events, self.words.phrase, self._reading)
            ],
        )
        find = self._reading(tracker)
        made = [
            compose(paper, tracker, find, material, made_on)
            for paper in papers_for(self.flows, tracker)
        ]
        return [document for document in made if document.sections]

    def title(self, tracker: Tracker) -> str:
        """What a case is about, in a few words."""
        return self.words.titles.get(tracker.issue or "", "还没说清是什么事")

    def wanted(self, tracker: Tracker) -> list[Evidence]:
        """What is to be kept in this case and is not noted yet, first what can vanish first."""
        things = evidence_for(self.flows, tracker)
        return [each for each in things if each.id not in tracker.evidence]

    def reminders(self, session: Session) -> list[tuple[str, Due]]:
        """(case, due item) of everything that can still come, at the hour at which it will."""
        comes = session.profile.comes
        return [
            (
                f"{session.conversation}/{case}",
                replace(due, at=comes(due.at).isoformat(timespec="minutes")),
            )
            for case, tracker in session.cases.items()
            for due in tracker.dues
            if due.state in (tracker.state, tracker.origin)
        ]

    def calendar(self, session: Session, made_at: datetime) -> bytes:
        """The open reminders of all cases as an iCalendar file."""
        return to_ics(self.reminders(session), DUES, ZoneInfo(session.profile.zone), made_at)

    def _reading(self, tracker: Tracker) -> Callable[[str], str | None]:
        return self.voice.reading(tracker, paste=True)
