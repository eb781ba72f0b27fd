"""Composed papers: what was told stands in them, what was not is missing and named, and nothing is made up."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from bot.cases.composing import (
    Material,
    compose,
    evidence_for,
    gather,
    letters_for,
    papers_for,
)
from bot.cases.document import Document, Fields, Items, Paragraph
from bot.core.conditions import parse_condition
from bot.core.errors import Mark
from bot.core.facts import Fact
from bot.core.flow import FlowSet
from bot.core.paper import Evidence, Line, Paper, PaperSection
from bot.core.slots import Slot, SlotType, Value
from bot.core.text import Template, count_units
from bot.core.tracker import Tracker
from bot.core.voice import Voice
from bot.flows.loader import load_flows

ROOT = Path(__file__).resolve().parent.parent.parent
TODAY = date(2026, 11, 20)
MARK = Mark("papers.yaml", 1)
DOUBLED = re.compile(r"[，。；、？！][，。；、]|[，。；、][？！]|^[，。；、？！]")


@cache
def real() -> FlowSet:
    return load_flows(ROOT / "flows", TODAY)


@cache
def voice() -> Voice:
    return Voice.of(real())


def case(issue: str | None, slots: dict[str, Value]) -> Tracker:
    return Tracker("chat", "c1", issue=issue, slots=dict(slots))


def document(paper: Paper, tracker: Tracker) -> Document:
    material = gather(
        real(), voice(), tracker, {"nothing"}, timeline=["11月20日 提了投诉"], phrases=["转人工"]
    )
    return compose(paper, tracker, voice().reading(tracker, paste=True), material, TODAY)


def texts(made: Document) -> Iterator[str]:
    """Every text of the document, section by section."""
    yield from (made.title, made.use, *made.sources, *made.missing)
    for section in made.sections:
        yield section.title
        for block in section.blocks:
            if isinstance(block, Paragraph):
                yield block.text
            elif isinstance(block, Items):
                yield from block.texts
            else:
                yield from (word for row in block.rows for word in row)


# A small paper


def template(text: str) -> Template:
    return replace(Template.parse(text), mark=MARK)


def section(title: str, **content: object) -> PaperSection:
    return PaperSection(title, MARK, **content)  # type: ignore[arg-type]


def paper(*sections: PaperSection, **more: object) -> Paper:
    return Paper("p", "投诉书", template("交到{fact.site}。"), MARK, sections, **more)  # type: ignore[arg-type]


def fact(name: str, value: str, status: str = "official") -> Fact:
    return Fact(name, "site", value, status, "高", "官网", date(2026, 11, 2), MARK, caveat="先核对")


KNOWN = {"shop": "小店", "amount": "88", "words": " 违规。", "why": "为什么封我？", "empty": "。"}
FACTS = {"site": fact("site", "官网页面"), "rule": fact("rule", "第一条规则")}


def made(
    of: Paper, known: dict[str, str] | None = None, material: Material | None = None
) -> Document:
    tracker = case("order.refund", {"amount": 88})
    find = (KNOWN if known is None else known).get
    return compose(of, tracker, find, material or Material(FACTS), TODAY)


PARTS = [
    (["我在{shop}买的，付款{amount}元。"], "我在小店买的，付款88元。"),
    (["我在{shop}买的，订单{no}，付款{amount}元。"], "我在小店买的，付款88元。"),
    (["付款{amount}元，订单{no}。", "请退款。"], "付款88元。请退款。"),
    (["订单{no}。", "请退款。"], "请退款。"),
    (["付款{amount}元，订单{no}", "请退款"], "付款88元。请退款。"),
    (["通知是{words}。", "请复核。"], "通知是违规。请复核。"),
    (["通知写着「{words}」，没有别的。"], "通知写着「违规」，没有别的。"),
    (["我问{why}。", "没有人答。"], "我问为什么封我？没有人答。"),
    (["我问{why}，没有人答。"], "我问为什么封我？没有人答。"),
    (["原因是{empty}，请说明。"], "请说明。"),
    (["请退款。", "请退款。"], "请退款。"),
    (["经过如下：", "付款{amount}元"], "经过如下：付款88元。"),
    (["对方说「不退。」"], "对方说「不退。」"),
]


@pytest.mark.parametrize(("parts", "text"), PARTS)
def test_parts_flow_into_one_paragraph(parts: list[str], text: str) -> None:
    """Gaps are closed, each sentence ends once, and a person's own stop does not double the paper's."""
    [one] = made(paper(section("经过", parts=tuple(map(template, parts))))).sections
    assert one.blocks == (Paragraph(text, paste=True),)


def test_items_are_numbered_and_those_that_drop_are_left_out() -> None:
    """An item is one demand; half of a demand is better than an invented one."""
    items = ("退还{amount}元，并付{freight}元运费。", "赔偿{loss}元。", "写明依据。")
    [one] = made(paper(section("请求", items=tuple(map(template, items))))).sections
    assert one.blocks == (Items(("退还88元。", "写明依据。"), numbered=True),)


def test_fields_hold_what_is_known_and_name_what_is_missing() -> None:
    """Each missing one once, with its hint; what its guard rules out is not missing."""
    lines = (
        Line("店名", template("{shop}"), MARK),
        Line("订单号", template("{no}"), MARK, hint="订单详情里有"),
        Line("订单号", template("{no}"), MARK, hint="订单详情里有"),
        Line("电话", template("{phone}"), MARK),
        Line("运费", template("{freight}"), MARK, guard=parse_condition("amount > 100")),
        Line("金额", template("{amount}元"), MARK, guard=parse_condition("amount > 10")),
    )
    result = made(paper(section("填表", fields=lines)))
    assert result.sections[0].blocks == (Fields((("店名", "小店"), ("金额", "88元"))),)
    assert result.missing == ("订单号：订单详情里有", "电话")


EMPTY = [
    section("一", parts=(template("订单{no}。"),)),
    section("二", items=(template("赔{loss}元。"),)),
    section("三", fields=(Line("电话", template("{phone}"), MARK),)),
    section("四", parts=(template("请复核。"),), guard=parse_condition("amount > 100")),
    *(section(source, source=source) for source in ("evidence", "timeline", "phrases", "letter")),
]


@pytest.mark.parametrize("empty", EMPTY, ids=lambda each: str(each.title))
def test_a_section_of_which_nothing_is_left_does_not_appear(empty: PaperSection) -> None:
    """The sections beside it do."""
    kept = section("请求", parts=(template("请复核。"),))
    assert [each.title for each in made(paper(empty, kept)).sections] == ["请求"]


THINGS = (
    Evidence("page", "退款页整页截图", "哪天申请的", MARK, blur="手机号"),
    Evidence("chat", "聊天录屏", "商家说了什么", MARK),
)


def test_only_evidence_that_is_there_is_attached() -> None:
    """What is not ticked is named as missing, not promised to an office."""
    material = Material(FACTS, THINGS, {"chat", "elsewhere"})
    result = made(paper(section("证据", source="evidence")), material=material)
    assert result.sections[0].blocks == (Items(("聊天录屏：商家说了什么",), numbered=True),)
    assert result.missing == ("证据还有 1 样没记上有：对照「证据清单」，有了就勾上",)


def test_nothing_ticked_makes_no_list_of_attachments() -> None:
    result = made(
        paper(section("请求", parts=(template("请复核。"),)), section("证据", source="evidence")),
        material=Material(FACTS, THINGS),
    )
    assert [each.title for each in result.sections] == ["请求"]


def test_the_checklist_marks_what_is_there() -> None:
    """In its order; what is to be covered stands beside the thing."""
    material = Material(FACTS, THINGS, {"chat", "elsewhere"})
    [one] = made(paper(section("证据", source="checklist")), material=material).sections
    assert one.blocks == (
        Items(
            (
                "【缺】退款页整页截图 —— 哪天申请的；发出前盖住手机号",
                "【有】聊天录屏 —— 商家说了什么",
            ),
            numbered=True,
        ),
    )


def test_a_letter_stands_in_each_length_that_says_more() -> None:
    """Under a line that names the limit and the length as web forms count it."""
    letters = {500: "退款没到😭。请退。", 50: "退款没到😭。", 200: "退款没到😭。"}
    material = Material(FACTS, letters=letters)
    [one] = made(paper(section("描述", source="letter")), material=material).sections
    assert one.blocks == (
        Paragraph("50 字以内（7 字）："),
        Paragraph("退款没到😭。", paste=True),
        Paragraph("500 字以内（10 字）："),
        Paragraph("退款没到😭。请退。", paste=True),
    )


@pytest.mark.parametrize(("source", "numbered"), [("timeline", False), ("phrases", True)])
def test_lines_of_the_case_are_taken_as_they_are(source: str, numbered: bool) -> None:
    """Days carry their own order, phrases are numbered."""
    material = Material(FACTS, timeline=("一。，", "二"), phrases=("一。，", "二"))
    [one] = made(paper(section("经过", source=source)), material=material).sections
    assert one.blocks == (Items(("一。，", "二"), numbered=numbered),)


def test_sources_are_the_cited_facts_that_are_in_force() -> None:
    """With where they come from and when somebody looked."""
    result = made(paper(section("请求", parts=(template("请复核。"),)), cites=("rule", "gone")))
    assert result.sources == ("第一条规则（官网；2026年11月2日核对）",)


@pytest.mark.parametrize(
    ("status", "use"),
    [("official", "交到官网页面。"), ("unverified", "交到官网页面（先核对）。")],
)
def test_where_it_is_handed_in_is_said_as_it_is_known(status: str, use: str) -> None:
    """This line is for the person, so an unverified fact may stand in it, with its caveat."""
    material = Material({"site": fact("site", "官网页面", status)})
    assert made(paper(), material=material).use == use


# Which papers, which evidence


@pytest.mark.parametrize(
    ("issue", "slots", "offered"),
    [
        (None, {}, []),
        ("order.refund", {}, ["all", "some"]),
        ("order.refund", {"amount": 200}, ["all", "some", "dear"]),
        ("order.quality", {"amount": 200}, ["all", "dear"]),
        ("order.quality", {"amount": 20}, ["all"]),
    ],
)
def test_papers_are_offered_by_issue_and_guard(
    issue: str | None, slots: dict[str, Value], offered: list[str]
) -> None:
    """In the order of the file; without an issue there is nothing to write about."""
    some = {
        "all": paper(),
        "some": paper(issues=("order.refund",)),
        "dear": paper(guard=parse_condition("amount > 100")),
    }
    papers = {name: replace(each, id=name) for name, each in some.items()}
    found = papers_for(replace(real(), papers=papers), case(issue, slots))
    assert [each.id for each in found] == offered


@pytest.mark.parametrize(
    ("issue", "slots", "wanted"),
    [
        (None, {}, []),
        ("order.refund", {}, ["page"]),
        ("order.refund", {"amount": 200}, ["page", "chat"]),
        ("order.quality", {"amount": 200}, []),
    ],
)
def test_evidence_is_chosen_by_issue_and_guard(
    issue: str | None, slots: dict[str, Value], wanted: list[str]
) -> None:
    """What matters in one variant only is not asked for in the others."""
    chat = replace(THINGS[1], guard=parse_condition("amount > 100"))
    flows = replace(real(), evidence={"order.refund": (THINGS[0], chat)})
    assert [each.id for each in evidence_for(flows, case(issue, slots))] == wanted


# The real papers, for every issue

TEXTS: dict[SlotType, Value] = {
    SlotType.TEXT: "页面上写的是「不支持」。",
    SlotType.NAME: "小满的店",
    SlotType.AMOUNT: 1280.5,
    SlotType.DAYS: 12,
    SlotType.INT: 3,
    SlotType.DATE: "2026-11-02",
    SlotType.ORDER_NO: "P700112233445566",
    SlotType.TICKET_NO: "T20261102",
    SlotType.LINK: "https://www.xiaohongshu.com/explore/65a1b2c3",
    SlotType.ACCOUNT: "小满不满",
    SlotType.PHONE: "13800000000",
    SlotType.BOOL: True,
}


def answer(slot: Slot, which: int) -> Value:
    """A value of the slot's type; of a choice the first or the last option."""
    if slot.type is SlotType.BOOL:
        return which == 0
    if slot.type is SlotType.CHOICE:
        return list(slot.values)[which]
    return TEXTS[slot.type]


def told(kind: str) -> dict[str, Value]:
    """What a person has told: everything (with the first or the last of each choice), half, or nearly nothing."""
    slots = [slot for slot in real().slots.values() if slot.type is not SlotType.ISSUE]
    if kind in ("first", "last"):
        return {slot.name: answer(slot, 0 if kind == "first" else -1) for slot in slots}
    if kind == "half":
        return {slot.name: answer(slot, 0) for slot in slots[::2]}
    if kind == "other half":
        return {slot.name: answer(slot, -1) for slot in slots[1::2]}
    return {"amount": 88}


KINDS = ("first", "last", "half", "other half", "nothing")
ISSUES = real().issues
PAPERS = (
    *("description", "messages", "c12315_seller", "c12315_platform", "isc", "privacy_request"),
    *("infringement_notice", "minor_refund", "fraud_report", "small_claims"),
)


def test_the_set_of_papers_is_complete() -> None:
    """Else the tests below would pass on nothing."""
    assert set(PAPERS) <= real().papers.keys()


@pytest.mark.parametrize("name", PAPERS)
def test_a_paper_is_offered_for_some_issue(name: str) -> None:
    """A paper whose guard no case of ours satisfies would never be seen."""
    offered = {
        each.id
        for issue in ISSUES
        for kind in KINDS
        for each in papers_for(real(), case(issue, told(kind)))
    }
    assert name in offered


def shown(kind: str, issue: str) -> list[tuple[Paper, Document]]:
    tracker = case(issue, told(kind))
    return [(each, document(each, tracker)) for each in papers_for(real(), tracker)]


@pytest.mark.parametrize("issue", ISSUES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_paper_of_every_issue_reads_clean(kind: str, issue: str) -> None:
    """No placeholder left, no doubled stop, no empty block, whatever has been told."""
    documents = shown(kind, issue)
    assert documents
    for each, result in documents:
        for text in texts(result):
            where = f"{each.id}: {text}"
            assert text == text.strip(), where
            assert text, where
            assert "{" not in text, where
            assert "None" not in text, where
            assert not DOUBLED.search(text), where
        assert result.use, each.id
        assert all(one.blocks for one in result.sections), each.id
        assert len(result.sources) == len(each.cites), each.id


@pytest.mark.parametrize("issue", ISSUES)
def test_nothing_is_invented_for_a_case_of_which_nothing_is_known(issue: str) -> None:
    """A field that only a slot could fill is named as missing and does not stand in the form."""
    for each, result in shown("nothing", issue):
        tracker = case(issue, told("nothing"))
        rows = {
            label
            for one in result.sections
            for block in one.blocks
            if isinstance(block, Fields)
            for label, _ in block.rows
        }
        for part in each.sections:
            if part.guard is not None and not part.guard.test(tracker):
                continue
            for line in part.fields:
                if line.guard is not None and not line.guard.test(tracker):
                    continue
                clauses = Template.parse(line.value.source).clauses
                hollow = all(len(clause.parts) > 1 for clause in clauses)
                slots = {name for name in line.value.names if "." not in name} - {"amount"}
                if slots and hollow and "amount" not in line.value.names:
                    assert line.label not in rows, f"{each.id}: {line.label}"
                    assert any(words.startswith(line.label) for words in result.missing)


@pytest.mark.parametrize("issue", ISSUES)
def test_what_was_told_is_in_the_description(issue: str) -> None:
    """The amount, or what else the issue's letter holds: the full case says more than the empty one."""
    papers = {each.id: each for each in papers_for(real(), case(issue, {}))}
    full = document(papers["description"], case(issue, told("first")))
    bare = document(papers["description"], case(issue, {}))
    assert sum(map(len, texts(full))) > sum(map(len, texts(bare)))
    assert len(bare.missing) >= len(full.missing)


@pytest.mark.parametrize("issue", ISSUES)
@pytest.mark.parametrize("kind", KINDS)
def test_letters_keep_to_their_lengths(kind: str, issue: str) -> None:
    """As web forms count them, and the longer says no less."""
    found = letters_for(real(), voice(), case(issue, told(kind)))
    assert all(count_units(text) <= size for size, text in found.items())
    lengths = [count_units(found[size]) for size in sorted(found)]
    assert lengths == sorted(lengths)
    assert found.keys() <= {50, 200, 500}
    if kind in ("first", "last"):
        assert found.keys() == {50, 200, 500}


def test_a_letter_quotes_without_the_stop_of_the_quoted() -> None:
    """The words that were pasted end in a stop; the sentence around them has its own."""
    found = letters_for(real(), voice(), case("account.banned", {"notice_words": "违规引流。"}))
    assert "「违规引流」" in found[500]


@pytest.mark.parametrize("issue", ISSUES)
def test_every_issue_has_evidence_to_keep(issue: str) -> None:
    """Also for a case of which nothing else is known."""
    assert len(evidence_for(real(), case(issue, {}))) >= 3


def test_a_case_keeps_the_rules_of_its_day() -> None:
    """A fact that ended after the case was opened still stands; one that nobody has checked since does not."""
    past, due = date(2026, 11, 10), date(2026, 11, 19)
    facts = {
        "ended": replace(FACTS["rule"], id="ended", valid_to=past),
        "stale": replace(FACTS["rule"], id="stale", expires_on=due),
        "coming": replace(FACTS["rule"], id="coming", valid_from=TODAY),
        "guess": replace(FACTS["rule"], id="guess", status="unverified"),
    }
    small = Voice.of(replace(real(), facts=facts))
    tracker = case("order.refund", {})
    assert small.in_force(tracker).keys() == {"coming", "guess"}
    tracker.opened = "2026-11-05"
    assert small.in_force(tracker).keys() == {"ended", "guess"}
