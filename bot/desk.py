"""The desk: where a person's whole folder is opened, read and taken out, whoever asks for it.

A folder is a copy read once; nothing that is done with it changes the case. Papers are dated in the person's own
time: a moment with a zone is turned into it, one without is taken as theirs.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from bot.cases.casefile import CaseFile
from bot.cases.document import Document
from bot.cases.veil import Veil
from bot.cases.zones import local_time
from bot.core.errors import ConfigError, did_you_mean
from bot.core.paper import Evidence
from bot.dossier import Dossier
from bot.store.base import Entry, Session, Store

__all__ = ["Desk", "Folder"]

_NO_PAPERS = "这个案子还没有能写的材料：先聊到它知道是什么问题"


@dataclass(frozen=True, slots=True)
class Folder:
    """One person's cases with their journals. Texts that leave it have their private values where `veil`
    knows them. Raises ConfigError for a case or paper that is not there."""

    dossier: Dossier
    session: Session
    journals: Mapping[str, list[Entry]]
    veil: Veil

    def case(self, name: str | None) -> str:
        """The case that is meant: the active one when none is named."""
        wanted = name or self.session.active or next(iter(self.session.cases), "")
        if wanted not in self.session.cases:
            raise ConfigError(f"没有案子 {wanted}。{did_you_mean(wanted, self.session.cases)}")
        return wanted

    def file(self, case: str) -> CaseFile:
        """The case file, still veiled: its texts go through `show`."""
        return self.dossier.file(self.session.cases[case], self.journals[case])

    def local(self, moment: datetime) -> datetime:
        """The person's wall time."""
        return local_time(moment, self.session.profile.zone)

    def show(self, text: str) -> str:
        return self.veil.show(text)

    def documents(self, case: str, made_at: datetime) -> list[Document]:
        """All papers that fit the case."""
        made_at = self.local(made_at)
        tracker = self.session.cases[case]
        made = self.dossier.papers(tracker, self.journals[case], made_at.date())
        return [document.through(self.veil.show) for document in made]

    def papers(self, made_at: datetime) -> list[tuple[str, str]]:
        """(id, title) of the papers that fit the active case."""
        tracker = self.session.tracker
        made = self.documents(tracker.case, made_at) if tracker else []
        return [(document.id, document.title) for document in made]

    def everything(self) -> dict[str, Any]:
        """All that is kept of the person, JSON-able."""
        show = self.veil.show
        cases = [
            {
                **_shown(self.file(case).to_dict(), show),
                "state": tracker.state,
                "slots": _shown(dict(tracker.slots), show),
                "journal": [
                    {"at": entry.at, "events": [_shown(e.to_dict(), show) for e in entry.events]}
                    for entry in self.journals[case]
                ],
            }
            for case, tracker in self.session.cases.items()
        ]
        profile = self.session.profile.to_dict()
        settings = {name: value for name, value in profile.items() if name != "hidden"}
        return {"user": self.session.conversation, "settings": settings, "cases": cases}

    def export(self, kind: str, case: str | None, paper: str | None, made_at: datetime) -> bytes:
        """The folder, or a case or paper of it, as a file: json for all of it, ics for its calendar, zip for
        all papers of a case, a format of `rendering.formats` for one of them, the first when none is named."""
        made_at = self.local(made_at)
        if kind == "json":
            return (json.dumps(self.everything(), ensure_ascii=False, indent=2) + "\n").encode()
        if kind == "ics":
            if not self.dossier.reminders(self.session):
                raise ConfigError("现在没有要提醒的日子，日历里没什么可放")
            return self.dossier.calendar(self.session, made_at)
        documents = self.documents(self.case(case), made_at)
        if not documents:
            raise ConfigError(_NO_PAPERS)
        if kind == "zip":
            return self._bundle(documents, made_at)
        return _rendered(kind, _named(documents, paper))

    def take(self, paper: str | None, made_at: datetime) -> tuple[str, bytes]:
        """A file name and its content: one paper of the active case as PDF, or all of them as ZIP."""
        if paper is None:
            return "全部材料.zip", self.export("zip", None, None, made_at)
        documents = self.documents(self.case(None), made_at)
        if not documents:
            raise ConfigError(_NO_PAPERS)
        document = _named(documents, paper)
        return f"{document.title}.pdf", _rendered("pdf", document)

    def _bundle(self, documents: list[Document], made_at: datetime) -> bytes:
        from bot.cases.rendering.bundle import to_zip  # noqa: PLC0415 - 20 ms: most people take nothing out

        extra: dict[str, bytes] = {}
        if self.dossier.reminders(self.session):
            extra["提醒.ics"] = self.dossier.calendar(self.session, made_at)
        return to_zip(documents, made_at.date(), extra)


class Desk:
    """Opens folders over a store. `veil` gives what is known of a person's private values."""

    def __init__(
        self,
        store: Store,
        dossier: Callable[[], Dossier],
        veil: Callable[[Session], Awaitable[Veil]],
    ) -> None:
        """`dossier` is called when the first folder is opened: most conversations never need one."""
        self._store, self._dossier, self._veil = store, cache(dossier), veil

    async def evidence(self, user: str) -> list[tuple[str, str, bool]]:
        """The evidence list of the active case."""
        folder = await self.open(user)
        if folder.session.tracker is None:
            return []
        things = folder.file(folder.session.tracker.case).evidence
        return [(each.id, each.title, each.have) for each in things]

    async def wanted(self, user: str) -> list[Evidence]:
        """What the active case still lacks of its evidence list."""
        folder = await self.open(user)
        return folder.dossier.wanted(folder.session.tracker) if folder.session.tracker else []

    async def summary(self, user: str) -> str:
        """The active case in a few lines: the problem, what was told, how far it is. Private values stay behind
        their placeholders; empty while the problem is not known."""
        folder = await self.open(user)
        tracker = folder.session.tracker
        if tracker is None or tracker.issue is None:
            return ""
        file = folder.file(tracker.case)
        lines = [f"问题：{file.problem}", *(f"{each.title}：{each.value}" for each in file.facts)]
        return "\n".join([*lines, f"进度：{file.stage}"] if file.stage else lines)

    async def titles(self, user: str) -> list[tuple[str, str]]:
        """(id, title) of all cases, the active one first."""
        folder = await self.open(user)
        session = folder.session
        cases = sorted(session.cases, key=lambda case: case != session.active)
        return [(case, folder.dossier.title(session.cases[case])) for case in cases]

    async def papers(self, user: str, now: datetime) -> list[tuple[str, str]]:
        """The papers that fit the active case."""
        return (await self.open(user)).papers(now)

    async def take(self, user: str, paper: str | None, now: datetime) -> tuple[str, bytes]:
        """One paper of the active case as PDF, or all of them as ZIP."""
        return (await self.open(user)).take(paper, now)

    async def open(self, conversation: str) -> Folder:
        """The person's folder, empty when nothing is kept of them."""
        session = await self._store.load(conversation)
        journals = {case: await self._store.journal(conversation, case) for case in session.cases}
        return Folder(self._dossier(), session, journals, await self._veil(session))


def _rendered(kind: str, document: Document) -> bytes:
    from bot.cases.rendering.formats import FORMATS  # noqa: PLC0415 - 20 ms: most people take nothing out

    return FORMATS[kind].render(document)


def _named(documents: list[Document], paper: str | None) -> Document:
    """The document with this id, the first when none is named. ConfigError when there is no such one."""
    names = [document.id for document in documents]
    wanted = paper or names[0]
    if wanted not in names:
        raise ConfigError(f"这个案子没有 {wanted} 这份材料。{did_you_mean(wanted, names)}")
    return documents[names.index(wanted)]


def _shown(value: Any, show: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return show(value)
    if isinstance(value, dict):
        return {key: _shown(each, show) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_shown(each, show) for each in value]
    return value
