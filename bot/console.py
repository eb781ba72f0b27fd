"""`zhenren chat`: in a terminal the console opens at once and the engine is built meanwhile; in a pipe, lines."""

from __future__ import annotations

import argparse
import asyncio
import io
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import date
from typing import TYPE_CHECKING

from bot.channels.clock import Clock
from bot.channels.console.pipe import Conversation, parse_now, run_json, run_plain
from bot.channels.console.tty import Loaded, run_tty
from bot.config import database, flows_dir, inbox_path, key_file, learning, locales_dir
from bot.core.errors import ConfigError

if TYPE_CHECKING:
    from bot.app import Engine
    from bot.store.base import Store

__all__ = ["keeping", "run_pipe", "run_terminal"]

_FIRST_DRAW = 0.05  # seconds; a thread that starts at once holds up the first prompt by its imports


def run_terminal(args: argparse.Namespace) -> int:
    """Talk until the person leaves; the exit status."""
    return asyncio.run(_terminal(args, _clock(args)))


async def _terminal(args: argparse.Namespace, clock: Clock) -> int:
    async with AsyncExitStack() as stack:
        return await run_tty(_load(args, clock, stack))


def run_pipe(args: argparse.Namespace) -> int:
    """A line in, a turn out, until the input ends; the exit status."""
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(encoding="utf-8", errors="replace")
    return asyncio.run(_pipe(args, _clock(args)))


async def _pipe(args: argparse.Namespace, clock: Clock) -> int:
    async with keeping(database(args.db)) as store:
        talk = await _talk(args, clock, _engine(args), store)
        run = run_json if args.json else run_plain
        return await run(talk, sys.stdin, sys.stdout)


def _clock(args: argparse.Namespace) -> Clock:
    try:
        return Clock(parse_now(args.now))
    except ValueError:
        fix = "写成 2026-11-20 或 2026-11-20T10:00"
        raise ConfigError(f"看不懂的时间「{args.now}」，{fix}") from None


async def _load(args: argparse.Namespace, clock: Clock, stack: AsyncExitStack) -> Loaded:
    """Built in a thread, so that one can type; the prompt is drawn first."""
    from bot.channels.console.noted import Describer

    await asyncio.sleep(_FIRST_DRAW)
    engine = await asyncio.to_thread(_engine, args)
    store = await stack.enter_async_context(keeping(database(args.db)))
    return await _talk(args, clock, engine, store), Describer(engine.flows)


def _engine(args: argparse.Namespace) -> Engine:
    from bot.app import build_engine

    return build_engine(flows_dir(args.flows), locales_dir(args.locales), date.today())


async def _talk(
    args: argparse.Namespace, clock: Clock, engine: Engine, store: Store | None
) -> Conversation:
    from bot.cases.ranking import Ranking
    from bot.cases.whatworks import standings
    from bot.i18n.script import localize, written_in
    from bot.inbox import inbox_at
    from bot.store.memory import MemoryStore

    sealer = None
    address = database(args.db)
    if address is not None:
        from bot.store.opening import key_beside
        from bot.store.sealing import Sealer

        path = key_file() or key_beside(address)
        sealer = Sealer(path) if path else None
    store = store or MemoryStore()
    if seed := learning(args.learn):
        engine.learn(Ranking.of(standings(await store.counts()), seed))
    agent = engine.agent(store, inbox=inbox_at(inbox_path(args.inbox)), sealer=sealer)
    desk = engine.desk(store, agent)
    return Conversation(agent, args.user, clock, localize, args.locale, written_in, desk)


@asynccontextmanager
async def keeping(address: str | None) -> AsyncIterator[Store | None]:
    """The opened store of an address, tidied and closed at the end; None when nothing is to be kept."""
    if address is None:
        yield None
        return
    from bot.store.opening import open_store
    from bot.store.retention import tidy

    store = await open_store(address)
    try:
        await tidy(store)
        yield store
    finally:
        await store.close()
