"""The prompt: a line to type on, the list under it and a line of hints, drawn in place.

Arrow keys and numbers choose, typing is always possible, a paste of several lines is taken as the
words of the other side until Tab says otherwise. The widget disappears when it is answered: what
was said is printed above it by the screen.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from prompt_toolkit.application import Application
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.data_structures import Point
from prompt_toolkit.filters import Condition
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.history import History, InMemoryHistory
from prompt_toolkit.input import Input
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.keys import Keys
from prompt_toolkit.layout import (
    BufferControl,
    Dimension,
    FormattedTextControl,
    HSplit,
    Layout,
    VSplit,
    Window,
)
from prompt_toolkit.output import Output
from prompt_toolkit.styles import Style

from bot.channels.console.choices import Choices
from bot.channels.console.entry import Entry, Left, Option, Pasted, Woken
from bot.channels.console.lines import width_of

STYLE = Style.from_dict(
    {
        "prompt": "bold ansired",
        "marked": "bold ansicyan",
        "number": "ansibrightblack",
        "hint": "ansibrightblack",
        "notice": "bold ansiyellow",
    }
)
_LIST_ROWS = 12
_ENDS_PASTE = "."


@dataclass(slots=True)
class Prompt:
    """One question to the keyboard; `ask` waits for one entry."""

    copy: Callable[[], str] = lambda: ""
    history: History = field(default_factory=InMemoryHistory)
    input: Input | None = None
    output: Output | None = None
    _choices: Choices = field(init=False)
    _buffer: Buffer = field(init=False)
    _app: Application[Entry] | None = field(init=False, default=None)
    _pasting: bool = field(init=False, default=False)
    _collecting: bool = field(init=False, default=False)
    _leaving: bool = field(init=False, default=False)
    _notice: str = field(init=False, default="")
    _draft: str = field(init=False, default="")
    _woken: bool = field(init=False, default=False)

    async def ask(
        self, options: Sequence[Option], *, numbered: bool = True, notice: str = ""
    ) -> Entry:
        """The next thing that the person types, chooses or pastes."""
        if self._woken:
            self._woken = False
            return Woken()
        return await self._start(Choices(options, numbered), collecting=False, notice=notice)

    async def ask_paste(self) -> Entry:
        """The words of the other side, up to a line with a single dot."""
        return await self._start(Choices(()), collecting=True)

    def wake(self) -> None:
        """Ends the asking, or the next one, because there is something to show; the text stays."""
        if self._app and self._app.is_running and not self._collecting:
            self._draft = self._buffer.text
            self._exit(Woken())
        else:
            self._woken = True

    def notify(self, text: str) -> None:
        """Shows a line under the list while the prompt is open."""
        self._notice = text
        if self._app:
            self._app.invalidate()

    def interrupt(self) -> None:
        """Ctrl-C, as a key or as a signal that came while no prompt was open."""
        if self._collecting:
            self._exit(Pasted(""))
        elif self._leaving:
            self._exit(Left())
        else:
            self.notify("再按一次 Ctrl-C 离开；接着打字就继续。")
            self._leaving = True

    async def _start(self, choices: Choices, *, collecting: bool, notice: str = "") -> Entry:
        self._choices, self._collecting, self._pasting = choices, collecting, collecting
        self._notice = notice or self._notice
        self._buffer = Buffer(
            multiline=True, history=self.history, on_text_changed=lambda _: self._changed()
        )
        if self._draft and not collecting:
            self._buffer.text, self._draft = self._draft, ""
            self._buffer.cursor_position = len(self._buffer.text)
        self._app = Application(
            layout=self._layout(),
            key_bindings=self._keys(),
            style=STYLE,
            erase_when_done=True,
            input=self.input,
            output=self.output,
        )
        try:
            return await self._app.run_async(handle_sigint=False)
        finally:
            self._leaving, self._notice = False, ""

    def _exit(self, entry: Entry) -> None:
        if self._app and self._app.future and not self._app.future.done():
            self._app.exit(result=entry)

    def _changed(self) -> None:
        self._leaving, self._notice = False, ""
        self._choices.type(self._buffer.text)
        if not self._buffer.text:
            self._pasting = self._collecting

    # What is drawn

    def _layout(self) -> Layout:
        sign = Window(
            FormattedTextControl(self._sign), dont_extend_width=True, dont_extend_height=True
        )
        line = Window(BufferControl(self._buffer), wrap_lines=True, dont_extend_height=True)
        listed = Window(
            FormattedTextControl(self._list, get_cursor_position=self._cursor, show_cursor=False),
            height=lambda: Dimension(max=_LIST_ROWS, preferred=len(self._choices.rows())),
            dont_extend_height=True,
        )
        hint = Window(FormattedTextControl(self._hint), wrap_lines=True, dont_extend_height=True)
        return Layout(HSplit([VSplit([sign, line]), listed, hint]), focused_element=line)

    def _sign(self) -> StyleAndTextTuples:
        return [("class:prompt", "对方 › " if self._pasting else "你 › ")]

    def _list(self) -> StyleAndTextTuples:
        shown: StyleAndTextTuples = []
        rows = [] if self._pasting else self._choices.rows()
        widest = max((width_of(head) for head, _ in rows), default=0)
        for index, (head, text) in enumerate(rows):
            marked = index == self._choices.marked
            gap = " " * (widest - width_of(head) + 1) if widest else ""
            style = "class:marked" if marked else ""
            shown.append((style, "  ❯ " if marked else "    "))
            shown.append((style or "class:number", head + gap))
            shown.append((style, f"{text}\n" if index < len(rows) - 1 else text))
        return shown

    def _cursor(self) -> Point:
        return Point(0, self._choices.marked or 0)

    def _hint(self) -> StyleAndTextTuples:
        if self._notice:
            return [("class:notice", f"  {self._notice}")]
        if self._collecting:
            return [("class:hint", "  贴好后单独打一行 . 回车；Ctrl-C 取消")]
        if self._pasting:
            return [("class:hint", "  这段当作对方的话，回车发出；是你自己的话就按 Tab")]
        if self._choices.options:
            return [("class:hint", f"  {self._how_to_choose()}，直接打字也行   :help 帮助")]
        return [("class:hint", "  打字回车；对方的话整段贴进来就行   :help 帮助")]

    def _how_to_choose(self) -> str:
        return "数字或 ↑↓ 选，回车" if self._choices.numbered else "↑↓ 选，回车"

    # What the keys do

    def _keys(self) -> KeyBindings:
        keys = KeyBindings()
        listing = Condition(lambda: bool(self._choices.rows()) and not self._pasting)
        keys.add("enter")(lambda _: self._enter())
        keys.add("down", filter=listing)(lambda _: self._choices.move(1))
        keys.add("up", filter=listing)(lambda _: self._choices.move(-1))
        keys.add("tab")(lambda _: self._tab())
        keys.add(Keys.BracketedPaste)(self._paste)
        keys.add("c-y")(lambda _: self.notify(self.copy()))
        keys.add("c-c")(lambda _: self.interrupt())
        keys.add("c-d")(lambda _: self._exit(Left()))
        keys.add("c-p")(lambda event: self._buffer.history_backward(event.arg))
        keys.add("c-n")(lambda event: self._buffer.history_forward(event.arg))
        return keys

    def _enter(self) -> None:
        if self._collecting:
            self._collect()
        elif self._pasting:
            self._answer(Pasted(self._buffer.text.strip()))
        else:
            entry = self._choices.entry()
            if entry is None:
                self.notify("还没写。" + (self._how_to_choose() if self._choices.options else ""))
            else:
                self._answer(entry)

    def _collect(self) -> None:
        """Enter while the other side's words are typed line by line."""
        *lines, last = self._buffer.text.split("\n")
        if last.strip() == _ENDS_PASTE:
            self._answer(Pasted("\n".join(lines).strip()))
        else:
            self._buffer.insert_text("\n")

    def _answer(self, entry: Entry) -> None:
        self._buffer.append_to_history()
        self._exit(entry)

    def _tab(self) -> None:
        if self._pasting and not self._collecting:
            self._pasting = False
        elif (completed := self._choices.completion()) is not None:
            self._buffer.text = completed
            self._buffer.cursor_position = len(completed)

    def _paste(self, event: KeyPressEvent) -> None:
        text = event.data.replace("\r\n", "\n").replace("\r", "\n")
        several = "\n" in text.strip("\n")
        self._buffer.insert_text(text if self._collecting else text.strip("\n"))
        self._pasting = self._pasting or several
