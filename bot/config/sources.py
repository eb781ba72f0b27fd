"""What was written, and where: command line before environment before file. Every problem is found, not the first.

What is found is text still; `fields` knows how it is read. An empty value is no value. A file's name in the
configuration file is meant from where that file is, so that a service may start anywhere.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.config.fields import FIELDS, Field, Wrong
from bot.core.errors import ConfigError, did_you_mean

__all__ = ["CONFIG_VARIABLE", "Found", "Sources", "collect"]

CONFIG_VARIABLE = "ZHENREN_CONFIG"

_DEFAULT = "zhenren.toml"
_ARGUMENTS = "命令行"
_ENVIRONMENT = "环境变量"

_ELSEWHERE = ("ZHENREN_FLOWS", "ZHENREN_LOCALES", "ZHENREN_INBOX", "ZHENREN_TEST_POSTGRES")
"""Variables of ours that are no settings of Telegram."""

_SHAPES: dict[type, str] = {bool: "是或否", int: "整数", float: "小数", str: "文字", list: "列表"}
_WANTED = {
    "text": "要写成带引号的文字",
    "path": "要写成带引号的文字",
    "number": "要写整数，不带引号",
    "numbers": "要写整数的列表，比如 [12345678]",
}


@dataclass(frozen=True, slots=True)
class Found:
    """The text of a setting, the source that it is from and its name there."""

    text: str = field(repr=False)
    source: str
    name: str


@dataclass(slots=True)
class Sources:
    """What was found by key, what is wrong, and the configuration file if there is one."""

    found: dict[str, Found] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    file: Path | None = None

    def wrong(self, source: str, name: str, fact: str, fix: str) -> None:
        self.problems.append(f"{source}: {name}：{fact}。{fix}。")


def collect(arguments: Mapping[str, Any], environ: Mapping[str, str], directory: Path) -> Sources:
    """Look everywhere. `arguments` are by key, None where nothing was said; `config` names the file. A file that
    was named and cannot be read is a ConfigError at once."""
    sources = Sources(file=_file(arguments.get("config"), environ, directory))
    if sources.file is not None:
        _from_file(sources, sources.file)
    _from_environment(sources, environ)
    for each in FIELDS:
        if (value := arguments.get(each.key)) is not None:
            sources.found[each.key] = Found(str(value), _ARGUMENTS, f"--{each.key}")
    return sources


def _file(named: Any, environ: Mapping[str, str], directory: Path) -> Path | None:
    if given := named or environ.get(CONFIG_VARIABLE):
        path = directory / Path(given).expanduser()
        if not path.is_file():
            raise ConfigError(f"配置文件不存在：{path}。请改成存在的文件，或去掉这一项")
        return path
    path = directory / _DEFAULT
    return path if path.is_file() else None


# ── the file ────────────────────────────────────────────────────────────────
def _from_file(sources: Sources, path: Path) -> None:
    known = {each.key: each for each in FIELDS}
    known |= {f"{each.key}_file": each for each in FIELDS if each.beside}
    for key, value in _flat(_parsed(path), {key.rpartition(".")[0] for key in known}):
        if key not in known:
            section = key.rpartition(".")[0]
            names = [
                each.rpartition(".")[2] for each in known if each.rpartition(".")[0] == section
            ]
            names += [] if section else sorted({k.partition(".")[0] for k in known if "." in k})
            sources.wrong(path.name, key, "没有这一项", did_you_mean(key.rpartition(".")[2], names))
            continue
        _take(sources, path, key, value, known[key])


def _parsed(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"line (\d+), column (\d+)", str(error))
        where = f"第 {place[1]} 行第 {place[2]} 列" if place else "末尾"
        raise ConfigError(
            f"{path.name}: {where}读不懂。每行写成 名字 = 值，文字两边要有引号。"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"配置文件 {path} 读不出来（{_reason(error)}）。请检查权限和编码（UTF-8）"
        ) from None


def _flat(data: Mapping[str, Any], sections: set[str]) -> Iterator[tuple[str, Any]]:
    """Key and value, with the section before a dot."""
    for key, value in data.items():
        if key in sections and isinstance(value, dict):
            yield from ((f"{key}.{name}", each) for name, each in value.items())
        else:
            yield key, value


def _take(sources: Sources, path: Path, key: str, value: Any, setting: Field) -> None:
    """Accept a value of the file as text, or say what is wrong with its type."""
    inner = key != setting.key
    text = _text(value, "path" if inner else setting.kind)
    if text is None:
        shape = _SHAPES.get(type(value), "别的东西")
        sources.wrong(path.name, key, f"写成了{shape}", _WANTED["path" if inner else setting.kind])
        return
    if not text:
        return
    if (inner or setting.kind == "path") and "://" not in text:
        text = str(path.parent / Path(text).expanduser())
    if inner:
        _take_secret(sources, path.name, key, text, setting)
    elif setting.key in sources.found:
        sources.wrong(path.name, key, f"和 {key}_file 都写了", "只留一个")
    else:
        sources.found[setting.key] = Found(text, path.name, key)


def _text(value: Any, kind: str) -> str | None:
    """The value as text; None when its type is not one that `kind` may have."""
    if kind in ("text", "path"):
        return value.strip() if isinstance(value, str) else None
    if kind == "numbers" and isinstance(value, list):
        parts = [_text(each, "number") for each in value]
        return None if None in parts else ",".join(part for part in parts if part)
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None


def _take_secret(sources: Sources, source: str, name: str, path: str, setting: Field) -> None:
    """Accept what is in the file `path`."""
    if setting.key in sources.found and sources.found[setting.key].source == source:
        sources.wrong(source, name, f"和 {sources.found[setting.key].name} 都写了", "只留一个")
        return
    try:
        sources.found[setting.key] = Found(_secret_in(Path(path).expanduser()), source, name)
    except Wrong as wrong:
        sources.wrong(source, name, wrong.fact, wrong.fix)


def _secret_in(path: Path) -> str:
    try:
        text = path.read_text(encoding="utf-8-sig").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise Wrong(
            f"文件读不出来（{_reason(error)}）", "写一个文本文件的路径，里面只放这一项的内容"
        ) from None
    if not text:
        raise Wrong("那个文件是空的", "把内容写进去，或去掉这一项")
    return text


def _reason(error: OSError | UnicodeDecodeError) -> str:
    if isinstance(error, UnicodeDecodeError):
        return "不是文字"
    return error.strerror or type(error).__name__


# ── the environment ─────────────────────────────────────────────────────────
def _from_environment(sources: Sources, environ: Mapping[str, str]) -> None:
    known = {CONFIG_VARIABLE, *_ELSEWHERE}
    for each in FIELDS:
        file = f"{each.variable}_FILE"
        known |= {each.variable, file} if each.secret else {each.variable}
        if text := environ.get(each.variable, "").strip():
            sources.found[each.key] = Found(text, _ENVIRONMENT, each.variable)
        if each.secret and environ.get(file):
            _take_secret(sources, _ENVIRONMENT, file, environ[file], each)
    for name in sorted(environ):
        ours = name.startswith("ZHENREN_") and name not in known
        if ours and (close := difflib.get_close_matches(name, known, n=1, cutoff=0.8)):
            sources.wrong(_ENVIRONMENT, name, "没有这个变量", f"是不是想写 {close[0]}")
