"""What came of asking: mostly what was typed, whatever screen it was typed on."""

from dataclasses import dataclass

from bot.channels.console.commands import Command


@dataclass(frozen=True, slots=True)
class Option:
    """Something to choose: what is shown and what it stands for."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Typed:
    """The person's own words."""

    text: str


@dataclass(frozen=True, slots=True)
class Pasted:
    """Words of the other side."""

    text: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """One of the options."""

    option: Option


@dataclass(frozen=True, slots=True)
class Asked:
    """A command of the console."""

    command: Command
    argument: str = ""


@dataclass(frozen=True, slots=True)
class Mistyped:
    """A command that does not exist."""

    text: str


@dataclass(frozen=True, slots=True)
class Left:
    """The person goes."""


@dataclass(frozen=True, slots=True)
class Woken:
    """Something is to be shown first; what was being typed is kept."""


Entry = Typed | Pasted | Chosen | Asked | Mistyped | Left | Woken
