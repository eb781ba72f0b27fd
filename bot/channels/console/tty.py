"""The console in a terminal: shows what is said, takes what is typed, until the person leaves.

It knows a Conversation (one side of the agent), a prompt and a rich console. It keeps nothing but
the phrases given so far, which `:copy` counts from 1, and the buttons of the last outcome.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Protocol

from rich.console import Console
from rich.text import Text

from bot.channels.console import clipboard, commands, render
from bot.channels.console.entry import (
    Asked,
    Chosen,
    Entry,
    Left,
    Mistyped,
    Option,
    Pasted,
    Typed,
    Woken,
)
from bot.channels.console.pipe import Conversation
from bot.channels.console.plain import PlainPrompt
from bot.core.errors import ConfigError, StorageError
from bot.core.turn import Button, Outcome

GOODBYE = "先到这里。慢慢来，想接着说随时再打开。"
WATCH_SECONDS = 20.0
_NUMBERLESS = frozenset({"cmd:unsure", "cmd:why", "cmd:skip"})
_PASTE = "cmd:paste"

Describe = Callable[[Outcome], Mapping[str, str]]
Loaded = tuple[Conversation, Describe]


class Asking(Protocol):
    """A prompt, drawn or plain."""

    async def ask(
        self, options: Sequence[Option], *, numbered: bool = True, notice: str = ""
    ) -> Entry: ...

    async def ask_paste(self) -> Entry: ...

    def wake(self) -> None: ...


@dataclass(slots=True)
class Phrases:
    """The sentences to paste, in the order given; a repeated one keeps its number.

    `fresh` are the numbers of the last turn that gave any; copying goes through them one by one.
    """

    texts: list[str] = field(default_factory=list)
    fresh: list[int] = field(default_factory=list)
    _copied: int = 0

    def give(self, texts: Sequence[str]) -> list[int]:
        """The numbers of the phrases of one turn."""
        self.texts += [text for text in dict.fromkeys(texts) if text not in self.texts]
        numbers = [self.texts.index(text) + 1 for text in texts]
        if numbers:
            self.fresh, self._copied = numbers, 0
        return numbers

    def next(self) -> int | None:
        """The number to copy now; None when there is no phrase yet."""
        if not self.fresh:
            return None
        number = self.fresh[self._copied % len(self.fresh)]
        self._copied += 1
        return number


@dataclass(slots=True)
class Clipboard:
    """Copies by the terminal and by this machine's tool; `write` sends bytes that show nothing."""

    write: Callable[[str], None] | None
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)

    def title(self, number: int) -> str:
        """How this phrase is named and copied on this terminal."""
        return f"第 {number} 条 · Ctrl-Y 或 :copy {number}" if self.write else f"第 {number} 条"

    def take(self, text: str, number: int) -> str:
        """Copies and says so, as certainly as can be known."""
        if self.write:
            self.write(clipboard.osc52(text, self.environ))
        if clipboard.give_to_tool(text, self.environ):
            return f"第 {number} 条已复制。"
        if self.write:
            return f"第 {number} 条已交给终端复制；粘不出来就用鼠标选。"
        return f"这个终端不能复制，请用鼠标选第 {number} 条。"


class Tty:
    """One person at one terminal."""

    def __init__(self, loaded: Loaded, screen: Console, clip: Clipboard) -> None:
        self._talk, self._describe = loaded
        self._screen, self._clip = screen, clip
        self._phrases = Phrases()
        self._buttons: Sequence[Button] = ()
        self._stage: tuple[str, str | None] = ("", None)
        self._late: list[Outcome] = []
        self._commands: dict[str, Callable[[str], Awaitable[None]]] = {
            "why": lambda _: self._press("cmd:why"),
            "back": lambda _: self._press("cmd:back"),
            "new": lambda _: self._send("new"),
            "case": self._case,
            "evidence": self._evidence,
            "paper": self._paper,
            "forget": lambda _: self._press("cmd:forget"),
            "copy": self._copy,
            "paste": lambda _: self._paste(),
            "help": lambda _: self._help(),
        }

    async def run(self, asking: Asking, first: Entry) -> None:
        """Talks until the person leaves; `first` is what was entered before there was a greeting."""
        self._asking = asking
        if isinstance(first, Woken):
            self._show(await self._talk.begin())
        self._late = await self._elapsed()
        watch = asyncio.create_task(self._watch())
        entry = first
        try:
            while not _leaves(entry):
                try:
                    await self._take(entry)
                except (ConfigError, StorageError) as error:
                    self._note(str(error))
                entry = await self._ask()
        finally:
            watch.cancel()

    def copy_latest(self) -> str:
        """What Ctrl-Y does, and what it says about it."""
        number = self._phrases.next()
        if number is None:
            return "还没有要粘贴的话。"
        said = self._clip.take(self._phrases.texts[number - 1], number)
        several = len(self._phrases.fresh)
        return f"{said}这次有 {several} 条，再来一次复制下一条。" if several > 1 else said

    async def _ask(self) -> Entry:
        late, self._late = self._late, []
        for outcome in late:
            self._show(outcome)
        options = [Option(button.label, button.value) for button in self._buttons]
        numbered = any(option.value not in _NUMBERLESS for option in options)
        return await self._asking.ask(options, numbered=numbered)

    async def _watch(self) -> None:
        """Reminders come while the terminal is open, too."""
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            try:
                late = await self._elapsed()
            except StorageError:
                continue  # it is said when the person writes; a reminder is not lost by coming later
            if late:
                self._late += late
                self._asking.wake()

    async def _elapsed(self) -> list[Outcome]:
        """What has become due, in the person's script."""
        talk = self._talk
        locale = talk.locale or talk.written
        late = await talk.agent.elapse(talk.user, talk.clock.now())
        return [talk.localize(outcome, locale) for outcome in late]

    # What was entered

    async def _take(self, entry: Entry) -> None:
        match entry:
            case Typed(text):
                self._print(render.own(text, self._columns))
                await self._send("text", text)
            case Chosen(option) if option.value == _PASTE:
                await self._paste()
            case Chosen(option):
                self._print(render.own(option.label, self._columns))
                await self._press(option.value)
            case Pasted(text) if text:
                self._print(render.theirs(text, self._columns))
                await self._send("paste", text)
            case Mistyped(text):
                self._note(commands.unknown(text))
            case Asked(command, argument):
                typed = f":{command.name} {argument}".rstrip()
                self._print(render.own(typed, self._columns))
                await self._commands[command.name](argument)

    async def _press(self, value: str) -> None:
        await self._send("button", value)

    async def _send(self, kind: str, value: str = "") -> None:
        self._show(await self._talk.send(kind, value))

    async def _paste(self) -> None:
        pasted = await self._asking.ask_paste()
        if not isinstance(pasted, Left):
            await self._take(pasted)

    async def _copy(self, argument: str) -> None:
        given = len(self._phrases.texts)
        if not given or not argument:
            self._note(self.copy_latest())
        elif argument.isdecimal() and 1 <= int(argument) <= given:
            number = int(argument)
            self._note(self._clip.take(self._phrases.texts[number - 1], number))
        else:
            self._note(f"到现在一共 {given} 条，写 1 到 {given}。")

    async def _case(self, argument: str) -> None:
        cases = [case for case, _ in await self._talk.agent.cases(self._talk.user)]
        if argument:
            if argument.isdecimal() and 1 <= int(argument) <= len(cases):
                await self._send("case", cases[int(argument) - 1])
            else:
                self._note(f"一共 {len(cases)} 个案子，写 1 到 {len(cases)}。")
            return
        outcome = await self._talk.agent.still(self._talk.user, self._talk.clock.now())
        facts = self._describe(outcome)
        if outcome.ladder:
            self._print(render.ladder(outcome.ladder, outcome.stage, self._columns))
        self._print(render.case(facts, self._columns) if facts else Text("  还什么都没记。"))
        if len(cases) > 1:
            at = cases.index(outcome.case) + 1
            self._note(f"这是第 {at} 个案子，一共 {len(cases)} 个；:case 数字 换过去。")

    async def _evidence(self, argument: str) -> None:
        paperwork = self._talk.paperwork
        listed = await paperwork.evidence(self._talk.user) if paperwork else []
        if not listed:
            self._note("还不知道是什么事，先说说发生了什么。")
        elif argument.isdecimal() and 1 <= int(argument) <= len(listed):
            await self._send("evidence", listed[int(argument) - 1][0])
        elif argument:
            self._note(f"一共 {len(listed)} 样，写 1 到 {len(listed)}。")
        else:
            for number, (_, title, have) in enumerate(listed, 1):
                self._note(f"{number}. {'有' if have else '缺'}  {title}")

    async def _paper(self, argument: str) -> None:
        paperwork, now = self._talk.paperwork, self._talk.clock.now()
        listed = await paperwork.papers(self._talk.user, now) if paperwork else []
        if not listed:
            self._note("还不知道是什么事，先说说发生了什么。")
        elif argument.isdecimal() and 1 <= int(argument) <= len(listed):
            await self._save(listed[int(argument) - 1][0])
        elif argument in ("全部", "all"):
            await self._save(None)
        elif argument:
            self._note(f"一共 {len(listed)} 份，写 1 到 {len(listed)}，或者「全部」。")
        else:
            for number, (_, title) in enumerate(listed, 1):
                self._note(f"{number}. {title}")

    async def _save(self, paper: str | None) -> None:
        """Into the directory in which the console was started; a file of that name stays."""
        talk = self._talk
        if talk.paperwork is None:
            return
        name, data = await talk.paperwork.take(talk.user, paper, talk.clock.now())
        try:
            self._note(f"存好了：{write_new(Path(name), data)}")
        except OSError as error:
            self._note(f"存不下来（{error.strerror or error}），换个目录打开真人再试。")

    async def _help(self) -> None:
        self._print(render.commands(self._columns))

    # What is shown

    @property
    def _columns(self) -> int:
        return render.width(self._screen)

    def _show(self, outcome: Outcome) -> None:
        self._screen.print()
        stage = (outcome.case, outcome.stage)
        if outcome.ladder and outcome.stage and stage != self._stage:
            self._print(render.ladder(outcome.ladder, outcome.stage, self._columns))
            self._screen.print()
        self._stage = stage
        copies = [copy.text for response in outcome.responses for copy in response.copies]
        given = iter(self._phrases.give(copies))
        for response in outcome.responses:
            if response.text:
                self._print(render.said(response.text, self._columns))
            for number in islice(given, len(response.copies)):
                text = self._phrases.texts[number - 1]
                self._print(render.phrase(text, self._clip.title(number), self._columns))
        self._screen.print()
        buttons = [each for response in outcome.responses for each in response.buttons]
        if outcome.responses:
            self._buttons = buttons

    def _note(self, text: str) -> None:
        self._print(render.note(text, self._columns))

    def _print(self, text: Text) -> None:
        self._screen.print(text)


async def run_tty(loading: Coroutine[None, None, Loaded]) -> int:
    """The console on this process's terminal, open for typing while `loading` goes on."""
    screen = render.screen()
    screen.print(render.title())
    if screen.is_dumb_terminal:
        plain = PlainPrompt(screen.print)
        await Tty(await loading, screen, Clipboard(None)).run(plain, Woken())
    else:
        await _run_drawn(loading, screen)
    screen.print(render.note(GOODBYE, render.width(screen)))
    return 0


async def _run_drawn(loading: Coroutine[None, None, Loaded], screen: Console) -> None:
    from bot.channels.console.widgets import Prompt

    prompt = Prompt()
    try:
        asyncio.get_running_loop().add_signal_handler(signal.SIGINT, prompt.interrupt)
    except NotImplementedError:
        pass  # Windows: Ctrl-C is a key there while the prompt is open
    task = asyncio.create_task(loading)
    task.add_done_callback(lambda _: prompt.wake())
    try:
        first = await prompt.ask((), notice="正在准备，可以先打字。")
        if not _leaves(first):
            tty = Tty(await task, screen, Clipboard(_write))
            prompt.copy = tty.copy_latest
            await tty.run(prompt, first)
    finally:
        task.cancel()  # who leaves at once need not wait for the engine
        await asyncio.gather(task, return_exceptions=True)


def write_new(path: Path, data: bytes) -> Path:
    """Write to a file that is not there yet: 投诉书.pdf, 投诉书-2.pdf …; readable by its owner only."""
    number, target = 1, path
    while target.exists():
        number += 1
        target = path.with_name(f"{path.stem}-{number}{path.suffix}")
    target.touch(mode=0o600)
    target.write_bytes(data)
    return target.resolve()


def _leaves(entry: Entry) -> bool:
    return isinstance(entry, Left) or (isinstance(entry, Asked) and entry.command.name == "quit")


def _write(sequence: str) -> None:
    sys.stdout.write(sequence)
    sys.stdout.flush()
