"""Diagrams from the machine's own edges: Mermaid text, SVG without any tool, and a page with both.

One flow is drawn with its sub-flows folded into one box each; without a flow, the links between flows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from bot.core.spec import ADVANCE, Edge, MachineSpec, State

__all__ = ["to_html", "to_mermaid", "to_svg"]

_BOX_W, _BOX_H, _GAP_X, _GAP_Y, _PAD = 210, 44, 40, 34, 24


@dataclass(frozen=True, slots=True)
class _Graph:
    """Boxes in order with their labels and kinds, and labelled arrows between them."""

    nodes: dict[str, tuple[str, str]]
    arrows: tuple[tuple[str, str, str], ...]


def _graph(spec: MachineSpec, flow: str | None) -> _Graph:
    edges = [edge for edge in spec.edges if not edge.common and edge.dest]
    if flow is None:
        return _overview(spec, edges)
    names: dict[str, tuple[str, str]] = {}
    arrows: dict[tuple[str, str], list[str]] = {}
    for edge in edges:
        source, dest = _folded(edge.source, flow, spec), _folded(edge.dest or "", flow, spec)
        if not source or not dest or (source == dest):
            continue
        for name in (source, dest):
            names.setdefault(name, _label(spec, name, flow))
        label = _edge_label(edge)
        kept = arrows.setdefault((source, dest), [])
        if label and label not in kept:
            kept.append(label)
    listed = tuple((a, b, "、".join(labels[:3])) for (a, b), labels in arrows.items())
    return _Graph(names, listed)


def _overview(spec: MachineSpec, edges: Iterable[Edge]) -> _Graph:
    nodes = {root: (root, "flow") for root in spec.entries}
    arrows = {
        (spec.states[e.source].root, spec.states[e.dest or ""].root, "")
        for e in edges
        if e.dest in spec.states and e.source in spec.states
    }
    return _Graph(
        nodes, tuple(sorted(a for a in arrows if a[0] != a[1] and a[0] in nodes and a[1] in nodes))
    )


def _folded(state: str, flow: str, spec: MachineSpec) -> str:
    """A state of the flow, a sub-flow's state as its call, another flow as its name; else nothing."""
    if state == flow or not state.startswith(f"{flow}."):
        return state if state in spec.entries or state == flow else ""
    parts = state.removeprefix(f"{flow}.").split(".")
    return f"{flow}.{parts[0]}"


def _label(spec: MachineSpec, name: str, flow: str) -> tuple[str, str]:
    state = spec.states.get(name)
    if state is None:
        return name, "flow"
    kind = type(state.step).__name__.lower() if state.step else "flow"
    return f"{name.removeprefix(flow + '.')} · {_text_of(state)}"[:26], kind


def _text_of(state: State) -> str:
    step = state.step
    texts = getattr(step, "texts", ()) or getattr(step, "says", ())
    return texts[0].source[:16] if texts else type(step).__name__.lower() if step else "开始"


def _edge_label(edge: Edge) -> str:
    if edge.guard is not None:
        return str(edge.guard)
    if edge.trigger == ADVANCE:
        return ""
    return edge.trigger.removeprefix("reply_")


def to_mermaid(spec: MachineSpec, flow: str | None) -> str:
    """A Mermaid flowchart."""
    graph = _graph(spec, flow)
    ids = {name: f"n{number}" for number, name in enumerate(graph.nodes)}
    lines = ["flowchart TD"]
    for name, (label, kind) in graph.nodes.items():
        left, right = ('(["', '"])') if kind in ("end", "flow") else ('["', '"]')
        lines.append(f"  {ids[name]}{left}{label.replace(chr(34), chr(39))}{right}")
    for source, dest, label in graph.arrows:
        shown = f'|"{label}"|' if label else ""
        lines.append(f"  {ids[source]} -->{shown} {ids[dest]}")
    return "\n".join(lines) + "\n"


def _layers(graph: _Graph) -> dict[str, tuple[int, int]]:
    """Column and row of each box: rows by distance from the first, columns by order of appearance."""
    depth: dict[str, int] = {}
    following: dict[str, list[str]] = {}
    for source, dest, _ in graph.arrows:
        following.setdefault(source, []).append(dest)
    for start in graph.nodes:
        if start in depth:
            continue
        depth[start] = 0
        todo = [start]
        while todo:
            name = todo.pop(0)
            for dest in following.get(name, ()):
                if dest not in depth:
                    depth[dest] = depth[name] + 1
                    todo.append(dest)
    places: dict[str, tuple[int, int]] = {}
    filled: dict[int, int] = {}
    for name, row in depth.items():
        places[name] = (filled.get(row, 0), row)
        filled[row] = filled.get(row, 0) + 1
    return places


def to_svg(spec: MachineSpec, flow: str | None) -> str:
    """A self-contained SVG; rows are steps from the start."""
    graph = _graph(spec, flow)
    places = _layers(graph)
    width = _PAD * 2 + (1 + max((c for c, _ in places.values()), default=0)) * (_BOX_W + _GAP_X)
    height = _PAD * 2 + (1 + max((r for _, r in places.values()), default=0)) * (_BOX_H + _GAP_Y)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12">',
        '<defs><marker id="a" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path d="M0 0 8 4 0 8z" fill="#999"/></marker></defs>',
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
    ]
    parts += [_arrow(places[a], places[b], label) for a, b, label in graph.arrows]
    parts += [_box(places[name], label, kind) for name, (label, kind) in graph.nodes.items()]
    return "\n".join([*parts, "</svg>"]) + "\n"


_FILL = {
    "ask": "#e8f1ff",
    "coach": "#fff1e0",
    "write": "#eef8ea",
    "wait": "#f3ecff",
    "end": "#ffe3e3",
}


def _corner(place: tuple[int, int]) -> tuple[int, int]:
    return _PAD + place[0] * (_BOX_W + _GAP_X), _PAD + place[1] * (_BOX_H + _GAP_Y)


def _box(place: tuple[int, int], label: str, kind: str) -> str:
    x, y = _corner(place)
    fill = _FILL.get(kind, "#f6f6f6")
    return (
        f'<g><rect x="{x}" y="{y}" width="{_BOX_W}" height="{_BOX_H}" rx="8" fill="{fill}" stroke="#bbb"/>'
        f'<text x="{x + _BOX_W / 2}" y="{y + 27}" text-anchor="middle">{escape(label)}</text></g>'
    )


def _arrow(source: tuple[int, int], dest: tuple[int, int], label: str) -> str:
    (ax, ay), (bx, by) = _corner(source), _corner(dest)
    x1, y1, x2, y2 = ax + _BOX_W / 2, float(ay + _BOX_H), bx + _BOX_W / 2, float(by)
    if dest[1] <= source[1]:
        x1, y1, x2, y2 = ax + _BOX_W, ay + _BOX_H / 2, bx + _BOX_W, by + _BOX_H / 2
    path = f"M{x1} {y1}C{x1} {(y1 + y2) / 2} {x2} {(y1 + y2) / 2} {x2} {y2}"
    text = f"<title>{escape(label)}</title>" if label else ""
    return f'<path d="{path}" fill="none" stroke="#999" marker-end="url(#a)">{text}</path>'


def to_html(spec: MachineSpec, flow: str | None) -> str:
    """A page with the drawing and, below it, the Mermaid text to copy."""
    title = flow or "全部流程"
    return (
        f'<!doctype html><meta charset="utf-8"><title>{escape(title)}</title>'
        "<style>body{font-family:sans-serif;margin:1rem}svg{max-width:100%}pre{background:#f6f6f6;padding:1rem;overflow:auto}</style>"
        f"<h1>{escape(title)}</h1>{to_svg(spec, flow)}<pre>{escape(to_mermaid(spec, flow))}</pre>"
    )
