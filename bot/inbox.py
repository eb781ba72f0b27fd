"""Lines that were not understood, kept masked on this machine until somebody labels them.

Kept only where a person asked for it (`--inbox`, ZHENREN_INBOX). An item has no user, no case and no time
of day. Labelling turns it into a corpus line of the voice `inbox` and a regression test, in one step.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import yaml

from bot.core.command import CannotHandle, Clarify, Command
from bot.core.errors import ConfigError, did_you_mean
from bot.core.spec import State
from bot.core.tracker import Tracker
from bot.core.turn import digest
from bot.nlu.acts import ACTS
from bot.nlu.corpus import KINDS, OUT_OF_SCOPE
from bot.nlu.dangers import DANGERS
from bot.nlu.deciding import MENU
from bot.nlu.masking import mask
from bot.nlu.reply_signs import LABELS
from bot.turns import Reads

__all__ = ["Inbox", "Item", "Keeping", "inbox_at", "kind_of", "teach"]

log = logging.getLogger(__name__)

VOICE: Final = "inbox"
_SHORTEST: Final = 2
_FULL: Final = 1000


@dataclass(frozen=True, slots=True)
class Item:
    """One masked line. `why`: `unheard` (nothing was understood) or `unsure` (a question was asked);
    `guess` is what the line was taken for, and `state` where it was said."""

    id: str
    text: str
    why: str
    guess: str
    state: str
    day: str


class Inbox:
    """A JSON-lines file of items; the same words are kept once. False alarms are not kept: a line that
    was taken for a danger was understood, if wrongly, and is corrected in the corpus by hand."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def items(self) -> list[Item]:
        """What waits for a label, oldest first. ConfigError when the file is not an inbox."""
        if not self._path.exists():
            return []
        try:
            lines = self._path.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"读不了待听清单 {self._path}：{error}。请换一个文件") from None
        return [self._item(line, n) for n, line in enumerate(lines, 1) if line.strip()]

    def _item(self, line: str, number: int) -> Item:
        try:
            return Item(**json.loads(line))
        except (ValueError, TypeError):
            fix = "请删掉这一行，或换一个文件"
            raise ConfigError(f"{self._path}:{number}: 这一行不是待听清单的。{fix}") from None

    def keep(self, item: Item) -> None:
        """Append the item unless its words are there already, or the inbox is full."""
        items = self.items()
        if len(items) >= _FULL or any(each.id == item.id for each in items):
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a", encoding="utf-8") as file:
            file.write(_line(item))

    def item(self, id_: str) -> Item:
        """The item of that id; ConfigError when there is none."""
        items = {each.id: each for each in self.items()}
        if id_ not in items:
            raise ConfigError(f"待听清单里没有 {id_}。{did_you_mean(id_, items)}")
        return items[id_]

    def drop(self, id_: str) -> Item:
        """Remove an item; ConfigError when there is none."""
        item = self.item(id_)
        rest = "".join(_line(each) for each in self.items() if each.id != id_)
        self._path.write_text(rest, encoding="utf-8")
        return item


def inbox_at(path: Path | None) -> Inbox | None:
    """The inbox of that file; without a path nothing is kept."""
    return None if path is None else Inbox(path)


class Keeping:
    """An interpreter that puts what it did not understand into an inbox."""

    def __init__(self, inner: Reads, inbox: Inbox) -> None:
        self._inner, self._inbox = inner, inbox

    def read(
        self, kind: str, value: str, tracker: Tracker, state: State, now: datetime
    ) -> list[Command]:
        """As the inner interpreter reads; only typed words are kept, never pasted ones."""
        commands = self._inner.read(kind, value, tracker, state, now)
        guess = next(filter(None, map(_guess, commands)), "")
        unheard = any(isinstance(each, CannotHandle) for each in commands)
        why = "unheard" if unheard else "unsure" if guess else None
        if kind == "text" and why and len(value.strip()) >= _SHORTEST:
            text = " ".join(mask(value).split())
            day = now.date().isoformat()
            self._keep(Item(digest(text), text, why, guess, state.id, day))
        return commands

    def _keep(self, item: Item) -> None:
        """Learning is no reason to let a person down: what cannot be kept is only logged."""
        try:
            self._inbox.keep(item)
        except (ConfigError, OSError) as error:
            log.warning("inbox: %s", error)


def _guess(command: Command) -> str:
    """The likeliest problem of a question; the menu guesses nothing."""
    if not isinstance(command, Clarify) or command.question.id.startswith(MENU):
        return ""
    return command.candidates[0][0] if command.candidates else ""


def _line(item: Item) -> str:
    return json.dumps(asdict(item), ensure_ascii=False) + "\n"


def kind_of(label: str, nlu_dir: Path) -> tuple[str, Path]:
    """What kind of line a label teaches, and the corpus file that it goes to."""
    if label == OUT_OF_SCOPE:
        return "issue", nlu_dir / f"{OUT_OF_SCOPE}.yaml"
    for kind, labels in _labels(nlu_dir):
        if label in labels:
            return kind, nlu_dir / KINDS[kind] / f"{label.replace('.', '_')}.yaml"
    known = [label for _, labels in _labels(nlu_dir) for label in labels]
    raise ConfigError(f"没有标签 {label}。{did_you_mean(label, known)}")


def _labels(nlu_dir: Path) -> Iterator[tuple[str, Sequence[str]]]:
    issues = sorted((nlu_dir / KINDS["issue"]).glob("*.yaml"))
    yield "issue", [path.stem.replace("_", ".", 1) for path in issues]
    yield "act", ACTS
    yield "reply", LABELS
    yield "danger", DANGERS


def teach(item: Item, label: str, nlu_dir: Path, tests: Path) -> Path:
    """Write the line into the corpus and into the regression tests; the corpus file.

    Both files are made ready before either is written; a line that is there already is not doubled.
    """
    kind, corpus = kind_of(label, nlu_dir)
    line = "    " + yaml.safe_dump([item.text], allow_unicode=True, width=10_000).strip()
    lines = corpus.read_text(encoding="utf-8").splitlines()
    if line not in lines:
        lines.insert(_place(lines), line)
    case = "- " + json.dumps({"text": item.text, kind: label}, ensure_ascii=False)
    tests.parent.mkdir(parents=True, exist_ok=True)
    cases = tests.read_text(encoding="utf-8").splitlines() if tests.is_file() else []
    if case not in cases:
        cases.append(case)
    for path, text in ((corpus, lines), (tests, cases)):
        path.write_text("\n".join(text) + "\n", encoding="utf-8")
    return corpus


def _place(lines: list[str]) -> int:
    """Behind the last line of the voice, which is begun at the end of the file when it is new."""
    head = f"  {VOICE}:"
    if head not in lines:
        lines.append(head)
    at = lines.index(head) + 1
    while at < len(lines) and lines[at].startswith("    "):
        at += 1
    return at
