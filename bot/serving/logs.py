"""Logs that can be shown to anybody: what happened where, never who said what.

A line of ours (`bot.…`) is written by hand, and loses tokens and numbers that identify people. A line of a library
may hold anything, so only its template is kept, and nothing below WARNING. Of an error the type and the frames are
written (file:line function); its message only when it is one of ours, for theirs may quote what somebody wrote.
"""

from __future__ import annotations

import errno
import json
import logging
import re
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

from bot.core.errors import ZhenrenError
from bot.nlu.masking import private_spans

__all__ = ["redacted", "start_logging"]

log = logging.getLogger(__name__)

TOKEN = re.compile(r"(?<!\d)\d{6,}:[A-Za-z0-9_-]{30,}")
"""A bot's token, also behind the `/bot` of an address, where a word boundary would not see it."""

_OURS = "bot"
_NOISY = (
    "httpx",
    "httpcore",
    "telegram",
    "tornado",
    "asyncio",
    "aiosqlite",
    "psycopg",
    "apscheduler",
)
_UPDATER = "telegram.ext.Updater"
_FRAMES = 12
_CHAIN = 5

_HARMLESS = re.compile(r"[A-Za-z ,.*…-]*")
"""How far a library's line is surely its own words: what it was filled with comes after a colon, a quote, a bracket
or a number, or is Chinese."""

_Error = BaseException


def redacted(text: str) -> str:
    """The text without tokens and without numbers that identify people."""
    text = TOKEN.sub("〔token〕", text)
    for start, end, name in reversed(private_spans(text)):
        text = f"{text[:start]}〔{name}〕{text[end:]}"
    return text


def start_logging(level: str, form: str, stream: TextIO | None = None) -> Callable[[], None]:
    """Send all logs, and errors that nobody catches, to `stream` (stderr) as `form` text or json, from `level` on.
    Returns what undoes it."""
    handler = _Handler(stream or sys.stderr)
    handler.setFormatter(_Lines(as_json=form == "json"))
    handler.addFilter(_wanted)
    root, updater = logging.getLogger(), logging.getLogger(_UPDATER)
    before, hooks = (root.level, root.handlers[:]), _hooks()
    levels = {name: logging.getLogger(name).level for name in _NOISY}
    root.handlers[:] = [handler]
    root.setLevel(level)
    _set_levels(dict.fromkeys(_NOISY, logging.WARNING))
    updater.addFilter(_without_data)
    sys.excepthook, threading.excepthook = _uncaught, _uncaught_in_thread
    sys.unraisablehook = _unraisable

    def undo() -> None:
        root.setLevel(before[0])
        root.handlers[:] = before[1]
        updater.removeFilter(_without_data)
        _set_levels(levels)
        sys.excepthook, threading.excepthook, sys.unraisablehook = hooks

    return undo


def _hooks() -> tuple[Any, Any, Any]:
    return sys.excepthook, threading.excepthook, sys.unraisablehook


def _set_levels(levels: Mapping[str, int]) -> None:
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def _uncaught(kind: type[_Error], error: _Error, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    log.critical("stopped by an error of ours", exc_info=(kind, error, trace))


def _uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None:
        log.critical("a thread was stopped by an error of ours", exc_info=args.exc_value)


def _unraisable(args: sys.UnraisableHookArgs) -> None:
    log.error("an error that could not be raised", exc_info=args.exc_value)


def _is_ours(name: str) -> bool:
    return name == _OURS or name.startswith(f"{_OURS}.")


def _wanted(record: logging.LogRecord) -> bool:
    """A library's chatter is not: its levels can be set back by anybody."""
    return _is_ours(record.name) or record.levelno >= logging.WARNING


def _without_data(record: logging.LogRecord) -> bool:
    """The updater logs whole updates that it could not read; other handlers do not see them either."""
    record.msg, record.args = _template(record), ()
    return True


def _template(record: logging.LogRecord) -> str:
    """What the library's author wrote, with nothing filled in, and where it is written."""
    words = record.msg if isinstance(record.msg, str) else ""
    plain = re.sub(r"%(?:\(\w+\))?[-#0 +]*[\d*]*(?:\.[\d*]+)?[a-zA-Z]", "…", words)
    kept = _HARMLESS.match(plain)
    return f"{kept.group().strip() if kept else ''} ({record.filename} {record.lineno})".lstrip()


def _message(record: logging.LogRecord) -> str:
    return redacted(record.getMessage() if _is_ours(record.name) else _template(record))


class _Lines(logging.Formatter):
    """One line a record, and the frames of its error below it or in a field."""

    def __init__(self, *, as_json: bool) -> None:
        super().__init__()
        self._as_json = as_json

    def format(self, record: logging.LogRecord) -> str:
        message = _message(record).replace("\n", " ")
        info = record.exc_info
        trouble = list(_told(info[1], info[2])) if info and info[1] is not None else []
        at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created))
        if not self._as_json:
            head = f"{at} {record.levelname} {record.name}: {message}"
            return "\n  ".join([head, *trouble])
        line = {"at": at, "level": record.levelname, "logger": record.name, "message": message}
        if trouble:
            return json.dumps({**line, "error": trouble}, ensure_ascii=False)
        return json.dumps(line, ensure_ascii=False)


def _told(error: _Error | None, trace: TracebackType | None) -> Iterator[str]:
    """The error and what caused it, innermost frames last."""
    for number in range(_CHAIN):
        if error is None:
            return
        yield f"{'caused by ' if number else ''}{_name(error)}"
        for frame in traceback.extract_tb(trace)[-_FRAMES:]:
            yield f"  {_place(frame.filename)}:{frame.lineno} {frame.name}"
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        trace = None if error is None else error.__traceback__


def _name(error: _Error) -> str:
    """The type, and the message when it is ours; the system's number of an error holds nothing of people."""
    kind = type(error).__qualname__
    if isinstance(error, ZhenrenError):
        return redacted(f"{kind}: {error}").replace("\n", " ")
    if isinstance(error, OSError) and error.errno is not None:
        return f"{kind}: {errno.errorcode.get(error.errno, error.errno)}"
    return kind


def _place(filename: str) -> str:
    """The last parts of a path: enough to find the line, nothing of the machine."""
    return "/".join(Path(filename).parts[-3:])


class _Handler(logging.StreamHandler[TextIO]):
    """A stream that does not print what it could not format."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging calls it so
        try:
            self.stream.write(f"{record.levelname} {record.name}: a line could not be written\n")
        except (OSError, ValueError):
            pass  # nobody reads: there is nobody to tell
