"""Reads the end of a SQLite write-ahead log: SQLite silently drops pages that it cannot verify.

Format: https://www.sqlite.org/fileformat2.html#the_write_ahead_log. A frame belongs to the log when its salts
are those of the header; it is whole when the running checksum fits. Frames that belong but are not whole
were written and then damaged or torn.
"""

from __future__ import annotations

import struct
from pathlib import Path

__all__ = ["lost_frames"]

_HEADER = struct.Struct(">IIIIIIII")
_FRAME = struct.Struct(">IIIIII")
_MAGIC = 0x377F0682
"""The last bit says in which byte order the checksums are computed."""


def lost_frames(wal: Path) -> int:
    """How many pages at the end of the log can no longer be read; 0 for a sound or missing log."""
    try:
        data = wal.read_bytes()
    except FileNotFoundError:
        return 0
    if len(data) < _HEADER.size:
        return 0
    magic, _, page, _, salt1, salt2, *_ = _HEADER.unpack_from(data)
    if magic & ~1 != _MAGIC or not page:
        return 0
    order = ">" if magic & 1 else "<"
    running = _checksum(data[:24], (0, 0), order)
    whole = belonging = 0
    at, broken = _HEADER.size, False
    while at + _FRAME.size + page <= len(data):
        _, _, frame1, frame2, sum1, sum2 = _FRAME.unpack_from(data, at)
        if (frame1, frame2) != (salt1, salt2):
            break
        belonging += 1
        body = data[at : at + 8] + data[at + _FRAME.size : at + _FRAME.size + page]
        running = _checksum(body, running, order)
        broken = broken or running != (sum1, sum2)
        whole += not broken
        at += _FRAME.size + page
    return belonging - whole


def _checksum(data: bytes, start: tuple[int, int], order: str) -> tuple[int, int]:
    one, two = start
    words = struct.unpack(f"{order}{len(data) // 4}I", data)
    for index in range(0, len(words), 2):
        one = (one + words[index] + two) & 0xFFFFFFFF
        two = (two + words[index + 1] + one) & 0xFFFFFFFF
    return one, two
