"""Dialogue acts: what a short message does to the conversation, or None for real content.

An exact table of short forms comes first, because 「嗯」, 「1」 and 「算了」 carry too little for a
classifier. Anything longer is an act only if the gate lets it pass, which also hears what the
message would be as a problem: a complaint that begins with 「你好」 is a complaint.
"""

import re
from math import log
from typing import Final

from bot.nlu.classifier import Classifier, Heard, Posterior
from bot.nlu.corpus import NOTHING, OUT_OF_SCOPE
from bot.nlu.features import term_frequencies
from bot.nlu.gate import log_odds

ACTS: Final = (
    "affirm", "deny", "unsure", "greet", "thanks", "restart", "back", "help", "stop", "repeat",
    "human_reached", "bot_marked_resolved", "no_reply_yet", "rejected_again", "done_step",
    "cant_find_entry", "privacy_worry", "chitchat", "frustrated", "change_topic",
)  # fmt: skip

# Written as `normalize` and `short_form` leave them: simplified, lower-case, without particles.
_SHORT_FORMS: Final = {
    "affirm": """
        是 是的 对 对的 对对 对对对 嗯 嗯嗯 嗯呐 昂 恩 恩恩 好 好的 好嘞 行 行行 行吧 可以 可 中 成 ok okay okk yes y yeah
        yep 1 没错 不错 正确 确认 确定 同意 必须 必须的 当然 当然是 有 有的 要 要的 需要 愿意 是这样 就是这样 就这样 就这个
        就是这个 是这个 就是 就是它 没问题 可以可以 好好 要得 得行 对头 好滴 好哒 是滴 是是 是是是 收到 明白 懂了 知道了 了解 1对
        可不 可不是 可不怎么的 说得对 你说得对 sure right exactly 系 好呀 对呀 是呀 👌 👍 🆗 ✅ 对就是 是啊 对啊 好啊 行啊 继续 嗯对 嗯是 嗯好 好吧
    """,
    "deny": """
        不 不是 不是的 不对 不行 不要 不用 没有 没 否 no n nope nono 错 错了 不可以 不同意 不需要 不愿意 别 没有没有 不是不是
        不对不对 不是这个 不是这样 不是这样的 都不是 没有的事 并不是 并没有 不 不好 不成 不想 没有过 不是它 搞错了 你搞错了 弄错了 2 👎 ❌ 🙅
        没那回事 没这回事 不可能 才不是 不不 不不不 否定 都不对
    """,
    "unsure": """
        不知道 不清楚 不确定 说不清 说不清楚 说不好 说不准 不太清楚 不太确定 不记得 不记得了 记不清 记不清了 忘了 忘记了 不懂 不晓得
        可能 可能吧 也许 也许吧 大概 大概吧 好像是 好像吧 应该是 应该吧 应该是吧 没注意 拿不准 随便 都行 都可以 看情况 不好说 不知 🤷 idk
        不太知道 真不知道 我不知道 我也不知道 鬼知道 没试过 没看过 记不得 记不得了 想不起来 想不起来了 没印象 搞不清 搞不清楚 分不清 不明白 没概念
    """,
    "greet": """
        你好 您好 hi hello hey 哈喽 哈啰 哈罗 嗨 嗨嗨 喂 喂喂 在吗 在不 在么 在 在呢 有人吗 有人在吗 有人不 早 早上好 早安 中午好 下午好
        晚上好 午安 你好你好 您好您好 在不在 在呢没 你好在吗 您好在吗 hiii 早晨 安安 👋 start /start 开始 你好有人吗 打扰了 打扰一下
    """,
    "thanks": """
        谢谢 谢谢你 谢谢您 谢了 谢 多谢 感谢 感谢感谢 非常感谢 十分感谢 太感谢了 谢谢谢谢 3q thx thanks thankyou 辛苦了 辛苦 辛苦你了 辛苦您了
        麻烦你了 麻烦您了 好的谢谢 ok谢谢 行谢谢 谢啦 谢谢啦 谢谢哈 感恩 蟹蟹 🙏 🌹 ❤ 💗 好谢谢 嗯谢谢 好的谢谢你 谢谢宝
    """,
    "restart": """
        重来 重新来 重新开始 从头来 从头开始 重开 重置 清空 restart reset 重新来过 从头再来 推倒重来 再来一次 重新填 重新弄 startover 重新说
        重新描述 重来一遍 从头来过 清空重来 重头来 重头开始
    """,
    "back": """
        返回 上一步 后退 退回去 退回 回去 back goback 回上一步 返回上一步 上一个 撤回 撤销 点错了 选错了 上一题 回退 回到上一步 倒回去
        按错了 手滑了 返回上一级 退一步 ctrl+z undo 我点错了 我选错了
    """,
    "help": """
        帮助 help 怎么用 怎么办 求助 帮帮我 帮我 救命 你能干嘛 你能做什么 你能干什么 你会什么 功能 菜单 说明 使用说明 教我 怎么弄 怎么操作
        你能帮我做什么 你能帮我什么 有什么功能 /help 帮帮忙 怎么整 不会用 我不会 不会弄 你可以做什么 你有什么用 你是干什么的 menu
    """,
    "stop": """
        算了 停 停停 停停停 取消 结束 退出 不弄了 不聊了 不说了 不用了 stop quit exit cancel 拜拜 再见 bye 88 886 先这样 就这样吧 到此为止 打住 别说了
        闭嘴 不想弄了 不想说了 不搞了 算了吧 算了算了 先到这 结束吧 不问了 不要了 关闭 停止 不继续了 不需要了 拉倒 拉倒吧 下次再说 回头再说 晚点再说 拜
    """,
    "repeat": """
        再说一遍 再说一次 重复 重复一遍 没听清 没看清 没看懂 没听懂 看不懂 听不懂 什么 什么意思 什么意思啊 没懂 不懂什么意思 重说 再发一遍 再发一次
        pardon 啊 哈 嗯? 你说什么 说什么 再讲一遍 重发 再来一遍 没明白 不明白什么意思 刚才说什么 蛤 什么玩意 重新说一遍
    """,
    "human_reached": """
        转到了 转到人工了 接通了 接上了 有人了 来人了 有人接了 排到了 是真人 真人了 人工来了 人工了 有人工了 接入了 有人回了 有人回我了 通了 转人工了
        转接成功 是人工 有真人了 转通了 转过去了 人来了 是真人了 人工上线了 接通人工了 联系上了 终于有人了
    """,
    "bot_marked_resolved": """
        又显示已解决 又显示已解决了 它说解决了 它说已解决 又说解决了 显示已解决 显示已完成 又结束了 又关了 又关闭了 又结案了 又给我结了 又完结了 被关了
        它结束了会话 它结束了 会话结束了 又被关了 又标已解决 又标记已解决 自动结束了 自动关了 又自动关了 已解决 说解决了 工单关了 工单又关了 又自动结束了
    """,
    "no_reply_yet": """
        还没回 没回 没人回 还没有回 没消息 还没消息 还没有消息 没动静 还没动静 没人理 没人理我 还没人理 没反应 没信 没信儿 没回复 还没回复 没有回复 还在等
        没人回复 没结果 还没结果 还没有结果 一直没回 没人联系我 没收到回复 没下文 等着呢 还是没回 还是没消息 还是没人理 没有消息 没有动静 还是没动静 没声 还是没人回 没有人理
    """,
    "rejected_again": """
        又被拒了 又被驳回 又被驳回了 又驳回了 又没过 又没通过 没通过 没过 被拒了 被驳回了 驳回了 又被拒 又拒了 还是不行 还是没过 还是没通过 还是被拒 再次驳回
        又失败了 申诉失败 申诉又失败了 还是不通过 不通过 又不过 又不通过 还是驳回 还是被驳回 又驳了 被驳了 维持原判 还是拒绝 又拒绝了
    """,
    "done_step": """
        做了 好了 完成 完成了 弄好了 弄完了 搞定 搞定了 发了 发过去了 发送了 提交了 已提交 做完了 填好了 填完了 点了 照做了 已发 发完了 done ok了 下一步 然后呢
        好了然后呢 截图了 截好了 存好了 都做了 做好了 写好了 交了 已经提交了 已经发了 打了 已完成 拍好了 点过了 试过了 弄了 都弄好了 完事 完事了 妥了 传好了 报警了 已报警
    """,
    "cant_find_entry": """
        找不到 没找到 没看到 没有这个 没有这个按钮 没这个 在哪 在哪里 哪里 哪儿 哪呢 在哪儿 找不到入口 没有入口 没有按钮 没看见 看不到 没有你说的 找不着 没这个选项
        没有这个选项 没有这一项 找不到按钮 没有这个入口 哪里点 在哪里点 从哪进 从哪里进 没这按钮 点哪里 点哪 没这个入口 没有该选项
    """,
    "privacy_worry": """
        安全吗 会泄露吗 你会存吗 会保存吗 会不会泄露 你们会不会泄露 隐私 会泄露隐私吗 靠谱吗 你是骗子吗 你不是骗子吧 安不安全 会存吗 存在哪 要身份证干嘛 不想给 能不给吗
        可以不说吗 能不说吗 可以匿名吗 能匿名吗 忘记我 删除我的信息
    """,
    "chitchat": """
        哈哈 哈哈哈 呵呵 嘿嘿 嘻嘻 6 66 666 牛 厉害 你是谁 你是真人吗 你是机器人吗 你叫什么 你几岁 你多大了 吃了吗 在干嘛 无聊 lol 你真好 笑死 笑死我了 你是人吗
        你是ai吗 真有意思 有意思 讲个笑话 你真可爱 🐶
    """,
    "frustrated": """
        烦 烦死了 气死了 气死我了 烦死 崩溃 崩溃了 无语 无语了 服了 我服了 真服了 垃圾 什么玩意 什么破玩意 妈的 他妈的 操 艹 草 靠 滚 傻逼 sb 有病 有病吧 受不了了
        累了 心累 毁灭吧 疯了 我疯了 我要疯了 想骂人 没用 没用啊 都没用 有什么用 气炸了 破防了 离谱 太离谱了 😡 🤬 😤 😭 💢 操你妈 你妈的 真烦 好烦 太气人了 快疯了 吐了
    """,
    "change_topic": """
        换个问题 换一个问题 换个话题 别的问题 还有一个问题 还有个问题 还有别的事 另一个问题 另外一件事 还有一件事 换一个 换个事 说别的 先说别的 问别的 问个别的 另一件事 还有件事
        不说这个了 先不说这个 换话题 我还有别的问题 还有个事 其他问题 其它问题
    """,
}
LONGEST_ACT: Final = 40  # characters; a longer message always says something of its own
_OPENERS: Final = frozenset({"greet", "thanks", "affirm"})
_SHORTEST_CONTENT: Final = 5  # characters
_PROBLEM: Final = 0.6  # from here what follows an opener is a problem of its own
_TELLING: Final = 20  # characters; a longer message seldom only does something to the conversation
_EDGES: Final = re.compile(r"^[\s,。.!?~、…:;\"“”'()|]+|[\s,。.!~、…:;\"“”'()|]+$")
_CLAUSE: Final = re.compile(r"[\s,。!?、;~…|]+")
_INNER: Final = re.compile(r"[\s,。.!~、…;\"“”'()]+")
_PARTICLES: Final = re.compile(r"(?<=.)(?:[啊呀哦啦嘛哈吖欸诶喔噢哟呦耶咧哒滴捏嘞]|亲|谢谢)+$")


def _index() -> dict[str, str]:
    table: dict[str, str] = {}
    for act, words in _SHORT_FORMS.items():
        for word in words.split():
            table.setdefault(word, act)
    return table


_TABLE: Final = _index()


def act_terms(normalized: str) -> dict[str, float]:
    """The features of the act head: n-grams, and what `_shape` sees."""
    return term_frequencies(normalized) | _shape(normalized)


def _shape(normalized: str) -> dict[str, float]:
    """The length, and short forms among the clauses."""
    terms = {f"<length {min(len(normalized) // 4, 8)}>": 1.0}
    clauses = [clause for clause in _CLAUSE.split(normalized) if clause][:6]
    for place, clause in enumerate(clauses):
        act = short_form(clause)
        if act:
            terms[f"<says {act}>"] = 1.0
            if place == 0:
                terms[f"<begins {act}>"] = 1.0
    return terms


def find_act(
    normalized: str, classifier: Classifier, heard: Heard, issues: Posterior
) -> tuple[str | None, float]:
    """The act of a normalised message and its probability; (None, p) for real content.

    `heard` are its terms; `issues` is what it would be as a problem: 「你好，我的号被封了」 is one.
    """
    exact = short_form(normalized)
    if exact:
        return exact, 1.0
    if not normalized or len(normalized) > LONGEST_ACT:
        return None, 1.0
    acts = classifier.judge(heard.beside(classifier.hear(_shape(normalized))), "act")
    gate = classifier.gates["act"]
    chance = gate.chance(act_signals(normalized, acts, issues))
    act, p = next((label, p) for label, p in acts if label != NOTHING)
    if chance < gate.least or (act in _OPENERS and _goes_on(normalized, classifier)):
        return None, 1 - chance
    return act, chance * p / sum(p for label, p in acts if label != NOTHING)


def _goes_on(normalized: str, classifier: Classifier) -> bool:
    """Whether a problem follows the polite beginning: 「你好，我的号被封了」."""
    rest = " ".join(c for c in _CLAUSE.split(normalized) if c and not short_form(c))
    if len(rest) < _SHORTEST_CONTENT or rest == normalized:
        return False
    issue, p = classifier.predict(rest)[0]
    return issue != OUT_OF_SCOPE and p >= _PROBLEM


def act_signals(normalized: str, acts: Posterior, issues: Posterior) -> list[float]:
    """What speaks for an act and what for real content, as the gate `act` weighs it."""
    said, meant = dict(acts), dict(issues)
    return [
        log_odds(said.get(NOTHING, 0.0)),
        log_odds(max(p for label, p in acts if label != NOTHING)),
        log_odds(meant.get(OUT_OF_SCOPE, 0.0)),
        log_odds(max(p for label, p in issues if label != OUT_OF_SCOPE)),
        log(1 + len(normalized)),
        float(len(normalized) > _TELLING),
    ]


def short_form(normalized: str) -> str | None:
    """The act of a message that is one of the listed short forms, particles aside."""
    if len(normalized) > 16:
        return None
    bare = _INNER.sub("", _EDGES.sub("", normalized))
    for form in (bare, bare.rstrip("?"), _PARTICLES.sub("", bare)):
        act = _TABLE.get(form)
        if act:
            return act
    return None
