"""The table of all settings of `zhenren telegram`: name, variable, what it may be, and how it is read from text.

A key with a dot is in a section of the file: `webhook.url` is `url` under `[webhook]`. Readers take text and return
the value; they raise Wrong with the fact and the fix, and never repeat what was written: it may be a secret.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

__all__ = ["FIELDS", "Field", "Listen", "Wrong", "is_loopback"]

_NOBODY = frozenset({1087968824, 777000, 136817688})
"""Ids that many people write under: anonymous admins, linked channels, channels in groups."""

_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]+")
_SECRET = re.compile(r"[A-Za-z0-9_-]{32,256}")
_PATH = re.compile(r"[A-Za-z0-9_-]+(?:/[A-Za-z0-9_-]+)*")
_HOST = re.compile(r"[A-Za-z0-9._:-]+")


class Wrong(Exception):
    """What was written cannot be used."""

    def __init__(self, fact: str, fix: str) -> None:
        self.fact, self.fix = fact, fix
        super().__init__(fact)


@dataclass(frozen=True, slots=True)
class Listen:
    """Where a server of ours listens."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Field:
    """One setting. `kind` is what a file may write: text, number, numbers or path. A secret is never shown; from
    the environment it may come in a file, whose name is in `<variable>_FILE`; `beside` gives the configuration
    file the same: `<key>_file`."""

    key: str
    variable: str
    read: Callable[[str], Any]
    kind: str = "text"
    secret: bool = False
    beside: bool = False


def is_loopback(host: str) -> bool:
    """Whether a host is this very machine."""
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _number(low: int, high: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not re.fullmatch(r"-?[0-9]{1,12}", text) or not low <= int(text) <= high:
            raise Wrong("不是能用的数", f"写 {low} 到 {high} 的整数")
        return int(text)

    return read


def _one_of(*choices: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        found = next((each for each in choices if each.lower() == text.lower()), None)
        if found is None:
            raise Wrong("没有这一种", "写 " + "、".join(choices) + " 里的一个")
        return found

    return read


def _split(text: str) -> SplitResult:
    """The parts of an address, its port checked, too."""
    try:
        parts = urlsplit(text)
        if _HOST.fullmatch(parts.hostname or "") and (parts.port is None or parts.port > 0):
            return parts
    except ValueError:
        pass  # an address that cannot be read is told like one that lacks its host
    raise Wrong("不是完整的地址", "从 https:// 写起，带上主机名")


def _address(*schemes: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        parts = _split(text)
        if parts.scheme not in schemes:
            raise Wrong("开头不对", "开头写 " + "、".join(f"{each}://" for each in schemes))
        if parts.query or parts.fragment:
            raise Wrong("地址里多了 ? 或 # 后面的部分", "去掉它")
        return text.rstrip("/")

    return read


def _root(text: str) -> str:
    address = _address("https", "http")(text)
    if re.search(r"/bot(?:\d+:.*)?$", address):
        raise Wrong("末尾多了 /bot", "只写到 /bot 前面，比如 https://api.telegram.org")
    return address


def _token(text: str) -> str:
    if not _TOKEN.fullmatch(text):
        raise Wrong(
            "不像机器人的 token", "到 @BotFather 那里整行复制，是「数字:字母」这样的，中间没有空格"
        )
    return text


def _secret(text: str) -> str:
    if not _SECRET.fullmatch(text):
        raise Wrong("太短或有别的字符", "写 32 到 256 个字母、数字、_ 或 -；不写就由程序定")
    return text


def _path(text: str) -> str:
    path = text.strip("/")
    if not _PATH.fullmatch(path) or len(path) > 128:
        raise Wrong("不能这样写", "用字母、数字、_、- 和 /，最多 128 个；别把 token 写进去")
    return f"/{path}"


def _host(text: str) -> str:
    if not _HOST.fullmatch(text):
        raise Wrong("不是主机名或 IP", "比如 127.0.0.1；在容器里给别的容器用就写 0.0.0.0")
    return text


def _health(text: str) -> Listen | None:
    """None when it is off."""
    if text.lower() == "off":
        return None
    host, colon, port = text.rpartition(":")
    host = host.strip("[]")
    if not colon or not re.fullmatch(r"[0-9]{1,5}", port) or int(port) > 65535:
        raise Wrong("不是「主机:端口」", "比如 127.0.0.1:9180；关掉写 off")
    if not is_loopback(host):
        raise Wrong("这个地址别的机器也能连上", "只能写本机的，比如 127.0.0.1:9180")
    return Listen(host, int(port)) if int(port) else None


def _owners(text: str) -> frozenset[int]:
    parts = [each.strip() for each in re.split("[,，]", text) if each.strip()]
    if not all(re.fullmatch(r"-?[0-9]{1,18}", each) for each in parts):
        raise Wrong("有一项不是数字", "写数字 id，几个人用逗号隔开")
    ids = frozenset(int(each) for each in parts)
    if any(each <= 0 for each in ids):
        raise Wrong("有一项是群或频道的 id（负数）", "只能写人的 id")
    if ids & _NOBODY:
        raise Wrong("有一项是 Telegram 公用的 id（匿名管理员、频道）", "换成自己的 id，谁都不共用")
    return ids


FIELDS = (
    Field("token", "BOT_TOKEN", _token, secret=True, beside=True),
    Field("base_url", "BOT_API_BASE_URL", _root),
    Field("db", "ZHENREN_DB", str, "path", secret=True),
    Field("proxy", "ZHENREN_PROXY", _address("http", "https", "socks5", "socks5h"), secret=True),
    Field("owners", "OWNER_ID", _owners, "numbers"),
    Field("groups", "ZHENREN_GROUPS", _one_of("open", "approval")),
    Field("stale_minutes", "ZHENREN_STALE_MINUTES", _number(1, 1440), "number"),
    Field("purge_days", "ZHENREN_PURGE_DAYS", _number(1, 3650), "number"),
    Field("retention.closed_days", "ZHENREN_CLOSED_DAYS", _number(1, 3650), "number"),
    Field("retention.idle_days", "ZHENREN_IDLE_DAYS", _number(1, 3650), "number"),
    Field("retention.message_days", "ZHENREN_MESSAGE_DAYS", _number(2, 3650), "number"),
    Field("health", "ZHENREN_HEALTH", _health),
    Field("log_level", "ZHENREN_LOG_LEVEL", _one_of("DEBUG", "INFO", "WARNING", "ERROR")),
    Field("log_format", "ZHENREN_LOG_FORMAT", _one_of("text", "json")),
    Field("learn", "ZHENREN_LEARN", str),
    Field("key_file", "ZHENREN_KEY_FILE", lambda text: Path(text).expanduser(), "path"),
    Field("webhook.url", "ZHENREN_WEBHOOK_URL", _address("https", "http")),
    Field("webhook.listen", "ZHENREN_WEBHOOK_LISTEN", _host),
    Field("webhook.port", "ZHENREN_WEBHOOK_PORT", _number(0, 65535), "number"),
    Field("webhook.path", "ZHENREN_WEBHOOK_PATH", _path, secret=True),
    Field("webhook.secret", "ZHENREN_WEBHOOK_SECRET", _secret, secret=True, beside=True),
    Field("webhook.max_connections", "ZHENREN_WEBHOOK_CONNECTIONS", _number(1, 100), "number"),
)
