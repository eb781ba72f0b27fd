"""Reads actions and phrases: what to do and say when the other side, or time, has moved."""

from __future__ import annotations

from collections.abc import Mapping

from bot.core.errors import did_you_mean
from bot.core.flow import REPLY_CLASSES, Action, Phrase
from bot.flows.fields import Fields
from bot.flows.nodes import Item, Problems

__all__ = ["read_action", "read_phrase", "read_replies"]


def read_action(item: Item, subject: str, problems: Problems, *, rungs: bool = False) -> Action:
    """An Action from a mapping, or from a bare text (which is its `say`). Only a coach's has `rungs`."""
    if item.text is not None:
        said = Fields(item, subject, problems).as_template("say", item)
        return Action(item.mark, say=(said,) if said else ())
    if item.fields is None:
        if not item.null:
            problems.add(
                item.mark, "wrong_kind", subject, f"对策写成了{item.kind}", "写一句话或一组键值"
            )
        return Action(item.mark)
    fields = Fields(item, subject, problems)
    action = Action(
        item.mark,
        say=fields.templates("say"),
        count=fields.text("count"),
        sets=fields.assignments("set"),
        rungs=fields.each("rungs", read_phrase) if rungs else (),
        go=fields.text("go"),
        call=fields.text("call"),
        link=fields.text("link"),
    )
    if sum(target is not None for target in (action.go, action.link)) > 1:
        fields.complain(item.mark, "two_targets", "go 和 link 不能同时写", "留一个")
    fields.done()
    return action


def read_replies(fields: Fields, key: str, *, rungs: bool = True) -> Mapping[str, Action]:
    """`a | b: Action` for the classes of what the other side does."""
    found: dict[str, Action] = {}
    for names, item in fields.pairs(key):
        action = read_action(item, f"{fields.subject} 的 {names}", fields.problems, rungs=rungs)
        for name in (part.strip() for part in names.split("|")):
            if name not in REPLY_CLASSES:
                hint = did_you_mean(name, REPLY_CLASSES)
                fields.complain(item.mark, "reply_class", f"没有「{name}」这类反应", hint)
            elif name in found:
                fields.complain(item.mark, "reply_twice", f"{name} 写了两次对策", "合并成一条")
            else:
                found[name] = action
    return found


def read_phrase(fields: Fields) -> Phrase | None:
    name = fields.text("id", required=True)
    item = fields.get("copy")
    if item is None:
        fields.complain(fields.mark, "missing_key", "话术缺少 copy", "补上要粘贴的那句话")
    copy = fields.template("copy")
    phrase = None
    if name and copy:
        phrase = Phrase(
            name,
            copy,
            fields.mark,
            say=fields.template("say"),
            cites=fields.words("cites"),
            max_chars=fields.number("max_chars", 256),
            guard=fields.condition("if"),
        )
    fields.done(("say", "cites", "max_chars", "if"))
    return phrase
