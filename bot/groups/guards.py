"""Two guards over what members post: offers and tricks of swindlers, and numbers that are somebody's.

A guard is only worth having when it is right: a victim who tells of a swindle, a warning, a question and somebody
who asks for help are left alone, even where that lets a swindler through. What it says is the same for every
message of a kind: it names nobody and repeats nothing. Nothing is kept but who was warned when.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass

from bot.core.facts import Fact
from bot.nlu.masking import private_spans
from bot.nlu.normalize import fold, normalize

__all__ = [
    "NUMBER_WARNING",
    "NumberGuard",
    "Scam",
    "ScamGuard",
    "private_numbers",
    "quotes_rejected",
]

NUMBER_WARNING = "群里有消息带着号码，建议撤回。手机号、证件号、卡号别发群里，谁的都一样。"
"""What is said when a number was posted; it does not say by whom."""

_WARNINGS = {
    "offer": "提醒大家：收钱解封、代申诉、内部渠道，都不是官方的，交了钱号和钱可能都没了。申诉只在 App 里自己走，不花钱。",
    "recovery": "提醒大家：说能帮忙追回被骗的钱、先收费的，多半是再骗一次。追款只找警察和付款方官方客服。",
    "hotline": "提醒大家：刚才有个「客服电话」查不到官方的痕迹，先别打，也别给验证码、别共享屏幕。",
    "asks": "提醒大家：官方客服不会要验证码、不要屏幕共享、不会让人转账或加微信退款。先停手，从 App 里重新进客服。",
}


def _any(*alternatives: str) -> re.Pattern[str]:
    return re.compile("|".join(alternatives))


_SENTENCES = re.compile(r"(?<=[。!?;\n])")
_X = r"[^。!?;]"

# Manners of speaking in advertisements that would read as a warning or a doubt; they are blotted out first.
_IDIOMS = _any(
    r"(?:非|不是|拒绝|远离)骗子?|非诚?勿扰|勿扰|(?:别|不要|不用|无需)(?:再)?(?:犹豫|担心|着急|慌|错过|发愁)"
    r"|防失联|假一赔|其他|不限|(?:网络|网上)?被?诈?骗(?:的)?(?=资金|钱款|损失|款项|可以追|能追)"
)

# … and this is a promise, not a denial.
_NO_FEE = re.compile(
    r"不(?:成功|成|过|解封?)(?:不(?:收费|收钱|收|要钱)|(?:全|包)?退)|无效(?:全额)?(?:退款|不收费|退)"
)
_WARNED = _any(
    r"骗|上当|小心|当心|警惕|谨防|提防|千万|切勿|勿|别|不要|禁止|严禁|不允许|不许|踢|拉黑|(?<!代)举报|曝光|避雷|提醒|反诈|黑产|违法|违规操作",
    r"假的?(?!一)|不(?:靠谱|可信|可能|提供|做|接|会|能|支持|存在|收费|建议|推荐|想|敢|信|需要)|没(?:有)?(?:内部|渠道|办法|用|人)|没敢|没加|没给|没信|没理|没有",
)
"""Somebody warns, forbids or denies."""

_TOLD = _any(
    r"有(?:个|的|些|位|几个)?人|别人|人家|对方|那人|网友|朋友|同学|同事|家人|亲戚|室友|姐妹们?(?:有|谁)|我[妈爸哥姐弟妹]|老[公婆]|孩子|老人|他|她|(?<![a-z])ta(?![a-z])",
    r"(?:这|那)(?:种|些|个|帮|条|家)|某|自称|声称|号称|所谓|冒充|据说|听说|说是|说可以|说能|说要|告诉我说|传言|新闻|警方|警察|派出所",
    r"[让叫要喊逼催教带](?:我|咱|他|她|人|你们|大家|我妈|我爸)|(?:跟|和|对|向|找|问|骂|加了?|拉|发|打电话给|打给)我(?:说|要|聊|推|发|让|叫|以后|之后|了)|私信我(?:说|让|要|推)",
    r"(?:商家|卖家|买家|店家|客服|老板|博主|机器人|平台)[^,。!?;]{0,6}(?:让|叫|说|要求|要我|喊|催|一直|又|发来|回复|不|没|收到)",
    r"昨天|前天|上次|上周|上个?月|去年|之前|以前|后来|结果|当时|收到(?:一|个|条|过|了)|接到|遇到|碰到|看到|刷到|见过|试过|花了|交了|付了|转了|买了|给了|加了",
    r"给我(?:发|打|来)(?!过来)|(?:发|打)来|来电|短信说|打(?:了|过(?!来)|不通)|没人接|空号|占线",
)
"""Somebody tells what others said or did."""

_SELF = re.compile(
    r"(?<![找加系信私聊滴问询给戳扫拉看薇v+d])我(?!这|们|有|可|能|帮|来|专|是|司|处|方|认识|家(?:专|有|可)|在(?:平台|小红书)|做这|代|懂)"
)
"""A first person who has no services to sell."""

_SEEKS = _any(
    r"[谁求]|帮帮?我|给我(?=解|申诉|恢复|找|弄|办|退|处理)|替我|想找|找个|找人|推荐(?:一个|个|一下)|请问|请教|问一?[下问]|想问|想知道|想了解|咨询一下(?:大家|各位)|大家(?=有|知道|帮|谁|觉得|看|怎么|说|都|是)|各位有",
    r"是不是|真的假的|靠谱|能不能|可不可以|有没有|能信|可信|要不要|会不会|行不行|怎么办理?才|为什么|凭什么|如何看|什么意思|咋",
)
"""Somebody asks or looks for help."""

_FREE = re.compile(r"免费|不收(?:费|钱)|志愿|义务|互助|公益|无偿|一起|抱团|组团")
"""Somebody helps or gathers others, and takes no money for it."""

_QUESTION = re.compile(
    r"(?:\?|吗|么|嘛|呢|多少钱?|怎么办|怎么样|怎么收费?|不(?=[。!?]*$))[。!?…~\s]*$"
)

_SERVICE = r"(?:解封|封号?[^,。!?;]{0,4}能解|限流解除|解禁|解限流?|解除?(?:限流|封禁|封号|禁言|处罚|违规)|(?:恢复|解除)(?:流量|限流|账?号|权重|禁言)|申诉|捞号|找回账?号|解冻)"
_CONTACT = _any(
    r"(?:找|加|联系|私|滴滴?|私信|私聊|咨询|戳|扫|dd|q|扣)我|(?:来|可|请|速|欢迎|直接)?私(?:聊|信|我)?(?=$|[,。!;\s])|来私|dd(?![a-z])|滴滴(?=$|[,。!;\s])",
    r"(?:加|\+|扣|找|联系)\s?(?:v|vx|wx|微信?|薇|威信?|徽|q{1,2}|企鹅|tg|飞机|电报|telegram|客服|老师)|(?:v|vx|wx|微信?|薇信?|威信|徽信|q{1,2}|tg|telegram)号?\s?[:是]?\s?[a-z]{0,12}\d[\w-]{4,}",
    r"(?:看|见|点|进)(?:我)?(?:的)?(?:主页|简介|头像)|主页(?:有|见)|需要的?(?:朋友|宝子|姐妹|家人)?(?:们)?(?:可以?)?(?:来|滴|私|扣|dd|联系|找|加)|(?:评论区?)?扣1|有需要|t\.me/|联系方式|扫码",
)
_SALE = re.compile(
    r"内部(?:渠道|人员|通道|关系|技术|员工|资源|有人|人脉)|有(?:渠道|路子|门路|人脉)|走渠道|(?:绿色|特殊)通道|包(?:解|过|成功|恢复|申诉)|秒[解过]|[稳必][解过]"
    r"|百分之?百|100%|成功率(?:很|超|特别)?高|先(?:解封?|办|出号?|恢复|成功|申诉|追)[^。!?;]{0,4}后?(?:再)?(?:付|给钱|收)|价格(?:优惠|实惠|私|详|可谈|好谈)|一口价|有偿"
    r"|(?:\d|[一二三四五六七八九十百千两]) ?(?:元|块|r(?![a-z])|米)(?:钱)?(?:一(?:个|次|单|号)|[/起包搞解])|接单|承接|专接|专[门做]|代[办做理]|专业(?:解|操作|申诉|团队|追|处理|恢复)"
)
_TRADE = re.compile(r"收费|优惠|特价|低价|价格|诚信|老店|批量|团队|工作室|长期|专业|\d ?元")
"""Words of trade that complaints use as well: two of them weigh as much as one of `_SALE`."""

_AGENT = re.compile(
    r"代(?:为)?(?:申诉|解(?:封|禁|限流?|除?限流)?(?!释|决)|投诉|举报)|(?:申诉|解封)代(?:写|办|理|做)|解封(?:业务|服务|技术|团队|工作室)"
)
_ABLE = re.compile(
    rf"(?:可以?|能|帮你?您?|帮忙|专[门业做]?|接)(?:大?家|您|你)?{_X}{{0,4}}(?!申诉){_SERVICE}"
)
_RECOVERY = re.compile(
    r"(?:追回|追讨|追款|挽回|找回)(?:被?(?:骗|诈骗)?(?:的)?)?(?:资金|钱款?|损失|款项|本金)|追款"
)

_DEAR = 4
"""So much talk of a sale needs no way of contact to be an offer."""

_PLEASE = r"(?:请|麻烦|您|你|亲|需要|配合|现在|先|立即|马上|尽快|赶紧|把|将)"
_OFFICIAL = r"(?:退款|理赔|赔付|赔偿|退费|退钱|返款|补偿)"
_ASKS = _any(
    rf"{_PLEASE}{_X}{{0,16}}验证码{_X}{{0,6}}(?:发|报|告诉|告知|给|念|提供|回复)(?:一?下|送|到|过)?(?:给)?(?:我|客服|专员|工作人员|过来|这边)",
    rf"{_PLEASE}{_X}{{0,8}}(?:提供|告知|告诉我|回复|报|发送?|念)(?:一?下)?(?:您|你)?(?:手机)?(?:收到|刚收到)?的?(?:短信|手机|登录|六位|6位)?(?:数字)?验证码",
    rf"{_PLEASE}{_X}{{0,14}}(?:打开|开启|开|点击?|进入|进行|加入|下载)(?:一?下)?{_X}{{0,10}}(?:屏幕共享|共享屏幕|屏幕分享|分享屏幕|远程(?:控制|协助))",
    rf"{_PLEASE}{_X}{{0,16}}(?:转|汇|打|存|挪)(?:账|款|钱|入|到|进|至)*{_X}{{0,8}}安全(?:账户|账号|户口)",
    rf"(?:请|您|亲|麻烦|需要您?)?{_X}{{0,10}}(?:添加|加)(?:一?下)?(?:我|客服|专员|理赔|售后|工作人员|官方)?(?:的)?(?:企业)?(?:微信|v(?:x|信)?|wx|薇信?|q{{1,2}})(?:号)?{_X}{{0,14}}(?:办理|处理|领取|申请|给您|为您|帮您|给你|进行|核实){_X}{{0,4}}{_OFFICIAL}",
    rf"{_OFFICIAL}{_X}{{0,8}}(?:请|麻烦您?|需要?您?|您)(?:先)?(?:添加|加){_X}{{0,8}}(?:企业)?(?:微信|v(?:x|信)?(?![a-z])|wx|薇信?|q{{1,2}})",
    rf"(?:加|添加)(?:我|客服|专员)(?:的)?(?:企业)?(?:微信|v(?:x|信)?(?![a-z])|wx|薇信?|q{{1,2}}){_X}{{0,6}}{_OFFICIAL}(?!了)",
)


@dataclass(frozen=True, slots=True)
class Scam:
    """What was found: `kind` is offer, recovery, hotline or asks; `text` is the warning for everybody."""

    kind: str
    text: str


class _Pauses:
    """When a warning was given last, by whom or what it was about: bounded, who was warned longest ago goes first."""

    def __init__(self, pause: int, remembered: int) -> None:
        self._pause, self._remembered = pause, remembered
        self._warned: OrderedDict[tuple[int, int | str], float] = OrderedDict()

    def over(self, key: tuple[int, int | str], now: float) -> bool:
        """Whether it may be given again; if so it counts as given."""
        last = self._warned.get(key)
        if last is not None and 0 <= now - last < self._pause:
            return False
        self._warned[key] = now
        self._warned.move_to_end(key)
        if len(self._warned) > self._remembered:
            self._warned.popitem(last=False)
        return True


class ScamGuard:
    """Finds those who sell what cannot be bought or ask for what nobody may ask for. `ask` warns a group at most once
    in `pause` seconds of a kind: a swindler who repeats himself shall not make the bot do the same."""

    def __init__(
        self, facts: Mapping[str, Fact], *, pause: int = 300, remembered: int = 5000
    ) -> None:
        self._facts, self._pauses = facts, _Pauses(pause, remembered)

    def ask(self, chat: int, text: str, now: float) -> Scam | None:
        """The swindle that a group is to be warned of now, or None. `now` is in seconds."""
        found = self.scam_in(text)
        return found if found and self._pauses.over((chat, found.kind), now) else None

    def scam_in(self, text: str) -> Scam | None:
        """The swindle that a message tries; None for all that only speak of one."""
        said = _IDIOMS.sub("", _NO_FEE.sub("包成功", normalize(text)))
        if _innocent(said):
            return None
        kind = _kind(_stated(said), said)
        if kind is None and quotes_rejected(text, self._facts):
            kind = "hotline"
        return Scam(kind, _WARNINGS[kind]) if kind else None


def _innocent(said: str) -> bool:
    """Whether the message warns, tells or asks; its last sentence decides whether it asks."""
    spoken = (_WARNED, _TOLD, _SELF, _SEEKS, _FREE, _QUESTION)
    return any(pattern.search(said) for pattern in spoken)


def _stated(said: str) -> str:
    """The message without its questions."""
    return "".join(each for each in _SENTENCES.split(said) if not _QUESTION.search(each))


def _kind(stated: str, said: str) -> str | None:
    """What is tried; a problem may be named in a question, what is offered may not."""
    if _ASKS.search(stated):
        return "asks"
    price = 2 * _kinds(_SALE, stated) + _kinds(_TRADE, stated)
    contact = _CONTACT.search(stated) is not None
    if _RECOVERY.search(stated) and (contact or price >= _DEAR):
        return "recovery"
    if _AGENT.search(stated) and (contact or price):
        return "offer"
    if not re.search(_SERVICE, said):
        return None
    offered = price >= 2 or _ABLE.search(stated) is not None
    return "offer" if price >= _DEAR or (contact and offered) else None


def _kinds(pattern: re.Pattern[str], said: str) -> int:
    """How many different wordings of a kind are in a text."""
    return len({match[0] for match in pattern.finditer(said)})


def quotes_rejected(text: str, facts: Mapping[str, Fact]) -> bool:
    """Whether a message names a number or address that was found to be false."""
    folded = fold(text)
    return any(
        fact.quoted_in(folded) if fact.kind == "phone" else fact.value in folded
        for fact in facts.values()
        if fact.status == "rejected"
    )


# ── numbers ─────────────────────────────────────────────────────────────────
_SOMEBODYS = frozenset({"手机号", "身份证号", "银行卡号", "护照号"})
_WHEN_ADDRESSED = _SOMEBODYS | {"订单号", "号码"}
_COMPANY = re.compile(r"[48]00\d{7}|95\d{3,6}|1\d{4}")
"""Numbers that only companies and offices have, as digits."""

_LEAST = 7
"""Fewer digits than these are nobody's number."""

_MASKED = re.compile(r"[*•…＊]|(?i:x{3,})")


def private_numbers(
    text: str, facts: Mapping[str, Fact], *, addressed: bool = False
) -> tuple[str, ...]:
    """The Chinese names of the kinds of private numbers in a text, in order. Orders count for `addressed`
    messages only; numbers of the facts and of companies never do."""
    known = {_digits(fact.value) for fact in facts.values()}
    kinds = _WHEN_ADDRESSED if addressed else _SOMEBODYS
    return tuple(
        name
        for start, end, name in private_spans(text)
        if name in kinds and _whole(text[start:end]) and _digits(text[start:end]) not in known
    )


def _digits(text: str) -> str:
    return re.sub(r"\D", "", fold(text))


def _whole(span: str) -> bool:
    """Whether a number stands there unmasked, and is a person's."""
    digits = _digits(span)
    if _MASKED.search(span):
        return False
    if not digits:  # spelt out in characters
        return len(span) >= _LEAST
    return len(digits) >= _LEAST and not _COMPANY.fullmatch(digits)


class NumberGuard:
    """Warns when a private number is posted, at most once per member and hour in a group."""

    def __init__(
        self, facts: Mapping[str, Fact], *, pause: int = 3600, remembered: int = 5000
    ) -> None:
        self._facts, self._pauses = facts, _Pauses(pause, remembered)

    def ask(
        self, chat: int, user: int, text: str, now: float, *, addressed: bool = False
    ) -> str | None:
        """The warning that a message calls for, or None. `now` is in seconds."""
        if not private_numbers(text, self._facts, addressed=addressed):
            return None
        return NUMBER_WARNING if self._pauses.over((chat, user), now) else None
