"""Chinese, Arabic and mixed numerals as people type them: 三百八, 1万2, 两百五, 8k, 1,299.50.

`NUMBER` is a regex fragment without groups that matches one numeral; `parse_number` gives its
value. Colloquial endings count the next lower unit: 三百八 is 380, 1万2 and 1w2 are 12000, while
三百零八 is 308.
"""

import re

_DIGITS = {
    "零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "俩": 2, "三": 3, "仨": 3, "四": 4, "五": 5,
    "六": 6, "七": 7, "八": 8, "九": 9, "壹": 1, "贰": 2, "叁": 3, "肆": 4, "伍": 5, "陆": 6,
    "柒": 7, "捌": 8, "玖": 9, "幺": 1,
}  # fmt: skip
_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000, "k": 1000,
          "万": 10_000, "w": 10_000}  # fmt: skip
_HAN_DIGIT = "".join(_DIGITS)
_HAN_UNIT = "十拾百佰千仟万"
_WHOLE_TENS = {"廿": "二十", "卅": "三十"}
_ABOUT = "多来几余"

ARABIC = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_D = f"[{_HAN_DIGIT}]"
# The ending without its unit: 三百八. In 「五百一个月」 the 一 belongs to what follows.
_ELIDED = rf"(?!一[个件条双次年天晚单盒斤节张套瓶包位人只份])(?!零|〇){_D}"
_TENS = rf"(?:{_D}?[十拾]|[廿卅])(?:(?!零|〇){_D})?"
_HUNDREDS = rf"{_D}{{0,2}}[百佰](?:零{_D}|{_TENS}|{_ELIDED})?"
_THOUSANDS = rf"{_D}{{0,2}}[千仟](?:零(?:{_TENS}|{_D})|{_HUNDREDS}|{_ELIDED})?"
_BELOW = rf"(?:{_THOUSANDS}|{_HUNDREDS}|{_TENS}|{_D}{{1,2}})"
_REST = rf"(?:零?(?:{_THOUSANDS}|{_HUNDREDS}|{_TENS})|零{_D}|{_ELIDED})"
# The longest form first: the fragment is used inside atomic groups.
NUMBER = (
    rf"(?=[\d{_HAN_DIGIT}{_HAN_UNIT}廿卅])"  # most characters begin no numeral: one look is enough
    rf"(?:(?:{ARABIC}|{_BELOW})[{_ABOUT}][万千百](?!分)"
    rf"|(?:{ARABIC})\s?(?:[{_HAN_UNIT}](?:零?\d{{1,4}}(?:[十百千]\d?){{0,2}}|{_REST})?|[kw]\d?(?![\da-z]))"
    rf"|(?:{ARABIC})"
    rf"|{_BELOW}点{_D}{{1,4}}(?![十分刻])[百千万]?"
    rf"|{_BELOW}?万{_REST}?|{_THOUSANDS}|{_HUNDREDS}|{_TENS}|{_D}{{1,11}})"
)
_LONGEST = 24  # characters; a longer run of digits counts nothing
_ARABIC_RE = re.compile(rf"(?:{ARABIC})\Z")
_TOKEN_RE = re.compile(rf"({ARABIC})|([{_HAN_DIGIT}])|([{_HAN_UNIT}kw])")


def parse_number(text: str) -> int | float | None:
    """The value of one numeral, or None when `text` is not one (「十万火急」, 「二百五十」 is 250)."""
    text = text.strip().lower().replace(" ", "")
    if len(text) > _LONGEST:
        return None
    for tens, digits in _WHOLE_TENS.items():
        text = text.replace(tens, digits)
    if len(text) > 2 and text[-2] in _ABOUT and text[-1] in "万千百":
        about = parse_number(text[:-2])
        return None if about is None else _tidy(about * _UNITS[text[-1]])  # 20多万 is 200000
    if _ARABIC_RE.match(text):
        return _tidy(float(text.replace(",", "")))
    if "点" in text:
        if text[-1] in _UNITS:
            scaled = parse_number(text[:-1])
            return None if scaled is None else _tidy(scaled * _UNITS[text[-1]])  # 一点五万
        whole, _, fraction = text.partition("点")
        head = parse_number(whole) if whole else 0
        tail = "".join(str(_DIGITS[c]) for c in fraction if c in _DIGITS)
        return None if head is None or not tail else _tidy(float(f"{int(head)}.{tail}"))
    tokens = _tokens(text)
    return None if tokens is None else _evaluate(tokens)


def _tokens(text: str) -> list[tuple[float, bool]] | None:
    """(value, is_unit) pairs; None when a character belongs to no numeral."""
    found: list[tuple[float, bool]] = []
    position = 0
    while position < len(text):
        match = _TOKEN_RE.match(text, position)
        if not match:
            return None
        if match[1]:
            found.append((float(match[1].replace(",", "")), False))
        elif match[2]:
            found.append((float(_DIGITS[match[2]]), False))
        else:
            found.append((float(_UNITS[match[3]]), True))
        position = match.end()
    return found or None


def _evaluate(tokens: list[tuple[float, bool]]) -> int | float | None:
    if not any(is_unit for _, is_unit in tokens):
        return _spelled(tokens)
    total = section = pending = 0.0
    unit, has_pending, after_zero = 1.0, False, False
    for value, is_unit in tokens:
        if not is_unit:
            after_zero = after_zero or value == 0
            pending = pending if has_pending and not after_zero else value  # 两三百 is 200
            has_pending = True
            continue
        digit = pending if has_pending else (0.0 if section and value == 10_000 else 1.0)
        if value == 10_000:
            total, section = (total + section + digit) * value, 0.0
        else:
            section += digit * value
        unit, pending, has_pending, after_zero = value, 0.0, False, False
    if has_pending:
        # 三百八 counts tens; 三百零八 and 十八 count ones.
        section += pending if after_zero or unit == 10 or pending >= 10 else pending * unit / 10
    return _tidy(total + section)


def _spelled(tokens: list[tuple[float, bool]]) -> int | float | None:
    """Digits one by one (一二三), or a run of two that means 「about」 (两三 is 2)."""
    if len(tokens) == 1:
        return _tidy(tokens[0][0])
    if len(tokens) == 2 and tokens[1][0] == tokens[0][0] + 1:
        return _tidy(tokens[0][0])
    return int("".join(str(int(value)) for value, _ in tokens))


def _tidy(value: float) -> int | float:
    return int(value) if value == int(value) else round(value, 2)
