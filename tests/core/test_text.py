"""Templates: clauses with a gap are dropped, what is left is a sentence, and nothing is made up."""

import re
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.text import PLACEHOLDER, Template, count_units, split_sentences, text_reads

KNOWN = {"amount": "128", "order": "P12", "who": "商家", "empty": "", "fact.rule": "广告法第七条"}


def render_with(template: Template, known: Mapping[str, str]) -> str:
    return template.render(lambda name: known.get(name))  # noqa: PLW0108 - mypy: get is overloaded


def render(source: str) -> str:
    return render_with(Template.parse(source), KNOWN)


RENDERED = [
    # everything is known, or there is nothing to know
    ("先别急。", "先别急。"),
    ("退{amount}元，订单{order}。", "退128元，订单P12。"),
    ("依据{fact.rule}。", "依据广告法第七条。"),
    ("{amount}{amount}", "128128"),
    ("退{amount}元，", "退128元，"),
    # a clause with a gap goes, the rest stays
    ("我在{shop}买的，退款没到。", "退款没到。"),
    ("订单{no}，退款没到，{who}不理。", "退款没到，商家不理。"),
    ("退款没到，订单{no}，{who}不理。", "退款没到，商家不理。"),
    ("一。{no}二。三。", "一。三。"),
    ("一；{no}二；三。", "一；三。"),
    ("问{no}吗？再等。", "再等。"),
    ("快{no}！慢慢来。", "慢慢来。"),
    ("一\n二{no}\n三", "一\n三"),
    ("先说{empty}，再说。", "再说。"),
    ("{amount}元的{no}，退。", "退。"),
    # a clause that lost its continuation gets the full stop back
    ("请转人工，编号{no}。", "请转人工。"),
    ("请转人工；编号{no}。", "请转人工。"),
    ("请转人工，编号{no}，姓名{name}。", "请转人工。"),
    ("请转人工，编号{no}吗？", "请转人工。"),
    ("请转人工，编号{no}", "请转人工"),
    ("请转人工。编号{no}。", "请转人工。"),
    ("账号被封，编号{no}。请复核。", "账号被封。请复核。"),
    ("账号被封，编号{no}。{name}。请复核。", "账号被封。请复核。"),
    ("账号被封，编号{no}\n请复核。", "账号被封\n请复核。"),
    # nothing is cut inside quotes and brackets
    ("它说「{no}，请等」，我不接受。", "我不接受。"),
    ("它说「等等，{no}。再等」，我不接受。", "我不接受。"),
    ("它说「等等，再等」，编号{no}，我不接受。", "它说「等等，再等」，我不接受。"),
    ("按《规则，{no}》办，请复核。", "请复核。"),
    ("（说明，{no}）请复核。", ""),
    ("『一「二，{no}」三』，四。", "四。"),
    ("“一，{no}”，四。", "四。"),
    ("[一，{no}](二，三)，四。", "四。"),
    ("一」，{no}二，三。", "一」，三。"),
    # nothing is left
    ("订单{no}。", ""),
    ("{no}", ""),
    ("{no}，{name}。", ""),
    # braces that hold no placeholder are text
    ("{订单}，{Amount}，{ amount }，{}", "{订单}，{Amount}，{ amount }，{}"),
    ("{{amount}}", "{128}"),
    ("{a.b.c}元", "{a.b.c}元"),
]


@pytest.mark.parametrize(("source", "text"), RENDERED)
def test_a_text_is_said_without_its_gaps(source: str, text: str) -> None:
    """Clauses end at ，。；？！ and line ends outside of quotes; one with an unknown name is dropped."""
    assert render(source) == text


def test_the_names_of_a_template_are_in_order() -> None:
    """With repeats; facts, replies and changes count as names, odd braces do not."""
    template = Template.parse("{b}，{fact.a}，{b}，{Odd}，{reply.ticket_no}")
    assert template.names == ("b", "fact.a", "b", "reply.ticket_no")


def test_only_names_without_a_dot_are_slots() -> None:
    """What a text reads decides which questions are still worth asking."""
    texts = [
        Template.parse("{a}，{fact.b}，{changed.title}"),
        Template.parse("{c}{a}"),
        Template.parse("无"),
    ]
    assert text_reads(texts) == {"a", "c"}


@pytest.mark.parametrize(
    ("source", "whole"),
    [
        ("退{amount}元，{who}。", "退128元，商家。"),
        ("退{amount}元，{no}。", None),
        ("先别急。", "先别急。"),
        ("{empty}", None),
    ],
)
def test_a_text_can_be_required_whole(source: str, whole: str | None) -> None:
    """With any gap there is no text at all."""
    assert Template.parse(source).require(KNOWN.get) == whole


# Baking

BAKED = {"fact.rule": "广告法第七条，第二款", "fact.none": "没有"}


def test_baking_fills_a_name_for_good() -> None:
    """The name is gone from `names`, its text is in the source, and other names stay open."""
    template = Template.parse("依据{fact.rule}，退{amount}元。").bake(BAKED)
    assert template.names == ("amount",)
    assert template.source == "依据广告法第七条，第二款，退{amount}元。"
    assert template.render(KNOWN.get) == "依据广告法第七条，第二款，退128元。"


def test_a_baked_text_is_no_place_to_cut() -> None:
    """A comma inside a fact does not let half of the fact survive its clause."""
    template = Template.parse("依据{fact.rule}和{no}，请退。").bake(BAKED)
    assert template.render(KNOWN.get) == "请退。"


def test_baking_everything_leaves_plain_text() -> None:
    """Rendering then needs nothing to look up."""
    template = Template.parse("依据{fact.rule}。").bake(BAKED)
    assert (template.names, template.render(lambda name: None)) == (
        (),
        "依据广告法第七条，第二款。",
    )


def test_baking_nothing_changes_nothing() -> None:
    """Not even the object: texts without facts are shared."""
    template = Template.parse("退{amount}元。")
    assert template.bake(BAKED) is template


def test_a_template_does_not_change_when_it_is_baked() -> None:
    """The authored text can be baked again with the facts of another day."""
    template = Template.parse("依据{fact.rule}。")
    template.bake(BAKED)
    assert template == Template.parse("依据{fact.rule}。")


WORDS = st.text(alphabet="退款，。；？！「」（）{}a1\n", max_size=12)
PIECES = st.lists(
    st.one_of(WORDS, st.sampled_from(["{amount}", "{no}", "{fact.rule}"])), max_size=8
)


@settings(deadline=None)
@given(PIECES)
def test_what_is_rendered_was_authored_or_known(pieces: list[str]) -> None:
    """Nothing unknown shows; but for stops, every character is one of the source, in its order."""
    source = "".join(pieces)
    text = render(source)
    assert "{no}" not in text
    shown = text.replace(KNOWN["fact.rule"], "").replace(KNOWN["amount"], "")
    rest = iter(PLACEHOLDER.sub("", source))
    assert all(char in rest for char in re.sub(r"[，。；\n]", "", shown))


@settings(deadline=None)
@given(PIECES, st.sets(st.sampled_from(["amount", "no", "fact.rule"])))
def test_baking_first_is_the_same_as_looking_up(pieces: list[str], baked: set[str]) -> None:
    """Whichever names are known at compile time."""
    known = {"amount": "128", "fact.rule": "第七条"}
    template = Template.parse("".join(pieces))
    early = template.bake({name: known[name] for name in baked if name in known})
    assert render_with(early, known) == render_with(template, known)


# Pieces for copy buttons

SPLIT = [
    ("", 10, []),
    ("一二三", 3, ["一二三"]),
    ("一二。三四。五六。", 6, ["一二。三四。", "五六。"]),
    ("一二。三四。五六。", 5, ["一二。", "三四。", "五六。"]),
    ("一二？三四！五六", 6, ["一二？三四！", "五六"]),
    ("一二\n三四五六", 6, ["一二", "三四五六"]),
    ("一二三四，五六七八九", 8, ["一二三四，", "五六七八九"]),
    ("一二三四；五，六七八九", 8, ["一二三四；五，", "六七八九"]),
    ("一。二三", 4, ["一。二三"]),
    ("一，二三四五六七八", 8, ["一，", "二三四五六七八"]),
    ("一二。三四五，六七八九十", 9, ["一二。三四五，", "六七八九十"]),
    ("一二三。四五，六七八九十", 9, ["一二三。", "四五，六七八九十"]),
    ("他说「好的。」然后没了", 7, ["他说「好的。」", "然后没了"]),
    ("他说「好的。」然后没了", 8, ["他说「好的。」", "然后没了"]),
    ("\n一二三四五六", 4, ["一二三四", "五六"]),
    ("😭😭😭", 4, ["😭😭", "😭"]),
    ("😭😭😭", 3, ["😭", "😭", "😭"]),
    ("😭一", 1, ["😭", "一"]),
    ("一。😭二。三四", 5, ["一。", "😭二。", "三四"]),
    ("一二。😭", 5, ["一二。😭"]),
    ("一二。😭", 4, ["一二。", "😭"]),
]


@pytest.mark.parametrize(("text", "limit", "pieces"), SPLIT)
def test_a_text_is_cut_at_the_ends_of_sentences(text: str, limit: int, pieces: list[str]) -> None:
    """Then at a comma; a closing quote stays with its sentence."""
    assert split_sentences(text, limit) == pieces


@pytest.mark.parametrize(
    "start", ["我的订单号是，", "我的订单号；", "您好。", "您好，在吗？", "，您好，"]
)
def test_a_long_word_stays_in_one_piece(start: str) -> None:
    """Half a link on one button and half on the next would be pasted wrong; rather a short piece."""
    link = "https://example.com/" + "a" * 20
    assert split_sentences(start + link, 42) == [start, link]


@settings(deadline=None)
@given(
    st.text(alphabet="退款到账，。；？！\n a1「」😭𠮷", max_size=80),
    st.integers(min_value=2, max_value=30),
)
def test_cutting_loses_nothing_and_keeps_to_the_limit(text: str, limit: int) -> None:
    """No piece is empty or too long, and together they are the text, but for the space between."""
    pieces = split_sentences(text, limit)
    assert all(0 < count_units(piece) <= limit for piece in pieces)
    assert re.sub(r"\s", "", "".join(pieces)) == re.sub(r"\s", "", text)


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("", 0),
        ("退款", 2),
        ("a b", 3),
        ("😭", 2),
        ("𠮷野家", 4),
        ("👨‍👩‍👧", 8),
        ("一\n二", 3),
        ("一\r\n二", 3),
        ("一\n\r\n二", 4),
    ],
)
def test_a_text_is_counted_as_web_forms_do(text: str, units: int) -> None:
    """What a form refuses as too long must be too long for us."""
    assert count_units(text) == units


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"), max_size=40))
def test_counting_is_that_of_utf_16(text: str) -> None:
    """Two bytes a unit."""
    assert count_units(text) == len(text.encode("utf-16-le")) // 2
