"""Money and waiting time in running speech.

Reads text that `entities` has folded. A bare number is money only beside a word of money
(「扣了398」, 「余额两百多」, 「398的羽绒服」) and never before another measure word. A duration is a
waiting time only when someone waits: 「戴了一天就掉色」 and 「封了7天」 are not.
"""

import re
from collections.abc import Iterator

from bot.nlu.numerals import NUMBER, parse_number

_N = rf"(?>{NUMBER})"
_LEFT = r"(?<![\da-z.,:/#*_第几数])(?<!好几)"
_VAGUE = r"(?:多|来|几|余|出头)?"
# What else people count: a number before one of these is no money.
_MEASURE = (
    r"(?!\s?(?:多|来|几|余)?\s?(?:天|日|号|月|年|周|星期|礼拜|个|次|条|篇|遍|回(?!来)|趟|点|分|秒|小时|钟|人|粉|赞"
    r"|单|件|双|支|瓶|盒|包|斤|公|克|米|厘|层|楼|岁|位|张|封|句|字|页|%|倍|级|集|步|台|部|袋|箱|种|款|颗|把(?!块)"
    r"|家|份|名|组|轮|期|度|码|折|星|比|代|线|路|排|声|口|阅|播|曝|浏|关注|收藏|评|工作|版|起|通|块板|群|泰铢|美元|美金|美刀|港币|欧元|刀|韩元|英镑|台币|新台币|u(?![a-z])"
    r"|[a-jl-vxyz*_/:-]|[\d.]))"
)
_CURRENCY = r"(?:元钱?|块钱?|圆|rmb|人民币|大洋|大毛|蚊)"
_SPEND = (
    r"(?:花|付款?|支付|扣款?|退款?|转账?|充值?|打赏|刷|骗|赔偿?|押金|定金|订金|尾款|货款|保证金|余额|金额|价格|价值"
    r"|卖|运费|欠|交|收|投|消费|损失|报价|佣金|工资|稿费|垫|借|汇款?|打款?|罚款?|冻结|亏|合计|一共|共|总计|差价"
    r"|补|少|给|要|值|送|本金|提现|返现?|学费|手续费|服务费|违约金|费用|费|加起来|最大|最小|总额|说好|预存|存|使|客单价?|坑|讹|偷|价|套|剩|还有|才|押|罚|到手|进|划)"
)
_FILL = (
    r"(?:了|咗|过|我|他|她|您|你|人家|对方|主播|卖家|商家|店家|走|掉|出去|过去|进去|去|回来|回|的是|是|为|只|就|近|快|大概"
    r"|大约|差不多|约|整整|足足|总共|一共|得|要|有|还|才|至少|里|到|款|钱|第一笔|:|\s){0,4}"
)
_MARKED = re.compile(
    rf"¥\s?(?P<pre>{_N})|(?:rmb|cny|人民币)\s?(?P<rmb>{_N})"
    rf"|{_LEFT}(?P<post>{_N})(?P<about>把)?{_VAGUE}\s?{_CURRENCY}(?P<tail>[一二三四五六七八九半\d](?=毛|的|$|[,。!?;、 ]))?"
)
_BY_WORD = re.compile(rf"{_SPEND}{_FILL}(?P<n>{_N})(?P<vague>多|来|几|出头)?{_MEASURE}")
_PRICED = re.compile(
    rf"{_LEFT}(?<![满减])(?P<n>{_N})(?P<vague>多|来|出头)?的(?=[\u4e00-\u9fff])(?!版本|时候)"
)
_BOUGHT = re.compile(
    rf"(?:买|下单|拍下|入手|购)[^,。;!?\n]{{0,20}}?(?<=[\u4e00-\u9fff ])(?<![号第码型尾共])(?P<n>{_N})(?=[,。;!? \n]|$)"
)
_LOST = re.compile(
    rf"{_LEFT}(?P<n>{_N})(?P<vague>多|来|出头)?{_MEASURE}"
    r"(?=.{0,3}(?:没了|打水漂|要不回|拿不回|退不|不退|没退|没到账|不到账|不翼而飞|被骗|被扣|被刷|被转|被盗刷|提不|还没到|还我|的货|都退))"
)
# Numerals that count nothing. 「一共」 stays: it announces a sum.
_IDIOM = re.compile(
    r"(?<![\d百千十多来几])万一(?!千|百)|千万(?=别|不|要|记|小心)|一(?=直|定|般|点|样|起|下|旦|次|律|刀|边|方面|分不|毛不|一)|万能|三番|九宫"
)
_COUNTED_NOUN = re.compile(
    r"(?:阅读|播放|曝光|浏览|点赞|粉丝|关注|展现|点击|观看|转发|尾号|工号|编号|单号|第)量?\S?$"
)
_HOTLINES = {
    400,
    110,
    120,
    119,
    12315,
    12345,
    12321,
    12377,
    12318,
    12381,
    96110,
    10086,
    10010,
    10000,
}


def find_amounts(text: str) -> Iterator[tuple[int, int, int | float]]:
    """Amounts in yuan as (start, end, value); other currencies are left out."""
    text = _IDIOM.sub(lambda idiom: "□" * len(idiom[0]), text)
    for match in _MARKED.finditer(text):
        words = match["pre"] or match["rmb"] or match["post"]
        value = parse_number(words)
        if value:
            yield match.start(), match.end(), _with_tail(value, match["tail"])
    for pattern in (_BY_WORD, _PRICED, _BOUGHT, _LOST):
        for match in pattern.finditer(text):
            value = parse_number(match["n"])
            if value and _is_sum(match["n"], value) and not _is_count(text, match.start("n")):
                yield match.start("n"), match.end("n"), value


def _with_tail(value: int | float, tail: str | None) -> int | float:
    """三块五 is 3.5."""
    tenths = 5 if tail == "半" else (parse_number(tail) if tail else 0)
    return round(value + (tenths or 0) / 10, 2) if tenths else value


def _is_sum(words: str, value: int | float) -> bool:
    """Without a currency only what looks like a sum: not one digit, a year or a hotline."""
    if value in _HOTLINES or (words.isdigit() and 1990 <= value <= 2035):
        return False
    if words[0].isdigit():
        return len(words) >= 2 and not (words.startswith("0") and "." not in words) and value < 1e8
    return any(unit in words for unit in "百千万") and len(words) >= 2


def _is_count(text: str, start: int) -> bool:
    return bool(_COUNTED_NOUN.search(text[max(0, start - 6) : start]))


_DURATION = re.compile(
    rf"(?P<order>第)?(?P<range>(?:(?>{NUMBER})(?:天|个)?[-~到至])?)(?:(?P<n>{_N})(?P<half>个半)?(?:多|来|几)?(?:个)?(?P<more>多)?\s?"
    r"(?P<u>天|日(?!期)|周|星期|礼拜|月|工作日|小时|钟头|h(?![a-z])|年)(?P<half2>半)?"
    r"|(?P<fixed>大半个?月|小半个?月|半个?多?月|半拉月|个把月|个把星期|个把礼拜|大半年|半年))"
)
_UNIT_DAYS = {"天": 1.0, "日": 1.0, "工作日": 1.0, "周": 7.0, "星期": 7.0, "礼拜": 7.0, "月": 30.0,
              "年": 365.0, "小时": 1 / 24, "钟头": 1 / 24, "h": 1 / 24}  # fmt: skip
_WAIT_BEFORE = re.compile(
    r"(?:(?<!需要)(?<!请)(?<!再)(?<!要)等|拖|耗|晾|卡|挂|熬|催|僵|压|躺|搁|排队|排|悬|过去|已经|都快|快|超过|超|超时|逾期|整整|足足|至今|到现在|前后|提交"
    r"|申诉|签收|退回|寄回|下单|付款|反馈|投诉|处理中|审核中?|审|扯皮|扯|晚|延迟|迟)"
    r"(?:了|咗|着|到|都|有|快|过|我|的|将近|近|差不多|整整|足足|这|已经|已|也|满|大概|:|\s){0,5}$"
)
_STRONG_BEFORE = re.compile(
    r"(?:等|拖|耗|晾|熬|卡|催|已经过去|过去)(?:了|咗|着|我|到|都|快|过|将近|差不多|整整|足足|满|我了|\s){1,4}$"
)
_WAIT_AFTER = re.compile(
    r"了?(?:[\s,.…。!]|过去|一直|我|他|客服|商家|卖家|平台|那边|对面|人家|钱|货|连|到现在|至今|了){0,4}"
    r"(?:还|都|也|仍然?|依旧|依然|愣)*(?:是|在)*"
    r"(?:没|未|无|不见|不给|不发|不回|不退|不处理|不理|不动|杳|0|零|静|毫|音|空|一动|石沉|处理中|审核中|待|pending|等|一个字|催|打包|卡)"
)
_NOT_WAIT_AFTER = re.compile(
    r"(?:之?内|以内|之?前|以前|之?后|以后|无理由|冷静期|不退换|一次|一回|左右(?:给|答复)|起|就(?!没)|游|班|的(?:试|量|会|饭|课)|[-~到至]\d)"
)
_SPENT_BEFORE = re.compile(
    r"(?:用|戴|穿|吃|喝|洗|封|禁|禁言|限|限制|关|养|做|跑|写|拍|画|学|攒|玩|听|骂|练|播|干|开|住|睡|存|冻结|处罚|理由|第|每"
    r"|卖|经营|注册|更新|说是?|答应|承诺|预计|需要?|约|给我?|要|满|保质期|质保|保修|可|限期|期限|试用|最多|还有|还剩|剩|再|请|最近|近)"
    r"(?:了|过|着|我|\s|大概|大约|约){0,2}$"
)
_CLAUSE_START = re.compile(
    r"(?:^|[\s,。!?;、])(?:都|快|又|现在|今天|这|这都|已|了|整|转眼|一晃|将近|近|\s){0,3}$"
)
_CLAUSE_END = re.compile(r"了(?:$|[\s,。!?;~…啊吧呢哎诶])|整?(?:$|[,。!?;])")


def find_days_waiting(text: str) -> Iterator[tuple[int, int, int]]:
    """How long someone has been waiting, in whole days, as (start, end, days)."""
    for match in _DURATION.finditer(text):
        days = _days(match)
        if days and _someone_waits(text, match):
            yield match.start("n") if match["n"] else match.start(), match.end(), days


def _days(match: re.Match[str]) -> int:
    fixed = match["fixed"]
    if fixed:
        return {"年": 180, "期": 7, "拜": 7}.get(fixed[-1], 30 if fixed.startswith("个把") else 15)
    count = parse_number(match["n"])
    if count is None:
        return 0
    half = 0.5 if match["half"] or match["half2"] else 0.0
    return int((count + half) * _UNIT_DAYS[match["u"]])


def _someone_waits(text: str, match: re.Match[str]) -> bool:
    before, after = text[: match.start()], text[match.end() :]
    if _STRONG_BEFORE.search(before):
        return True
    if match["range"] or _NOT_WAIT_AFTER.match(after):
        return False
    waits_after = bool(_WAIT_AFTER.match(after))
    if match["order"]:
        return waits_after or bool(_CLAUSE_END.match(after))
    if _SPENT_BEFORE.search(before) or match["u"] == "日":
        return False
    if waits_after or (_WAIT_BEFORE.search(before) and not after.startswith("就")):
        return True
    return bool(
        _CLAUSE_START.search(before) and after.startswith("了") and _CLAUSE_END.match(after)
    )
