"""The panel of a group's admins: one message, edited in place, in the group or in an admin's private chat.

    set|<handle>/<code>/<value>|owner|expiry|tag

A button is its opener's, for ten minutes after it was last drawn. It says who may press, never what they may do:
reading asks whether the presser is an admin, each change asks Telegram again at that moment. In private chat a
*handle* stands for the group: a record (`panel`, `tg:42/1f3a9c`) that names it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from html import escape
from typing import Any

from bot.channels.telegram.chats import ChatError, ChatFacts, answered
from bot.channels.telegram.events import Press, Sender, address
from bot.channels.telegram.posts import Key, Post
from bot.channels.telegram.signing import Refused, Signed
from bot.groups.audit import Audit
from bot.groups.ground import Book, Ground
from bot.groups.panel_changes import Here, Invalid, Unknown, changed, page_of, with_faq
from bot.groups.panel_pages import Does, View, page
from bot.groups.permissions import Permissions, is_hidden_admin
from bot.groups.settings import Faq
from bot.groups.settings_rules import Checks
from bot.groups.standing import Standing, drawn

__all__ = ["ACTION", "Panel"]

ACTION = "set"
"""The action of this panel's buttons in signed data."""

_KIND = "panel"
_OPEN = 600
_HANDLE = timedelta(days=1)
_TAKEN_AWAY = 60
_TOAST = 200

_EXPIRED = "面板过期了，重新发 /settings"
_UNKNOWN = "这个按钮认不出来了，重新发 /settings"
_FOREIGN = "这是别人打开的，要改设置就自己发 /settings"
_FAILED = "没改成，等一会儿再试"
_READERS = "设置只有这个群的管理员能看。"
_CHANGERS = "要有「修改群信息」权限的管理员才能改。"
_REFUSALS = {"expired": _EXPIRED, "foreign": _FOREIGN}
_HOW = "这样加一条：/faq 关键词 = 回答\n只认一模一样的：/faq 「关键词」 = 回答"
_QUOTES = ("「」", "“”", '""')


@dataclass(frozen=True, slots=True)
class _Stand:
    """A panel that stands in `where` and is about `chat`; `owner` 0: not claimed yet."""

    chat: int
    where: int
    thread: int | None
    handle: str
    owner: int

    @property
    def here(self) -> Here:
        log = address(self.chat) if self.handle else address(self.where, self.thread)
        return Here(self.chat, log, self.owner)


@dataclass(frozen=True, slots=True)
class _Done:
    """What came of a press: what the presser is told, what the panel shows then, what goes to the log chat."""

    toast: str = ""
    shows: Post | None = None
    posts: tuple[Post, ...] = ()
    alert: bool = False


class Panel:
    """Draws the panel, and does what its buttons and `/faq` say."""

    def __init__(
        self,
        ground: Ground,
        book: Book,
        permissions: Permissions,
        audit: Audit,
        checks: Checks | None = None,
    ) -> None:
        self._ground, self._book = ground, book
        self._permissions, self._audit = permissions, audit
        self._checks = checks or Checks()

    # ── what the admins call ────────────────────────────────────────────────
    async def opened(
        self, chat: int, sender: Sender, where: int, thread: int | None = None
    ) -> Post:
        """The first page about `chat`, in the group itself or in the sender's private chat. Who hides as the
        group gets a button to show themselves with; who is no admin, a line that is taken away again."""
        if where == chat and is_hidden_admin(sender):
            claim = _Stand(chat, where, thread, "", 0)
            text = "这个群有匿名管理员。要改设置的那位，点一下，我查过就打开。"
            return self._post(claim, text, [[Does("我是管理员", "p", "overview")]])
        if where not in (chat, sender.id) or not await self._permissions.may_read(chat, sender):
            return _passing(where, thread, chat, _READERS)
        handle = "" if where == chat else await self._handled(where, {"chat": chat}, _HANDLE)
        return await self._drawn(_Stand(chat, where, thread, handle, sender.id), "overview")

    async def faq_command(
        self,
        chat: int,
        sender: Sender,
        text: str,
        where: int | None = None,
        thread: int | None = None,
    ) -> list[Post]:
        """`/faq keyword = answer`: the answer to the admin, then what the log chat is told. An entry with the
        same keyword is replaced."""
        to = chat if where is None else where
        entry = _entry(text)
        hidden = is_hidden_admin(sender) and to == chat
        if not hidden and not await self._permissions.may_change(chat, sender):
            return [_passing(to, thread, chat, _CHANGERS)]
        if entry is None:
            return [_passing(to, thread, chat, _HOW)]
        if hidden:
            return [await self._claimed_later(chat, thread, entry)]
        said, posts = await self._added(chat, sender.id, entry)
        return [Post(address(to, thread), escape(said)), *posts]

    # ── what is pressed ─────────────────────────────────────────────────────
    async def pressed(self, press: Press, signed: Signed) -> list[Post]:
        """Do what a genuine button says if its presser may, and answer the press in any case. What is returned
        goes to the log chat."""
        done = _Done(_FAILED)
        try:
            done = await self._done(press, signed)
        finally:  # whatever has happened, nobody is left with a button that turns and turns
            await self._answered(press, done.toast, alert=done.alert)
        if done.shows and press.message:
            await self._edited(press, done.shows)
        return list(done.posts)

    async def refused(self, press: Press, why: Refused) -> None:
        """Answer a press whose data is not to be acted on."""
        await self._answered(press, _REFUSALS.get(str(why), _UNKNOWN))

    async def _done(self, press: Press, signed: Signed) -> _Done:
        handle, _, rest = signed.argument.partition("/")
        code, _, value = rest.partition("/")
        kept = await self._kept(press, handle)
        if kept is None:
            return _Done(_EXPIRED)
        chat = await Standing(self._ground).current(kept["chat"])
        stand = _Stand(chat, press.chat.id, press.thread, handle, press.sender.id)
        if code in ("p", "close"):
            if not await self._permissions.may_read(stand.chat, press.sender):
                return _Done(_READERS, alert=True)
            return await (self._turned(stand, value) if code == "p" else self._closed(press))
        if not await self._permissions.may_change(stand.chat, press.sender):
            return _Done(_CHANGERS, alert=True)
        if code == "faqadd" and "faq" in kept:
            return await self._faq_claimed(stand, Faq(**kept["faq"]))
        return await (self._left(stand) if code == "leave" else self._changed(stand, code, value))

    async def _turned(self, stand: _Stand, name: str) -> _Done:
        try:
            return _Done(shows=await self._drawn(stand, name))
        except Unknown:
            return _Done(_UNKNOWN)

    async def _closed(self, press: Press) -> _Done:
        try:
            await self._ground.chats.delete(press.chat.id, press.message)
        except ChatError:  # too old to be deleted
            return _Done(shows=Post(press.address, "设置收起来了。"))
        return _Done()

    async def _changed(self, stand: _Stand, code: str, value: str) -> _Done:
        try:
            settings = await self._book.settings(stand.chat)
            if changed(settings, code, value, stand.here) == settings:
                return _Done("本来就是这样", await self._drawn(stand, page_of(code)))
            before, after = await self._book.replace(
                stand.chat, lambda now: changed(now, code, value, stand.here)
            )
        except Unknown:
            return _Done(_UNKNOWN)
        except Invalid as invalid:
            return _Done(invalid.problems[0], alert=True)
        posts = await self._audit.changed(stand.chat, stand.owner, before, after)
        return _Done("改好了", await self._drawn(stand, page_of(code)), tuple(posts))

    async def _left(self, stand: _Stand) -> _Done:
        try:
            await self._ground.chats.leave(stand.chat)
        except ChatError:
            return _Done("没走成，等一会儿再试", alert=True)
        await self._audit.note(stand.chat, stand.owner, "我在不在这个群", "在", "离开")
        return _Done("好，我走了", Post(address(stand.where, stand.thread), "我离开了这个群。"))

    # ── common questions ────────────────────────────────────────────────────
    async def _added(self, chat: int, actor: int, entry: Faq) -> tuple[str, list[Post]]:
        try:
            before, after = await self._book.replace(
                chat, lambda now: with_faq(now, entry, self._checks)
            )
        except Invalid as invalid:
            return "\n".join(("没有加上。", *invalid.problems[:3])), []
        posts = await self._audit.changed(chat, actor, before, after)
        return f"记下了。以后有人叫我、说到「{entry.keyword}」，我就这样答。", posts

    async def _claimed_later(self, chat: int, thread: int | None, entry: Faq) -> Post:
        kept = {"chat": chat, "faq": asdict(entry)}
        handle = await self._handled(chat, kept, timedelta(seconds=_OPEN))
        text = f"要加「{escape(entry.keyword)}」这一条的管理员，点一下，我查过就记下。"
        stand = _Stand(chat, chat, thread, handle, 0)
        return self._post(stand, text, [[Does("我是管理员", "faqadd")]])

    async def _faq_claimed(self, stand: _Stand, entry: Faq) -> _Done:
        await self._ground.records.take(_KIND, f"{address(stand.where)}/{stand.handle}")
        said, posts = await self._added(stand.chat, stand.owner, entry)
        shows = Post(address(stand.where, stand.thread), escape(said))
        return _Done(shows=shows, posts=tuple(posts))

    # ── how it is drawn ─────────────────────────────────────────────────────
    async def _drawn(self, stand: _Stand, name: str) -> Post:
        facts = await self._facts(stand.chat)
        settings = await self._book.settings(stand.chat)
        view = View(settings, facts.title, facts.forum, stand.thread, bool(stand.handle))
        made = page(view, name)
        return self._post(stand, made.text, made.rows)

    def _post(self, stand: _Stand, text: str, rows: Sequence[Sequence[Does]]) -> Post:
        keys = tuple(tuple(self._key(stand, each) for each in row) for row in rows)
        return Post(address(stand.where, stand.thread), text, keys)

    def _key(self, stand: _Stand, does: Does) -> Key:
        argument = f"{stand.handle}/{does.code}/{does.value}"
        until = self._ground.seconds + _OPEN
        data = self._ground.signer.sign(stand.where, ACTION, argument, stand.owner, until)
        return Key(does.label, "data", data)

    async def _facts(self, chat: int) -> ChatFacts:
        try:
            return await self._ground.chats.facts(chat)
        except ChatError:  # the panel works without a title
            return ChatFacts(chat, "group")

    async def _answered(self, press: Press, text: str, *, alert: bool = False) -> None:
        await answered(self._ground.chats, press.query, text[:_TOAST], alert=alert)

    async def _edited(self, press: Press, post: Post) -> None:
        try:
            await self._ground.chats.edit(press.chat.id, press.message, post)
        except ChatError:
            pass  # the toast has said it; /settings draws a new one

    # ── handles ─────────────────────────────────────────────────────────────
    async def _handled(self, where: int, value: Mapping[str, Any], kept: timedelta) -> str:
        return await drawn(self._ground, _KIND, where, value, kept)

    async def _kept(self, press: Press, handle: str) -> Mapping[str, Any] | None:
        """What a handle stands for; without one, a panel in a group is about this group."""
        if not handle:
            return None if press.chat.private else {"chat": press.chat.id}
        found = await self._ground.records.get(_KIND, f"{address(press.chat.id)}/{handle}")
        if found is None or (found.expires_at or "") < self._ground.at:
            return None
        return found.value


def _passing(where: int, thread: int | None, chat: int, text: str) -> Post:
    """A line that does not stay in a group."""
    away = _TAKEN_AWAY if where == chat else None
    return Post(address(where, thread), escape(text), delete_after=away, silent=True)


def _entry(text: str) -> Faq | None:
    """`keyword = answer`; a quoted keyword must be the whole message."""
    signs = [at for at in (text.find("="), text.find("＝")) if at >= 0]
    if not signs:
        return None
    keyword, answer = text[: min(signs)].strip(), text[min(signs) + 1 :].strip()
    exact = len(keyword) > 2 and keyword[0] + keyword[-1] in _QUOTES
    if not keyword or not answer:
        return None
    return Faq(keyword[1:-1].strip() if exact else keyword, answer, exact)
