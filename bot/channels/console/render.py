"""Draws what is said: texts, phrases to paste in their own panel, the ladder, the case.

Nothing depends on colour: every mark differs in shape too. Panels have no sides and no padding, so
that a phrase selected with the mouse comes without borders.
"""

from collections.abc import Iterable, Mapping, Sequence

from rich.console import Console
from rich.text import Text

from bot.channels.console.commands import COMMANDS
from bot.channels.console.lines import width_of, wrap

WIDEST = 88  # longer lines of Chinese are tiring to read
_INDENT = "  "
_DONE, _NOW, _LATER = "●", "◉", "○"


def screen() -> Console:
    """The terminal; rich itself heeds NO_COLOR, TERM=dumb and the size of the window."""
    return Console(highlight=False, markup=False, emoji=False, soft_wrap=True)


def width(console: Console) -> int:
    """Columns for text; one is left free, where some terminals would break the line."""
    return min(console.width - 1, WIDEST)


def title() -> Text:
    """The first line, before anything is loaded."""
    return Text.assemble("\n", _INDENT, ("真人", "bold red"), " · 陪你穿过客服机器人，走到真人面前")


def said(text: str, columns: int) -> Text:
    """What the bot says, a paragraph a line."""
    return _block(text, columns)


def own(text: str, columns: int) -> Text:
    """What the person said or chose."""
    first, *more = wrap(text, columns - 5)
    return Text.assemble(("你 › ", "bold red"), "\n     ".join([first, *more]))


def theirs(text: str, columns: int) -> Text:
    """What the other side wrote, as pasted."""
    quoted = _block(text, columns, indent=f"{_INDENT}│ ")
    return Text.assemble(("对方 ›\n", "bold red"), quoted)


def phrase(text: str, title: str, columns: int) -> Text:
    """A sentence to paste, alone between two rules."""
    head = f"{_INDENT}── {title} "
    above = head + "─" * (columns - width_of(head))
    below = _INDENT + "─" * (columns - len(_INDENT))
    words = _block(text, columns - len(_INDENT), style="bold")
    return Text.assemble((f"{above}\n", "green"), words, (f"\n{below}", "green"))


def note(text: str, columns: int) -> Text:
    """A remark of the console itself."""
    return _block(text, columns, style="yellow", indent=f"{_INDENT}· ")


def _block(text: str, columns: int, *, style: str = "", indent: str = _INDENT) -> Text:
    lines = wrap(text, columns - width_of(indent))
    return Text("\n".join(indent + line if line else line for line in lines), style=style)


def ladder(steps: Sequence[str], now: str | None, columns: int) -> Text:
    """How far along: done, now and later, in as many lines as it takes."""
    at = steps.index(now) if now in steps else -1
    shown, used = Text(_INDENT), 0
    for index, step in enumerate(steps):
        mark, style = _rung(index, at)
        piece = f"{mark} {step}"
        joint = " ─ " if used else ""
        if used and used + width_of(joint + piece) > columns - len(_INDENT):
            shown.append(f"\n{_INDENT}")
            joint, used = "", 0
        shown.append(joint, style="dim").append(piece, style=style)
        used += width_of(joint + piece)
    return shown


def _rung(index: int, at: int) -> tuple[str, str]:
    if index == at:
        return _NOW, "bold cyan"
    return (_DONE, "green") if index < at else (_LATER, "dim")


def case(facts: Mapping[str, str], columns: int) -> Text:
    """What is noted: a title and a value a line, the values in one column."""
    return _table(facts.items(), columns)


def commands(columns: int) -> Text:
    """The table of commands."""
    return _table(((each.usage, f"{each.help}（:{each.chinese}）") for each in COMMANDS), columns)


def _table(rows: Iterable[tuple[str, str]], columns: int) -> Text:
    listed = list(rows)
    widest = max((width_of(head) for head, _ in listed), default=0)
    room = max(columns - widest - 2 * len(_INDENT), 10)
    lines: list[str] = []
    for head, text in listed:
        first, *more = wrap(text, room)
        gap = " " * (widest - width_of(head))
        lines.append(f"{_INDENT}{head}{gap}{_INDENT}{first}")
        lines.extend(" " * (widest + 2 * len(_INDENT)) + line for line in more)
    return Text("\n".join(lines))
