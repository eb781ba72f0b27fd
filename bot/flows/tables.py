"""Reads the tables beside the flows: slots, facts, answers, patterns and reply labels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from bot.core.errors import Mark, did_you_mean
from bot.core.facts import Fact
from bot.core.flow import REPLY_CLASSES, Answer, Pattern
from bot.core.slots import Choice, Slot, SlotType
from bot.flows.fields import Fields, is_id
from bot.flows.nodes import Item, Problems
from bot.flows.steps import read_steps

__all__ = [
    "read_answers",
    "read_entries",
    "read_facts",
    "read_labels",
    "read_patterns",
    "read_slots",
]

_STATUS = ("official", "unverified", "rejected")
LABEL_LIMIT = 12
_CONFIDENCE = ("高", "中", "低")


def read_slots(item: Item | None, problems: Problems) -> dict[str, Slot]:
    """`{name: slot}` of a `slots:` mapping."""
    slots: dict[str, Slot] = {}
    for name, each in read_entries(item, "槽位", problems):
        slots[name] = _read_slot(name, Fields(each, f"槽位 {name}", problems))
    return slots


def read_entries(item: Item | None, subject: str, problems: Problems) -> list[tuple[str, Item]]:
    """The well-formed entries of a table: an id and a mapping."""
    if item is None or item.null:
        return []
    if item.fields is None:
        problems.add(item.mark, "wrong_kind", subject, f"写成了{item.kind}", "写成 名字: {…}")
        return []
    found: list[tuple[str, Item]] = []
    for name, each in item.fields.items():
        if not is_id(name):
            problems.add(
                each.mark, "id", f"{subject} {name}", "名字不合规", "用小写字母、数字和下划线"
            )
        elif each.fields is None:
            problems.add(
                each.mark, "wrong_kind", f"{subject} {name}", f"写成了{each.kind}", "写成一组键值"
            )
        else:
            found.append((name, each))
    return found


def _read_slot(name: str, fields: Fields) -> Slot:
    kind = fields.text("type", required=True)
    title = fields.text("title", required=True)
    values = {
        key: _read_choice(key, Fields(item, f"{fields.subject} 的 {key}", fields.problems))
        for key, item in read_entries(fields.get("values"), fields.subject, fields.problems)
    }
    known = [each.value for each in SlotType]
    if kind is not None and kind not in known:
        fields.complain(
            fields.place("type"), "slot_type", f"没有 {kind} 这种类型", did_you_mean(kind, known)
        )
    slot_type = SlotType(kind) if kind in known else SlotType.TEXT
    if slot_type not in (SlotType.CHOICE, SlotType.BOOL) and values and kind in known:
        fields.complain(
            fields.place("values"),
            "unknown_key",
            f"{kind} 槽位不用 values",
            "删掉，或把类型改成 choice",
        )
    if slot_type is SlotType.BOOL:
        values = _yes_no(fields)
    if slot_type is SlotType.CHOICE and not values:
        fields.complain(fields.mark, "no_values", "choice 没有 values", "列出选项")
    slot = Slot(
        name,
        title or name,
        slot_type,
        fields.mark,
        values,
        near=fields.words("near"),
        pii=fields.flag("pii", default=False),
        weekday=fields.flag("weekday", default=False),
    )
    fields.done()
    return slot


def _check_label(fields: Fields, key: str, label: str) -> None:
    if len(label) > LABEL_LIMIT:
        fact = f"按钮「{label}」有 {len(label)} 个字"
        fields.complain(fields.place(key), "label_long", fact, f"缩到 {LABEL_LIMIT} 个字以内")


def _yes_no(fields: Fields) -> dict[str, Choice]:
    found: dict[str, Choice] = {}
    for key, value, default in (("yes", "true", "有"), ("no", "false", "没有")):
        label = fields.text(key) or default
        _check_label(fields, key, label)
        words = fields.words(f"match_{key}"), fields.words(f"hear_{key}")
        found[value] = Choice(value, label, label, match=words[0], hear=words[1])
    return found


def _read_choice(key: str, fields: Fields) -> Choice:
    label = fields.text("label", required=True) or key
    _check_label(fields, "label", label)
    choice = Choice(
        key,
        label,
        fields.text("say") or label,
        match=fields.words("match"),
        hear=fields.words("hear"),
    )
    fields.done()
    return choice


def read_facts(item: Item, problems: Problems) -> dict[str, Fact]:
    """The fact table; `checked_on` at the top is the default of each."""
    top = Fields(item, "事实表", problems)
    checked = _day(top, "checked_on") or date.min
    facts: dict[str, Fact] = {}
    for name, each in read_entries(top.get("facts"), "事实", problems):
        facts[name] = _read_fact(name, Fields(each, f"事实 {name}", problems), checked)
    top.done()
    return facts


def _read_fact(name: str, fields: Fields, checked: date) -> Fact:
    needed = {
        key: fields.text(key, required=True)
        for key in ("kind", "value", "status", "confidence", "source")
    }
    status, confidence = needed["status"] or "", needed["confidence"] or ""
    if status and status not in _STATUS:
        fields.complain(
            fields.place("status"),
            "fact_status",
            f"status「{status}」不认识",
            did_you_mean(status, _STATUS),
        )
    if confidence and confidence not in _CONFIDENCE:
        fields.complain(
            fields.place("confidence"),
            "fact_confidence",
            f"confidence「{confidence}」不认识",
            "写 高、中 或 低",
        )
    caveat = fields.text("caveat")
    if status == "unverified" and not caveat:
        fields.complain(fields.mark, "fact_caveat", "没核实的事实没有 caveat", "写明该怎么提醒用户")
    fact = Fact(
        name,
        needed["kind"] or "",
        needed["value"] or "",
        status,
        confidence,
        needed["source"] or "",
        _day(fields, "checked_on") or checked,
        fields.mark,
        caveat=caveat,
        valid_from=_day(fields, "valid_from"),
        valid_to=_day(fields, "valid_to"),
        expires_on=_day(fields, "expires_on"),
    )
    earlier = tuple(_read_version(fact, item, fields) for item in fields.items("before"))
    fields.done()
    return replace(fact, before=earlier)


def _read_version(fact: Fact, item: Item, outer: Fields) -> Fact:
    """What the fact was before: another value, and until when."""
    fields = Fields(item, f"{outer.subject} 的旧版", outer.problems)
    value = fields.text("value", required=True) or ""
    source = fields.text("source") or fact.source
    started, ended = _day(fields, "valid_from"), _day(fields, "valid_to")
    if ended is None and fields.get("valid_to") is None:
        fields.complain(fields.mark, "missing_key", "没写 valid_to", "写上它用到哪一天为止")
    fields.done()
    return replace(
        fact,
        value=value,
        source=source,
        mark=fields.mark,
        valid_from=started,
        valid_to=ended,
        before=(),
    )


def _day(fields: Fields, key: str) -> date | None:
    text = fields.text(key)
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        fields.complain(
            fields.place(key), "date", f"{key}「{text}」不是日期", "写成 2026-11-20 这样"
        )
        return None


def read_answers(item: Item, problems: Problems) -> dict[str, Answer]:
    """The digressions that are answered in place."""
    top = Fields(item, "题外话", problems)
    answers: dict[str, Answer] = {}
    for name, each in read_entries(top.get("answers"), "题外话", problems):
        fields = Fields(each, f"题外话 {name}", problems)
        title = fields.text("title", required=True) or name
        answers[name] = Answer(
            name, title, fields.words("hear"), fields.templates("say"), fields.mark
        )
        if not answers[name].hear:
            fields.complain(
                fields.mark, "missing_key", "没有 hear，永远不会被问到", "列几句用户会怎么问"
            )
        if not answers[name].texts:
            fields.complain(fields.mark, "missing_key", "没有 say，问到了也答不出", "写上要说的话")
        fields.done()
    top.done()
    return answers


def read_patterns(fields: Fields, key: str, prefix: str) -> dict[str, Pattern]:
    """Patterns by name: `say` texts for an answer in place, or `steps` of their own."""
    found: dict[str, Pattern] = {}
    for name, item in fields.pairs(key):
        inner = Fields(item, f"{prefix}{name}", fields.problems)
        if item.fields is None:
            inner.complain(
                item.mark, "wrong_kind", f"写成了{item.kind}", "写成 {say: …} 或 {steps: […]}"
            )
            found[name] = Pattern(name, item.mark)
            continue
        steps = read_steps(inner.items("steps"), f"patterns.{name}", fields.problems)
        found[name] = Pattern(name, inner.mark, inner.templates("say"), steps)
        if not found[name].texts and not steps:
            inner.complain(inner.mark, "empty_pattern", "既没有 say 也没有 steps", "写上要说的话")
        inner.done()
    return found


def read_labels(fields: Fields) -> Mapping[str, str]:
    """Button labels of the reply classes; each class has one."""
    labels: dict[str, str] = {}
    for name, item in fields.pairs("labels"):
        if name not in REPLY_CLASSES:
            fields.complain(
                item.mark,
                "reply_class",
                f"没有「{name}」这类反应",
                did_you_mean(name, REPLY_CLASSES),
            )
        elif item.text is not None:
            labels[name] = item.text
    missing = [name for name in REPLY_CLASSES if name not in labels]
    if missing:
        fields.complain(
            Mark(fields.mark.file, fields.mark.line),
            "label_missing",
            f"labels 缺少 {'、'.join(missing)}",
            "补上按钮上的字",
        )
    return labels
