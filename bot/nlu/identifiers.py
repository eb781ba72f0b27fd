"""Strings that name something: links, ID cards, phones, bank cards, orders, tickets, accounts.

Reads text that `entities` has folded (half-width, lower-case, simplified). Recall matters more
than precision here: what is found is masked before anything is written.
"""

import re
from collections.abc import Iterator

Found = tuple[str, int, int, str | int | float]

_TLD = (
    "com|cn|net|org|link|top|xyz|vip|cc|info|io|me|shop|app|site|club|hk|tw|online|live|work|store"
)
_LINK = re.compile(
    r"https?://[^\s\u2018-\u201d\u3000-\u303f\u4e00-\u9fff\uff00-\uffef<>\"']+"
    rf"|(?<![\w@.-])(?:[a-z0-9-]+\.)+(?:{_TLD})(?![a-z0-9])(?:[/?][^\s\u2018-\u201d\u3000-\u9fff\uff00-\uffef<>\"']*)?"
)
_LINK_TAIL = ".,;:!?)]}~"
_ID_NO = re.compile(
    r"(?<![\da-z])\d{6}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dx](?![\da-z])"
    r"|(?<![\da-z])\d{3,6}[*•]{6,}\d{2,4}[\dx]?(?![\da-z])"
    r"|(?<=身份证)(?:号码?)?[是为: ]{0,2}(?P<near>[a-z]?\d{6,9}(?:\([\da]\))?|[1-9]\d{16}[\dx])(?![\da-z])"
)
_PHONE = re.compile(
    r"(?<![\d.])(?:\+?86[- ]?)?1[3-9]\d(?:[- ]?\d{4}[- ]?\d{4}|[- ]?[*•x]{3,8}[- ]?\d{0,4}|…\d{0,4})(?![\d*])"
    r"|(?<![\d-])0\d{2,3}[- ]\d{7,8}(?!\d)"
    r"|(?<!\d)400[- ]?\d{3,4}[- ]?\d{3,4}(?!\d)"
    r"|\+?(?:852|853|886)[- ]?\d{4}[- ]?\d{4,5}(?!\d)"
    r"|(?<!\d)09\d{2}[- ]?\d{3}[- ]?\d{3}(?!\d)"
)
_BANK_CARD = re.compile(
    r"(?<![\d-])\d{4}(?:[ -]\d{4}){3}(?:[ -]?\d{1,3})?(?!\d)|(?<![\da-z])\d{16,19}(?![\da-z])"
    r"|(?<!\d)\d{4,6} ?[*•]{4,} ?\d{3,4}(?!\d)"
)
_MASK = r"(?:[*•]{2,}|…+|\.{2,}|x{3,})"
_ORDER_NO = re.compile(
    rf"(?<![\da-z])p\d{{10,}}(?![\da-z])|(?<![\da-z])p\d{{2,}}{_MASK}\d{{2,}}"
    rf"|订单(?:编?号码?|id)?[是为:#\s「“\"]{{0,3}}(?P<near>[a-z]{{0,3}}-?\d{{2,}}(?:{_MASK}|-)?\d{{3,}})"
    r"|(?<![\da-z])\d{12,}(?![\da-z])"
)
_TRACKING = re.compile(r"(?:快递|运单|物流|退货|退回|寄回|顺丰|圆通|中通|韵达|极兔|邮政)\S{0,6}$")
_TICKET_KEY = (
    r"(?:工单|处理|受理|反馈|投诉|申诉|举报|服务|回执|复核|客诉|案件|事件|维权|售后|问题|登记|咨询|查询|编|流水|单)"
    r"(?:单|编|流水)*(?:号码?|id|no\.?)?"
)
_TICKET_NO = re.compile(
    rf"(?:{_TICKET_KEY}|case|ticket|no\.)[是为:#\s「“\"(]{{0,3}}(?P<near>[a-z]{{0,5}}[-_]?\d[\da-z-]{{3,}}\d)(?![\d年月日号天元块])"
    r"|(?<![a-z0-9])(?P<bare>(?:gd|ts|wo|sr|cs|kf|ks|fk|zx|rf|sp|ss|cx|case|ticket)[-_]?\d{4,}[\da-z-]*)"
)
_NOT_TICKET = re.compile(
    r"(?:订|快递|物流|运|商品|证书|型|款|票|货|房间|注册|身份|手机|工)\S{0,2}$"
)
_ACCOUNT = re.compile(
    r"(?:小红书(?:账)?号|红书号|薯号|账号(?:id|名)?|用户名|昵称|网名|uid|(?<![a-z])id)"
    r"\s?(?:[是为叫:]|就是)+\s?[「“\"『]?(?P<named>[a-z0-9_.\-]{4,24}|(?<=[「“\"『])[^「」“”\"『』]{1,20})"
    r"|(?:账号|号|昵称|主页|博主|用户)\s?[「“\"『](?P<quoted>[^「」“”\"『』\s]{1,20})[」”\"』]"
    r"|(?:小红书号|红书号|薯号)\s?(?P<plain>[a-z0-9_]{5,20})"
    r"|(?<![\w.])@(?P<at>(?!真人)[\w.\-]{2,20})"
)


def find_identifiers(text: str) -> Iterator[Found]:
    """Candidates in order of right of way; they may overlap, the first one counts."""
    yield from _links(text)
    for match in _ID_NO.finditer(text):
        yield _found("id_no", match, "near")
    yield from _cards(text, certain=True)
    for match in _PHONE.finditer(text):
        value = re.sub(r"[- ]", "", match[0])
        yield "phone", match.start(), match.end(), value
    yield from _cards(text, certain=False)
    yield from _orders(text)
    yield from _tickets(text)
    for match in _ACCOUNT.finditer(text):
        yield _found("account", match, "named", "quoted", "plain", "at")


def _found(slot: str, match: re.Match[str], *groups: str) -> Found:
    """The first named group that took part, or the whole match."""
    for group in groups:
        if match[group] is not None:
            return slot, match.start(group), match.end(group), match[group]
    return slot, match.start(), match.end(), match[0]


def _links(text: str) -> Iterator[Found]:
    for match in _LINK.finditer(text):
        link = match[0].rstrip(_LINK_TAIL)
        yield "link", match.start(), match.start() + len(link), link


def _cards(text: str, *, certain: bool) -> Iterator[Found]:
    """Runs of 16-19 digits: with 「卡」 before them, in fours, or a valid UnionPay number."""
    for match in _BANK_CARD.finditer(text):
        digits = re.sub(r"[ -]", "", match[0])
        before = text[max(0, match.start() - 10) : match.start()]
        grouped = digits.isdigit() and digits != match[0]
        union_pay = digits.startswith("62") and digits.isdigit() and _luhn(digits)
        known = "卡" in before or (("订单" not in before) and (grouped or union_pay))
        if known and (certain or 12 <= len(digits) <= 19):
            yield "bank_card", match.start(), match.end(), digits


def _luhn(digits: str) -> bool:
    total = 0
    for position, char in enumerate(reversed(digits)):
        value = int(char) * (2 if position % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _orders(text: str) -> Iterator[Found]:
    for match in _ORDER_NO.finditer(text):
        found = _found("order_no", match, "near")
        before = text[max(0, found[1] - 8) : found[1]]
        if "订单" in before or not (_TRACKING.search(before) or _ticket_before(before)):
            yield found


def _ticket_before(before: str) -> bool:
    return bool(re.search(r"(?:工单|受理|处理|反馈|投诉|申诉|回执)\S{0,4}$", before))


def _tickets(text: str) -> Iterator[Found]:
    for match in _TICKET_NO.finditer(text):
        found = _found("ticket_no", match, "near", "bare")
        before = text[max(0, match.start() - 4) : match.start()]
        if match["bare"] or not (_NOT_TICKET.search(before) or _TRACKING.search(before)):
            yield found
