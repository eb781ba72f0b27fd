"""What the other side said: reads pasted words, or the user's retelling, into reply classes.

Wordings (`reply_signs`) and the classifier vote together. A text can carry several classes;
`labels` lists them by what needs a response first, and `label` is the first of them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, log
from typing import Final

from bot.nlu.classifier import Classifier
from bot.nlu.identifiers import find_identifiers
from bot.nlu.normalize import fold, normalize
from bot.nlu.reply_signs import LABELS, MOMENT, SIGNS, SPAN

_SIGN_WEIGHT: Final = 3.0  # what one wording is worth beside the classifier's log probability
_CLEAR: Final = 0.3  # below this, and without a wording, nothing was understood
_ALSO: Final = 0.12  # a class this probable is mentioned even if no wording gives it away
# When two classes are both said, the left one needs the response.
_OVERRULES: Final = (
    ("scam_signs", frozenset(LABELS) - {"scam_signs"}),
    ("asks_excess_id", frozenset({"asks_for_info", "human_answered", "promised_later"})),
    ("asks_if_solved", frozenset({"link_only"})),
    ("auto_closed", frozenset({"repeated_template", "link_only", "asks_if_solved"})),
    ("marked_resolved", frozenset({"repeated_template", "link_only"})),
    ("appeal_rejected", frozenset({"refused", "repeated_template"})),
)
# The platform's own warnings speak of codes and transfers too.
_WARNING: Final = re.compile(
    r"(?:请?勿|切勿|谨防|防范|警惕|官方不会|(?:客服|我们|平台)?不会(?:以任何|向您|要求|索要)|不要(?:相信|点击|泄露|把|将|向))"
    r"[^。!]{0,24}(?:验证码|转账|汇款|屏幕|密码|陌生|链接|诈骗|骗子|个人信息|私下交易)"
)
_NUMBER_AND_DATE: Final = frozenset({"human_answered", "other", "asks_for_info", "queueing"})
_PROMISE: Final = re.compile(rf"(?<![超过满未于])(?:{MOMENT}|{SPAN})(?!无理由|未|没|不说话|无)")
_REASON: Final = re.compile(
    r"(?:原因|理由)(?:是|为|:|:|写的是|就写了?)\s?[「“\"]?([^,。;\n」”\"!?]{2,40})"
    r"|(?:由于|因为|因)(?:您(?:的)?|该|此)?([^,。;\n!?]{3,30}?)(?=,|。|被|已|而|,无法|$|\n)"
    r"|(涉嫌[^,。;\n!?]{2,20}|违反了?[^,。;\n!?]{2,24}|(?:证据|证明|材料|凭证)不足)"
)
_REQUESTED: Final = re.compile(
    r"(?:请您?|麻烦您?|需要?您?|烦请|方便|让我|要我|叫我|还差|还缺)(?:再|先|您|你|亲)?(?:方便)?"
    r"(?:提供|补充|上传|补交|填写|填|发送|发来|发一下|发下|发|提交|拍摄|拍一?段|拍|录一?段|传|说一?下|描述一?下|留下|把)"
    r"(?:一下|下|我|给我|过来|您的|您|:|:)*\s?([^。;\n?!」”\"]{2,60})"
)


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back. `with_` has ticket_no, promised_time, reason, requested where known."""

    label: str
    p: float
    labels: tuple[str, ...]
    with_: Mapping[str, str]


def read_reply(text: str, heads: Classifier) -> Reply:
    """The classes and details of one reply; `other` when it calls for nothing."""
    normalized = normalize(text)
    posterior = dict(heads.predict(normalized, "reply"))
    signs = _signs(normalized)
    votes = {
        label: exp(log(max(posterior.get(label, 0.0), 1e-4)) + _SIGN_WEIGHT * (label in signs))
        for label in LABELS
    }
    total = sum(votes.values())
    shares = {label: vote / total for label, vote in votes.items()}
    labels = _in_order(shares, signs, normalized)
    return Reply(labels[0], shares[labels[0]], labels, _details(text, labels))


def _signs(normalized: str) -> set[str]:
    unwarned = _WARNING.sub("|", normalized)
    found = {
        label
        for label, pattern in SIGNS.items()
        if pattern.search(unwarned if label == "scam_signs" else normalized)
    }
    if _repeats_itself(normalized):
        found.add("repeated_template")
    return found


def _repeats_itself(normalized: str) -> bool:
    clauses = [c.strip() for c in re.split(r"[,。!?;~\n「」“”\"()…:]+", normalized)]
    long = [c for c in clauses if len(c) >= 6]
    return len(long) > len(set(long))


def _in_order(shares: Mapping[str, float], signs: set[str], normalized: str) -> tuple[str, ...]:
    ranked = sorted(shares, key=lambda label: (-shares[label], label))
    if shares[ranked[0]] < _CLEAR and not signs:
        return ("other",)
    kept = [x for x in ranked if x == ranked[0] or x in signs or shares[x] >= _ALSO]
    if len(kept) > 1 and "other" in kept[1:]:
        kept.remove("other")
    for stronger, weaker in _OVERRULES:
        if stronger in signs and kept[0] in weaker:
            kept.remove(stronger)
            kept.insert(0, stronger)
    if kept[0] in _NUMBER_AND_DATE and _promises(normalized) and "promised_later" in signs:
        kept = ["promised_later", *(x for x in kept if x != "promised_later")]
    return tuple(kept)


def _promises(normalized: str) -> bool:
    """A ticket number together with a time: the person has said all there is to say."""
    has_number = any(slot == "ticket_no" for slot, *_ in find_identifiers(normalized))
    return has_number and _PROMISE.search(normalized) is not None


def _details(text: str, labels: tuple[str, ...]) -> dict[str, str]:
    folded = fold(text)
    details: dict[str, str] = {}
    for slot, start, end, _ in find_identifiers(folded):
        if slot == "ticket_no":
            details["ticket_no"] = text[start:end]
            break
    promise = _PROMISE.search(folded) if "promised_later" in labels else None
    if promise:
        details["promised_time"] = text[promise.start() : promise.end()].strip()
    for key, pattern, wanted in (
        ("reason", _REASON, {"refused", "appeal_rejected", "auto_closed", "repeated_template"}),
        ("requested", _REQUESTED, {"asks_for_info", "asks_excess_id", "human_answered"}),
    ):
        match = pattern.search(folded) if wanted.intersection(labels) else None
        if match and match.lastindex:
            details[key] = text[match.start(match.lastindex) : match.end(match.lastindex)].strip()
    return details
