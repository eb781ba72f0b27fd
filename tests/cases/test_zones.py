"""Wall time of a person and UTC of the store."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.cases.zones import is_zone, local_time, utc_text


@pytest.mark.parametrize(
    ("local", "zone", "utc"),
    [
        ("2026-11-20T10:00", "Asia/Shanghai", "2026-11-20T02:00:00Z"),
        ("2026-07-01T10:00", "Europe/Berlin", "2026-07-01T08:00:00Z"),
        ("2026-12-01T10:00", "Europe/Berlin", "2026-12-01T09:00:00Z"),
        ("2026-11-20T03:00", "America/New_York", "2026-11-20T08:00:00Z"),
    ],
)
def test_there_and_back(local: str, zone: str, utc: str) -> None:
    wall = datetime.fromisoformat(local)
    assert utc_text(wall, zone) == utc
    moment = datetime.strptime(utc, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    assert local_time(moment, zone) == wall


def test_a_time_without_zone_is_local_already() -> None:
    wall = datetime(2026, 11, 20, 10)
    assert local_time(wall, "America/New_York") == wall


@pytest.mark.parametrize(
    ("name", "known"), [("Asia/Shanghai", True), ("北京", False), ("", False), ("../etc", False)]
)
def test_what_is_a_zone(name: str, known: bool) -> None:
    assert is_zone(name) is known
