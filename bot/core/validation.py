"""Checks of meaning on a FlowSet: what is said, decided and remembered. Every problem is reported at once.

Checks of shape happen while reading, checks of structure while compiling, checks of paths in
`bot.core.reachability`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.core.conditions import Leaf
from bot.core.errors import Mark, Problem, did_you_mean
from bot.core.flow import Action, Ask, Assignments, Call, Coach, FlowSet, Link, Phrase, Set, Wait
from bot.core.paperwork import check_papers, paper_guards, paper_texts
from bot.core.slots import Slot, SlotType, Value
from bot.core.texts import guard_uses, text_uses
from bot.core.wording import Report, check_text

__all__ = ["REQUIRED_PATTERNS", "validate"]

REQUIRED_PATTERNS = (
    *(
        "back",
        "cancel",
        "cannot_handle",
        "chitchat",
        "clarification",
        "code_change",
        "completed",
        "correction",
    ),
    *(
        "crisis_self_harm",
        "crisis_threat",
        "help",
        "loop_breaker",
        "out_of_scope",
        "paste_hint",
        "privacy",
    ),
    *("repeat", "restart", "resume", "scam_alarm", "session_start", "skip"),
)
"""Without these a person could get stuck: what happens at any time must have an answer."""

CALLBACK_BYTES = 64


def validate(flows: FlowSet) -> list[Problem]:
    """All problems of meaning."""
    problems: list[Problem] = []

    def report(mark: Mark, code: str, subject: str, fact: str, fix: str) -> None:
        problems.append(Problem(mark, code, subject, fact, fix))

    _check_patterns(flows, report)
    for use in (*text_uses(flows), *paper_texts(flows)):
        check_text(flows, use, report)
    for guard in (*guard_uses(flows), *paper_guards(flows)):
        for leaf in guard.guard.leaves():
            _check_leaf(flows, leaf, guard.subject, guard.mark, report)
    _check_steps(flows, report)
    _check_slots(flows, report)
    for name, action in flows.replies.items():
        _check_action(flows, action, f"replies.{name}", report)
        _check_phrases(flows, action.rungs, f"replies.{name}", report)
    check_papers(flows, report)
    return list(dict.fromkeys(problems))


def _check_patterns(flows: FlowSet, report: Report) -> None:
    mark = next(iter(flows.patterns.values())).mark if flows.patterns else flows.mark
    for name in REQUIRED_PATTERNS:
        if name not in flows.patterns:
            report(mark, "pattern_missing", "patterns", f"缺少 {name}", "补上，否则用户会卡住")
    for flow in flows.flows.values():
        for name, pattern in flow.patterns.items():
            if name not in flows.patterns:
                report(
                    pattern.mark,
                    "pattern_unknown",
                    flow.id,
                    f"覆盖了不存在的 {name}",
                    did_you_mean(name, flows.patterns),
                )


def _check_leaf(flows: FlowSet, leaf: Leaf, subject: str, mark: Mark, report: Report) -> None:
    slot = flows.slots.get(leaf.slot)
    if slot is None:
        report(
            mark,
            "slot_unknown",
            subject,
            f"条件里没有槽位 {leaf.slot}",
            did_you_mean(leaf.slot, flows.slots),
        )
        return
    if leaf.op.startswith("length"):
        return
    for value in leaf.literals:
        _check_value(slot, value, leaf.op, subject, mark, report)


def _check_value(
    slot: Slot, value: Value, op: str, subject: str, mark: Mark, report: Report
) -> None:
    if slot.type is SlotType.CHOICE and value not in slot.values:
        fix = did_you_mean(str(value), slot.values)
        report(mark, "literal_type", subject, f"{slot.name} 没有选项 {value}", fix)
    elif op in (">", ">=", "<", "<=") and not slot.type.numeric:
        report(
            mark,
            "literal_type",
            subject,
            f"{slot.name} 是 {slot.type.value}，不能比大小",
            "改用 = 或 in",
        )
    elif slot.type.numeric and (isinstance(value, bool) or not isinstance(value, int | float)):
        report(
            mark,
            "literal_type",
            subject,
            f"{slot.name} 是 {slot.type.value}，比较的是 {value}",
            "写数字",
        )
    elif slot.type is SlotType.BOOL and not isinstance(value, bool):
        report(
            mark,
            "literal_type",
            subject,
            f"{slot.name} 是 bool，比较的是 {value}",
            "写 true 或 false",
        )


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
                _no_slot(flows, step.slot, subject, step.mark, report)


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


def _no_slot(flows: FlowSet, name: str, subject: str, mark: Mark, report: Report) -> None:
    report(mark, "slot_unknown", subject, f"没有槽位 {name}", did_you_mean(name, flows.slots))


def _check_ask(flows: FlowSet, step: Ask, subject: str, report: Report) -> None:
    slot = flows.slots.get(step.slot)
    if slot is None:
        _no_slot(flows, step.slot, subject, step.mark, report)
        return
    for name in step.choices:
        if name not in slot.values:
            report(
                step.mark,
                "literal_type",
                subject,
                f"{slot.name} 没有选项 {name}",
                did_you_mean(name, slot.values),
            )
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
        for table, key, what in (
            (texts, phrase.copy.source, "同一句话"),
            (names, phrase.id, "同一个 id"),
        ):
            if key in table:
                fact = f"{what}出现了两次（另一处在第 {table[key].mark.line} 行）"
                report(
                    phrase.mark,
                    "rung_twice",
                    f"{subject} 的话术 {phrase.id}",
                    fact,
                    "同一个案子里不重复，改写一句",
                )
            table[key] = phrase
        for cite in phrase.cites:
            if cite not in flows.facts:
                report(
                    phrase.mark,
                    "fact_unknown",
                    f"{subject} 的话术 {phrase.id}",
                    f"cites 里没有事实 {cite}",
                    did_you_mean(cite, flows.facts),
                )


def _check_action(flows: FlowSet, action: Action, subject: str, report: Report) -> None:
    _check_sets(flows, action.sets, subject, action.mark, report)
    if action.count is not None:
        slot = flows.slots.get(action.count)
        if slot is None or slot.type is not SlotType.INT:
            report(
                action.mark,
                "literal_type",
                subject,
                f"count: {action.count} 不是 int 槽位",
                did_you_mean(action.count, _of_type(flows, SlotType.INT)),
            )


def _check_sets(
    flows: FlowSet, sets: Assignments, subject: str, mark: Mark, report: Report
) -> None:
    for name, value in sets:
        slot = flows.slots.get(name)
        if slot is None:
            _no_slot(flows, name, subject, mark, report)
        elif isinstance(value, str) and slot.read(value) is None:
            fix = did_you_mean(value, slot.values)
            fact = f"{name} 是 {slot.type.value}，不能设成 {value}"
            report(mark, "literal_type", subject, fact, fix)


def _check_slots(flows: FlowSet, report: Report) -> None:
    for slot in flows.slots.values():
        for choice in slot.values.values():
            data = f"{slot.name}:{choice.id}"
            if len(data.encode()) > CALLBACK_BYTES:
                fact = f"按钮数据 {data} 有 {len(data.encode())} 字节，超过 {CALLBACK_BYTES}"
                report(slot.mark, "callback_long", f"槽位 {slot.name}", fact, "缩短槽位名或选项 id")
    for first, second, phrase in _heard_twice(flows):
        report(
            second, "heard_twice", f"hear「{phrase}」", f"在 {first} 也有，不知道该记哪个", "留一处"
        )


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
