"""Private chat: a person's words, presses and commands go to the agent; what is about the chat itself is answered here.

The conversation of a private chat is its address. A press counts only while the place that its button was made for
still holds; what is pressed twice or late leads nowhere and says so.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from html import escape

from bot.agent import Agent
from bot.channels.base import Update
from bot.channels.telegram.chats import ChatError, Chats, answered
from bot.channels.telegram.events import Message, Press, place
from bot.channels.telegram.layout import fold
from bot.channels.telegram.posts import Key, Post
from bot.channels.telegram.signing import Signed, Signer
from bot.core.profile import Profile
from bot.core.turn import Response
from bot.desk import Desk
from bot.i18n.script import text_in, written_in
from bot.serving import words
from bot.serving.albums import Albums
from bot.serving.answers import Answer
from bot.serving.buttons import Values
from bot.serving.quiet import hours, quiet_change
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
_TRADITIONAL = ("zh-hant", "zh-tw", "zh-hk", "zh-mo")
"""How the languages begin in which Telegram is set to Traditional Chinese; plain `zh` tells nothing."""


@dataclass(frozen=True, slots=True)
class Private:
    """Answers what comes from private chats."""

    agent: Agent
    desk: Desk
    chats: Chats
    signer: Signer
    values: Values
    albums: Albums = field(default_factory=Albums)

    # ── messages ────────────────────────────────────────────────────────────
    async def message(self, message: Message, claim: Claim) -> Answer:
        """A message, of which `/start` with a payload is seen to elsewhere."""
        if message.edited:
            moves = message.attachment == "location"  # one that is shared live, again and again
            return [] if moves else [await self._post(message.address, words.EDITED)]
        first = self.albums.mine(message.album, claim.update_id)
        if message.attachment and not message.text and message.command is None:
            return await self._attached(message) if first else []
        if message.command is not None:
            return await self._commanded(message, claim)
        if message.text.startswith("/") and "@" in message.text.split()[0]:
            return [await self._post(message.address, words.OTHERS)]
        script = written_in(message.text) or await self._guessed(message)
        return await self._said(message.address, "text", message.text, claim, script)

    async def _guessed(self, message: Message) -> str | None:
        """The script of somebody new, as far as their Telegram tells it."""
        language = (message.sender.language or "").lower()
        if not language.startswith(_TRADITIONAL) or await self.agent.cases(message.address):
            return None
        return "zh_Hant"

    async def _commanded(self, message: Message, claim: Claim) -> Answer:
        name, where = message.command or "", message.address
        if name in _CONTROLS:
            return await self._said(where, "button", f"cmd:{_CONTROLS[name]}", claim)
        if name == "start":
            return await self.started(message, claim)
        commands: Mapping[str, Callable[[Message, Claim], Awaitable[Answer]]] = {
            "new": self._new,
            "case": self._case,
            "cases": self._cases,
            "export": self._export,
            "quiet": self._quiet,
            "language": self._language,
        }
        if name in commands:
            return await commands[name](message, claim)
        if name == "help":
            return [await self._post(where, words.HELP)]
        text = words.IN_GROUPS if name in dict(words.GROUP_COMMANDS) else words.UNKNOWN
        return [await self._post(where, text.format(command=escape(name)))]

    async def started(self, message: Message, claim: Claim, issue: str = "") -> Answer:
        """The greeting, the open question again, or a problem that is known already."""
        where, script = message.address, await self._guessed(message)
        if issue:
            return await self._said(where, "button", f"issue:{issue}", claim, script)
        return await self._said(where, "begin", "", claim, script)

    async def _new(self, message: Message, claim: Claim) -> Answer:
        """Another case; one of which nothing was told yet is new enough. Who has none is greeted."""
        kind = "begin"
        if await self.agent.cases(message.address):
            now = await self.agent.still(message.address, _now())
            kind = "new" if now.issue or now.slots else "begin"
        return await self._said(message.address, kind, "", claim)

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
        covered = [part for each in things if each.blur for part in each.blur.split("、")]
        if covered:
            lines.append(words.PICTURE_BLUR.format(blur="、".join(dict.fromkeys(covered))))
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
        if signed.action == CASE:
            return await self._chosen_case(press, signed.argument, claim)
        if signed.action == EVIDENCE:
            return await self._noted(press, signed.argument, claim)
        await self._toast(press)
        if signed.action == EXPORT:
            return await self._exported(where, signed.argument)
        change = self._set_quiet if signed.action == QUIET else self._set_language
        answer = await change(where, signed.argument, claim)
        await self._settled(press, chosen=True)
        return answer

    async def _chosen_case(self, press: Press, case: str, claim: Claim) -> Answer:
        if case not in dict(await self.agent.cases(press.address)):
            await self._toast(press, words.TOASTS["stale"])
            return []
        await self._toast(press)
        return await self._said(press.address, "case", case, claim)

    async def _noted(self, press: Press, item: str, claim: Claim) -> Answer:
        """A thing of the evidence list is there. Pressed again it stays there."""
        if all(item != each.id for each in await self.desk.wanted(press.address)):
            await self._toast(press, words.TOASTS["noted"])
            await self._settled(press, chosen=False)
            return []
        await self._toast(press)
        await self._said(press.address, "evidence", item, claim)
        await self._settled(press, chosen=True)
        return None

    async def _exported(self, where: str, what: str) -> Answer:
        """A file, if it would still be offered: the case may be another one by now."""
        if all(what != offered for _, offered in await self._files(where)):
            return [await self._post(where, words.EXPORT_GONE)]
        return [Post(where, "", file=what)]

    async def _pressed(self, press: Press, argument: str, claim: Claim) -> Answer:
        packed, _, mark = argument.rpartition("~")
        value = self.values.unpacked(packed)
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
        await answered(self.chats, press.query, text)

    # ── the case ────────────────────────────────────────────────────────────
    async def _case(self, message: Message, claim: Claim) -> Answer:
        """What is known of the case. It goes out as a turn's answer does: private values are put in when it is
        sent, so that the store never has them."""
        folder = await self.desk.open(message.address)
        tracker = folder.session.tracker
        if tracker is None:
            return [await self._post(message.address, words.NO_CASES)]
        text = folder.file(tracker.case).to_text(folder.local(_now()).date())
        head, _, rest = text.partition("\n\n")
        if len(rest) > _CASE_LINES:
            whole, _, _ = rest[:_CASE_LINES].rpartition("\n")
            rest = f"{whole}\n{words.CASE_MORE}"
        shown = f"{head}\n\n{rest}".strip()
        return await self._set(message.address, lambda before: before, shown, claim)

    async def _cases(self, message: Message, _: Claim) -> Answer:
        listed = await self.desk.titles(message.address)
        if not listed:
            return [await self._post(message.address, words.NO_CASES)]
        keys = [(name, CASE, case) for case, name in listed]
        return [await self._post(message.address, words.CASES, keys)]

    async def _export(self, message: Message, _: Claim) -> Answer:
        files = await self._files(message.address)
        text = words.EXPORT if len(files) > 1 else words.EXPORT_NOTHING
        keys = [(label, EXPORT, what) for label, what in files]
        return [await self._post(message.address, text, keys)]

    async def _files(self, where: str) -> list[tuple[str, str]]:
        """(label, file) of what can be taken now."""
        folder = await self.desk.open(where)
        papers = folder.papers(_now())
        files = [(title, f"paper:{paper}") for paper, title in papers]
        files += [(words.EXPORT_ALL, "zip")] if papers else []
        files.append((words.EXPORT_DATA, "json"))
        if folder.dossier.reminders(folder.session):
            files.append((words.EXPORT_CALENDAR, "ics"))
        return files

    # ── settings ────────────────────────────────────────────────────────────
    async def _quiet(self, message: Message, claim: Claim) -> Answer:
        if message.text:
            return await self._set_quiet(message.address, message.text.strip(), claim)
        now = hours(await self.agent.profile(message.address))
        keys = [(label, QUIET, value) for label, value in words.QUIET]
        return [await self._post(message.address, words.QUIET_ASK.format(now=now), keys)]

    async def _set_quiet(self, where: str, text: str, claim: Claim) -> Answer:
        change = quiet_change(text)
        if change is None:
            return [await self._post(where, words.QUIET_WRONG.format(text=escape(text[:20])))]
        changed = change(await self.agent.profile(where))
        return await self._set(where, change, words.QUIET_DONE.format(now=hours(changed)), claim)

    async def _language(self, message: Message, claim: Claim) -> Answer:
        if value := words.LANGUAGE_NAMES.get(message.text.strip()):
            return await self._set_language(message.address, value, claim)
        keys = [(label, LANGUAGE, value) for label, value in words.LANGUAGES]
        return [await self._post(message.address, words.LANGUAGE_ASK, keys)]

    async def _set_language(self, where: str, value: str, claim: Claim) -> Answer:
        if value not in words.LANGUAGE_DONE:
            return []
        locale = None if value == "auto" else value
        said = words.LANGUAGE_DONE[value]
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
        chat, _ = place(where)
        made = [
            Key(text_in(label, locale), "data", self.signer.sign(chat, action, argument))
            for label, action, argument in keys or ()
        ]
        return Post(where, text_in(text, locale), tuple(fold(made)))


def _now() -> datetime:
    return datetime.now(UTC)
