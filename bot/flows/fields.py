"""Typed access to the fields of an Item: each wrong thing becomes a Problem, and reading goes on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TypeVar

from bot.core.conditions import Broken, Condition, ConditionError, parse_condition
from bot.core.errors import Mark, did_you_mean
from bot.core.slots import Value
from bot.core.text import Template
from bot.flows.nodes import Item, Problems

__all__ = ["Fields", "is_id"]

T = TypeVar("T")

_ID = re.compile(r"[a-z][a-z0-9_]*")
_PLACEHOLDER_TYPO = re.compile(r"\{([^{}]*)\}")


def is_id(text: str) -> bool:
    return _ID.fullmatch(text) is not None


class Fields:
    """The fields of one mapping, about `subject`; `done()` complains of keys that nobody read."""

    def __init__(self, item: Item, subject: str, problems: Problems) -> None:
        self.item, self.subject, self.problems = item, subject, problems
        self._known: set[str] = set()

    @property
    def mark(self) -> Mark:
        return self.item.mark

    def complain(self, mark: Mark, code: str, fact: str, fix: str) -> None:
        self.problems.add(mark, code, self.subject, fact, fix)

    def place(self, key: str) -> Mark:
        """Where the value of a key stands; the mapping's own place when it is not there."""
        return self.item.keys.get(key, self.mark)

    def get(self, key: str) -> Item | None:
        self._known.add(key)
        return (self.item.fields or {}).get(key)

    def has(self, key: str) -> bool:
        return key in (self.item.fields or {})

    def done(self, also: Iterable[str] = ()) -> None:
        """Report each key that no read asked for."""
        known = self._known | set(also)
        for key in self.item.fields or {}:
            if key not in known:
                self.complain(
                    self.item.keys[key],
                    "unknown_key",
                    f"不认识的键 {key}",
                    did_you_mean(key, known),
                )

    def text(self, key: str, *, required: bool = False) -> str | None:
        item = self.get(key)
        if item is None or item.null:
            if required:
                mark = item.mark if item else self.mark
                self.complain(mark, "missing_key", f"缺少 {key}", f"补上 {key}: …")
            return None
        if item.text is None:
            self._wrong_kind(key, item, "一段文字")
            return None
        return item.text

    def template(self, key: str) -> Template | None:
        item = self.get(key)
        return None if item is None else self.as_template(key, item)

    def as_template(self, key: str, item: Item) -> Template | None:
        if item.text is None:
            self._wrong_kind(key, item, "一段文字（有 {} : # 时加引号）")
            return None
        template = replace(Template.parse(item.text.strip()), mark=item.mark)
        found = set(template.names)
        for name in _PLACEHOLDER_TYPO.findall(item.text) if "{" in item.text else ():
            if name not in found:
                self.complain(
                    item.mark,
                    "placeholder",
                    f"占位符 {{{name}}} 写法不对",
                    "只能写 {槽位名} 或 {fact.编号}，小写字母、数字、下划线",
                )
        return template

    def templates(self, key: str) -> tuple[Template, ...]:
        """One text or a list of variants."""
        item = self.get(key)
        if item is None:
            return ()
        found = [self.as_template(key, each) for each in (item.items or [item])]
        return tuple(template for template in found if template)

    def words(self, key: str) -> tuple[str, ...]:
        """A list of strings; a single string counts as a list of one."""
        item = self.get(key)
        if item is None:
            return ()
        found: list[str] = []
        for each in item.items if item.items is not None else [item]:
            if each.text is None:
                self._wrong_kind(key, each, "文字的列表")
            else:
                found.append(each.text)
        return tuple(found)

    def number(self, key: str, default: int) -> int:
        text = self.text(key)
        if text is None:
            return default
        if not text.isdecimal():
            item = self.get(key)
            mark = item.mark if item else self.mark
            self.complain(mark, "not_a_number", f"{key} 应是整数，写的是「{text}」", "改成数字")
            return default
        return int(text)

    def flag(self, key: str, *, default: bool) -> bool:
        text = self.text(key)
        if text is None:
            return default
        if text not in ("true", "false"):
            item = self.get(key)
            mark = item.mark if item else self.mark
            self.complain(mark, "not_a_flag", f"{key} 只能是 true 或 false", "改成 true 或 false")
        return text == "true"

    def condition(self, key: str) -> Condition | None:
        item = self.get(key)
        if item is None:
            return None
        if item.text is None:
            self._wrong_kind(key, item, "一个条件")
            return None
        try:
            return parse_condition(item.text)
        except ConditionError as error:
            self.complain(item.mark, "guard", str(error), "语法见 docs/flows.md 的「branch」一节")
            return Broken(item.text)

    def items(self, key: str) -> list[Item]:
        item = self.get(key)
        if item is None:
            return []
        if item.items is None:
            self._wrong_kind(key, item, "一串（每行以 - 开头）")
            return []
        return item.items

    def pairs(self, key: str) -> list[tuple[str, Item]]:
        item = self.get(key)
        if item is None or item.null:
            return []
        if item.fields is None:
            self._wrong_kind(key, item, "一组键值")
            return []
        return list(item.fields.items())

    def assignments(self, key: str) -> tuple[tuple[str, Template | Value | None], ...]:
        """`{slot: text}`; a text with a placeholder stays a template, null clears the slot.

        What the text means is the slot's affair (`Slot.read`).
        """
        found: list[tuple[str, Template | Value | None]] = []
        for name, item in self.pairs(key):
            if item.null:
                found.append((name, None))
            elif item.text is None:
                self._wrong_kind(f"{key}.{name}", item, "一个值")
            else:
                template = self.as_template(name, item)
                plain = template is None or not template.names
                found.append((name, item.text if plain else template))
        return tuple(found)

    def each(self, key: str, read: Callable[[Fields], T | None]) -> tuple[T, ...]:
        """`read` applied to every mapping of a list."""
        found: list[T] = []
        for item in self.items(key):
            if item.fields is None:
                self._wrong_kind(key, item, "一组键值")
                continue
            value = read(Fields(item, self.subject, self.problems))
            if value is not None:
                found.append(value)
        return tuple(found)

    def _wrong_kind(self, key: str, item: Item, wanted: str) -> None:
        self.complain(item.mark, "wrong_kind", f"{key} 写成了{item.kind}", f"这里应是{wanted}")
