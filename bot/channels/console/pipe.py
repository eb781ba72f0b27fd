"""The console without a terminal: one message a line, plain text or one JSON object a turn."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, TextIO

from bot.channels.base import Localize, Paperwork, Service, Update, WrittenIn
from bot.channels.clock import Clock, parse_advance
from bot.core.errors import StorageError
from bot.core.turn import Outcome, Response

__all__ = ["Conversation", "outcome_to_json", "run_json", "run_plain"]


@dataclass(slots=True)
class Conversation:
    """One user's side of the agent on a clock; `locale` follows how they write unless it is set."""

    agent: Service
    user: str
    clock: Clock
    localize: Localize
    locale: str | None = None
    written_in: WrittenIn | None = None
    paperwork: Paperwork | None = None
    written: str = "zh_Hans"

    async def begin(self) -> Outcome:
        return self._shown(await self.agent.begin(self.user, self.clock.now()))

    async def send(self, kind: str, value: str, update_id: str | None = None) -> Outcome:
        """One update: text, button, paste, new, case or evidence. The answer follows the script of the
        text; an `update_id` that was answered before gets the same answer."""
        value = value.encode("utf-8", "replace").decode()  # JSON may hold half an emoji
        if kind == "text" and self.written_in is not None:
            self.written = self.written_in(value) or self.written
        update = Update(self.user, kind, value, update_id)
        outcome = await self.agent.handle(update, self.clock.now())
        return self._shown(outcome)

    async def advance(self, span: str) -> Outcome:
        """Let time pass; everything that falls due is one turn. ValueError for an unreadable span."""
        by = parse_advance(span)
        if by is None:
            raise ValueError(f"看不懂的时间「{span}」，写成 3d、4h、30m 或 1w")
        outcomes = await self._let_pass(self.clock.now() + by)
        if not outcomes:
            return self._shown(await self.agent.still(self.user, self.clock.now()))
        return self._shown(_merged(outcomes))

    async def _let_pass(self, until: datetime) -> list[Outcome]:
        """Stop at everything that falls due on the way, as a program that never sleeps would."""
        outcomes: list[Outcome] = []
        while (due := await self.agent.next_due(self.user)) is not None and due <= until:
            self.clock.advance(max(due - self.clock.now(), timedelta()))
            outcomes += await self.agent.elapse(self.user, self.clock.now())
        self.clock.advance(until - self.clock.now())
        return outcomes

    def _shown(self, outcome: Outcome) -> Outcome:
        return self.localize(outcome, self.locale or self.written)


def _merged(outcomes: list[Outcome]) -> Outcome:
    """Several due turns as one: all texts and events, the buttons of the last."""
    responses: list[Response] = []
    for outcome in outcomes[:-1]:
        responses += [Response(each.text, each.copies) for each in outcome.responses]
    events = tuple(event for outcome in outcomes for event in outcome.events)
    last = outcomes[-1]
    return replace(last, responses=(*responses, *last.responses), events=events)


def outcome_to_json(outcome: Outcome) -> dict[str, Any]:
    """The turn as the command line contract prints it."""
    return {
        "turn": outcome.number,
        "state": outcome.state,
        "case": outcome.case,
        "issue": outcome.issue,
        "candidates": [{"issue": issue, "p": round(p, 4)} for issue, p in outcome.candidates],
        "slots": {name: value for name, value in outcome.slots.items() if name != "issue"},
        "responses": [
            {
                "text": response.text,
                "copy": [copy.text for copy in response.copies],
                "buttons": [
                    {
                        "label": b.label,
                        "value": b.value,
                        **({"issues": list(b.issues)} if b.issues else {}),
                    }
                    for b in response.buttons
                ],
            }
            for response in outcome.responses
        ],
        "events": [event.to_dict() for event in outcome.events],
        "due": [asdict(due) for due in outcome.due],
    }


async def run_json(talk: Conversation, lines: Iterable[str], out: TextIO) -> int:
    """Each input line is text or an object; each output line, flushed at once, is one turn."""
    for line in lines:
        line = line.rstrip("\r\n")
        if not line.strip():
            continue
        try:
            outcome = await _json_turn(talk, line)
        except (ValueError, StorageError) as error:
            print(json.dumps({"error": str(error)}, ensure_ascii=False), file=out, flush=True)
            continue
        print(json.dumps(outcome_to_json(outcome), ensure_ascii=False), file=out, flush=True)
    return 0


async def _json_turn(talk: Conversation, line: str) -> Outcome:
    if not line.lstrip().startswith("{"):
        return await talk.send("text", _unquoted(line))
    try:
        data = json.loads(line)
    except json.JSONDecodeError:
        return await talk.send("text", line)
    update_id = str(data.pop("id")) if isinstance(data, dict) and "id" in data else None
    if not isinstance(data, dict) or len(data) != 1:
        raise ValueError(f"一行写一个键：{_KEYS}；另外可以加一个 id")
    kind, value = next(iter(data.items()))
    if kind == "advance":
        return await talk.advance(str(value))
    if kind not in ("text", "button", "paste", "case", "new", "evidence"):
        raise ValueError(f"不认识的键 {kind}；可以写{_KEYS}")
    return await talk.send(kind, "" if kind == "new" else str(value), update_id)


_KEYS = "text、button、paste、advance、case、new、evidence"


def _unquoted(line: str) -> str:
    """A JSON string is its text; any other line is itself."""
    if line.startswith('"') and line.endswith('"') and len(line) > 1:
        try:
            value = json.loads(line)
        except json.JSONDecodeError:
            return line
        return str(value)
    return line


async def run_plain(talk: Conversation, lines: Iterable[str], out: TextIO) -> int:
    """One message per line, the reply as text; phrases to paste stand in a frame of their own."""
    await talk.begin()
    for line in lines:
        text = line.strip()
        if not text:
            continue
        if text in (":quit", ":q"):
            break
        print(f"> {text}\n", file=out)
        try:
            print(plain(await talk.send(*_typed(text))), file=out, flush=True)
        except StorageError as error:
            print(f"{error}\n", file=out, flush=True)
    return 0


_COMMANDS = {":why": "cmd:why", ":back": "cmd:back", ":help": "cmd:help"}


def _typed(line: str) -> tuple[str, str]:
    """A line as an update: the console's commands work here, too."""
    word, _, rest = line.partition(" ")
    if word in _COMMANDS:
        return "button", _COMMANDS[word]
    if word == ":new":
        return "new", ""
    if word == ":case" and rest:
        return "case", rest.strip()
    return "text", line


def plain(outcome: Outcome) -> str:
    """A turn as plain text."""
    blocks: list[str] = []
    for response in outcome.responses:
        if response.text:
            blocks.append(response.text)
        blocks += [f"┌ 复制这句\n│ {copy.text}\n└" for copy in response.copies]
        if response.buttons:
            blocks.append("  ".join(f"「{button.label}」" for button in response.buttons))
    return "\n".join(blocks) + "\n"


def parse_now(text: str | None) -> datetime | None:
    """`--now`; ValueError when it is no ISO time."""
    return datetime.fromisoformat(text).replace(tzinfo=None) if text else None
