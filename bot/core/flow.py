"""The neutral form of authored flows: what the YAML says, checked for shape, before it becomes a machine.

A Flow is a list of Steps; a Step has one verb. Texts are parsed Templates, guards are parsed Conditions,
targets are still names. `bot.flows` reads YAML into this form, `bot.core.compiler` lowers it to states.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from bot.core.conditions import Condition
from bot.core.errors import Mark
from bot.core.facts import Fact
from bot.core.paper import Evidence, Paper
from bot.core.slots import Slot, Value
from bot.core.text import Template

__all__ = [
    "REPLY_CLASSES",
    "Action",
    "Answer",
    "Ask",
    "Assignments",
    "Branch",
    "Call",
    "Case",
    "Coach",
    "End",
    "Flow",
    "FlowSet",
    "Link",
    "NoMatch",
    "Part",
    "Pattern",
    "Phrase",
    "Reject",
    "Say",
    "Set",
    "Step",
    "Wait",
    "Write",
]

REPLY_CLASSES = (
    "human_answered",
    "marked_resolved",
    "auto_closed",
    "repeated_template",
    "link_only",
    "asks_if_solved",
    "asks_for_info",
    "queueing",
    "promised_later",
    "refused",
    "appeal_rejected",
    "asks_excess_id",
    "scam_signs",
    "other",
    "silence",
    "solved",
)
"""What the other side can do: 13 classes, `other` (not understood), `silence` (nothing came) and `solved`
(the person says that it has worked)."""

Assignments = tuple[tuple[str, Template | Value | None], ...]


@dataclass(frozen=True, slots=True)
class Phrase:
    """A sentence to paste. `id` is stable: what works is counted by it."""

    id: str
    copy: Template
    mark: Mark
    say: Template | None = None
    cites: tuple[str, ...] = ()
    max_chars: int = 256
    guard: Condition | None = None


@dataclass(frozen=True, slots=True)
class Action:
    """What to do on an event: say, count, set, offer a phrase, then go somewhere or stay."""

    mark: Mark
    say: tuple[Template, ...] = ()
    count: str | None = None
    sets: Assignments = ()
    rungs: tuple[Phrase, ...] = ()
    go: str | None = None
    call: str | None = None
    link: str | None = None

    @property
    def stays(self) -> bool:
        return self.go is None and self.call is None and self.link is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What every verb has in common; `id` is unique within its flow."""

    id: str
    mark: Mark
    guard: Condition | None = None
    go: str | None = None
    stage: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Say(Step):
    texts: tuple[Template, ...]


@dataclass(frozen=True, slots=True)
class NoMatch:
    """One answer to a message that was not understood; `choices` repeats the buttons."""

    say: Template | None
    choices: bool = True


@dataclass(frozen=True, slots=True)
class Reject:
    """A value that is refused with a reason, and asked for again."""

    guard: Condition
    say: Template


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask(Step):
    slot: str
    texts: tuple[Template, ...]
    why: Template | None = None
    unsure: Action | None = None
    rejects: tuple[Reject, ...] = ()
    no_match: tuple[NoMatch, ...] = ()
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Coach(Step):
    says: tuple[Template, ...]
    rungs: tuple[Phrase, ...]
    buttons: tuple[str, ...]
    on_reply: Mapping[str, Action]
    exhausted: Action | None


@dataclass(frozen=True, slots=True)
class Part:
    """One sentence of a written text; the larger `keep`, the sooner it is dropped for length."""

    text: Template
    keep: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Write(Step):
    title: str
    sizes: tuple[int, ...]
    parts: tuple[Part, ...]
    says: tuple[Template, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait(Step):
    until: str | None
    default: str
    says: tuple[Template, ...] = ()
    on_reply: Mapping[str, Action] = field(default_factory=dict)
    due: Action | None = None
    early: tuple[Template, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """One way out of a branch; `guard` None is the else. Either `go` or nested `steps`."""

    mark: Mark
    guard: Condition | None
    go: str | None = None
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch(Step):
    cases: tuple[Case, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Set(Step):
    sets: Assignments


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(Step):
    flow: str
    sets: Assignments = ()
    on: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link(Step):
    """`flow` names the target; with `slot` the slot's value does."""

    flow: str | None = None
    slot: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class End(Step):
    outcome: str
    says: tuple[Template, ...] = ()
    followup: tuple[str, ...] = ()
    reopen: str | None = None


@dataclass(frozen=True, slots=True)
class Pattern:
    """A repair or global pattern: texts said in place, or steps of its own."""

    name: str
    mark: Mark
    texts: tuple[Template, ...] = ()
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """A digression that is answered in place: `hear` are phrases, … stands for a few characters."""

    id: str
    title: str
    hear: tuple[str, ...]
    texts: tuple[Template, ...]
    mark: Mark


@dataclass(frozen=True, slots=True)
class Flow:
    """One issue, sub-flow or step-pattern; `id` is `category.name`."""

    id: str
    title: str
    mark: Mark
    steps: tuple[Step, ...]
    hint: str = ""
    ladder: tuple[str, ...] = ()
    patterns: Mapping[str, Pattern] = field(default_factory=dict)

    @property
    def shared(self) -> bool:
        return self.id.startswith("shared.")

    def walk(self) -> Iterator[Step]:
        """Every step, nested ones included, in the order of the file."""
        yield from _walk(self.steps)


@dataclass(frozen=True, slots=True)
class FlowSet:
    """Everything that was authored, read and well-formed.

    `papers` are in the order of their file, `evidence` by issue in the order of saving; a small set of
    flows has neither.
    """

    flows: Mapping[str, Flow]
    slots: Mapping[str, Slot]
    facts: Mapping[str, Fact]
    patterns: Mapping[str, Pattern]
    answers: Mapping[str, Answer]
    labels: Mapping[str, str]
    replies: Mapping[str, Action]
    categories: Mapping[str, str]
    renamed: Mapping[str, str]
    renamed_at: Mapping[str, Mark]
    today: str
    mark: Mark
    papers: Mapping[str, Paper] = field(default_factory=dict)
    evidence: Mapping[str, tuple[Evidence, ...]] = field(default_factory=dict)

    @property
    def issues(self) -> tuple[str, ...]:
        """The ids of the issue flows, in the order of the files."""
        return tuple(
            f.id for f in self.flows.values() if not f.id.startswith(("shared.", "patterns."))
        )


def _walk(steps: tuple[Step, ...]) -> Iterator[Step]:
    for step in steps:
        yield step
        if isinstance(step, Branch):
            for case in step.cases:
                yield from _walk(case.steps)
