"""What a case holds, in words: a title and a value for everything the person has told.

What the flows only pass on to each other (a prepared sentence, a menu path) is left out.
"""

from collections.abc import Iterator, Mapping

from bot.core.flow import FlowSet
from bot.core.internal import internal_slots
from bot.core.slots import show_date
from bot.core.turn import Outcome

__all__ = ["Describer"]


class Describer:
    """Knows the titles of one FlowSet."""

    def __init__(self, flows: FlowSet) -> None:
        self._flows, self._internal = flows, internal_slots(flows)

    def __call__(self, outcome: Outcome) -> Mapping[str, str]:
        """Titles and values, the problem first and the next date last."""
        return dict(self._facts(outcome))

    def _facts(self, outcome: Outcome) -> Iterator[tuple[str, str]]:
        flow = self._flows.flows.get(outcome.issue or "")
        if flow:
            yield "问题", flow.title
        for name, value in outcome.slots.items():
            slot = self._flows.slots.get(name)
            if slot and name not in self._internal:
                yield slot.title, slot.label(value)
        if outcome.due:
            yield "下次提醒", show_date(outcome.due[0].at[:10], weekday=True)
