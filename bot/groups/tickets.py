"""Tickets of the volunteers' desk: what is kept about one request for help, and who had to do with it.

    asked → waiting → claimed → (gone)        each may end: withdrawn, closed, after 72 hours

A person has at most one ticket, recorded under their own address, so that it is forgotten with them. It holds the
masked summary and no other words. Two indexes under the desk's address lead from a card to its person: by the
ticket's code, by the message. The log is the person's: who, when and what kind, kept 30 days.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from typing import Any

from bot.channels.telegram.events import address, place
from bot.groups.ground import Ground
from bot.groups.standing import Standing, changed, later
from bot.store.records import Record

__all__ = ["HOURS", "OFFER", "Access", "Ticket", "Tickets"]

HOURS = 72
"""So long does a ticket live."""

OFFER = timedelta(minutes=30)
"""So long may a person think about it."""

_TICKET = "ticket"
_CODE = "desk"
_CARD = "desk_card"
_ACCESS = "access"
_LOGGED = timedelta(days=30)
_GRACE = timedelta(hours=1)
_LETTERS = "ACDEFHJKLMNPQRTUVWXY34679"  # none that looks like another


@dataclass(frozen=True, slots=True)
class Ticket:
    """One request for help. `desk` is the desk's address, `by` the volunteer who took it, `cards` are the bot's
    messages on the desk that are known; the first is the card."""

    code: str
    user: int
    desk: str
    summary: str
    state: str = "asked"
    by: int = 0
    cards: tuple[int, ...] = ()

    @property
    def desk_chat(self) -> int:
        return place(self.desk)[0]

    @classmethod
    def of(cls, record: Record) -> Ticket:
        """The ticket of a record."""
        value: Mapping[str, Any] = record.value
        return cls(**{**value, "cards": tuple(value["cards"])})


@dataclass(frozen=True, slots=True)
class Access:
    """Somebody had to do with a ticket; `who` is 0 for the desk as a whole."""

    at: str
    code: str
    who: int
    what: str


class Tickets:
    """Reads and writes tickets. A ticket whose time is over is none."""

    def __init__(self, ground: Ground) -> None:
        self._ground, self._standing = ground, Standing(ground)

    async def of_user(self, user: int) -> Ticket | None:
        """A person's ticket."""
        record = await self._ground.records.get(_TICKET, address(user))
        if record is None or (record.due_at or "") <= self._ground.at:
            return None
        return await self._ticket(record)

    async def _ticket(self, record: Record) -> Ticket:
        """The ticket of a record; its desk may have a new id."""
        ticket = Ticket.of(record)
        chat, thread = place(ticket.desk)
        return replace(ticket, desk=address(await self._standing.current(chat), thread))

    async def by_code(self, desk_chat: int, code: str) -> Ticket | None:
        """The ticket of a code on this desk."""
        return await self._indexed(_CODE, f"{address(desk_chat)}/{code}", code)

    async def by_card(self, desk_chat: int, message: int) -> Ticket | None:
        """The ticket of one of the bot's messages on this desk."""
        return await self._indexed(_CARD, f"{address(desk_chat)}/{message}", None)

    async def _indexed(self, kind: str, key: str, code: str | None) -> Ticket | None:
        found = await self._ground.records.get(kind, key)
        if found is None:
            return None
        ticket = await self.of_user(int(found.value["user"]))
        return ticket if ticket and ticket.code == (code or found.value["code"]) else None

    async def offer(self, user: int, desk: str, summary: str) -> Ticket | None:
        """A new ticket that its person has yet to agree to; None when one is open already."""
        ticket = Ticket(self._code(), user, desk, summary)
        due_at = later(self._ground, OFFER)

        def change(before: Record) -> Record | None:
            if before.version and before.value["state"] != "asked":
                return None
            return replace(before, value=asdict(ticket), due_at=due_at, expires_at=due_at)

        done = await changed(self._ground, _TICKET, address(user), change)
        return ticket if done else None

    def _code(self) -> str:
        return "".join(secrets.choice(_LETTERS) for _ in range(6))

    async def agree(self, ticket: Ticket) -> Ticket | None:
        """It waits on the desk from now on; None when it did not have to be agreed to any more."""
        expires_at = later(self._ground, timedelta(hours=HOURS) + _GRACE)
        due_at = later(self._ground, timedelta(hours=HOURS))
        after = await self._step(ticket, "asked", due_at, expires_at, state="waiting")
        if after is not None:
            await self._index(_CODE, after, after.code)
        return after

    async def claim(self, ticket: Ticket, volunteer: int) -> Ticket | None:
        """It is this volunteer's; None when it is somebody's already. Of two at once one gets it."""
        return await self._step(ticket, "waiting", state="claimed", by=volunteer)

    async def place(self, ticket: Ticket, message: int) -> None:
        """A message of the bot's on the desk belongs to this ticket."""

        def change(before: Record) -> Record | None:
            if before.value.get("code") != ticket.code or message in before.value["cards"]:
                return None
            return replace(
                before, value={**before.value, "cards": [*before.value["cards"], message]}
            )

        if await changed(self._ground, _TICKET, address(ticket.user), change) is not None:
            await self._index(_CARD, ticket, str(message))

    async def _step(
        self,
        ticket: Ticket,
        expected: str,
        due_at: str | None = None,
        expires_at: str | None = None,
        **news: Any,
    ) -> Ticket | None:
        def change(before: Record) -> Record | None:
            known = before.value
            if known.get("code") != ticket.code or known["state"] != expected:
                return None
            return replace(
                before,
                value={**known, **news},
                due_at=due_at or before.due_at,
                expires_at=expires_at or before.expires_at,
            )

        done = await changed(self._ground, _TICKET, address(ticket.user), change)
        return await self._ticket(done) if done else None

    async def _index(self, kind: str, ticket: Ticket, tail: str) -> None:
        expires_at = later(self._ground, timedelta(hours=HOURS) + _GRACE)
        value = {"user": ticket.user, "code": ticket.code}
        key = f"{address(ticket.desk_chat)}/{tail}"
        await changed(
            self._ground,
            kind,
            key,
            lambda before: replace(before, value=value, expires_at=expires_at),
        )

    async def end(self, user: int, code: str) -> Ticket | None:
        """Delete a ticket and what leads to it: the ticket as it was, for one caller only; None when it is not
        there."""
        record = await self._ground.records.get(_TICKET, address(user))
        if record is None or record.value["code"] != code:
            return None
        record = await self._ground.records.take(_TICKET, address(user))
        if record is None:
            return None
        ticket = await self._ticket(record)
        where = address(ticket.desk_chat)
        await self._ground.records.take(_CODE, f"{where}/{ticket.code}")
        for card in ticket.cards:
            await self._ground.records.take(_CARD, f"{where}/{card}")
        return ticket

    async def over(self) -> Sequence[Ticket]:
        """The tickets whose time has come."""
        return [
            Ticket.of(each) for each in await self._ground.records.due(_TICKET, self._ground.at)
        ]

    # ── the log ─────────────────────────────────────────────────────────────
    async def note(self, ticket: Ticket, who: int, what: str) -> None:
        """Write down that somebody had to do with a ticket."""
        before = await self._ground.records.find(_ACCESS, f"{address(ticket.user)}/")
        moment = f"{self._ground.now():%Y%m%dT%H%M%S%f}-{len(before):05}"  # a key sorts by time
        record = Record(
            _ACCESS,
            f"{address(ticket.user)}/{moment}-{secrets.token_hex(3)}",
            asdict(Access(self._ground.at, ticket.code, who, what)),
            expires_at=later(self._ground, _LOGGED),
        )
        await self._ground.records.put(record, self._ground.at)

    async def log(self, user: int) -> list[Access]:
        """Who had to do with a person's tickets, in order."""
        found = await self._ground.records.find(_ACCESS, f"{address(user)}/")
        return [Access(**each.value) for each in found]

    async def count(self, user: int, what: str, since: Callable[[str], bool]) -> int:
        """How often something of a kind happened at times that `since` accepts."""
        return sum(each.what == what and since(each.at) for each in await self.log(user))
