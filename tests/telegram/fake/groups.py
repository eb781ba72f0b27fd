"""The test's hands in groups: who joins, speaks, is promoted, and what becomes of the bot there.

group = fake.group("群", owner=ann, forum=True)
group.add_bot(by=ann)
topic = group.topic("退款")
group.say(bob, f"/help@{fake.username}", thread=topic)
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tests.telegram.fake.accounts import (
    ADMIN_RIGHTS,
    ANONYMOUS,
    CHANNEL_FACE,
    SEND_RIGHTS,
    TELEGRAM,
    Account,
    Member,
)
from tests.telegram.fake.chats import Chat, Message
from tests.telegram.fake.people import Place, User, Wait, attachment, said
from tests.telegram.fake.world import World

__all__ = ["Group"]

MANAGE = "can_manage_chat"


class Group(Place):
    """A group, supergroup or forum. After `migrate` it is the supergroup, and `old_id` the id that is no more."""

    def __init__(self, world: World, chat: Chat, owner: User, wait: Wait) -> None:
        super().__init__(world, chat, wait)
        self.owner = owner
        self.old_id: int | None = None
        chat.members[owner.id] = Member(owner.account, "creator")

    # Members

    def join(self, *users: User | Account) -> None:
        """People or other bots come in."""
        for user in users:
            account = _account(user)
            self._world.change(self.chat, account, "member", by=account)
            self._world.say(self.chat, account, {"new_chat_members": [account.json()]})

    def leave(self, user: User) -> None:
        self._world.change(self.chat, user.account, "left", by=user.account)
        self._world.say(self.chat, user.account, {"left_chat_member": user.account.json()})

    def promote(
        self,
        user: User,
        *,
        rights: Iterable[str] = ADMIN_RIGHTS,
        anonymous: bool = False,
        by: User | None = None,
    ) -> None:
        """Make somebody an admin with these rights, or change those they have."""
        self._change(user.account, "administrator", by, frozenset(rights) | {MANAGE}, anonymous)

    def demote(self, user: User, *, by: User | None = None) -> None:
        """Somebody is a plain member."""
        self._change(user.account, "member", by)

    def restrict(
        self, user: User, *, rights: Iterable[str] = (), inside: bool = True, by: User | None = None
    ) -> None:
        who = (by or self.owner).account
        self._world.change(
            self.chat, user.account, "restricted", by=who, rights=frozenset(rights), inside=inside
        )

    def ban(self, user: User, *, by: User | None = None) -> None:
        self._change(user.account, "kicked", by)

    # The bot

    @property
    def bot(self) -> Member:
        """What the bot is here."""
        return self._world.member(self.chat, self._world.me)

    def add_bot(self, by: User | None = None, *, rights: Iterable[str] | None = None) -> None:
        """Bring the bot in, as an admin when there are `rights`."""
        me = self._world.me
        self._change(me, "member", by)
        self._world.say(self.chat, (by or self.owner).account, {"new_chat_members": [me.json()]})
        if rights is not None:
            self.promote_bot(by, rights=rights)

    def remove_bot(self, by: User | None = None, *, kick: bool = True) -> None:
        """Take the bot out: banned, or just removed."""
        self._change(self._world.me, "kicked" if kick else "left", by)

    def promote_bot(
        self, by: User | None = None, *, rights: Iterable[str] = ("can_delete_messages",)
    ) -> None:
        self._change(self._world.me, "administrator", by, frozenset(rights) | {MANAGE})

    def demote_bot(self, by: User | None = None) -> None:
        self._change(self._world.me, "member", by)

    def restrict_bot(self, by: User | None = None, *, rights: Iterable[str] = ()) -> None:
        """The bot may no longer speak, except for what `rights` let it."""
        self._change(self._world.me, "restricted", by, frozenset(rights))

    # What is said

    def say(
        self,
        user: User | Account,
        text: str,
        *,
        thread: int | None = None,
        reply_to: Message | None = None,
        visible: bool | None = None,
    ) -> Message:
        """A member or another bot says something, in a topic if `thread` is one. `visible` overrides privacy mode."""
        return self._say(_account(user), said(text), thread, reply_to, visible)

    def say_anonymously(
        self, text: str, *, thread: int | None = None, reply_to: Message | None = None
    ) -> Message:
        """An admin who hides says something: nobody can tell which one."""
        return self._say(ANONYMOUS, said(text), thread, reply_to, None, sender_chat=self.chat)

    def say_as_channel(self, text: str, *, channel: str = "频道") -> Message:
        """A member says something in the name of a channel of theirs."""
        face = self._channel(channel)
        return self._say(CHANNEL_FACE, said(text), None, None, None, sender_chat=face)

    def channel_post(self, text: str, *, channel: str = "频道") -> Message:
        """A post of the linked channel comes over."""
        face = self._channel(channel)
        when = int(self._world.now())
        origin = {"type": "channel", "date": when, "chat": face.json(), "message_id": 1}
        more = {"is_automatic_forward": True, "forward_origin": origin}
        return self._say(TELEGRAM, said(text), None, None, None, sender_chat=face, more=more)

    def edit(self, message: Message, text: str) -> None:
        self._world.edit(message, said(text))

    def delete(self, message: Message) -> None:
        """A message is taken away; bots are not told."""
        self._world.delete(message)

    def document(
        self,
        user: User,
        name: str,
        body: bytes,
        *,
        mime: str = "application/json",
        caption: str = "",
        thread: int | None = None,
        reply_to: Message | None = None,
    ) -> Message:
        content = attachment(self._world, "document", body, name, mime, caption)
        return self._say(user.account, content, thread, reply_to, None)

    def photo(self, user: User, body: bytes = b"\x89PNG", *, caption: str = "") -> Message:
        content = attachment(self._world, "photo", body, "", "image/jpeg", caption)
        return self._say(user.account, content, None, None, None)

    # The group itself

    def topic(self, name: str, *, by: User | None = None) -> int:
        """Open a topic in a forum; its thread id."""
        assert self.chat.forum, "only a forum has topics"
        return self._world.open_topic(self.chat, name, (by or self.owner).account).id

    def close_topic(self, thread: int) -> None:
        self.chat.topics[thread].closed = True

    def delete_topic(self, thread: int) -> None:
        """Take a topic away with all that was said in it."""
        del self.chat.topics[thread]
        for message in self.messages:
            if message.thread == thread and not message.deleted:
                self._world.delete(message)

    def rename(self, title: str, *, by: User | None = None) -> None:
        self.chat.title = title
        self._world.say(self.chat, (by or self.owner).account, {"new_chat_title": title})

    def mute(self, *, muted: bool = True) -> None:
        """Whether only admins may speak."""
        self.chat.permissions = frozenset() if muted else frozenset(SEND_RIGHTS)

    def migrate(self, *, by: User | None = None, membership: bool = False) -> int:
        """Become a supergroup (see World.migrate). The new id."""
        self.old_id = self.chat.id
        self.chat = self._world.migrate(
            self.chat, (by or self.owner).account, membership=membership
        )
        self._read = 0
        return self.chat.id

    def _change(
        self,
        account: Account,
        status: str,
        by: User | None,
        rights: frozenset[str] = frozenset(),
        anonymous: bool = False,
    ) -> None:
        self._world.change(
            self.chat,
            account,
            status,
            by=(by or self.owner).account,
            rights=rights,
            anonymous=anonymous,
        )

    def _say(
        self,
        sender: Account,
        content: dict[str, Any],
        thread: int | None,
        reply_to: Message | None,
        visible: bool | None,
        **more: Any,
    ) -> Message:
        placed = self._placed(thread, reply_to)
        return self._world.say(self.chat, sender, content, visible=visible, **placed, **more)

    def _placed(self, thread: int | None, reply_to: Message | None) -> dict[str, Any]:
        """Where a message lies. In a topic it answers the topic's first message if no other; outside of topics an
        answer has the thread of what it answers, and is no topic message: such a thread takes no messages."""
        if thread is None and reply_to is not None and reply_to.in_topic:
            thread = reply_to.thread
        if thread is not None:
            assert thread in self.chat.topics, f"there is no topic {thread}"
            first = next(each for each in self.messages if each.id == thread)
            return {"thread": thread, "in_topic": True, "reply_to": reply_to or first}
        if reply_to is not None and self.chat.kind == "supergroup":
            return {"thread": reply_to.thread or reply_to.id, "reply_to": reply_to}
        return {"reply_to": reply_to}

    def _channel(self, title: str) -> Chat:
        for chat in self._world.chats.values():
            if chat.kind == "channel" and chat.title == title:
                return chat
        return self._world.found(title, "channel")


def _account(user: User | Account) -> Account:
    return user.account if isinstance(user, User) else user
