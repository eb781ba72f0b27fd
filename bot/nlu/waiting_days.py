"""How long someone has been kept waiting, in whole days.

Reads text that `entities` has folded. A duration counts only when someone waits: 「拖了三天」,
「两周了还没回」 and 「没人理我半个月」 do, 「戴了一天就掉色」, 「封了7天」 and 「24小时内回复」 do not.
"""

import re
from collections.abc import Iterator

from bot.nlu.numerals import NUMBER, parse_number

_N = rf"(?>{NUMBER})"
_WINDOW = 20  # what decides stands this close to the duration
_DURATION = re.compile(
    rf"(?=[第\d半大小个成零〇一二两俩三仨四五六七八九十百千廿卅])(?P<order>第)?(?P<range>(?:{_N}(?:天|个)?[-~到至])?)(?:(?P<n>{_N})(?P<half>个半)?(?:多|来|几)?个?(?:多|来)?\s?"
    r"(?P<u>天|日(?!期)|周|星期|礼拜|月|工作日|小时|钟头|h(?![a-z])|年)(?P<half2>半)?"
    r"|(?P<fixed>大半个?月|小半个?月|半个?[多来]?月|半拉月|个把月|个把星期|个把礼拜|成个月|成个星期|成个礼拜|大半年|半年))"
)
_UNIT_DAYS = {"天": 1.0, "日": 1.0, "工作日": 1.0, "周": 7.0, "星期": 7.0, "礼拜": 7.0, "月": 30.0,
              "年": 365.0, "小时": 1 / 24, "钟头": 1 / 24, "h": 1 / 24}  # fmt: skip
_FILL = (
    r"(?:了|着|住|足|左|满|到|都|有|快|过|成|我们|我|你们|你|他们|人家|平台|客服|商家|卖家|店家|的|将近|近"
    r"|差不多|整整|足足|这|已经|已|也|大概|大约|好|得|:|\s)"
)
_WAIT_BEFORE = re.compile(
    r"(?:(?<!需要)(?<!请)(?<!再)(?<!要)(?<!让我)(?<!叫我)(?<!让我们)等|拖|耗|晾|卡|挂|熬|催|僵|压|躺|搁|蹲|守|盼|排队|排|悬|过去|过了|已经|都快|快|超过|超|超时|逾期"
    r"|整整|足足|至今|到现在|前后|提交|申诉|申请|签收|退回|寄回去?|寄出|下单|付款|反馈|投诉|上报|报案|交上去|递上去|关店|闭店|退店"
    rf"|处理中|审核中?|审|扯皮|扯|(?<!比我)(?<!比他)晚|延迟|迟){_FILL}{{0,5}}$"
)
_STRONG_BEFORE = re.compile(
    r"(?:(?<!需要)(?<!请)(?<!再)(?<!要)等|拖|耗|耽误|耽搁|晾|熬|卡|催|蹲|守|盼|已经过去|过去"
    rf"|[冻压押悬锁](?=[了着住])){_FILL}{{1,5}}$"
)
# 「没人理我半个月」: the silence may stand before its length.
_SILENCE_BEFORE = re.compile(
    r"(?:没有?人|没|不|无人|未)(?:理睬?|回复?|管|应|答复?|发货|退款?|结款?|处理|动静|消息|音信|下文)(?:我们?|过|了|都|人|钱|\s){0,3}$"
)
_WAIT_AFTER = re.compile(
    r"了?(?:[\s,.…。!]|过去|一直|我|他|客服|商家|卖家|平台|那边|对面|人家|钱|货|连|到现在|至今|了){0,4}"
    r"(?:还|都|也|仍然?|依旧|依然|愣)*(?:是|在)*"
    r"(?:没(?![用登吃睡玩挪出涨]|打开|买过)|未|无|不见|不给|不发|不回|不退|不处理|不理|不动|杳|0|零|静|毫|音|空|一动|石沉|处理中|审核|待|pending|等|一个字|催|打包|卡)"
)
_NOT_WAIT_AFTER = re.compile(
    r"(?:之?内|以内|之?前|以前|之?后|以后|无理由|冷静期|不退换|一次|一回|左右(?:给|答复)|起|就(?!没)|没用|游|班|的(?:试|量|会|饭|课)|[-~到至]\d)"
)
# 「因超过48小时未补充」 is the other side's clock.
_REASON_BEFORE = re.compile(r"(?:因|由于)[^,。;!?]{0,8}$")
_SPENT_BEFORE = re.compile(
    r"(?:用|戴|穿|吃|喝|洗|封|禁|禁言|限|限制|关|养|做|跑|写|拍|画|学|攒|玩|听|骂|练|播|干|开|住|睡|存|冻|冻结|处罚|理由|第|每"
    r"|卖|经营|注册|更新|说是?|答应|承诺|预计|需要?|约|给我?|要|保质期|质保|保修|可|限期|期限|试用|最多|还有|还剩|剩|再|请|最近|近"
    r"|说好|讲好)(?:了|过|着|我|\s|大概|大约|约){0,2}$"
)
_CLAUSE_START = re.compile(
    r"(?:^|[\s,。!?;、□])(?:到(?:今天|今儿|今日|如今|现在|目前|今)|这儿?|这都|现在|今天|今儿|如今|已经?|都|快|又|了|整|转眼|一晃"
    r"|前后|将近|近|足足|差不多|有|得|\s){0,4}$"
)
# What is waited for may open the clause itself: 「退款十天了」.
_AWAITED_BEFORE = re.compile(
    r"(?:工单|退款|货款|尾款|稿费|稿酬|押金|保证金|提现|快递|物流|包裹|订单|单子|审核|这事儿?|这单|钱)(?:都|已经?|快|这都|也|\s){0,2}$"
)
_GONE_BY = re.compile(r"(?:都|就|已经)?过去(?:了|$|[,。!?\s])")
_CLAUSE_END = re.compile(r"了(?:$|[\s,。!?;~…啊吧呢哎诶])|整?(?:$|[,。!?;])")


def find_days_waiting(text: str) -> Iterator[tuple[int, int, int]]:
    """How long someone has been waiting, in whole days, as (start, end, days)."""
    told: set[int] = set()  # the same length told twice is one fact
    for match in _DURATION.finditer(text):
        days = _days(match)
        if days and days not in told and _someone_waits(text, match):
            told.add(days)
            yield match.start("n") if match["n"] else match.start(), match.end(), days


def _days(match: re.Match[str]) -> int:
    fixed = match["fixed"]
    if fixed:
        month = 30 if fixed.startswith(("个把", "成个")) else 15
        return {"年": 180, "期": 7, "拜": 7}.get(fixed[-1], month)
    count = parse_number(match["n"])
    if count is None:
        return 0
    half = 0.5 if match["half"] or match["half2"] else 0.0
    return int((count + half) * _UNIT_DAYS[match["u"]])


def _someone_waits(text: str, match: re.Match[str]) -> bool:
    before = text[max(0, match.start() - _WINDOW) : match.start()]
    after = text[match.end() : match.end() + _WINDOW]
    waits_after = bool(_WAIT_AFTER.match(after))
    if match["order"]:
        return not _NOT_WAIT_AFTER.match(after) and (waits_after or bool(_CLAUSE_END.match(after)))
    if _STRONG_BEFORE.search(before):
        return True
    if match["range"] or match["u"] == "年" or _NOT_WAIT_AFTER.match(after):
        return False
    if _REASON_BEFORE.search(before):
        return False
    # 「20日」 is a day of the month; 「六日」 may be six days in Cantonese.
    if _SPENT_BEFORE.search(before) or (match["u"] == "日" and match["n"][0].isdigit()):
        return False
    if waits_after or _SILENCE_BEFORE.search(before):
        return True
    return bool(_WAIT_BEFORE.search(before)) or _is_lament(match, before, after)


def _is_lament(match: re.Match[str], before: str, after: str) -> bool:
    """A length of time that is a complaint of its own: 「十天了，」, 「五天过去了」, 「退款一周了」."""
    if _CLAUSE_START.search(before):
        return after.startswith("了") or bool(_GONE_BY.match(after))
    return after.startswith("了") and bool(_AWAITED_BEFORE.search(before))
