"""Private chat: a person's words, presses and commands go to the agent; what is about the chat itself is answered here.

The conversation of a private chat is its address. A press counts only while the place that its button was made for
still holds; what is pressed twice or late leads nowhere and says so.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from html import escape

from bot.agent import Agent
from bot.cases.zones import is_zone
from bot.channels.base import Update
from bot.channels.telegram.chats import ChatError, Chats
from bot.channels.telegram.events import Message, Press
from bot.channels.telegram.layout import fold
from bot.channels.telegram.posts import Key, Post
from bot.channels.telegram.signing import Signed, Signer
from bot.core.profile import Profile
from bot.core.turn import Response
from bot.desk import Desk
from bot.i18n.script import text_in, written_in
from bot.serving import words
from bot.serving.answers import Answer
from bot.serving.sender import ENGINE
from bot.store.base import Claim

__all__ = ["ACTIONS", "Private"]

log = logging.getLogger(__name__)

CASE, EVIDENCE, EXPORT, QUIET, LANGUAGE = "c", "e", "x", "q", "l"
ACTIONS = frozenset({ENGINE, CASE, EVIDENCE, EXPORT, QUIET, LANGUAGE})
"""The actions of buttons in private chat; everything else is the groups'."""

_CONTROLS = {"back": "back", "why": "why", "forget": "forget", "stop": "cancel", "repeat": "repeat"}
"""Commands that a case understands by itself."""
_READ = {"photo", "document", "video", "animation"}
_CASE_LINES = 3000


@dataclass(frozen=True, slots=True)
class Private:
    """Answers what comes from private chats."""

    agent: Agent
    desk: Desk
    chats: Chats
    signer: Signer

    # ── messages ────────────────────────────────────────────────────────────
    async def message(self, message: Message, claim: Claim) -> Answer:
        """A message, of which `/start` with a payload is seen to elsewhere."""
        if message.edited:
            return [await self._post(message.address, words.EDITED)]
        if message.attachment and not message.text:
            return await self._attached(message)
        if message.command is None:
            script = written_in(message.text)
            return await self._said(message.address, "text", message.text, claim, script)
        return await self._commanded(message, claim)

    async def _commanded(self, message: Message, claim: Claim) -> Answer:
        name, where = message.command or "", message.address
        if name in _CONTROLS:
            return await self._said(where, "button", f"cmd:{_CONTROLS[name]}", claim)
        if name == "start":
            return await self.started(where, claim)
        if name == "new":
            return await self._said(where, "new", "", claim)
        commands: Mapping[str, Callable[[Message, Claim], Awaitable[Answer]]] = {
            "case": self._case,
            "cases": self._cases,
            "export": self._export,
            "quiet": self._quiet,
            "language": self._language,
        }
        if name in commands:
            return await commands[name](message, claim)
        text = words.HELP if name == "help" else words.UNKNOWN.format(command=escape(name))
        return [await self._post(where, text)]

    async def started(self, where: str, claim: Claim, issue: str = "") -> Answer:
        """The greeting, the open question again, or a problem that is known already."""
        if issue:
            return await self._said(where, "button", f"issue:{issue}", claim)
        return await self._said(where, "begin", "", claim)

    async def _said(
        self, where: str, kind: str, value: str, claim: Claim, script: str | None = None
    ) -> Answer:
        """A turn, which the agent commits with its answer."""
        update = Update(where, kind, value, claim.update_id, claim.channel, True, script)
        await self.agent.handle(update, _now())
        return None

    async def _attached(self, message: Message) -> Answer:
        """A picture or a file: its text is not read, but it can be noted as evidence by name."""
        if message.attachment not in _READ:
            text = words.VOICE if message.attachment in ("voice", "audio") else words.OTHER
            return [await self._post(message.address, text)]
        things = await self.desk.wanted(message.address)
        lines = [words.PICTURE]
        if blur := "、".join(dict.fromkeys(each.blur for each in things if each.blur)):
            lines.append(words.PICTURE_BLUR.format(blur=blur))
        if not things:
            return [await self._post(message.address, "\n".join(lines))]
        lines.append(words.PICTURE_NOTE)
        keys = [(each.title, EVIDENCE, each.id) for each in things]
        return [await self._post(message.address, "\n".join(lines), keys)]

    # ── presses ─────────────────────────────────────────────────────────────
    async def press(self, press: Press, signed: Signed, claim: Claim) -> Answer:
        """A press whose data is genuine."""
        where = press.address
        if signed.action == ENGINE:
            return await self._pressed(press, signed.argument, claim)
        await self._toast(press)
        if signed.action == CASE:
            return await self._said(where, "case", signed.argument, claim)
        if signed.action == EVIDENCE:
            return await self._said(where, "evidence", signed.argument, claim)
        if signed.action == EXPORT:
            return [Post(where, "", file=signed.argument)]
        if signed.action == QUIET:
            return await self._set_quiet(where, signed.argument, claim)
        return await self._set_language(where, signed.argument, claim)

    async def _pressed(self, press: Press, argument: str, claim: Claim) -> Answer:
        value, _, mark = argument.rpartition("~")
        if mark and mark != await self.agent.mark(press.address):
            await self._toast(press, words.TOASTS["stale"])
            await self._settled(press, chosen=False)
            return []
        await self._toast(press)
        await self._said(press.address, "button", value, claim)
        await self._settled(press, chosen=not value.startswith("cmd:why"))
        return None

    async def _settled(self, press: Press, *, chosen: bool) -> None:
        """The pressed message keeps its phrases and what was chosen; its buttons are over."""
        keys = [(Key(label, "copy", text),) for label, text in press.copies]
        try:
            if chosen and press.html and press.label:
                text = f"{press.html}\n\n<i>› {escape(press.label, quote=False)}</i>"
                post = Post(press.address, text, tuple(keys))
                await self.chats.edit(press.chat.id, press.message, post)
            elif press.message:
                await self.chats.edit_keys(press.chat.id, press.message, keys)
        except (
            ChatError
        ) as error:  # the answer is on its way; how the old message looks matters less
            log.info("a message could not be edited (%s)", type(error).__name__)

    async def _toast(self, press: Press, text: str = "") -> None:
        try:
            await self.chats.answer(press.query, text)
        except ChatError as error:
            log.info("a press could not be answered (%s)", type(error).__name__)

    # ── the case ────────────────────────────────────────────────────────────
    async def _case(self, message: Message, _: Claim) -> Answer:
        folder = await self.desk.open(message.address)
        tracker = folder.session.tracker
        if tracker is None:
            return [await self._post(message.address, words.NO_CASES)]
        text = folder.show(folder.file(tracker.case).to_text(_now().date()))
        head, __, rest = text.partition("\n\n")
        quote = escape(rest[:_CASE_LINES], quote=False)
        shown = f"<b>{escape(head, quote=False)}</b>\n<blockquote expandable>{quote}</blockquote>"
        return [await self._post(message.address, shown)]

    async def _cases(self, message: Message, _: Claim) -> Answer:
        listed = await self.desk.titles(message.address)
        if not listed:
            return [await self._post(message.address, words.NO_CASES)]
        keys = [(name, CASE, case) for case, name in listed]
        return [await self._post(message.address, words.CASES, keys)]

    async def _export(self, message: Message, _: Claim) -> Answer:
        papers = await self.desk.papers(message.address, _now().replace(tzinfo=None))
        keys = [(title, EXPORT, f"paper:{paper}") for paper, title in papers]
        keys += [(words.EXPORT_ALL, EXPORT, "zip")] if papers else []
        keys.append((words.EXPORT_DATA, EXPORT, "json"))
        if await self.agent.next_due(message.address):
            keys.append((words.EXPORT_CALENDAR, EXPORT, "ics"))
        text = words.EXPORT if papers else f"{words.EXPORT_NOTHING}\n{words.EXPORT}"
        return [await self._post(message.address, text, keys)]

    # ── settings ────────────────────────────────────────────────────────────
    async def _quiet(self, message: Message, claim: Claim) -> Answer:
        if message.text:
            return await self._set_quiet(message.address, message.text.strip(), claim)
        now = _hours(await self.agent.profile(message.address))
        keys = [(label, QUIET, value) for label, value in words.QUIET]
        return [await self._post(message.address, words.QUIET_ASK.format(now=now), keys)]

    async def _set_quiet(self, where: str, text: str, claim: Claim) -> Answer:
        change = _quiet_change(text)
        if change is None:
            return [await self._post(where, words.QUIET_WRONG.format(text=escape(text[:20])))]
        changed = change(await self.agent.profile(where))
        return await self._set(where, change, words.QUIET_DONE.format(now=_hours(changed)), claim)

    async def _language(self, message: Message, _: Claim) -> Answer:
        keys = [(label, LANGUAGE, value) for label, value in words.LANGUAGES]
        return [await self._post(message.address, words.LANGUAGE_ASK, keys)]

    async def _set_language(self, where: str, value: str, claim: Claim) -> Answer:
        names = {code: label for label, code in words.LANGUAGES}
        if value not in names:
            return []
        locale = None if value == "auto" else value
        said = words.LANGUAGE_DONE.format(name=names[value])
        return await self._set(where, lambda before: replace(before, locale=locale), said, claim)

    async def _set(
        self, where: str, change: Callable[[Profile], Profile], said: str, claim: Claim
    ) -> Answer:
        update = Update(where, "settings", "", claim.update_id, claim.channel, True)
        await self.agent.configure(update, change, Response(said), _now())
        return None

    # ── posts ───────────────────────────────────────────────────────────────
    async def _post(
        self, where: str, text: str, keys: list[tuple[str, str, str]] | None = None
    ) -> Post:
        """A post of ours in the person's script; keys are (label, action, argument)."""
        profile = await self.agent.profile(where)
        locale = profile.locale or profile.script
        chat = int(where.removeprefix("tg:"))
        made = [
            Key(text_in(label, locale), "data", self.signer.sign(chat, action, argument))
            for label, action, argument in keys or ()
        ]
        return Post(where, text_in(text, locale), tuple(fold(made)))


def _now() -> datetime:
    return datetime.now(UTC)


def _hours(profile: Profile) -> str:
    """The quiet hours in words."""
    if profile.quiet is None or profile.quiet[0] == profile.quiet[1]:
        return f"随时提醒（{profile.zone}）"
    start, end = profile.quiet
    return f"{start} 点到 {end} 点不打扰（{profile.zone}）"


def _quiet_change(text: str) -> Callable[[Profile], Profile] | None:
    """What `22-8`, `off` or a zone change; None for anything else."""
    if text.lower() in ("off", "关", "关闭"):
        return lambda before: replace(before, quiet=None)
    if is_zone(text):
        return lambda before: replace(before, zone=text)
    start, dash, end = text.replace("－", "-").replace("~", "-").partition("-")
    if dash and start.strip().isdigit() and end.strip().isdigit():
        hours = (int(start) % 24, int(end) % 24)
        return lambda before: replace(before, quiet=hours)
    return None
