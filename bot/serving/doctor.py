"""`zhenren doctor`: everything that can keep the bot from running, looked at without changing anything.

Looking disturbs nobody: updates are never confirmed, and when the bot runs on this store its polling is not
interrupted. Bot API calls come in as a function, which raises the errors of `channels.telegram.asking`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from bot.channels.telegram.asking import Declined, asking
from bot.channels.telegram.chats import ChatError
from bot.config.telegram import TelegramConfig
from bot.serving.findings import Line, bad, fine, warn
from bot.serving.premises import look_at_disk, look_at_files, look_at_store

__all__ = ["Call", "examine", "examine_all"]

Call = Callable[[str, dict[str, Any]], Awaitable[Any]]

_SKEW_SECONDS = 30
_MANY_WAITING = 100
_POLL_SECONDS = 5
"""So long is a poll held open: another poller comes back within that time and takes the place, which is a 409."""

_CONNECT_SECONDS = 5.0
_PORTS = {"http": 80, "https": 443, "socks5": 1080, "socks5h": 1080}


async def examine_all(config: TelegramConfig) -> list[Line]:
    """The whole examination, with the real Bot API."""
    async with asking(config.token or "0:none", config.base_url, config.via) as asker:
        return await examine(config, asker, lambda: asker.skew)


async def examine(
    config: TelegramConfig, call: Call, skew: Callable[[], float | None]
) -> list[Line]:
    """The lines of every check. `skew` is how many seconds this machine's clock is ahead, once a call was made."""
    kept = await look_at_store(config)
    here = [*kept.lines, *look_at_disk(config), *look_at_files(config)]
    if not config.token:
        fix = "找 @BotFather 发 /newbot，把它给的那一行设成 BOT_TOKEN"
        return [bad("token", "没有设置", fix), *here]
    lines = await _proxy(config)
    me = await _me(config, call, lines)
    if me is not None:
        lines += _rights(me)
        webhook = await _webhook(config, call, lines)
        lines += _clock(skew())
        if webhook == "" and not kept.holder:
            lines.append(await _second_poller(call))
    return [*lines, *here]


async def _proxy(config: TelegramConfig) -> list[Line]:
    """Whether somebody listens at the proxy."""
    if config.via is None:
        return []
    parts = urlsplit(config.via)
    port = parts.port or _PORTS.get(parts.scheme, 1080)
    where = f"{parts.hostname}:{port}"
    try:
        async with asyncio.timeout(_CONNECT_SECONDS):
            _, writer = await asyncio.open_connection(parts.hostname, port)
    except (OSError, TimeoutError):
        return [bad("代理", f"连不上 {where}", "看代理开没开、地址对不对；不用代理就去掉 proxy")]
    writer.close()
    with suppress(OSError):  # it was there; how it hangs up does not matter
        await writer.wait_closed()
    return [fine("代理", f"{where} 连得上")]


async def _me(config: TelegramConfig, call: Call, lines: list[Line]) -> Mapping[str, Any] | None:
    try:
        me = await call("getMe", {})
    except ChatError as error:
        lines.append(_unreached(config, error))
        return None
    if not isinstance(me, dict):
        lines.append(_strange(config))
        return None
    lines.append(fine("token", f"对，是 @{me.get('username', '?')}"))
    return me


def _strange(config: TelegramConfig) -> Line:
    return bad("连接", f"{config.base_url} 的回答不像 Bot API", "检查 base_url，只写到 /bot 前面")


def _unreached(config: TelegramConfig, error: ChatError) -> Line:
    if isinstance(error, Declined) and error.code == 404 and "Not Found" not in str(error):
        return _strange(config)
    if isinstance(error, Declined) and error.code in (401, 404):
        return bad("token", "Telegram 不认", "到 @BotFather 用 /token 重新复制；刚换过就换成新的")
    if isinstance(error, Declined) and error.code == 429:
        return warn("连接", "问得太快，Telegram 让等一等", "过一分钟再查")
    if isinstance(error, Declined):
        return _strange(config)
    fix = "检查网络；连不上 Telegram 的地方要设代理：ZHENREN_PROXY=socks5h://127.0.0.1:1080"
    return bad("连接", f"连不上 {config.base_url}（{error}）", fix)


def _rights(me: Mapping[str, Any]) -> list[Line]:
    """What @BotFather was told about groups."""
    if me.get("can_join_groups") is False:
        fix = "要在群里用，找 @BotFather 发 /setjoingroups，选 Enable"
        return [warn("群", "这个机器人不能被拉进群", fix)]
    if me.get("can_read_all_group_messages"):
        fix = "不需要的话，找 @BotFather 发 /setprivacy 选 Enable，再把它移出群、重新拉进来"
        return [fine("群", "隐私模式关着，群里每条消息都会送来", fix)]
    return [fine("群", "隐私模式开着，群里只收到命令、@ 它的和回复它的")]


async def _webhook(config: TelegramConfig, call: Call, lines: list[Line]) -> str | None:
    """The address that Telegram posts to, "" when it does not; None when that is not known."""
    try:
        info = await call("getWebhookInfo", {})
    except ChatError as error:
        lines.append(warn("收消息", f"查不到 webhook（{error}）", "过一会儿再查"))
        return None
    url, waiting = str(info.get("url") or ""), int(info.get("pending_update_count") or 0)
    lines.append(_delivery(config, url))
    if url and info.get("last_error_message"):
        fix = "检查反向代理、证书和 webhook.port"
        lines.append(warn("收消息", f"Telegram 上次没送到：{info['last_error_message']}", fix))
    if waiting >= _MANY_WAITING:
        lines.append(warn("收消息", f"有 {waiting} 条消息等着收", "看机器人是不是停了"))
    return url


def _delivery(config: TelegramConfig, url: str) -> Line:
    host = urlsplit(url).hostname or ""
    if not url:
        return fine("收消息", "没有设 webhook，用轮询")
    if not config.webhook.url:
        fix = "不用处理，轮询启动时会去掉它，没收的消息不会丢；要留着就写 webhook.url，加 --webhook"
        return warn("收消息", f"还设着 webhook（{host}）", fix)
    if host != urlsplit(config.webhook.url).hostname:
        fix = "用 zhenren telegram --webhook 重新启动，会改过来"
        return warn("收消息", f"webhook 设在 {host}，和配置里的不一样", fix)
    return fine("收消息", f"webhook 设在 {host}")


def _clock(skew: float | None) -> list[Line]:
    if skew is None:
        return []
    if abs(skew) <= _SKEW_SECONDS:
        return [fine("时钟", "准")]
    way = "快" if skew > 0 else "慢"
    return [warn("时钟", f"这台机器{way}了 {abs(skew):.0f} 秒，提醒会不准", "打开自动对时（NTP）")]


async def _second_poller(call: Call) -> Line:
    """Hold a poll open without an offset, so that nothing is confirmed, and see whether somebody takes its place."""
    try:
        waiting = await call("getUpdates", {"timeout": _POLL_SECONDS, "limit": 1})
    except Declined as error:
        if error.code != 409:
            return warn("轮询", f"试不了（{error}）", "过一会儿再查")
        fix = "停掉另一个，或到 @BotFather 发 /revoke 换 token"
        return bad("轮询", "另一个程序正在用同一个 token 收消息", fix)
    except ChatError as error:
        return warn("轮询", f"试不了（{error}）", "过一会儿再查")
    if waiting:
        return fine("轮询", "有消息等着收，看不出有没有别的程序也在收")
    return fine("轮询", "没有别的程序在收消息")
