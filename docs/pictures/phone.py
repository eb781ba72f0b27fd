"""A chat on a phone as SVG: bubbles, buttons below them, one column for each phone. It knows nothing of Telegram's API.

Text is set by a rough measure (a Chinese character is one em, a Latin one about half), so lines break alike
whatever fonts a reader has; nothing is stretched to fit. Lengths are pixels of the drawing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from html.parser import HTMLParser

__all__ = ["Bubble", "Button", "Notice", "Phone", "picture"]

FONT = "'PingFang SC','Noto Sans CJK SC','Noto Sans SC','Microsoft YaHei',sans-serif"
SIZE, LEADING = 15, 23
WIDTH, HEADER, CAPTION, EDGE, GAP, BUTTON = 372, 54, 40, 12, 8, 34
BUBBLE, PADDING = 316, 11
PAPER, WALL, BAR, HIS, MINE = "#f4f6f8", "#cfdde6", "#ffffff", "#ffffff", "#dff6d0"
INK, FAINT, ACCENT, NAME, SHADE = "#16202a", "#6b7a86", "#2a7fb8", "#b0561c", "#eef3f6"

_TOKENS = re.compile(r"[A-Za-z0-9@_./:#-]+|.", re.DOTALL)
_NOT_FIRST = "，。！？；：、）」』》”’…,.!?;:)"
_NOT_LAST = "（「『《“‘("
_TAGS = {"b": "bold", "i": "faint", "code": "code", "pre": "code", "blockquote": "quote"}


@dataclass(frozen=True, slots=True)
class Button:
    """`kind` is data, copy or url."""

    label: str
    kind: str


@dataclass(frozen=True, slots=True)
class Bubble:
    """What somebody says: `html` as Telegram takes it, `mine` on the right. `answers` is quoted above it."""

    html: str
    mine: bool = False
    name: str = ""
    answers: tuple[str, str] | None = None
    rows: tuple[tuple[Button, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Notice:
    """A line about the chat itself."""

    text: str


@dataclass(frozen=True, slots=True)
class Phone:
    """`caption` stands above the phone, `title` and `below` in its header."""

    caption: str
    title: str
    below: str
    items: Sequence[Bubble | Notice]


@dataclass(frozen=True, slots=True)
class Run:
    """Characters of a line that look alike."""

    text: str
    look: str = ""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.runs: list[Run] = []
        self._looks: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._looks.append(_TAGS.get(tag, ""))

    def handle_endtag(self, tag: str) -> None:
        self._looks.pop()

    def handle_data(self, data: str) -> None:
        self.runs.append(Run(data, self._looks[-1] if self._looks else ""))


# ── setting text ────────────────────────────────────────────────────────────
def measure(text: str, size: float = SIZE) -> float:
    """How wide a text is, about."""
    return sum(_em(char) for char in text) * size


def _em(char: str) -> float:
    if unicodedata.east_asian_width(char) in "WFA":
        return 1.0
    return 0.3 if char == " " else 0.68 if char.isupper() else 0.57


def lines(html: str, width: float) -> list[list[Run]]:
    """The text broken into lines of runs."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    made: list[list[Run]] = [[]]
    used = 0.0
    for run in reader.runs:
        for token in _TOKENS.findall(run.text):
            if token == "\n":
                made.append([])
                used = 0.0
                continue
            if made[-1] and used + measure(token) > width and token not in _NOT_FIRST:
                carried = _carried(made[-1])
                made.append(carried)
                used = sum(measure(each.text) for each in carried)
            made[-1].append(Run(token, run.look))
            used += measure(token)
    return [_joined(line) for line in made]


def _carried(line: list[Run]) -> list[Run]:
    """What must not end a line goes to the next one."""
    carried: list[Run] = []
    while len(line) > 1 and line[-1].text in _NOT_LAST:
        carried.insert(0, line.pop())
    return carried


def _joined(line: list[Run]) -> list[Run]:
    joined: list[Run] = []
    for run in line:
        if joined and joined[-1].look == run.look:
            joined[-1] = Run(joined[-1].text + run.text, run.look)
        else:
            joined.append(run)
    return joined


def _cut(text: str, width: float) -> str:
    """The text on one line, its end left out where it is too long."""
    text = " ".join(text.split())
    if measure(text, 13) <= width:
        return text
    while measure(text + "…", 13) > width:
        text = text[:-1]
    return text + "…"


# ── drawing ─────────────────────────────────────────────────────────────────
def _box(x: float, y: float, w: float, h: float, fill: str, radius: float = 12) -> str:
    return f'<rect x="{x:g}" y="{y:g}" width="{w:g}" height="{h:g}" rx="{radius:g}" fill="{fill}"/>'


def _text(x: float, y: float, runs: str, size: float = SIZE, more: str = "") -> str:
    return f'<text x="{x:g}" y="{y:g}" font-size="{size:g}"{more}>{runs}</text>'


def _spans(line: Sequence[Run]) -> str:
    looks = {
        "": "",
        "bold": ' font-weight="bold"',
        "faint": f' fill="{FAINT}"',
        "quote": f' fill="{FAINT}"',
        "code": f' fill="{ACCENT}"',
    }
    return "".join(f"<tspan{looks[run.look]}>{escape(run.text)}</tspan>" for run in line)


def _bubble(bubble: Bubble, x: float, y: float) -> tuple[list[str], float]:
    """The drawing of a bubble with its buttons, and where it ends."""
    set_lines = lines(bubble.html, BUBBLE - 2 * PADDING)
    widest = max(sum(measure(run.text) for run in line) for line in set_lines)
    wide = bool(bubble.rows) or not bubble.mine or widest + 2 * PADDING > BUBBLE
    width = BUBBLE if wide else widest + 2 * PADDING
    above = (20 if bubble.name else 0) + (44 if bubble.answers else 0)
    height = above + len(set_lines) * LEADING + 2 * PADDING - 5
    left = x + WIDTH - EDGE - width if bubble.mine else x + EDGE
    drawn = [_box(left, y, width, height, MINE if bubble.mine else HIS)]
    at = y + PADDING
    if bubble.name:
        bold = f' font-weight="bold" fill="{NAME}"'
        drawn.append(_text(left + PADDING, at + 12, escape(bubble.name), 13, bold))
        at += 20
    if bubble.answers:
        drawn += _quoted(bubble.answers, left + PADDING, at, width - 2 * PADDING)
        at += 44
    for number, line in enumerate(set_lines):
        drawn.append(_text(left + PADDING, at + 14 + number * LEADING, _spans(line)))
    buttons, end = _buttons(bubble.rows, left, y + height)
    return [*drawn, *buttons], end


def _quoted(answers: tuple[str, str], x: float, y: float, width: float) -> list[str]:
    name, text = answers
    return [
        _box(x, y, width, 38, SHADE, 6),
        _box(x, y, 3, 38, ACCENT, 1.5),
        _text(x + 10, y + 15, escape(name), 13, f' font-weight="bold" fill="{ACCENT}"'),
        _text(x + 10, y + 32, escape(_cut(text, width - 20)), 13, f' fill="{FAINT}"'),
    ]


def _buttons(rows: Sequence[Sequence[Button]], x: float, y: float) -> tuple[list[str], float]:
    drawn: list[str] = []
    for row in rows:
        y += 4
        width = (BUBBLE - 4 * (len(row) - 1)) / len(row)
        for number, button in enumerate(row):
            drawn += _button(button, x + number * (width + 4), y, width)
        y += BUTTON
    return drawn, y


def _button(button: Button, x: float, y: float, width: float) -> list[str]:
    middle = ' text-anchor="middle" fill="#1f4f6e"'
    text = _text(x + width / 2, y + 22, escape(button.label), 14, middle)
    drawn = [_box(x, y, width, BUTTON, "#b6cbd8", 9), text]
    right, stroke = x + width - 14, 'fill="none" stroke="#1f4f6e" stroke-width="1.3"'
    if button.kind == "copy":
        for dx, dy in ((0.0, 3.0), (-3.0, 0.0)):
            place = f'x="{right - 3 + dx:g}" y="{y + 5 + dy:g}"'
            drawn.append(f'<rect {place} width="7" height="8" rx="1.5" {stroke}/>')
    if button.kind == "url":
        drawn.append(f'<path d="M{right - 5:g} {y + 13:g}l7 -7m-5.5 0h5.5v5.5" {stroke}/>')
    return drawn


def _notice(notice: Notice, x: float, y: float) -> tuple[list[str], float]:
    width, middle = measure(notice.text, 13) + 24, x + WIDTH / 2
    pill = _box(middle - width / 2, y, width, 24, "#9db4c2", 12)
    words = _text(middle, y + 17, escape(notice.text), 13, ' text-anchor="middle" fill="#ffffff"')
    return [pill, words], y + 24


def _column(phone: Phone, x: float) -> tuple[list[str], float]:
    """What is inside of a phone, and where it ends."""
    drawn: list[str] = []
    y = float(CAPTION + HEADER + EDGE)
    for item in phone.items:
        made, end = _bubble(item, x, y) if isinstance(item, Bubble) else _notice(item, x, y)
        drawn += made
        y = end + GAP
    return drawn, y - GAP + EDGE


def _frame(phone: Phone, x: float, end: float, number: int) -> Iterator[str]:
    """The phone around it: its wall, its header."""
    shape = f'x="{x:g}" y="{CAPTION}" width="{WIDTH}" height="{end - CAPTION:g}" rx="18"'
    yield _text(x + 4, CAPTION - 14, escape(phone.caption), 16, ' font-weight="bold"')
    yield f'<clipPath id="phone{number}"><rect {shape}/></clipPath>'
    yield f'<rect {shape} fill="{WALL}"/>'
    header = f'x="{x:g}" y="{CAPTION}" width="{WIDTH}" height="{HEADER}" fill="{BAR}"'
    yield f'<rect {header} clip-path="url(#phone{number})"/>'
    yield f'<circle cx="{x + 33:g}" cy="{CAPTION + 27}" r="18" fill="{ACCENT}"/>'
    initial = ' text-anchor="middle" fill="#ffffff"'
    yield _text(x + 33, CAPTION + 33, escape(phone.title[0]), 17, initial)
    yield _text(x + 62, CAPTION + 24, escape(phone.title), 16, ' font-weight="bold"')
    yield _text(x + 62, CAPTION + 43, escape(phone.below), 12.5, f' fill="{FAINT}"')


def picture(title: str, phones: Sequence[Phone]) -> str:
    """The phones side by side, equally high, as one SVG."""
    step = WIDTH + 20
    columns = [_column(phone, 20 + number * step) for number, phone in enumerate(phones)]
    end = max(column[1] for column in columns)
    width, height = 20 + step * len(phones), end + 20
    body = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height:g}" role="img">',
        f"<title>{escape(title)}</title>",
        _box(0, 0, width, height, PAPER, 14),
        f'<g font-family="{FONT}" fill="{INK}" xml:space="preserve">',
    ]
    for number, (phone, column) in enumerate(zip(phones, columns, strict=True)):
        body += [*_frame(phone, 20 + number * step, end, number), *column[0]]
    return "\n".join([*body, "</g>", "</svg>", ""])
