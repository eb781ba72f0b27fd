"""A terminal for tests: a program in a real pty, its bytes drawn on a pyte screen."""

import os
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pexpect
import pyte
from rich.cells import cell_len

ENTER, TAB = "\r", "\t"
UP, DOWN = "\x1b[A", "\x1b[B"
CTRL_C, CTRL_D, CTRL_Y = "\x03", "\x04", "\x19"
_TICK = 0.02


class _Screen(pyte.HistoryScreen):
    """A screen that answers the program's questions about the cursor, as terminals do."""

    def __init__(self, columns: int, rows: int, child: "pexpect.spawn[bytes]") -> None:
        super().__init__(columns, rows, history=2000, ratio=1.0)
        self._child = child

    def write_process_input(self, data: str) -> None:
        self._child.send(data)


class Terminal:
    """Runs `command`; waits for texts, types keys, tells what is on the screen."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        columns: int = 60,
        rows: int = 40,
        environ: Mapping[str, str] | None = None,
        cwd: Path | None = None,
    ) -> None:
        base = {"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8", "TERM": "xterm-256color"}
        self.child: pexpect.spawn[bytes] = pexpect.spawn(
            command[0],
            list(command[1:]),
            env={**base, **(environ or {})},
            cwd=str(cwd) if cwd else None,
            dimensions=(rows, columns),
            timeout=None,
        )
        self.child.delaybeforesend = None
        self.written = b""
        self.screen = _Screen(columns, rows, self.child)
        self._stream = pyte.ByteStream(self.screen)

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(self, *_: object) -> None:
        self.child.close(force=True)

    def lines(self) -> list[str]:
        """The rows of the screen, without what is empty at their ends."""
        return [self._text(self.screen.buffer[row]) for row in range(self.screen.lines)]

    def transcript(self) -> str:
        """What has scrolled away, and the screen."""
        gone = (self._text(row) for row in self.screen.history.top)
        return "\n".join([*gone, *self.lines()])

    def _text(self, row: Mapping[int, pyte.screens.Char]) -> str:
        """The characters of a row; pyte's own `display` stumbles over a half-erased wide one."""
        text, column = "", 0
        while column < self.screen.columns:
            text += row[column].data or " "
            column += max(cell_len(row[column].data), 1)
        return text.rstrip()

    def press(self, *keys: str) -> None:
        for key in keys:
            self.child.send(key)

    def paste(self, text: str) -> None:
        """Paste as a terminal does whose program asked for bracketed paste."""
        self.child.send("\x1b[200~" + text.replace("\n", "\r") + "\x1b[201~")

    def wait_for(self, text: str, *, seconds: float = 20) -> None:
        """Reads until `text` is on the screen; a wrapped text must be given in pieces."""
        self._until(lambda: text in "\n".join(self.lines()), seconds, f"no {text!r}")

    def wait_below(self, above: str, text: str, *, seconds: float = 20) -> None:
        """Reads until `text` stands under the last `above`: the prompt drawn after an output."""

        def drawn() -> bool:
            _, found, below = "\n".join(self.lines()).rpartition(above)
            return bool(found) and text in below

        self._until(drawn, seconds, f"no {text!r} under {above!r}")

    def wait_gone(self, text: str, *, seconds: float = 20) -> None:
        self._until(lambda: text not in "\n".join(self.lines()), seconds, f"still {text!r}")

    def wait_bytes(self, data: bytes, *, seconds: float = 20) -> None:
        """Reads until the program has written `data`, which the screen may not show."""
        self._until(lambda: data in self.written, seconds, f"no {data!r} in the output")

    def wait_end(self, *, seconds: float = 20) -> int:
        """Reads to the end; the exit status."""
        self._until(lambda: not self.child.isalive() and not self._read(), seconds, "still runs")
        self.child.close()
        return self.child.exitstatus if self.child.exitstatus is not None else -1

    def settle(self, *, quiet: float = 0.25) -> None:
        """Reads until nothing has come for a while."""
        last = time.monotonic()
        while time.monotonic() - last < quiet:
            if self._read():
                last = time.monotonic()

    def _until(self, done: Callable[[], bool], seconds: float, complaint: str) -> None:
        deadline = time.monotonic() + seconds
        while not done():
            if time.monotonic() > deadline:
                raise AssertionError(complaint + " on:\n" + "\n".join(self.lines()))
            self._read()

    def _read(self) -> bool:
        try:
            data = self.child.read_nonblocking(65536, timeout=_TICK)
        except pexpect.TIMEOUT:
            return False
        except pexpect.EOF:
            time.sleep(_TICK)
            return False
        self.written += data
        self._stream.feed(data)
        return True
