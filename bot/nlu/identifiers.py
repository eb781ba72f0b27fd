"""Strings that name something: links, ID cards, phones, bank cards, orders, tickets, accounts.

Reads text that `entities` has folded (half-width, lower-case, simplified). Recall matters more
than precision here: what is found is masked before anything is written. So a number of the right
length beside its name (身份证, 电话, 卡) counts even when its check digit or prefix is impossible.
"""

import re
from collections.abc import Iterator

Found = tuple[str, int, int, str | int | float]

_TLD = (
    "com|cn|net|org|link|top|xyz|vip|cc|info|io|me|shop|app|site|club|hk|tw|online|live|work|store"
)
_LINK = re.compile(
    r"https?://[^\s\u2018-\u201d\u3000-\u303f\u4e00-\u9fff\uff00-\uffef<>\"']+"
    rf"|(?<![a-z0-9_@.-])(?:[a-z0-9-]+\.)+(?:{_TLD})(?![a-z0-9])(?:[/?][^\s\u2018-\u201d\u3000-\u9fff\uff00-\uffef<>\"']*)?"
)
_LINK_TAIL = ".,;:!?)]}~"
_ID_NO = re.compile(
    r"(?<![\da-z])\d{6}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dx](?![\da-z])"
    r"|(?<![\da-z])\d{3,6}[*•]{6,}\d{2,4}[\dx]?(?![\da-z])"
    r"|(?<=身份证)(?:号码?)?[是为: ]{0,2}(?P<near>[a-z]?\d{6,9}(?:\([\da]\))?)(?![\da-z])"
    r"|(?<=身份证)[^\d,。!?;]{0,8}[:,]?\s?(?P<said>[1-9]\d{16}[\dx])(?![\da-z])"
)
_PHONE = re.compile(
    r"(?<![\d.])(?:\+?86[- ]?)?1[3-9]\d(?:[- ]?\d{4}[- ]?\d{4}|[- ]?[*•x]{3,8}[- ]?\d{0,4}|…\d{0,4})(?![\d*])"
    r"|(?<![\d-])0\d{2,3}[- ]\d{7,8}(?!\d)"
    r"|(?<!\d)400[- ]?\d{3,4}[- ]?\d{3,4}(?!\d)"
    r"|\+?(?:852|853|886)[- ]?\d{4}[- ]?\d{4,5}(?!\d)"
    r"|(?<!\d)09\d{2}[- ]?\d{3}[- ]?\d{3}(?!\d)"
)
# Eleven digits that no network gives out are a phone only where a phone is spoken of.
_ODD_PHONE = re.compile(r"(?<![\da-z_.-])1[0-2]\d{9}(?![\da-z])")
_PHONE_TALK = re.compile(r"电话|手机|号码|联系|短信|验证码|打给|打我|拨|绑|机主|致电")
_OTHER_NUMBER = re.compile(
    r"(?:单|工单|编|书|账|薯|流水|店铺?|运|用户)(?:号|id)\S{0,2}\s?$|id[是:\s]{0,2}$"
)
_BANK_CARD = re.compile(
    r"(?<![\d-])\d{4}(?:[ -]\d{4}){3}(?:[ -]?\d{1,3})?(?!\d)|(?<![\da-z])\d{16,19}(?![\da-z])"
    r"|(?<!\d)\d{4,6} ?[*•]{4,} ?\d{3,4}(?!\d)"
)
_CARD_AFTER = re.compile(r"\s?(?:的|这|那|我)?(?:一|个|张)?(?:银行)?卡")
_NO_CARD = re.compile(r"订单|[单编]号|运单|快递|物流")
_MASK = r"(?:[*•]{2,}|…+|\.{2,}|x{3,})"
_ORDER_NO = re.compile(
    rf"(?<![\da-z])p\d{{10,}}(?![\da-z])|(?<![\da-z])p\d{{2,}}{_MASK}\d{{2,}}"
    rf"|订单(?:编?号码?|id)?[是为:#\s「“\"]{{0,3}}(?P<near>[a-z]{{0,3}}-?\d{{2,}}(?:{_MASK}|-)?\d{{3,}})"
    r"|(?<![\da-z])\d{12,}(?![\da-z])"
)
_TRACKING = re.compile(
    r"(?:快递|运单|物流|退货|退回|寄回|包裹|顺丰|圆通|中通|韵达|极兔|邮政)\S{0,6}$"
)
_TICKET_KEY = (
    r"(?:工单|处理|受理|反馈|投诉|申诉|举报|服务|回执|复核|客诉|案件|事件|维权|售后|问题|登记|咨询|查询|编|流水|单)"
    r"(?:单|编|流水)*(?:号码?|id|no\.?)?"
)
_TICKET_NO = re.compile(
    rf"(?:{_TICKET_KEY}|(?:case|ticket|no\.)(?![-_]))[是为:#\s「“\"(]{{0,3}}(?P<near>(?!case|ticket|(?:sf|yt|jd|yd|jt)[a-z]{{0,2}}\d{{10}}|\d{{1,2}}-\d{{1,2}}(?!\d|-))[a-z]{{0,5}}[-_]?\d[\da-z-]{{3,}}\d)(?![\d年月日号天元块])"
    r"|(?<![a-z0-9])(?P<bare>(?:gd|ts|wo|sr|cs|kf|ks|fk|zx|rf|sp|ss|cx|case|ticket)[-_]?\d{4,}[\da-z-]*)"
)
_NOT_TICKET = re.compile(
    r"(?:订|快递|物流|运|商品|证书|型|(?<!退)款|票|货|房间|注册|身份|手机|工)\S{0,2}$"
)
_NAME_CHARS = r"[^\s,。!?;:、()<>「」“”‘’\"'『』【】~…□]"
# What follows 叫 or 是 without being a name: 「账号叫人盗了」, 「我号是 昨天没的」.
_NO_NAME = (
    r"(?!存在|异常|状态|被|让人|给人|人家?[给盗封登骗拿改]|别人|他们|你们|什么|啥|谁|哪|怎|昨|今[天儿日早]|前[天儿]|上[周个]|去年|我|他|她|它|没|不|已|刚|正|在"
    r"|真的|假的|一个|这|那|个|改|换|审|违规|怎么|忘|有|用|\d+\s?[年月天元块个号]|\d{1,4}(?!\w))"
)
_ID = r"(?:[a-z][a-z0-9_.\-]{3,23}|[0-9][a-z0-9_]{5,19})(?![a-z0-9_])"
_NAME = rf"(?:{_ID}|{_NO_NAME}{_NAME_CHARS}{{2,20}}(?<![了的吗呢吧])(?=$|[\s,。!?;、」”~…]))"
_OPEN = r"[「“\"『【]"
_WHOSE = r"(?:账号|账户|红书号|薯号|昵称|网名|用户名|名字|店铺?(?:名字?|号)|account|博主|(?:^|(?<=[我他她它你的个真大小旧新原本主副家店铺,。;!?:、\s]))号)"
_ACCOUNT = re.compile(
    rf"(?:小红书(?:账)?号|红书号|薯号|账号(?:id|名)?|用户名|昵称|网名|uid|(?<![a-z])id)"
    rf"\s?(?:[是为叫:]|就是)+\s?[「“\"『]?(?P<named>[a-z0-9_.\-]{{4,24}}|(?<=[「“\"『])[^「」“”\"『』]{{1,20}})"
    rf"|(?:账号|号|昵称|主页|博主|用户)\s?{_OPEN}(?P<quoted>(?!不|存在|异常|违规|已|被|状态)[^「」“”\"『』\s【】]{{1,20}})[」”\"』】]"
    r"|(?:小红书号|红书号|薯号|店铺?(?:号|id)|用户id)\s?(?P<plain>[a-z0-9_.\-]{5,24})"
    rf"|(?:{_WHOSE}|店铺?|小店|id)(?:是叫|就叫|叫做?|名叫)\s*{_OPEN}?(?P<called>{_NAME})"
    # 「是」 says so much that only a space or a colon before the name makes it one.
    rf"|(?:{_WHOSE}\s?(?:就?是|系|为|:)|昵称|网名|用户名)[\s:]*(?<=[\s:]){_OPEN}?(?P<spaced>{_NAME})"
    rf"|{_WHOSE}(?:\s+(?P<latin>{_ID})|(?P<digits>\d{{8,12}})(?!\d))"
    rf"|{_WHOSE}(?:就?是|系)(?P<id>{_ID})"
    rf"|(?:冒充|仿冒?|假冒|抄|搬|盗|骗|骂|挂|黑)(?:我|人)?[^,。!?;\s]{{0,8}}?(?:的|那个|那)[^,。!?;\s]{{0,4}}?(?:叫做?\s*|[是系]\s+){_OPEN}?(?P<rival>{_NAME})"
    r"|(?<![a-z0-9_.])@(?P<at>(?!真人|[我你他她它晒了大全]|所有|官方|客服)[\w.\-]{2,20})"
)
# 「我的是 Y」 names an account only where accounts are told apart.
_LOOKALIKE = re.compile(r"冒充|仿|假冒|山寨|高仿|盗用|顶替|账号|昵称|名字")
_MINE = re.compile(
    rf"我(?:自己)?(?:的|才|本人|本尊|真身|正主)(?:才|真)?(?:叫|(?:是|系)(?=\s|{_OPEN}|[a-z0-9]))\s?{_OPEN}?(?P<mine>{_NAME})"
)


def find_identifiers(text: str) -> Iterator[Found]:
    """Candidates in order of right of way; they may overlap, the first one counts."""
    yield from _links(text)
    for match in _ID_NO.finditer(text):
        yield _found("id_no", match, "near", "said")
    yield from _cards(text, certain=True)
    for match in _PHONE.finditer(text):
        value = re.sub(r"[- ]", "", match[0])
        yield "phone", match.start(), match.end(), value
    if _PHONE_TALK.search(text):
        for match in _ODD_PHONE.finditer(text):
            if not _OTHER_NUMBER.search(text[max(0, match.start() - 8) : match.start()]):
                yield "phone", match.start(), match.end(), match[0]
    yield from _cards(text, certain=False)
    yield from _orders(text)
    yield from _tickets(text)
    for match in _ACCOUNT.finditer(text):
        yield _found(
            "account",
            match,
            "named",
            "quoted",
            "plain",
            "called",
            "spaced",
            "latin",
            "digits",
            "id",
            "rival",
            "at",
        )
    if _LOOKALIKE.search(text):
        for match in _MINE.finditer(text):
            yield _found("account", match, "mine")


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
    """Runs of 16-19 digits: with 「卡」 beside them, in fours, or a UnionPay number (62…)."""
    for match in _BANK_CARD.finditer(text):
        digits = re.sub(r"[ -]", "", match[0])
        before = text[max(0, match.start() - 10) : match.start()]
        grouped = digits.isdigit() and digits != match[0]
        union_pay = digits.startswith("62") and digits.isdigit()
        beside = "卡" in before or _CARD_AFTER.match(text, match.end())
        known = beside or (not _NO_CARD.search(before) and (grouped or union_pay))
        if known and (certain or 12 <= len(digits) <= 19):
            yield "bank_card", match.start(), match.end(), digits


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
