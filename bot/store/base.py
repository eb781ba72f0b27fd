"""What a store keeps and promises.

A *session* is one person's cases on one channel. A *work* is everything that one turn writes; it is committed
whole or not at all, and a commit that has returned survives kill -9 and power loss. The inbox holds updates
that were received but not handled, the outbox what is to be sent:

    inbox   new → working → done | dead        (dead after TRIES)
    outbox  new → sending → sent | dead | unknown        (unknown: sent, but nobody knows whether it arrived)

Times are UTC texts that sort (2026-11-20T02:00:00Z). Rows of one conversation are handed out in order, one
at a time; a row that fails never holds up another conversation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from bot.core.event import Event
from bot.core.profile import Profile
from bot.core.tracker import Tracker
from bot.store.records import Records

__all__ = [
    "DOUBTED",
    "LOST",
    "TRIES",
    "Claim",
    "Claimed",
    "Conflict",
    "Depth",
    "Entry",
    "Forgotten",
    "Hold",
    "Incoming",
    "Outgoing",
    "Overview",
    "Purged",
    "Retention",
    "Session",
    "Store",
    "Work",
]

TRIES = 3
"""So often is an update tried before it is dead; it then no longer blocks its conversation. A try that ended with
the whole process does not count."""

DOUBTED = "unknown"
"""The error of a message that is on its way a second time because nobody knows whether it has arrived."""

LOST = "lost"
"""The error of an unknown message about which nothing more is to be done."""


class Conflict(Exception):
    """Somebody else has committed to this conversation since it was loaded: load and do it again."""


class Claimed(Exception):
    """This update was handled before; nothing was written."""


@dataclass(slots=True)
class Session:
    """One person's cases; `active` is the one being talked about.

    `version` counts commits and guards against lost updates, `lengths` are the journal entries a case has,
    `sealed` holds what the person asked to keep, readable with the key only.
    """

    conversation: str
    cases: dict[str, Tracker] = field(default_factory=dict)
    active: str | None = None
    version: int = 0
    profile: Profile = field(default_factory=Profile)
    lengths: dict[str, int] = field(default_factory=dict)
    sealed: str | None = None

    @property
    def tracker(self) -> Tracker | None:
        return self.cases.get(self.active) if self.active else None

    def copy(self) -> Session:
        """A session that can be changed without changing this one; trackers are replaced, never mutated."""
        return replace(self, cases=dict(self.cases), lengths=dict(self.lengths))


@dataclass(frozen=True, slots=True)
class Claim:
    """The update that a turn answers, unique on its channel."""

    channel: str
    update_id: str

    def __str__(self) -> str:
        return f"{self.channel}:{self.update_id}"


@dataclass(frozen=True, slots=True)
class Entry:
    """One turn of one case in its journal."""

    case: str
    at: str
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message to send, not before `due_at`. `key` is unique, `reply_to` the claim it answers (or ""),
    `id` is given by the store."""

    key: str
    conversation: str
    payload: str
    due_at: str
    reply_to: str = ""
    state: str = "new"
    tries: int = 0
    error: str | None = None
    id: int = 0


@dataclass(frozen=True, slots=True)
class Incoming:
    """One received update; `payload` is sealed or of no personal content, and gone once it is done."""

    claim: Claim
    conversation: str
    payload: bytes
    received_at: str
    state: str = "new"
    tries: int = 0
    id: int = 0


@dataclass(frozen=True, slots=True)
class Work:
    """What one turn writes; one of a new session without cases leaves only its claim and its messages,
    no conversation. `wake` is when a case next has something due (None: never), for each case that
    changed; `counts` add up what came of each sentence."""

    session: Session
    entries: tuple[Entry, ...] = ()
    wake: Mapping[str, str | None] = field(default_factory=dict)
    claim: Claim | None = None
    outgoing: tuple[Outgoing, ...] = ()
    counts: Mapping[tuple[str, str], int] = field(default_factory=dict)
    at: str = ""

    @property
    def changed(self) -> tuple[str, ...]:
        """The cases that this work touches."""
        return tuple(dict.fromkeys([*(entry.case for entry in self.entries), *self.wake]))


@dataclass(frozen=True, slots=True)
class Overview:
    """A case in a list."""

    conversation: str
    case: str
    issue: str | None
    outcome: str | None
    opened_at: str
    updated_at: str
    wake: str | None


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was deleted, by kind."""

    cases: tuple[str, ...] = ()
    turns: int = 0
    messages: int = 0
    settings: bool = False
    records: int = 0

    @property
    def nothing(self) -> bool:
        return self == Forgotten()


@dataclass(frozen=True, slots=True)
class Retention:
    """Days that each kind is kept: closed and abandoned cases since their last turn, handled messages."""

    closed_days: int = 180
    idle_days: int = 365
    message_days: int = 2


@dataclass(frozen=True, slots=True)
class Purged:
    """How much was past its time."""

    cases: int = 0
    messages: int = 0
    records: int = 0


@dataclass(frozen=True, slots=True)
class Depth:
    """What waits: updates that are not handled, messages that are due and have not ended, and since when
    the longest overdue of these is due."""

    inbox: int
    outbox: int
    oldest: str | None


class Hold(Protocol):
    """What one process has and no other: it ends with `release` or with the process."""

    async def alive(self) -> bool:
        """Whether it is still ours. One that was lost does not come back: release it and ask again."""

    async def release(self) -> None:
        """Let others have it; a second time does nothing."""


class Store(Protocol):
    """Keeps sessions, inbox, outbox, counts and records. Raises StorageError when it cannot; then nothing was
    written."""

    @property
    def records(self) -> Records:
        """The records and tallies in this store."""

    async def load(self, conversation: str) -> Session:
        """The session, or an empty one of version 0. The caller owns it."""

    async def commit(self, work: Work) -> None:
        """Write it all, or raise Conflict or Claimed and write nothing."""

    async def journal(self, conversation: str, case: str) -> list[Entry]:
        """All turns of a case, in order."""

    async def overview(self, conversation: str | None = None) -> list[Overview]:
        """The cases of one person or of all, oldest first."""

    async def due(self, now: str, limit: int = 100, prefix: str = "") -> list[str]:
        """Conversations that begin with `prefix` in which something is due, the longest overdue first."""

    async def receive(self, updates: Sequence[Incoming]) -> int:
        """Put updates into the inbox; the number that were not there yet."""

    async def take_incoming(self, now: str, until: str, limit: int = 32) -> list[Incoming]:
        """The next update of each conversation that has none in work, theirs until `until`."""

    async def fail_incoming(self, claim: Claim) -> str:
        """Handling has failed: back to new, or dead after TRIES; the new state."""

    async def take_outgoing(self, now: str, until: str, limit: int = 32) -> list[Outgoing]:
        """The next message of each conversation that has none on its way, theirs until `until`."""

    async def settle(self, message: Outgoing, at: str) -> None:
        """Write what became of a message: its state, payload, due_at, tries and error. One that is new again is
        put back: those after it in its conversation wait for it, even when it is due later."""

    async def replies(self, claim: Claim) -> list[Outgoing]:
        """What was answered to an update, in order."""

    async def recover(self, now: str, *, alone: bool, sender: bool = False) -> int:
        """After a crash: messages on their way are unknown, updates in work are new again; how many.
        What was on its way a second time is LOST. `alone`: no other process serves this store, so leases need
        not have run out; `sender`: no other process sends, so those of messages need not."""

    async def unsettled(self) -> list[Outgoing]:
        """The messages that `recover` has left unknown and nobody has settled, the oldest first."""

    async def depth(self, now: str) -> Depth:
        """How much waits."""

    async def counts(self) -> dict[tuple[str, str], int]:
        """How often (sentence, what came back) has happened."""

    async def forget(self, conversation: str, case: str | None = None) -> Forgotten:
        """Delete one case, or everything of a person with the records and tallies that belong to the address,
        so that no copy is left in the store's files."""

    async def purge(self, now: str, retention: Retention) -> Purged:
        """Delete what is past its time, records too."""

    async def hold(self, name: str, who: str) -> Hold | None:
        """Have `name` (letters) for this process alone; None when another has it. `who` tells an admin which
        process this is."""

    async def holder(self, name: str) -> str:
        """Who has it, for when `hold` has given None: what they said, or "" when it was released. After a
        process was killed, who had it last."""

    async def close(self) -> None:
        """Let go of holds, files and connections; a second time does nothing."""
