"""What goes wrong between the bot and Telegram, and what the people notice of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.channels.telegram.events import Message
from bot.core.errors import StorageError
from bot.outcomes import APOLOGY
from bot.store.memory import MemoryStore
from tests.telegram.fake.ptb import ptb
from tests.telegram.fake.server import FakeTelegram
from tests.telegram.killing import NOTE, messages, numbers
from tests.telegram.serving import served

pytestmark = pytest.mark.slow


@pytest.fixture
async def fake() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as fake:
        yield fake


def texts(person) -> list[str]:
    return [each.text for each in messages(person)]


async def answered(fake, person, *wanted, within=8.0):
    """Until just these numbers were answered, in this order."""
    await fake.wait_for(lambda _: numbers(person) == list(wanted), within, what=f"{wanted}")


# ── sending ─────────────────────────────────────────────────────────────────
async def test_a_429_holds_up_its_own_chat_only(fake):
    ann, bob = fake.user(started=True), fake.user(started=True)
    fake.faults.add("sendMessage", chat=ann.id, code=429, retry_after=2)
    async with served(fake):
        ann.send("/n0")
        ann.send("/n1")
        bob.send("/n0")
        await answered(fake, bob, 0, within=1.5)
        assert not texts(ann)
        await answered(fake, ann, 0, 1)
    refused, *later = fake.log.of("sendMessage", ann.id)
    assert later[0].time - refused.time >= 2
    assert not any(NOTE in each for each in texts(ann))


async def test_a_403_is_the_end_of_its_message_and_of_nothing_else(fake):
    ann = fake.user(started=True)
    fake.faults.add("sendMessage", code=403, description="Forbidden: bot was blocked by the user")
    async with served(fake):
        ann.send("/n0")
        ann.send("/n1")
        await answered(fake, ann, 1)
    assert len(fake.log.of("sendMessage")) == 2


async def test_html_that_telegram_does_not_read_is_sent_without_tags(fake):
    ann = fake.user(started=True)
    refusal = "Bad Request: can't parse entities: unexpected end tag"
    fake.faults.add("sendMessage", code=400, description=refusal)
    async with served(fake):
        said = await ann.ask("/quiet")
    first, second = fake.log.of("sendMessage")
    assert "<b>" in first.text
    assert "<" not in second.text
    assert said.labels


async def test_an_answer_to_a_topic_that_is_gone_goes_to_the_group(fake):
    ann = fake.user(started=True)
    group = fake.group(owner=ann, forum=True, bot=True)
    topic = group.topic("售后")
    fake.faults.add("sendMessage", code=400, description="Bad Request: message thread not found")
    async with served(fake):
        group.say(ann, f"/help@{fake.username}", thread=topic)
        await group.next()
    first, second = fake.log.of("sendMessage", group.id)
    assert int(first.params["message_thread_id"]) == topic
    assert "message_thread_id" not in second.params


async def test_a_message_dropped_on_the_way_arrives_once(fake):
    ann = fake.user(started=True)
    fake.faults.add("sendMessage", drop=True)
    async with served(fake):
        ann.send("/n0")
        ann.send("/n1")
        await answered(fake, ann, 0, 1)
    assert texts(ann)[0].startswith(NOTE)
    assert not texts(ann)[1].startswith(NOTE)


@pytest.mark.parametrize("times", [1, 2, 5])
async def test_a_private_message_whose_reply_was_lost_comes_at_most_twice_and_says_so(fake, times):
    ann = fake.user(started=True)
    fake.faults.add("sendMessage", text="/n0", times=times, lost="close")
    async with served(fake):
        ann.send("/n0")
        ann.send("/n1")
        await answered(fake, ann, 0, 0, 1)
    assert [each.startswith(NOTE) for each in texts(ann)] == [False, True, False]


async def test_a_group_message_whose_reply_was_lost_comes_once(fake):
    ann = fake.user(started=True)
    group = fake.group(owner=ann, bot=True)
    fake.faults.add("sendMessage", lost="close")
    async with served(fake):
        group.say(ann, f"/help@{fake.username}")
        await group.next()
        group.say(ann, f"/faq@{fake.username}")
        await group.next()
    assert len(fake.log.of("sendMessage", group.id)) == 2


@pytest.mark.parametrize(
    "fault",
    [{"html": 502}, {"code": 500}, {"trickle": 0.0005}, {"slow": 0.3}, {"delay": 0.3}],
    ids=str,
)
async def test_a_server_in_trouble_costs_time_and_no_message(fake, fault):
    ann = fake.user(started=True)
    fake.faults.add("sendMessage", **fault)
    async with served(fake):
        ann.send("/n0")
        ann.send("/n1")
        await answered(fake, ann, 0, 1)
    assert not any(each.startswith(NOTE) for each in texts(ann))


# ── receiving ───────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    "fault",
    [{"html": 502}, {"drop": True}, {"lost": "close"}, {"code": 429, "retry_after": 1}],
    ids=str,
)
async def test_a_poll_that_fails_is_made_again(fake, fault):
    ann = fake.user(started=True)
    ann.send("/n0")
    fake.faults.add("getUpdates", **fault)
    async with served(fake):
        await answered(fake, ann, 0)


async def test_polls_that_fail_again_and_again_get_new_connections(fake):
    ann = fake.user(started=True)
    fake.faults.add("getUpdates", drop=True, times=3)
    async with served(fake) as parts:
        anew = asyncio.Event()
        reconnect = parts.gateway.reconnect

        async def noted() -> None:
            await reconnect()
            anew.set()

        parts.gateway.reconnect = noted  # type: ignore[method-assign]  # to hear of it
        ann.send("/n0")
        async with asyncio.timeout(25):
            await anew.wait()
        await answered(fake, ann, 0, within=15)


async def test_a_poll_that_hangs_is_broken_off(fake):
    ann = fake.user(started=True)
    fake.faults.add("getUpdates", lost="hang")
    async with served(fake, watch=0.4):
        ann.send("/n0")
        await answered(fake, ann, 0)


async def test_a_second_poller_is_named_and_endured(fake, caplog):
    ann = fake.user(started=True)
    async with served(fake):
        await fake.polled()
        async with ptb(fake) as other:
            await other.get_updates(timeout=0)
        ann.send("/n0")
        await answered(fake, ann, 0)
    assert "另一个程序正在用同一个 BOT_TOKEN 收消息" in caplog.text


async def test_a_webhook_left_over_is_taken_away(fake, caplog):
    ann = fake.user(started=True)
    async with ptb(fake) as other:
        await other.set_webhook("http://127.0.0.1:1/hook")
    ann.send("/n0")
    async with served(fake):
        await answered(fake, ann, 0)
    assert fake.updates.courier is None
    assert "还设着 webhook" in caplog.text
    assert fake.log.of("deleteWebhook")[0].params["drop_pending_updates"] in ("false", False)


async def test_nobody_there_for_a_while_is_waited_for(fake):
    ann = fake.user(started=True)
    async with served(fake):
        await fake.polled()
        async with fake.unreachable():
            ann.send("/n0")
            await asyncio.sleep(0.2)
        await answered(fake, ann, 0)


async def test_updates_that_come_twice_are_answered_once(fake):
    ann = fake.user(started=True)
    async with served(fake):
        fake.updates.duplicate()
        ann.send("/n0")
        await answered(fake, ann, 0)
        fake.updates.redeliver()
        ann.send("/n1")
        await answered(fake, ann, 0, 1)


async def test_a_batch_in_reversed_order_is_answered_in_order(fake):
    ann = fake.user(started=True)
    async with served(fake):
        await fake.polled()
        fake.updates.reversed = True
        with fake.updates.held():
            for number in range(3):
                ann.send(f"/n{number}")
        await answered(fake, ann, 0, 1, 2)


@pytest.mark.parametrize("to", [12, 2_000_000_000])
async def test_ids_that_jump_lose_nothing(fake, to):
    ann = fake.user(started=True)
    async with served(fake):
        ann.send("/n0")
        await answered(fake, ann, 0)
        fake.updates.jump(to)
        ann.send("/n1")
        ann.send("/n2")
        await answered(fake, ann, 0, 1, 2)


@pytest.mark.parametrize(
    "poison",
    [
        {"message": "nothing"},
        {"message": {"chat": {"id": 5_000_000_001}}},
        {"message": {"chat": "?"}},
        {"message": None},
        {"callback_query": 5},
        {"callback_query": {"id": "1", "from": {}, "data": "x"}},
        {"my_chat_member": {"chat": {"id": -5, "type": "group", "title": "x"}}},
        {"something_new": [1]},
        {},
    ],
    ids=str,
)
async def test_an_update_that_makes_no_sense_holds_up_nobody(fake, poison):
    ann = fake.user(started=True)
    async with served(fake):
        with fake.updates.held():
            fake.updates.inject(poison)
            ann.send("/n0")
        await answered(fake, ann, 0)
        ann.send("/n1")
        await answered(fake, ann, 0, 1)
        await fake.wait_for(lambda _: not fake.updates.pending)


# ── inside ──────────────────────────────────────────────────────────────────
class Broken:
    """A handler that cannot do one thing."""

    def __init__(self, handler) -> None:
        self._handler, self.tries = handler, 0

    async def handle(self, event, claim):
        if isinstance(event, Message) and event.command == "bad":
            self.tries += 1
            raise KeyError("bad")
        return await self._handler.handle(event, claim)


async def test_what_cannot_be_answered_is_apologised_for_after_three_tries(fake):
    ann, bob = fake.user(started=True), fake.user(started=True)
    died = []
    async with served(fake) as parts:
        parts.worker.handler = broken = Broken(parts.worker.handler)
        parts.worker.died = lambda: died.append(1)
        with fake.updates.held():
            ann.send("/bad")
            ann.send("/n0")
            bob.send("/n0")
        await answered(fake, ann, 0)
        await answered(fake, bob, 0)
    assert broken.tries == 3
    assert texts(ann)[0] == APOLOGY
    assert died == [1]


class Ill(MemoryStore):
    """A store whose methods fail so often."""

    def __init__(self, **fails: int) -> None:
        super().__init__()
        self.fails = fails

    def _maybe(self, name: str) -> None:
        if self.fails.get(name, 0):
            self.fails[name] -= 1
            raise StorageError("the disk is full")

    async def receive(self, updates):
        self._maybe("receive")
        return await super().receive(updates)

    async def take_incoming(self, now, until, limit=32):
        self._maybe("take_incoming")
        return await super().take_incoming(now, until, limit)

    async def commit(self, work):
        self._maybe("commit")
        await super().commit(work)

    async def take_outgoing(self, now, until, limit=32):
        self._maybe("take_outgoing")
        return await super().take_outgoing(now, until, limit)

    async def settle(self, message, at):
        self._maybe("settle")
        await super().settle(message, at)

    async def unsettled(self):
        self._maybe("unsettled")
        return await super().unsettled()


@pytest.mark.parametrize(
    "name", ["receive", "take_incoming", "commit", "take_outgoing", "settle", "unsettled"]
)
async def test_a_store_that_fails_twice_costs_time_and_no_message(fake, name):
    ann = fake.user(started=True)
    async with served(fake, Ill(**{name: 2})):
        ann.send("/n0")
        ann.send("/n1")
        await answered(fake, ann, 0, 1)
    assert not any(each.startswith(NOTE) for each in texts(ann))
