"""The model file: fresh, small, and what `train` makes of a corpus."""

from pathlib import Path

import pytest

from bot.nlu.classifier import Classifier, StaleModelError
from bot.nlu.corpus import KINDS, corpus_digest, read_corpus
from bot.nlu.gate import Gate
from bot.nlu.normalize import normalize
from bot.nlu.packing import Fitted, pack

ISSUES = 28


def test_model_is_made_from_this_corpus(nlu_dir: Path) -> None:
    assert Classifier.load(nlu_dir / "model.bin").corpus_digest == corpus_digest(nlu_dir)


def test_model_is_small(nlu_dir: Path) -> None:
    assert (nlu_dir / "model.bin").stat().st_size <= 5_000_000


@pytest.mark.parametrize(
    ("head", "labels"), [("issue", ISSUES + 1), ("act", 21), ("reply", 14), ("danger", 7)]
)
def test_heads(nlu_dir: Path, head: str, labels: int) -> None:
    ranked = Classifier.load(nlu_dir / "model.bin").predict("退款没到账", head)
    assert len(ranked) == labels
    assert sum(p for _, p in ranked) == pytest.approx(1.0)


def test_unknown_words_still_get_an_answer(nlu_dir: Path) -> None:
    classifier = Classifier.load(nlu_dir / "model.bin")
    assert classifier.predict("")[0][0] == classifier.predict("㍿㍿")[0][0]


def test_another_format_is_refused() -> None:
    with pytest.raises(StaleModelError):
        Classifier.from_bytes(b"something else")


@pytest.mark.parametrize("kind", KINDS)
def test_no_line_stands_under_two_labels(nlu_dir: Path, kind: str) -> None:
    seen: dict[str, str] = {}
    for example in read_corpus(nlu_dir, kind):
        line = "".join(c for c in normalize(example.text) if c.isalnum())
        if line:
            assert seen.setdefault(line, example.label) == example.label, example.text


@pytest.mark.parametrize(("kind", "labels"), [("issue", ISSUES + 1), ("act", 20), ("reply", 14)])
def test_corpus_is_complete(nlu_dir: Path, kind: str, labels: int) -> None:
    assert len({e.label for e in read_corpus(nlu_dir, kind)}) == labels


def _write_corpus(root: Path) -> None:
    for folder, words in (
        ("issues", {"order.refund": "退款不到账", "account.banned": "账号被封了"}),
        ("acts", {"affirm": "好的可以", "deny": "不是这样"}),
        ("replies", {"refused": "无法为您办理", "other": "今天天气好"}),
        ("dangers", {"fraud_now": "正在转账给骗子", "none": "退款没到账"}),
    ):
        (root / folder).mkdir()
        for label, line in words.items():
            lines = "".join(f"\n    - {line}{i}" for i in "甲乙丙丁")
            body = f"label: {label}\nexamples:\n  one:{lines}\n  two:{lines}\n"
            (root / folder / f"{label}.yaml").write_text(body, "utf-8")
    oos = "label: out_of_scope\nexamples:\n  one:\n    - 明天下雨吗\n  two:\n    - 明天下雨不\n"
    (root / "out_of_scope.yaml").write_text(oos, "utf-8")


@pytest.mark.slow
def test_training_is_deterministic_and_packs_what_it_learnt(tmp_path: Path) -> None:
    pytest.importorskip("sklearn")
    from bot.nlu.train import train

    _write_corpus(tmp_path)
    model = train(tmp_path)
    assert model == train(tmp_path)
    classifier = Classifier.from_bytes(model)
    assert classifier.predict("退款不到账")[0][0] == "order.refund"
    assert classifier.predict("好的可以", "act")[0][0] == "affirm"
    assert classifier.corpus_digest == corpus_digest(tmp_path)


def test_packing_keeps_every_head_and_gate() -> None:
    heads = {
        "one": Fitted(("a", "b"), ("x", "y"), (1.0, 1.0), bytes([255, 1, 1, 255]), (0.0, 0.0), 0.1, 1.0, 1.0),
        "two": Fitted(("c", "d"), ("y", "z"), (1.0, 2.0), bytes([1, 255, 128, 128]), (0.5, 0.0), 0.1, 1.0, 1.0),
    }  # fmt: skip
    gates = {"act": Gate((1.0, -2.0), 0.5, 0.25)}
    classifier = Classifier.from_bytes(pack(heads, gates, "abc"))
    assert classifier.corpus_digest == "abc"
    assert classifier.gates == gates
    assert classifier.judge(classifier.hear({"x": 1.0}), "one")[0][0] == "a"
    assert classifier.judge(classifier.hear({"y": 1.0}), "one")[0][0] == "b"
    assert classifier.judge(classifier.hear({"y": 1.0}), "two")[0][0] == "d"
    # What one head knows is unheard by the other: only the bias is left.
    assert classifier.judge(classifier.hear({"x": 1.0}), "two")[0][0] == "c"


def test_a_gate_that_has_seen_one_side_stays_shut() -> None:
    pytest.importorskip("sklearn")
    from bot.nlu.tuning import tune

    assert tune([]).gates["danger"].chance([]) < tune([]).gates["danger"].least


def test_a_gate_weighs_its_signals() -> None:
    gate = Gate((2.0, -1.0), -1.0, 0.5)
    assert gate.chance([0.5, 0.0]) == pytest.approx(0.5)
    assert gate.chance([3.0, 0.0]) > 0.9
    assert gate.chance([0.0, 3.0]) < 0.1
