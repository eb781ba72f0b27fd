"""How an answer looks on Telegram."""

import pytest

from bot.channels.telegram.layout import LIMIT, fold, page_of, pages, quoted
from bot.channels.telegram.posts import Key
from bot.core.turn import Button, Copy, Response

BUTTONS = (Button("好了", "cmd:sent"), Button("说不清", "cmd:unsure"))


def drawn(*page, why=False):
    return page_of("tg:1", page, lambda value: f"signed:{value}", why=why)


def one_by_one(found):
    """The responses of pages that hold one each."""
    assert all(len(page) == 1 for page in found)
    return [page[0] for page in found]


def test_a_short_answer_is_one_message():
    response = Response("好", (Copy("a", "转人工"),), BUTTONS)
    assert list(pages([response])) == [[response]]


def test_what_is_said_in_one_turn_is_one_message():
    said = [Response("发这句：", (Copy("a", "转人工"),)), Response("它怎么回的？", (), BUTTONS)]
    assert list(pages(said)) == [said]
    post = drawn(*said)
    assert post.text == "发这句：\n\n<code>转人工</code>\n\n它怎么回的？"
    assert [key.label for row in post.keys for key in row] == ["复制这句", "好了", "说不清"]


def test_what_has_buttons_ends_its_message():
    said = [Response("还在吗？", (), BUTTONS), Response("另外：")]
    assert list(pages(said)) == [[each] for each in said]


def test_a_long_answer_is_cut_at_sentence_ends_with_its_buttons_last():
    text = "这是一句话。" * 1200
    found = one_by_one(pages([Response(text, (), BUTTONS)]))
    assert len(found) > 1
    assert "".join(each.text for each in found) == text
    assert all(len(each.text) <= LIMIT for each in found)
    assert all(each.text.endswith("。") for each in found)
    assert [each.buttons for each in found] == [()] * (len(found) - 1) + [BUTTONS]


def test_a_text_without_sentences_is_cut_all_the_same():
    found = one_by_one(pages([Response("长" * (2 * LIMIT))]))
    assert [len(each.text) for each in found] == [LIMIT - 2, LIMIT - 2, 4]


def test_a_long_text_keeps_room_for_its_sentence_to_paste():
    copy = Copy("a", "贴" * 600)
    found = one_by_one(pages([Response("这是一句话。" * 600, (copy,), BUTTONS)]))
    assert found[-1].copies == (copy,)
    assert found[-1].buttons == BUTTONS
    assert all(len(each.text) + sum(len(c.text) for c in each.copies) <= LIMIT for each in found)


def test_many_long_sentences_to_paste_come_as_they_fit():
    copies = tuple(Copy(str(number), "贴" * 1500) for number in range(3))
    found = list(pages([Response("这几句：", copies, BUTTONS)]))
    shown = [[copy for part in page for copy in part.copies] for page in found]
    assert shown == [list(copies[:2]), [copies[2]]]
    assert [page[-1].buttons for page in found] == [(), BUTTONS]


def test_no_message_is_empty():
    copies = tuple(Copy(str(number), "贴" * 1500) for number in range(3))
    found = pages([Response("", copies, BUTTONS)])
    assert all(part.text or part.copies for page in found for part in page)


def test_what_people_wrote_is_escaped():
    post = drawn(Response('<b>&"他"', (Copy("a", "<i>&"),)))
    assert post.text == '&lt;b&gt;&amp;"他"\n\n<code>&lt;i&gt;&amp;</code>'


def test_each_sentence_to_paste_has_a_button_with_it():
    post = drawn(Response("两句：", (Copy("a", "甲"), Copy("b", "乙"))))
    assert post.keys == (
        (Key("复制第 1 句", "copy", "甲"),),
        (Key("复制第 2 句", "copy", "乙"),),
    )


@pytest.mark.parametrize(("length", "buttons"), [(1, 1), (256, 1), (257, 0), (500, 0)])
def test_a_button_copies_at_most_what_telegram_takes(length, buttons):
    post = drawn(Response("这句：", (Copy("a", "贴" * length),)))
    assert len(post.keys) == buttons
    assert f"<code>{'贴' * length}</code>" in post.text
    assert ("按一下上面那段字" in post.text) is (buttons == 0)


def test_an_answer_that_is_only_a_sentence_begins_with_it():
    assert drawn(Response("", (Copy("a", "转人工"),))).text == "<code>转人工</code>"


def test_the_first_line_of_a_reason_is_a_quote_that_unfolds():
    post = drawn(Response("因为<这样>。\n现在呢？"), why=True)
    assert post.text == "<blockquote expandable>因为&lt;这样&gt;。</blockquote>\n现在呢？"


def test_a_reason_of_one_line_is_only_the_quote():
    assert quoted("因为。") == "<blockquote expandable>因为。</blockquote>"


def test_details_below_an_empty_line_are_folded():
    post = drawn(Response("问题：<封号>\n\n经过\n\n证据"))
    assert post.text == ("问题：&lt;封号&gt;\n<blockquote expandable>经过\n\n证据</blockquote>")


def test_the_values_of_buttons_are_signed():
    post = drawn(Response("好", (), BUTTONS))
    assert post.keys == (
        (
            Key("好了", "data", "signed:cmd:sent"),
            Key("说不清", "data", "signed:cmd:unsure"),
        ),
    )


@pytest.mark.parametrize(
    ("labels", "rows"),
    [
        ([], []),
        (["一", "二", "三", "四"], [3, 1]),
        (["有这个按钮", "没有", "平台判过了"], [3]),
        (["一二三四五六七", "一二三四五六"], [1, 1]),
        (["很长很长很长很长很长很长很长的一个", "短"], [1, 1]),
    ],
)
def test_short_labels_stand_side_by_side(labels, rows):
    found = list(fold([Key(label, "data", "x") for label in labels]))
    assert [len(row) for row in found] == rows
    assert [key.label for row in found for key in row] == labels
