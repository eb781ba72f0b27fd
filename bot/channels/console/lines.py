"""Breaks Chinese text into screen lines: a wide character takes two columns.

A line never begins with a closing mark (，。」) nor ends with an opening one (「（), and a word,
a number or an address is broken only when it alone is wider than the screen.
"""

import re
from collections.abc import Iterator

from rich.cells import cell_len

_CLOSING = "，。、；：？！）》」』】〕〉”’…—·％%,.;:?!)]}"
_OPENING = "（《「『【〔〈“‘([{"
_UNIT = re.compile(
    rf"[{re.escape(_OPENING)}]*(?:[!-~]+|[^\s]|\s)[{re.escape(_CLOSING)}]*", re.ASCII | re.DOTALL
)


def wrap(text: str, width: int) -> list[str]:
    """The lines of `text`, none wider than `width` columns; its own line breaks stay."""
    return [line for paragraph in text.split("\n") for line in _wrap_paragraph(paragraph, width)]


def width_of(text: str) -> int:
    """Columns that the text takes on the screen."""
    return cell_len(text)


def _wrap_paragraph(paragraph: str, width: int) -> Iterator[str]:
    line = ""
    for unit in _units(paragraph, width):
        if line and width_of(line) + width_of(unit.rstrip()) > width:
            yield line.rstrip()
            line = unit.lstrip()
        else:
            line += unit
    yield line.rstrip()


def _units(paragraph: str, width: int) -> Iterator[str]:
    """What stays together, except for what is wider than a whole line."""
    for match in _UNIT.finditer(paragraph):
        unit = match.group()
        while width_of(unit) > width:
            head = _fitting(unit, width)
            yield unit[:head]
            unit = unit[head:]
        if unit:
            yield unit


def _fitting(text: str, width: int) -> int:
    """How many leading characters fit into `width` columns; at least one."""
    used = 0
    for index, character in enumerate(text):
        used += cell_len(character)
        if used > width:
            return max(index, 1)
    return len(text)
