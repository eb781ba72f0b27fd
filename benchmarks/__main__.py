"""`make bench`: prints one JSON object with what was measured and the budget of each figure.

Figures are medians on this machine, processor time where a loop is timed; compare them within one run.
"""

from __future__ import annotations

import json
import sys

from benchmarks.startup import measure_startup
from benchmarks.turns import measure_turns

BUDGETS = {
    "first_prompt_s": 0.4,
    "resident_mb": 100.0,
    "engine_turn_us": 50.0,
    "text_turn_us_p50": 1000.0,
}


def main() -> int:
    figures = {**measure_startup(), **measure_turns()}
    report = {
        name: {"value": value, "budget": BUDGETS[name], "within": value <= BUDGETS[name]}
        if name in BUDGETS
        else {"value": value}
        for name, value in figures.items()
    }
    print(json.dumps(report, ensure_ascii=False, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
