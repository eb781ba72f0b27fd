"""Added, promoted, moved, removed, forgotten."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.channels.telegram.chats import Blocked, Migrated, Rejected, Unsent
from bot.channels.telegram.events import Chat, Membership, Migration, Press, Sender
from bot.channels.telegram.posts import Post
from bot.groups.lifecycle import HOWTO, JOINS, SETTINGS, Lifecycle, onboarding
from bot.groups.links import Connections
from bot.groups.permissions import Permissions
from bot.store.records import Record
from tests.groups.stage import ADMIN, BOT, GROUP, MEMBER, Stage, keys

IN = ("left", "member")
OUT = ("member", "kicked")
OLD, NEW = -555, GROUP


@pytest.fixture
def stage() -> Stage:
    return Stage()


class Asked(list[tuple[int, int]]):
    def forget(self, chat: int, user: int) -> None:
        self.append((chat, user))


def lifecycle(stage: Stage, forgotten: Asked | None = None) -> Lifecycle:
    permissions = Permissions(stage.ground)
    return Lifecycle(
        stage.ground,
        stage.book,
        Connections(stage.ground, permissions.may_change),
        erase=stage.store.forget,
        forget=forgotten.forget if forgotten is not None else permissions.forget,
    )


async def hear(stage: Stage, life: Lifecycle, *changes: tuple[str, str]) -> list[Post]:
    """The bot's own status changes, an hour apart; the last answer."""
    posts: list[Post] = []
    for was, now in changes:
        stage.wait(hours=1)
        posts = await life.changed(stage.membership(was, now))
    return posts


# ── the card ────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("was", ["left", "kicked"])
@pytest.mark.parametrize("now", ["member", "administrator", "restricted"])
async def test_who_adds_the_bot_gets_a_card_whatever_the_rights(stage, was, now):
    assert await hear(stage, lifecycle(stage), (was, now)) == [onboarding(stage.ground, GROUP)]


@pytest.mark.parametrize(
    "said",
    [
        "@zhenren_bot 加一句话",
        "/settings@zhenren_bot",
        "一个都不用给",
        "「删除消息」",
        "30 天后删掉",
    ],
)
def test_the_card_says_what_an_admin_has_to_know(stage, said):
    assert said in onboarding(stage.ground, GROUP).text


def test_the_cards_buttons_are_signed_for_this_group_and_for_everybody(stage):
    for label, action in (("设置", SETTINGS), ("怎么用", HOWTO)):
        key = keys(onboarding(stage.ground, GROUP))[label]
        assert stage.press(MEMBER, key, GROUP)[1].action == action


async def test_how_to_is_answered_to_the_presser_only(stage):
    life, chat = lifecycle(stage), Chat(GROUP, "supergroup")
    await life.explained(Press(1, chat, Sender(MEMBER), "q", "data"))
    ((query, text, alert),) = stage.chats.answers
    assert (query, alert, len(text) <= 200) == ("q", True, True)
    stage.chats.failing["answer"] = Unsent("down")
    await life.explained(Press(1, chat, Sender(MEMBER), "q", "data"))


async def test_there_is_one_card_for_one_addition(stage):
    life, event = lifecycle(stage), stage.membership(*IN)
    assert len(await life.changed(event)) == 1
    assert await life.changed(event) == []
    assert await life.changed(replace(event, update_id=2)) == []


async def test_every_addition_gets_its_card(stage):
    assert len(await hear(stage, lifecycle(stage), IN, OUT, IN)) == 1


@pytest.mark.parametrize(
    ("was", "now"), [("member", "administrator"), ("administrator", "member"), ("member", "member")]
)
async def test_a_promotion_is_no_addition_and_what_was_remembered_is_asked_again(stage, was, now):
    forgotten = Asked()
    assert await hear(stage, lifecycle(stage, forgotten), (was, now)) == []
    assert forgotten == [(GROUP, BOT)]


async def test_in_private_chat_nothing_happens(stage):
    event = stage.membership("member", "kicked", chat=MEMBER, kind="private")
    assert await lifecycle(stage).changed(event) == []
    assert await stage.records.find("life") == []


@pytest.mark.parametrize("error", [None, Blocked("kicked")])
async def test_a_channel_is_left_without_a_word(stage, error):
    if error:
        stage.chats.failing["leave"] = error
    event = stage.membership("left", "administrator", kind="channel")
    assert await lifecycle(stage).changed(event) == []
    assert stage.chats.left == ([] if error else [GROUP])
    assert await stage.records.find("life") == await stage.records.find("leave") == []


async def test_a_channel_that_cannot_be_left_now_is_left_later(stage):
    life = lifecycle(stage)
    stage.chats.failing["leave"] = Unsent("down")
    await life.changed(stage.membership("left", "administrator", kind="channel"))
    del stage.chats.failing["leave"]
    stage.wait(minutes=10)
    await life.elapse()
    await life.elapse()
    assert stage.chats.left == [GROUP]


# ── other members ───────────────────────────────────────────────────────────
async def demote(stage: Stage, life: Lifecycle, was: str, now: str) -> None:
    chat = Chat(GROUP, "supergroup")
    await life.changed(Membership(1, chat, Sender(MEMBER), ADMIN, False, was, now, stage.seconds))


@pytest.mark.parametrize("now", ["member", "left", "kicked", "restricted"])
async def test_who_is_no_admin_any_more_is_unlinked_at_once(stage, now):
    forgotten = Asked()
    life = lifecycle(stage, forgotten)
    stage.chats.enter(GROUP, ADMIN, "creator")
    connections = Connections(stage.ground, Permissions(stage.ground).may_change)
    await connections.connect(ADMIN, GROUP)
    await demote(stage, life, "administrator", now)
    assert not await connections.allowed(ADMIN, GROUP)
    assert forgotten == [(GROUP, ADMIN)]


async def test_who_stays_an_admin_stays_connected(stage):
    stage.chats.enter(GROUP, ADMIN, "creator")
    connections = Connections(stage.ground, Permissions(stage.ground).may_change)
    await connections.connect(ADMIN, GROUP)
    await demote(stage, lifecycle(stage), "administrator", "administrator")
    assert await connections.allowed(ADMIN, GROUP)


# ── removed ─────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("now", ["left", "kicked"])
async def test_removed_means_silent_at_once(stage, now):
    life = lifecycle(stage)
    await hear(stage, life, IN)
    assert await life.serves(GROUP)
    assert await hear(stage, life, ("member", now)) == []
    assert not await life.serves(GROUP)


async def test_an_unknown_group_is_served(stage):
    assert await lifecycle(stage).serves(GROUP)


async def test_added_again_the_settings_are_still_there(stage):
    life = lifecycle(stage)
    await hear(stage, life, IN)
    await stage.book.change(GROUP, mode="commands")
    await hear(stage, life, OUT)
    stage.wait(days=29)
    await life.elapse()
    await hear(stage, life, IN)
    stage.wait(days=60)
    await life.elapse()
    assert (await stage.book.settings(GROUP)).mode == "commands"
    assert await life.serves(GROUP)


async def fill(stage: Stage, chat: int) -> None:
    await stage.book.change(chat, mode="off")
    for kind in ("audit", "digest", "panel"):
        await stage.records.put(Record(kind, f"tg:{chat}/x"), stage.ground.at)
    await stage.records.tally({(f"tg:{chat}/2026-11-20", "answered"): 3})
    stage.chats.enter(chat, ADMIN, "creator")
    connections = Connections(stage.ground, Permissions(stage.ground).may_change)
    await connections.connect(ADMIN, chat)


async def kept_of(stage: Stage, chat: int) -> list[str]:
    kinds = ("group", "audit", "digest", "panel", "life", "moved", "connection", "leave", "joins")
    rows = [row for kind in kinds for row in await stage.records.find(kind)]
    tallies = await stage.records.tallies("")
    found = [each.kind for each in rows if str(chat) in f"{each.key} {each.value}"]
    return found + [key for key, _ in tallies if str(chat) in key]


async def test_after_thirty_days_nothing_is_left_of_the_group_and_all_of_its_neighbour(stage):
    life, neighbour = lifecycle(stage), int(f"{GROUP}7")
    await fill(stage, GROUP)
    await fill(stage, neighbour)
    await hear(stage, life, IN, OUT)
    stage.wait(days=30)
    await life.elapse()
    left = [row.key for kind in ("group", "audit", "life", "connection", "digest")
            for row in await stage.records.find(kind)]  # fmt: skip
    assert not [key for key in left if str(GROUP) in key.replace(str(neighbour), "")]
    assert (await stage.book.settings(neighbour)).mode == "off"
    assert list(await stage.records.tallies("")) == [(f"tg:{neighbour}/2026-11-20", "answered")]


async def test_before_it_purges_it_looks_whether_it_is_really_out(stage):
    life = lifecycle(stage)
    await fill(stage, GROUP)
    await hear(stage, life, IN, OUT)
    stage.chats.enter(GROUP, BOT)
    stage.wait(days=30)
    await life.elapse()
    assert await life.serves(GROUP)
    assert (await stage.book.settings(GROUP)).mode == "off"


@pytest.mark.parametrize("error", [Blocked("kicked"), Rejected("chat not found")])
async def test_what_telegram_does_not_know_any_more_is_purged(stage, error):
    life = lifecycle(stage)
    await fill(stage, GROUP)
    await hear(stage, life, IN, OUT)
    stage.chats.failing["member"] = error
    stage.wait(days=30)
    await life.elapse()
    assert await stage.records.find("group") == await stage.records.find("life") == []


async def test_when_telegram_is_away_the_purge_comes_later(stage):
    life = lifecycle(stage)
    await fill(stage, GROUP)
    await hear(stage, life, IN, OUT)
    stage.chats.failing["member"] = Unsent("down")
    stage.wait(days=30)
    await life.elapse()
    assert len(await stage.records.find("group")) == 1
    del stage.chats.failing["member"]
    stage.wait(hours=1)
    await life.elapse()
    assert await stage.records.find("group") == []


async def test_a_late_removal_does_not_undo_a_newer_addition(stage):
    life = lifecycle(stage)
    late = stage.membership(*OUT)
    await hear(stage, life, IN)
    assert await life.changed(late) == []
    assert await life.serves(GROUP)


# ── a new id ────────────────────────────────────────────────────────────────
async def migrate(life: Lifecycle, times: int = 1) -> None:
    for number in range(times):
        await life.migrated(Migration(number, OLD, NEW))


@pytest.mark.parametrize("times", [1, 2, 3])
async def test_everything_goes_on_under_the_new_id(stage, times):
    life = lifecycle(stage)
    await fill(stage, OLD)
    stage.chats.enter(NEW, ADMIN, "creator")
    await migrate(life, times)
    assert (await stage.book.settings(NEW)).mode == "off"
    assert await stage.records.tallies("") == {(f"tg:{NEW}/2026-11-20", "answered"): 3}
    connections = Connections(stage.ground, Permissions(stage.ground).may_change)
    assert await connections.listed(ADMIN) == [NEW]
    assert await life.current(OLD) == await life.current(NEW) == NEW


async def test_a_second_message_about_it_does_not_undo_what_was_changed_since(stage):
    life = lifecycle(stage)
    await fill(stage, OLD)
    await migrate(life)
    await stage.book.change(NEW, mode="commands")
    await migrate(life)
    assert (await stage.book.settings(NEW)).mode == "commands"


@pytest.mark.parametrize("first", [True, False])
async def test_leaving_the_old_id_does_not_purge_the_new_one(stage, first):
    """Telegram may tell that the bot has left the old group, before or after."""
    life = lifecycle(stage)
    await fill(stage, OLD)
    stage.chats.enter(NEW, BOT)
    left = stage.membership("member", "left", chat=OLD, kind="group")
    if first:
        await life.changed(left)
    await migrate(life)
    if not first:
        await life.changed(left)
    stage.wait(days=60)
    await life.elapse()
    assert await life.serves(NEW)
    assert (await stage.book.settings(NEW)).mode == "off"


@pytest.mark.parametrize("times", [1, 2, 3])
async def test_a_group_that_has_moved_can_remove_the_bot(stage, times):
    life = lifecycle(stage)
    await fill(stage, OLD)
    await migrate(life, times)
    stage.wait(seconds=1)
    await life.changed(stage.membership("member", "left", chat=NEW))
    assert not await life.serves(NEW)


async def test_settings_that_name_the_old_id_name_the_new_one(stage):
    life = lifecycle(stage)
    await stage.book.change(OLD, log_chat=f"tg:{OLD}", desk="tg:-5/3")
    await stage.book.change(-7, log_chat="tg:-5556/1", desk=f"tg:{OLD}/9")
    await migrate(life)
    own, other = await stage.book.settings(NEW), await stage.book.settings(-7)
    assert (own.log_chat, own.desk) == (f"tg:{NEW}", "tg:-5/3")
    assert (other.log_chat, other.desk) == ("tg:-5556/1", f"tg:{NEW}/9")


async def test_the_old_id_is_forgotten_with_the_group(stage):
    life = lifecycle(stage)
    await fill(stage, OLD)
    await migrate(life)
    await hear(stage, life, OUT)
    stage.wait(days=30)
    await life.elapse()
    assert await kept_of(stage, OLD) == await kept_of(stage, NEW) == []


# ── many at once ────────────────────────────────────────────────────────────
async def flood(stage: Stage, life: Lifecycle, groups: range) -> list[str]:
    """What is said in each group that adds the bot."""
    said = []
    for chat in groups:
        (post,) = await life.changed(stage.membership(*IN, chat=-chat))
        said.append(post.text)
    return said


async def test_twenty_additions_an_hour_are_taken(stage):
    life = lifecycle(stage)
    said = await flood(stage, life, range(1, JOINS + 4))
    assert ["我先走了" in text for text in said] == [False] * JOINS + [True] * 3
    assert await life.serves(-JOINS)
    assert not await life.serves(-JOINS - 1)
    assert stage.chats.left == []  # the kind word has to arrive first
    stage.wait(minutes=1)
    await life.elapse()
    assert sorted(stage.chats.left) == [-JOINS - 3, -JOINS - 2, -JOINS - 1]


async def test_an_hour_later_there_is_room_again(stage):
    life = lifecycle(stage)
    await flood(stage, life, range(1, JOINS + 2))
    stage.wait(hours=1, seconds=1)
    assert "我先走了" not in (await flood(stage, life, range(50, 51)))[0]


async def test_who_was_turned_away_is_not_let_in_by_trying_again(stage):
    life = lifecycle(stage)
    await flood(stage, life, range(1, JOINS + 2))
    await life.changed(stage.membership(*OUT, chat=-JOINS - 1))
    stage.wait(seconds=5)
    assert "我先走了" in (await flood(stage, life, range(JOINS + 1, JOINS + 2)))[0]


async def test_who_is_added_again_in_time_is_not_left(stage):
    life = lifecycle(stage)
    await flood(stage, life, range(1, JOINS + 2))
    stage.wait(hours=2)
    await life.changed(stage.membership(*IN, chat=-JOINS - 1))
    await life.elapse()
    assert stage.chats.left == []


async def test_a_group_that_moved_meanwhile_is_left_under_its_new_id(stage):
    life = lifecycle(stage)
    await flood(stage, life, range(1, JOINS + 2))
    stage.chats.failing["leave"] = Migrated(NEW)
    stage.wait(minutes=1)
    await life.elapse()
    del stage.chats.failing["leave"]
    stage.wait(minutes=1)
    await life.elapse()
    assert stage.chats.left == [NEW]
