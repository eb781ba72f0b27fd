"""Raw updates as events."""

import pytest

from bot.channels.telegram.events import Me, Membership, Message, Migration, Press
from bot.channels.telegram.reading import read, where

ME = Me(42, "zhenren_bot")
PRIVATE = {"id": 7, "type": "private", "first_name": "甲"}
GROUP = {"id": -100, "type": "supergroup", "title": "群"}
ANN = {"id": 7, "is_bot": False, "first_name": "甲", "language_code": "zh-hant"}
BOT = {"id": 42, "is_bot": True, "first_name": "真人", "username": "zhenren_bot"}


def message(chat=PRIVATE, sender=ANN, **content):
    return {"message_id": 3, "date": 1_700_000_000, "chat": chat, "from": sender, **content}


def said(text, chat=PRIVATE, **more):
    found = read({"update_id": 1, "message": message(chat, text=text, **more)}, ME)
    assert isinstance(found, Message)
    return found


@pytest.mark.parametrize(
    ("text", "command", "rest"),
    [
        ("/start", "start", ""),
        ("/start account-banned", "start", "account-banned"),
        ("/START x", "start", "x"),
        ("/help@zhenren_bot", "help", ""),
        ("/help@Zhenren_Bot 多说点", "help", "多说点"),
        ("/quiet\n22-8", "quiet", "22-8"),
        ("/quiet  22-8 ", "quiet", "22-8"),
        ("/quiet　22-8", "quiet", "22-8"),
        ("/case，现在呢", None, "/case，现在呢"),
        ("/help@other_bot", None, "/help@other_bot"),
        ("/help@other_bot 申诉", None, "/help@other_bot 申诉"),
        ("/转人工", None, "/转人工"),
        ("/", None, "/"),
        ("//start", None, "//start"),
        ("1/2", None, "1/2"),
        ("申诉 /start", None, "申诉 /start"),
    ],
)
def test_commands_for_this_bot(text, command, rest):
    found = said(text)
    assert (found.command, found.text) == (command, rest)


@pytest.mark.parametrize(
    ("text", "addressed", "rest"),
    [
        ("@zhenren_bot 退款不到账", True, "退款不到账"),
        ("退款不到账 @Zhenren_Bot", True, "退款不到账"),
        ("@zhenren_bot2 退款", False, "@zhenren_bot2 退款"),
        ("@zhenren_bot，退款", True, "，退款"),
        ("@zhenren_bot2 和 @zhenren_bot 退款", True, "@zhenren_bot2 和  退款"),
        ("İ @zhenren_bot 退款", True, "İ  退款"),
        ("退款不到账", False, "退款不到账"),
        ("/help", True, ""),
        ("/help@other_bot", False, "/help@other_bot"),
    ],
)
def test_in_a_group_who_is_spoken_to(text, addressed, rest):
    found = said(text, GROUP)
    assert (found.addressed, found.text) == (addressed, rest)


def test_in_private_everything_is_for_the_bot():
    assert said("你好").addressed


def test_an_answer_to_the_bot_is_for_it():
    found = said("好", GROUP, reply_to_message=message(GROUP, BOT, text="问"))
    assert (found.addressed, found.reply_to_me, found.reply_to) == (True, True, 3)


@pytest.mark.parametrize(
    ("content", "kind", "text"),
    [
        (
            {"photo": [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}]},
            "photo",
            "",
        ),
        (
            {
                "photo": [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}],
                "caption": "客服说不行",
            },
            "photo",
            "客服说不行",
        ),
        ({"voice": {"file_id": "a", "file_unique_id": "b", "duration": 3}}, "voice", ""),
        ({"contact": {"phone_number": "1", "first_name": "某"}}, "contact", ""),
        ({"location": {"latitude": 1.0, "longitude": 1.0}}, "location", ""),
    ],
    ids=["photo", "caption", "voice", "contact", "location"],
)
def test_what_is_attached(content, kind, text):
    found = read({"update_id": 1, "message": message(**content)}, ME)
    assert isinstance(found, Message)
    assert (found.attachment, found.text) == (kind, text)


def test_a_document_names_its_file():
    document = {"file_id": "f", "file_unique_id": "u", "file_name": "a.json", "file_size": 9}
    found = read({"update_id": 1, "message": message(document=document)}, ME)
    assert isinstance(found, Message)
    assert (found.file, found.file_name) == ("f", "a.json")


def test_who_joined_is_no_event():
    assert read({"update_id": 1, "message": message(GROUP, new_chat_members=[ANN])}, ME) is None


def test_an_edited_message_is_marked():
    found = read(
        {"update_id": 1, "edited_message": message(text="改", edit_date=1_700_000_100)}, ME
    )
    assert isinstance(found, Message)
    assert found.edited


@pytest.mark.parametrize(
    ("chat", "sender", "more", "kind"),
    [
        (PRIVATE, ANN, {}, "user"),
        (GROUP, BOT | {"id": 43}, {}, "bot"),
        (
            GROUP,
            {"id": 1087968824, "is_bot": True, "first_name": "G"},
            {"sender_chat": GROUP},
            "anonymous",
        ),
        (
            GROUP,
            {"id": 136817688, "is_bot": True, "first_name": "C"},
            {"sender_chat": GROUP | {"id": -9}},
            "channel",
        ),
    ],
    ids=["user", "bot", "anonymous", "channel"],
)
def test_who_has_sent_it(chat, sender, more, kind):
    found = read({"update_id": 1, "message": message(chat, sender, text="好", **more)}, ME)
    assert isinstance(found, Message)
    assert found.sender.kind == kind


def test_the_language_of_a_person_is_kept():
    assert said("好").sender.language == "zh-hant"


def test_a_topic_is_part_of_the_address_and_an_answer_thread_is_not():
    assert said("好", GROUP, message_thread_id=9, is_topic_message=True).address == "tg:-100/9"
    assert said("好", GROUP, message_thread_id=9).address == "tg:-100"


def press(data="b|x|||tag", **about):
    query = {"id": "5", "from": ANN | {"id": 8}, "chat_instance": "1", **about}
    return {"update_id": 2, "callback_query": query | ({"data": data} if data else {})}


def test_a_press_has_its_presser_from_telegram_and_what_its_message_shows():
    keys = [
        [{"text": "好了", "callback_data": "b|x|||tag"}],
        [{"text": "复制这句", "copy_text": {"text": "转人工"}}],
    ]
    shown = message(text="问<你>", reply_markup={"inline_keyboard": keys})
    found = read(press(message=shown), ME)
    assert isinstance(found, Press)
    assert (found.sender.id, found.message, found.label) == (8, 3, "好了")
    assert found.html == "问&lt;你&gt;"
    assert found.copies == (("复制这句", "转人工"),)


def test_a_press_on_a_message_that_is_too_old_still_has_its_place():
    found = read(press(message={"chat": PRIVATE, "message_id": 3, "date": 0}), ME)
    assert isinstance(found, Press)
    assert (found.address, found.message, found.html) == ("tg:7", 3, "")


def test_a_press_without_data_is_no_event():
    assert read(press(data="", game_short_name="g", message=message(text="问")), ME) is None


def test_somebody_blocks_the_bot():
    change = {
        "chat": PRIVATE,
        "from": ANN,
        "date": 1_700_000_000,
        "old_chat_member": {"status": "member", "user": BOT},
        "new_chat_member": {"status": "kicked", "user": BOT, "until_date": 0},
    }
    found = read({"update_id": 1, "my_chat_member": change}, ME)
    assert isinstance(found, Membership)
    assert (found.mine, found.was, found.now) == (True, "member", "kicked")


@pytest.mark.parametrize(
    ("chat", "content"),
    [
        ({"id": -5, "type": "group", "title": "群"}, {"migrate_to_chat_id": -100}),
        (GROUP, {"migrate_from_chat_id": -5}),
    ],
    ids=["to", "from"],
)
def test_a_group_that_becomes_a_supergroup(chat, content):
    assert read({"update_id": 1, "message": message(chat, **content)}, ME) == Migration(1, -5, -100)


@pytest.mark.parametrize(
    ("update", "address"),
    [
        ({"update_id": 1, "message": message(text="好")}, "tg:7"),
        ({"update_id": 1, "edited_message": message(GROUP, text="好")}, "tg:-100"),
        (
            {
                "update_id": 1,
                "message": message(GROUP, text="好", message_thread_id=9, is_topic_message=True),
            },
            "tg:-100/9",
        ),
        (press(message=message(GROUP, text="问")), "tg:-100"),
        (press(), "tg:8"),
        ({"update_id": 1, "poll": {}}, "tg:0"),
    ],
)
def test_the_address_is_known_before_anything_is_understood(update, address):
    assert where(update) == address
