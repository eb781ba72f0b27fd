"""`zhenren chat` in a terminal: the console opens at once, and the engine is built meanwhile."""

from __future__ import annotations

import argparse
import asyncio

from bot.channels.clock import Clock
from bot.channels.console.pipe import Conversation, parse_now
from bot.channels.console.tty import Loaded, run_tty
from bot.config import flows_dir, inbox_path, locales_dir
from bot.core.errors import ConfigError

__all__ = ["run_terminal"]

_FIRST_DRAW = 0.05  # seconds; a thread that starts at once holds up the first prompt by its imports


def run_terminal(args: argparse.Namespace) -> int:
    """Talk until the person leaves; the exit status."""
    try:
        clock = Clock(parse_now(args.now))
    except ValueError:
        fix = "写成 2026-11-20 或 2026-11-20T10:00"
        raise ConfigError(f"看不懂的时间「{args.now}」，{fix}") from None
    return asyncio.run(run_tty(_load(args, clock)))


async def _load(args: argparse.Namespace, clock: Clock) -> Loaded:
    """Built in a thread, so that one can type; the prompt is drawn first."""
    await asyncio.sleep(_FIRST_DRAW)
    return await asyncio.to_thread(_build, args, clock)


def _build(args: argparse.Namespace, clock: Clock) -> Loaded:
    from bot.app import build_engine
    from bot.channels.console.noted import Describer
    from bot.i18n.script import localize, written_in
    from bot.inbox import inbox_at

    today = clock.now().date()
    engine = build_engine(flows_dir(args.flows), locales_dir(args.locales), today)
    agent = engine.agent(inbox=inbox_at(inbox_path(args.inbox)))
    talk = Conversation(agent, args.user, clock, localize, args.locale, written_in)
    return talk, Describer(engine.flows)
