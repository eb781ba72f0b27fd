"""`write`: the same facts as a text of several lengths, ready to paste."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.core.builder import Builder, Frame
from bot.core.command import Resize
from bot.core.event import Missed, PhraseGiven, Prompted
from bot.core.flow import Part, Write
from bot.core.hooks import opened, saying
from bot.core.spec import ADVANCE, State
from bot.core.text import Template, count_units, split_sentences, text_reads
from bot.core.tracker import Tracker
from bot.core.turn import Button, Copy, Turn, digest
from bot.core.voice import COPY_LIMIT

__all__ = ["lower_write"]


@dataclass(slots=True, eq=False)
class _Writing:
    """The callbacks of one write state."""

    build: Builder
    step: Write
    name: str
    key: str
    texts: tuple[Template, ...]

    @property
    def middle(self) -> int:
        return self.step.sizes[len(self.step.sizes) // 2]

    def enter(self, tracker: Tracker, turn: Turn) -> None:
        if not opened(self.step, tracker, turn):
            return
        if turn.target == self.name:
            self.prompt(tracker, turn)
            return
        text = self.text(self.middle, tracker, turn)
        if not text or (digest(text) in tracker.used and turn.trigger != "reopen"):
            return
        self.build.voice.say(self.key, self.texts, tracker, turn)
        self.show(self.middle, tracker, turn)

    def text(self, size: int, tracker: Tracker, turn: Turn) -> str:
        voice = self.build.voice
        return voice.compose(self.step, size, voice.lookup(tracker, turn))

    def show(self, size: int, tracker: Tracker, turn: Turn) -> None:
        """Offer the text in at most `size` units, cut to fit copy buttons."""
        text = self.text(size, tracker, turn)
        if not self.texts or turn.trigger == "resize":
            turn.say(f"{self.step.title}（{count_units(text)} 字）：")
        phrase = f"{self.key}.{size}"
        turn.record(tracker, PhraseGiven(phrase, digest(text)))
        turn.offer(tuple(Copy(phrase, piece) for piece in split_sentences(text, COPY_LIMIT)))
        self.prompt(tracker, turn)

    def prompt(self, tracker: Tracker, turn: Turn) -> None:
        turn.parked = self.name
        given = self._size(tracker)
        turn.buttons.append(Button("发好了", "cmd:sent"))
        for size in self.step.sizes:
            if size != given:
                label = f"{'短' if size < given else '长'}一点（{size} 字内）"
                turn.buttons.append(Button(label, f"size:{size}"))
        turn.record(tracker, Prompted(self.name))

    def _size(self, tracker: Tracker) -> int:
        tail = (tracker.phrase or "").rpartition(".")
        return int(tail[2]) if tail[0] == self.key else self.middle

    def resize(self, tracker: Tracker, turn: Turn) -> None:
        wanted = turn.command.size if isinstance(turn.command, Resize) else 0
        sizes, given = self.step.sizes, self._size(tracker)
        if wanted in (-1, 1):  # 短一点 / 长一点
            at = sizes.index(given) + wanted
            wanted = sizes[max(0, min(at, len(sizes) - 1))]
        self.show(wanted if wanted in sizes else self.middle, tracker, turn)

    def again(self, tracker: Tracker, turn: Turn) -> None:
        self.show(self._size(tracker), tracker, turn)

    def patient(self, tracker: Tracker, turn: Turn) -> bool:
        return tracker.seen.get(f"miss:{self.name}", 0) < 1

    def miss(self, tracker: Tracker, turn: Turn) -> None:
        turn.record(tracker, Missed(self.name))
        self.build.say_pattern("cannot_handle", self.name, tracker, turn)
        self.prompt(tracker, turn)


def lower_write(build: Builder, step: Write, frame: Frame, follows: str | None) -> None:
    """The state and edges of a write."""
    name, key = frame.state(step.id), frame.origin(step.id)
    parts = tuple(Part(build.voice.bake(part.text), part.keep) for part in step.parts)
    baked = replace(step, parts=parts)
    writing = _Writing(build, baked, name, key, build.bake(step.says))
    state = build.add_state(State(name, frame.root, step.mark, step, listens=True))
    state.enter, state.prompt, state.again = writing.enter, writing.prompt, writing.again
    state.reads = text_reads(part.text for part in parts) | (
        step.guard.reads if step.guard else frozenset()
    )
    state.decides = (step.guard,) if step.guard else ()
    if not parts:
        build.complain(step.mark, "empty_text", key, "write 没有 parts", "写上几句话")
    dest = build.target(step.go, frame, follows, step.mark, key)
    if dest is None:
        return
    build.edge(ADVANCE, name, dest, step.mark, "skip")
    build.edge("sent", name, dest, step.mark)
    build.edge("resize", name, None, step.mark).effect = writing.resize
    build.edge("skip", name, dest, step.mark).effect = saying(build, "skip", frame.root, None)
    build.edge("unsure", name, dest, step.mark)
    miss = build.edge("no_match", name, None, step.mark)
    miss.when, miss.effect = writing.patient, writing.miss
    build.edge("no_match", name, dest, step.mark, "give up")
