"""What the bot says of itself on Telegram: commands, settings, buttons. What it says about a case comes from the flows."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["ABOUT", "COMMANDS", "GROUP_COMMANDS", "HELP", "QUIET", "TOASTS"]

COMMANDS = (
    ("start", "开始，或接着上次的"),
    ("case", "这个案子记了什么、走到哪了"),
    ("cases", "我的所有案子"),
    ("new", "另起一件事"),
    ("back", "退一步，改刚才的回答"),
    ("why", "为什么问这个"),
    ("export", "写材料、导出全部数据"),
    ("quiet", "几点到几点不提醒、时区"),
    ("language", "简体、繁體"),
    ("forget", "删掉你的全部记录"),
    ("stop", "先放下"),
    ("help", "怎么用"),
)
"""Commands of a private chat, in the order in which they are listed."""

GROUP_COMMANDS = (
    ("help", "怎么叫我"),
    ("faq", "这个群的常见问题"),
    ("settings", "群设置（管理员）"),
    ("check", "自检（管理员）"),
    ("stop", "别再回应我"),
)
"""Commands of groups."""

ABOUT: Mapping[str, Mapping[str, str]] = {
    "setMyDescription": {
        "description": "小红书客服全是机器人？说说遇到了什么事，我一步一步陪你去找真人：点哪里、发哪一句、"
        "对方怎么回就怎么接。不是小红书官方，不要你的密码和验证码，不收钱。"
    },
    "setMyShortDescription": {
        "short_description": "陪你穿过小红书的客服机器人，去找真人。不是官方，不收钱。"
    },
}
"""What people read before they press start: calls and their values."""

HELP = (
    "直接说遇到了什么事，比如「申诉一分钟就被驳回」。我一步一步告诉你去哪点、发哪句；"
    "对方回了什么，原样贴给我。\n\n"
    "/case 看记下了什么　/cases 换案子　/new 另一件事\n"
    "/back 退一步　/why 为什么问　/stop 先放下\n"
    "/export 写材料、导出　/quiet 不打扰的时间　/language 简繁\n"
    "/forget 删掉全部"
)

TOASTS = {
    "forged": "这个按钮不认识，重新发一次就好。",
    "foreign": "这是别人的按钮。",
    "expired": "这个按钮过期了，重新来一次就好。",
    "stale": "这一步已经过了，看最下面那条。",
    "noted": "这样已经记上了。",
}
"""Short answers to presses that lead nowhere, by reason."""

QUIET = (("晚 10 点到早 8 点", "22-8"), ("晚 11 点到早 7 点", "23-7"), ("随时都行", "off"))
"""Quiet hours on buttons."""

QUIET_ASK = (
    "提醒只在这段时间以外来。现在：<b>{now}</b>\n"
    "也可以写 <code>/quiet 21-9</code>、<code>/quiet off</code>；在国外就写时区，比如 "
    "<code>/quiet Asia/Tokyo</code>。"
)
QUIET_DONE = "好，{now}。"
QUIET_WRONG = "没看懂「{text}」。写成 /quiet 22-8、/quiet off 或 /quiet Asia/Tokyo。"
QUIET_HOURS = "{start} 点到 {end} 点不打扰（{zone}）"
QUIET_NEVER = "随时提醒（{zone}）"
ZONES = {"Asia/Shanghai": "北京时间"}
"""Zones that have a name which people use."""
LANGUAGES = (("跟着我写的走", "auto"), ("简体", "zh_Hans"), ("繁體", "zh_Hant"))
LANGUAGE_ASK = "用哪种字回答你？要贴给小红书的话一直是简体。"
LANGUAGE_NAMES = {"auto": "auto", "简体": "zh_Hans", "簡體": "zh_Hans"} | dict.fromkeys(
    ("繁体", "繁體", "正體", "繁中"), "zh_Hant"
)
"""What can be written behind /language."""
LANGUAGE_DONE = {
    "auto": "好，你写哪种字，我就用哪种字。",
    "zh_Hans": "好，以后用简体。",
    "zh_Hant": "好，以后用繁体。",
}

NO_CASES = "还没有案子。说说遇到了什么事就行。"
CASES = "你的案子，点一个接着办："
EXPORT = "要哪一份？材料里的号码只有你能看到，发之前再看一遍。"
EXPORT_NOTHING = "还没有能写的材料：先聊到我知道是什么问题。现在能拿走的："
EXPORT_GONE = "这份现在做不出来：案子已经换了或者删了。/export 看现在有哪些。"
FILE_FAILED = "这份现在做不出来。发 /export 看看还能拿哪些。"
EXPORT_ALL = "全部材料（ZIP）"
EXPORT_DATA = "我的全部数据（JSON）"
EXPORT_CALENDAR = "提醒的日子（日历）"

PICTURE = "图里的字我读不了。对方说了什么，打几个字或者复制给我就行。"
PICTURE_BLUR = "这张要是发给客服或交上去，先遮住：{blur}。"
PICTURE_NOTE = "要记成哪样证据，点一下；图不会存："
VOICE = "语音我听不了，打几个字给我就行。"
OTHER = "这个我看不了。发生了什么，打几个字给我就行。"
EDITED = "看到你改了上一句。要按改后的来，就再发一遍。"
IN_GROUPS = "/{command} 是在群里用的。/help 看这里有哪些。"
OTHERS = "这个命令是给别的机器人的。/help 看我这里有哪些。"
CASE_MORE = "后面还有，/export 里有全部。"
UNKNOWN = "没有 /{command} 这个命令。/help 看有哪些。"
