"""The reader on whole messages: clear complaints, acts, replies, and what it promises to be."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.nlu.acts import ACTS
from bot.nlu.reading import Reader
from bot.nlu.reply_signs import LABELS

TODAY = date(2026, 11, 20)
HERE = Path(__file__).parent


def _sentences(name: str) -> list[tuple[str, str]]:
    data = yaml.safe_load((HERE / name).read_text("utf-8"))
    return [(str(text), label) for label, texts in data.items() for text in texts]


@pytest.mark.parametrize(("text", "issue"), _sentences("issues.yaml"))
def test_clear_words_name_their_issue(reader: Reader, text: str, issue: str) -> None:
    assert reader.read(text, TODAY).issue == issue


@pytest.mark.parametrize(("text", "act"), _sentences("acts.yaml"))
def test_acts(reader: Reader, text: str, act: str) -> None:
    assert reader.read(text, TODAY).act == (None if act == "none" else act)


REPLIES = yaml.safe_load((HERE / "replies.yaml").read_text("utf-8"))["cases"]


@pytest.mark.parametrize("case", REPLIES, ids=lambda case: case["text"])
def test_replies(reader: Reader, case: dict[str, Any]) -> None:
    reply = reader.read(case["text"], TODAY).read_reply()
    assert reply.label == case["label"]
    assert reply.labels[0] == reply.label
    assert set(case.get("labels", ())) <= set(reply.labels)
    assert {key: reply.with_.get(key) for key in case.get("with", {})} == case.get("with", {})


def test_every_act_and_reply_class_is_covered() -> None:
    assert {act for _, act in _sentences("acts.yaml")} == {*ACTS, "none"}
    assert {case["label"] for case in REPLIES} == set(LABELS)


def test_everything_in_the_first_message(reader: Reader) -> None:
    reading = reader.read(
        "订单P7302…8841,10月8号买的羽绒服398,15号寄回去签收了一个多月没退款,店家让我找平台,平台工单又自动关了",
        TODAY,
    )
    assert reading.issue == "order.refund"
    assert [(e.slot, e.value) for e in reading.entities] == [
        ("order_no", "P7302…8841"), ("date", "2026-10-08"), ("amount", 398),
        ("date", "2026-10-15"), ("days_waiting", 30),
    ]  # fmt: skip


def test_danger_is_read_beside_the_issue(reader: Reader) -> None:
    reading = reader.read(
        "客服让我把钱先转到安全账户验证才能退款,刚转了两千,他还开着屏幕共享让我继续转", TODAY
    )
    assert (reading.danger, reading.issue) == ("fraud_now", "fraud.scammed")


def test_two_problems_in_one_message(reader: Reader) -> None:
    reading = reader.read("笔记被删了，号也登不上了", TODAY)
    assert {reading.issue, reading.second} == {"content.removed", "account.login"}


def test_nothing_said(reader: Reader) -> None:
    reading = reader.read("  ", TODAY)
    assert (reading.issue, reading.act, reading.danger, reading.entities) == (None, None, None, ())


def test_candidates_are_a_distribution(reader: Reader) -> None:
    reading = reader.read("钱没了", TODAY)
    assert len(reading.candidates) == 5
    assert sum(p for _, p in reading.posterior) == pytest.approx(1.0)
    assert reading.posterior == sorted(reading.posterior, key=lambda pair: -pair[1])


def test_writing_systems_read_alike(reader: Reader) -> None:
    assert reader.read("退款一直不到账", TODAY).issue == reader.read("退款一直不到賬", TODAY).issue


TAUGHT = yaml.safe_load((HERE / "inbox.yaml").read_text("utf-8"))


@pytest.mark.parametrize("case", TAUGHT, ids=lambda case: case["text"])
def test_what_the_inbox_taught_stays_learnt(reader: Reader, case: dict[str, str]) -> None:
    """Lines that were not understood once; `zhenren inbox label` adds to them."""
    reading = reader.read(case["text"], TODAY)
    heard = {
        "issue": reading.issue, "act": reading.act, "danger": reading.danger,
        "reply": reading.read_reply().label,
    }  # fmt: skip
    assert {kind: heard[kind] for kind in case if kind != "text"} == {
        kind: label for kind, label in case.items() if kind != "text"
    }
