"""One spelling for many: the text every other part of `nlu` reads.

`normalize` folds width, case, traditional characters, Cantonese function words, pinyin
fragments, common typos and long repetitions. It is a pure function of its argument and
idempotent on the forms it produces. Offsets are not kept: `entities` reads the original.
"""

import re
import unicodedata
from functools import cache
from typing import Any

# Longest first matters: 「唔该」 must win over 「唔」. Traditional spellings are already folded.
_CANTONESE = {
    "唔该晒": "谢谢",
    "唔该": "谢谢",
    "多谢晒": "谢谢",
    "而家": "现在",
    "依家": "现在",
    "点解": "为什么",
    "点样": "怎么",
    "点算": "怎么办",
    "边个": "谁",
    "边度": "哪里",
    "喺边": "在哪",
    "边间": "哪间",
    "几时": "什么时候",
    "冇得": "没得",
    "唔见咗": "不见了",
    "唔见": "不见",
    "唔知": "不知道",
    "唔记得": "不记得",
    "唔使": "不用",
    "唔好": "不要",
    "唔得": "不行",
    "唔系": "不是",
    "唔到": "不到",
    "咩话": "什么",
    "做咩": "干嘛",
    "乜嘢": "什么",
    "咩事": "什么事",
    "嗰个": "那个",
    "嗰边": "那边",
    "嗰度": "那里",
    "嗰": "那",
    "呢个": "这个",
    "呢单": "这单",
    "呢度": "这里",
    "呢边": "这边",
    "琴日": "昨天",
    "寻日": "昨天",
    "听日": "明天",
    "今日": "今天",
    "啱啱": "刚刚",
    "啱先": "刚才",
    "头先": "刚才",
    "即刻": "马上",
    "俾人": "被人",
    "畀人": "被人",
    "比人呃": "被人骗",
    "俾": "给",
    "畀": "给",
    "呃咗": "骗了",
    "呃人": "骗人",
    "呃我": "骗我",
    "呃钱": "骗钱",
    "揾唔到": "找不到",
    "揾": "找",
    "搵": "找",
    "睇唔到": "看不到",
    "睇": "看",
    "收唔到": "收不到",
    "返工": "上班",
    "收工": "下班",
    "屋企": "家里",
    "倾偈": "聊天",
    "倾": "聊",
    "搞掂": "搞定",
    "撳": "点",
    "揿": "点",
    "咗": "了",
    "嘅": "的",
    "冇": "没有",
    "佢哋": "他们",
    "我哋": "我们",
    "你哋": "你们",
    "佢": "他",
    "系咪": "是不是",
    "就系": "就是",
    "都系": "都是",
    "系呀": "是啊",
    "系啊": "是啊",
    "系度": "在这",
    "喺": "在",
    "嚟": "来",
    "啲": "些",
    "嘢": "东西",
    "咁": "这么",
    "噉": "这样",
    "咩": "什么",
    "乜": "什么",
    "攞": "拿",
    "嬲": "生气",
    "攰": "累",
    "唔": "不",
    "仲未": "还没",
    "仲有": "还有",
    "仲": "还",
    "蚊": "元",
    "覆我": "回我",
    "回覆": "回复",
    "答覆": "答复",
    "资讯": "信息",
    "帐号": "账号",
    "帐户": "账户",
    "帐单": "账单",
    "客服人员": "客服",
    "检举": "举报",
    "贴文": "帖子",
    "储值": "充值",
    "萤幕": "屏幕",
    "荧幕": "屏幕",
    "简讯": "短信",
    "影片": "视频",
    "登入": "登录",
    "登出": "退出",
    "身分证": "身份证",
    "个资": "个人信息",
    "过数": "转账",
    "电邮": "邮件",
    "网路": "网络",
    "软体": "软件",
    "手机号码": "手机号",
    "停权": "封号",
}

_TYPOS = {
    "登陆": "登录",
    "冲值": "充值",
    "密马": "密码",
    "人公": "人工",
    "转人功": "转人工",
    "木有": "没有",
    "肿么": "怎么",
    "酱紫": "这样子",
    "不造": "不知道",
    "晓不得": "不知道",
    "莫得": "没有",
    "没得": "没有",
    "咋个": "怎么",
    "啷个": "怎么",
    "咋": "怎么",
    "啥子": "什么",
    "啥": "什么",
    "么子": "什么",
    "甭": "不用",
    "薇信": "微信",
    "威信": "微信",
    "徽信": "微信",
    "微x": "微信",
    "v信": "微信",
    "v❤": "微信",
    "扣扣": "qq",
    "企鹅号": "qq",
    "支fu宝": "支付宝",
    "验证吗": "验证码",
    "验证嘛": "验证码",
    "仨": "三个",
    "俩": "两个",
    "昨儿个": "昨天",
    "昨儿": "昨天",
    "今儿个": "今天",
    "今儿": "今天",
    "前儿个": "前天",
    "明儿个": "明天",
    "明儿": "明天",
    "尼玛": "妈的",
    "小红薯官方": "小红书官方",
    "小红薯": "小红书",
    "小红書": "小红书",
    "小紅書": "小红书",
    "红薯书": "小红书",
    "帐": "账",
    "封浩": "封号",
    "风号": "封号",
    "封好": "封号",
    "退宽": "退款",
    "退欵": "退款",
    "申述": "申诉",
    "审诉": "申诉",
    "举抱": "举报",
    "限留": "限流",
    "违归": "违规",
    "薯哔": "薯币",
    "署币": "薯币",
    "抄席": "抄袭",
    "盗好": "盗号",
}

# Whole Latin words only: 「rg」 inside 「org」 stays.
_LATIN = {
    "xhs": "小红书",
    "rednote": "小红书",
    "redbook": "小红书",
    "kf": "客服",
    "rg": "人工",
    "wx": "微信",
    "vx": "微信",
    "weixin": "微信",
    "zfb": "支付宝",
    "tk": "退款",
    "plz": "请",
    "bushi": "不是",
    "shide": "是的",
    "nihao": "你好",
    "xiexie": "谢谢",
    "fanhui": "返回",
    "meiren": "没人",
    "meiyou": "没有",
    "tuikuan": "退款",
    "fenghao": "封号",
    "jiahuo": "假货",
    "kefu": "客服",
    "rengong": "人工",
    "zhenren": "真人",
    "jiqiren": "机器人",
    "shensu": "申诉",
    "bohui": "驳回",
    "zhanghao": "账号",
    "mima": "密码",
    "yinsi": "隐私",
    "xufei": "续费",
    "koufei": "扣费",
    "koukuan": "扣款",
    "xianliu": "限流",
    "daohao": "盗号",
    "beidao": "被盗",
    "chongzhi": "充值",
    "zhuxiao": "注销",
    "denglu": "登录",
    "yanzhengma": "验证码",
    "pianzi": "骗子",
    "beipian": "被骗",
    "zhuanzhang": "转账",
    "qian": "钱",
    "huan": "换",
    "chongxin": "重新",
    "zaishuo": "再说",
    "shi": "是",
    "bu": "不",
    "mei": "没",
    "jubao": "举报",
    "chaoxi": "抄袭",
    "weigui": "违规",
    "tuihuo": "退货",
    "kuaidi": "快递",
    "fahuo": "发货",
    "shangjia": "商家",
    "maijia": "卖家",
    "wtf": "妈的",
    "cnm": "操你妈",
    "tmd": "他妈的",
    "tm": "他妈",
    "nmd": "你妈的",
    "jiao": "交",
    "zhuan": "转",
    "zhao": "找",
    "bang": "帮",
    "dm": "私信",
    "id": "账号",
    "account": "账号",
    "refund": "退款",
    "banned": "被封",
    "suspended": "被封",
    "hacked": "被盗",
    "scammed": "被骗",
    "blackmail": "勒索",
}

_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xFFE5: 0xA5}
_ZERO_WIDTH = re.compile("[\u200b-\u200f\u2060\ufe00-\ufe0f\u00ad\ufeff\U0001f3fb-\U0001f3ff]")
_REPEATED = re.compile(r"([^\d\s])\1{2,}")
_SPACE = re.compile(r"\s+")
_WORD = re.compile(r"[a-z]+")
_STICKER = re.compile(r"\[([\u4e00-\u9fff]{1,4})r\]")  # 小红书 writes its own emoji as [哭惹R]
_HAN = re.compile(r"[\u3400-\u9fff]")


def _alternation(table: dict[str, str]) -> re.Pattern[str]:
    words = sorted(table, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, words)))


_FOLD = {**_TYPOS, **_CANTONESE}
_FOLD_RE = _alternation(_FOLD)


def may_be_traditional(text: str) -> bool:
    """Whether some Chinese character lies outside GB 2312, the everyday simplified set.

    No traditional-only character is inside it, so a False is certain and cheap.
    """
    try:
        text.encode("gb2312")
    except UnicodeEncodeError:
        pass
    else:
        return False
    return any(not _in_gb2312(char) for char in set(_HAN.findall(text)))


def _in_gb2312(char: str) -> bool:
    try:
        char.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


@cache
def _converter() -> Any:
    import opencc  # noqa: PLC0415  # costs 20-35 ms: only texts that need it pay

    return opencc.OpenCC("t2s")


def to_simplified(text: str) -> str:
    """Traditional characters become simplified ones; other text is returned as it is."""
    if not may_be_traditional(text):
        return text
    converted: str = _converter().convert(text)
    return converted


def fold(text: str) -> str:
    """Half-width, lower-case and simplified, of the same length: offsets stay valid."""
    folded = text.translate(_WIDTH)
    for change in (str.lower, to_simplified):
        changed = change(folded)
        if len(changed) == len(folded):
            folded = changed
    return folded


def normalize(text: str) -> str:
    """The canonical spelling of `text`; may be empty."""
    text = unicodedata.normalize("NFKC", text).lower()
    text = _ZERO_WIDTH.sub("", text)
    text = to_simplified(text)
    text = _STICKER.sub(r"[\1]", text)
    text = _WORD.sub(lambda m: _LATIN.get(m[0], m[0]), text)
    text = _FOLD_RE.sub(lambda m: _FOLD[m[0]], text)
    text = _REPEATED.sub(r"\1\1", text)
    return _SPACE.sub(" ", text).strip()
