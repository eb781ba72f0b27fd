"""ZIP archives whose bytes depend on nothing but what is in them.

Word files are such archives too; the clock, the user and the system that packs them leave no trace.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from datetime import date
from io import BytesIO

__all__ = ["pack", "unpack"]

_UNIX = 3
_MODE = 0o100644 << 16  # a regular file that its owner may write and all may read


def pack(files: Iterable[tuple[str, bytes]], made_on: date) -> bytes:
    """The files in this order, each dated `made_on` at midnight. Raises ValueError before the year 1980."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in files:
            info = zipfile.ZipInfo(name, (made_on.year, made_on.month, made_on.day, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = _UNIX
            info.external_attr = _MODE
            archive.writestr(info, data)
    return buffer.getvalue()


def unpack(data: bytes) -> list[tuple[str, bytes]]:
    """The files of an archive in their order."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return [(info.filename, archive.read(info)) for info in archive.infolist()]
