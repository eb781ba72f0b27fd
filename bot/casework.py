"""What is kept, from the command line: cases, papers, backups and what has worked.

Numbers stay masked unless the person has asked to keep them and `full` is asked for. PostgreSQL has tools of
its own for backups, and says so.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, cast

from bot.app import Engine
from bot.cases.veil import Veil
from bot.cases.whatworks import standings, to_dict, to_table
from bot.config import key_file
from bot.console import keeping
from bot.core.errors import ConfigError, did_you_mean
from bot.core.slots import show_date
from bot.desk import Desk, Folder
from bot.nlu.masking import private_spans
from bot.store.backup import Copied, back_up, restore
from bot.store.base import Forgotten, Overview, Session, Store
from bot.store.opening import file_of, key_beside
from bot.store.sealing import Sealer

__all__ = [
    "Chosen",
    "copy_store",
    "export",
    "forget",
    "list_cases",
    "list_papers",
    "show_case",
    "show_stats",
]


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which store, whose, and which case: the active one when none is named."""

    address: str
    user: str
    case: str | None = None


def list_cases(address: str, user: str | None, engine: Engine, *, as_json: bool) -> int:
    """The cases of one person or of all; 1 when there are none."""
    views = _with_store(address, lambda store: store.overview(user))
    for view in views:
        flow = engine.flows.flows.get(view.issue or "")
        title = flow.title if flow else "还没说是什么事"
        _out(_json(_as_dict(view)) if as_json else _line(view, title))
    if not views and not as_json:
        _out("还没有案子。")
    return 0 if views else 1


def _line(view: Overview, title: str) -> str:
    done = {"solved": "办成了", "escalated": "转到站外", "stopped": "先到这里"}
    state = done.get(view.outcome or "", "在办")
    day = show_date(view.opened_at[:10], weekday=False)
    wake = f"，{show_date(view.wake[:10], weekday=False)}提醒" if view.wake else ""
    return f"{view.conversation}  {view.case}  {title}（{day}起，{state}{wake}）"


def _as_dict(view: Overview) -> dict[str, Any]:
    return {
        "user": view.conversation,
        "case": view.case,
        "issue": view.issue,
        "outcome": view.outcome,
        "opened_at": view.opened_at,
        "updated_at": view.updated_at,
        "next_due": view.wake,
    }


def show_case(chosen: Chosen, engine: Engine, *, as_json: bool) -> int:
    """The case file."""
    folder = _open(chosen, engine)
    file = folder.file(folder.case(chosen.case))
    _out(folder.show(_json(file.to_dict()) if as_json else file.to_text(date.today())))
    return 0


def list_papers(chosen: Chosen, engine: Engine) -> int:
    """The papers that fit the case, by id and title."""
    folder = _open(chosen, engine)
    for document in folder.documents(folder.case(chosen.case), datetime.now()):
        lacks = f"（还缺 {len(document.missing)} 项）" if document.missing else ""
        _out(f"{document.id}  {document.title}{lacks}")
    return 0


def export(
    chosen: Chosen, engine: Engine, kind: str, paper: str | None, output: Path | None, *, full: bool
) -> int:
    """Take the folder out as `kind`, into a file or, when it is text, onto the screen."""
    if output is None and kind in ("docx", "pdf", "zip"):
        raise ConfigError(f"{kind} 不能打在屏幕上。请写 -o 文件名")
    data = _open(chosen, engine, full=full).export(kind, chosen.case, paper, datetime.now())
    if output is None:
        sys.stdout.buffer.write(data)
        sys.stdout.flush()
        return 0
    try:
        output.touch(mode=0o600)
        output.write_bytes(data)
    except OSError as error:
        raise ConfigError(f"写不进 {output}（{error.strerror or error}）。请换个地方") from None
    print(f"写好了 {output}", file=sys.stderr)
    return 0


def forget(chosen: Chosen) -> int:
    """Delete a case or everything of a person and list what was deleted; 1 when there was nothing."""
    gone = _with_store(chosen.address, lambda store: store.forget(chosen.user, chosen.case))
    if gone.nothing:
        _out("没有要删的。")
        return 1
    for line in _deleted(gone):
        _out(line)
    return 0


def _deleted(gone: Forgotten) -> Sequence[str]:
    lines = [f"删了案子 {case}" for case in gone.cases]
    if gone.turns:
        lines.append(f"删了 {gone.turns} 轮记录")
    if gone.messages:
        lines.append(f"删了 {gone.messages} 条收发记录")
    if gone.settings:
        lines.append("删了设置和锁着的号码")
    return lines


def show_stats(address: str, *, as_json: bool) -> int:
    """What came of each sentence, with the interval around its share."""
    rows = standings(_with_store(address, lambda store: store.counts()))
    _out(_json(to_dict(rows), indent=2) if as_json else to_table(rows))
    return 0


def copy_store(address: str, file: Path, *, back: bool) -> int:
    """Take a backup into `file`, or with `back` put it in the store's place."""
    path = file_of(address)
    if path is None:
        tools = "pg_dump 备份，pg_restore 恢复"
        raise ConfigError(f"PostgreSQL 请用它自己的工具：{tools}")
    copied = restore(file, path) if back else back_up(path, file)
    _out(f"{'恢复' if back else '备份'}好了：{_counted(copied)}。")
    if copied.aside is not None:
        _out(f"原来的存档留在 {copied.aside}，确认没问题再删。")
    if not back:
        _out("锁着的号码要钥匙才能打开，钥匙不在备份里，请另外保管。")
    return 0


def _counted(copied: Copied) -> str:
    return f"{copied.conversations} 个人，{copied.cases} 个案子"


def _with_store(address: str, use: Callable[[Store], Awaitable[Any]]) -> Any:
    """Open the store, use it, close it. ConfigError when there is no such file: reading makes none."""
    path = file_of(address)
    if path is not None and not path.exists():
        raise ConfigError(f"没有存档 {path}。请检查 --db 或 ZHENREN_DB")

    async def run() -> Any:
        async with keeping(address) as store:
            assert store is not None
            return await use(store)

    return asyncio.run(run())


def _open(chosen: Chosen, engine: Engine, *, full: bool = False) -> Folder:
    """The person's folder. ConfigError when there is none."""

    async def veil(session: Session) -> Veil:
        return _veil(chosen.address, session, full=full)

    async def read(store: Store) -> Folder:
        folder = await Desk(store, engine.dossier, veil).open(chosen.user)
        if not folder.session.cases:
            users = {view.conversation for view in await store.overview()}
            raise ConfigError(f"没有 {chosen.user} 的案子。{did_you_mean(chosen.user, users)}")
        return folder

    return cast("Folder", _with_store(chosen.address, read))


def _veil(address: str, session: Session, *, full: bool) -> Veil:
    """A veil that knows what the person has asked to keep, when the full numbers are asked for."""
    veil = Veil(private_spans)
    if not full:
        return veil
    path = key_file() or key_beside(address)
    if session.sealed is None or path is None:
        raise ConfigError("没有留着的完整号码：聊天时说「帮我留着号码」，以后才能整份导出")
    veil.known.update(Sealer(path).open(session.sealed))
    return veil


def _json(data: Any, indent: int | None = None) -> str:
    return json.dumps(data, ensure_ascii=False, indent=indent)


def _out(text: str) -> None:
    print(text)
