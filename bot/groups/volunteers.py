"""The volunteers' desk: a person in private chat, a topic of volunteers, and the bot between them.

    ask → consent 「同意」 → masked card on the desk → 「我来」 → words go back and forth → end

Nobody learns a name: the person hears 「志愿者」, the desk sees a code. What goes to the desk is masked and was shown
to the person before, or is their own answer, masked. Whoever acts on the desk must be in it now, as Telegram says;
an error means no. Everything that is seen is written down for the person.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from bot.cases.zones import local_time
from bot.channels.telegram.chats import ChatError, answered
from bot.channels.telegram.events import Message, Press, Sender, address, place
from bot.channels.telegram.posts import Key, Post
from bot.channels.telegram.signing import Signed
from bot.groups import volunteer_texts as texts
from bot.groups.ground import Book, Ground
from bot.groups.settings import Settings
from bot.groups.standing import Standing
from bot.groups.tickets import HOURS, OFFER, Ticket, Tickets
from bot.store.retention import utc

__all__ = ["ACTION", "Volunteers"]

ACTION = "vol"
"""The action of all buttons here; the argument is `yes.`, `no.`, `come.`, `done.` or `back.` and a code."""

_WORDS = 1000
_SUMMARY = 1500
_A_DAY = 3
_SHOWN = 30
_INSIDE = frozenset({"creator", "administrator", "member"})  # a restricted one may have left

_GONE = "这张求助已经结束了。"
_NOT_HERE = "只有这个台里的人能按。"


class Volunteers:
    """Brings people and volunteers together. `mask` takes out of a text what identifies people."""

    def __init__(self, ground: Ground, book: Book, mask: Callable[[str], str]) -> None:
        self._ground, self._book, self._mask = ground, book, mask
        self._tickets, self._standing = Tickets(ground), Standing(ground)

    # ── the person ──────────────────────────────────────────────────────────
    async def asked(self, user: int, chat: int, summary: str) -> list[Post]:
        """A person asks for a volunteer of the group `chat`; `summary` is what they would show."""
        desk = (await self._book.settings(chat)).desk
        if not desk or not await self._inside(chat, user):
            return self._to(user, "这个群没有志愿者台，或者你不在这个群里。我接着陪你走。")
        day = utc(self._ground.now() - timedelta(days=1))
        if await self._tickets.count(user, "posted", lambda at: at > day) >= _A_DAY:
            return self._to(user, "今天求助的次数到了，明天再来。这里照常走。")
        ticket = await self._tickets.offer(user, desk, self._mask(summary)[:_SUMMARY])
        if ticket is None:
            open_one = await self._tickets.of_user(user)
            keys = self._own_keys(open_one) if open_one else ()
            return self._to(user, "你有一张求助卡还开着。要换一件事，先撤回它。", keys)
        expires = self._ground.seconds + int(OFFER.total_seconds())
        keys = tuple(
            self._key(user, label, f"{what}.{ticket.code}", user, expires)
            for label, what in (("同意", "yes"), ("不了", "no"))
        )
        return self._to(user, texts.consent(ticket.summary, HOURS), keys)

    async def answered(self, message: Message) -> list[Post]:
        """A message of a person whose ticket is claimed goes to the desk. Nothing ([]): it is not for the desk."""
        if not message.chat.private or message.command is not None or not message.text:
            return []
        ticket = await self._tickets.of_user(message.sender.id)
        if ticket is None or ticket.state != "claimed":
            return []
        if not await self._serving(ticket):
            return []
        await self._tickets.note(ticket, ticket.by, "heard")
        words = self._mask(message.text)[:_WORDS]
        keys = (self._desk_key(ticket, "结束", "done"),)
        card = ticket.cards[0] if ticket.cards else None
        text = texts.answer(ticket.code, words)
        return [Post(ticket.desk, text, (keys,), card, delete_after=HOURS * 3600)]

    async def seen_by(self, user: int) -> Post:
        """The log of who has seen a person's requests; volunteers are numbered, not named."""
        log = await self._tickets.log(user)
        numbers: dict[int, str] = {0: "志愿者台"}
        for each in log:
            numbers.setdefault(each.who, f"志愿者 {len(numbers)}")
        lines = [
            f"{_day(each.at)} {numbers[each.who]}：{texts.SEEN[each.what]}（{each.code}）"
            for each in log[-_SHOWN:]
        ]
        return Post(address(user), texts.seen(lines))

    async def withdrawn(self, user: int) -> list[Post]:
        """A person takes their request back: the ticket is deleted, and the cards as far as they are known."""
        ticket = await self._tickets.of_user(user)
        return await self._withdraw(ticket) if ticket else self._to(user, "没有开着的求助。")

    # ── the desk ────────────────────────────────────────────────────────────
    async def relayed(self, message: Message) -> list[Post]:
        """A reply on the desk goes to the person whose card it answers. Nothing ([]): it is none of that."""
        if message.chat.private or message.command is not None or message.edited:
            return []
        if message.reply_to is None or not message.reply_to_me:
            return []
        ticket = await self._tickets.by_card(message.chat.id, message.reply_to)
        if ticket is None:
            return []
        problem = await self._problem(message, ticket)
        if problem:
            return [Post(message.address, problem, reply_to=message.id)]
        await self._tickets.note(ticket, ticket.by, "told")
        return self._to(ticket.user, texts.told(message.text), self._own_keys(ticket))

    async def _problem(self, message: Message, ticket: Ticket) -> str:
        """Why a reply cannot be passed on, if so."""
        if not await self._volunteer(ticket, message.sender):
            return "只转台里志愿者的话；匿名的话，先关掉匿名再回。"
        if ticket.state == "waiting":
            return "先按卡上的「我来」，我再转。"
        if ticket.by != message.sender.id:
            return "这张卡有别的志愿者接了。"
        if not message.text:
            return "我只能转文字。"
        return "" if len(message.text) <= _WORDS else f"太长了，一次最多 {_WORDS} 个字。"

    async def sent(self, post: Post, message: int) -> None:
        """A post has arrived as `message`: if it is of the desk, replies to it are passed on and it can be taken
        away. To be called by whoever sends; without it only claimed cards are known."""
        for key in (key for row in post.keys for key in row if key.does == "data"):
            action, _, rest = key.value.partition("|")
            what, _, code = rest.partition("|")[0].partition(".")
            if action == ACTION and what in ("come", "done"):
                chat = place(post.address)[0]
                ticket = await self._tickets.by_code(chat, code)
                if ticket is not None:
                    await self._tickets.place(ticket, message)
                else:  # taken back while it was on its way
                    await self._take_away(chat, message, code)

    # ── buttons ─────────────────────────────────────────────────────────────
    async def pressed(self, press: Press, signed: Signed) -> list[Post]:
        """One of the buttons here was pressed; the query is always answered."""
        what, _, code = signed.argument.partition(".")
        doing: dict[str, Callable[[Press, str], Awaitable[tuple[str, list[Post]]]]] = {
            "yes": self._agreed,
            "no": self._declined,
            "back": self._taken_back,
            "come": self._claimed,
            "done": self._closed,
        }
        toast, posts = await doing[what](press, code) if what in doing else (_GONE, [])
        await answered(self._ground.chats, press.query, toast)
        return posts

    async def _agreed(self, press: Press, code: str) -> tuple[str, list[Post]]:
        ticket = await self._own(press, code)
        ticket = await self._tickets.agree(ticket) if ticket else None
        if ticket is None:
            return _GONE, []
        await self._tickets.note(ticket, 0, "posted")
        await self._take_keys(press)
        keys = (self._desk_key(ticket, "我来", "come"),)
        card = Post(
            ticket.desk,
            texts.card(ticket.code, ticket.summary, HOURS),
            (keys,),
            delete_after=HOURS * 3600,
        )
        return "", [card, *self._to(ticket.user, texts.handed(HOURS), self._own_keys(ticket))]

    async def _declined(self, press: Press, code: str) -> tuple[str, list[Post]]:
        ticket = await self._own(press, code)
        if ticket is None or ticket.state != "asked":
            return _GONE, []
        await self._tickets.end(ticket.user, code)
        await self._take_keys(press)
        return "好，什么都没有给出去。", []

    async def _taken_back(self, press: Press, code: str) -> tuple[str, list[Post]]:
        ticket = await self._own(press, code)
        return ("", await self._withdraw(ticket)) if ticket else (_GONE, [])

    async def _claimed(self, press: Press, code: str) -> tuple[str, list[Post]]:
        ticket = await self._tickets.by_code(press.chat.id, code)
        if ticket is None:
            await self._put_away(press, code)
            return _GONE, []
        if not await self._volunteer(ticket, press.sender):
            return _NOT_HERE, []
        mine = await self._tickets.claim(ticket, press.sender.id)
        if mine is None:
            return ("是你接的。" if ticket.by == press.sender.id else "有别的志愿者接了。"), []
        await self._tickets.note(mine, mine.by, "claimed")
        if press.message:
            await self._tickets.place(mine, press.message)
            await self._show_claimed(mine, press.message)
        return "接好了，回复这张卡就行。", self._to(mine.user, texts.claimed, self._own_keys(mine))

    async def _closed(self, press: Press, code: str) -> tuple[str, list[Post]]:
        ticket = await self._tickets.by_code(press.chat.id, code)
        if ticket is None:
            await self._put_away(press, code)
            return _GONE, []
        if not await self._volunteer(ticket, press.sender):
            return _NOT_HERE, []
        if ticket.by != press.sender.id:
            return "接的人才能结束。", []
        await self._tickets.note(ticket, ticket.by, "closed")
        await self._end(ticket)
        return "结束了，谢谢你。", self._to(
            ticket.user, "志愿者那边结束了，说的话不再转。这里照常走。"
        )

    async def elapse(self) -> list[Post]:
        """End what has lasted long enough."""
        posts: list[Post] = []
        for ticket in await self._tickets.over():
            if await self._end(ticket) is not None and ticket.state != "asked":
                text = f"求助满 {HOURS} 小时，自己结束了，说的话不再转。这里照常走。"
                posts += self._to(ticket.user, text)
        return posts

    # ── small steps ─────────────────────────────────────────────────────────
    async def _own(self, press: Press, code: str) -> Ticket | None:
        ticket = await self._tickets.of_user(press.sender.id)
        return ticket if ticket and ticket.code == code and press.chat.private else None

    async def _withdraw(self, ticket: Ticket) -> list[Post]:
        clean = await self._end(ticket)
        if ticket.state == "asked" or (clean and ticket.cards):
            return self._to(ticket.user, "撤回了，求助和卡片都删了。这里照常走。")
        text = f"撤回了，求助删了，话不再转。台上那张卡最晚 {HOURS} 小时收走，上面没有你的名字。"
        return self._to(ticket.user, text)

    async def _end(self, ticket: Ticket) -> bool | None:
        """Delete a ticket and take its cards away; whether all known cards are gone or empty. None when it had ended
        before."""
        if await self._tickets.end(ticket.user, ticket.code) is None:
            return None
        chat = ticket.desk_chat
        gone = [await self._take_away(chat, card, ticket.code) for card in ticket.cards]
        return all(gone)

    async def _take_away(self, chat: int, card: int, code: str) -> bool:
        """A message too old to be deleted is emptied."""
        try:
            await self._ground.chats.delete(chat, card)
        except ChatError:
            return await self._empty(chat, card, code)
        return True

    async def _empty(self, chat: int, card: int, code: str) -> bool:
        try:
            await self._ground.chats.edit(chat, card, Post(address(chat), texts.ended(code)))
        except ChatError:
            return False
        return True

    async def _put_away(self, press: Press, code: str) -> None:
        """A card whose ticket is over and that was not known: now it is."""
        if press.message:
            await self._empty(press.chat.id, press.message, code)

    async def _show_claimed(self, ticket: Ticket, card: int) -> None:
        text = texts.card(ticket.code, ticket.summary, HOURS, claimed=True)
        keys = (self._desk_key(ticket, "结束", "done"),)
        try:
            await self._ground.chats.edit(ticket.desk_chat, card, Post(ticket.desk, text, (keys,)))
        except ChatError:
            pass  # the old card still works, its button says who has it

    async def _take_keys(self, press: Press) -> None:
        try:
            await self._ground.chats.edit_keys(press.chat.id, press.message)
        except ChatError:
            pass  # pressing them again does no harm

    async def _volunteer(self, ticket: Ticket, sender: Sender) -> bool:
        """Somebody of the desk, who is not the person asking."""
        if sender.kind != "user" or sender.id == ticket.user:
            return False
        return await self._inside(ticket.desk_chat, sender.id)

    async def _inside(self, chat: int, user: int) -> bool:
        try:
            return (await self._ground.chats.member(chat, user)).status in _INSIDE
        except ChatError:
            return False

    async def _serving(self, ticket: Ticket) -> bool:
        """Whether the desk is still there and its volunteer still in it."""
        if not await self._standing.serves(ticket.desk_chat):
            return False
        return await self._inside(ticket.desk_chat, ticket.by)

    def _own_keys(self, ticket: Ticket) -> tuple[Key, ...]:
        label = "结束" if ticket.state == "claimed" else "撤回"
        return (self._key(ticket.user, label, f"back.{ticket.code}", ticket.user),)

    def _desk_key(self, ticket: Ticket, label: str, what: str) -> Key:
        return self._key(ticket.desk_chat, label, f"{what}.{ticket.code}")

    def _key(self, chat: int, label: str, argument: str, owner: int = 0, expires: int = 0) -> Key:
        return Key(label, "data", self._ground.signer.sign(chat, ACTION, argument, owner, expires))

    def _to(self, user: int, text: str, keys: tuple[Key, ...] = ()) -> list[Post]:
        return [Post(address(user), text, (keys,) if keys else ())]


def _day(at: str) -> str:
    """The text of a record's time, as people read it."""
    moment = datetime.strptime(at, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    return local_time(moment, Settings().zone).strftime("%m-%d %H:%M")
