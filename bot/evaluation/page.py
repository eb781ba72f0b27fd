"""The report as one HTML page that needs nothing else: tables, and the confusion matrix as a picture."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from bot.evaluation.figures import MEAN, Confusion, Scores, Table
from bot.evaluation.report import HEADINGS, METRICS, Report, shown

__all__ = ["as_page", "heat_map"]

_CELL, _MARGIN, _TOP, _RIGHT = 22, 180, 150, 100
_STYLE = """
body { font: 15px/1.6 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; color: #222 }
h1 { font-size: 1.5rem } h2 { font-size: 1.15rem; margin-top: 2.2rem }
table { border-collapse: collapse; font-variant-numeric: tabular-nums }
td, th { padding: .15rem .7rem; text-align: right; border-bottom: 1px solid #eee }
td:first-child, th:first-child { text-align: left }
tr.mean { font-weight: 600; background: #f6f6f6 }
svg { max-width: 100%; height: auto }
"""


def as_page(report: Report) -> str:
    """The page; open it in any browser."""
    sections = [
        _section("模拟的用户", _table(report.users)),
        _section("混淆矩阵：行是本意，列是听成", heat_map(report.confusions["issue"])),
        _section("说的把握有多准", _calibration(report.reliability)),
        *(
            _section(f"{HEADINGS[kind]}，按口音", _table(table))
            for kind, table in report.voices.items()
        ),
        _section("问题，按写法", _table(report.styles)),
        _section("数字日期，按口音", _table(report.slots)),
        *(
            _section(f"{HEADINGS[kind]}，按标签", _table(table))
            for kind, table in report.labels.items()
        ),
    ]
    return (
        f'<!doctype html><html lang="zh-Hans"><meta charset="utf-8"><title>听懂多少</title><style>{_STYLE}</style>'
        "<h1>听懂多少</h1><p>每个数都来自没读过那个人一句话的模型：每次留出一种口音，用其余的训练、校准，再测它。</p>"
        + "".join(sections)
        + "</html>\n"
    )


def _section(title: str, body: str) -> str:
    return f"<h2>{escape(title)}</h2>{body}"


def _table(table: Table) -> str:
    columns = list(dict.fromkeys(name for scores in table.values() for name in scores))
    head = "<th></th>" + "".join(f"<th>{METRICS[name]}</th>" for name in columns)
    rows = (_row(name, scores, columns) for name, scores in table.items())
    return f"<table><tr>{head}</tr>{''.join(rows)}</table>"


def _row(name: str, scores: Scores, columns: Iterable[str]) -> str:
    cells = "".join(
        f"<td>{shown(column, scores[column]) if column in scores else ''}</td>"
        for column in columns
    )
    kind = ' class="mean"' if name == MEAN else ""
    return f"<tr{kind}><td>{escape(name)}</td>{cells}</tr>"


def heat_map(counts: Confusion) -> str:
    """The matrix as SVG: the darker a cell, the larger the share of its row; a touch shows the number."""
    labels = sorted({label for pair in counts for label in pair})
    totals = {label: sum(counts[label, said] for said in labels) for label in labels}
    parts = [_axis(i, label) for i, label in enumerate(labels)]
    parts += [
        _cell(row, column, counts[label, said], totals[label], f"{label} → {said}")
        for row, label in enumerate(labels)
        for column, said in enumerate(labels)
        if counts[label, said]
    ]
    side = _CELL * len(labels)
    width, height = _MARGIN + side + _RIGHT, _TOP + side + 10
    about = f'viewBox="0 0 {width} {height}" width="{width}" role="img"'
    font = 'font-family="system-ui, sans-serif" font-size="11" fill="#333"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {about} {font}>{"".join(parts)}</svg>'


def _axis(i: int, label: str) -> str:
    """The label of a row and, turned, of its column."""
    y, x = _TOP + i * _CELL + 15, _MARGIN + i * _CELL + 15
    name = escape(label)
    return (
        f'<text x="{_MARGIN - 6}" y="{y}" text-anchor="end">{name}</text>'
        f'<text x="{x}" y="{_TOP - 6}" transform="rotate(-60 {x} {_TOP - 6})">{name}</text>'
    )


def _cell(row: int, column: int, n: int, total: int, title: str) -> str:
    share = n / total
    colour = f"rgba(30,130,76,{share:.3f})" if row == column else f"rgba(200,30,30,{_seen(share)})"
    x, y = _MARGIN + column * _CELL, _TOP + row * _CELL
    return (
        f'<rect x="{x}" y="{y}" width="{_CELL - 1}" height="{_CELL - 1}" fill="{colour}">'
        f"<title>{escape(title)}：{n} 句，{share:.1%}</title></rect>"
    )


def _seen(share: float) -> str:
    """Mistakes are rare: they are drawn six times as strong as the right answers."""
    return f"{min(1.0, 0.04 + 6 * share):.3f}"


def _calibration(bins: Sequence[tuple[float, float, int]]) -> str:
    rows = "".join(
        f"<tr><td>{p:.2f}</td><td>{right:.2f}</td><td>{n}</td></tr>" for p, right, n in bins
    )
    return f"<table><tr><th>说的把握</th><th>真的对</th><th>句数</th></tr>{rows}</table>"
