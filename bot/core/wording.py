"""Checks of wording: placeholders that exist, facts that may be said, lengths, literals, punctuation."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from bot.core.errors import Mark, did_you_mean
from bot.core.flow import FlowSet
from bot.core.slots import Slot, SlotType
from bot.core.text import Template
from bot.core.texts import TextUse
from bot.core.voice import COPY_LIMIT

__all__ = ["Report", "check_text"]

Report = Callable[[Mark, str, str, str, str], None]
"""Takes place, code, subject, fact and fix of a problem."""

TEXT_LIMIT = 4096

_TYPICAL = {
    SlotType.TEXT: 20,
    SlotType.NAME: 16,
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
    (
        re.compile(
            r"(?<![\d.])(?:110|120|96110|123\d\d|95\d{3}|400[-\s]?\d{3}|1[3-9]\d{9})(?!\s*[\d%元块万天年月日号次个件条人小分集章页楼岁])"
        ),
        "电话号码",
    ),
    (
        re.compile(
            r"(?:法|典|条例|办法|规定|解释)[》）()（一二）]*第[一二三四五六七八九十百千零\d]+条"
        ),
        "法条",
    ),
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


def check_text(flows: FlowSet, use: TextUse, report: Report) -> None:
    _check_names(flows, use, report)
    _check_literals(flows, use, report)
    longest = _length(flows, use.text)
    if use.role == "copy" and longest > min(use.limit, COPY_LIMIT):
        fact = f"填好后约 {longest} 字，超过 {min(use.limit, COPY_LIMIT)}"
        report(use.mark, "copy_long", use.subject, fact, "缩短，或拆成两条")
    elif use.role != "copy" and longest > TEXT_LIMIT:
        report(
            use.mark, "text_long", use.subject, f"约 {longest} 字，超过 {TEXT_LIMIT}", "拆成几步"
        )
    half = _HALF.search(use.text.source)
    if half:
        at = max(0, half.start() - 6)
        shown = use.text.source[at : half.end() + 6]
        report(use.mark, "half_width", use.subject, f"中文里用了半角标点（…{shown}…）", "改成全角")


def _check_names(flows: FlowSet, use: TextUse, report: Report) -> None:
    laws = 0
    for name in use.text.names:
        kind, _, key = name.partition(".")
        if not key:
            if name not in flows.slots and name != "number":
                report(
                    use.mark,
                    "slot_unknown",
                    use.subject,
                    f"没有槽位 {{{name}}}",
                    did_you_mean(name, flows.slots),
                )
        elif kind == "fact":
            laws += key in flows.facts and flows.facts[key].kind == "law"
            _check_fact(flows, use, key, report)
        elif key not in _SPOKEN.get(kind, ()):
            known = [f"{group}.{each}" for group, keys in _SPOKEN.items() for each in keys]
            report(
                use.mark,
                "placeholder",
                use.subject,
                f"不认识的占位符 {{{name}}}",
                did_you_mean(name, known),
            )
    if use.role == "copy" and laws > 1:
        report(use.mark, "two_laws", use.subject, f"一句话引了 {laws} 条规则", "只留最有力的一条")


def _check_fact(flows: FlowSet, use: TextUse, key: str, report: Report) -> None:
    """A fact may only be said as what it is: known, not rejected, in force, and verified where it is pasted."""
    fact = flows.facts.get(key)
    if fact is None:
        fix = did_you_mean(key, flows.facts)
        report(use.mark, "fact_unknown", use.subject, f"没有事实 {{fact.{key}}}", fix)
    elif fact.status == "rejected":
        report(use.mark, "fact_rejected", use.subject, f"{key} 已被否定，不能说", "删掉或换一个")
    elif not fact.usable(date.fromisoformat(flows.today)):
        fix = "重新核对后改日期，或换一个"
        report(use.mark, "fact_expired", use.subject, f"{key} 现在不在有效期内", fix)
    elif fact.status == "unverified" and use.role in ("copy", "part", "set"):
        fact_text = f"给对方的话里用了没核实的 {key}"
        report(use.mark, "fact_unverified", use.subject, fact_text, "换成核实过的，或不引用")


def _check_literals(flows: FlowSet, use: TextUse, report: Report) -> None:
    plain = re.sub(r"\{[^{}]*\}", "", use.text.source)
    for pattern, what in _LITERALS:
        match = pattern.search(plain)
        if match:
            fact = f"写了字面的{what}「{match[0]}」"
            report(
                use.mark, "literal", use.subject, fact, "在 facts.yaml 建一条，这里写 {fact.编号}"
            )
    if use.role == "plain":
        return  # it cannot refer to a fact, and the name of a menu or an office is no number
    for known in flows.facts.values():
        if known.kind in _WATCHED and len(known.value) >= 4 and known.value in plain:
            report(
                use.mark,
                "literal",
                use.subject,
                f"写了字面的「{known.value}」",
                f"改成 {{fact.{known.id}}}",
            )


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
