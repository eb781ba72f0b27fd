"""The list under the prompt: the options of the question, or the commands after a colon.

Pure: what is typed and where the mark is decide what a key means. A number chooses only where
numbers are shown; a question that is answered by a number shows none.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.channels.console import commands
from bot.channels.console.entry import Asked, Chosen, Entry, Mistyped, Option, Typed


@dataclass(slots=True)
class Choices:
    """The options, the text typed so far and the marked row (None: no row is marked)."""

    options: Sequence[Option]
    numbered: bool = True
    marked: int | None = field(default=None, init=False)
    text: str = field(default="", init=False)

    def type(self, text: str) -> None:
        """The text changed; a number marks its row, everything else unmarks."""
        if text != self.text:
            self.text = text
            self.marked = self._number()

    def move(self, step: int) -> None:
        """The arrow keys; they go round."""
        rows = len(self.rows())
        if rows:
            start = -1 if self.marked is None and step > 0 else self.marked or 0
            self.marked = (start + step) % rows

    def rows(self) -> list[tuple[str, str]]:
        """What is listed now: the part before the text, and the text."""
        if commands.is_command(self.text):
            return [(c.usage, c.help) for c in commands.completions(self.text)]
        return [
            (f"{number}" if self.numbered else "", option.label)
            for number, option in enumerate(self.options, 1)
        ]

    def completion(self) -> str | None:
        """What Tab makes of the text: a command or the label that contains it."""
        if commands.is_command(self.text):
            found = commands.completions(self.text)
            return f":{found[self.marked or 0].name} " if found else None
        if self.marked is not None and self.marked < len(self.options):
            return self.options[self.marked].label
        labels = [option.label for option in self.options if self.text in option.label]
        return labels[0] if self.text and labels else None

    def entry(self) -> Entry | None:
        """What Enter means now; None when there is nothing to send yet."""
        text = self.text.strip()
        if commands.is_command(text):
            return self._command(text)
        if self.marked is not None and self.marked < len(self.options):
            return Chosen(self.options[self.marked])
        for option in self.options:
            if text == option.label:
                return Chosen(option)
        return Typed(text) if text else None

    def _command(self, text: str) -> Entry:
        command, argument = commands.parse(text)
        found = commands.completions(text)
        if command is None and found and self.marked is not None:
            command = found[self.marked]
        if command is None and len(found) == 1:
            command = found[0]
        return Asked(command, argument) if command else Mistyped(text)

    def _number(self) -> int | None:
        digits = unicodedata.normalize("NFKC", self.text).strip()
        if not (self.numbered and digits.isascii() and digits.isdigit()):
            return None
        number = int(digits) if len(digits) < 4 else 0
        return number - 1 if 1 <= number <= len(self.options) else None
