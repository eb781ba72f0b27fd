"""What authors use: checks, stories, diagrams, rehearsal, training and evaluation."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from bot.cli.command import add_command, engine_of, moment
from bot.config import flows_dir, inbox_path, locales_dir
from bot.core.errors import ConfigError

__all__ = ["add_authoring"]


def add_authoring(commands: Any) -> None:
    _add_check(commands)
    _add_test(commands)
    _add_graph(commands)
    _add_inspect(commands)
    _add_rehearse(commands)
    _add_train(commands)
    _add_eval(commands)
    _add_inbox(commands)


def _add_check(commands: Any) -> None:
    examples = "  zhenren check\n  zhenren check --flows my-flows\n"
    check = add_command(
        commands, "check", "检查流程、语料和故事，一次列出所有问题", _check, examples
    )
    check.add_argument("--json", action="store_true", help="每行一个问题的 JSON")
    check.add_argument(
        "--stories", type=Path, metavar="目录", help="故事目录（默认 tests/stories，有就查）"
    )
    check.add_argument("--write-lock", action="store_true", help="把现在的位置清单写进 states.lock")


def _add_test(commands: Any) -> None:
    examples = "  zhenren test\n  zhenren test --coverage\n  zhenren test --only 秒驳回 -v\n"
    test = add_command(commands, "test", "跑故事", _test, examples)
    stories = Path("tests/stories")
    test.add_argument("--stories", type=Path, default=stories, metavar="目录", help="故事目录")
    test.add_argument("--coverage", action="store_true", help="列出没有故事走过的分支和行号")
    test.add_argument("--only", default="", metavar="字", help="只跑名字或文件名里有这些字的故事")
    test.add_argument("-v", "--verbose", action="store_true", help="打印对话全文")


def _add_graph(commands: Any) -> None:
    examples = "  zhenren graph account.banned -o banned.svg\n  zhenren graph -o all.html\n"
    graph = add_command(commands, "graph", "把流程画成图", _graph, examples)
    graph.add_argument(
        "flow", nargs="?", metavar="流程", help="如 account.banned；不写就是全部的总图"
    )
    kinds = ".svg、.mmd 或 .html（默认把 .mmd 打到屏幕）"
    graph.add_argument("-o", "--output", type=Path, metavar="文件", help=kinds)


def _add_inspect(commands: Any) -> None:
    examples = "  zhenren inspect account.banned.penalty\n"
    inspect = add_command(commands, "inspect", "看一个位置在等什么、能去哪", _inspect, examples)
    inspect.add_argument("state", nargs="?", metavar="位置", help="状态名，或名字的一部分")


def _add_rehearse(commands: Any) -> None:
    examples = "  zhenren rehearse -o tests/stories/new.yaml\n"
    rehearse = add_command(commands, "rehearse", "边聊边录成故事", _rehearse, examples)
    rehearse.add_argument(
        "-o", "--output", type=Path, metavar="文件", help="写到哪个文件（默认打到屏幕）"
    )
    rehearse.add_argument("--name", default="新故事", help="故事的名字")
    rehearse.add_argument("--now", metavar="时间", help="把时钟停在这一刻")


def _add_train(commands: Any) -> None:
    train = add_command(
        commands,
        "train",
        "用语料重新训练听懂话的模型（需要 zhenren[train]）",
        _train,
        "  zhenren train\n  zhenren train --check\n",
    )
    train.add_argument("--check", action="store_true", help="只看现有模型是不是用现在的语料训练的")


def _add_eval(commands: Any) -> None:
    examples = "  zhenren eval\n  zhenren eval --page understanding.html\n  zhenren eval --json\n"
    text = "每次留出一种口音来测：听懂的比例（慢，需要 zhenren[train]）"
    evaluate = add_command(commands, "eval", text, _eval, examples)
    evaluate.add_argument("--json", action="store_true", help="输出 JSON")
    evaluate.add_argument("--page", type=Path, metavar="文件", help="另写一页带图的 HTML")


def _add_inbox(commands: Any) -> None:
    examples = (
        "  zhenren chat --inbox inbox.jsonl\n"
        "  zhenren inbox --inbox inbox.jsonl\n"
        "  zhenren inbox label 3f2a90c1b7d4 order.refund --inbox inbox.jsonl\n"
        "  zhenren inbox drop 3f2a90c1b7d4 --inbox inbox.jsonl\n"
    )
    text = "没听懂的话：看、标注成语料和测试、扔掉"
    inbox = add_command(commands, "inbox", text, _inbox, examples)
    what = "label 标注，drop 扔掉；不写就列出来"
    inbox.add_argument("action", nargs="?", choices=("label", "drop"), help=what)
    inbox.add_argument("id", nargs="?", help="哪一句（列表里最前面的那串）")
    inbox.add_argument(
        "label", nargs="?", metavar="标签", help="问题、动作、对方的反应或危险的名字"
    )
    inbox.add_argument("--inbox", type=Path, metavar="文件", help="待听清单（默认 ZHENREN_INBOX）")
    tests = Path("tests/nlu/inbox.yaml")
    inbox.add_argument("--tests", type=Path, default=tests, metavar="文件", help="回归测试写进哪里")


def _inbox(args: argparse.Namespace) -> int:
    from bot.authoring import drop_item, label_item, list_inbox
    from bot.inbox import inbox_at

    inbox = inbox_at(inbox_path(args.inbox))
    if inbox is None:
        raise ConfigError("不知道待听清单在哪。请写 --inbox 文件，或设 ZHENREN_INBOX")
    if args.action is None:
        return list_inbox(inbox)
    if args.id is None or (args.action == "label" and args.label is None):
        raise ConfigError(f"还差一点：zhenren inbox {args.action} 要写哪一句（和它的标签）")
    if args.action == "drop":
        return drop_item(inbox, args.id)
    nlu_dir = locales_dir(args.locales) / "zh_Hans" / "nlu"
    return label_item(inbox, args.id, args.label, nlu_dir, args.tests)


def _check(args: argparse.Namespace) -> int:
    from bot.checks import check_all, write_lock

    if args.write_lock:
        print(f"写好了 {write_lock(flows_dir(args.flows))} 个位置", file=sys.stderr)
    return check_all(
        flows_dir(args.flows), locales_dir(args.locales), args.stories, as_json=args.json
    )


def _test(args: argparse.Namespace) -> int:
    from bot.authoring import run_stories

    return run_stories(
        engine_of(args), args.stories, args.only, coverage=args.coverage, verbose=args.verbose
    )


def _graph(args: argparse.Namespace) -> int:
    from bot.authoring import draw

    return draw(engine_of(args), args.flow, args.output)


def _inspect(args: argparse.Namespace) -> int:
    from bot.authoring import inspect_state

    return inspect_state(engine_of(args), args.state)


def _rehearse(args: argparse.Namespace) -> int:
    from bot.authoring import rehearse

    return rehearse(engine_of(args), args.name, moment(args.now) if args.now else None, args.output)


def _eval(args: argparse.Namespace) -> int:
    from bot.authoring import evaluate_model

    nlu_dir = locales_dir(args.locales) / "zh_Hans" / "nlu"
    return evaluate_model(engine_of(args), nlu_dir, args.page, as_json=args.json)


def _train(args: argparse.Namespace) -> int:
    from bot.authoring import train_model

    return train_model(locales_dir(args.locales) / "zh_Hans" / "nlu", only_check=args.check)
