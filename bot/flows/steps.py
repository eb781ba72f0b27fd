"""Reads steps: one mapping with exactly one of the ten verbs becomes one Step of the core's form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.core.errors import did_you_mean
from bot.core.flow import (
    REPLY_CLASSES,
    Ask,
    Branch,
    Call,
    Case,
    Coach,
    End,
    Link,
    NoMatch,
    Part,
    Reject,
    Say,
    Set,
    Step,
    Wait,
    Write,
)
from bot.flows.actions import read_action, read_phrase, read_replies
from bot.flows.fields import Fields, is_id
from bot.flows.nodes import Item, Problems

__all__ = ["VERBS", "read_steps"]

VERBS = ("say", "ask", "coach", "write", "wait", "branch", "set", "call", "link", "end")
_NAMED = ("coach", "write", "wait", "end")
_DEFAULT_BUTTONS = ("human_answered", "repeated_template", "auto_closed", "marked_resolved")


def read_steps(
    items: list[Item], flow: str, problems: Problems, prefix: str = ""
) -> tuple[Step, ...]:
    """The steps of a flow; anonymous ones are numbered, ids are made unique by `prefix`."""
    steps: list[Step] = []
    for number, item in enumerate(items, 1):
        if item.fields is None:
            problems.add(
                item.mark, "wrong_kind", flow, f"步骤写成了{item.kind}", "步骤以 - 动词: 开头"
            )
            continue
        step = _read_step(Fields(item, flow, problems), flow, f"{prefix}{number}")
        if step is not None:
            steps.append(step)
    return tuple(steps)


def _read_step(fields: Fields, flow: str, number: str) -> Step | None:
    verb = _verb(fields)
    if verb is None:
        return None
    name = _name(fields, verb)
    default = _default_id(fields, verb)
    fields.subject = f"{flow} 的 {name or default or verb}"
    common: dict[str, Any] = {
        "id": name or (default if default and is_id(default) else f"_{verb}{number}"),
        "mark": fields.mark,
        "guard": fields.condition("if"),
        "go": fields.text("go"),
        "stage": fields.text("stage"),
    }
    before = len(fields.problems)
    step = _READERS[verb](fields, common)
    fields.done()
    if verb in ("link", "end") and fields.has("go"):
        fields.complain(fields.place("go"), "two_targets", f"go 和 {verb} 不能同时写", "删掉 go")
    if len(fields.problems) > before:
        fields.problems.spoilt.add(fields.mark)
    return step


def _verb(fields: Fields) -> str | None:
    """The one verb of the step."""
    verbs = [verb for verb in VERBS if fields.has(verb)]
    if len(verbs) == 2 and "say" in verbs and verbs[1] in ("wait", "end"):
        verbs.remove("say")  # there it is what is said on arriving
    if len(verbs) == 1:
        return verbs[0]
    keys = list(fields.item.fields or {})
    fact = f"一步里写了 {len(verbs)} 个动词" if verbs else f"没有动词（只有 {', '.join(keys)}）"
    unknown = next((key for key in keys if key not in ("id", "if", "go", "stage")), "")
    fix = "一步只留一个动词" if verbs else did_you_mean(unknown, VERBS)
    fields.complain(fields.mark, "verb", fact, fix)
    return None


def _name(fields: Fields, verb: str) -> str | None:
    """The authored id; a step that people rest at needs one."""
    name = fields.text("id")
    if name is not None and not is_id(name):
        fix = "用小写字母、数字和下划线，字母开头"
        fields.complain(fields.place("id"), "id", f"id「{name}」不合规", fix)
    if name is None and verb in _NAMED:
        fields.complain(fields.mark, "missing_id", f"{verb} 没有 id", "对话会停在这里，请写 id: …")
    return name


def _default_id(fields: Fields, verb: str) -> str | None:
    """An ask is named by its slot, a call by its sub-flow: people may rest there, so no numbers."""
    text = fields.text(verb) if verb in ("ask", "call") else None
    return text.rpartition(".")[2] if text else None


def _say(fields: Fields, common: dict[str, Any]) -> Step:
    return Say(texts=fields.templates("say"), **common)


def _ask(fields: Fields, common: dict[str, Any]) -> Step:
    unsure = fields.get("unsure")
    return Ask(
        slot=fields.text("ask", required=True) or "",
        texts=fields.templates("text"),
        why=fields.template("why"),
        unsure=read_action(unsure, fields.subject, fields.problems) if unsure else None,
        rejects=fields.each("reject", _read_reject),
        no_match=_read_no_match(fields),
        choices=fields.words("choices"),
        **common,
    )


def _read_reject(fields: Fields) -> Reject | None:
    guard, say = fields.condition("if"), fields.template("say")
    fields.done()
    if guard is None or say is None:
        fields.complain(
            fields.mark, "reject", "reject 要有 if 和 say", "写成 {if: 条件, say: 一句话}"
        )
        return None
    return Reject(guard, say)


def _read_no_match(fields: Fields) -> tuple[NoMatch, ...]:
    item = fields.get("no_match")
    if item is None:
        return ()
    found: list[NoMatch] = []
    for each in item.items if item.items is not None else [item]:
        if each.fields is None:
            say = fields.as_template("no_match", each)
            found.append(NoMatch(say))
            continue
        inner = Fields(each, fields.subject, fields.problems)
        found.append(NoMatch(inner.template("say"), choices=inner.flag("choices", default=True)))
        inner.done()
    return tuple(found)


def _inner(fields: Fields, verb: str) -> Fields:
    """The mapping under a verb whose settings are nested (coach, write, wait)."""
    item = fields.get(verb)
    if item is None or item.fields is None:
        mark = item.mark if item else fields.mark
        fields.complain(mark, "wrong_kind", f"{verb} 下面应是一组键值", "见 docs/flows.md")
        return Fields(
            Item(mark, fields={}), fields.subject, Problems()
        )  # what follows from it is not told
    return Fields(item, fields.subject, fields.problems)


def _coach(fields: Fields, common: dict[str, Any]) -> Step:
    inner = _inner(fields, "coach")
    exhausted = inner.get("exhausted")
    buttons = inner.words("buttons") or _DEFAULT_BUTTONS
    listed = inner.get("buttons")
    for name in buttons:
        if name not in REPLY_CLASSES:
            inner.complain(
                listed.mark if listed else inner.mark,
                "reply_class",
                f"没有「{name}」这类反应",
                did_you_mean(name, REPLY_CLASSES),
            )
    step = Coach(
        says=inner.templates("say"),
        rungs=inner.each("rungs", read_phrase),
        buttons=tuple(name for name in buttons if name in REPLY_CLASSES),
        on_reply=read_replies(inner, "on_reply"),
        exhausted=read_action(exhausted, inner.subject, inner.problems) if exhausted else None,
        **common,
    )
    inner.done()
    return step


def _write(fields: Fields, common: dict[str, Any]) -> Step:
    inner = _inner(fields, "write")
    sizes = _sizes(inner)
    step = Write(
        title=inner.text("title", required=True) or "",
        sizes=tuple(sorted(sizes)),
        parts=inner.each("parts", _read_part),
        says=inner.templates("say"),
        **common,
    )
    inner.done()
    return step


def _sizes(fields: Fields) -> tuple[int, ...]:
    found: list[int] = []
    item = fields.get("sizes")
    for word in fields.words("sizes"):
        if word.isdecimal():
            found.append(int(word))
        else:
            mark = item.mark if item else fields.mark
            fields.complain(mark, "not_a_number", f"sizes 应是整数，写的是「{word}」", "改成数字")
    return tuple(found) or (50, 200, 500)


def _read_part(fields: Fields) -> Part | None:
    text = fields.template("text")
    keep = fields.number("keep", 5)
    if text is None and not fields.has("text"):
        fields.complain(fields.mark, "missing_key", "这一句缺少 text", "补上 text: …")
    fields.done()
    return Part(text, keep) if text else None


def _wait(fields: Fields, common: dict[str, Any]) -> Step:
    inner = _inner(fields, "wait")
    until, default = inner.text("until"), inner.text("default", required=True)
    inner.done()
    due = fields.get("due")
    return Wait(
        until=until,
        default=default or "3d",
        says=fields.templates("say"),
        on_reply=read_replies(fields, "on_reply", rungs=False),
        due=read_action(due, fields.subject, fields.problems) if due else None,
        early=fields.templates("early"),
        **common,
    )


def _branch(fields: Fields, common: dict[str, Any]) -> Step:
    cases: list[Case] = []
    for number, item in enumerate(fields.items("branch"), 1):
        if item.fields is None:
            fields.complain(
                item.mark, "wrong_kind", f"分岔写成了{item.kind}", "写成 {if: 条件, go: 去处}"
            )
            continue
        cases.append(
            _read_case(Fields(item, fields.subject, fields.problems), f"{common['id']}_{number}_")
        )
    return Branch(cases=tuple(cases), **common)


def _read_case(fields: Fields, prefix: str) -> Case:
    guard = fields.condition("if")
    otherwise = fields.get("else")
    steps_item = otherwise if otherwise and otherwise.items is not None else fields.get("do")
    go = otherwise.text if otherwise else fields.text("go")
    if otherwise is None and not fields.has("if"):
        fields.complain(
            fields.mark, "branch_case", "这一条既没有 if 也没有 else", "写 if: 条件，或 else: 去处"
        )
    _check_case(fields)
    steps: tuple[Step, ...] = ()
    if steps_item is not None:
        if steps_item.items is None:
            fields.complain(steps_item.mark, "wrong_kind", "do 下面应是一串步骤", "每步以 - 开头")
        else:
            steps = read_steps(steps_item.items, fields.subject, fields.problems, prefix)
    link = fields.get("link")
    if link is not None and link.text is not None:
        steps = (Link(id=f"_link{prefix}", mark=fields.mark, flow=link.text),)
    elif go is None and steps_item is None:
        fields.complain(fields.mark, "branch_case", "这一条没有去处", "写 go:、do: 或 link:")
    fields.done(("go", "do", "else", "if"))
    return Case(fields.mark, guard, go, steps)


def _check_case(fields: Fields) -> None:
    ways = [key for key in ("else", "go", "link", "do") if fields.has(key)]
    if len(ways) > 1:
        fields.complain(fields.mark, "two_targets", f"{ways[0]} 和 {ways[1]} 不能同时写", "留一个")
    if fields.has("if") and fields.has("else"):
        fields.complain(fields.mark, "branch_case", "既有 if 又有 else", "拆成两条，else 放最后")


def _set(fields: Fields, common: dict[str, Any]) -> Step:
    return Set(sets=fields.assignments("set"), **common)


def _call(fields: Fields, common: dict[str, Any]) -> Step:
    on: dict[str, str] = {}
    for name, item in fields.pairs("on"):
        if item.text is None:
            fields.complain(
                item.mark, "wrong_kind", f"on.{name} 应是步骤 id", "写成 {solved: done}"
            )
        else:
            on[name] = item.text
    return Call(
        flow=fields.text("call", required=True) or "",
        sets=fields.assignments("with"),
        on=on,
        **common,
    )


def _link(fields: Fields, common: dict[str, Any]) -> Step:
    item = fields.get("link")
    if item is not None and item.fields is not None:
        inner = Fields(item, fields.subject, fields.problems)
        step = Link(slot=inner.text("slot", required=True), **common)
        inner.done()
        return step
    return Link(flow=fields.text("link", required=True), **common)


def _end(fields: Fields, common: dict[str, Any]) -> Step:
    return End(
        outcome=fields.text("end", required=True) or "stopped",
        says=fields.templates("say"),
        followup=fields.words("followup"),
        reopen=fields.text("reopen"),
        **common,
    )


_READERS: Mapping[str, Callable[[Fields, dict[str, Any]], Step]] = {
    "say": _say,
    "ask": _ask,
    "coach": _coach,
    "write": _write,
    "wait": _wait,
    "branch": _branch,
    "set": _set,
    "call": _call,
    "link": _link,
    "end": _end,
}
