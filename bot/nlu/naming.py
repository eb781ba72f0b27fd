"""Names as answers: who is on the case, which account, which shop. A sentence is no name.

An account may be called anything, so only what plainly is something else is turned away; a person's or
a company's name is short and says nothing.
"""

from __future__ import annotations

import re

from bot.core.slots import SlotType
from bot.nlu.reading import Reading

__all__ = ["NAMES", "named", "unnamed"]

NAMES = frozenset({SlotType.NAME, SlotType.ACCOUNT})

_UNSAID = re.compile(
    r"^(?:他|她|它|客服|对方|人家|那边|我)?(?:都|也|还|根本|就|又|死活)?(?:没|未|不|忘)(?:有|了)?"
    r"(?:说|问|讲|告诉|留|写|报|知道|清楚|肯|记|看|名|给|想|敢|愿)|^(?:匿名|保密|没名字|无名氏?)$"
)
_LEAD = re.compile(
    r"^(?:(?:他|她|它|客服|对方)?(?:说(?:是|叫)|自称|就叫|叫做?(?=\S{2})|名叫|名字[是叫]?|是个?叫?)[:：\s]*)(?=\S{2})"
)
_SAYS = re.compile(
    r"[了吗呢吧呗嘛]$|等(?!级)|结束|解决|通知|回复|处理|机器人|怎么|什么|就是个|你猜|[，。！？?!]"
)
_NO_NAMES = frozenset(
    {"affirm", "frustrated", "done_step", "no_reply_yet", "bot_marked_resolved", "rejected_again"}
)
_NO_NAME_FACTS = frozenset({"link", "amount", "date", "days_waiting"})
_LONGEST = 16
_SURE = 0.9


def unnamed(reading: Reading) -> bool:
    """Whether the answer says that there is no name: 「他没说」, 「不告诉我」, 「匿名」."""
    return _UNSAID.search(reading.normalized) is not None


def named(reading: Reading, kind: SlotType) -> str | None:
    """The name in the answer, without its 「叫」; None when the answer is something else."""
    if reading.act in _NO_NAMES and reading.act_p >= _SURE:
        return None
    if any(entity.slot in _NO_NAME_FACTS for entity in reading.entities):
        return None
    name = _LEAD.sub("", reading.text.strip()).strip("「」“”\"'《》 。.!！")
    if kind is SlotType.NAME and (len(name) > _LONGEST or _SAYS.search(reading.normalized)):
        return None
    return name or None
