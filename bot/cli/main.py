"""The command line: `zhenren` and its subcommands. Exit codes: 0 fine, 1 found something, 2 wrong use."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

import shtab

from bot.cli.authoring import add_authoring
from bot.cli.data import add_data
from bot.cli.talking import add_talking
from bot.cli.telegram import add_telegram
from bot.core.errors import ConfigError, FlowError, StorageError

__all__ = ["main"]

_EXAMPLES = """例子：
  zhenren                                 在终端里聊
  printf '%s\\n' '我的号被封了' | zhenren chat     一行一句
  echo '七天无理由商家不退' | zhenren classify     看它听成什么
  BOT_TOKEN=… zhenren telegram            在 Telegram 上运行
  zhenren doctor                          查一遍：为什么运行不了
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
    except (ConfigError, FlowError, StorageError) as error:
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
    add_talking(commands)
    add_telegram(commands)
    add_data(commands)
    add_authoring(commands)
    return parser


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return f"zhenren {version('zhenren')}"
    except PackageNotFoundError:
        return "zhenren（未安装的源码）"
