"""Which slots are the flows' own business: filled by a flow for another one, and never asked for."""

from __future__ import annotations

from bot.core.flow import Ask, Call, FlowSet, Set

__all__ = ["internal_slots"]


def internal_slots(flows: FlowSet) -> frozenset[str]:
    """The slots that are not for reading: a prepared sentence, a menu path."""
    steps = [step for flow in flows.flows.values() for step in flow.walk()]
    asked = {step.slot for step in steps if isinstance(step, Ask)}
    passed = {name for step in steps if isinstance(step, Set | Call) for name, _ in step.sets}
    return frozenset(passed - asked) | {"issue"}
