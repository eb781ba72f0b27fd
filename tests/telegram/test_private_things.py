"""What is not a text: pictures, files, voices, edits, other bots; and files that the bot gives out."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, datetime, timedelta

import pytest

from bot.serving.words import EDITED, EXPORT_GONE, OTHER, PICTURE, TOASTS, VOICE

pytestmark = pytest.mark.asyncio(loop_scope="module")

UNPAID = "订单P7302118841，10月8号买的羽绒服398，15号寄回去签收了一个多月没退款，店家让我找平台"
PARCEL = "打包视频、退货运单和商家签收页"


@pytest.mark.parametrize(
    ("kind", "said"), [("voice", VOICE), ("sticker", OTHER)], ids=["voice", "sticker"]
)
async def test_what_cannot_be_read_is_said_kindly(served, ann, kind, said):
    ann.attach(kind)
    assert (await ann.next()).text == said


async def test_a_contact_is_not_kept(served, ann):
    ann._say({"contact": {"phone_number": "13911112222", "first_name": "某"}})
    assert (await ann.next()).text == OTHER
    assert not served.stored("13911112222")


async def test_a_picture_before_any_case_asks_for_words(served, ann):
    ann.photo()
    answer = await ann.next()
    assert answer.text == PICTURE
    assert not answer.labels


async def test_a_picture_in_a_case_tells_what_to_cover_once_each(served, ann):
    await served.ask(ann, UNPAID)
    ann.photo()
    text = (await ann.next(10)).text
    covered = next(line for line in text.splitlines() if "先遮住：" in line)
    parts = covered.partition("：")[2].rstrip("。").split("、")
    assert "手机号" in parts
    assert len(parts) == len(set(parts))


@pytest.mark.parametrize("kind", ["photo", "document"])
async def test_a_picture_is_noted_as_evidence_by_button(served, ann, kind):
    await served.ask(ann, UNPAID)
    if kind == "photo":
        ann.photo()
    else:
        ann.document("截图.png", b"png", mime="image/png")
    offered = await ann.next(10)
    said = await served.press(ann, PARCEL, offered)
    assert said.text == f"记上了：{PARCEL}。"
    assert f"有  {PARCEL}" in (await served.ask(ann, "/case")).text
    assert not offered.keyboard
    assert offered.text.endswith(f"› {PARCEL}")


async def test_evidence_noted_twice_stays_noted(served, ann):
    await served.ask(ann, UNPAID)
    ann.photo()
    offered = await ann.next(10)
    first, second = ann.press(PARCEL, offered), ann.press(PARCEL, offered)
    await first.answered(10)
    assert (await second.answered(10)).text == TOASTS["noted"]
    assert f"有  {PARCEL}" in (await served.ask(ann, "/case", holding="问题")).text


async def test_a_caption_is_read_as_words(served, ann):
    ann.photo(caption="我的账号被永久封禁，申诉一分钟就被驳回")
    assert "永久封禁" in (await ann.next()).text


async def test_a_caption_can_be_a_command(served, ann):
    ann.photo(caption="/help")
    assert "直接说" in (await ann.next()).text


async def test_the_pictures_behind_a_caption_get_no_answer_of_their_own(served, ann):
    picture = {"photo": [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}]}
    ann._say({**picture, "caption": "/help", "media_group_id": "77"})
    ann._say({**picture, "media_group_id": "77"})
    assert "直接说" in (await ann.next()).text
    assert not await served.before_help(ann)


async def test_a_place_that_moves_is_not_answered_again_and_again(served, ann):
    place = ann._say({"location": {"latitude": 1.0, "longitude": 1.0}})
    assert (await ann.next()).text == OTHER
    served.fake.world.edit(place, {"location": {"latitude": 1.0, "longitude": 1.1}})
    assert not await served.before_help(ann)


async def test_an_edited_message_is_not_run_again(served, ann):
    said = ann.send(UNPAID)
    await ann.next()
    ann.edit(said, "我的账号被永久封禁")
    assert (await ann.next(10)).text == EDITED
    assert "退款" in (await served.ask(ann, "/case")).text


async def test_an_edited_command_is_not_run(served, ann):
    said = ann.send(UNPAID)
    await ann.next()
    ann.edit(said, "/forget")
    assert (await ann.next(10)).text == EDITED


async def test_other_bots_are_not_answered(served, ann):
    other = served.fake.other_bot()
    served.fake.world.say(ann.chat, other, {"text": "/forget"}, visible=True)
    assert not await served.before_help(ann)


async def test_what_people_write_is_shown_as_they_wrote_it(served, ann):
    await served.ask(ann, "早上突然永久封号，写违规引流，申诉不到一分钟就驳回，客服全是机器人")
    for said in ("就写了引流 没说哪篇", "有个商单在走，余额两百多", "没有啊 我就发探店"):
        await served.ask(ann, said)
    await served.ask(ann, "<b>薯条&小铺</b>")
    case = await served.ask(ann, "/case")
    assert "<b>薯条&小铺</b>" in case.text
    assert "&lt;b&gt;薯条&amp;小铺&lt;/b&gt;" in (case.html or "")
    assert not [why for _, why in served.fake.log.errors() if "parse" in why]


# ── people who block ────────────────────────────────────────────────────────


async def test_who_blocks_is_left_alone_and_comes_back(served, ann, newcomer):
    await served.ask(ann, UNPAID)
    ann.send("待商家处理")
    ann.block()
    ben = newcomer("乙")
    assert await served.ask(ben, "/help")
    ann.unblock()
    assert "退款" in (await served.ask(ann, "/case", holding="问题")).text
    assert served.bot.alive


# ── files ───────────────────────────────────────────────────────────────────


async def _file(served, user, button, asked):
    user.skip()
    await user.press(button, asked).answered()
    message = await user.next(20)
    assert message.file is not None
    return message.content["document"]["file_name"], message.file


async def _exported(served, user):
    await served.ask(user, UNPAID)
    return await served.ask(user, "/export")


async def test_a_paper_comes_as_pdf(served, ann):
    asked = await _exported(served, ann)
    name, body = await _file(served, ann, "证据清单", asked)
    assert name.endswith(".pdf")
    assert body.startswith(b"%PDF")


async def test_all_papers_come_as_zip(served, ann):
    asked = await _exported(served, ann)
    name, body = await _file(served, ann, "全部材料", asked)
    assert name == "全部材料.zip"
    with zipfile.ZipFile(io.BytesIO(body)) as papers:
        assert papers.testzip() is None
        assert len(papers.namelist()) > 2


async def test_all_data_come_as_json_with_the_own_numbers(served, ann):
    asked = await _exported(served, ann)
    name, body = await _file(served, ann, "我的全部数据", asked)
    data = json.loads(body)
    assert name == "我的全部数据.json"
    assert data["cases"]
    assert "P7302118841" in body.decode()


async def test_the_calendar_is_offered_when_something_is_due(served, ann):
    asked = await _exported(served, ann)
    assert "提醒的日子（日历）" not in asked.labels
    for text in ("待商家处理", "都有了", "发好了", "有这个按钮", "发好了", "没给编号"):
        await served.ask(ann, text)
    asked = await served.ask(ann, "/export", holding="要哪一份")
    name, body = await _file(served, ann, "提醒的日子（日历）", asked)
    assert name == "提醒.ics"
    assert body.startswith(b"BEGIN:VCALENDAR")
    stamp = body.partition(b"DTSTAMP:")[2][:16].decode()
    made = datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    assert abs(datetime.now(UTC) - made) < timedelta(minutes=5)


async def test_before_a_problem_is_known_there_are_only_the_data(served, ann):
    await served.ask(ann, "/start")
    asked = await served.ask(ann, "/export")
    assert asked.labels == ["我的全部数据（JSON）"]


async def test_the_buttons_of_an_export_stay(served, ann):
    asked = await _exported(served, ann)
    await _file(served, ann, "证据清单", asked)
    assert "全部材料（ZIP）" in asked.labels


async def test_a_paper_of_a_case_that_is_gone_is_explained(served, ann):
    asked = await _exported(served, ann)
    sure = await served.ask(ann, "/forget")
    await served.press(ann, "确定全删", sure)
    assert (await served.press(ann, "全部材料", asked)).text == EXPORT_GONE


async def test_nothing_went_wrong_in_all_of_it(served):
    assert not served.fake.log.unknown()
    assert "ERROR" not in served.bot.log
