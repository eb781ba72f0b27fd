"""What is kept: cases and their papers, what has worked, backups."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.cli.command import DATABASE, add_command, address_of, engine_of
from bot.core.errors import ConfigError

if TYPE_CHECKING:
    from bot.casework import Chosen

__all__ = ["add_data"]

_KINDS = ("txt", "md", "docx", "pdf", "zip", "json", "ics")

_CASE_EXAMPLES = """\
  zhenren case list --db me.db
  zhenren case show c1 --db me.db
  zhenren case papers c1 --db me.db                       能写哪几份材料
  zhenren case export c1 --paper c12315_seller --format pdf -o 投诉书.pdf --db me.db
  zhenren case export c1 --format zip -o 全部材料.zip --db me.db
  zhenren case export --format json --db me.db            你的全部数据
  zhenren case export --format ics -o 提醒.ics --db me.db
  zhenren case forget c1 --db me.db                       不写案子就全删
"""


def add_data(commands: Any) -> None:
    _add_case(commands)
    stats = add_command(
        commands,
        "stats",
        "每一句话术给过几次、换来了什么（只有次数，没有谁说的）",
        _stats,
        "  zhenren stats --db me.db\n",
    )
    _store_option(stats)
    stats.add_argument("--json", action="store_true", help="输出 JSON")
    for name, text, back in (
        ("backup", "备份存档到一个新文件；正在用也能备", False),
        ("restore", "用备份换掉存档；原来的留在旁边", True),
    ):
        command = add_command(commands, name, text, _copy, f"  zhenren {name} 备份.db --db me.db\n")
        command.add_argument("file", type=Path, metavar="文件", help="备份文件")
        command.set_defaults(back=back)
        _store_option(command)


def _store_option(command: argparse.ArgumentParser) -> None:
    command.add_argument("--db", metavar="存档", help=f"{DATABASE}）")


def _add_case(commands: Any) -> None:
    case = add_command(commands, "case", "案子：看、写材料、导出、删掉", _case, _CASE_EXAMPLES)
    actions = ("list", "show", "papers", "export", "forget")
    case.add_argument("action", choices=actions, help="做什么")
    case.add_argument("case", nargs="?", metavar="案子", help="如 c1；不写就是正在办的那个")
    _store_option(case)
    case.add_argument("--user", metavar="名字", help="哪个用户（默认 me；list 默认全部）")
    case.add_argument("--json", action="store_true", help="list、show 输出 JSON")
    case.add_argument(
        "--format", choices=_KINDS, default="json", help="export 成什么（默认 json：全部数据）"
    )
    case.add_argument("--paper", metavar="材料", help="export 哪一份，见 case papers（默认第一份）")
    case.add_argument("-o", "--output", type=Path, metavar="文件", help="写到哪个文件")
    case.add_argument("--full", action="store_true", help="带上你留着的完整号码（默认打码）")
    case.add_argument("--yes", action="store_true", help="forget 不再问一遍")


def _case(args: argparse.Namespace) -> int:
    from bot import casework

    address = address_of(args)
    chosen = casework.Chosen(address, args.user or "me", args.case)
    if args.action == "forget":
        return casework.forget(chosen) if _sure(args, chosen) else 1
    engine = engine_of(args)
    if args.action == "list":
        return casework.list_cases(address, args.user, engine, as_json=args.json)
    if args.action == "show":
        return casework.show_case(chosen, engine, as_json=args.json)
    if args.action == "papers":
        return casework.list_papers(chosen, engine)
    return casework.export(chosen, engine, args.format, args.paper, args.output, full=args.full)


def _sure(args: argparse.Namespace, chosen: Chosen) -> bool:
    """A person at a terminal is asked once; a script has said it."""
    if args.yes or not (sys.stdin.isatty() and sys.stdout.isatty()):
        return True
    what = f"案子 {chosen.case}" if chosen.case else "全部案子、记录和设置"
    return input(f"要删掉 {chosen.user} 的{what}，删了找不回来。确定就打「删」：").strip() == "删"


def _stats(args: argparse.Namespace) -> int:
    from bot.casework import show_stats

    return show_stats(address_of(args), as_json=args.json)


def _copy(args: argparse.Namespace) -> int:
    from bot.casework import copy_store

    if args.file.is_dir():
        raise ConfigError(f"{args.file} 是目录。请写一个文件名")
    return copy_store(address_of(args), args.file, back=args.back)
