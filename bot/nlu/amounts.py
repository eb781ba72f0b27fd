"""Money in running speech.

Reads text that `entities` has folded and from which identifiers, dates and waiting times are
blanked out with □. A number with a currency is money. A bare number is money by what stands
around it: a word of money (「扣了398」), money after it (「8k货款」), a purchase (「398的羽绒服」), a
clause of its own (「上周三下的单，两百五」) or the clipped form that only prices have (三百八). It is
never money before another measure word, after a counted thing (「阅读五千」) or for a size.
"""

import re
from collections.abc import Iterator

from bot.nlu.numerals import NUMBER, parse_number

_N = rf"(?>{NUMBER})"
_HAN = "零一二两俩三仨四五六七八九十百千万廿卅"
_LEFT = rf"(?<![\da-z/#*_$€£第几数之满减])(?<!\d[.,:])(?<![{_HAN}](?=[{_HAN}]))"
_ABOUT = r"(?:多|来|几|余|出头|左右|上下|\+)?"
# What else people count: a number before one of these is no money.
_MEASURE = re.compile(
    r"(?:多|来|几|余)?(?:天|日|号|月|年|周|星期|礼拜|个|次|条|篇|遍|回(?![来款复我])|趟|点|分(?!期)|秒|小时|钟|人|粉|赞"
    r"|单(?!号)|件|双|支|瓶|盒|包(?!邮)|斤|公|克|米|厘|层|楼|岁|位|张|封|句|字|页|%|倍|级|集|步|台|部|袋|箱|种|款(?![、,。都])|颗|把(?!块)"
    r"|家|份|名|组|轮|期|度|码|折|星|比|代|线|路|排|声|口|阅|播|曝|浏|关注|收藏|评|工作|版|起|通|块板|群|栋|户|辆|杯|碗|根|粒|顿|场|届"
    r"|册|兆|瓦|毫|平[米方]|吨|升|寸|尺|里路|小?眼睛|帖|作品|像素|幅|桌|开头|打头|结尾|朵|里(?![面头边])|强|只(?!退|给|肯|到|剩|有|赔|认)|后|泰铢|美元|美金|美刀|港币|港纸"
    r"|欧元|刀|日元|韩元|英镑|台币|新台币|u(?![a-z])|的?充电|的?快充|功率|画质|高清|视频|屏|[a-z*_/:-]|[\d.]+[\d个天])"
)
_CURRENCY = r"(?:元钱?|块钱?|圆|rmb|人民币|软妹币|大洋|大毛|蚊|¥|r(?![a-z]))"
_UNIT_PRICE = (
    r"(?:个|件|条|双|只|斤|盒|包|瓶|节|次|年|天|晚|单|张|套|位|人|份|支|串|杯|袋|笔|月|小时)"
)
_TAIL = (
    r"(?:零?(?P<tail>半(?![天年月价个])|\d\d?(?![\d.天个件条号月年次块元%])|一(?=$|[,。!?;、\s])"
    rf"|[二三四五六七八九](?![十百千万点块元]|{_UNIT_PRICE}|起))(?:毛(?P<cent>[一二三四五六七八九])?)?)?"
)
# 「一块儿」 and 「一块玉」 are no price.
_MARKED = re.compile(
    rf"¥\s?(?P<pre>{_N})|(?:rmb|cny|人民币)\s?(?P<rmb>{_N})"
    rf"|{_LEFT}(?P<post>{_N})(?P<about>把)?{_ABOUT}\s?{_CURRENCY}(?P<thing>手[表环]|[布砖肉石玉屏]|地[板毯砖]|电池|(?<=一块)[^钱的都也多不没二三四五六七八九\d,。!?;、\s])?{_TAIL}"
    rf"|{_LEFT}(?P<tenths>{_N})毛(?![利病衣巾线□]|不拔|一样)(?:钱(?![都也没])|(?P<cents>[一二三四五六七八九])(?!{_UNIT_PRICE})|(?![钱都也没]))"
    rf"|{_LEFT}(?P<half>{_N})个半(?![小多]?[月时钟星天礼年])"
    rf"|{_LEFT}(?P<hundreds>{_N})[旧嚿]水"
)
_HARD = (
    r"(?:花|付款?|支付|扣款?|退款?|转账?|充值?|打赏|刷|骗|赔偿?|押金|定金|订金|尾款|余额|金额|价值?|价格|卖|运费|欠|交|投|消费|损失|报价|佣金"
    r"|薪|稿费|垫|借|汇款?|打款|打钱|罚款?|罚单|账单|亏|差价|补|本金|提现|返现?|坑|讹|套|值|标的?|到账|砍成|砍到|讲到|谈好|谈成|烧|缴|笔|赚|输|倒贴"
    r"|[压冻](?=[了着])|冻结|年卡|月卡|季卡|会员|套餐|商单|红包|续费|包月|包年|[价费款金酬])"
)
_SOFT = (
    r"(?:收|给|要|少|送|使|最大|最小|总额|说好|预存|存|共|合计|总共|总计|加起来|剩|还有|才|押|到手|进|划|偷|变成?|涨到|降到|改成|便宜|打|过了"
    r"|到了|拿|掏|出|抽)"
)
_FILL = (
    r"(?:了|过|我们|我|他们|他|她|您|你们|你|人家|对方|主播|卖家|商家|店家|客服|走|掉|出去|过去|进去|去|回来|回|的是|是|为|只|就|近|快|大概"
    r"|大约|差不多|约|整整|足足|总共|一共|得|要|有|还|才|至少|里|到|款|钱|第一笔|又|也|都|被|先|的|小|成|将近|不到|满|值|写着?|标着?|:|\s){0,5}$"
)
_HARD_BEFORE = re.compile(_HARD + _FILL)
_SOFT_BEFORE = re.compile(_SOFT + _FILL)
_END = re.compile(
    r"(?:整|多|来块|左右|出头|上下|呢|啊|呀|吧|哦|喔|嘛|了|的)?(?:$|[\s,。!?;:、~…」”\"')\]□啊了啦]|就|才|都|也|还|又|全|没|不)"
)
_CLAUSE_START = re.compile(
    r"(?:^|[,。!?;:、「“\"(\s])(?:就|才|也就|整整|足足|大概|差不多|一共|总共|将近|近|小|成|快|不到|\s)?$"
)
_MONEY_AFTER = re.compile(
    r"(?:多|来|左右)?的?\s?[^,。!?;、\s]{0,2}?(?:货款|尾款|保证金|押金|定金|订金|稿费|稿酬|余额|运费|会员费|手续费|本金|奖金|工资|佣金|货(?=压|冻|没)|存款|费|薯币|推广|投放)"
)
_THING_AFTER = re.compile(
    r"(?:多|来|出头)?的(?=[\u4e00-\u9fff])(?!版本|时候|话|粉|赞|阅读|浏览|曝光|播放|流量|人|关注|收藏|小?眼睛|量|步|我|个子|身高|体重)"
)
_BOUGHT_AFTER = re.compile(r"(?:多|来)?(?:块)?(?:买|入手?的|拍的|拿下|下的?单|包邮|成交|请的)")
_BOUGHT_BEFORE = re.compile(r"(?:买|下单|拍下|入手|购|开|办)[^,。;!?\n]{0,14}$")
_LOST_AFTER = re.compile(
    r"(?:多|来)?[^,。!?]{0,3}?(?:没了|打水漂|要不回|拿不回|攞不返|退不|不退|没退|没到账|不到账|不翼而飞|被骗|被扣|被刷|被转|被盗刷|提不|还没到|还我|的货|都退"
    r"|(?:还|都|也|一直|至今|到现在)(?:没|未|不)(?:见|打|退|给|到|结|返|付|影|还|收))"
)
_PER_UNIT_AFTER = re.compile(rf"(?:块|元)?(?:一{_UNIT_PRICE}|[/每](?:{_UNIT_PRICE}|个月))")
_PER_UNIT_BEFORE = re.compile(
    rf"(?:[一每](?:个?月|{_UNIT_PRICE}|晚上)|首月|次月|第[一二三]个月)(?:就|才|要|收|扣|是|都|:|\s){{0,2}}$"
)
_PREFIXED = re.compile(r"(?:小|将近|成|不下|区区|足有)$")
_HAGGLED_AFTER = re.compile(r"(?:变成?|砍[成到]|降[成到]|涨[成到])")
# Numerals that count nothing. 「一共」 stays: it announces a sum.
_IDIOM = re.compile(
    r"(?<![\d百千十多来几])万一(?!千|百)|千万(?=别|不|要|记|小心)|一(?=直|定|般|点(?![零一二三四五六七八九])|样|起|下|旦|次|律|刀|边|方面|分不|毛不|一)|一元(?=二次|一次|复始)|[假退]一[赔罚][一二三四五六七八九十百千万]+|万能|三番|九宫|收拾|拾[起到金]|百分[之百]\S{0,4}"
)
_COUNTED_BEFORE = re.compile(
    r"(?:(?:阅读|播放|曝光|浏览|点赞|赞|粉丝?|关注|展现|点击|观看|转发|收藏|评论|眼睛|流量|体重|身高|尾号|工号|编号|单号|门牌号?|卡号|账号|书号|群号|码|第|id"
    r"|客服|坐席|专员|(?<!每)人|[掉跌]到)(?:量|数|报)?\S?|[楼栋幢室座])[\s:]?$"
)
_COUNT_TALK = re.compile(
    r"阅读|播放|曝光|浏览|赞|粉|点击|眼睛|收藏|流量|转发|评论|体重|身高|步数|分数|排名|观看|[验用规]分"
)
_SIZE_TALK = re.compile(
    r"码|尺|脚|身高|体重|厘米|cm|公分|斤|岁|楼|栋|室|房|单元|排队|号的|快充|充电头"
)
_MONEY_TALK = re.compile(
    r"refund|[买花钱款价付退扣充转骗赔罚费块元蚊押卖借欠亏酬薪押刷投¥冻砍]|定金|保证金|下的?单|订单|商单|打赏|会员|包月|包年|续了|月卡|年卡|薯条|品牌|余额|那单|货"
)
# Numbers people call: the short ones and 10000 are money when someone paid them.
_CALLED = {"400", "110", "120", "119", "10000"}
_HOTLINE = re.compile(r"(?:123\d\d|9[56]\d{3}|100(?:86|10))$")
_SPOKEN = re.compile(rf"[百千万kw]|[{_HAN}]仟")
_CLIPPED = re.compile(r"(?:[百千万][一二三四五六七八九]|\d[百千万kw]\d)$")
_STOP_AFTER = re.compile(r"\s?(?:$|[,。!?;:、」”\"')])")
_BUYING = re.compile(r"[买花付]|拍的|下单|退款|退货")
_NOUN_BEFORE = re.compile(r"[\u4e00-\u9fff]$")
_LATIN_BEFORE = re.compile(r"[a-z] ?$")
_STOPS = ",。!?;"


def find_amounts(text: str) -> Iterator[tuple[int, int, int | float]]:
    """Amounts in yuan as (start, end, value); other currencies are left out."""
    text = _IDIOM.sub(lambda idiom: "□" * len(idiom[0]), text)
    marked: list[tuple[int, int]] = []
    for match in _MARKED.finditer(text):
        value = _marked_value(match, text)
        if value:
            marked.append(match.span())
            yield match.start(), match.end(), value
    for match in _NUMERAL.finditer(text):
        start, end = match.span()
        if any(start < stop and begin < end for begin, stop in marked):
            continue
        value = parse_number(match[0])
        if value and _is_money(text, match, value):
            yield start, end, value


_NUMERAL = re.compile(_LEFT + _N)


def _marked_value(match: re.Match[str], text: str) -> int | float | None:
    """What a number with a currency is worth: 三块五 is 3.5, 两毛 0.2, 三旧水 300."""
    if match["thing"]:
        return None
    if match["tenths"]:
        value = parse_number(match["tenths"])
        cents = parse_number(match["cents"]) if match["cents"] else 0
        return round(value / 10 + (cents or 0) / 100, 2) if value else None
    if match["half"]:
        value = parse_number(match["half"])
        return value + 0.5 if value and value >= 10 and _MONEY_TALK.search(text) else None
    if match["hundreds"]:
        value = parse_number(match["hundreds"])
        return value * 100 if value else None
    value = parse_number(match["pre"] or match["rmb"] or match["post"])
    tail = match["tail"]
    if not value or not tail:
        return value
    fraction = 5 if tail == "半" else (parse_number(tail) or 0)
    cent = parse_number(match["cent"]) if match["cent"] else 0
    return round(value + fraction / (100 if len(tail) == 2 else 10) + (cent or 0) / 100, 2)


def _is_money(text: str, match: re.Match[str], value: int | float) -> bool:
    start, end = match.span()
    before, after = text[max(0, start - 20) : start], text[end : end + 14]
    # 「3 件」 is a count, 「三十 件件都坏」 is not.
    counted = after.lstrip() if match[0][0].isdigit() else after
    if _MEASURE.match(counted) or _COUNTED_BEFORE.search(before[-8:]):
        return False
    words = match[0]
    if _SPOKEN.search(words):
        return len(words) > 1 and _is_spoken_sum(text, start, words, before, after)
    if words[0].isdigit():
        return _is_digit_sum(text, words, value, before, after)
    # 二八 is no sum, 二十八 may be one.
    return any(ten in words for ten in "十拾廿卅") and _is_small_sum(text, before, after)


def _is_spoken_sum(text: str, start: int, words: str, before: str, after: str) -> bool:
    """三百八, 1万2, 8k, 五千."""
    if _HARD_BEFORE.search(before) or _MONEY_AFTER.match(after):
        return True
    if words == "二百五" and not _BOUGHT_AFTER.match(after):
        return False  # the insult
    if _COUNT_TALK.search(_clause(text, start)):
        return False
    if words[-1] in "kw" and not _MONEY_TALK.search(text):
        return False
    if (
        _SOFT_BEFORE.search(before)
        or _PREFIXED.search(before)
        or _THING_AFTER.match(after)
        or _BOUGHT_AFTER.match(after)
        or _LOST_AFTER.match(after)
        or _PER_UNIT_AFTER.match(after)
        or _HAGGLED_AFTER.match(after)
    ):
        return True
    if _COUNT_TALK.search(text):
        return False
    if words[-1] in "kw":  # 65W is a charger
        return bool(_CLAUSE_START.search(before) and _STOP_AFTER.match(after))
    return bool(
        _CLIPPED.search(words)
        or (_END.match(after) and (_CLAUSE_START.search(before) or _MONEY_TALK.search(text)))
    )


def _is_digit_sum(text: str, words: str, value: int | float, before: str, after: str) -> bool:
    """398, 1,299.50: one digit, a year or a hotline needs a currency."""
    if len(words) < 2 or (words[0] == "0" and "." not in words) or value >= 1e8:
        return False
    if _HOTLINE.match(words):
        return False
    if _HARD_BEFORE.search(before) or _MONEY_AFTER.match(after):
        return True
    if words in _CALLED or (words.isdigit() and 1990 <= value <= 2035):
        return False
    lost = value >= 100 and bool(_LOST_AFTER.match(after))
    if _SIZE_TALK.search(text):
        return lost or (value >= 100 and bool(_SOFT_BEFORE.search(before)))
    if _THING_AFTER.match(after) or _BOUGHT_AFTER.match(after) or _PER_UNIT_AFTER.match(after):
        return True
    if not _MONEY_TALK.search(text):
        return value >= 100 and bool(_SOFT_BEFORE.search(before))
    return lost or (not _COUNT_TALK.search(text) and _is_price(text, words, value, before, after))


def _is_price(text: str, words: str, value: int | float, before: str, after: str) -> bool:
    """A plain number in a sentence about money that counts nothing else."""
    if _SOFT_BEFORE.search(before):
        return True
    if not _END.match(after):
        return False
    return bool(
        _BOUGHT_BEFORE.search(before)
        or (value >= 100 and _BUYING.search(text) and _NOUN_BEFORE.search(before))
        or _PER_UNIT_BEFORE.search(before)
        or _is_clause(words, value, before, after)
    )


def _is_clause(words: str, value: int | float, before: str, after: str) -> bool:
    """A number between stops; spaces, with which many set off every number, need a big one."""
    if not _CLAUSE_START.search(before) or _LATIN_BEFORE.search(before) or _is_day(words):
        return False
    return value >= 100 or (not before.endswith(" ") and bool(_STOP_AFTER.match(after)))


def _is_small_sum(text: str, before: str, after: str) -> bool:
    """十五, 二十八: only where nothing is counted after it and money is the subject."""
    if _PER_UNIT_AFTER.match(after) or (_END.match(after) and _PER_UNIT_BEFORE.search(before)):
        return not _COUNT_TALK.search(text)
    if not _END.match(after):
        return False
    if _HARD_BEFORE.search(before):
        return True
    if _SIZE_TALK.search(text) or not _MONEY_TALK.search(text):
        return False
    return bool(_SOFT_BEFORE.search(before) or _CLAUSE_START.search(before))


def _is_day(words: str) -> bool:
    """11.12 on its own may be a day."""
    month, _, day = words.partition(".")
    return bool(day) and int(month.replace(",", "")) <= 12 and len(day) == 2 and int(day) <= 31


def _clause(text: str, position: int) -> str:
    start = max(text.rfind(stop, 0, position) for stop in _STOPS) + 1
    ends = [end for stop in _STOPS if (end := text.find(stop, position)) >= 0]
    return text[start : min(ends, default=len(text))]
