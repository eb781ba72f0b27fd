"""Reads a directory of flows into a FlowSet; every problem of every file is collected.

flows/*.yaml  flows/shared/*.yaml  patterns.yaml  answers.yaml  slots.yaml  facts.yaml
papers.yaml  evidence.yaml  (a set may be without these two)
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from bot.core.errors import FlowError, Mark
from bot.core.facts import Fact
from bot.core.flow import Action, Answer, Flow, FlowSet, Pattern
from bot.core.paper import Evidence, Paper
from bot.core.slots import Slot
from bot.flows.actions import read_replies
from bot.flows.fields import Fields, is_id
from bot.flows.nodes import Item, Problems, compose
from bot.flows.papers import read_evidence, read_papers
from bot.flows.steps import read_steps
from bot.flows.tables import read_answers, read_facts, read_labels, read_patterns, read_slots

__all__ = ["load_flows", "read_flows"]

HINT_LIMIT = 14
_TABLES = ("slots.yaml", "facts.yaml", "patterns.yaml", "answers.yaml")
_OPTIONAL = ("papers.yaml", "evidence.yaml")


@dataclass(slots=True)
class _Draft:
    """The FlowSet while it is being read."""

    flows: dict[str, Flow] = field(default_factory=dict)
    slots: dict[str, Slot] = field(default_factory=dict)
    facts: dict[str, Fact] = field(default_factory=dict)
    patterns: dict[str, Pattern] = field(default_factory=dict)
    answers: dict[str, Answer] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    replies: dict[str, Action] = field(default_factory=dict)
    categories: dict[str, str] = field(default_factory=dict)
    renamed: dict[str, str] = field(default_factory=dict)
    renamed_at: dict[str, Mark] = field(default_factory=dict)
    papers: dict[str, Paper] = field(default_factory=dict)
    evidence: dict[str, tuple[Evidence, ...]] = field(default_factory=dict)


def load_flows(directory: Path, today: date) -> FlowSet:
    """The flows of `directory`; raises FlowError with all problems of form."""
    flows, problems = read_flows(directory, today)
    if problems:
        raise FlowError(problems)
    return flows


def read_flows(directory: Path, today: date) -> tuple[FlowSet, Problems]:
    """What could be read, and all problems of form; the set is only complete without problems."""
    problems, draft = Problems(), _Draft()
    for table in (*_TABLES, *(name for name in _OPTIONAL if (directory / name).exists())):
        _read_table(directory, table, draft, problems)
    for path in sorted(directory.glob("*.yaml")) + sorted((directory / "shared").glob("*.yaml")):
        name = path.relative_to(directory).as_posix()
        if name in _TABLES or name in _OPTIONAL:
            continue
        item = _compose(directory, name, problems)
        if item is not None:
            _read_category(item, draft, problems)
    flows = FlowSet(
        flows=draft.flows,
        slots=draft.slots,
        facts=draft.facts,
        patterns=draft.patterns,
        answers=draft.answers,
        labels=draft.labels,
        replies=draft.replies,
        categories=draft.categories,
        renamed=draft.renamed,
        renamed_at=draft.renamed_at,
        today=today.isoformat(),
        mark=Mark(directory.name, 1),
        papers=draft.papers,
        evidence=draft.evidence,
    )
    return flows, problems


def _compose(directory: Path, name: str, problems: Problems) -> Item | None:
    mark = Mark(f"{directory.name}/{name}", 1)
    try:
        text = (directory / name).read_text(encoding="utf-8")
    except FileNotFoundError:
        problems.add(mark, "missing_file", "文件", "找不到", f"建一个 {name}")
        return None
    except UnicodeDecodeError:
        problems.add(mark, "encoding", "文件", "不是 UTF-8 编码", "另存为 UTF-8")
        return None
    item = compose(text, mark.file, problems)
    if item is not None and item.fields is None:
        problems.add(
            item.mark, "wrong_kind", "文件", f"最外层写成了{item.kind}", "最外层应是一组键值"
        )
        return None
    return item


def _read_table(directory: Path, name: str, draft: _Draft, problems: Problems) -> None:
    item = _compose(directory, name, problems)
    if item is None:
        return
    if name == "facts.yaml":
        draft.facts = read_facts(item, problems)
    elif name == "answers.yaml":
        draft.answers = read_answers(item, problems)
    elif name == "papers.yaml":
        draft.papers = read_papers(item, problems)
    elif name == "evidence.yaml":
        draft.evidence = read_evidence(item, problems)
    elif name == "slots.yaml":
        fields = Fields(item, "槽位表", problems)
        _add_slots(read_slots(fields.get("slots"), problems), draft, problems)
        fields.done()
    else:
        _read_patterns_file(item, draft, problems)


def _read_patterns_file(item: Item, draft: _Draft, problems: Problems) -> None:
    fields = Fields(item, "patterns", problems)
    draft.labels.update(read_labels(fields))
    draft.replies.update(read_replies(fields, "replies"))
    draft.patterns = read_patterns(fields, "patterns", "patterns.")
    for pattern in draft.patterns.values():
        if pattern.steps:
            name = f"patterns.{pattern.name}"
            draft.flows[name] = Flow(name, pattern.name, pattern.mark, pattern.steps)
    _add_slots(read_slots(fields.get("slots"), problems), draft, problems)
    fields.done()


def _read_category(item: Item, draft: _Draft, problems: Problems) -> None:
    fields = Fields(item, item.mark.file, problems)
    category = fields.text("category", required=True)
    title = fields.text("title", required=True)
    _add_slots(read_slots(fields.get("slots"), problems), draft, problems)
    if category is None:
        return
    if not is_id(category):
        fields.complain(
            fields.place("category"),
            "id",
            f"category「{category}」不合规",
            "用小写字母、数字和下划线",
        )
        return
    if title and category != "shared":
        draft.categories[category] = title
    for name, each in fields.pairs("flows"):
        full = f"{category}.{name}"
        if not is_id(name) or each.fields is None:
            fields.complain(
                each.mark, "flow", f"流程 {name} 的名字或内容不合规", "写成 名字: {title, steps}"
            )
        elif full in draft.flows:
            fields.complain(each.mark, "flow_twice", f"流程 {full} 写了两次", "合并或改名")
        else:
            draft.flows[full] = _read_flow(full, Fields(each, full, problems), draft)
    fields.done()


def _own_patterns(fields: Fields, full: str) -> dict[str, Pattern]:
    """A flow may say common things in its own words; steps of its own it has already."""
    own = read_patterns(fields, "patterns", f"{full} 的 ")
    for pattern in own.values():
        if pattern.steps:
            fields.complain(
                pattern.mark, "unknown_key", f"{pattern.name} 在流程里不能有 steps", "写成 {say: …}"
            )
    return own


def _add_slots(slots: dict[str, Slot], draft: _Draft, problems: Problems) -> None:
    for name, slot in slots.items():
        if name in draft.slots:
            problems.add(
                slot.mark,
                "slot_twice",
                f"槽位 {name}",
                f"在 {draft.slots[name].mark} 已经有了",
                "名字全局唯一，换个名字或直接用那一个",
            )
        else:
            draft.slots[name] = slot


def _read_flow(full: str, fields: Fields, draft: _Draft) -> Flow:
    title = fields.text("title", required=True) or full
    hint = fields.text("hint") or title
    if fields.has("hint") and len(hint) > HINT_LIMIT:
        fields.complain(
            fields.place("hint"),
            "label_long",
            f"hint「{hint}」有 {len(hint)} 个字",
            f"缩到 {HINT_LIMIT} 个字以内",
        )
    listed = fields.get("steps")
    items = fields.items("steps")
    if not items and (listed is None or listed.null or listed.items is not None):
        fields.complain(fields.mark, "no_steps", "没有步骤", "在 steps: 下面写步骤")
    for old, item in fields.pairs("renamed"):
        if item.text:
            draft.renamed[old] = item.text
            draft.renamed_at[old] = item.mark
    flow = Flow(
        full,
        title,
        fields.mark,
        read_steps(items, full, fields.problems),
        hint=hint,
        ladder=fields.words("ladder"),
        patterns=_own_patterns(fields, full),
    )
    fields.done()
    return flow
