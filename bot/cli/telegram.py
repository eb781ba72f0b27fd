"""`telegram`, `doctor` and `config`: the bot on Telegram, for who runs it."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from bot.cli.command import DATABASE, add_command
from bot.core.errors import ConfigError

if TYPE_CHECKING:
    from bot.config.telegram import TelegramConfig

__all__ = ["add_telegram"]

_RUN = """\
  BOT_TOKEN=123456:ABC… zhenren telegram              最快的开始：token 找 @BotFather 要
  BOT_TOKEN_FILE=token.txt zhenren telegram           token 放在只有自己能读的文件里
  zhenren telegram --config zhenren.toml --db me.db
  ZHENREN_WEBHOOK_URL=https://bot.example.org zhenren telegram --webhook
  ZHENREN_PROXY=socks5h://127.0.0.1:1080 zhenren telegram   通过代理
"""
_DOCTOR = """\
  zhenren doctor                  每项一行：事实，怎么改；0 都好，1 看一下，2 运行不了
  zhenren doctor --json           给程序看
  zhenren doctor --ready          只问正在运行的那个好不好（容器的 HEALTHCHECK 用）
"""
_CONFIG = """\
  zhenren config                  现在用的是哪些设置、从哪来；不显示 token 和密码
  zhenren config --json
"""
_TIMEOUT = 8.0


def add_telegram(commands: Any) -> None:
    run = add_command(commands, "telegram", "在 Telegram 上运行：私聊和群", _run, _RUN)
    run.add_argument("--webhook", action="store_true", help="用 webhook 收消息（默认轮询）")
    _options(run)
    doctor = add_command(commands, "doctor", "查一遍：什么会让机器人运行不了", _doctor, _DOCTOR)
    doctor.add_argument("--json", action="store_true", help="输出 JSON")
    doctor.add_argument("--ready", action="store_true", help="只问正在运行的那个，要先设 health")
    _options(doctor)
    config = add_command(commands, "config", "打印正在用的设置，不含密码", _show, _CONFIG)
    config.add_argument("--json", action="store_true", help="输出 JSON")
    _options(config)


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--db", metavar="存档", help=f"{DATABASE}；都没有就用自己的数据目录）")
    file = "配置文件（默认 ZHENREN_CONFIG，再没有就是这里的 zhenren.toml）"
    parser.add_argument("--config", metavar="文件", help=file)


def _config(args: argparse.Namespace) -> TelegramConfig:
    from bot.config.telegram import from_environment

    return from_environment({"db": args.db, "config": args.config}, os.environ)


def _run(args: argparse.Namespace) -> int:
    from bot.config.telegram import make_directory, must_run

    config = _config(args)
    must_run(config, webhook=args.webhook)
    _installed()
    make_directory(config)

    from bot.serving.main import run

    return run(config, webhook=args.webhook)


def _installed() -> None:
    """ConfigError when the parts that Telegram needs were not installed."""
    if any(find_spec(name) is None for name in ("telegram", "tornado", "prometheus_client")):
        raise ConfigError(
            "没有装 Telegram 要用的库。请装 zhenren[telegram]：pip install 'zhenren[telegram]'"
        )


def _doctor(args: argparse.Namespace) -> int:
    config = _config(args)
    if args.ready:
        return _ready(config)
    _installed()
    from dataclasses import asdict

    from bot.serving.doctor import examine_all
    from bot.serving.findings import exit_code, shown

    lines = asyncio.run(examine_all(config))
    if args.json:
        print(json.dumps([asdict(line) for line in lines], ensure_ascii=False, indent=2))
    else:
        print(shown(lines))
    return exit_code(lines)


def _ready(config: TelegramConfig) -> int:
    """Ask the running bot; 0 when it is ready, 1 when not or when nobody answers."""
    from http.client import HTTPConnection, HTTPException

    if config.health is None:
        raise ConfigError(
            "没有开健康检查。请设 ZHENREN_HEALTH=127.0.0.1:9180，机器人也要带着它运行"
        )
    connection = HTTPConnection(config.health.host, config.health.port, timeout=_TIMEOUT)
    try:
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        print(answer.read().decode("utf-8", errors="replace"))
    except (OSError, HTTPException):
        print(f"{config.health} 没有应答：机器人没在运行，或没开健康检查。")
        return 1
    finally:
        connection.close()
    return 0 if answer.status == 200 else 1


def _show(args: argparse.Namespace) -> int:
    from bot.config.telegram import described

    config = _config(args)
    rows = described(config)
    if args.json:
        found = {key: {"value": value, "from": origin} for key, value, origin in rows}
        print(json.dumps(found, ensure_ascii=False, indent=2))
        return 0
    print(f"配置文件：{config.file or '没有'}")
    for key, value, origin in rows:
        print(f"{key:<24}{value}（{origin}）")
    return 0
