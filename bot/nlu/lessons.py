"""What each head learns from: the lines of its own kind, and lines of others that it must tell apart."""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from bot.nlu.acts import LONGEST_ACT
from bot.nlu.corpus import NOTHING, OUT_OF_SCOPE, Example, read_corpus
from bot.nlu.normalize import normalize

HEADS: Final = ("issue", "act", "reply", "danger")
NEAR_DANGER: Final = frozenset({
    "fraud.scammed", "account.hacked", "payment.minor",
    "safety.harassment", "safety.privacy_leak", "safety.impersonation",
})  # fmt: skip
"""Problems whose lines may be dangers as well: they teach nothing about what is none."""

# Words of the user that tell what the other side did: the reply head reads narration too.
_NARRATED: Final = {
    "bot_marked_resolved": "marked_resolved",
    "human_reached": "human_answered",
    "rejected_again": "appeal_rejected",
}
# Short words about these are acts as well: 「没信儿」, 「又给驳了」.
_ALSO_ACTS: Final = ("support.bot_says_resolved", "support.no_reply", "support.rejected")
_CLOSED: Final = re.compile("关|關|结束|結束|超时|断开")
_RESOLVED: Final = re.compile("解决|解決|完成|处理|處理|办结|完结|完結|结案|結案|勾")


def voices_of(examples: Mapping[str, Sequence[Example]]) -> list[str]:
    """Everyone who wrote a line of some head."""
    return sorted({e.voice for own in examples.values() for e in own if not e.borrowed})


def head_examples(corpus_dir: Path, head: str) -> list[Example]:
    """What a head learns from: its own kind, and lines of others that it must tell apart."""
    examples = read_corpus(corpus_dir, head)
    if head == "act":
        return examples + _borrow(filter(_is_content, read_corpus(corpus_dir, "issue")))
    if head == "danger":
        issues = (e for e in read_corpus(corpus_dir, "issue") if e.label not in NEAR_DANGER)
        return examples + _borrow([*issues, *read_corpus(corpus_dir, "act")])
    if head == "reply":
        acts = read_corpus(corpus_dir, "act")
        return examples + [
            Example(e.text, _narrated(e), e.voice) for e in acts if e.label in _NARRATED
        ]
    return examples


def _borrow(examples: Iterable[Example]) -> list[Example]:
    return [Example(e.text, NOTHING, e.voice, borrowed=True) for e in examples]


def _narrated(example: Example) -> str:
    """「窗口被它关了」 is told like 「又显示已解决」, but is another reply."""
    closed = _CLOSED.search(example.text) and not _RESOLVED.search(example.text)
    return "auto_closed" if closed else _NARRATED[example.label]


def _is_content(example: Example) -> bool:
    """Whether a line teaches what is no act; short words about support, and small talk, do not."""
    shortest = 0
    if example.label in _ALSO_ACTS:
        shortest = 13
    elif example.label == OUT_OF_SCOPE:
        shortest = 9
    return shortest <= len(normalize(example.text)) <= LONGEST_ACT
