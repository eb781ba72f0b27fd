"""What every test gets: an environment without the developer's own settings."""

import os

import pytest


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(("ZHENREN_", "BOT_")):
            monkeypatch.delenv(name)
