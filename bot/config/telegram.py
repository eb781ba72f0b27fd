"""How `zhenren telegram` runs: one frozen value, made and checked once, before anything is started.

Command line, environment, file, default: the first that says something wins. Secrets are never in a `repr`, in an
error or in what `described` shows. What is not set and must be secret is derived from the token, so that every
start and every process of a bot has the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bot.config.fields import FIELDS, Listen, Wrong, is_loopback
from bot.config.sources import Found, Sources, collect
from bot.core.errors import ConfigError

__all__ = [
    "HOLD",
    "RetentionDays",
    "TelegramConfig",
    "Webhook",
    "described",
    "from_environment",
    "make_directory",
    "must_run",
]

HOLD = "telegram"
"""Under this name the running bot holds its store."""

TELEGRAM = "https://api.telegram.org"

NO_TOKEN = """没有机器人的 token，连不上 Telegram。
  1. 在 Telegram 里找 @BotFather，发 /newbot，照它问的起名字
  2. 它会回一行「数字:字母」，那就是 token，只有你能看
  3. 运行：BOT_TOKEN=那一行 zhenren telegram
     或者存进一个只有自己能读的文件，设 BOT_TOKEN_FILE=文件"""

_PUBLIC_PORTS = (443, 80, 88, 8443)
"""The only ports that Telegram posts to."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """Telegram posts to `url` + `path` (which begins with a slash); a proxy with a certificate hands it on to
    `listen`:`port`, which is plain HTTP. `secret` is what Telegram proves itself with. With one connection at a
    time Telegram delivers in order. Without `url` there is no webhook."""

    url: str = ""
    listen: str = "127.0.0.1"
    port: int = 8080
    path: str = field(default="", repr=False)
    secret: str = field(default="", repr=False)
    max_connections: int = 1

    @property
    def address(self) -> str:
        """What Telegram is told."""
        return f"{self.url}{self.path}"


@dataclass(frozen=True, slots=True)
class RetentionDays:
    """How long is kept: closed and abandoned cases since their last turn, handled messages."""

    closed_days: int = 180
    idle_days: int = 365
    message_days: int = 2


@dataclass(frozen=True, slots=True)
class TelegramConfig:
    """`base_url` is the root of a Bot API server, without `/bot`; `db` an address as `bot.store.opening` takes it;
    `groups` is open or approval (owners let each group in); `health` None is off; older group messages than
    `stale_minutes` are not answered; `purge_days` after the bot was removed a group's data are deleted. `file` is
    the configuration file, `origins` tells for each key where its value is from."""

    token: str = field(default="", repr=False)
    base_url: str = TELEGRAM
    db: str = field(default="", repr=False)
    proxy: str | None = field(default=None, repr=False)
    owners: frozenset[int] = field(default_factory=frozenset)
    groups: str = "open"
    stale_minutes: int = 5
    purge_days: int = 30
    retention: RetentionDays = field(default_factory=RetentionDays)
    health: Listen | None = None
    log_level: str = "INFO"
    log_format: str = "text"
    learn: str | None = None
    key_file: Path | None = None
    webhook: Webhook = field(default_factory=Webhook)
    file: Path | None = None
    origins: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def loopback(self) -> bool:
        """The Bot API server is on this machine: no proxy, whatever the environment says."""
        return is_loopback(urlsplit(self.base_url).hostname or "")

    @property
    def via(self) -> str | None:
        """The proxy on the way to the Bot API server; None leaves it to the environment, unless `loopback`."""
        return None if self.loopback else self.proxy


def from_environment(
    arguments: Mapping[str, Any], environ: Mapping[str, str], directory: Path | None = None
) -> TelegramConfig:
    """The configuration. `arguments` are by key (`db`, `config`), None where nothing was said. ConfigError with
    every problem, a line each. A missing token is no problem here: see `must_run`."""
    sources = collect(arguments, environ, directory or Path())
    values = _read(sources)
    _check_together(sources, values)
    if sources.problems:
        raise ConfigError("\n".join(sources.problems))
    values.setdefault("db", _default_db(environ))
    webhook = _section(values, "webhook")
    webhook.setdefault("path", "/" + _derived(values.get("token", ""), b"webhook path"))
    webhook.setdefault("secret", _derived(values.get("token", ""), b"webhook secret"))
    origins = {key: _origin(found) for key, found in sources.found.items()}
    retention = RetentionDays(**_section(values, "retention"))
    plain = {key: value for key, value in values.items() if "." not in key}
    return TelegramConfig(
        **plain,
        retention=retention,
        webhook=Webhook(**webhook),
        file=sources.file,
        origins=origins,
    )


def must_run(config: TelegramConfig, *, webhook: bool) -> None:
    """ConfigError when something is missing without which the bot cannot run."""
    if not config.token:
        raise ConfigError(NO_TOKEN)
    if webhook and not config.webhook.url:
        raise ConfigError(
            "没有写 webhook 的地址。请设 ZHENREN_WEBHOOK_URL=https://你的域名，或去掉 --webhook 用轮询"
        )


def make_directory(config: TelegramConfig) -> None:
    """Make the directory of the database, for its owner only. ConfigError when it cannot be made."""
    scheme, has_scheme, rest = config.db.partition(":///")
    if "://" in config.db and not (has_scheme and scheme == "sqlite"):
        return
    directory = Path(rest if has_scheme else config.db).expanduser().parent
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ConfigError(
            f"建不了目录 {directory}（{reason}）。请换一个 db，或改目录的权限"
        ) from None


def described(config: TelegramConfig) -> list[tuple[str, str, str]]:
    """Key, value and origin of every setting, fit to be shown: secrets only as 「已设置」."""
    rows = []
    for each in FIELDS:
        value: Any = config
        for name in each.key.split("."):
            value = getattr(value, name)
        origin = config.origins.get(each.key, "默认")
        rows.append((each.key, _shown(each.key, value, given=each.key in config.origins), origin))
    return rows


def _read(sources: Sources) -> dict[str, Any]:
    """The values of what was found; what cannot be read becomes a problem."""
    values: dict[str, Any] = {}
    for each in FIELDS:
        found = sources.found.get(each.key)
        if found is None or not found.text:
            continue
        try:
            values[each.key] = each.read(found.text)
        except Wrong as wrong:
            sources.wrong(found.source, found.name, wrong.fact, wrong.fix)
    return values


def _check_together(sources: Sources, values: Mapping[str, Any]) -> None:
    """What is right by itself and wrong together."""
    groups = sources.found.get("groups")
    nobody = not values.get("owners") and ("owners" in values or "owners" not in sources.found)
    if groups and values.get("groups") == "approval" and nobody:
        fix = "把自己的 id 写进 owners（OWNER_ID），或改成 open"
        sources.wrong(groups.source, groups.name, "没有人能批准：没写主人是谁", fix)
    url = sources.found.get("webhook.url")
    own_server = values.get("base_url", TELEGRAM) != TELEGRAM
    if url is None or own_server or "webhook.url" not in values:
        return
    parts = urlsplit(values["webhook.url"])
    if parts.scheme != "https":
        sources.wrong(url.source, url.name, "Telegram 只往 https 地址发", "换成 https:// 的地址")
    elif (parts.port or 443) not in _PUBLIC_PORTS:
        ports = "、".join(map(str, _PUBLIC_PORTS))
        sources.wrong(url.source, url.name, "Telegram 不往这个端口发", f"端口只能是 {ports}")


def _section(values: Mapping[str, Any], name: str) -> dict[str, Any]:
    prefix = f"{name}."
    return {k.removeprefix(prefix): v for k, v in values.items() if k.startswith(prefix)}


def _derived(token: str, person: bytes) -> str:
    """A secret of the bot that only who has its token can know; 64 letters and digits."""
    return hashlib.blake2b(token.encode(), digest_size=32, person=person).hexdigest()


def _default_db(environ: Mapping[str, str]) -> str:
    """The service manager's directory, or where the person's programs keep data."""
    if state := environ.get("STATE_DIRECTORY", "").partition(":")[0]:
        return str(Path(state) / "zhenren.db")
    home = Path(environ["HOME"]) if environ.get("HOME") else Path.home()
    data = Path(environ.get("XDG_DATA_HOME") or home / ".local" / "share")
    return str(data / "zhenren" / "zhenren.db")


def _origin(found: Found) -> str:
    return f"{found.source} {found.name}"


def _shown(key: str, value: Any, *, given: bool) -> str:
    if key in ("webhook.path", "webhook.secret"):
        return "已设置" if given else "由程序定"
    if key == "token":
        return "已设置" if value else "没有设置"
    if value in (None, "", frozenset()):
        return "关" if key == "health" else "没有设置"
    if key in ("db", "proxy"):
        return _without_password(str(value))
    if isinstance(value, frozenset):
        return "、".join(map(str, sorted(value)))
    return str(value)


def _without_password(address: str) -> str:
    """The address without the name and password in it and without its query."""
    if "://" not in address or address.startswith("sqlite:"):
        return address
    parts = urlsplit(address)
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{'…@' if '@' in parts.netloc else ''}{host}{parts.path}"
