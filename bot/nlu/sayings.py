"""What is said to the conversation itself, whatever the question: acts, fixed words, corrections."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.core.command import Command, Control, Resize

__all__ = ["ACT_ASIDES", "ACT_CONTROLS", "CORRECTS", "NARRATES", "WANTS_HUMAN", "WORDS"]

ACT_CONTROLS = {
    "restart": "restart",
    "back": "back",
    "help": "help",
    "stop": "cancel",
    "repeat": "repeat",
}
ACT_ASIDES = {
    "greet": "greet",
    "thanks": "thanks",
    "chitchat": "chitchat",
    "frustrated": "frustrated",
    "privacy_worry": "privacy",
}
WORDS: Mapping[str, Command] = {
    "为什么问": Control("why"),
    "为啥问": Control("why"),
    "为什么问这个": Control("why"),
    "为啥问这个": Control("why"),
    "问这个干嘛": Control("why"),
    "跳过": Control("skip"),
    "先跳过": Control("skip"),
    "下一个": Control("skip"),
    "继续": Control("resume"),
    "接着说": Control("resume"),
    "接着来": Control("resume"),
    "短一点": Resize(-1),
    "太长了": Resize(-1),
    "长一点": Resize(1),
    "详细一点": Resize(1),
    "太短了": Resize(1),
    "又来了": Control("reopen"),
    "又出问题了": Control("reopen"),
    "忘记我": Control("forget"),
    "把我忘了": Control("forget"),
    "删除我的信息": Control("forget"),
    "删掉我的信息": Control("forget"),
    "删除我的数据": Control("forget"),
    "清空我的记录": Control("forget"),
    "留着我的号码": Control("keep_on"),
    "帮我留着号码": Control("keep_on"),
    "记住我的号码": Control("keep_on"),
    "别留号码": Control("keep_off"),
    "不要留号码": Control("keep_off"),
    "别留我的号码": Control("keep_off"),
    "明天再说": Control("snooze"),
    "明天提醒我": Control("snooze"),
    "明天再问我": Control("snooze"),
    "明天再来": Control("snooze"),
    "晚点再说": Control("snooze"),
    "晚点提醒我": Control("snooze"),
    "过会儿再说": Control("snooze"),
    "改天再说": Control("snooze"),
    "改天": Control("snooze"),
    "有结果了": Control("news"),
    "有回复了": Control("news"),
    "有消息了": Control("news"),
}
CORRECTS = re.compile(
    r"^(不对|不是的?[，, ]|不是(?=.*[，, ]?是)|说错|搞错|弄错|错了|更正|改一下|纠正|哦不|噢不|应该是)"
    r"|我?(说错了|记错了|写错了|搞错了)|改成|其实是|不是.{1,10}(，|,| )?(而是|是)"
)
NARRATES = re.compile(r"^(它|他|她|对方|客服|机器人|平台|商家|店家|卖家|人工|系统|那边)")
WANTS_HUMAN = re.compile(
    r"(?:我|就|快|赶紧|直接|先|现在|马上|立刻|请|帮我|给我|能不能|可不可以)*(?:要|想|找|转|接|叫|换|来)*(?:个|一个)?"
    r"(?:人工|真人|活人|人工客服|真人客服)(?:客服|服务|坐席)?(?:来|吧|啊|呢|吗|行不行)?[!,。~ ]*"
)
