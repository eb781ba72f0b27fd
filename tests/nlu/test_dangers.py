"""Every sentence of `dangers.yaml` is a test of its own."""

from pathlib import Path

import pytest
import yaml

from bot.nlu.dangers import DANGERS, find_danger

SENTENCES = yaml.safe_load(
    Path(__file__).with_suffix("").with_name("dangers.yaml").read_text("utf-8")
)


@pytest.mark.parametrize(
    ("text", "kind"), [(text, kind) for kind, texts in SENTENCES.items() for text in texts]
)
def test_danger_is_heard_and_nothing_else(text: str, kind: str) -> None:
    assert find_danger(text) == (None if kind == "none" else kind)


def test_every_kind_has_enough_sentences() -> None:
    assert set(SENTENCES) == {*DANGERS, "none"}
    assert min(len(SENTENCES[kind]) for kind in DANGERS) >= 25
    assert len(SENTENCES["none"]) >= 120


@pytest.mark.parametrize("text", ["", " ", "？？？", "a" * 5000])
def test_nothing_said_is_no_danger(text: str) -> None:
    assert find_danger(text) is None
