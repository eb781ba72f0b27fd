"""`chat` and `classify`: what people say."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

from bot.cli.command import DATABASE, add_command, moment
from bot.config import locales_dir

__all__ = ["add_talking"]


def add_talking(commands: Any) -> None:
    _add_chat(commands)
    _add_classify(commands)


def _add_chat(commands: Any) -> None:
    chat = add_command(
        commands,
        "chat",
        "聊：终端里有按钮和复制；管道里一行一句；--json 一行一轮",
        _chat,
        "  zhenren chat\n"
        "  zhenren chat --db me.db                 下次打开接着聊\n"
        "  printf '%s\\n' '商家不退款' '不知道' | zhenren chat\n"
        '  printf \'%s\\n\' \'{"text": "号被封了"}\' \'{"button": "cmd:why"}\' | zhenren chat --json\n',
    )
    database = f"{DATABASE}；都没有就不存）"
    chat.add_argument("--db", metavar="存档", help=database)
    learn = "按存档里的经验先给管用的话术；种子随便写，同一个种子结果一样（默认不用，也可设 ZHENREN_LEARN）"
    chat.add_argument("--learn", metavar="种子", help=learn)
    chat.add_argument("--user", default="me", metavar="名字", help="哪个用户（默认 me）")
    chat.add_argument(
        "--locale", choices=("zh_Hans", "zh_Hant"), help="用简体还是繁体回答（默认跟着你写的走）"
    )
    chat.add_argument("--now", metavar="时间", help="把时钟停在这一刻，如 2026-11-20T10:00")
    chat.add_argument("--json", action="store_true", help="每行一轮 JSON，给程序用")
    kept = "没听懂的话打码后记在这个文件里，给 zhenren inbox 用（默认不记）"
    chat.add_argument("--inbox", type=Path, metavar="文件", help=kept)


def _add_classify(commands: Any) -> None:
    classify = add_command(
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


def _chat(args: argparse.Namespace) -> int:
    from bot.console import run_pipe, run_terminal

    interactive = sys.stdin.isatty() and sys.stdout.isatty() and not args.json
    return run_terminal(args) if interactive else run_pipe(args)


def _classify(args: argparse.Namespace) -> int:
    from bot.nlu.reading import Reader
    from bot.nlu.report import describe, describe_reply

    reader = Reader.load(locales_dir(args.locales) / "zh_Hans" / "nlu")
    today = moment(args.now).date() if args.now else date.today()
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
