"""Everything of a case in one ZIP: each paper to print, to change and to paste, and a list of what is there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.cases.document import Document
from bot.cases.rendering.archive import pack
from bot.cases.rendering.formats import FORMATS, file_name, safe_name
from bot.cases.rendering.frame import MADE, MISSING, NOTICE, USE, day_text, framed

__all__ = ["INDEX", "to_zip"]

INDEX = "目录.txt"
_FOLDERS = (
    ("pdf", "打印-PDF", "打印或上传"),
    ("docx", "修改-Word", "自己改"),
    ("txt", "粘贴-文字", "复制粘贴"),
)
_EXTRA = "其他"
_KEPT, _OPEN = "自己留着，不用交给任何人", "看对方要不要，由你决定"
_EXTRA_USES = {
    ".ics": "日历提醒：在手机上点开，导入自带的日历",
    ".json": "数据备份：给程序读的",
    ".jsonl": "数据备份：给程序读的",
    ".md": "文字说明：用任何文本软件打开",
    ".txt": "文字说明：用任何文本软件打开",
}


@dataclass(frozen=True, slots=True)
class _Entry:
    """One thing that the index lists: its title, what is said of it, and the paths of its files."""

    title: str
    lines: tuple[str, ...]
    files: tuple[tuple[str, bytes], ...]


def to_zip(documents: Iterable[Document], made_on: date, extra: Mapping[str, bytes]) -> bytes:
    """Each document as PDF, DOCX and TXT in folders, the extra files by their names, and `目录.txt` first.

    Equal input gives equal bytes. Raises ConfigError when the extra `papers` is missing, ValueError for a
    day before 1980.
    """
    taken: set[str] = set()
    entries = [_paper(framed(document), taken) for document in documents]
    entries += [_extra(name, data, taken) for name, data in sorted(extra.items())]
    index = "\n".join(_index(entries, made_on)) + "\n"
    files = [file for entry in entries for file in entry.files]
    return pack([(INDEX, index.encode("utf-8-sig")), *files], made_on)


def _paper(document: Document, taken: set[str]) -> _Entry:
    stem = _free(file_name(document.title, document.made_on, ""), "", taken)
    files = tuple(
        (f"{folder}/{stem}{FORMATS[name].suffix}", FORMATS[name].render(document))
        for name, folder, _ in _FOLDERS
    )
    topics = "、".join(section.title for section in document.sections if section.title)
    lines = [f"内容：{topics}"] if topics else []
    lines += [f"{USE}：{document.use}"] if document.use else []
    lines += [f"{MADE}：{day_text(document.made_on)}"]
    lines += [f"{MISSING}：{'；'.join(document.missing)}"] if document.missing else []
    lines += [f"{use}：{path}" for (path, _), (_, _, use) in zip(files, _FOLDERS, strict=True)]
    return _Entry(document.title, tuple(lines), files)


def _extra(name: str, data: bytes, taken: set[str]) -> _Entry:
    safe = safe_name(name)
    stem, dot, suffix = safe.rpartition(".")
    stem, suffix = (stem, dot + suffix) if stem else (safe, "")
    path = f"{_EXTRA}/{_free(stem, suffix, taken)}"
    use = _EXTRA_USES.get(suffix.lower())
    lines = (
        f"用处：{use or '随案件附上的文件'}",
        f"{USE}：{_KEPT if use else _OPEN}",
        f"文件：{path}",
    )
    return _Entry(safe, lines, ((path, data),))


def _free(stem: str, suffix: str, taken: set[str]) -> str:
    """A name that no other has, also where upper and lower case are one."""
    name, number = f"{stem}{suffix}", 1
    while name.lower() in taken:
        number += 1
        name = f"{stem}-{number}{suffix}"
    taken.add(name.lower())
    return name


def _index(entries: Sequence[_Entry], made_on: date) -> Iterator[str]:
    yield "目录"
    yield f"{MADE}：{day_text(made_on)}"
    for number, entry in enumerate(entries, 1):
        yield ""
        yield f"{number}. {entry.title}"
        yield from (f"   {line}" for line in entry.lines)
    yield ""
    yield NOTICE
