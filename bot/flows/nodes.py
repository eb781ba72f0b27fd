"""Strict YAML: composes a document into marked nodes, so that every later complaint has its line.

All scalars are strings (`no`, `12:30` and `0123` stay what they look like). Duplicate keys, tags, anchors
and merges are problems; so is a half-width comma that swallows half a Chinese sentence in `{}` or `[]`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

from bot.core.errors import Mark, Problem

__all__ = ["Item", "Problems", "compose"]

_Loader: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_CJK = re.compile(r"[\u3400-\u9fff]")
_MAGIC = re.compile(r"(?m)(?:^|[\s\[{,:-])[&*!]\S")


class Problems(list[Problem]):
    """A growing list of problems with a short way to add one.

    `spoilt` are steps that could not be read whole: what is wrong with them further on is not told.
    """

    def __init__(self) -> None:
        super().__init__()
        self.spoilt: set[Mark] = set()

    def add(self, mark: Mark, code: str, subject: str, fact: str, fix: str) -> None:
        self.append(Problem(mark, code, subject, fact, fix))


@dataclass(slots=True)
class Item:
    """A node with its place: exactly one of `text`, `items`, `fields` is set; null is none of them."""

    mark: Mark
    text: str | None = None
    items: list[Item] | None = None
    fields: dict[str, Item] | None = None
    keys: dict[str, Mark] = field(default_factory=dict)

    @property
    def null(self) -> bool:
        return self.text is None and self.items is None and self.fields is None

    @property
    def kind(self) -> str:
        """What an author would call it."""
        if self.items is not None:
            return "一串"
        if self.fields is not None:
            return "一组键值"
        return "空" if self.text is None else "一段文字"

    def pairs(self) -> Iterator[tuple[str, Item]]:
        yield from (self.fields or {}).items()


def compose(text: str, file: str, problems: Problems) -> Item | None:
    """The document as an Item tree; None when it is empty or is not YAML (a problem says why)."""
    try:
        if _MAGIC.search(text):  # events cost as much as nodes: look only when a sign is there
            for event in yaml.parse(text, Loader=_Loader):
                _refuse_magic(event, file, problems)
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        if any(problem.mark == Mark(file, line) for problem in problems):
            return None
        problems.add(
            Mark(file, line),
            "yaml",
            "YAML 语法",
            f"读不下去（{error.problem or error.context}）",
            "检查缩进、冒号后的空格和引号；带 {} : # 的文案请加引号",
        )
        return None
    except yaml.reader.ReaderError as error:
        at = text.encode()[: error.position].count(b"\n") + 1
        shown = f"U+{error.character:04X}" if isinstance(error.character, int) else "未知"
        problems.add(
            Mark(file, at),
            "yaml",
            "YAML 语法",
            f"有不能用的字符（{shown}）",
            "删掉不可见的控制字符",
        )
        return None
    if node is None:
        problems.add(Mark(file, 1), "empty", "文件", "是空的", "写上内容，或者删掉这个文件")
        return None
    return _Builder(text, file, problems).build(node)


def _refuse_magic(event: object, file: str, problems: Problems) -> None:
    mark = Mark(file, getattr(event, "start_mark").line + 1)  # noqa: B009 - yaml events are untyped
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
        problems.add(
            mark, "anchor", "YAML 锚点", "这里用了 & 或 *", "流程文件不用锚点，请把内容写全"
        )
    elif getattr(event, "tag", None):
        tag = str(getattr(event, "tag", "")).replace("tag:yaml.org,2002:", "!!")
        problems.add(mark, "tag", "YAML 标签", f"这里用了 {tag}", "删掉 ! 开头的标签")


class _Builder:
    def __init__(self, text: str, file: str, problems: Problems) -> None:
        self._lines, self._file, self._problems = text.splitlines(), file, problems

    def build(self, node: yaml.Node) -> Item:
        mark = Mark(self._file, node.start_mark.line + 1)
        if isinstance(node, yaml.ScalarNode):
            empty = not node.style and node.value in ("", "~", "null")
            return Item(mark, text=None if empty else node.value)
        if isinstance(node, yaml.SequenceNode):
            if node.flow_style:
                self._check_split(node)
            return Item(mark, items=[self.build(child) for child in node.value])
        assert isinstance(node, yaml.MappingNode), "scalars, lists and mappings are all there is"
        return self._mapping(node, mark)

    def _mapping(self, node: yaml.MappingNode, mark: Mark) -> Item:
        item = Item(mark, fields={})
        assert item.fields is not None
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                continue  # `{{…}}`: the kind of the outer value is already wrong
            key = str(key_node.value)
            key_mark = Mark(self._file, key_node.start_mark.line + 1)
            value = self.build(value_node)
            if value.text is None and value.mark.line > key_mark.line:
                value.mark = key_mark  # what is written below its key is found by its key
            if key == "<<":
                self._problems.add(key_mark, "merge", "YAML 合并", "这里用了 <<", "请把内容写全")
            elif key in item.fields:
                self._problems.add(
                    key_mark,
                    "duplicate_key",
                    f"键 {key}",
                    f"在同一组里写了两次（上一次在第 {item.keys[key].line} 行）",
                    "留一个",
                )
            elif node.flow_style and value.null and _CJK.search(key):
                self._swallowed(key_mark, key)
            else:
                item.fields[key] = value
                item.keys[key] = key_mark
        return item

    def _swallowed(self, mark: Mark, lost: str) -> None:
        self._problems.add(
            mark,
            "swallowed",
            "半角逗号",
            f"花括号里的半角逗号把半句话「{lost}」切掉了",
            "把逗号改成全角，或者给整句加引号",
        )

    def _check_split(self, node: yaml.Node) -> None:
        """`[一句话,另半句]`: a comma without a space between Chinese texts is a swallowed comma."""
        for left, right in zip(node.value, node.value[1:], strict=False):
            both = isinstance(left, yaml.ScalarNode) and isinstance(right, yaml.ScalarNode)
            if not both or left.style or right.style:
                continue
            line, column = right.start_mark.line, right.start_mark.column
            before = self._lines[line][column - 1 : column] if line < len(self._lines) else ""
            if before == "," and _CJK.match(right.value) and _CJK.search(left.value):
                self._swallowed(Mark(self._file, line + 1), right.value)
