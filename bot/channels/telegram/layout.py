"""How an answer looks on Telegram: HTML, at most a message long, each sentence to paste with a button that copies it,
details below an empty line folded.

`pages` cuts before the answer goes to the outbox, so that one row is one message; `page_of` draws one. What is
cut stays below LIMIT with room for what the other script adds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from html import escape

from bot.channels.telegram.posts import Key, Post
from bot.core.turn import Button, Copy, Response

__all__ = ["LIMIT", "escape", "fold", "page_of", "pages", "quoted"]

LIMIT = 3500
"""Characters of one message; Telegram takes 4096 after entities."""

_COPY = 256
"""The longest text that a copy button takes."""

_TAP = "\n\n按一下上面那段字，就能整段拿走。"
"""Under a text that no button can copy. Written the same in both scripts."""

_ENDS = "。！？\n"
_WIDE = 12
"""Labels whose characters together are no more stand in one row."""
_MOST = 3


def pages(responses: Sequence[Response]) -> Sequence[Sequence[Response]]:
    """An answer as messages, as few as can be: a person reads, and Telegram counts, each of them. Text that is
    too long is cut at sentence ends; what has buttons ends its message."""
    found: list[list[Response]] = []
    for part in (part for each in responses for part in _parts(each)):
        if found and not found[-1][-1].buttons and _long([*found[-1], part]) <= LIMIT:
            found[-1].append(part)
        else:
            found.append([part])
    return found


def _long(parts: Sequence[Response]) -> int:
    """Characters of a message."""
    return sum(
        len(part.text) + 2 + sum(len(copy.text) + 2 for copy in part.copies) for part in parts
    )


def _parts(response: Response) -> Sequence[Response]:
    """The response in pieces that each fit into a message, buttons on the last."""
    if _long([response]) <= LIMIT:
        return (response,)
    own = len(response.copies[0].text) + 2 if len(response.copies) == 1 else 0
    room = max(200, LIMIT - 2 - own)
    texts = list(_cut(response.text, room))
    parts = [Response(text) for text in texts[:-1]]
    if len(response.copies) <= 1:
        return (*parts, Response(texts[-1], response.copies, response.buttons))
    parts += [Response(texts[-1])] if texts[-1] else []
    parts += [Response("", (copy,)) for copy in response.copies]
    last = parts.pop()
    return (*parts, Response(last.text, last.copies, response.buttons))


def _cut(text: str, room: int) -> Iterator[str]:
    """Pieces of at most `room` characters, each ended by a sentence if there is one."""
    while len(text) > room:
        at = max(text.rfind(end, room // 2, room) for end in _ENDS) + 1
        at = at or room
        yield text[:at].rstrip("\n")
        text = text[at:].lstrip("\n")
    yield text


def page_of(
    address: str, page: Sequence[Response], sign: Callable[[str], str], *, why: bool
) -> Post:
    """The message of one page. `sign` makes callback data of a button's value; `why`: the first line explains,
    and is folded."""
    copies = [copy for part in page for copy in part.copies]
    buttons = [button for part in page for button in part.buttons]
    drawn = [_drawn(part, why=why and not number) for number, part in enumerate(page)]
    text = "\n\n".join(piece for piece in drawn if piece)
    if any(len(copy.text) > _COPY for copy in copies):
        text += _TAP
    return Post(address, text, (*_copy_keys(copies), *_rows(buttons, sign)))


def _drawn(part: Response, *, why: bool) -> str:
    text = quoted(part.text) if why else _folded(part.text)
    for copy in part.copies:
        text += f"\n\n<code>{escape(copy.text, quote=False)}</code>"
    return text.strip("\n")


def _folded(text: str) -> str:
    """What stands below an empty line is details, as a quote that unfolds."""
    head, _, rest = text.partition("\n\n")
    shown = escape(head, quote=False)
    return f"{shown}\n{_quote(rest)}" if rest else shown


def _quote(text: str) -> str:
    return f"<blockquote expandable>{escape(text, quote=False)}</blockquote>"


def quoted(text: str) -> str:
    """The first line as a quote that unfolds, the rest below."""
    first, _, rest = text.partition("\n")
    return f"{_quote(first)}\n{escape(rest, quote=False)}" if rest else _quote(first)


def _copy_keys(copies: Sequence[Copy]) -> Iterator[tuple[Key, ...]]:
    for number, copy in enumerate(copies, 1):
        label = "复制这句" if len(copies) == 1 else f"复制第 {number} 句"
        if len(copy.text) <= _COPY:
            yield (Key(label, "copy", copy.text),)


def _rows(buttons: Sequence[Button], sign: Callable[[str], str]) -> Iterator[tuple[Key, ...]]:
    return fold([Key(each.label, "data", sign(each.value)) for each in buttons])


def fold(keys: Sequence[Key]) -> Iterator[tuple[Key, ...]]:
    """Keys in rows, short labels side by side: a phone is narrow."""
    row: list[Key] = []
    for key in keys:
        wide = sum(len(each.label) for each in row) + len(key.label)
        if row and (wide > _WIDE or len(row) == _MOST):
            yield tuple(row)
            row = []
        row.append(key)
    if row:
        yield tuple(row)
