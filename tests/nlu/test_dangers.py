"""Every sentence of `dangers.yaml` is a test of its own."""

from datetime import date
from pathlib import Path

import pytest
import yaml

from bot.nlu.dangers import DANGERS, find_danger
from bot.nlu.reading import Reader

TODAY = date(2026, 11, 20)
SENTENCES = yaml.safe_load((Path(__file__).parent / "dangers.yaml").read_text("utf-8"))


@pytest.mark.parametrize(
    ("text", "kind"), [(text, kind) for kind, texts in SENTENCES.items() for text in texts]
)
def test_danger_is_heard_and_nothing_else(reader: Reader, text: str, kind: str) -> None:
    assert reader.read(text, TODAY).danger == (None if kind == "none" else kind)


def test_every_kind_has_enough_sentences() -> None:
    assert set(SENTENCES) == {*DANGERS, "none"}
    assert min(len(SENTENCES[kind]) for kind in DANGERS) >= 25
    assert len(SENTENCES["none"]) >= 120


def test_no_sentence_is_also_taught(nlu_dir: Path) -> None:
    from bot.nlu.corpus import read_corpus

    taught = {e.text for e in read_corpus(nlu_dir, "danger")}
    assert not taught & {text for texts in SENTENCES.values() for text in texts}


@pytest.mark.parametrize("text", ["客服让我把钱转到安全账户", "我不想活了", "他拿我照片勒索我"])
def test_wordings_alone_hear_the_plain_cases(text: str) -> None:
    assert find_danger(text) is not None


@pytest.mark.parametrize("text", ["", " ", "？？？", "a" * 5000])
def test_nothing_said_is_no_danger(text: str) -> None:
    assert find_danger(text) is None
