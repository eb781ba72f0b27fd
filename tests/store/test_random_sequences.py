"""Random conversations over the real engine and an SQLite store that is opened anew for every turn.

Whatever people do, the journal folds to the snapshot. And whatever an event or a tracker holds, its stored form
gives it back.
"""

from __future__ import annotations

import random
from dataclasses import fields
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.app import Engine
from bot.cases.composing import evidence_for
from bot.channels.base import Update
from bot.core import event as ev
from bot.core.errors import StorageError
from bot.core.event import Event
from bot.core.machine import fold
from bot.core.profile import Profile
from bot.core.slots import Value
from bot.core.tracker import Due, Rest, Tracker
from bot.core.turn import Outcome
from bot.store.base import Session
from bot.store.encoding import (
    decode_events,
    decode_profile,
    decode_tracker,
    encode_events,
    encode_profile,
    encode_tracker,
)
from bot.store.sqlite import SqliteStore

NOON = datetime(2026, 11, 20, 12)
TURNS = 45
SEEDS = 16
TEXTS = [
    "早上突然永久封号，写违规引流，申诉不到一分钟就驳回",
    "另外还有个事，七天无理由退货，商家拒绝退款",
    "笔记突然没流量了，是不是被限流",
    "我的号被盗了，手机号被换绑",
    "不知道",
    "不对，我刚才说错了，是昨天",
    "为什么问这个",
    "转人工",
    "订单号P700123456789012345，金额88元",
    "我手机13912345678",
    "今天",
    "已经发过了",
    "啊？",
    "它说 24 小时内回复我",
]
PASTES = [
    "亲，您的问题已为您解决，感谢您的耐心等待",
    "您好，请您耐心等待，专员将在3个工作日内回复您",
    "您好，我是人工客服小薯，请问有什么可以帮您？",
    "很抱歉，经核实不符合退款条件",
    "请您先提供订单号和手机号",
]


class Sequence:
    """One person on an engine, at random. The store and the agent live for one turn only."""

    def __init__(self, engine: Engine, path: Path, rng: random.Random) -> None:
        self.engine, self.path, self.rng, self.now = engine, path, rng, NOON
        self.buttons: list[str] = []
        self.did: list[str] = []

    async def turn(self, what: str) -> Session:
        """Do it, and look at what is stored."""
        store = await SqliteStore.open(self.path)
        try:
            session = await store.load("u")
            value = self._value(what, session)
            self.did.append(f"{what} {value}")
            await self._do(store, what, value)
            return await self._checked(store)
        finally:
            await store.close()

    async def _do(self, store: SqliteStore, what: str, value: str) -> None:
        agent = self.engine.agent(store)
        self.now += timedelta(minutes=self.rng.randrange(90))
        if what == "elapse":
            due = await agent.next_due("u")
            self.now = max(self.now, due or self.now)
            for outcome in await agent.elapse("u", self.now):
                self._shown(outcome)
        elif what in ("text", "paste", "case", "evidence", "new"):
            self._shown(await agent.handle(Update("u", what, value), self.now))
        else:
            self._shown(await agent.handle(Update("u", "button", value), self.now))

    def _shown(self, outcome: Outcome) -> None:
        self.buttons = [b.value for each in outcome.responses for b in each.buttons]

    def _value(self, what: str, session: Session) -> str:
        tracker = session.tracker
        listed = evidence_for(self.engine.flows, tracker) if tracker else ()
        choices = {
            "text": TEXTS,
            "paste": PASTES,
            "case": list(session.cases),
            "evidence": [each.id for each in listed],
            "button": [b for b in self.buttons if not b.startswith("cmd:forget")],
            "new": [""],
            "elapse": [""],
        }
        return self.rng.choice(choices.get(what, [f"cmd:{what}"]) or [""])

    async def _checked(self, store: SqliteStore) -> Session:
        session = await store.load("u")
        for case, tracker in session.cases.items():
            journal = await store.journal("u", case)
            events = [event for entry in journal for event in entry.events]
            again = fold(self.engine.machine, Tracker("u", case), events)
            assert again.digest() == tracker.digest(), "\n".join([case, *self.did[-6:]])
            assert session.lengths[case] == len(journal)
        return session


WAYS = ["text", "button", "button", "paste", "back", "restart", "snooze", "evidence", "elapse"]
WAYS += ["case", "button", "new", "cancel", "resume", "unsure", "sent", "text", "button"]


AHEAD = [*["button"] * 6, "paste", "sent", "elapse", "snooze", "evidence"]
"""Without going back and forth cases get far."""


@pytest.mark.parametrize("seed", range(SEEDS))
async def test_the_journal_folds_to_the_snapshot(engine: Engine, tmp_path: Path, seed: int) -> None:
    going = Sequence(engine, tmp_path / "people.db", random.Random(seed))
    session = await going.turn("text")
    ways = [*WAYS, *going.rng.choices(WAYS, k=TURNS - len(WAYS))]
    going.rng.shuffle(ways)
    for what in ways:
        session = await going.turn(what)
    assert len(session.cases) > 1


async def test_the_sequences_meet_every_kind_of_event(engine: Engine, tmp_path: Path) -> None:
    """What no random person ever did, no fold was ever asked about."""
    met: set[str] = set()
    for seed in range(4):
        path = tmp_path / f"{seed}.db"
        going = Sequence(engine, path, random.Random(1000 + seed))
        often = AHEAD if seed % 2 else WAYS
        for what in ["text", *going.rng.choices(often, k=TURNS), *WAYS]:
            await going.turn(what)
        store = await SqliteStore.open(path)
        for view in await store.overview("u"):
            journal = await store.journal("u", view.case)
            met |= {type(event).__name__ for entry in journal for event in entry.events}
        await store.close()
    rare = {
        "CaseClosed",
        "Counted",
        "SecondNoted",
        "CandidatesSet",
        "QuestionAsked",
        "FactCaveated",
    }
    rare |= {"AlarmRaised", "Missed"}
    assert {each.__name__ for each in EVENTS} - met <= rare


# ── encoding ────────────────────────────────────────────────────────────────
WORDS = st.text()
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
OF_HINT: dict[Any, st.SearchStrategy[Any]] = {
    str: WORDS,
    int: st.integers(),
    bool: st.booleans(),
    str | None: st.none() | WORDS,
    Value: WORDS | st.integers() | NUMBERS | st.booleans(),
    Value | None: st.none() | WORDS | st.integers() | NUMBERS | st.booleans(),
    tuple[str, ...]: st.lists(WORDS, max_size=4).map(tuple),
    tuple[tuple[str, float], ...]: st.lists(st.tuples(WORDS, NUMBERS), max_size=4).map(tuple),
    dict[str, Value]: st.dictionaries(WORDS, WORDS | st.integers() | NUMBERS | st.booleans()),
    dict[str, int]: st.dictionaries(WORDS, st.integers()),
    set[str]: st.sets(WORDS),
    list[str]: st.lists(WORDS),
    list[Rest]: st.lists(
        st.builds(Rest, WORDS, st.integers(), st.lists(WORDS, max_size=3).map(tuple)), max_size=3
    ),
    list[Due]: st.lists(st.builds(Due, WORDS, WORDS, WORDS), max_size=3),
    tuple[int, int] | None: st.none() | st.tuples(st.integers(0, 23), st.integers(0, 23)),
}


def anything(cls: type[Any], **fixed: Any) -> st.SearchStrategy[Any]:
    """Any value of a dataclass; KeyError for a field of a kind that nobody has thought of yet."""
    hints = get_type_hints(cls)
    free = {f.name: OF_HINT[hints[f.name]] for f in fields(cls) if f.name not in fixed}
    return st.builds(cls, **free, **{name: st.just(value) for name, value in fixed.items()})


EVENTS = list({cls.__name__: cls for cls in Event.__subclasses__()}.values())
"""By name: `slots=True` makes every class a second time, and the first one lingers."""
ANY_EVENT = st.one_of(*(anything(cls) for cls in EVENTS))


@pytest.mark.parametrize("cls", EVENTS, ids=lambda cls: cls.__name__)
@given(data=st.data())
def test_an_event_comes_back_as_it_was(cls: type[Event], data: st.DataObject) -> None:
    event = data.draw(anything(cls))
    assert repr(decode_events(encode_events([event]))) == repr((event,))


@given(st.lists(ANY_EVENT, max_size=5).map(tuple))
def test_the_events_of_a_turn_keep_their_order(events: tuple[Event, ...]) -> None:
    assert decode_events(encode_events(events)) == events


@given(anything(Tracker, conversation="u", case="c1"))
def test_a_tracker_comes_back_as_it_was(tracker: Tracker) -> None:
    found = decode_tracker("u", "c1", encode_tracker(tracker))
    assert repr(found.digest()) == repr(tracker.digest())
    assert all(type(getattr(found, n)) is type(getattr(tracker, n)) for n in Tracker.__slots__)


@given(anything(Profile))
def test_a_profile_comes_back_as_it_was(profile: Profile) -> None:
    assert decode_profile(encode_profile(profile)) == profile


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "null",
        "[1]",
        '[{"type":"Unknown"}]',
        '[{"type":"Reset","more":1}]',
        '[{"case":"c1"}]',
    ],
)
def test_events_that_are_not_ours_are_told(text: str) -> None:
    with pytest.raises(StorageError, match="升级真人，或恢复备份"):
        decode_events(text)


@pytest.mark.parametrize(
    "text",
    ["", "{", "null", "[]", '{"later":1}', '{"rests":[1]}', '{"dues":[["a"]]}', '{"used":3}'],
)
def test_a_tracker_that_is_not_ours_is_told(text: str) -> None:
    with pytest.raises(StorageError, match=r"案子 c1.*升级真人，或恢复备份"):
        decode_tracker("u", "c1", text)


@pytest.mark.parametrize("text", ["", "{", "null", "[]", "3"])
def test_a_profile_that_is_not_ours_is_told(text: str) -> None:
    with pytest.raises(StorageError, match="升级真人，或恢复备份"):
        decode_profile(text)


def test_every_event_is_listed_where_it_is_declared() -> None:
    assert {each.__name__ for each in EVENTS} == set(ev.__all__) - {"Event", "event_from_dict"}
