"""Checks of meaning on a FlowSet: what is said, decided and remembered. Every problem is reported at once.

Checks of shape happen while reading, checks of structure while compiling, checks of paths in
`bot.core.reachability`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date

from bot.core.conditions import Leaf
from bot.core.errors import Mark, Problem, did_you_mean
from bot.core.flow import Action, Ask, Assignments, Call, Coach, FlowSet, Link, Phrase, Set, Wait
from bot.core.slots import Slot, SlotType, Value
from bot.core.text import Template
from bot.core.texts import TextUse, guard_uses, text_uses
from bot.core.voice import COPY_LIMIT

__all__ = ["REQUIRED_PATTERNS", "validate"]

REQUIRED_PATTERNS = (
    *("back", "cancel", "cannot_handle", "chitchat", "clarification", "code_change", "completed", "correction"),
    *("crisis_self_harm", "crisis_threat", "help", "loop_breaker", "out_of_scope", "paste_hint", "privacy"),
    *("repeat", "restart", "resume", "scam_alarm", "session_start", "skip"),
)
"""Without these a person could get stuck: what happens at any time must have an answer."""

CALLBACK_BYTES = 64
TEXT_LIMIT = 4096

_TYPICAL = {
    SlotType.TEXT: 20,
    SlotType.AMOUNT: 6,
    SlotType.DATE: 6,
    SlotType.DAYS: 3,
    SlotType.INT: 2,
    SlotType.ORDER_NO: 18,
    SlotType.TICKET_NO: 12,
    SlotType.LINK: 40,
    SlotType.ACCOUNT: 10,
    SlotType.PHONE: 11,
}
_LITERALS = (
    (re.compile(r"(?<![\d.])(?:110|120|96110|123\d\d|95\d{3}|400[-\s]?\d{3}|1[3-9]\d{9})(?!\s*[\d%元块万天年月日号次个件条人小分集章页楼岁])"), "电话号码"),
    (re.compile(r"(?:法|典|条例|办法|规定|解释)[》）()（一二）]*第[一二三四五六七八九十百千零\d]+条"), "法条"),
    (re.compile(r"第[一二三四五六七八九十百千零\d]{2,}条"), "法条"),
    (re.compile(r"[\w.+-]+@[\w-]+\.\w+"), "邮箱"),
)
_HALF = re.compile(
    r"[\u4e00-\u9fff」』）》”}][,;?!:]\s?(?=[\u4e00-\u9fff「『（《“{])|[\u4e00-\u9fff」』）》”}][?!]$"
)
_SPOKEN = {
    "reply": ("ticket_no", "promised_time", "deadline", "reason", "requested"),
    "changed": ("title", "old", "new"),
}
_WATCHED = frozenset({"phone", "email", "law", "entry", "office", "site", "address"})

Report = Callable[[Mark, str, str, str, str], None]


def validate(flows: FlowSet) -> list[Problem]:
    """All problems of meaning."""
    problems: list[Problem] = []

    def report(mark: Mark, code: str, subject: str, fact: str, fix: str) -> None:
        problems.append(Problem(mark, code, subject, fact, fix))

    _check_patterns(flows, report)
    for use in text_uses(flows):
        _check_text(flows, use, report)
    for guard in guard_uses(flows):
        for leaf in guard.guard.leaves():
            _check_leaf(flows, leaf, guard.subject, guard.mark, report)
    _check_steps(flows, report)
    _check_slots(flows, report)
    for name, action in flows.replies.items():
        _check_action(flows, action, f"replies.{name}", report)
        _check_phrases(flows, action.rungs, f"replies.{name}", report)
    return list(dict.fromkeys(problems))


def _check_patterns(flows: FlowSet, report: Report) -> None:
    mark = next(iter(flows.patterns.values())).mark if flows.patterns else flows.mark
    for name in REQUIRED_PATTERNS:
        if name not in flows.patterns:
            report(mark, "pattern_missing", "patterns", f"缺少 {name}", "补上，否则用户会卡住")
    for flow in flows.flows.values():
        for name, pattern in flow.patterns.items():
            if name not in flows.patterns:
                report(pattern.mark, "pattern_unknown", flow.id, f"覆盖了不存在的 {name}", did_you_mean(name, flows.patterns))


def _check_text(flows: FlowSet, use: TextUse, report: Report) -> None:
    _check_names(flows, use, report)
    _check_literals(flows, use, report)
    longest = _length(flows, use.text)
    if use.role == "copy" and longest > min(use.limit, COPY_LIMIT):
        fact = f"填好后约 {longest} 字，超过 {min(use.limit, COPY_LIMIT)}"
        report(use.mark, "copy_long", use.subject, fact, "缩短，或拆成两条")
    elif use.role != "copy" and longest > TEXT_LIMIT:
        report(use.mark, "text_long", use.subject, f"约 {longest} 字，超过 {TEXT_LIMIT}", "拆成几步")
    half = _HALF.search(use.text.source)
    if half:
        at = max(0, half.start() - 6)
        shown = use.text.source[at : half.end() + 6]
        report(use.mark, "half_width", use.subject, f"中文里用了半角标点（…{shown}…）", "改成全角")


def _check_names(flows: FlowSet, use: TextUse, report: Report) -> None:
    today = date.fromisoformat(flows.today)
    laws = 0
    for name in use.text.names:
        kind, _, key = name.partition(".")
        if not key:
            if name not in flows.slots and name != "number":
                report(use.mark, "slot_unknown", use.subject, f"没有槽位 {{{name}}}", did_you_mean(name, flows.slots))
        elif kind == "fact":
            fact = flows.facts.get(key)
            if fact is None:
                report(use.mark, "fact_unknown", use.subject, f"没有事实 {{{name}}}", did_you_mean(key, flows.facts))
                continue
            laws += fact.kind == "law"
            if fact.status == "rejected":
                report(use.mark, "fact_rejected", use.subject, f"{key} 已被否定，不能说", "删掉或换一个")
            elif not fact.usable(today):
                report(use.mark, "fact_expired", use.subject, f"{key} 现在不在有效期内", "重新核对后改日期，或换一个")
            elif fact.status == "unverified" and use.role in ("copy", "part", "set"):
                report(use.mark, "fact_unverified", use.subject, f"给对方的话里用了没核实的 {key}", "换成核实过的，或不引用")
        elif key not in _SPOKEN.get(kind, ()):
            known = [f"{group}.{each}" for group, keys in _SPOKEN.items() for each in keys]
            report(use.mark, "placeholder", use.subject, f"不认识的占位符 {{{name}}}", did_you_mean(name, known))
    if use.role == "copy" and laws > 1:
        report(use.mark, "two_laws", use.subject, f"一句话引了 {laws} 条规则", "只留最有力的一条")


def _check_literals(flows: FlowSet, use: TextUse, report: Report) -> None:
    plain = re.sub(r"\{[^{}]*\}", "", use.text.source)
    for pattern, what in _LITERALS:
        match = pattern.search(plain)
        if match:
            fact = f"写了字面的{what}「{match[0]}」"
            report(use.mark, "literal", use.subject, fact, "在 facts.yaml 建一条，这里写 {fact.编号}")
    for fact in flows.facts.values():
        if fact.kind in _WATCHED and len(fact.value) >= 4 and fact.value in plain:
            report(use.mark, "literal", use.subject, f"写了字面的「{fact.value}」", f"改成 {{fact.{fact.id}}}")


def _length(flows: FlowSet, text: Template) -> int:
    total = len(re.sub(r"\{[^{}]*\}", "", text.source))
    for name in text.names:
        kind, _, key = name.partition(".")
        if kind == "fact" and key in flows.facts:
            total += len(flows.facts[key].value)
        elif name in flows.slots:
            total += _slot_length(flows.slots[name])
    return total


def _slot_length(slot: Slot) -> int:
    if slot.values:
        return max(len(choice.say) for choice in slot.values.values())
    return _TYPICAL.get(slot.type, 12)


def _check_leaf(flows: FlowSet, leaf: Leaf, subject: str, mark: Mark, report: Report) -> None:
    slot = flows.slots.get(leaf.slot)
    if slot is None:
        report(mark, "slot_unknown", subject, f"条件里没有槽位 {leaf.slot}", did_you_mean(leaf.slot, flows.slots))
        return
    if leaf.op.startswith("length"):
        return
    for value in leaf.literals:
        _check_value(slot, value, leaf.op, subject, mark, report)


def _check_value(slot: Slot, value: Value, op: str, subject: str, mark: Mark, report: Report) -> None:
    if slot.type is SlotType.CHOICE and value not in slot.values:
        fix = did_you_mean(str(value), slot.values)
        report(mark, "literal_type", subject, f"{slot.name} 没有选项 {value}", fix)
    elif op in (">", ">=", "<", "<=") and not slot.type.numeric:
        report(mark, "literal_type", subject, f"{slot.name} 是 {slot.type.value}，不能比大小", "改用 = 或 in")
    elif slot.type.numeric and (isinstance(value, bool) or not isinstance(value, int | float)):
        report(mark, "literal_type", subject, f"{slot.name} 是 {slot.type.value}，比较的是 {value}", "写数字")
    elif slot.type is SlotType.BOOL and not isinstance(value, bool):
        report(mark, "literal_type", subject, f"{slot.name} 是 bool，比较的是 {value}", "写 true 或 false")


def _check_steps(flows: FlowSet, report: Report) -> None:
    for flow in flows.flows.values():
        for step in flow.walk():
            subject = f"{flow.id} 的 {step.id}"
            if isinstance(step, Ask):
                _check_ask(flows, step, subject, report)
            elif isinstance(step, Coach):
                _check_coach(flows, step, subject, report)
            elif isinstance(step, Set | Call):
                _check_sets(flows, step.sets, subject, step.mark, report)
            elif isinstance(step, Wait):
                _check_wait(flows, step, subject, report)
            elif isinstance(step, Link) and step.slot is not None and step.slot not in flows.slots:
                report(step.mark, "slot_unknown", subject, f"没有槽位 {step.slot}", did_you_mean(step.slot, flows.slots))


def _check_wait(flows: FlowSet, step: Wait, subject: str, report: Report) -> None:
    if step.until is not None:
        slot = flows.slots.get(step.until)
        if slot is None or slot.type is not SlotType.DATE:
            fix = did_you_mean(step.until, _of_type(flows, SlotType.DATE))
            report(step.mark, "literal_type", subject, f"until: {step.until} 不是 date 槽位", fix)
    actions = [*step.on_reply.values(), *([step.due] if step.due else [])]
    for action in {id(each): each for each in actions}.values():
        _check_action(flows, action, subject, report)


def _of_type(flows: FlowSet, wanted: SlotType) -> list[str]:
    return [name for name, slot in flows.slots.items() if slot.type is wanted]


def _check_ask(flows: FlowSet, step: Ask, subject: str, report: Report) -> None:
    slot = flows.slots.get(step.slot)
    if slot is None:
        report(step.mark, "slot_unknown", subject, f"没有槽位 {step.slot}", did_you_mean(step.slot, flows.slots))
        return
    for name in step.choices:
        if name not in slot.values:
            report(step.mark, "literal_type", subject, f"{slot.name} 没有选项 {name}", did_you_mean(name, slot.values))
    if step.unsure:
        _check_action(flows, step.unsure, subject, report)


def _check_coach(flows: FlowSet, step: Coach, subject: str, report: Report) -> None:
    actions = list({id(action): action for action in step.on_reply.values()}.values())
    phrases = [*step.rungs, *(p for action in actions for p in action.rungs)]
    _check_phrases(flows, phrases, subject, report)
    if not phrases:
        report(step.mark, "no_rungs", subject, "一句话术也没有", "至少写一条 rungs")
    for action in [*actions, *([step.exhausted] if step.exhausted else [])]:
        _check_action(flows, action, subject, report)


def _check_phrases(flows: FlowSet, phrases: Iterable[Phrase], subject: str, report: Report) -> None:
    texts: dict[str, Phrase] = {}
    names: dict[str, Phrase] = {}
    for phrase in phrases:
        for table, key, what in ((texts, phrase.copy.source, "同一句话"), (names, phrase.id, "同一个 id")):
            if key in table:
                fact = f"{what}出现了两次（另一处在第 {table[key].mark.line} 行）"
                report(phrase.mark, "rung_twice", f"{subject} 的话术 {phrase.id}", fact, "同一个案子里不重复，改写一句")
            table[key] = phrase
        for cite in phrase.cites:
            if cite not in flows.facts:
                report(phrase.mark, "fact_unknown", f"{subject} 的话术 {phrase.id}", f"cites 里没有事实 {cite}", did_you_mean(cite, flows.facts))


def _check_action(flows: FlowSet, action: Action, subject: str, report: Report) -> None:
    _check_sets(flows, action.sets, subject, action.mark, report)
    if action.count is not None:
        slot = flows.slots.get(action.count)
        if slot is None or slot.type is not SlotType.INT:
            report(action.mark, "literal_type", subject, f"count: {action.count} 不是 int 槽位", did_you_mean(action.count, _of_type(flows, SlotType.INT)))


def _check_sets(flows: FlowSet, sets: Assignments, subject: str, mark: Mark, report: Report) -> None:
    for name, value in sets:
        slot = flows.slots.get(name)
        if slot is None:
            report(mark, "slot_unknown", subject, f"没有槽位 {name}", did_you_mean(name, flows.slots))
        elif value is not None and not isinstance(value, Template) and not slot.accepts(_as_typed(slot, value)):
            report(mark, "literal_type", subject, f"{name} 是 {slot.type.value}，不能设成 {value}", did_you_mean(str(value), slot.values))


def _as_typed(slot: Slot, value: Value) -> Value:
    return str(value) if slot.type is SlotType.TEXT else value


def _check_slots(flows: FlowSet, report: Report) -> None:
    for slot in flows.slots.values():
        for choice in slot.values.values():
            data = f"{slot.name}:{choice.id}"
            if len(data.encode()) > CALLBACK_BYTES:
                fact = f"按钮数据 {data} 有 {len(data.encode())} 字节，超过 {CALLBACK_BYTES}"
                report(slot.mark, "callback_long", f"槽位 {slot.name}", fact, "缩短槽位名或选项 id")
    for first, second, phrase in _heard_twice(flows):
        report(second, "heard_twice", f"hear「{phrase}」", f"在 {first} 也有，不知道该记哪个", "留一处")


def _heard_twice(flows: FlowSet) -> Iterator[tuple[Mark, Mark, str]]:
    answers: dict[str, tuple[str, Mark]] = {}
    for answer in flows.answers.values():
        for phrase in answer.hear:
            if phrase in answers and answers[phrase][0] != answer.id:
                yield answers[phrase][1], answer.mark, phrase
            answers[phrase] = (answer.id, answer.mark)
    for slot in flows.slots.values():
        owners: dict[str, str] = {}
        for choice in slot.values.values():
            for phrase in choice.hear:
                if owners.setdefault(phrase, choice.id) != choice.id:
                    yield slot.mark, slot.mark, phrase
