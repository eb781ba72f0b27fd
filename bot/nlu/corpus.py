"""The training sentences: YAML files of one label each, grouped by the voice that wrote them."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

OUT_OF_SCOPE: Final = "out_of_scope"
NOTHING: Final = "none"  # the word of the act and danger heads for everything else
KINDS: Final = {"issue": "issues", "act": "acts", "reply": "replies", "danger": "dangers"}


@dataclass(frozen=True, slots=True)
class Example:
    """One sentence. Voices are told apart so that evaluation can leave a whole one out."""

    text: str
    label: str
    voice: str
    borrowed: bool = False  # of another kind, here only to be told apart


def read_corpus(corpus_dir: Path, kind: str) -> list[Example]:
    """All examples of one of `KINDS`, in a stable order."""
    return [
        Example(text, document["label"], voice)
        for path in _files(corpus_dir, kind)
        for document in [_parse(path)]
        for voice, lines in document["examples"].items()
        for text in lines
    ]


def corpus_digest(corpus_dir: Path) -> str:
    """A hash of every training file: a model that stores another one is stale."""
    digest = hashlib.sha256()
    for kind in KINDS:
        for path in _files(corpus_dir, kind):
            digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def _files(corpus_dir: Path, kind: str) -> Iterator[Path]:
    yield from sorted((corpus_dir / KINDS[kind]).glob("*.yaml"))
    if kind == "issue":
        yield corpus_dir / f"{OUT_OF_SCOPE}.yaml"


def _parse(path: Path) -> Any:
    # The base loader makes strings only, so it is safe, and 「no」 and 「1」 stay what people said.
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    return yaml.load(path.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506 - see above
