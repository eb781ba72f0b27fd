"""Albums: pictures sent together come as messages of their own, and get one answer."""

from __future__ import annotations

from collections import OrderedDict

__all__ = ["Albums"]

_REMEMBERED = 1000


class Albums:
    """Remembers, in memory only, which message of an album was answered."""

    def __init__(self) -> None:
        self._answered: OrderedDict[str, str] = OrderedDict()

    def mine(self, album: str, update: str) -> bool:
        """Whether this update is the one to answer: alone, the first of its album, or that one again."""
        if not album:
            return True
        first = self._answered.setdefault(album, update)
        if len(self._answered) > _REMEMBERED:
            self._answered.popitem(last=False)
        return first == update
