"""Turns: the pure engine over commands, whole text turns with understanding, and live conversations."""

from __future__ import annotations

import asyncio
import gc
import statistics
import time
import tracemalloc
from datetime import date, datetime

from bot.app import Engine, build_engine
from bot.channels.base import Update
from bot.config import flows_dir, locales_dir
from bot.core.command import Command, Control, Reply, SetSlot, StartIssue

NOW = datetime(2026, 11, 20, 10)
LIVE = 200
SCRIPT: list[Command] = [
    StartIssue("account.banned"),
    SetSlot("notice_detail", "category", asked=True),
    Control("why"),
    Control("unsure"),
    Control("unsure"),
    Control("unsure"),
    Control("unsure"),
    Control("unsure"),
    Control("back"),
    Control("unsure"),
    Control("sent"),
    SetSlot("entry_menu", "service", asked=True),
    Control("unsure"),
    Reply("repeated_template"),
    Reply("marked_resolved"),
    Reply("marked_resolved"),
]
TEXTS = [
    "早上突然永久封号，写违规引流，申诉不到一分钟就驳回",
    "就写了引流，没说哪篇",
    "有个商单在走，余额两百多",
    "不知道",
    "为什么问",
    "不对，是昨天封的",
    "你会不会把我说的存起来？",
    "都有了",
]


def measure_turns() -> dict[str, float]:
    engine = build_engine(flows_dir(), locales_dir(), date(2026, 11, 20))
    return {
        "states": float(len(engine.build.spec.states)),
        "edges": float(len(engine.build.spec.edges)),
        "engine_turn_us": round(_engine_turn(engine), 1),
        "text_turn_us_p50": round(_text_turn(engine), 1),
        "tracker_kb": round(_live(engine) * 1_000 / LIVE, 2),
    }


def _engine_turn(engine: Engine) -> float:
    """Microseconds of processor time a turn, 200 conversations live, the script in turn."""
    manager = engine.manager
    samples: list[float] = []
    for _ in range(5):
        trackers = [manager.begin(f"u{n}", "c1", NOW)[0] for n in range(LIVE)]
        gc.collect()
        start = time.process_time()
        for command in SCRIPT:
            trackers = [manager.handle(each, [command], NOW)[0] for each in trackers]
        samples.append((time.process_time() - start) / (LIVE * len(SCRIPT)) * 1e6)
    return statistics.median(samples)


def _text_turn(engine: Engine) -> float:
    """Median microseconds of a whole turn: lock, load, understanding, engine, commit."""
    samples: list[float] = []

    async def run() -> None:
        for number in range(40):
            agent = engine.agent()
            await agent.begin(f"u{number}", NOW)
            for text in TEXTS:
                start = time.perf_counter()
                await agent.handle(Update(f"u{number}", "text", text), NOW)
                samples.append((time.perf_counter() - start) * 1e6)

    asyncio.run(run())
    return statistics.median(samples)


def _live(engine: Engine) -> float:
    """Megabytes that LIVE trackers in mid-conversation hold in memory (a store keeps rows instead)."""
    manager = engine.manager
    gc.collect()
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    trackers = []
    for number in range(LIVE):
        tracker, _ = manager.begin(f"u{number}", "c1", NOW)
        for command in SCRIPT[:8]:
            tracker, _ = manager.handle(tracker, [command], NOW)
        trackers.append(tracker)
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return (after - before) / 1e6
