"""`zhenren check`: everything that can be wrong in authored data, found in one run.

Flows and facts are checked by the core; here come the things that lie between parts: stories for each flow,
the corpus against the flows, the lock of states, the gettext catalogs.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from bot.cases.workdays import ChinaCalendar
from bot.core.builder import Builder
from bot.core.compiler import compile_flows
from bot.core.errors import Mark, Problem, did_you_mean
from bot.core.flow import FlowSet
from bot.core.reachability import check_paths
from bot.core.validation import validate
from bot.flows.loader import read_flows
from bot.i18n.catalogs import catalog_problems
from bot.nlu.corpus import OUT_OF_SCOPE, read_corpus
from bot.nlu.normalize import normalize
from bot.stories import load_stories

__all__ = ["check_all", "find_problems", "write_lock"]

_STORIES = Path("tests/stories")
_NEARLY = re.compile(r"[\W_0-9]|[啊呀吧呢吗了的嘛哦呗哈诶欸]")
"""What may differ between two lines that teach the same."""
_TELLING = 4
_UNREADABLE = frozenset({"yaml", "encoding", "empty", "missing_file"})
_LOCK = "states.lock"
_LOCK_HEAD = """# 对话可能停住的位置。有人正停在这些地方：改名要在流程里写 renamed，删除要想好他们去哪。
# 由 zhenren check --write-lock 生成。
"""


def find_problems(flows: Path, locales: Path, stories: Path | None, today: date) -> list[Problem]:
    """All problems of flows, facts, stories, examples and catalogs, sorted by place."""
    flow_set, form = read_flows(flows, today)
    build = compile_flows(flow_set, ChinaCalendar())
    if any(problem.code in _UNREADABLE for problem in form):
        return sorted(
            set(form)
        )  # without a whole file all the rest would complain of what it lacks
    spoilt = form.spoilt | {problem.mark for problem in form}
    problems = [*form, *(p for p in (*build.problems, *validate(flow_set)) if p.mark not in spoilt)]
    if not form and not build.problems:
        problems += [
            *check_paths(build),
            *_renamed_problems(build),
            *_lock_problems(flows, build),
            *catalog_problems(locales, flow_set),
        ]
        if (locales / "zh_Hans" / "nlu" / "issues").is_dir():
            problems += _corpus_problems(locales / "zh_Hans" / "nlu", flow_set)
        if stories is not None:
            problems += _story_problems(stories, flow_set)
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


def write_lock(flows: Path) -> int:
    """Write the resting places of the flows as they are now; the number of places."""
    flow_set, form = read_flows(flows, date.today())
    build = compile_flows(flow_set, ChinaCalendar())
    if form or build.problems:
        return 0
    states = sorted(build.spec.listening)
    (flows / _LOCK).write_text(_LOCK_HEAD + "\n".join(states) + "\n", encoding="utf-8")
    return len(states)


def _lock_problems(flows: Path, build: Builder) -> Iterator[Problem]:
    """People may be resting in a locked state: it stays, or says where they go."""
    path = flows / _LOCK
    file = f"{flows.name}/{_LOCK}"
    if not path.is_file():
        yield Problem(Mark(file, 1), "lock", _LOCK, "还没有", "运行 zhenren check --write-lock")
        return
    lines = path.read_text(encoding="utf-8").splitlines()
    locked = {
        line.strip(): number
        for number, line in enumerate(lines, 1)
        if line.strip() and line[0] != "#"
    }
    listening = set(build.spec.listening)
    renamed = build.spec.renamed
    for name, number in locked.items():
        if name in listening or renamed.get(name) in listening:
            continue
        fact = "这个位置不见了，停在那里的人会被打断"
        fix = f"在流程里写 renamed: {{{name}: 新名字}}（{did_you_mean(name, listening)}），或者重写这份清单"
        yield Problem(Mark(file, number), "state_gone", name, fact, fix)
    added = sorted(listening - locked.keys())
    if added:
        fact = f"有 {len(added)} 个新位置没有登记（如 {added[0]}）"
        yield Problem(Mark(file, 1), "lock", _LOCK, fact, "运行 zhenren check --write-lock")


def _renamed_problems(build: Builder) -> Iterator[Problem]:
    for old, new in build.spec.renamed.items():
        if new not in build.spec.states:
            mark = build.flows.renamed_at.get(old, build.flows.mark)
            fix = did_you_mean(new, build.spec.listening)
            yield Problem(mark, "renamed", f"renamed {old}", f"新名字 {new} 不存在", fix)


def _corpus_problems(nlu: Path, flows: FlowSet) -> Iterator[Problem]:
    """The same words under two labels teach nothing; a label without a flow leads nowhere."""
    seen: dict[tuple[str, str], str] = {}
    near: set[tuple[str, str, str]] = set()
    labels: set[str] = set()
    mark = Mark(f"{nlu.parent.name}/{nlu.name}", 1)
    for kind in ("issue", "act", "reply"):
        for example in read_corpus(nlu, kind):
            key = (kind, normalize(example.text))
            other = seen.setdefault(key, example.label)
            if kind == "issue":
                labels.add(example.label)
            bare = _NEARLY.sub("", key[1])
            if len(bare) >= _TELLING and (kind, example.label, bare) in near:
                fact = f"「{example.text}」和 {example.label} 里另一句几乎一样"
                yield Problem(mark, "example_near", "语料", fact, "留一句，换一个说法")
            near.add((kind, example.label, bare))
            if other != example.label:
                fact = f"「{example.text}」同时标成 {other} 和 {example.label}"
                yield Problem(mark, "example_twice", "语料", fact, "留一处")
    for label in sorted(labels - {OUT_OF_SCOPE} - set(flows.issues)):
        yield Problem(
            mark,
            "label_unknown",
            "语料",
            f"标签 {label} 没有流程",
            did_you_mean(label, flows.issues),
        )
    for issue in sorted(set(flows.issues) - labels):
        yield Problem(
            flows.flows[issue].mark,
            "label_missing",
            issue,
            "语料里一句例句也没有",
            "在 locales 里补例句",
        )


def _story_problems(directory: Path, flows: FlowSet) -> Iterator[Problem]:
    stories, problems = load_stories(directory)
    yield from problems
    told = {turn.issue for story in stories for turn in story.turns}
    for issue in flows.issues:
        if issue not in told:
            fix = f"在 {directory} 里写一个，其中一轮有 issue: {issue}"
            yield Problem(
                flows.flows[issue].mark, "no_story", issue, "没有一个故事走过这个流程", fix
            )
