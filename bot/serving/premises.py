"""The examination of this machine: the store and who holds it, the disk, the key and the configuration file.

A store is opened as the bot would open it, but only when its schema is the present one: opening an older one brings
it forward, and another program may be using it.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from bot.config.telegram import HOLD, TelegramConfig
from bot.core.errors import ConfigError, StorageError
from bot.serving.findings import Line, bad, fine, warn
from bot.store.base import Store
from bot.store.migrations import VERSION
from bot.store.opening import file_of, key_beside, open_store
from bot.store.records import Record
from bot.store.retention import utc_now

__all__ = ["Kept", "look_at_disk", "look_at_files", "look_at_store"]

_LOW_BYTES = 500 * 1024 * 1024
_OUT_BYTES = 20 * 1024 * 1024
_VERSION_AT = 60
"""Where an SQLite file has its user version, four bytes, the highest first."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What was found of the store, and who has it: "" nobody, None when that could not be asked."""

    lines: list[Line]
    holder: str | None = None


async def look_at_store(config: TelegramConfig) -> Kept:
    """Whether the store can be opened and written, its schema, and whether the bot runs on it already."""
    try:
        path = file_of(config.db)
    except ConfigError as error:
        return Kept([bad("存档", str(error).rstrip("。"), "改 db（ZHENREN_DB）")])
    early = _before_opening(path) if path else None
    if early is not None:
        return Kept([early])
    try:
        return await _opened(config.db)
    except (ConfigError, StorageError) as error:
        return Kept([bad("存档", str(error).rstrip("。"), "处理好再运行一次 zhenren doctor")])


def _before_opening(path: Path) -> Line | None:
    """What is known without opening; None when it is to be opened."""
    if not path.exists():
        return _not_there(path)
    version = _version_of(path)
    if version is None or version >= VERSION or version == 0:
        return None
    if not os.access(path, os.W_OK) or not os.access(path.parent, os.W_OK):
        return bad("存档", f"{path} 只能读", "改文件和目录的权限，或换一个 db")
    fact = f"{path} 是第 {version} 版，启动时会升到第 {VERSION} 版"
    return fine("存档", fact, "升级前会自动在旁边留一份备份")


def _not_there(path: Path) -> Line:
    above = next((each for each in path.parents if each.exists()), path.anchor)
    if not os.access(above, os.W_OK | os.X_OK):
        return bad("存档", f"{path} 还没有，{above} 里也不能写", "改目录的权限，或换一个 db")
    return fine("存档", f"还没有，第一次运行时建在 {path}")


def _version_of(path: Path) -> int | None:
    """The schema of an SQLite file; None when it cannot be told."""
    try:
        with path.open("rb") as file:
            head = file.read(_VERSION_AT + 4)
    except OSError:
        return None
    return int.from_bytes(head[_VERSION_AT:], "big") if len(head) == _VERSION_AT + 4 else None


async def _opened(address: str) -> Kept:
    store = await open_store(address)
    try:
        at = utc_now()
        key = f"doctor/{os.getpid()}"
        await store.records.put(Record("doctor", key, expires_at=at), at)
        await store.records.delete("doctor", key)
        holder = await _holder(store)
    finally:
        await store.close()
    lines = [fine("存档", f"能读能写，第 {VERSION} 版")]
    lines.append(fine("运行", f"正在运行（{holder}）" if holder else "没有程序占着这个存档"))
    return Kept(lines, holder)


async def _holder(store: Store) -> str:
    """Who runs the bot on this store, "" nobody. Its hold is had for a moment to find out: names outlive processes."""
    hold = await store.hold(HOLD, "zhenren doctor")
    if hold is None:
        return await store.holder(HOLD) or "另一个程序"
    await hold.release()
    return ""


def look_at_disk(config: TelegramConfig) -> list[Line]:
    """The room left where the store is; nothing for a store on a server."""
    try:
        path = file_of(config.db)
    except ConfigError:
        return []  # told with the store
    if path is None:
        return []
    above = next((each for each in path.absolute().parents if each.exists()), None)
    if above is None:
        return []
    free = shutil.disk_usage(above).free
    fact, fix = f"{above} 还剩 {free // 1024**2} MB", "腾出空间，或把 db 换到别的盘"
    if free < _OUT_BYTES:
        return [bad("磁盘", fact, fix)]
    return [warn("磁盘", fact, fix)] if free < _LOW_BYTES else [fine("磁盘", fact)]


def look_at_files(config: TelegramConfig) -> list[Line]:
    """The key that seals numbers and the configuration file: there, and nobody else's."""
    lines = [_key(config)]
    if config.file is not None:
        private = _private(config.file) or "token" not in _origins_in(config)
        fix = f"运行 chmod 600 {config.file}"
        fact = f"{config.file} 里有 token，别的用户也能读"
        lines.append(fine("配置", str(config.file)) if private else warn("配置", fact, fix))
    return lines


def _origins_in(config: TelegramConfig) -> set[str]:
    """The settings that are written in the configuration file itself."""
    name = config.file.name if config.file else ""
    return {key for key, origin in config.origins.items() if origin == f"{name} {key}"}


def _key(config: TelegramConfig) -> Line:
    try:
        path = config.key_file or key_beside(config.db)
    except ConfigError:
        path = None
    if path is None:
        fix = "要让人能留号码，就把 key_file（ZHENREN_KEY_FILE）写成一个文件"
        return fine("钥匙", "没有设置，号码不会留", fix)
    if not path.exists():
        return fine("钥匙", "还没有，第一次有人要留号码时会建", f"建好后另存一份：{path}")
    if not os.access(path, os.R_OK):
        return bad("钥匙", f"{path} 读不了", "改权限，让运行机器人的用户能读")
    if not _private(path):
        return warn("钥匙", f"{path} 别的用户也能读", f"运行 chmod 600 {path}")
    return fine("钥匙", f"在 {path}")


def _private(path: Path) -> bool:
    return os.name != "posix" or not path.stat().st_mode & 0o077
