"""What the other side did: its pasted words, or how the person tells it, while a coach or wait listens."""

from __future__ import annotations

from datetime import datetime

from bot.core.calendar import Calendar
from bot.core.command import Aside, Command, Control, Reply, SetSlot
from bot.nlu.promises import promised_day
from bot.nlu.reading import Reader, Reading

__all__ = ["Replying"]

_ACT_REPLIES = {
    "human_reached": "human_answered",
    "bot_marked_resolved": "marked_resolved",
    "no_reply_yet": "silence",
    "rejected_again": "refused",
}
_ACT_CONTROLS = {"done_step": "sent", "affirm": "sent", "unsure": "unsure"}
_QUIET_ACTS = frozenset({"greet", "thanks", "chitchat", "privacy_worry"})
_GRAVE = frozenset({"scam_signs", "human_answered"})
"""Classes that change everything; a short sentence of the person's own is not enough for them."""
_GRAVE_SURE = 0.6
_OWN = 12


class Replying:
    """Reads reactions; a number and a promised day found in them are kept as slots."""

    def __init__(self, reader: Reader, calendar: Calendar) -> None:
        self._reader, self._calendar = reader, calendar

    def pasted(self, text: str, now: datetime) -> list[Command]:
        """The words of the other side."""
        return self._reply(text, now, own=False)

    def coached(self, reading: Reading, now: datetime) -> list[Command]:
        """A message while a coach waits for the reaction; [] when it is about something else."""
        act, own = reading.act or "", len(reading.normalized) <= _OWN
        if act in _ACT_CONTROLS:
            return [Control(_ACT_CONTROLS[act])]
        if act == "cant_find_entry":
            return [Aside("menu_names")]
        if own and act in _ACT_REPLIES:
            return [Reply(_ACT_REPLIES[act])]
        reply = self._reply(reading.text, now, own=own)
        first = reply[0]
        if not isinstance(first, Reply) or first.reply != "other":
            return reply
        if act in _ACT_REPLIES:
            return [Reply(_ACT_REPLIES[act], first.fields), *reply[1:]]
        if act == "frustrated":
            return [Aside("frustrated")]
        return [] if act in _QUIET_ACTS else reply

    def waited(self, reading: Reading, now: datetime) -> list[Command]:
        """A message while the conversation waits; [] when it says nothing of the other side."""
        act = reading.act or ""
        if act == "no_reply_yet":
            return [Reply("silence")]
        if act in _ACT_CONTROLS or act == "deny":
            return [Control(_ACT_CONTROLS.get(act, "sent"))]
        reply = self._reply(reading.text, now, own=len(reading.normalized) <= _OWN)
        first = reply[0]
        return reply if isinstance(first, Reply) and first.reply != "other" else []

    def _reply(self, text: str, now: datetime, *, own: bool) -> list[Command]:
        reply = self._reader.read_reply(text)
        if own and reply.label in _GRAVE and reply.p < _GRAVE_SURE:
            return [Reply("other")]
        fields = dict(reply.with_)
        sets: list[Command] = []
        if ticket := fields.get("ticket_no"):
            sets.append(SetSlot("ticket_no", ticket))
        if words := fields.get("promised_time"):
            day = promised_day(words, now, self._calendar)
            if day is not None:
                fields["deadline"] = day.isoformat()
                sets.append(SetSlot("promise", day.isoformat()))
        if reason := fields.get("reason"):
            sets.append(SetSlot("reason_words", reason))
        return [Reply(reply.label, fields), *sets]
