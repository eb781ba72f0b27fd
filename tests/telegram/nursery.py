"""Starts `zhenren telegram` many times cheaply: a process that has everything imported and the machine built forks.

Each line of stdin is a start (environment, options, log file) and is answered with the pid. The fork is a process of
its own, so kill -9 is as real as ever; it only has not spent a second and a half on reading the flows.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from datetime import date

import bot.cli.main
import bot.serving.main
from bot.app import build_engine
from bot.config import flows_dir, locales_dir
from bot.store import postgres, sqlite  # noqa: F401 - what a start would import

__all__ = ["main"]


def main() -> None:
    """Fork on demand until stdin ends."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # who is killed is gone at once
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    engine = build_engine(flows_dir(), locales_dir(), date.today())
    bot.serving.main._engine = lambda: engine
    print("ready", flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        if pid := os.fork():
            print(pid, flush=True)
        else:
            os._exit(_child(order))


def _child(order: dict[str, object]) -> int:
    """The bot, with its log in a file."""
    for number in (signal.SIGCHLD, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    log = os.open(str(order["log"]), os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(log, 2)
    os.dup2(os.open(os.devnull, os.O_RDWR), 0)
    os.environ.clear()
    os.environ.update(order["env"])  # type: ignore[call-overload]  # a mapping of texts
    return bot.cli.main.main(["telegram", *order["options"]])  # type: ignore[misc]  # texts


if __name__ == "__main__":
    main()
