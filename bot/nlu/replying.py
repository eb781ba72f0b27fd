"""What the other side did: its pasted words, or how the person tells it, while a coach or wait listens."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Protocol

from bot.core.calendar import Calendar
from bot.core.command import Aside, Command, Control, Reply, SetSlot
from bot.nlu.promises import promised_day
from bot.nlu.reading import Reading
from bot.nlu.replies import Reply as ReplyReading

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
_GRAVE_SURE = 0.8
_OWN = 12


_WON = re.compile(
    r"(?:真的|终于|已经|都|给我|帮我|同意|钱)?(?:解决|办成|办好|搞定|弄好|退|到账|恢复|解封|放出来|删掉?|撤|赔|谈成)(?:给我)?了|下线了|补发了|他号没了"
)
_NOT_WON = re.compile(
    r"[没未不]|说(?:是)?(?:已|解决)|显示|标[成记为]|状态|又|吗|么|就算|如果|要是|被(?:退|删|撤)|自己|驳|关了|结束|机器人|一半|部分|只退"
)
_SAID_BY_ME = frozenset({"转人工", "人工客服", "联系人工", "人工"})
"""The words that people send and then tell that they sent them."""
_STILL = re.compile(
    r"^(?:还|又|依然|仍然|都|全)?是?(?:那个|个)?(?:机器人|机器|那(?:一)?套|老(?:一)?套|自动回复|复读|智能客服)"
)


def _in_own_words(said: str) -> list[Command]:
    """What people say themselves of how it went: it worked, or it is the same again."""
    if len(said) <= _OWN and _WON.search(said) and not _NOT_WON.search(said):
        return [Reply("solved"), SetSlot("outcome", "solved")]
    if said in _SAID_BY_ME:
        return [Control("sent")]
    if len(said) <= _OWN and _STILL.match(said):
        return [Reply("repeated_template")]
    return []


class ReadsReplies(Protocol):
    """What is needed of a reader here."""

    def read_reply(self, text: str) -> ReplyReading: ...


class Replying:
    """Reads reactions; a number and a promised day found in them are kept as slots."""

    def __init__(self, reader: ReadsReplies, calendar: Calendar) -> None:
        self._reader, self._calendar = reader, calendar

    def pasted(self, text: str, now: datetime) -> list[Command]:
        """The words of the other side."""
        return self._reply(text, now, own=False)

    def coached(self, reading: Reading, now: datetime) -> list[Command]:
        """A message while a coach waits for the reaction; [] when it is about something else."""
        act, own = reading.act or "", len(reading.normalized) <= _OWN
        if act in _ACT_CONTROLS and not _WON.search(reading.normalized):
            return [Control(_ACT_CONTROLS[act])]
        if act == "cant_find_entry":
            return [Aside("menu_names")]
        told = _in_own_words(reading.normalized)
        if told:
            return told
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
        told = _in_own_words(reading.normalized)
        if told:
            return told
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
