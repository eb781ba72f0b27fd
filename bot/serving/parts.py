"""The composition root of `zhenren telegram`: every part with what it needs, and nothing started."""

from __future__ import annotations

import logging
from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC, datetime
from time import monotonic

from bot.agent import Agent
from bot.app import Engine
from bot.cases.ranking import Ranking
from bot.cases.whatworks import standings
from bot.channels.telegram.chats import ChatError
from bot.channels.telegram.envelope import Envelope
from bot.channels.telegram.events import Me
from bot.channels.telegram.gateway import Gateway
from bot.channels.telegram.layout import pages
from bot.channels.telegram.signing import Signer
from bot.config.telegram import TelegramConfig
from bot.groups.desk import Groups, Policy
from bot.groups.ground import Ground
from bot.room import Outlet
from bot.serving import words
from bot.serving.bell import Bell
from bot.serving.buttons import Values
from bot.serving.files import Files
from bot.serving.health import Health
from bot.serving.metrics import Metrics
from bot.serving.private import Private
from bot.serving.router import Router
from bot.serving.sender import Sender
from bot.serving.ticker import Ticker
from bot.serving.worker import Worker
from bot.store.base import Retention, Store
from bot.store.opening import key_beside
from bot.store.sealing import Sealer

__all__ = ["Parts"]

log = logging.getLogger(__name__)

_TIMED = 10_000
"""So many updates are timed at once."""


@dataclass(slots=True)
class Parts:
    """What runs."""

    store: Store
    gateway: Gateway
    me: Me
    agent: Agent
    groups: Groups
    worker: Worker
    sender: Sender
    ticker: Ticker

    @classmethod
    async def made(
        cls, config: TelegramConfig, engine: Engine, store: Store, gateway: Gateway, me: Me
    ) -> Parts:
        if config.learn:
            engine.learn(Ranking.of(standings(await store.counts()), config.learn))
        signer, envelope, sendable = Signer(config.token), Envelope(config.token), Bell()
        agent = _agent(config, engine, store, envelope)
        desk = engine.desk(store, agent)
        ground = Ground(store.records, gateway, signer, me, _now, config.owners)
        policy = Policy(config.groups == "approval", config.purge_days)
        groups = Groups.of(ground, engine.reader, engine.flows, policy, store.forget, desk.summary)
        agent.leaving = groups.leaving
        values = Values(engine.flows, engine.reader.questions.authored)
        private = Private(agent, desk, gateway, signer, values)
        router = Router(private, groups, gateway, signer, config.stale_minutes * 60)
        worker = Worker(store, router, me, envelope, Bell(), sendable)
        files = Files(desk, groups.exported)
        sender = Sender(
            store, gateway, agent, signer, values, envelope, files.made, groups, sendable
        )
        days = config.retention
        retention = Retention(days.closed_days, days.idle_days, days.message_days)
        ticker = Ticker(
            store, agent, gateway, sender, envelope, groups.tick, groups.tidy, sendable, retention
        )
        return cls(store, gateway, me, agent, groups, worker, sender, ticker)

    def count_with(self, metrics: Metrics, health: Health) -> None:
        """Have everything that is counted counted there, and whether messages leave told."""
        came: OrderedDict[str, float] = OrderedDict()

        def received(claim: str) -> None:
            came[claim] = monotonic()
            if len(came) > _TIMED:
                came.popitem(last=False)

        def sent(reply_to: str) -> None:
            health.tried()
            if (at := came.pop(reply_to, None)) is not None:
                metrics.answered(monotonic() - at)

        def failed(code: str) -> None:
            health.tried(code)
            metrics.failed(code)

        self.worker.received, self.worker.done = received, metrics.received
        self.worker.turned, self.worker.died = metrics.turned, metrics.died
        self.sender.sent, self.sender.failed = sent, failed
        self.gateway.limiter.limited = metrics.limited

    async def announce(self) -> None:
        """Tell Telegram the commands, by scope and language, and what the bot is. What it does not take is no reason not to work."""
        lists = (
            ("all_private_chats", words.COMMANDS),
            ("all_group_chats", words.GROUP_COMMANDS[:2] + words.GROUP_COMMANDS[-1:]),
            ("all_chat_administrators", words.GROUP_COMMANDS),
        )
        try:
            for scope, commands in lists:
                listed = [{"command": name, "description": text} for name, text in commands]
                for language in ("", "zh"):
                    values = {"commands": listed, "scope": {"type": scope}}
                    values |= {"language_code": language} if language else {}
                    await self.gateway.call("setMyCommands", values)
            for method, told in words.ABOUT.items():
                await self.gateway.call(method, told)
        except ChatError as error:
            log.warning("the commands were not taken (%s)", type(error).__name__)


def _agent(config: TelegramConfig, engine: Engine, store: Store, envelope: Envelope) -> Agent:
    path = config.key_file or key_beside(config.db)
    outlet = Outlet(pages, lambda values: envelope.close(dict(values)).decode())
    return engine.agent(store, sealer=Sealer(path) if path else None, outlet=outlet)


def _now() -> datetime:
    return datetime.now(UTC)
