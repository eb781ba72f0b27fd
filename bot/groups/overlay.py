"""A group's own wording: a few places where its admins may put their sentence in the place of ours.

Texts are data: plain text in which only `{fact.…}` is filled in. They are checked before they are stored and again
before they are used, because a fact may have turned out false meanwhile; what does not pass gives way to our own
sentence.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from bot.core.errors import did_you_mean
from bot.core.facts import Fact
from bot.core.text import Template, count_units
from bot.groups.guards import ScamGuard, quotes_rejected
from bot.groups.settings import Settings
from bot.nlu.masking import private_spans

__all__ = ["PLACES", "Overlay", "Place", "Rules"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text may stand: its Chinese name and the longest text, in UTF-16 units, facts filled in."""

    title: str
    limit: int


PLACES: Mapping[str, Place] = {
    "welcome": Place("欢迎语", 300),
    "card": Place("私聊卡片", 80),
    "help": Place("帮助", 500),
    "off": Place("停用提示", 120),
    "footer": Place("回答的结尾", 60),
}
"""The closed list of texts that may be overlaid."""

_SAYABLE = frozenset({"phone", "email", "law", "office", "site"})
"""Kinds of facts that may also be written out; they are read as references."""

_BRACES = re.compile(r"\{([^{}]*)\}|[{}]")
_LAW = re.compile(r"第[一二三四五六七八九十百千零\d]+条")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(
    r"(?<![\d.])(?:110|119|120|96110|12\d{3}|95\d{3,6}|\d{3,4}-\d{3,4}-?\d{3,4})(?![\d%元块万天年月日号次个条人])"
)
_SECURE = re.compile(r"https://[^\s，。；！？）」]+")
_LINK = re.compile(
    r"(?i)[a-z][a-z0-9+.-]*://\S+|(?:www|t)\.\S+"
    r"|(?<![\w.@-])(?:[a-z0-9-]+\.)+(?:com|cn|net|org|me|top|xyz|vip|cc|info|io|shop|app|site|club|link)(?![\w.])"
)
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_PROMISE = re.compile(
    r"(?:保证|一定能?|必定|肯定能?|百分之?百|100%|包)(?:能|会|可以)?(?:解封|成功|退款?|通过|恢复|办成|赔)|必(?:过|成)|稳(?:过|赢)|秒解|成功率"
    r"|代(?:申诉|解封|投诉|举报|解限)|(?:付费|收费|有偿|花钱|内部渠道)[^，。；！？\n]{0,6}(?:解封|申诉|服务|处理|办理|恢复|咨询)?|内部渠道"
)
_DENIED = re.compile(
    r"不|别|没|勿|拒绝|禁止|骗|小心|当心|谨防|警惕|[付收]?费[^，。；]{0,6}(?:都)?是假"
)
_CLAUSES = re.compile(r"[，。；！？\n]")


class Rules:
    """What a group's own texts may say, given the facts that hold on `today`."""

    def __init__(self, facts: Mapping[str, Fact], today: Callable[[], date]) -> None:
        self._facts, self._today = facts, today
        self._scams = ScamGuard(facts)

    def problems(self, texts: Mapping[str, str]) -> list[str]:
        """Every problem as a Chinese sentence: which text, the fact, the fix. Empty when all may be used."""
        return [
            f"{PLACES[name].title if name in PLACES else name}：{problem}"
            for name, text in texts.items()
            for problem in self._of(name, text)
        ]

    def sayable(self, text: str) -> bool:
        """Whether an answer of the admins' own names nothing that was found to be false, and offers nothing for sale."""
        return not quotes_rejected(text, self._facts) and self._scams.scam_in(text) is None

    def filled(self, text: str) -> str:
        """The text with its facts, caveats included; a clause whose fact does not hold is left out."""
        return Template.parse(self._referring(text)).render(self._value)

    def _of(self, name: str, text: str) -> Iterator[str]:
        if name not in PLACES:
            yield f"没有这一处文字。{did_you_mean(name, PLACES)}。"
            return
        if not text.strip():
            yield "是空的。写一句话，或者恢复默认。"
            return
        if _CONTROL.search(text):
            yield "有看不见的控制字符。删掉它们，换行除外。"
        referring = self._referring(text)
        yield from self._bad_names(referring)
        yield from self._bad_literals(text, _BRACES.sub("", referring))
        yield from _bad_links(_BRACES.sub("", referring))
        yield from self._bad_offers(text)
        length, limit = count_units(self.filled(text)), PLACES[name].limit
        if length > limit:
            yield f"有 {length} 个字，最多 {limit} 个。缩短一些。"

    def _bad_names(self, text: str) -> Iterator[str]:
        for match in _BRACES.finditer(text):
            kind, _, key = (match[1] or "").partition(".")
            if kind != "fact":
                yield f"不认识 {match[0]}。只能写 {{fact.编号}}，别的花括号都去掉。"
            elif key not in self._facts:
                yield f"没有事实 {match[0]}。{did_you_mean(key, self._facts)}。"
            elif not self._facts[key].usable(self._today()):
                yield f"{match[0]} 已被否定或不在有效期内。换一个。"

    def _bad_literals(self, text: str, plain: str) -> Iterator[str]:
        if quotes_rejected(text, self._facts):
            yield "写了一个查不到官方痕迹的号码或邮箱。删掉它。"
        elif _MAIL.search(plain):
            yield "写了没核实的邮箱。删掉，或用 {fact.编号}。"
        elif private_spans(_SECURE.sub("", plain)) or _PHONE.search(_SECURE.sub("", plain)):
            yield "写了没核实的号码。删掉，或用 {fact.编号}。"
        if _LAW.search(plain):
            yield "写了字面的法条。删掉，或用 {fact.编号}。"

    def _bad_offers(self, text: str) -> Iterator[str]:
        promised = any(
            _PROMISE.search(clause) and not _DENIED.search(clause)
            for clause in _CLAUSES.split(text)
        )
        if promised or self._scams.scam_in(text):
            yield "像在保证结果，或介绍收费代办。改成不作保证、不收钱的说法。"

    def _referring(self, text: str) -> str:
        """The text with facts that are written out turned into references, the longest first."""
        day = self._today()
        usable = [f for f in self._facts.values() if f.kind in _SAYABLE and f.usable(day)]
        for fact in sorted(usable, key=lambda each: -len(each.value)):
            before = r"(?<![A-Za-z0-9_{./-])" if fact.value[0].isascii() else ""
            after = r"(?![A-Za-z0-9_}/-])" if fact.value[-1].isascii() else ""
            pattern = f"{before}{re.escape(fact.value)}{after}"
            text = re.sub(pattern, f"{{fact.{fact.id}}}", text)
        return text

    def _value(self, name: str) -> str | None:
        fact = self._facts.get(name.removeprefix("fact."))
        today = self._today()
        version = fact.on(today) if fact and fact.current(today) else None
        return version.show(caveat=True) if version else None


def _bad_links(plain: str) -> Iterator[str]:
    if _LINK.search(_SECURE.sub("", plain)):
        yield "有不是 https 的链接。写全 https:// 开头的网址，或者删掉。"


@dataclass(frozen=True, slots=True)
class Overlay:
    """The wording of a group: its own texts where they pass, ours elsewhere. `own` names those in use."""

    rules: Rules
    defaults: Mapping[str, str]
    own: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, settings: Settings, defaults: Mapping[str, str], rules: Rules) -> Overlay:
        """The wording by the settings; an own text that does not pass (any more) gives way to the default."""
        own = {**({"welcome": settings.welcome} if settings.welcome else {}), **settings.texts}
        passing = {name: text for name, text in own.items() if not rules.problems({name: text})}
        return cls(rules, defaults, passing)

    def text(self, name: str) -> str:
        """A text as HTML; "" where neither the group nor we say anything."""
        own = self.own.get(name)
        said = self.rules.filled(own) if own is not None else self.defaults.get(name, "")
        return html.escape(said, quote=False)
