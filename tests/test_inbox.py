"""The inbox: what is kept, that it is masked, and how a line becomes a corpus line and a test."""

import shutil
from datetime import date
from pathlib import Path

import pytest
import yaml

from bot.app import build_engine
from bot.channels.clock import Clock
from bot.channels.console.pipe import Conversation
from bot.cli.main import main
from bot.core.errors import ConfigError
from bot.i18n.script import localize
from bot.inbox import Inbox, Item, kind_of, teach
from bot.nlu.corpus import read_corpus
from bot.nlu.masking import mask

ROOT = Path(__file__).parents[1]
NLU = ROOT / "locales" / "zh_Hans" / "nlu"


def _item(text: str, id_: str = "a1") -> Item:
    return Item(id_, text, "unheard", "", "x.y", "2026-11-20")


async def _say(inbox: Inbox, *texts: str) -> None:
    engine = build_engine(ROOT / "flows", ROOT / "locales", date(2026, 11, 20))
    talk = Conversation(engine.agent(inbox=inbox), "me", Clock(), localize)
    await talk.begin()
    for text in texts:
        await talk.send("text", text)


async def test_what_is_not_understood_is_kept_masked(tmp_path: Path) -> None:
    inbox = Inbox(tmp_path / "in" / "box.jsonl")
    await _say(inbox, "出事了 13912345678")
    (item,) = inbox.items()
    assert "13912345678" not in (tmp_path / "in" / "box.jsonl").read_text("utf-8")
    assert "〔手机号〕" in item.text


async def test_what_is_understood_is_not_kept(tmp_path: Path) -> None:
    inbox = Inbox(tmp_path / "box.jsonl")
    await _say(inbox, "我的账号被永久封禁了", "没写理由")
    assert inbox.items() == []


def test_the_same_words_are_kept_once(tmp_path: Path) -> None:
    inbox = Inbox(tmp_path / "box.jsonl")
    for _ in range(2):
        inbox.keep(_item("那个啥"))
    assert len(inbox.items()) == 1


@pytest.mark.parametrize(
    ("label", "kind"),
    [("order.refund", "issue"), ("out_of_scope", "issue"), ("affirm", "act"),
     ("refused", "reply"), ("threat", "danger")],
)  # fmt: skip
def test_a_label_tells_its_kind(label: str, kind: str) -> None:
    found, path = kind_of(label, NLU)
    assert found == kind
    assert path.is_file()


def test_an_unknown_label_is_refused_with_a_hint() -> None:
    with pytest.raises(ConfigError, match=r"order\.refund"):
        kind_of("order.refnud", NLU)


def test_teaching_writes_the_corpus_and_a_test(tmp_path: Path) -> None:
    nlu = tmp_path / "nlu"
    shutil.copytree(NLU, nlu)
    tests = tmp_path / "inbox.yaml"
    for text in ("券没给我返: 怎么办", "- 就这"):
        teach(_item(text), "order.refund", nlu, tests)
    taught = [e.text for e in read_corpus(nlu, "issue") if e.voice == "inbox"]
    assert taught[-2:] == ["券没给我返: 怎么办", "- 就这"]
    cases = yaml.safe_load(tests.read_text("utf-8"))
    assert cases[0] == {"text": "券没给我返: 怎么办", "issue": "order.refund"}


def test_teaching_keeps_the_voices_apart_and_doubles_nothing(tmp_path: Path) -> None:
    nlu = tmp_path / "nlu"
    shutil.copytree(NLU, nlu)
    corpus = nlu / "issues" / "order_refund.yaml"
    corpus.write_text(
        corpus.read_text("utf-8") + "  inbox:\n    - 甲\n  later:\n    - 乙\n", "utf-8"
    )
    tests = tmp_path / "new" / "inbox.yaml"
    for _ in range(2):
        teach(_item("券没返给我"), "order.refund", nlu, tests)
    taught = [
        (e.text, e.voice)
        for e in read_corpus(nlu, "issue")
        if e.label == "order.refund" and e.voice in ("inbox", "later")
    ]
    assert taught == [("甲", "inbox"), ("券没返给我", "inbox"), ("乙", "later")]
    assert len(tests.read_text("utf-8").splitlines()) == 1


@pytest.mark.parametrize("spoil", ["directory", "broken line"])
async def test_a_bad_inbox_disturbs_nobody(tmp_path: Path, spoil: str) -> None:
    box = tmp_path / "box"
    if spoil == "directory":
        box.mkdir()
    else:
        box.write_text("not json\n", "utf-8")
    await _say(Inbox(box), "出事了")
    with pytest.raises(ConfigError):
        Inbox(box).items()


async def test_pasted_words_are_not_kept(tmp_path: Path) -> None:
    inbox = Inbox(tmp_path / "box.jsonl")
    engine = build_engine(ROOT / "flows", ROOT / "locales", date(2026, 11, 20))
    talk = Conversation(engine.agent(inbox=inbox), "me", Clock(), localize)
    await talk.begin()
    await talk.send("paste", "出事了")
    assert inbox.items() == []


@pytest.mark.parametrize(
    "secret",
    ["13912345678", "139.1234.5678", "zhang_san99", "123456789", "a.b@qq.com", "E12345678",
     "P7302118842001", "6217000000000001234", "https://xhslink.com/a/Ab12"],
)  # fmt: skip
def test_what_identifies_is_masked(secret: str) -> None:
    said = {
        "zhang_san99": "我微信zhang_san99",
        "123456789": "QQ 123456789",
        "E12345678": "护照E12345678",
    }
    assert secret not in mask(said.get(secret, f"这个 {secret} 是我的"))


def test_the_command_lists_labels_and_drops(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    box = tmp_path / "box.jsonl"
    for id_ in ("a1", "b2"):
        Inbox(box).keep(_item(f"那个啥 {id_}", id_))
    locales = tmp_path / "locales"
    shutil.copytree(ROOT / "locales", locales)
    where = ["--inbox", str(box), "--locales", str(locales)]
    assert main(["inbox", *where]) == 1
    tests = str(tmp_path / "inbox.yaml")
    assert main(["inbox", "label", "a1", "unsure", "--tests", tests, *where]) == 0
    assert main(["inbox", "drop", "b2", *where]) == 0
    assert main(["inbox", *where]) == 0
    assert "那个啥 a1" in capsys.readouterr().out


def test_a_wrong_id_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    box = tmp_path / "box.jsonl"
    Inbox(box).keep(_item("那个啥"))
    assert main(["inbox", "drop", "zz", "--inbox", str(box)]) == 2
    assert "没有 zz" in capsys.readouterr().err


def test_without_a_file_nothing_is_kept(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("ZHENREN_INBOX", raising=False)
    assert main(["inbox"]) == 2
    assert "ZHENREN_INBOX" in capsys.readouterr().err
