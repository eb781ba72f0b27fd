"""The case file: where one case stands, for the person whose case it is.

A view and nothing more: it is made of a Tracker, the events of the case and the evidence list, and is never
stored. `to_dict` is plain JSON data with ids beside the words; `to_text` is for a terminal, without markup.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.cases.timeline import DUES, OUTCOMES, Moment, Words, clock, lines, timeline
from bot.core.event import Event
from bot.core.paper import Evidence
from bot.core.tracker import Due, Tracker

__all__ = ["CaseFile", "Known", "Thing", "casefile"]


@dataclass(frozen=True, slots=True)
class Known:
    """One thing that the person has told: the slot's name and title, the value as it is read."""

    slot: str
    title: str
    value: str


@dataclass(frozen=True, slots=True)
class Thing:
    """One item of the evidence list, and whether the person has it."""

    id: str
    title: str
    proves: str
    have: bool


@dataclass(frozen=True, slots=True)
class CaseFile:
    """Where a case stands. `problem`, `second`, `stage`, `outcome` are words, None while there is nothing to
    say; `unsure` are titles; `dues` are those that can still come, soonest first; `missing` is what the next paper still lacks."""

    case: str
    opened: str | None
    problem: str | None
    second: str | None
    stage: str | None
    ladder: tuple[str, ...]
    facts: tuple[Known, ...]
    unsure: tuple[str, ...]
    dues: tuple[Due, ...]
    outcome: str | None
    evidence: tuple[Thing, ...]
    missing: tuple[str, ...]
    moments: tuple[Moment, ...]

    def to_dict(self) -> dict[str, Any]:
        """Data that `json` can write; times are ISO local times without zone."""
        return {
            "case": self.case,
            "opened": self.opened,
            "problem": self.problem,
            "second": self.second,
            "stage": self.stage,
            "ladder": list(self.ladder),
            "facts": [{"slot": f.slot, "title": f.title, "value": f.value} for f in self.facts],
            "unsure": list(self.unsure),
            "due": [{"kind": d.kind, "at": d.at, "title": _due(d)} for d in self.dues],
            "outcome": self.outcome,
            "evidence": [
                {"id": t.id, "title": t.title, "proves": t.proves, "have": t.have}
                for t in self.evidence
            ],
            "missing": list(self.missing),
            "timeline": [
                {"at": m.at.isoformat(timespec="seconds"), "kind": m.kind, "text": m.text}
                for m in self.moments
            ],
        }

    def to_text(self, today: date) -> str:
        """The file in Chinese, a heading and its lines for each part that has something to say."""
        parts: list[tuple[str, list[str]]] = [
            ("你说过的", [f"{fact.title}：{fact.value}" for fact in self.facts]),
            ("还说不准的", list(self.unsure)),
            (
                "证据",
                [f"{'有' if t.have else '缺'}  {t.title}（{t.proves}）" for t in self.evidence],
            ),
            ("写材料还缺", list(self.missing)),
            ("接下来", [f"{clock(due.at)} {_due(due)}" for due in self.dues]),
            ("经过", lines(self.moments, today)),
        ]
        blocks = ["\n".join(self._head())]
        blocks += [
            "\n".join([title, *(f"  {line}" for line in body)]) for title, body in parts if body
        ]
        return "\n\n".join(blocks)

    def _head(self) -> Iterator[str]:
        yield f"问题：{self.problem or '还没定下来'}"
        if self.second:
            yield f"另一件：{self.second}"
        if self.ladder:
            steps = (f"【{step}】" if step == self.stage else step for step in self.ladder)
            yield "进度：" + " → ".join(steps)
        elif self.stage:
            yield f"进度：{self.stage}"
        if self.outcome:
            yield f"结果：{self.outcome}"


def casefile(
    tracker: Tracker,
    events: Iterable[Event],
    words: Words,
    evidence: Sequence[Evidence] = (),
    noted: Collection[str] = (),
    missing: Sequence[str] = (),
) -> CaseFile:
    """The file of a case. An evidence item whose guard does not hold is not asked for, unless it is noted."""
    issue = tracker.issue or ""
    here = (
        tracker.state,
        tracker.origin,
    )  # a reminder of a state that was left goes without a word
    known = [
        (name, slot, value) for name, value in tracker.slots.items() if (slot := words.shown(name))
    ]
    return CaseFile(
        tracker.case,
        tracker.opened,
        words.titles.get(issue),
        words.titles.get(tracker.second or ""),
        tracker.stage,
        words.ladders.get(issue, ()),
        tuple(Known(name, slot.title, slot.label(value)) for name, slot, value in known),
        tuple(
            slot.title
            for name in words.slots
            if name in tracker.unsure and (slot := words.shown(name))
        ),
        tuple(sorted((due for due in tracker.dues if due.state in here), key=lambda due: due.at)),
        OUTCOMES.get(tracker.outcome, tracker.outcome) if tracker.outcome else None,
        tuple(
            Thing(each.id, each.title, each.proves, each.id in noted)
            for each in evidence
            if each.id in noted or each.guard is None or each.guard.test(tracker)
        ),
        tuple(missing),
        timeline(events, words),
    )


def _due(due: Due) -> str:
    return DUES.get(due.kind, "回来看看")
