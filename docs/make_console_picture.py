"""Draws `docs/console.svg`: a real conversation, typed into the real console in a real terminal.

Run it from a checkout after the console or the flows changed:

    .venv/bin/python docs/make_console_picture.py

Each cell of the terminal becomes text at its place, so that Chinese and Latin stay in columns
whatever fonts a reader has; colours are the theme's, bold is bold.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from rich.cells import cell_len  # noqa: E402 - the checkout must be on the path first

from tests.channels.terminal import CTRL_D, ENTER, Terminal  # noqa: E402 - the same reason

COLUMNS, ROWS = 76, 46
CELL_WIDTH, CELL_HEIGHT, MARGIN, BAR = 9, 21, 22, 38
FONT = "Menlo,Consolas,'DejaVu Sans Mono','Noto Sans Mono CJK SC','PingFang SC',monospace"
PAPER, INK, FAINT = "#1d1f27", "#e6e3dc", "#8b8f9c"
COLOURS = {
    "default": INK,
    "red": "#ff6b81",
    "green": "#8fd19e",
    "brown": "#f3c969",
    "blue": "#82aaff",
    "magenta": "#d6a2e8",
    "cyan": "#7fd6e2",
    "white": INK,
    "brightblack": FAINT,
}


@dataclass(frozen=True, slots=True)
class Run:
    """Cells of one row that look alike and are equally wide."""

    column: int
    text: str
    colour: str
    bold: bool

    @property
    def cells(self) -> int:
        return cell_len(self.text)


def runs(terminal: Terminal, row: int) -> Iterator[Run]:
    """The runs of a row; spaces are left out, wide characters stand alone."""
    line = terminal.screen.buffer[row]
    column = 0
    while column < terminal.screen.columns:
        start, text = column, ""
        first = line[start]
        while column < terminal.screen.columns:
            cell = line[column]
            alike = (cell.fg, cell.bold) == (first.fg, first.bold)
            if not alike or cell.data in ("", " ") or (text and not _joins(text, cell.data)):
                break
            text += cell.data
            column += max(cell_len(cell.data), 1)
        if text:
            yield Run(start, text, COLOURS.get(first.fg, INK), first.bold)
        else:
            column += 1


def _joins(text: str, data: str) -> bool:
    return cell_len(text[-1]) == cell_len(data)


def svg(terminal: Terminal) -> str:
    """The screen from the first whole exchange on, without the empty rows at its end."""
    lines = terminal.lines()
    first = next((n for n, line in enumerate(lines) if line.startswith("你 ›")), 0)
    last = max((n for n, line in enumerate(lines) if line), default=0)
    width = 2 * MARGIN + COLUMNS * CELL_WIDTH
    height = BAR + (last - first + 1) * CELL_HEIGHT + MARGIN
    body = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">',
        "<title>真人：终端里的一次对话</title>",
        f'<rect width="{width}" height="{height}" rx="10" fill="{PAPER}"/>',
    ]
    for index, colour in enumerate(("#ff5f57", "#febc2e", "#28c840")):
        body.append(f'<circle cx="{MARGIN + 4 + index * 20}" cy="19" r="6" fill="{colour}"/>')
    body.append(f'<g font-family="{FONT}" font-size="16" xml:space="preserve">')
    for row in range(first, last + 1):
        baseline = BAR + (row - first) * CELL_HEIGHT + 16
        body.extend(_element(run, baseline) for run in runs(terminal, row))
    return "\n".join([*body, "</g>", "</svg>", ""])


def _element(run: Run, baseline: int) -> str:
    place = f'x="{MARGIN + run.column * CELL_WIDTH}" y="{baseline}"'
    length = f'textLength="{run.cells * CELL_WIDTH}"'
    weight = ' font-weight="bold"' if run.bold else ""
    return f'<text {place} {length} fill="{run.colour}"{weight}>{escape(run.text)}</text>'


CONVERSATION = (
    "早上突然永久封号，写违规引流，申诉不到一分钟就驳回，客服全是机器人",
    "只有大类",
    "商单或店铺",
    "我没做过",
    "跳过",
    "都有了",
    "发好了",
    "帮助与客服",
    "聊天窗口",
    "亲，可以查看社区规范 https://…\n请问解决您的问题了吗？",
)


def talk(terminal: Terminal) -> None:
    """Types the conversation; what has several lines is pasted."""
    terminal.wait_for("你 ›")
    terminal.wait_gone("正在准备")
    for text in CONVERSATION:
        terminal.settle()
        if "\n" in text:
            terminal.paste(text)
            terminal.settle()
            terminal.press(ENTER)
        else:
            terminal.press(text, ENTER)
    terminal.settle()


def main() -> None:
    command = (sys.executable, "-m", "bot.cli", "chat", "--now", "2026-11-20T10:00")
    with Terminal(command, columns=COLUMNS, rows=ROWS, cwd=ROOT) as terminal:
        talk(terminal)
        picture = svg(terminal)
        terminal.press(CTRL_D)
        terminal.wait_end()
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "console.svg"
    target.write_text(picture, encoding="utf-8")


if __name__ == "__main__":
    main()
