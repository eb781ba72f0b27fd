"""Compiles a FlowSet into a MachineSpec; every problem of structure is collected on the way."""

from __future__ import annotations

from bot.core.builder import Builder
from bot.core.calendar import Calendar
from bot.core.common import add_common_edges, add_hubs
from bot.core.flow import FlowSet
from bot.core.lowering import lower_flow

__all__ = ["compile_flows"]


def compile_flows(flows: FlowSet, calendar: Calendar) -> Builder:
    """The finished builder: `spec`, `voice` and `problems`; the spec runs only if there are none."""
    build = Builder(flows, calendar)
    for flow in flows.flows.values():
        if not flow.shared:
            lower_flow(build, flow)
    add_hubs(build)
    add_common_edges(build)
    shared: dict[frozenset[str], frozenset[str]] = {}
    for state in build.spec.states.values():  # inlined copies read the same: one set for all
        state.reads = shared.setdefault(state.reads, state.reads)
    return build
