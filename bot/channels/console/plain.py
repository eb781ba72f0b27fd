"""The prompt for terminals that cannot move the cursor (TERM=dumb, a screen reader, an editor).

It offers the same entries as the drawn prompt: options are listed once, a number or text answers.
"""

import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from bot.channels.console.choices import Choices
from bot.channels.console.entry import Entry, Left, Option, Pasted


@dataclass(slots=True)
class PlainPrompt:
    """Reads lines; `read` shows its argument and returns one line, as `input` does."""

    show: Callable[[str], None]
    read: Callable[[str], str] = input

    async def ask(
        self, options: Sequence[Option], *, numbered: bool = True, notice: str = ""
    ) -> Entry:
        """The next line, as an entry; empty lines are read over."""
        choices = Choices(options, numbered)
        if notice:
            self.show(f"  {notice}")
        for number, label in choices.rows():
            self.show(f"  {number} {label}".rstrip() if numbered else f"  - {label}")
        warned = False
        while True:
            try:
                choices.type(self._line("你 › "))
            except EOFError:
                return Left()
            except KeyboardInterrupt:
                if warned:
                    return Left()
                warned = True
                self.show("\n  再按一次 Ctrl-C 离开；接着打字就继续。")
                continue
            warned = False
            if (entry := choices.entry()) is not None:
                return entry

    async def ask_paste(self) -> Entry:
        """The words of the other side, up to a line with a single dot."""
        self.show("  把对方的话贴在下面，最后单独打一行 . 回车；Ctrl-C 取消")
        lines: list[str] = []
        try:
            while (line := self._line("对方 › ")).strip() != ".":
                lines.append(line)
        except EOFError:
            pass  # the end of the input ends the paste too
        except KeyboardInterrupt:
            return Pasted("")
        return Pasted("\n".join(lines).strip())

    def wake(self) -> None:
        """A line that is being read cannot be taken back: what is due is shown after it."""

    def _line(self, sign: str) -> str:
        with _interruptible():
            return self.read(sign)


@contextmanager
def _interruptible() -> Iterator[None]:
    """Ctrl-C ends the reading at once; asyncio's own handler would wait for the line."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
