"""One spelling for many: the text every other part of `nlu` reads.

`normalize` folds width, case, traditional characters, Cantonese function words, pinyin
fragments, common typos and long repetitions. It is a pure function of its argument and
idempotent on the forms it produces. Offsets are not kept: `entities` reads the original.
"""

import re
import unicodedata
from functools import cache
from typing import Any

from bot.nlu.spellings import CANTONESE, CANTONESE_ONLY, LATIN, TAIWANESE, TYPOS

_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xFFE5: 0xA5}
_ZERO_WIDTH = re.compile("[\u200b-\u200f\u2060\ufe00-\ufe0f\u00ad\ufeff\U0001f3fb-\U0001f3ff]")
_REPEATED = re.compile(r"([^\d\s])\1{2,}")
_SPACE = re.compile(r"\s+")
_WORD = re.compile(r"[a-z]+")
_STICKER = re.compile(r"\[([\u4e00-\u9fff]{1,4})r\]")  # 小红书 writes its own emoji as [哭惹R]
_HAN = re.compile(r"[\u3400-\u9fff]")


def _alternation(table: dict[str, str]) -> re.Pattern[str]:
    # Longest first: 「唔该」 must win over 「唔」.
    return re.compile("|".join(map(re.escape, sorted(table, key=len, reverse=True))))


_FOLD = {**TYPOS, **TAIWANESE, **CANTONESE}
_FOLD_RE = _alternation(_FOLD)
_CANTONESE_MARK = re.compile("[佢嘅咗喺唔冇嗰𠮶啲嚟俾畀噉乜嘢喇㗎]")
_CANTONESE_RE = _alternation(CANTONESE_ONLY)


def may_be_traditional(text: str) -> bool:
    """Whether some Chinese character lies outside GB 2312, the everyday simplified set.

    No traditional-only character is inside it, so a False is certain and cheap.
    """
    try:
        text.encode("gb2312")
    except UnicodeEncodeError:
        pass
    else:
        return False
    return any(not _in_gb2312(char) for char in set(_HAN.findall(text)))


def _in_gb2312(char: str) -> bool:
    try:
        char.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


@cache
def _converter() -> Any:
    import opencc  # noqa: PLC0415  # costs 20-35 ms: only texts that need it pay

    return opencc.OpenCC("t2s")


def to_simplified(text: str) -> str:
    """Traditional characters become simplified ones; other text is returned as it is."""
    if not may_be_traditional(text):
        return text
    converted: str = _converter().convert(text)
    return converted


def fold(text: str) -> str:
    """Half-width, lower-case and simplified, of the same length: offsets stay valid."""
    folded = text.translate(_WIDTH)
    for change in (str.lower, to_simplified):
        changed = change(folded)
        if len(changed) == len(folded):
            folded = changed
    return folded


def normalize(text: str) -> str:
    """The canonical spelling of `text`; may be empty."""
    text = unicodedata.normalize("NFKC", text).lower()
    text = _ZERO_WIDTH.sub("", text)
    text = to_simplified(text)
    text = _STICKER.sub(r"[\1]", text)
    text = _WORD.sub(lambda m: LATIN.get(m[0], m[0]), text)
    if _CANTONESE_MARK.search(text):
        text = _CANTONESE_RE.sub(lambda m: CANTONESE_ONLY[m[0]], text)
    text = _FOLD_RE.sub(lambda m: _FOLD[m[0]], text)
    text = _REPEATED.sub(r"\1\1", text)
    return _SPACE.sub(" ", text).strip()
