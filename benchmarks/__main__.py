"""`make bench`: prints one JSON object with what was measured and the budget of each figure.

Figures are medians on this machine, processor time where a loop is timed; compare them within one run.
"""

from __future__ import annotations

import json
import sys

from benchmarks.durable import measure_durable
from benchmarks.startup import measure_startup
from benchmarks.telegram import measure_telegram
from benchmarks.turns import measure_turns

BUDGETS = {
    "first_prompt_s": 0.4,
    "resident_mb": 100.0,
    "engine_turn_us": 50.0,
    "text_turn_us_p50": 1000.0,
    "turn_growth": 1.2,
    "live_10k_mb": 10.0,
    "telegram_100_at_once_s": 6.0,
    "telegram_calm_p99_s": 1.0,
    "telegram_429": 0.0,
}
AT_LEAST = {"sqlite_turns_per_s_grouped": 5_000.0}


def main() -> int:
    figures: dict[str, float | str] = {
        **measure_startup(),
        **measure_turns(),
        **measure_durable(),
        **measure_telegram(),
    }
    report = {name: _judged(name, value) for name, value in figures.items()}
    print(json.dumps(report, ensure_ascii=False, indent=2))
    return 0


def _judged(name: str, value: float | str) -> dict[str, object]:
    """The figure beside its budget, if it has one."""
    if isinstance(value, str):
        return {"value": value}
    if name in BUDGETS:
        return {"value": value, "budget": BUDGETS[name], "within": value <= BUDGETS[name]}
    if name in AT_LEAST:
        return {"value": value, "at_least": AT_LEAST[name], "within": value >= AT_LEAST[name]}
    return {"value": value}


if __name__ == "__main__":
    sys.exit(main())
