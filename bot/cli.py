"""The command line: `zhenren` and its subcommands. Exit codes: 0 fine, 1 found something, 2 wrong use."""

from __future__ import annotations

import argparse
import asyncio
import io
import json
import sys
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import shtab

from bot.config import flows_dir, inbox_path, locales_dir
from bot.core.errors import ConfigError, FlowError

__all__ = ["main"]

_EXAMPLES = """例子：
  zhenren                                 在终端里聊
  printf '%s\\n' '我的号被封了' | zhenren chat     一行一句
  echo '七天无理由商家不退' | zhenren classify     看它听成什么
  zhenren check                           检查流程文件
  zhenren test --coverage                 跑故事，看哪些分支没走到
  zhenren graph account.banned -o banned.svg
  zhenren --completion bash > ~/.local/share/bash-completion/completions/zhenren
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit code."""
    parser = _parser()
    args = parser.parse_args(argv if argv is not None else sys.argv[1:] or ["chat"])
    try:
        return int(args.run(args))
    except (ConfigError, FlowError) as error:
        print(error, file=sys.stderr)
        return 2
    except BrokenPipeError:
        return 0
    except KeyboardInterrupt:
        print("\n先到这里，随时再来。", file=sys.stderr)
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="zhenren",
        description="真人：陪你穿过客服机器人，一步一步走到真人面前。",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=_version())
    shtab.add_argument_to(parser, "--completion", help="打印补全脚本：bash、zsh 或 tcsh")
    commands = parser.add_subparsers(title="命令", metavar="命令", required=True)
    _add_chat(commands)
    _add_classify(commands)
    _add_authoring(commands)
    _add_train(commands)
    _add_eval(commands)
    _add_inbox(commands)
    return parser


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return f"zhenren {version('zhenren')}"
    except PackageNotFoundError:
        return "zhenren（未安装的源码）"


def _command(
    commands: Any, name: str, text: str, run: Any, examples: str = ""
) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(
        name,
        help=text,
        description=text,
        epilog=f"例子：\n{examples}" if examples else None,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--flows", type=Path, metavar="目录", help="用这个目录里的流程（默认自带的）"
    )
    parser.add_argument(
        "--locales", type=Path, metavar="目录", help="用这个目录里的语料和模型（默认自带的）"
    )
    parser.set_defaults(run=run)
    return parser


def _add_chat(commands: Any) -> None:
    chat = _command(
        commands,
        "chat",
        "聊：终端里有按钮和复制；管道里一行一句；--json 一行一轮",
        _chat,
        "  zhenren chat\n"
        "  printf '%s\\n' '商家不退款' '不知道' | zhenren chat\n"
        '  printf \'%s\\n\' \'{"text": "号被封了"}\' \'{"button": "cmd:why"}\' | zhenren chat --json\n',
    )
    chat.add_argument("--user", default="me", metavar="名字", help="哪个用户（默认 me）")
    chat.add_argument(
        "--locale", choices=("zh_Hans", "zh_Hant"), help="用简体还是繁体回答（默认跟着你写的走）"
    )
    chat.add_argument("--now", metavar="时间", help="把时钟停在这一刻，如 2026-11-20T10:00")
    chat.add_argument("--json", action="store_true", help="每行一轮 JSON，给程序用")
    kept = "没听懂的话打码后记在这个文件里，给 zhenren inbox 用（默认不记）"
    chat.add_argument("--inbox", type=Path, metavar="文件", help=kept)


def _add_classify(commands: Any) -> None:
    classify = _command(
        commands,
        "classify",
        "看一句话被听成什么：每行一句，每行一个 JSON",
        _classify,
        "  echo '申诉一分钟就被驳回' | zhenren classify --json\n"
        "  echo '亲，您的问题已为您解决' | zhenren classify --reply\n",
    )
    classify.add_argument("--json", action="store_true", help="输出 JSON（默认就是）")
    classify.add_argument("--now", metavar="日期", help="「昨天」「上周三」从这天算起")
    classify.add_argument("--reply", action="store_true", help="这些是对方（客服、机器人）说的话")


def _add_authoring(commands: Any) -> None:
    _add_check(commands)
    _add_test(commands)
    _add_graph(commands)
    _add_inspect(commands)
    _add_rehearse(commands)


def _add_check(commands: Any) -> None:
    examples = "  zhenren check\n  zhenren check --flows my-flows\n"
    check = _command(commands, "check", "检查流程、语料和故事，一次列出所有问题", _check, examples)
    check.add_argument("--json", action="store_true", help="每行一个问题的 JSON")
    check.add_argument(
        "--stories", type=Path, metavar="目录", help="故事目录（默认 tests/stories，有就查）"
    )
    check.add_argument("--write-lock", action="store_true", help="把现在的位置清单写进 states.lock")


def _add_test(commands: Any) -> None:
    examples = "  zhenren test\n  zhenren test --coverage\n  zhenren test --only 秒驳回 -v\n"
    test = _command(commands, "test", "跑故事", _test, examples)
    stories = Path("tests/stories")
    test.add_argument("--stories", type=Path, default=stories, metavar="目录", help="故事目录")
    test.add_argument("--coverage", action="store_true", help="列出没有故事走过的分支和行号")
    test.add_argument("--only", default="", metavar="字", help="只跑名字或文件名里有这些字的故事")
    test.add_argument("-v", "--verbose", action="store_true", help="打印对话全文")


def _add_graph(commands: Any) -> None:
    examples = "  zhenren graph account.banned -o banned.svg\n  zhenren graph -o all.html\n"
    graph = _command(commands, "graph", "把流程画成图", _graph, examples)
    graph.add_argument(
        "flow", nargs="?", metavar="流程", help="如 account.banned；不写就是全部的总图"
    )
    kinds = ".svg、.mmd 或 .html（默认把 .mmd 打到屏幕）"
    graph.add_argument("-o", "--output", type=Path, metavar="文件", help=kinds)


def _add_inspect(commands: Any) -> None:
    examples = "  zhenren inspect account.banned.penalty\n"
    inspect = _command(commands, "inspect", "看一个位置在等什么、能去哪", _inspect, examples)
    inspect.add_argument("state", nargs="?", metavar="位置", help="状态名，或名字的一部分")


def _add_rehearse(commands: Any) -> None:
    examples = "  zhenren rehearse -o tests/stories/new.yaml\n"
    rehearse = _command(commands, "rehearse", "边聊边录成故事", _rehearse, examples)
    rehearse.add_argument(
        "-o", "--output", type=Path, metavar="文件", help="写到哪个文件（默认打到屏幕）"
    )
    rehearse.add_argument("--name", default="新故事", help="故事的名字")
    rehearse.add_argument("--now", metavar="时间", help="把时钟停在这一刻")


def _add_train(commands: Any) -> None:
    train = _command(
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
    evaluate = _command(commands, "eval", text, _eval, examples)
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
    inbox = _command(commands, "inbox", text, _inbox, examples)
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


def _chat(args: argparse.Namespace) -> int:
    interactive = sys.stdin.isatty() and sys.stdout.isatty() and not args.json
    if interactive:
        from bot.console import run_terminal

        return run_terminal(args)
    from bot.channels.console.pipe import run_json, run_plain

    talk = _talk(args)
    run = run_json if args.json else run_plain
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(encoding="utf-8", errors="replace")
    return asyncio.run(run(talk, sys.stdin, sys.stdout))


def _talk(args: argparse.Namespace) -> Any:
    from bot.channels.clock import Clock
    from bot.channels.console.pipe import Conversation
    from bot.i18n.script import localize, written_in
    from bot.inbox import inbox_at

    engine = _engine(args)
    now = _moment(args.now) if args.now else None
    agent = engine.agent(inbox=inbox_at(inbox_path(args.inbox)))
    return Conversation(agent, args.user, Clock(now), localize, args.locale, written_in)


def _engine(args: argparse.Namespace) -> Any:
    from bot.app import build_engine

    return build_engine(flows_dir(args.flows), locales_dir(args.locales), date.today())


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        raise ConfigError(f"看不懂的时间「{text}」，写成 2026-11-20 或 2026-11-20T10:00") from None


def _classify(args: argparse.Namespace) -> int:
    from bot.nlu.reading import Reader
    from bot.nlu.report import describe, describe_reply

    reader = Reader.load(locales_dir(args.locales) / "zh_Hans" / "nlu")
    today = _moment(args.now).date() if args.now else date.today()
    for line in sys.stdin:
        text = _classify_text(line.rstrip("\r\n"))
        if not text.strip():
            continue
        found = describe_reply(reader, text) if args.reply else describe(reader, text, today)
        print(json.dumps(found, ensure_ascii=False), flush=True)
    return 0


def _classify_text(line: str) -> str:
    if line.startswith("{"):
        try:
            data = json.loads(line)
        except json.JSONDecodeError:
            return line
        if isinstance(data, dict) and "text" in data:
            return str(data["text"])
    return line


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
        _engine(args), args.stories, args.only, coverage=args.coverage, verbose=args.verbose
    )


def _graph(args: argparse.Namespace) -> int:
    from bot.authoring import draw

    return draw(_engine(args), args.flow, args.output)


def _inspect(args: argparse.Namespace) -> int:
    from bot.authoring import inspect_state

    return inspect_state(_engine(args), args.state)


def _rehearse(args: argparse.Namespace) -> int:
    from bot.authoring import rehearse

    return rehearse(_engine(args), args.name, _moment(args.now) if args.now else None, args.output)


def _eval(args: argparse.Namespace) -> int:
    from bot.authoring import evaluate_model

    nlu_dir = locales_dir(args.locales) / "zh_Hans" / "nlu"
    return evaluate_model(_engine(args), nlu_dir, args.page, as_json=args.json)


def _train(args: argparse.Namespace) -> int:
    from bot.authoring import train_model

    return train_model(locales_dir(args.locales) / "zh_Hans" / "nlu", only_check=args.check)


if __name__ == "__main__":
    sys.exit(main())
