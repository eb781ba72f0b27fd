"""What the pages of the panel look like: text, and buttons as code and value, not signed yet.

A page is named by a word and at most one argument, `faq.2`. The code `p` shows a page, `close` takes the panel
away, `leave` lets the bot go; every other code is a change. What people wrote (titles, keywords, answers) is escaped
here; a button's label is plain text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape

from bot.groups.panel_changes import CHOICES, Unknown, tag
from bot.groups.settings import MEMBER_COMMANDS, TITLES, Faq, Settings, describe, shown

__all__ = ["Does", "Page", "View", "page"]

_NOW = "（现在）"
_ENTRIES = 5
_TOPICS = 8


@dataclass(frozen=True, slots=True)
class View:
    """What a panel shows. `thread` is the topic in which it stands, `private` whether that is a private chat."""

    settings: Settings
    title: str = ""
    forum: bool = False
    thread: int | None = None
    private: bool = False


@dataclass(frozen=True, slots=True)
class Does:
    """A button: what it says, and its code and value."""

    label: str
    code: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """`text` is HTML."""

    text: str
    rows: tuple[tuple[Does, ...], ...]


def page(view: View, name: str) -> Page:
    """A page by its name. Unknown when there is none."""
    word, _, argument = name.partition(".")
    if word in _CHOSEN:
        return _chosen(view, word)
    if word not in _MADE:
        raise Unknown
    return _MADE[word](view, argument)


def _page(
    view: View, title: str, text: str, rows: Iterable[Sequence[Does]], back: str = ""
) -> Page:
    above = f"<b>{title}</b>" + (f"（{escape(view.title)}）" if view.title else "")
    last = (_to("返回", back or "overview"), Does("收起", "close"))
    return Page(f"{above}\n\n{text}", (*(tuple(row) for row in rows if row), last))


def _to(label: str, name: str) -> Does:
    return Does(label, "p", name)


def _paired(buttons: Sequence[Does], width: int = 2) -> list[Sequence[Does]]:
    return [buttons[start : start + width] for start in range(0, len(buttons), width)]


# ── the first page ──────────────────────────────────────────────────────────
_ENTRANCES: Sequence[tuple[str, str]] = (
    ("mode", "mode"),
    ("lang", "locale"),
    ("quiet", "quiet"),
    ("zone", "zone"),
    ("cool", "user_cooldown"),
    ("del", "auto_delete"),
    ("guard", "scam_guard"),
    ("cmds", "disabled"),
    ("faq", "faq"),
    ("digest", "digest"),
    ("log", "log_chat"),
    ("topics", "closed_topics"),
)
"""The pages with the setting whose value their button names."""


def _overview(view: View, _: str) -> Page:
    settings = view.settings
    lines = [f"{title}：{escape(value)}" for title, value in describe(settings)]
    buttons = [
        _to(f"{TITLES[name]}：{shown(settings, name)}"[:60], target)
        for target, name in _ENTRANCES
        if target != "topics" or view.forum or settings.closed_topics
    ]
    rows = [*_paired(buttons), (_to("导出和导入", "io"), _to("数据和离开", "data"))]
    made = _page(view, "设置", "\n".join(lines), rows)
    return replace(made, rows=(*made.rows[:-1], (Does("收起", "close"),)))


# ── settings that are one of some values ────────────────────────────────────
_CHOSEN: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "mode": ("叫我才说：提到我、回复我或发命令。只听命令：别的都不接。", ("mode",)),
    "lang": ("在群里用简体还是繁體。要复制给客服的话总是简体。", ("lang",)),
    "quiet": ("这段时间我不说话，有人急着求助除外。按群的时区算。", ("quiet",)),
    "zone": ("安静时段、小结和记录按哪里的时间。", ("zone",)),
    "cool": ("隔得太近的，我说一次稍等，然后不出声。", ("ucool", "gcool")),
    "del": (
        "过了时间我删掉自己的话。删别人的命令消息，要给我「删除消息」的权限。",
        ("del", "dcmd"),
    ),
    "guard": ("有人兜售解封、要验证码，或发出电话、证件号，我提醒一句，不点名。", ("scam", "num")),
    "digest": ("每周一发一次次数小结，没有名字，也没有谁说了什么。", ("digest",)),
}


def _chosen(view: View, word: str) -> Page:
    intro, codes = _CHOSEN[word]
    titles = [TITLES[CHOICES[code].name] for code in codes]
    now = [f"{TITLES[name]}：{shown(view.settings, name)}" for name in _names(codes)]
    rows = [row for code in codes for row in _paired(_options(view, code, named=len(codes) > 1))]
    return _page(view, "、".join(titles), "\n".join([intro, "", *map(escape, now)]), rows)


def _names(codes: Iterable[str]) -> list[str]:
    return [CHOICES[code].name for code in codes]


def _options(view: View, code: str, *, named: bool) -> list[Does]:
    choice = CHOICES[code]
    before = f"{TITLES[choice.name]}：" if named else ""
    here = getattr(view.settings, choice.name)
    return [
        Does(
            before
            + shown(replace(view.settings, **{choice.name: value}), choice.name)
            + (_NOW if value == here else ""),
            code,
            key,
        )
        for key, value in choice.options.items()
    ]


# ── lists ───────────────────────────────────────────────────────────────────
def _faq(view: View, argument: str) -> Page:
    entries = view.settings.faq
    number, several = _turned(argument, len(entries), _ENTRIES)
    here = entries[(number - 1) * _ENTRIES : number * _ENTRIES]
    lines = [_entry(each) for each in here] or ["还没有。"]
    rows = [
        [_to(f"删掉「{_short(each.keyword, 16)}」", f"faqdel.{tag(each.keyword)}")] for each in here
    ]
    hint = "要加一条：/faq 关键词 = 回答\n只认一模一样的：/faq 「关键词」 = 回答"
    return _page(
        view, TITLES["faq"], "\n".join([*lines, "", hint]), [*rows, _turns("faq", number, several)]
    )


def _entry(each: Faq) -> str:
    exact = "（一模一样才答）" if each.exact else ""
    return f"<b>{escape(each.keyword)}</b>{exact}\n{escape(_short(each.answer, 80))}"


def _faq_delete(view: View, argument: str) -> Page:
    for each in view.settings.faq:
        if tag(each.keyword) == argument:
            rows = [[Does("删掉", "nofaq", argument)]]
            return _page(view, "删掉这一条", _entry(each), rows, back="faq")
    return _faq(view, "")


def _topics(view: View, argument: str) -> Page:
    closed = view.settings.closed_topics
    number, several = _turned(argument, len(closed), _TOPICS)
    rows = [
        [Does(f"话题 {topic}：让我说话", "top", str(topic))]
        for topic in closed[(number - 1) * _TOPICS : number * _TOPICS]
    ]
    if view.thread and view.thread not in closed:
        rows.insert(0, [Does("这个话题：我不说话", "notop", str(view.thread))])
    hint = "在哪个话题里打开设置，就能关掉哪个话题。" if not view.thread else ""
    text = "\n".join(filter(None, [f"我不说话的：{shown(view.settings, 'closed_topics')}", hint]))
    return _page(view, TITLES["closed_topics"], text, [*rows, _turns("topics", number, several)])


def _turned(argument: str, count: int, size: int) -> tuple[int, int]:
    """Page number and number of pages; a page that is not there any more is the last one."""
    pages = max(1, -(-count // size))
    number = int(argument) if argument.isascii() and argument.isdigit() else 1
    return min(max(1, number), pages), pages


def _turns(word: str, number: int, pages: int) -> list[Does]:
    before = [_to("上一页", f"{word}.{number - 1}")] if number > 1 else []
    return before + ([_to("下一页", f"{word}.{number + 1}")] if number < pages else [])


def _commands(view: View, _: str) -> Page:
    closed = view.settings.disabled
    buttons = [
        Does(f"打开 /{name}", "cmd", name)
        if name in closed
        else Does(f"关掉 /{name}", "nocmd", name)
        for name in MEMBER_COMMANDS
    ]
    text = f"关掉的：{shown(view.settings, 'disabled')}\n只管这个群，私聊里的命令一直能用。"
    return _page(view, TITLES["disabled"], text, _paired(buttons))


# ── the rest ────────────────────────────────────────────────────────────────
def _log(view: View, _: str) -> Page:
    here = "发到这个话题" if view.thread and not view.private else "发到这个群"
    rows = [
        [Does(here, "log", "here"), Does("私聊发给我", "log", "me")],
        [Does("不发", "log", "off")],
    ]
    now = shown(view.settings, "log_chat")
    text = f"谁改了什么设置，发到哪里：{now}\n不管发不发，/audit 都查得到。"
    return _page(view, TITLES["log_chat"], text, rows)


def _io(view: View, _: str) -> Page:
    text = (
        "导出：发 /export，我给一个文件。里面没有成员，也没有去处和密钥。\n"
        "导入：把文件发给我，附上 /import。我先列出会变什么，你点头才改。"
    )
    return _page(view, "导出和导入", text, [])


def _data(view: View, _: str) -> Page:
    text = (
        "我记着这个群的设置、改动记录（180 天）和不带名字的次数。成员的名字和说的话，一句也不记；不回应的人只记编号。\n"
        "我离开以后马上停下，过一段时间（一般 30 天）把这个群的记录删干净；这之前加回来，设置还在。\n\n"
        f"{TITLES['blocked']}：{shown(view.settings, 'blocked')}"
    )
    rows = [[_to("恢复成最初的设置", "reset"), _to("让我离开", "leave")]]
    if view.settings.blocked:
        rows.insert(0, [_to("重新回应所有人", "unblock")])
    return _page(view, "数据和离开", text, rows)


def _sure(title: str, text: str, button: Does) -> Callable[[View, str], Page]:
    """A page that asks once more before something is lost."""
    return lambda view, _: _page(view, title, text, [[button]], back="data")


_MADE: Mapping[str, Callable[[View, str], Page]] = {
    "overview": _overview,
    "faq": _faq,
    "faqdel": _faq_delete,
    "topics": _topics,
    "cmds": _commands,
    "log": _log,
    "io": _io,
    "data": _data,
    "reset": _sure(
        "恢复成最初的设置",
        "常见问答、改过的文字和所有选择都会没有，找不回来；不回应的人不变。要留一份，先 /export。",
        Does("恢复", "reset"),
    ),
    "unblock": _sure(
        "重新回应所有人",
        "名单会清空，找不回来。自己说过不要回应的人，我还是不回应。",
        Does("清空名单", "unblock"),
    ),
    "leave": _sure("让我离开", "我会退出这个群。要用的时候再把我加回来。", Does("离开", "leave")),
}


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
