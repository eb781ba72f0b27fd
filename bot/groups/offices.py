"""The offices: everything that the groups are made of, made once and put together here."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from bot.cases.zones import local_time
from bot.channels.telegram.posts import Post
from bot.core.flow import FlowSet
from bot.groups.answers import PublicAnswers, ReadsMessages
from bot.groups.approval import Approval
from bot.groups.audit import Audit
from bot.groups.blocklist import Blocklist
from bot.groups.budgets import Budgets
from bot.groups.digest import Digests
from bot.groups.ground import Book, Ground
from bot.groups.guards import NumberGuard, ScamGuard
from bot.groups.lifecycle import Lifecycle, onboarding
from bot.groups.links import Connections, Links
from bot.groups.overlay import Rules
from bot.groups.panel import Panel
from bot.groups.panel_people import People
from bot.groups.permissions import Permissions
from bot.groups.script import InScript
from bot.groups.selfcheck import SelfCheck
from bot.groups.settings_rules import Checks
from bot.groups.stats import Stats
from bot.groups.transfer import Transfer
from bot.groups.volunteers import Volunteers
from bot.nlu.masking import mask

__all__ = ["Erases", "Offices", "Policy"]

_ZONE = "Asia/Shanghai"

Erases = Callable[[str], Awaitable[object]]
"""Deletes everything that belongs to an address."""


@dataclass(frozen=True, slots=True)
class Policy:
    """How groups are taken: `approval` lets owners decide about each; `purge_days` after the bot was removed a
    group is forgotten."""

    approval: bool = False
    purge_days: int = 30


@dataclass(frozen=True, slots=True)
class Offices:
    """One of each."""

    ground: Ground
    book: Book
    permissions: Permissions
    audit: Audit
    panel: Panel
    people: People
    transfer: Transfer
    links: Links
    connections: Connections
    approval: Approval
    life: Lifecycle
    selfcheck: SelfCheck
    stats: Stats
    digests: Digests
    volunteers: Volunteers
    answers: PublicAnswers
    budgets: Budgets
    numbers: NumberGuard
    scams: ScamGuard
    rules: Rules
    blocklist: Blocklist
    flows: FlowSet

    @classmethod
    def of(
        cls, ground: Ground, reader: ReadsMessages, flows: FlowSet, policy: Policy, erase: Erases
    ) -> Offices:
        ground = replace(ground, chats=InScript(ground.chats, Book(ground)))
        book, permissions, audit = Book(ground), Permissions(ground), Audit(ground)
        own, today = (ground, book, permissions, audit), partial(_today, ground)
        rules, stats = Rules(flows.facts, today), Stats(ground)
        checks = Checks(rules.sayable, rules.problems)
        connections = Connections(ground, permissions.may_change)
        gate = Approval(ground, partial(_card, ground, policy), on=policy.approval)
        forget, days = permissions.forget, policy.purge_days
        life = Lifecycle(
            ground, book, connections, erase=erase, forget=forget, approval=gate, purge_days=days
        )
        return cls(
            *own,
            Panel(*own, checks),
            People(*own),
            Transfer(*own, checks),
            Links(ground),
            connections,
            gate,
            life,
            SelfCheck(ground, book),
            stats,
            Digests(ground, book, stats, partial(_title, flows)),
            Volunteers(ground, book, mask),
            PublicAnswers(reader, flows, today),
            Budgets(),
            NumberGuard(flows.facts),
            ScamGuard(flows.facts),
            rules,
            Blocklist(ground),
            flows,
        )


def _today(ground: Ground) -> date:
    return local_time(ground.now(), _ZONE).date()


def _title(flows: FlowSet, issue: str) -> str:
    flow = flows.flows.get(issue)
    return flow.title if flow else issue


def _card(ground: Ground, policy: Policy, chat: int) -> Post:
    """The card of an approved group."""
    return onboarding(ground, chat, policy.purge_days)
