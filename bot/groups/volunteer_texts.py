"""What is said around the volunteers' desk. Whatever a person wrote is escaped here and nowhere else."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

__all__ = ["SEEN", "answer", "card", "consent", "ended", "handed", "seen", "told"]

SEEN = {
    "posted": "摘要放到了志愿者台，台里的人看得到",
    "claimed": "接了这张求助卡",
    "told": "给你转来一句话",
    "heard": "收到你转去的一句话",
    "closed": "结束了这张求助卡",
}
"""What happened to a ticket, by kind, as the log tells it to its person."""

_CAREFUL = "志愿者不会要验证码、密码、转账。谁要，都别给。"


def consent(summary: str, hours: int) -> str:
    """What a person agrees to: what is seen, by whom, how long, and the way back."""
    return (
        "找志愿者之前，先看清楚要给出去什么：\n"
        f"<blockquote>{escape(summary)}</blockquote>\n"
        "· 给谁看：这个群的志愿者台，台里的人都看得到。不带你的名字和账号。\n"
        "· 之后：有人接了，你在这里说的话会打码转给台里，直到结束。\n"
        f"· 多久：最长 {hours} 小时，到时自己结束。\n"
        "· 随时能撤回；谁看过、什么时候，你能查。\n"
        f"{_CAREFUL}"
    )


def card(code: str, summary: str, hours: int, *, claimed: bool = False) -> str:
    """The card on the desk."""
    how = (
        "有志愿者接了。接的人回复这张卡，话就会转过去。"
        if claimed
        else f"想帮的按「我来」，再回复这张卡，话就会转过去。{hours} 小时以后自己结束。"
    )
    return (
        f"<b>求助 {code}</b>（已打码）\n<blockquote>{escape(summary)}</blockquote>\n{how}\n"
        "别问名字、号码、验证码，别让对方转账。"
    )


def handed(hours: int) -> str:
    """The person has agreed."""
    return (
        f"已经放到志愿者台，有人接了我告诉你。最长 {hours} 小时，随时能撤回。等的时候，这里照常走。"
    )


def told(text: str) -> str:
    """A volunteer's words for the person."""
    return f"<b>志愿者</b>：\n{escape(text)}"


def answer(code: str, text: str) -> str:
    """The person's words for the desk, masked before."""
    return f"<b>求助 {code}</b> 的回话（已打码）：\n{escape(text)}\n回复这张求助卡，话就会转过去。"


def ended(code: str) -> str:
    """What is left of a card."""
    return f"<b>求助 {code}</b> 已经结束，内容收走了。"


def seen(lines: Sequence[str]) -> str:
    """The log of who has seen something, for the person whom it is about."""
    if not lines:
        return "没有人看过你的求助。"
    return "\n".join(["<b>谁看过你的求助</b>（北京时间）", *map(escape, lines)])


claimed = f"有志愿者接了。从现在起，你在这里说的话会打码转给志愿者，直到你按「结束」。\n{_CAREFUL}"
