"""The volunteers' desk: nothing before consent, nobody's name, nobody from outside, and a way back."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.channels.telegram.chats import Rejected, Unsent
from bot.channels.telegram.events import Migration, Sender
from bot.channels.telegram.posts import Post
from bot.groups.lifecycle import Lifecycle
from bot.groups.links import Connections
from bot.groups.permissions import Permissions
from bot.groups.tickets import Tickets
from bot.groups.volunteers import Volunteers
from bot.nlu.masking import mask
from tests.groups.stage import GROUP, MEMBER, Stage, keys

DESK, TOPIC, CARD = -1009876543210, 4, 500
ANNA, BERT, STRANGER = 101, 102, 103
SUMMARY = "号被封了，绑的手机 13912345678，<b>急</b>"
MASKED = "号被封了，绑的手机 〔手机号〕，&lt;b&gt;急&lt;/b&gt;"
BACK = f"tg:{MEMBER}"


@pytest.fixture
async def stage() -> Stage:
    stage = Stage()
    stage.chats.enter(GROUP, MEMBER)
    for volunteer in (ANNA, BERT):
        stage.chats.enter(DESK, volunteer)
    await stage.book.change(GROUP, desk=f"tg:{DESK}/{TOPIC}")
    return stage


def desk(stage: Stage) -> Volunteers:
    return Volunteers(stage.ground, stage.book, mask)


async def press(stage: Stage, user: int, post: Post, label: str, message: int = 5) -> list[Post]:
    chat = MEMBER if post.address == BACK else DESK
    return await desk(stage).pressed(*stage.press(user, keys(post)[label], chat, message))


async def ask(stage: Stage) -> Post:
    (consent,) = await desk(stage).asked(MEMBER, GROUP, SUMMARY)
    return consent


async def agree(stage: Stage, *, sent: bool = True) -> tuple[Post, Post]:
    """The card, and what the person is told."""
    card, told = await press(stage, MEMBER, await ask(stage), "同意")
    if sent:
        await desk(stage).sent(card, CARD)
    return card, told


async def claim(stage: Stage) -> Post:
    card, _ = await agree(stage)
    (told,) = await press(stage, ANNA, card, "我来", CARD)
    return told


async def reply(
    stage: Stage, text: str, *, by: int = ANNA, to: int = CARD, **more: object
) -> list[Post]:
    message = stage.message(
        DESK, by, text, thread=TOPIC, reply_to=to, reply_to_me=True, addressed=True, **more
    )
    return await desk(stage).relayed(message)


async def everything(stage: Stage) -> str:
    """What the store holds about tickets."""
    kinds = ("ticket", "desk", "desk_card", "access")
    return repr([await stage.records.find(kind) for kind in kinds])


# ── consent ─────────────────────────────────────────────────────────────────
async def test_before_consent_nothing_goes_to_the_desk(stage):
    consent = await ask(stage)
    assert consent.address == BACK
    assert list(keys(consent)) == ["同意", "不了"]


@pytest.mark.parametrize("said", [MASKED, "台里的人都看得到", "72 小时", "撤回", "不会要验证码"])
async def test_consent_says_what_is_seen_by_whom_and_how_long(stage, said):
    assert said in (await ask(stage)).text


async def test_what_was_shown_is_what_is_posted_masked(stage):
    card, told = await agree(stage)
    assert (card.address, told.address) == (f"tg:{DESK}/{TOPIC}", BACK)
    assert MASKED in card.text
    assert list(keys(card)) == ["我来"]


async def test_after_no_nothing_is_kept(stage):
    assert await press(stage, MEMBER, await ask(stage), "不了") == []
    assert await everything(stage) == "[[], [], [], []]"


async def test_consent_runs_out(stage):
    consent = await ask(stage)
    stage.wait(minutes=30)
    assert await press(stage, MEMBER, consent, "同意") == []
    assert await desk(stage).elapse() == []
    assert await everything(stage) == "[[], [], [], []]"


async def test_one_consent_posts_one_card(stage):
    consent = await ask(stage)
    assert len(await press(stage, MEMBER, consent, "同意")) == 2
    assert await press(stage, MEMBER, consent, "同意") == []


async def test_an_older_question_is_void(stage):
    old, _ = await ask(stage), await ask(stage)
    assert await press(stage, MEMBER, old, "同意") == []


async def test_without_a_desk_there_is_nobody_to_ask(stage):
    await stage.book.change(GROUP, desk="")
    assert keys(await ask(stage)) == {}


@pytest.mark.parametrize("status", ["left", "kicked", "restricted"])
async def test_who_is_not_in_the_group_does_not_get_its_volunteers(stage, status):
    stage.chats.enter(GROUP, MEMBER, status)
    assert keys(await ask(stage)) == {}


async def test_while_one_is_open_there_is_no_second(stage):
    await agree(stage)
    assert list(keys(await ask(stage))) == ["撤回"]


async def test_three_a_day_are_enough(stage):
    for _ in range(3):
        await agree(stage)
        await desk(stage).withdrawn(MEMBER)
    assert keys(await ask(stage)) == {}
    stage.wait(days=1, seconds=1)
    assert keys(await ask(stage))


# ── the claim ───────────────────────────────────────────────────────────────
async def test_a_claim_is_told_and_shown_on_the_card(stage):
    told = await claim(stage)
    assert told.address == BACK
    assert "打码转给志愿者" in told.text
    ((chat, message, card),) = stage.chats.edits
    assert (chat, message, list(keys(card))) == (DESK, CARD, ["结束"])
    assert MASKED in card.text


@pytest.mark.parametrize("status", ["left", "kicked", "restricted"])
async def test_only_who_is_on_the_desk_now_can_claim(stage, status):
    card, _ = await agree(stage)
    stage.chats.enter(DESK, ANNA, status)
    assert await press(stage, ANNA, card, "我来", CARD) == []


async def test_when_telegram_is_away_nobody_claims(stage):
    card, _ = await agree(stage)
    stage.chats.failing["member"] = Unsent("down")
    assert await press(stage, ANNA, card, "我来", CARD) == []


async def test_nobody_claims_their_own(stage):
    stage.chats.enter(DESK, MEMBER)
    card, _ = await agree(stage)
    assert await press(stage, MEMBER, card, "我来", CARD) == []


async def test_of_two_volunteers_one_gets_it(stage):
    card, _ = await agree(stage)
    got = await asyncio.gather(*(press(stage, each, card, "我来", CARD) for each in (ANNA, BERT)))
    assert sorted(map(len, got)) == [0, 1]


async def test_the_cards_button_tells_nothing_of_the_person(stage):
    card, _ = await agree(stage)
    assert str(MEMBER) not in keys(card)["我来"].value
    assert "16" not in keys(card)["我来"].value.split("|")[1:4]  # 42 in base 36


# ── words ───────────────────────────────────────────────────────────────────
async def test_a_reply_is_passed_on_without_a_name(stage):
    await claim(stage)
    (post,) = await reply(stage, "先截图 <处罚通知>", sender=Sender(ANNA))
    assert post.address == BACK
    assert post.text == "<b>志愿者</b>：\n先截图 &lt;处罚通知&gt;"
    assert list(keys(post)) == ["结束"]


async def test_an_answer_is_passed_on_masked(stage):
    await claim(stage)
    message = stage.message(MEMBER, MEMBER, "我叫<王>，电话 13912345678")
    (post,) = await desk(stage).answered(message)
    assert (post.address, post.reply_to) == (f"tg:{DESK}/{TOPIC}", CARD)
    assert "我叫&lt;王&gt;，电话 〔手机号〕" in post.text


async def test_a_reply_to_an_answer_is_passed_on_as_well(stage):
    await claim(stage)
    (post,) = await desk(stage).answered(stage.message(MEMBER, MEMBER, "截了"))
    await desk(stage).sent(post, CARD + 3)
    assert len(await reply(stage, "好", to=CARD + 3)) == 1


async def test_without_a_claim_the_person_talks_to_the_coach(stage):
    assert await desk(stage).answered(stage.message(MEMBER, MEMBER, "在吗")) == []
    await agree(stage)
    assert await desk(stage).answered(stage.message(MEMBER, MEMBER, "在吗")) == []


@pytest.mark.parametrize("more", [{"command": "help"}, {"text": "", "attachment": "photo"}])
async def test_commands_and_pictures_stay_here(stage, more):
    await claim(stage)
    assert await desk(stage).answered(stage.message(MEMBER, MEMBER, **{"text": "x", **more})) == []


async def test_nothing_goes_to_a_volunteer_who_has_left(stage):
    await claim(stage)
    stage.chats.enter(DESK, ANNA, "left")
    assert await desk(stage).answered(stage.message(MEMBER, MEMBER, "截了")) == []


@pytest.mark.parametrize(
    ("more", "hint"),
    [
        ({"by": BERT}, "别的志愿者"),
        ({"by": STRANGER}, "只转台里"),
        ({"sender": Sender(1087968824, "anonymous")}, "匿名"),
        ({"sender": Sender(ANNA, "bot")}, "只转台里"),
        ({"attachment": "photo", "text": ""}, "只能转文字"),
        ({"text": "长" * 1001}, "太长"),
    ],
)
async def test_what_is_not_passed_on_is_explained_on_the_desk(stage, more, hint):
    await claim(stage)
    text = str(more.pop("text", "好")) if "text" in more else "好"
    (post,) = await reply(stage, text, **more)
    assert post.address == f"tg:{DESK}/{TOPIC}"
    assert hint in post.text


async def test_before_the_claim_a_reply_is_not_passed_on(stage):
    await agree(stage)
    (post,) = await reply(stage, "你好")
    assert "我来" in post.text


@pytest.mark.parametrize(
    "more", [{"to": CARD + 1}, {"command": "help"}, {"edited": True}, {"reply_to_me": False}]
)
async def test_other_talk_on_the_desk_is_none_of_ours(stage, more):
    await claim(stage)
    message = stage.message(DESK, ANNA, "x", thread=TOPIC, reply_to=CARD, reply_to_me=True)
    if "to" in more:
        more = {"reply_to": more["to"]}
    assert await desk(stage).relayed(replace(message, **more)) == []


# ── the end ─────────────────────────────────────────────────────────────────
async def gone(stage: Stage) -> bool:
    """No ticket, and nothing that leads to one."""
    return not [row for kind in ("ticket", "desk", "desk_card")
                for row in await stage.records.find(kind)]  # fmt: skip


async def test_a_withdrawal_deletes_ticket_and_card(stage):
    await agree(stage)
    (post,) = await desk(stage).withdrawn(MEMBER)
    assert "都删了" in post.text
    assert await gone(stage)
    assert stage.chats.deleted == [(DESK, CARD)]


@pytest.mark.parametrize("label", ["撤回", "结束"])
async def test_the_buttons_withdraw(stage, label):
    told = (await agree(stage))[1] if label == "撤回" else await claim(stage)
    assert len(await press(stage, MEMBER, told, label)) == 1
    assert await gone(stage)
    assert await press(stage, MEMBER, told, label) == []


async def test_all_that_was_posted_is_taken_away(stage):
    await claim(stage)
    (post,) = await desk(stage).answered(stage.message(MEMBER, MEMBER, "截了"))
    await desk(stage).sent(post, CARD + 3)
    await desk(stage).withdrawn(MEMBER)
    assert stage.chats.deleted == [(DESK, CARD), (DESK, CARD + 3)]


async def test_a_card_too_old_to_be_deleted_is_emptied(stage):
    await agree(stage)
    stage.chats.failing["delete"] = Rejected("message can't be deleted")
    (post,) = await desk(stage).withdrawn(MEMBER)
    assert "都删了" in post.text
    assert MASKED not in stage.chats.edits[-1][2].text


async def test_where_the_card_cannot_be_taken_away_it_is_not_promised(stage):
    await agree(stage, sent=False)
    (post,) = await desk(stage).withdrawn(MEMBER)
    assert "都删了" not in post.text
    assert await gone(stage)


async def test_a_card_that_arrives_after_the_withdrawal_is_taken_away(stage):
    card, _ = await agree(stage, sent=False)
    await desk(stage).withdrawn(MEMBER)
    await desk(stage).sent(card, CARD)
    assert stage.chats.deleted == [(DESK, CARD)]


async def test_pressing_a_card_that_is_over_empties_it(stage):
    card, _ = await agree(stage, sent=False)
    await desk(stage).withdrawn(MEMBER)
    assert await press(stage, ANNA, card, "我来", CARD) == []
    assert MASKED not in stage.chats.edits[-1][2].text


async def test_every_card_takes_itself_away_in_the_end(stage):
    card, _ = await agree(stage)
    assert card.delete_after == 72 * 3600


async def test_the_volunteer_closes(stage):
    await claim(stage)
    card = stage.chats.edits[0][2]
    (post,) = await press(stage, ANNA, card, "结束", CARD)
    assert post.address == BACK
    assert await gone(stage)
    assert await reply(stage, "还在吗") == []


@pytest.mark.parametrize("who", [BERT, STRANGER])
async def test_nobody_else_closes(stage, who):
    await claim(stage)
    assert await press(stage, who, stage.chats.edits[0][2], "结束", CARD) == []
    assert not await gone(stage)


@pytest.mark.parametrize("claimed", [True, False])
async def test_after_72_hours_it_is_over(stage, claimed):
    await (claim(stage) if claimed else agree(stage))
    stage.wait(hours=71, minutes=59)
    assert await desk(stage).elapse() == []
    stage.wait(minutes=1)
    assert await desk(stage).answered(stage.message(MEMBER, MEMBER, "在吗")) == []
    assert await reply(stage, "在") == []
    (post,) = await desk(stage).elapse()
    assert "72 小时" in post.text
    assert await gone(stage)
    assert stage.chats.deleted == [(DESK, CARD)]


async def test_after_72_hours_it_is_told_even_when_the_card_is_gone_already(stage):
    await claim(stage)
    stage.wait(hours=72)
    stage.chats.failing["delete"] = Rejected("message to delete not found")
    stage.chats.failing["edit"] = Rejected("message to edit not found")
    (post,) = await desk(stage).elapse()
    assert "72 小时" in post.text


async def test_what_nobody_ends_the_store_lets_go_of(stage):
    await claim(stage)
    stage.wait(hours=73)
    await stage.records.expire(stage.ground.at)
    assert await gone(stage)


async def test_when_a_person_is_forgotten_nothing_is_left_of_the_ticket(stage):
    await claim(stage)
    await stage.store.forget(BACK)
    assert await desk(stage).answered(stage.message(MEMBER, MEMBER, "在吗")) == []
    assert await reply(stage, "在") == []
    assert MASKED not in await everything(stage)


# ── what is kept ────────────────────────────────────────────────────────────
async def test_no_words_are_kept_but_the_masked_summary(stage):
    await claim(stage)
    await reply(stage, "先截图")
    await desk(stage).answered(stage.message(MEMBER, MEMBER, "我截好了"))
    kept = await everything(stage)
    assert "绑的手机 〔手机号〕" in kept
    assert not [each for each in ("13912345678", "截图", "截好") if each in kept]


async def test_who_has_seen_it_is_told_in_order_without_names(stage):
    await claim(stage)
    await reply(stage, "先截图")
    stage.wait(minutes=5)
    await desk(stage).answered(stage.message(MEMBER, MEMBER, "截了"))
    await press(stage, ANNA, stage.chats.edits[0][2], "结束", CARD)
    text = (await desk(stage).seen_by(MEMBER)).text
    code = (await Tickets(stage.ground).log(MEMBER))[0].code
    assert text.splitlines()[1:] == [
        f"11-20 10:00 志愿者台：摘要放到了志愿者台，台里的人看得到（{code}）",
        f"11-20 10:00 志愿者 1：接了这张求助卡（{code}）",
        f"11-20 10:00 志愿者 1：给你转来一句话（{code}）",
        f"11-20 10:05 志愿者 1：收到你转去的一句话（{code}）",
        f"11-20 10:05 志愿者 1：结束了这张求助卡（{code}）",
    ]
    assert str(ANNA) not in text


async def test_every_access_is_logged_with_who_when_and_what(stage):
    await claim(stage)
    log = await Tickets(stage.ground).log(MEMBER)
    assert [(each.at, each.who, each.what) for each in log] == [
        (stage.ground.at, 0, "posted"),
        (stage.ground.at, ANNA, "claimed"),
    ]


async def test_the_log_outlives_the_ticket_for_thirty_days(stage):
    await agree(stage)
    await desk(stage).withdrawn(MEMBER)
    assert "志愿者台" in (await desk(stage).seen_by(MEMBER)).text
    stage.wait(days=30)
    await stage.records.expire(stage.ground.at)
    assert (await desk(stage).seen_by(MEMBER)).text == "没有人看过你的求助。"


async def test_somebody_elses_log_is_not_shown(stage):
    await claim(stage)
    assert (await desk(stage).seen_by(int(f"{MEMBER}0"))).text == "没有人看过你的求助。"
    assert (await desk(stage).seen_by(4)).text == "没有人看过你的求助。"


async def test_a_desk_that_gets_a_new_id_goes_on(stage):
    await claim(stage)
    permissions = Permissions(stage.ground)
    connections = Connections(stage.ground, permissions.may_change)
    life = Lifecycle(
        stage.ground,
        stage.book,
        connections,
        erase=stage.store.forget,
        forget=permissions.forget,
    )
    await life.migrated(Migration(1, DESK, -77))
    stage.chats.enter(-77, ANNA)
    (post,) = await desk(stage).answered(stage.message(MEMBER, MEMBER, "截了"))
    assert post.address == f"tg:-77/{TOPIC}"


async def test_other_posts_that_arrive_are_none_of_ours(stage):
    told = await claim(stage)
    before = await everything(stage)
    await desk(stage).sent(told, 9)
    await desk(stage).sent(Post("tg:1", "x"), 9)
    assert await everything(stage) == before
    assert stage.chats.deleted == []
