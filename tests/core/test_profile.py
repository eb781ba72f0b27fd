"""Settings of a person: quiet hours, and what is stored of them."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.core.profile import Profile


@pytest.mark.parametrize(
    ("quiet", "at", "awake"),
    [
        ((22, 8), "2026-11-20T21:59", "2026-11-20T21:59"),
        ((22, 8), "2026-11-20T22:00", "2026-11-21T08:00"),
        ((22, 8), "2026-11-21T00:30", "2026-11-21T08:00"),
        ((22, 8), "2026-11-21T07:59", "2026-11-21T08:00"),
        ((22, 8), "2026-11-21T08:00", "2026-11-21T08:00"),
        ((1, 9), "2026-11-21T01:00", "2026-11-21T09:00"),
        ((1, 9), "2026-11-21T00:59", "2026-11-21T00:59"),
        ((12, 14), "2026-12-31T13:00", "2026-12-31T14:00"),
        ((22, 8), "2026-12-31T23:00", "2027-01-01T08:00"),
        ((8, 8), "2026-11-21T03:00", "2026-11-21T03:00"),
        (None, "2026-11-21T03:00", "2026-11-21T03:00"),
    ],
)
def test_nobody_is_reminded_in_quiet_hours(
    quiet: tuple[int, int] | None, at: str, awake: str
) -> None:
    found = Profile(quiet=quiet).awake(datetime.fromisoformat(at))
    assert found == datetime.fromisoformat(awake)


@pytest.mark.parametrize(
    "profile",
    [
        Profile(),
        Profile(
            "Europe/Berlin", None, "zh_Hans", "zh_Hant", True, ("〔账号···〕",), "2026-11-20T10:00"
        ),
        Profile(quiet=(1, 5)),
    ],
)
def test_what_is_stored_comes_back(profile: Profile) -> None:
    assert Profile.from_dict(profile.to_dict()) == profile


def test_a_plain_profile_takes_no_room() -> None:
    assert Profile().to_dict() == {}


def test_a_setting_of_another_version_is_ignored() -> None:
    assert Profile.from_dict({"colour": "red", "keep": True}) == Profile(keep=True)
