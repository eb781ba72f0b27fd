"""`zhenren check`: everything that can be wrong in authored data, found in one run."""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path

from bot.cases.workdays import ChinaCalendar
from bot.core.compiler import compile_flows
from bot.core.errors import Problem
from bot.flows.loader import read_flows

__all__ = ["check_all", "find_problems"]

_STORIES = Path("tests/stories")


def find_problems(flows: Path, locales: Path, stories: Path | None, today: date) -> list[Problem]:
    """All problems of flows, facts, stories and examples, sorted by place."""
    flow_set, form = read_flows(flows, today)
    build = compile_flows(flow_set, ChinaCalendar())
    problems = [*form, *build.problems]
    return sorted(set(problems))


def check_all(flows: Path, locales: Path, stories: Path | None, *, as_json: bool) -> int:
    """Print the problems; 1 when there are any."""
    where = stories or (_STORIES if _STORIES.is_dir() else None)
    problems = find_problems(flows, locales, where, date.today())
    for problem in problems:
        print(json.dumps(_as_dict(problem), ensure_ascii=False) if as_json else problem)
    if not as_json:
        print(f"{len(problems)} 个问题" if problems else "没有问题", file=sys.stderr)
    return 1 if problems else 0


def _as_dict(problem: Problem) -> dict[str, object]:
    return {
        "file": problem.mark.file,
        "line": problem.mark.line,
        "code": problem.code,
        "subject": problem.subject,
        "fact": problem.fact,
        "fix": problem.fix,
    }
