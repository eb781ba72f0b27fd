"""Texts and keyboards as Telegram checks them."""

import pytest

from tests.telegram.fake.errors import ApiError
from tests.telegram.fake.formatting import command_of, found, read_html
from tests.telegram.fake.markup import check_markup


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("你好", "你好", []),
        ("<b>你</b>好", "你好", [("bold", 0, 1)]),
        ("😀<i>好</i>", "😀好", [("italic", 2, 1)]),
        ("<b>一<i>二</i></b>", "一二", [("bold", 0, 2), ("italic", 1, 1)]),
        ("a &lt;b&gt; &amp; &quot;c&quot; &#33;", 'a <b> & "c" !', []),
        ("1 > 0", "1 > 0", []),
        ("&nbsp;", "&nbsp;", []),
        ("  <b> 好 </b>\n", "好", [("bold", 0, 1)]),
        ("<blockquote expandable>长</blockquote>", "长", [("expandable_blockquote", 0, 1)]),
        ("<blockquote>长</blockquote>", "长", [("blockquote", 0, 1)]),
        ('<a href="https://a.cn/?x=1&amp;y=2">去</a>', "去", [("text_link", 0, 1)]),
        ('<a href="nowhere">去</a>', "去", []),
        ("<tg-spoiler>藏</tg-spoiler>", "藏", [("spoiler", 0, 1)]),
        ('<span class="tg-spoiler">藏</span>', "藏", [("spoiler", 0, 1)]),
        ('<pre><code class="language-py">x</code></pre>', "x", [("pre", 0, 1)]),
        ("<s>x</s><u>y</u>", "xy", [("strikethrough", 0, 1), ("underline", 1, 1)]),
        ("<b><i>好</i></b>", "好", [("bold", 0, 1), ("italic", 0, 1)]),
        ("<b></b>好", "好", []),
    ],
)
def test_html_becomes_text_and_entities(source, text, entities):
    rich = read_html(source)
    assert rich.text == text
    assert [(each["type"], each["offset"], each["length"]) for each in rich.entities] == entities


def test_a_link_keeps_its_address():
    assert read_html('<a href="https://a.cn/?x=1&amp;y=2">去</a>').entities[0]["url"] == (
        "https://a.cn/?x=1&y=2"
    )


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("<b>没关", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<b>错</i>", 'Unmatched end tag at byte offset 6, expected "</b>", found "</i>"'),
        ("多</b>", "Unexpected end tag at byte offset 3"),
        ("<div>x</div>", 'Unsupported start tag "div" at byte offset 0'),
        ("<br>", 'Unsupported start tag "br" at byte offset 0'),
        ("<span>x</span>", 'Unsupported start tag "span" at byte offset 0'),
        ("1 < 2", "Unclosed start tag at byte offset 2"),
        ("<好>", "Unclosed start tag at byte offset 0"),
    ],
)
def test_html_that_cannot_be_parsed_is_refused(source, why):
    with pytest.raises(ApiError) as caught:
        read_html(source)
    assert caught.value.description == f"Bad Request: can't parse entities: {why}"


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("/start", ["bot_command"]),
        ("请发 /help@a_bot", ["bot_command"]),
        ("@zhenren_bot 你好", ["mention"]),
        ("看https://a.cn/x。好", ["url"]),
        ("a@example.com", []),
        ("1/2", []),
        ("@ab", []),
    ],
)
def test_commands_mentions_and_links_are_found(text, kinds):
    assert [each["type"] for each in found(text)] == kinds


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("/help", ("help", "")),
        ("/help@a_bot 我", ("help", "a_bot")),
        ("你好 /help", None),
        ("", None),
    ],
)
def test_a_command_stands_at_the_beginning(text, command):
    assert command_of(text) == command


def keyboard(**button):
    return {"inline_keyboard": [[{"text": "好", **button}]]}


@pytest.mark.parametrize(
    "markup",
    [
        None,
        keyboard(callback_data="好" * 21),
        keyboard(url="https://a.cn"),
        keyboard(url="tg://user?id=1"),
        keyboard(copy_text={"text": "好" * 256}),
        {"inline_keyboard": []},
        {"inline_keyboard": [[{"text": "好", "callback_data": "x"}] * 8] * 12},
        {"force_reply": True, "selective": True, "input_field_placeholder": "好" * 64},
        {"remove_keyboard": True},
        {"keyboard": [[{"text": "选群", "request_chat": {"request_id": 1}}]]},
    ],
)
def test_a_good_keyboard_passes(markup):
    check_markup(markup)


@pytest.mark.parametrize(
    ("markup", "why"),
    [
        (keyboard(callback_data=""), "BUTTON_DATA_INVALID"),
        (keyboard(callback_data="好" * 22), "BUTTON_DATA_INVALID"),
        (keyboard(url="a.cn"), "BUTTON_URL_INVALID"),
        (keyboard(url="javascript:x"), "BUTTON_URL_INVALID"),
        (keyboard(copy_text={"text": ""}), "BUTTON_COPY_TEXT_INVALID"),
        (keyboard(copy_text={"text": "好" * 257}), "BUTTON_COPY_TEXT_INVALID"),
        (keyboard(), "text buttons are unallowed in the inline keyboard"),
        (keyboard(url="https://a.cn", callback_data="x"), "text buttons are unallowed"),
        (keyboard(text=" ", callback_data="x"), "button text must be non-empty"),
        ({"inline_keyboard": [[{"text": "好", "callback_data": "x"}] * 101]}, "TOO_LONG"),
        ({"buttons": []}, "object expected as reply markup"),
        ({"force_reply": True, "input_field_placeholder": "好" * 65}, "PLACEHOLDER"),
    ],
)
def test_a_bad_keyboard_is_refused(markup, why):
    with pytest.raises(ApiError, match=why):
        check_markup(markup)
