"""The fake over plain HTTP: tokens, ways to send parameters, unknown methods, the log."""

import json
from collections.abc import AsyncIterator

import httpx
import pytest

from tests.telegram.fake.server import FakeTelegram


@pytest.fixture
async def fake() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as fake:
        yield fake


@pytest.fixture
async def api(fake: FakeTelegram) -> AsyncIterator[httpx.AsyncClient]:
    base = f"{fake.url}/bot{fake.token}/"
    async with httpx.AsyncClient(base_url=base, trust_env=False) as client:
        yield client


async def test_get_me_tells_a_bot(fake, api):
    answer = (await api.get("getMe")).json()
    assert answer["ok"] is True
    assert answer["result"]["is_bot"] is True
    assert answer["result"]["id"] == 123456789
    assert answer["result"]["can_read_all_group_messages"] is False


async def test_another_token_is_unauthorized(fake, api):
    response = await api.get(f"{fake.url}/bot1:other/getMe")
    assert response.status_code == 401
    assert response.json() == {"ok": False, "error_code": 401, "description": "Unauthorized"}


async def test_method_names_do_not_care_about_case(api):
    assert (await api.get("GETME")).json()["ok"]


async def test_an_unknown_method_is_404_and_recorded(fake, api):
    response = await api.post("sendHologram", data={"chat_id": "1"})
    assert response.status_code == 404
    assert response.json()["error_code"] == 404
    assert fake.log.unknown() == {"sendHologram"}


MARKUP = {"inline_keyboard": [[{"text": "好", "callback_data": "x"}]]}


@pytest.mark.parametrize(
    "request_of",
    [
        lambda chat: {
            "params": {"chat_id": chat, "text": "好", "reply_markup": json.dumps(MARKUP)}
        },
        lambda chat: {"data": {"chat_id": chat, "text": "好", "reply_markup": json.dumps(MARKUP)}},
        lambda chat: {"json": {"chat_id": chat, "text": "好", "reply_markup": MARKUP}},
        lambda chat: {"json": {"chat_id": chat, "text": "好", "reply_markup": json.dumps(MARKUP)}},
        lambda chat: {
            "data": {"chat_id": chat, "text": "好", "reply_markup": json.dumps(MARKUP)},
            "files": {"unused": ("a.txt", b"a")},
        },
    ],
    ids=["query", "form", "json", "json in a string of json", "multipart"],
)
async def test_parameters_come_in_every_way(fake, api, request_of):
    ann = fake.user(started=True)
    response = await api.post("sendMessage", **request_of(ann.id))
    assert response.json()["ok"], response.text
    assert ann.last.text == "好"
    assert ann.last.labels == ["好"]


async def test_a_text_that_looks_like_json_stays_a_text(fake, api):
    ann = fake.user(started=True)
    await api.post("sendMessage", data={"chat_id": ann.id, "text": '{"a": 1}'})
    assert ann.last.text == '{"a": 1}'


async def test_a_body_that_is_no_json_is_a_bad_request(api):
    response = await api.post(
        "sendMessage", content=b"{", headers={"Content-Type": "application/json"}
    )
    assert response.status_code == 400


async def test_the_status_of_http_is_the_error_code(fake, api):
    response = await api.post("sendMessage", data={"chat_id": "77", "text": "好"})
    assert (response.status_code, response.json()["description"]) == (
        400,
        "Bad Request: chat not found",
    )


async def test_the_log_keeps_order_time_parameters_and_errors(fake, api):
    ann = fake.user(started=True)
    await api.post("sendMessage", data={"chat_id": ann.id, "text": "一"})
    await api.post("sendMessage", data={"chat_id": ann.id, "text": ""})
    await api.post("sendChatAction", data={"chat_id": ann.id, "action": "typing"})
    assert [call.method for call in fake.log.calls] == [
        "sendMessage",
        "sendMessage",
        "sendChatAction",
    ]
    first, second, _ = fake.log.calls
    assert first.time <= second.time
    assert first.chat == ann.id
    assert fake.log.texts_to(ann.id) == ["一"]
    assert fake.log.errors() == [("sendMessage", "Bad Request: message text is empty")]
    assert fake.log.max_rate(ann.id, window=5) == 1


async def test_the_log_finds_a_text_anywhere_in_a_call(fake, api):
    ann, group = fake.user(started=True), fake.group(bot=True)
    for chat in (ann.id, group.id):
        markup = {"inline_keyboard": [[{"text": f"去{chat}", "url": "https://t.me/x"}]]}
        data = {"chat_id": chat, "text": "好", "reply_markup": json.dumps(markup)}
        await api.post("sendMessage", data=data)
    assert len(fake.log.contains("好")) == 2
    assert len(fake.log.contains(f"去{group.id}", chats=[group.id])) == 1
    assert not fake.log.contains(f"去{ann.id}", chats=[group.id])


async def test_waiting_says_what_happened_instead(fake, api):
    await api.post("getChat", data={"chat_id": 5})
    with pytest.raises(AssertionError, match="getChat"):
        await fake.wait_for(lambda log: log.of("sendMessage"), 0.01)


async def test_inside_unreachable_nobody_listens(fake, api):
    async with fake.unreachable():
        with pytest.raises(httpx.ConnectError):
            await api.get("getMe")
    assert (await api.get("getMe")).json()["ok"]


async def test_commands_are_kept_by_scope_and_language(api):
    commands = [{"command": "help", "description": "帮助"}]
    scope = json.dumps({"type": "all_private_chats"})
    given = {"commands": json.dumps(commands), "scope": scope, "language_code": "zh"}
    assert (await api.post("setMyCommands", data=given)).json()["result"] is True
    kept = await api.post("getMyCommands", data={"scope": scope, "language_code": "zh"})
    assert kept.json()["result"] == commands
    assert (await api.post("getMyCommands", data={"scope": scope})).json()["result"] == []
    await api.post("deleteMyCommands", data={"scope": scope, "language_code": "zh"})
    gone = await api.post("getMyCommands", data={"scope": scope, "language_code": "zh"})
    assert gone.json()["result"] == []


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"commands": [{"command": "Help", "description": "x"}]}, "BOT_COMMAND_INVALID"),
        ({"commands": [{"command": "帮助", "description": "x"}]}, "BOT_COMMAND_INVALID"),
        ({"commands": [{"command": "a" * 33, "description": "x"}]}, "BOT_COMMAND_INVALID"),
        (
            {"commands": [{"command": "a", "description": ""}]},
            "BOT_COMMAND_DESCRIPTION_INVALID",
        ),
        (
            {"commands": [{"command": "a", "description": "x" * 257}]},
            "BOT_COMMAND_DESCRIPTION_INVALID",
        ),
        ({"commands": [], "scope": {"type": "everybody"}}, "unsupported type of the scope"),
        ({"commands": [], "scope": {"type": "chat"}}, "can't parse BotCommandScope"),
        ({"commands": [], "language_code": "zh-hans"}, "LANG_CODE_INVALID"),
    ],
)
async def test_commands_are_checked(api, change, why):
    response = await api.post("setMyCommands", json=change)
    assert response.status_code == 400
    assert why in response.json()["description"]


async def test_descriptions_are_kept_by_language(api):
    await api.post("setMyDescription", data={"description": "你好", "language_code": "zh"})
    kept = await api.post("getMyDescription", data={"language_code": "zh"})
    assert kept.json()["result"] == {"description": "你好"}
    assert (await api.post("getMyDescription")).json()["result"] == {"description": ""}
    long = await api.post("setMyShortDescription", data={"short_description": "好" * 121})
    assert long.status_code == 400
