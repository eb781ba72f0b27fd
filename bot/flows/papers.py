"""Reads papers.yaml and evidence.yaml: what can be put on paper, and what has to be kept for each issue."""

from __future__ import annotations

from bot.core.errors import did_you_mean
from bot.core.paper import SOURCES, Evidence, Line, Paper, PaperSection
from bot.core.text import count_units
from bot.flows.fields import Fields, is_id
from bot.flows.nodes import Item, Problems
from bot.flows.tables import read_entries

__all__ = ["read_evidence", "read_papers"]

_CONTENT = ("fields", "parts", "items", "from")
_LIMITS = {"title": 24, "proves": 30, "blur": 20}
"""How many characters fit beside a box to tick, on a phone."""


def read_papers(item: Item, problems: Problems) -> dict[str, Paper]:
    """`{id: paper}` in the order of the file."""
    top = Fields(item, "材料表", problems)
    papers: dict[str, Paper] = {}
    for name, each in read_entries(top.get("papers"), "材料", problems):
        paper = _read_paper(name, Fields(each, f"材料 {name}", problems))
        if paper is not None:
            papers[name] = paper
    top.done()
    return papers


def _read_paper(name: str, fields: Fields) -> Paper | None:
    title = fields.text("title", required=True)
    use = fields.template("use")
    if not fields.has("use"):
        fields.complain(fields.mark, "missing_key", "缺少 use", "补上 use: 交到哪里")
    listed = fields.get("sections")
    if listed is None or listed.items == []:
        fields.complain(
            fields.place("sections"), "no_sections", "一节也没有", "在 sections: 下面写几节"
        )
    paper = None
    sections = fields.each("sections", _read_section) if listed else ()
    issues, cites, guard = fields.words("issues"), fields.words("cites"), fields.condition("if")
    if title and use:
        paper = Paper(name, title, use, fields.mark, sections, issues, guard, cites)
    fields.done()
    return paper


def _read_section(fields: Fields) -> PaperSection | None:
    title = _plain(fields, "title", required=True)
    inner = Fields(fields.item, f"{fields.subject} 的「{title}」", fields.problems)
    ways = [key for key in _CONTENT if _written(fields, key)]
    if len(ways) != 1:
        fact = f"{ways[0]} 和 {ways[1]} 不能同时写" if ways else "没有内容"
        inner.complain(
            fields.mark, "section_content", fact, f"{'、'.join(_CONTENT)} 里写一个，只写一个"
        )
    source = inner.text("from") or ""
    if source and source not in SOURCES:
        inner.complain(
            fields.place("from"),
            "section_source",
            f"from 不能是 {source}",
            did_you_mean(source, SOURCES),
        )
    section = PaperSection(
        title,
        fields.mark,
        fields=inner.each("fields", _read_line),
        parts=inner.templates("parts"),
        items=inner.templates("items"),
        source=source,
        guard=inner.condition("if"),
    )
    inner.done(("title",))
    return section if title and len(ways) == 1 else None


def _written(fields: Fields, key: str) -> bool:
    item = (fields.item.fields or {}).get(key)
    return item is not None and item.items != []


def _read_line(fields: Fields) -> Line | None:
    label, value = _plain(fields, "label", required=True), fields.template("value")
    if not fields.has("value"):
        fields.complain(fields.mark, "missing_key", "这一栏缺少 value", "补上 value: 填什么")
    hint, guard = _plain(fields, "hint"), fields.condition("if")
    fields.done()
    return Line(label, value, fields.mark, hint, guard) if label and value else None


def read_evidence(item: Item, problems: Problems) -> dict[str, tuple[Evidence, ...]]:
    """`{issue: things}`, first what can vanish first; an issue whose things are wrong is there all the same."""
    top = Fields(item, "证据表", problems)
    found: dict[str, tuple[Evidence, ...]] = {}
    table = top.get("evidence")
    if table is None or table.null or table.fields == {}:
        top.complain(
            top.place("evidence"),
            "no_evidence",
            "一样也没有",
            "写上 evidence: …，或者删掉这个文件",
        )
    for issue, each in top.pairs("evidence"):
        fields = Fields(table or item, f"证据 {issue}", problems)
        found[issue] = fields.each(issue, _read_evidence)
        if each.items == []:
            fields.complain(each.mark, "no_evidence", "一样也没有", "列出要存的几样东西")
    top.done()
    return found


def _read_evidence(fields: Fields) -> Evidence | None:
    name = fields.text("id", required=True)
    if name and not is_id(name):
        fields.complain(fields.place("id"), "id", f"id「{name}」不合规", "用小写字母、数字和下划线")
    needed = {key: _plain(fields, key, required=key != "blur") for key in _LIMITS}
    for key, limit in _LIMITS.items():
        length = count_units(needed[key])
        if length > limit:
            fact = f"{key}「{needed[key]}」有 {length} 个字"
            fields.complain(fields.place(key), "evidence_long", fact, f"缩到 {limit} 个字以内")
    guard = fields.condition("if")
    fields.done()
    if not (name and needed["title"] and needed["proves"]):
        return None
    return Evidence(
        name, needed["title"], needed["proves"], fields.mark, blur=needed["blur"], guard=guard
    )


def _plain(fields: Fields, key: str, *, required: bool = False) -> str:
    """A text in which nothing is filled in."""
    text = fields.text(key, required=required) or ""
    if "{" in text:
        fields.complain(
            fields.place(key), "placeholder", f"{key} 里不能有 {{…}}", "写成不用填的一句话"
        )
    return text
