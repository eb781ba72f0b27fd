"""Checks of meaning on papers and evidence, and their texts and guards for the checks that all texts share.

What goes to the other side is a `part`: nothing unverified may stand in it. `use` is said to the person, and
labels, hints and things to keep are `plain`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from bot.core.conditions import Condition
from bot.core.errors import Mark, did_you_mean
from bot.core.flow import FlowSet
from bot.core.paper import Evidence, Paper, PaperSection
from bot.core.text import Template
from bot.core.texts import GuardUse, TextUse
from bot.core.wording import Report

__all__ = ["check_papers", "paper_guards", "paper_texts"]


def paper_texts(flows: FlowSet) -> Iterator[TextUse]:
    """All texts of papers and evidence. Titles are names: 12315 is an office in them."""
    for paper in flows.papers.values():
        subject = f"材料 {paper.id}"
        yield TextUse(subject, paper.use.mark or paper.mark, "say", paper.use)
        for section in paper.sections:
            yield from _of_section(f"{subject} 的「{section.title}」", section)
    for issue, things in flows.evidence.items():
        for thing in things:
            words = (thing.title, thing.proves, thing.blur)
            yield from _plain(_subject(issue, thing), thing.mark, words)


def _of_section(subject: str, section: PaperSection) -> Iterator[TextUse]:
    for text in _pasted(section):
        yield TextUse(subject, text.mark or section.mark, "part", text)
    for line in section.fields:
        yield from _plain(subject, line.mark, (line.label, line.hint))


def _pasted(section: PaperSection) -> tuple[Template, ...]:
    return (*section.parts, *section.items, *(line.value for line in section.fields))


def _plain(subject: str, mark: Mark, texts: Iterable[str]) -> Iterator[TextUse]:
    for text in texts:
        if text and "{" not in text:  # braces are a problem of form, and reported as one
            yield TextUse(subject, mark, "plain", Template.parse(text))


def _subject(issue: str, thing: Evidence) -> str:
    return f"证据 {issue} 的 {thing.id}"


def paper_guards(flows: FlowSet) -> Iterator[GuardUse]:
    """All guards of papers and evidence."""
    for paper in flows.papers.values():
        subject = f"材料 {paper.id}"
        yield from _guard(subject, paper.mark, paper.guard)
        for section in paper.sections:
            inner = f"{subject} 的「{section.title}」"
            yield from _guard(inner, section.mark, section.guard)
            for line in section.fields:
                yield from _guard(f"{inner} 的{line.label}", line.mark, line.guard)
    for issue, things in flows.evidence.items():
        for thing in things:
            yield from _guard(_subject(issue, thing), thing.mark, thing.guard)


def _guard(subject: str, mark: Mark, guard: Condition | None) -> Iterator[GuardUse]:
    if guard is not None:
        yield GuardUse(subject, mark, guard)


def check_papers(flows: FlowSet, report: Report) -> None:
    """Issues, sources and placeholders of papers; issues and ids of evidence."""
    for paper in flows.papers.values():
        _check_paper(flows, paper, report)
    for issue, things in flows.evidence.items():
        if things:
            _check_issue(flows, issue, things[0].mark, f"证据 {issue}", report)
        _check_ids(issue, things, report)
    if not flows.evidence:
        return
    first = next((things[0].mark for things in flows.evidence.values() if things), flows.mark)
    for issue in flows.issues:
        if issue not in flows.evidence:
            report(
                Mark(first.file, 1),
                "evidence_missing",
                f"证据 {issue}",
                "这个问题没有证据清单",
                f"补上 {issue}: 要存的几样东西",
            )


def _check_paper(flows: FlowSet, paper: Paper, report: Report) -> None:
    subject = f"材料 {paper.id}"
    for issue in paper.issues:
        _check_issue(flows, issue, paper.mark, subject, report)
    for cite in paper.cites:
        _check_cite(flows, paper, cite, report)
    for name in paper.use.names:
        if not name.startswith("fact."):
            fact = f"use 里用了 {{{name}}}"
            report(paper.use.mark or paper.mark, "placeholder", subject, fact, "只写 {fact.编号}")
    for section in paper.sections:
        for text in _pasted(section):
            for name in text.names:
                if name.startswith(("reply.", "changed.")):
                    fact = f"写材料的时候没有 {{{name}}}"
                    fix = "改用槽位，如 {ticket_no}"
                    report(text.mark or section.mark, "placeholder", subject, fact, fix)


def _check_issue(flows: FlowSet, issue: str, mark: Mark, subject: str, report: Report) -> None:
    if issue not in flows.issues:
        fix = did_you_mean(issue, flows.issues)
        report(mark, "issue_unknown", subject, f"没有问题 {issue}", fix)


def _check_cite(flows: FlowSet, paper: Paper, cite: str, report: Report) -> None:
    """A paper rests only on what is official and in force."""
    subject, fact = f"材料 {paper.id}", flows.facts.get(cite)
    if fact is None:
        fix = did_you_mean(cite, flows.facts)
        report(paper.mark, "fact_unknown", subject, f"cites 里没有事实 {cite}", fix)
    elif fact.status != "official":
        told = f"cites 里的 {cite} 没有核实，或已被否定"
        report(paper.mark, "cite_unofficial", subject, told, "只引 official 的事实")
    elif not fact.usable(date.fromisoformat(flows.today)):
        told = f"cites 里的 {cite} 现在不在有效期内"
        report(paper.mark, "fact_expired", subject, told, "重新核对后改日期，或换一个")


def _check_ids(issue: str, things: tuple[Evidence, ...], report: Report) -> None:
    seen: dict[str, Evidence] = {}
    for thing in things:
        other = seen.setdefault(thing.id, thing)
        if other is not thing:
            fact = f"id 出现了两次（另一处在第 {other.mark.line} 行）"
            report(thing.mark, "evidence_twice", _subject(issue, thing), fact, "换一个 id")
