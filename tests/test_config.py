"""Where flows and catalogs are found, and that a named place is never silently replaced."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot import config
from bot.config import places
from bot.core.errors import ConfigError

ROOT = Path(__file__).resolve().parent.parent
Locate = Callable[[Path | None], Path]

both = pytest.mark.parametrize(
    ("locate", "variable", "name"),
    [
        pytest.param(config.flows_dir, config.FLOWS_VARIABLE, "flows", id="flows"),
        pytest.param(config.locales_dir, config.LOCALES_VARIABLE, "locales", id="locales"),
    ],
)


@both
def test_a_checkout_uses_its_own_top_level(locate: Locate, variable: str, name: str) -> None:
    assert locate(None) == ROOT / name


@both
def test_an_installed_wheel_uses_what_it_carries(
    locate: Locate, variable: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    carried = tmp_path / "bot" / "_data" / name
    carried.mkdir(parents=True)
    (tmp_path / name).mkdir()  # somebody else's directory of the same name in site-packages
    monkeypatch.setattr(places, "_PACKAGE", tmp_path / "bot")
    assert locate(None) == carried


@both
def test_the_environment_beats_what_is_shipped(
    locate: Locate, variable: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, str(tmp_path))
    assert locate(None) == tmp_path


@both
def test_an_argument_beats_the_environment(
    locate: Locate, variable: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, str(tmp_path / "absent"))
    assert locate(tmp_path) == tmp_path


@both
def test_an_empty_variable_is_no_setting(
    locate: Locate, variable: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, "")
    assert locate(None) == ROOT / name


@both
def test_home_and_relative_paths_are_understood(
    locate: Locate, variable: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path))
    assert locate(Path("~/mine")) == tmp_path / "mine"
    monkeypatch.chdir(tmp_path)
    assert locate(Path("mine")) == tmp_path / "mine"


@both
def test_a_missing_place_is_an_error_that_names_it(
    locate: Locate, variable: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    absent = tmp_path / "absent"
    monkeypatch.setenv(variable, str(absent))
    with pytest.raises(ConfigError, match=variable) as from_environment:
        locate(None)
    assert str(absent) in str(from_environment.value)
    with pytest.raises(ConfigError, match="命令里给的目录"):
        locate(absent)


@both
def test_an_incomplete_installation_says_so(
    locate: Locate, variable: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "_PACKAGE", tmp_path / "bot")
    with pytest.raises(ConfigError, match=f"{name}/"):
        locate(None)
