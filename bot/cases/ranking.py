"""The order in which the sentences of a ladder are tried, learnt from what came of them. Off by default.

Thompson sampling: each sentence draws a share from Beta(moved + 1, answered - moved + 1), and the larger draw
goes first. Only sentences with enough answers change places, and only among themselves: every other one stays
where its author put it, so that no later step of an escalation is pulled forward on a guess. A draw depends on
its key alone: the same turn, replayed, gives the same order.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.cases.whatworks import Standing

__all__ = ["ENOUGH", "Ranking"]

ENOUGH = 30
"""So many answers a sentence needs before it may change its place."""

Key = tuple[str | int, ...]
"""What a draw belongs to: (conversation, case, turn)."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """Orders phrase ids. Without standings, as by default, it leaves every order as it is."""

    standings: Mapping[str, Standing] = field(default_factory=dict)
    seed: str = ""

    @classmethod
    def of(cls, standings: Iterable[Standing], seed: str) -> Ranking:
        """A ranking that is on. `seed` is the deployment's own, so that two do not draw alike."""
        known = {row.phrase: row for row in standings if row.answered >= ENOUGH}
        return cls(known, seed)

    def order(self, ids: Sequence[str], key: Key) -> list[str]:
        """The ids in the order in which to try them; always the same ones, each as often as given."""
        places = [at for at, name in enumerate(ids) if self._enough(name)]
        ordered = list(ids)
        if len(places) < 2:
            return ordered
        rng = self._generator(key)
        draws = [(self._draw(ids[at], rng), -at) for at in places]
        for place, (_, minus) in zip(places, sorted(draws, reverse=True), strict=True):
            ordered[place] = ids[-minus]
        return ordered

    def _enough(self, name: str) -> bool:
        row = self.standings.get(name)
        return row is not None and row.answered >= ENOUGH

    def _draw(self, name: str, rng: random.Random) -> float:
        row = self.standings[name]
        return rng.betavariate(row.moved + 1, row.answered - row.moved + 1)

    def _generator(self, key: Key) -> random.Random:
        """A generator of its own for this key; `repr` keeps ("a", "bc") and ("ab", "c") apart."""
        digest = hashlib.blake2b(repr((self.seed, *key)).encode(), digest_size=16).digest()
        return random.Random(int.from_bytes(digest))  # noqa: S311 - a choice to be replayed, not a secret
