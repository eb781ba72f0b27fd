"""Where the flows and the catalogs are.

A checkout keeps `flows/` and `locales/` beside `bot/`; an installed wheel carries them in
`bot/_data/`. In order: an explicit path, an environment variable, the wheel, the checkout.
A path that somebody named and that does not exist is an error, never a silent fallback.
"""

import os
from pathlib import Path

from bot.core.errors import ConfigError

__all__ = [
    "DATABASE_VARIABLE",
    "FLOWS_VARIABLE",
    "INBOX_VARIABLE",
    "KEY_VARIABLE",
    "LEARN_VARIABLE",
    "LOCALES_VARIABLE",
    "database",
    "flows_dir",
    "inbox_path",
    "key_file",
    "learning",
    "locales_dir",
]

FLOWS_VARIABLE = "ZHENREN_FLOWS"
LOCALES_VARIABLE = "ZHENREN_LOCALES"

INBOX_VARIABLE = "ZHENREN_INBOX"
DATABASE_VARIABLE = "ZHENREN_DB"
KEY_VARIABLE = "ZHENREN_KEY_FILE"
LEARN_VARIABLE = "ZHENREN_LEARN"

_PACKAGE = Path(__file__).resolve().parent.parent


def flows_dir(override: Path | None = None) -> Path:
    """The directory of the flow files."""
    return _named(override, FLOWS_VARIABLE) or _shipped("flows")


def locales_dir(override: Path | None = None) -> Path:
    """The directory of the catalogs and of the training sentences."""
    return _named(override, LOCALES_VARIABLE) or _shipped("locales")


def inbox_path(override: Path | None = None) -> Path | None:
    """Where lines that were not understood are kept; None (the default) keeps none."""
    if override is not None:
        return override.expanduser()
    value = os.environ.get(INBOX_VARIABLE)
    return Path(value).expanduser() if value else None


def database(override: str | None = None) -> str | None:
    """The address of the store: a file, `sqlite:///…` or `postgresql://…`; None (the default) keeps nothing."""
    return override or os.environ.get(DATABASE_VARIABLE) or None


def key_file() -> Path | None:
    """The file of the key that seals numbers, when it was named; otherwise it lies beside the database."""
    value = os.environ.get(KEY_VARIABLE)
    return Path(value).expanduser() if value else None


def learning(override: str | None = None) -> str | None:
    """The seed with which better sentences are tried first; None (the default) keeps the authored order."""
    return override or os.environ.get(LEARN_VARIABLE) or None


def _named(override: Path | None, variable: str) -> Path | None:
    if override is not None:
        return _existing(override, "命令里给的目录")
    value = os.environ.get(variable)
    return _existing(Path(value), f"环境变量 {variable} 指向的目录") if value else None


def _existing(path: Path, source: str) -> Path:
    resolved = path.expanduser().resolve()
    if not resolved.is_dir():
        raise ConfigError(f"{source}不存在：{resolved}。请改成存在的目录，或去掉这一项用自带的。")
    return resolved


def _shipped(name: str) -> Path:
    for candidate in (_PACKAGE / "_data" / name, _PACKAGE.parent / name):
        if candidate.is_dir():
            return candidate
    raise ConfigError(f"安装不完整：找不到自带的 {name}/。请重新安装 zhenren，或用源码目录里的。")
