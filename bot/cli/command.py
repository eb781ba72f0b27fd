"""What the subcommands share: how one is declared, the engine it needs, and times as people write them."""

from __future__ import annotations

import argparse
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.config import database, flows_dir, locales_dir
from bot.core.errors import ConfigError

if TYPE_CHECKING:
    from bot.app import Engine

__all__ = ["DATABASE", "add_command", "address_of", "engine_of", "moment"]

DATABASE = "存档：文件名、sqlite:///文件 或 postgresql://…（默认 ZHENREN_DB"


def add_command(
    commands: Any, name: str, text: str, run: Any, examples: str = ""
) -> argparse.ArgumentParser:
    """A subcommand with the options that all of them have."""
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


def engine_of(args: argparse.Namespace) -> Engine:
    """The engine over the flows and locales that were asked for."""
    from bot.app import build_engine

    return build_engine(flows_dir(args.flows), locales_dir(args.locales), date.today())


def address_of(args: argparse.Namespace) -> str:
    """The store that was named. ConfigError when none was."""
    address = database(args.db)
    if address is None:
        raise ConfigError("不知道存档在哪。请写 --db 文件，或设 ZHENREN_DB")
    return address


def moment(text: str) -> datetime:
    """A time as it was typed. ConfigError when it cannot be read."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        raise ConfigError(f"看不懂的时间「{text}」，写成 2026-11-20 或 2026-11-20T10:00") from None
