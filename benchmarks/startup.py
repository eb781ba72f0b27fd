"""Cold starts: how long until the console asks for input, and what it then holds in memory."""

from __future__ import annotations

import os
import statistics
import sys
import time
from pathlib import Path

import pexpect

RUNS = 7
PROMPT = "›"


def measure_startup() -> dict[str, float]:
    """Medians over fresh processes in a real pseudo-terminal."""
    _one()  # warm the page cache
    samples = [_one() for _ in range(RUNS)]
    return {
        "first_prompt_s": round(statistics.median(seconds for seconds, _ in samples), 3),
        "resident_mb": round(statistics.median(memory for _, memory in samples), 1),
    }


def _one() -> tuple[float, float]:
    env = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "80", "LINES": "24"}
    start = time.perf_counter()
    child = pexpect.spawn(
        sys.executable,
        ["-m", "bot.cli", "chat"],
        env=env,
        encoding="utf-8",
        timeout=30,
        dimensions=(24, 80),
    )
    child.expect(PROMPT)
    seconds = time.perf_counter() - start
    child.send("我的号突然被永久封了\r")
    child.expect("为什么问")
    memory = _resident(child.pid)
    child.close(force=True)
    return seconds, memory


def _resident(pid: int) -> float:
    """Resident megabytes of a process (Linux)."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return float("nan")
