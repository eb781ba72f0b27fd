"""What authors run: stories with coverage, diagrams, a look into a state, rehearsal, training,
evaluation, and the lines that were not understood."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from bot.app import Engine
from bot.channels.clock import Clock
from bot.channels.console.pipe import Conversation, plain
from bot.core.errors import ConfigError, FlowError, did_you_mean
from bot.core.turn import Outcome
from bot.flows.graph import to_html, to_mermaid, to_svg
from bot.i18n.script import localize
from bot.inbox import Inbox, teach
from bot.stories import Coverage, load_stories, play

__all__ = [
    "draw",
    "drop_item",
    "evaluate_model",
    "inspect_state",
    "label_item",
    "list_inbox",
    "rehearse",
    "run_stories",
    "train_model",
]


def run_stories(
    engine: Engine, directory: Path, only: str, *, coverage: bool, verbose: bool
) -> int:
    """Play the stories; 1 when one fails."""
    if not directory.is_dir():
        raise ConfigError(f"没有故事目录 {directory}。请在项目目录里运行，或用 --stories 指出来")
    stories, problems = load_stories(directory)
    if problems:
        raise FlowError(problems)
    chosen = [story for story in stories if only in story.name or only in story.mark.file]
    results = [play(engine, story) for story in chosen]
    for result in results:
        if verbose:
            _out("\n".join(result.transcript))
        for failure in result.failures:
            _out(failure)
    failed = sum(bool(result.failures) for result in results)
    if coverage:
        _show_coverage(Coverage.of(engine, results))
    _out(f"{len(results)} 个故事，{failed} 个没过")
    return 1 if failed or not results else 0


def _show_coverage(found: Coverage) -> None:
    for key in found.untaken:
        _out(f"没走到：{key}")
    total = len(found.taken) + len(found.untaken)
    _out(f"走过 {len(found.taken)}/{total} 条边（{found.share:.1%}）")


def draw(engine: Engine, flow: str | None, output: Path | None) -> int:
    """Write a diagram of one flow, or of how all flows hang together."""
    known = engine.build.spec.entries
    if flow is not None and flow not in known:
        raise ConfigError(f"没有流程 {flow}。{did_you_mean(flow, known)}")
    if output is None:
        _out(to_mermaid(engine.build.spec, flow))
        return 0
    writers = {".mmd": to_mermaid, ".svg": to_svg, ".html": to_html}
    if output.suffix not in writers:
        raise ConfigError(f"不会画 {output.suffix or '没有后缀的文件'}。请用 .svg、.mmd 或 .html")
    output.write_text(writers[output.suffix](engine.build.spec, flow), encoding="utf-8")
    _out(f"画好了：{output}")
    return 0


def inspect_state(engine: Engine, name: str | None) -> int:
    """Print what a state waits for and where its edges lead."""
    spec = engine.build.spec
    names = [
        state
        for state in spec.states
        if name is None or name == state or state.endswith(f".{name}")
    ]
    if name is None:
        _out("\n".join(f"{'●' if spec.states[each].listens else '○'} {each}" for each in names))
        return 0
    if not names:
        raise ConfigError(f"没有位置 {name}。{did_you_mean(name, spec.states)}")
    for each in names:
        state = spec.states[each]
        _out(f"{each}（{state.mark}）{'停在这里等回答' if state.listens else '自动走过'}")
        for edge in spec.edges_of(each):
            guard = f" 如果 {edge.guard}" if edge.guard else ""
            _out(f"  {edge.trigger}{guard} → {edge.dest or '原地'}  {edge.mark}")
    return 0


def rehearse(engine: Engine, name: str, now: datetime | None, output: Path | None) -> int:
    """Talk line by line on stdin and write the conversation down as a story."""
    lines = asyncio.run(_rehearse(engine, name, now or datetime(2026, 11, 20, 10), sys.stdin))
    text = "\n".join(lines) + "\n"
    if output is None:
        _out(text)
        return 0
    with output.open("a", encoding="utf-8") as file:
        file.write(text)
    _out(f"录好了：{output}")
    return 0


_MARKS = {"@": "button", "<": "paste", "+": "advance"}


async def _rehearse(engine: Engine, name: str, now: datetime, source: Iterable[str]) -> list[str]:
    talk = Conversation(engine.agent(), "rehearsal", Clock(now), localize)
    outcome = await talk.begin()
    _out(plain(outcome) + "\n（@按钮  <对方的话  +3d 时间往前；空行结束）", err=True)
    lines = [f"- story: {name}", f"  now: {now.isoformat(timespec='minutes')}", "  turns:"]
    for raw in source:
        line = raw.rstrip("\r\n")
        if not line:
            break
        kind, value = (_MARKS[line[0]], line[1:].strip()) if line[0] in _MARKS else ("user", line)
        outcome = await _said(talk, kind, value, outcome)
        _out(plain(outcome), err=True)
        lines += _as_turn(kind, value, outcome)
    return lines


async def _said(talk: Conversation, kind: str, value: str, last: Outcome) -> Outcome:
    if kind == "advance":
        return await talk.advance(value)
    offered = {b.label: b.value for each in last.responses for b in each.buttons}
    return await talk.send("text" if kind == "user" else kind, offered.get(value, value))


def _as_turn(kind: str, value: str, outcome: Outcome) -> list[str]:
    lines = [f"    - {kind}: {json.dumps(value, ensure_ascii=False)}"]
    if outcome.issue:
        lines.append(f"      issue: {outcome.issue}")
    lines.append(f"      at: {outcome.state}")
    return lines


def train_model(nlu_dir: Path, *, only_check: bool) -> int:
    """Train and write `model.bin`, or only say whether it fits the corpus."""
    from bot.nlu.corpus import corpus_digest
    from bot.nlu.reading import Reader

    if only_check:
        fits = Reader.load(nlu_dir).classifier.corpus_digest == corpus_digest(nlu_dir)
        _out("模型和语料一致" if fits else "语料变了，模型是旧的：运行 zhenren train")
        return 0 if fits else 1
    from bot.nlu.train import train

    try:
        data = train(nlu_dir)
    except ImportError as error:
        raise ConfigError(f"训练需要额外的库（{error.name}）。请装 zhenren[train]") from None
    (nlu_dir / "model.bin").write_bytes(data)
    _out(f"训练好了：{nlu_dir / 'model.bin'}（{len(data) / 1e6:.1f} MB）")
    return 0


def evaluate_model(engine: Engine, nlu_dir: Path, page: Path | None, *, as_json: bool) -> int:
    """Print what is understood of voices that were left out; `page` gets the same as HTML."""
    from bot.evaluation.page import as_page
    from bot.evaluation.report import as_json as plain_data
    from bot.evaluation.report import as_text
    from bot.evaluation.running import evaluate

    if not (nlu_dir / "slots.yaml").is_file():
        raise ConfigError(
            f"没有 {nlu_dir / 'slots.yaml'}，量不了数字日期。请用自带的语料，或补上它"
        )
    if page is not None and not page.parent.is_dir():
        raise ConfigError(f"没有目录 {page.parent}。请先建好，或把 --page 写到别处")
    try:
        report = evaluate(engine, nlu_dir)
    except ImportError as error:
        raise ConfigError(f"评估需要额外的库（{error.name}）。请装 zhenren[train]") from None
    _out(json.dumps(plain_data(report), ensure_ascii=False) if as_json else as_text(report))
    if page is not None:
        page.write_text(as_page(report), encoding="utf-8")
        _out(f"写好了：{page}", err=True)
    return 0


def list_inbox(inbox: Inbox) -> int:
    """Print what was not understood, a line each; 1 when something waits."""
    items = inbox.items()
    for item in items:
        guess = f"，猜是 {item.guess}" if item.guess else ""
        _out(f"{item.id}  {item.text}（{item.day}，{item.state}{guess}）")
    _out(f"{len(items)} 句等着标注" if items else "没有等着标注的", err=True)
    return 1 if items else 0


def label_item(inbox: Inbox, name: str, label: str, nlu_dir: Path, tests: Path) -> int:
    """Make an item a corpus line and a regression test; then it leaves the inbox."""
    item = inbox.item(name)
    corpus = teach(item, label, nlu_dir, tests)
    inbox.drop(name)
    _out(f"「{item.text}」→ {label}：写进了 {corpus.name} 和 {tests}。运行 zhenren train 让它学会")
    return 0


def drop_item(inbox: Inbox, name: str) -> int:
    """Forget an item."""
    _out(f"扔掉了：{inbox.drop(name).text}")
    return 0


def _out(text: str, *, err: bool = False) -> None:
    print(text, file=sys.stderr if err else sys.stdout)
