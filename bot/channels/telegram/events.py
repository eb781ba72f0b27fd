"""What happens on Telegram, in plain values of our own: no text of it is ever stored or logged.

An *address* is where something is said: `tg:42` a person's private chat, `tg:-100` a group, `tg:-100/7` a topic
of it. It is the conversation of inbox and outbox rows, so order is kept per address, and the key under which
everything about a chat is recorded.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "ADMIN",
    "MEMBER",
    "PREFIX",
    "Chat",
    "Event",
    "Me",
    "Membership",
    "Message",
    "Migration",
    "Press",
    "Sender",
    "address",
    "place",
]

PREFIX = "tg:"

MEMBER = frozenset({"creator", "administrator", "member", "restricted"})
"""Who is in a chat, by the Bot API's status; a restricted one may have left."""

ADMIN = frozenset({"creator", "administrator"})


def address(chat: int, thread: int | None = None) -> str:
    """The address of a chat, or of a topic of it."""
    return f"{PREFIX}{chat}/{thread}" if thread else f"{PREFIX}{chat}"


def place(address: str) -> tuple[int, int | None]:
    """Chat and topic of an address. ValueError when it is none of Telegram's."""
    chat, _, thread = address.removeprefix(PREFIX).partition("/")
    if not address.startswith(PREFIX):
        raise ValueError(f"{address!r} is no address on Telegram")
    return int(chat), int(thread) if thread else None


@dataclass(frozen=True, slots=True)
class Me:
    """The bot itself. `reads_all`: privacy mode is off, groups show it every message."""

    id: int
    username: str
    name: str = ""
    reads_all: bool = False


@dataclass(frozen=True, slots=True)
class Chat:
    """`kind` is private, group, supergroup or channel."""

    id: int
    kind: str
    title: str = ""
    forum: bool = False

    @property
    def private(self) -> bool:
        return self.kind == "private"


@dataclass(frozen=True, slots=True)
class Sender:
    """Who has sent or pressed. `kind`: user, bot, anonymous (an admin of this very group who hides: `id` is
    nobody's), channel (a channel's post or another group's face: never an admin, whatever it is called)."""

    id: int
    kind: str = "user"
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """A message. `text` is without the command and without the mention of the bot; `command` is in lower case,
    without slash and bot name, None when there is none or it is for another bot. `addressed`: a command of ours,
    a mention or an answer to the bot. `reply_to` is the message that it answers, `reply_to_me` whether that is
    the bot's, `replied` the id of who has written it (0: nobody's own). `attachment` names a file's kind (photo, document, voice, …),
    `file` and `file_name` what is known of a document; `album` is the same for pictures that were sent together.
    Times are unix seconds."""

    update_id: int
    chat: Chat
    sender: Sender
    id: int
    date: int
    text: str = ""
    thread: int | None = None
    command: str | None = None
    addressed: bool = False
    edited: bool = False
    reply_to: int | None = None
    reply_to_me: bool = False
    replied: int = 0
    attachment: str | None = None
    file: str | None = None
    file_name: str = ""
    album: str = ""

    @property
    def address(self) -> str:
        return address(self.chat.id, self.thread)


@dataclass(frozen=True, slots=True)
class Press:
    """A pressed button. The presser is `sender`, never anything that `data` says; `message` is 0 when Telegram
    no longer shows it to bots. `label` is what the button says, `html` what its message says, `copies` are the
    labels and texts of the copy buttons beside it."""

    update_id: int
    chat: Chat
    sender: Sender
    query: str
    data: str
    message: int = 0
    thread: int | None = None
    label: str = ""
    html: str = ""
    copies: tuple[tuple[str, str], ...] = ()

    @property
    def address(self) -> str:
        return address(self.chat.id, self.thread)


@dataclass(frozen=True, slots=True)
class Membership:
    """Somebody's status in a chat has changed; `mine`: the bot's own. In a private chat the bot's status
    `kicked` means blocked."""

    update_id: int
    chat: Chat
    sender: Sender
    member: int
    mine: bool
    was: str
    now: str
    date: int

    @property
    def address(self) -> str:
        return address(self.chat.id)


@dataclass(frozen=True, slots=True)
class Migration:
    """A group has become a supergroup: the same people under a new id."""

    update_id: int
    old: int
    new: int

    @property
    def address(self) -> str:
        return address(self.old)


Event = Message | Press | Membership | Migration
