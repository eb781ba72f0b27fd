"""An open transaction of either database: what is written in both with the same SQL needs no more than this."""

from __future__ import annotations

from typing import Any, Protocol

__all__ = ["Row", "Transaction"]

Row = tuple[Any, ...]


class Transaction(Protocol):
    """An open transaction, with `?` for values."""

    async def fetch(self, statement: str, *values: Any) -> list[Row]:
        """The rows of a query."""

    async def change(self, statement: str, *values: Any) -> int:
        """How many rows a statement changed."""
