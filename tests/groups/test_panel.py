"""The panel: whose it is, what its buttons do, and that every page is reached within Telegram's limits."""

import re
from html import unescape

import pytest

from bot.channels.telegram.chats import ChatError, Later, Rejected, Uncertain
from bot.channels.telegram.events import Sender
from bot.channels.telegram.posts import Post
from bot.channels.telegram.signing import LIMIT, Refused, Signed
from bot.core.errors import StorageError
from bot.groups.panel_changes import CHOICES
from bot.groups.settings import MEMBER_COMMANDS, Faq, Settings
from bot.groups.settings_rules import Checks
from tests.groups.admins import (
    ADMIN,
    GROUP,
    HIDDEN,
    MEMBER,
    OTHER,
    OWNER,
    WEAK,
    Office,
    keys_of,
)
from tests.groups.records import DictRecords

EVIL = 'x</b><a href="tg://user?id=1">&'
ENTRIES = tuple(Faq(f"词{number} <b>&", f"答 <i>&{number}" * 9) for number in range(12))
PAGES = ["overview", "mode", "lang", "quiet", "zone", "cool", "del", "guard", "digest", "cmds", "faq",
         "log", "topics", "io", "data", "reset", "leave", "unblock"]  # fmt: skip


def _value(post: Post, label: str) -> str:
    """The data of the first button whose label begins so."""
    return next(key.value for key in keys_of(post) if key.label.startswith(label))


# ── opening ─────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("sender", [OWNER, ADMIN, WEAK], ids=["creator", "admin", "reader"])
async def test_an_admin_sees_the_values_and_the_group(sender: Sender) -> None:
    office = Office()
    await office.book.change(GROUP, mode="commands", quiet=(22, 8))
    post = await office.panel.opened(GROUP, sender, GROUP, 5)
    assert post.address == f"tg:{GROUP}/5"
    assert "只听命令" in post.text
    assert "互助 &lt;b&gt;&amp;" in post.text
    assert any(key.label == "安静时段：22 点到 8 点" for key in keys_of(post))


@pytest.mark.parametrize(
    "sender", [MEMBER, Sender(1), Sender(OWNER.id, "channel"), Sender(OWNER.id, "bot")], ids=repr
)
async def test_who_is_no_admin_gets_a_line_that_goes_away(sender: Sender) -> None:
    office = Office()
    post = await office.panel.opened(GROUP, sender, GROUP)
    assert not post.keys
    assert post.delete_after == 60
    assert "叫我才说" not in post.text


async def test_the_panel_of_a_group_opens_nowhere_but_there_and_with_its_admin() -> None:
    office = Office()
    assert not (await office.panel.opened(GROUP, ADMIN, OTHER.id)).keys
    assert not (await office.panel.opened(GROUP, HIDDEN, HIDDEN.id)).keys


async def test_the_panel_works_without_a_title() -> None:
    office = Office()
    office.chats.failing["facts"] = Rejected("chat not found")
    assert (await office.panel.opened(GROUP, ADMIN, GROUP)).keys


# ── every page ──────────────────────────────────────────────────────────────
async def _visited(office: Office, where: int) -> dict[str, Post]:
    """Every page that buttons lead to, by its name."""
    first = await office.panel.opened(GROUP, ADMIN, where, 123456 if where < 0 else None)
    seen: dict[str, Post] = {"overview": first}
    ways = [first]
    while ways:
        for key in keys_of(ways.pop()):
            name = key.value.split("|")[1].split("/", 1)[1]
            if name.startswith("p/") and name[2:] not in seen:
                await office.do(ADMIN, key.value, where, 123456 if where < 0 else None)
                seen[name[2:]] = office.shows
                ways.append(office.shows)
    return seen


@pytest.mark.parametrize("where", [GROUP, ADMIN.id], ids=["group", "private"])
async def test_every_page_is_reached_and_fits_and_is_safe(where: int) -> None:
    office = Office()
    _, before = await office.book.change(
        GROUP, faq=ENTRIES, blocked=(5,), closed_topics=tuple(range(2**53 - 20, 2**53))
    )
    pages = await _visited(office, where)
    assert set(PAGES) <= set(pages)
    assert sum(name.startswith("faqdel.") for name in pages) == len(ENTRIES)
    for post in pages.values():
        assert len(unescape(re.sub(r"</?b>", "", post.text))) < 3500
        assert not re.search(r"<(?!/?b>)|&(?!amp;|lt;|gt;|quot;|#x27;)", post.text)
        assert post.text.count("<b>") == post.text.count("</b>")
        assert sum(1 for _ in keys_of(post)) <= 100
        for key in keys_of(post):
            assert 0 < len(key.value.encode()) <= LIMIT
            assert 0 < len(key.label) <= 64
    assert await office.book.settings(GROUP) == before  # looking changes nothing


async def test_an_owner_with_the_longest_id_still_fits() -> None:
    office = Office()
    longest = Sender(2**52 - 1)
    office.chats.enter(GROUP, longest.id, "creator")
    post = await office.panel.opened(GROUP, longest, longest.id)
    await office.do(longest, _value(post, "时区"), longest.id)
    assert all(len(key.value.encode()) <= LIMIT for key in keys_of(office.shows))


@pytest.mark.parametrize("forum", [True, False], ids=["forum", "plain"])
async def test_topics_are_offered_in_a_forum_only(forum: bool) -> None:
    office = Office()
    facts = await office.chats.facts(GROUP)
    office.chats.known[GROUP] = type(facts)(GROUP, "supergroup", "群", forum)
    labels = [key.label for key in keys_of(await office.panel.opened(GROUP, ADMIN, GROUP))]
    assert any(label.startswith("不说话的话题") for label in labels) is forum


# ── changing ────────────────────────────────────────────────────────────────
_EVERY = [(code, key) for code, choice in CHOICES.items() for key in choice.options]


@pytest.mark.parametrize(("code", "key"), _EVERY, ids=["-".join(each) for each in _EVERY])
async def test_every_choice_is_made_by_its_button_and_only_once(code: str, key: str) -> None:
    office = Office()
    choice = CHOICES[code]
    settings = Settings()
    for _ in range(2):
        await office.do(ADMIN, office.button(code, key))
        settings = await office.book.settings(GROUP)
        assert getattr(settings, choice.name) == choice.options[key]
        assert "（现在）" in " ".join(each.label for each in keys_of(office.shows))
    assert office.toast == "本来就是这样"
    notes = await office.records.find("audit", "tg:")
    assert len(notes) == (settings != Settings())


@pytest.mark.parametrize("name", MEMBER_COMMANDS)
async def test_a_command_is_closed_and_opened(name: str) -> None:
    office = Office()
    for _ in range(2):
        await office.do(ADMIN, office.button("nocmd", name))
        assert (await office.book.settings(GROUP)).disabled == (name,)
    await office.do(ADMIN, _value(office.shows, f"打开 /{name}"))
    assert (await office.book.settings(GROUP)).disabled == ()


async def test_the_topic_in_which_it_stands_is_closed_and_opened() -> None:
    office = Office()
    await office.do(ADMIN, office.button("p", "topics"), thread=9)
    close = _value(office.shows, "这个话题：我不说话")
    for _ in range(2):
        await office.do(ADMIN, close, thread=9)
        assert (await office.book.settings(GROUP)).closed_topics == (9,)
    await office.do(ADMIN, _value(office.shows, "话题 9：让我说话"), thread=9)
    assert (await office.book.settings(GROUP)).closed_topics == ()


async def test_too_many_topics_are_not_closed() -> None:
    office = Office()
    await office.book.change(GROUP, closed_topics=tuple(range(1, 101)))
    await office.do(ADMIN, office.button("notop", "500"))
    assert "最多 100" in office.toast


@pytest.mark.parametrize(
    ("value", "kept"), [("here", f"tg:{GROUP}/9"), ("me", f"tg:{ADMIN.id}"), ("off", "")]
)
async def test_changes_are_told_where_it_was_chosen(value: str, kept: str) -> None:
    office = Office()
    await office.do(ADMIN, office.button("log", value), thread=9)
    assert (await office.book.settings(GROUP)).log_chat == kept
    told = await office.do(ADMIN, office.button("mode", "off"), thread=9)
    assert [each.address for each in told] == [kept] * bool(kept)
    if told:
        assert "叫我才说 → 不说话" in told[0].text


async def test_here_is_the_group_when_the_panel_is_in_private_chat() -> None:
    office = Office()
    post = await office.panel.opened(GROUP, ADMIN, ADMIN.id)
    await office.do(ADMIN, _value(post, "改动告诉谁"), ADMIN.id)
    await office.do(ADMIN, _value(office.shows, "发到这个群"), ADMIN.id)
    assert (await office.book.settings(GROUP)).log_chat == f"tg:{GROUP}"


async def test_a_private_log_ends_with_the_right_to_read_it() -> None:
    office = Office()
    await office.do(ADMIN, office.button("log", "me"))
    office.chats.enter(GROUP, ADMIN.id, "member")
    office.wait(minutes=2)
    assert await office.do(OTHER, office.button("mode", "off", by=OTHER)) == []


async def test_two_admins_at_once_are_both_kept() -> None:
    office = Office()
    first = await office.panel.opened(GROUP, ADMIN, GROUP)
    second = await office.panel.opened(GROUP, OTHER, GROUP)
    await office.do(ADMIN, _value(first, "什么时候说话"))
    one = _value(office.shows, "不说话")
    await office.do(OTHER, _value(second, "用什么字"))
    two = _value(office.shows, "繁體")
    await office.do(ADMIN, one)
    await office.do(OTHER, two)
    assert await office.book.settings(GROUP) == Settings(mode="off", locale="zh_Hant")


@pytest.mark.parametrize(
    ("code", "value"),
    [("mode", "loud"), ("zone", "Asia/Peking"), ("del", "1"), ("nocmd", "settings"), ("nope", ""),
     ("notop", "x"), ("notop", "²"), ("log", "tg:5"), ("p", "nope"), ("", "")],
)  # fmt: skip
async def test_a_button_of_another_version_changes_nothing(code: str, value: str) -> None:
    office = Office()
    await office.do(ADMIN, office.button(code, value))
    assert "认不出来" in office.toast
    assert await office.book.settings(GROUP) == Settings()
    assert office.chats.edits == []


# ── before something is lost ────────────────────────────────────────────────
async def test_all_is_reset_only_after_a_second_press() -> None:
    office = Office()
    await office.book.change(GROUP, mode="off", faq=ENTRIES, blocked=(5,))
    await office.do(ADMIN, office.button("p", "reset"))
    assert (await office.book.settings(GROUP)).faq == ENTRIES
    await office.do(ADMIN, _value(office.shows, "恢复"))
    assert await office.book.settings(GROUP) == Settings(blocked=(5,))


async def test_the_bot_leaves_only_after_a_second_press() -> None:
    office = Office()
    await office.do(ADMIN, office.button("p", "leave"))
    assert office.chats.left == []
    await office.do(ADMIN, _value(office.shows, "离开"))
    assert office.chats.left == [GROUP]
    assert "离开了" in office.shows.text


async def test_leaving_that_fails_is_said() -> None:
    office = Office()
    office.chats.failing["leave"] = Later(3)
    await office.do(ADMIN, office.button("leave"))
    assert "没走成" in office.toast
    assert await office.records.find("audit", "tg:") == []


async def test_the_list_of_people_is_emptied_after_a_second_press() -> None:
    office = Office()
    await office.book.change(GROUP, blocked=(5, 6))
    await office.do(ADMIN, office.button("p", "unblock"))
    await office.do(ADMIN, _value(office.shows, "清空名单"))
    assert (await office.book.settings(GROUP)).blocked == ()


async def test_the_right_entry_is_deleted_wherever_it_stands_now() -> None:
    office = Office()
    await office.book.change(GROUP, faq=ENTRIES)
    await office.do(ADMIN, office.button("p", "faq"))
    await office.do(ADMIN, _value(office.shows, "删掉「词3"))
    sure = _value(office.shows, "删掉")
    await office.book.change(GROUP, faq=ENTRIES[1:])  # another admin was quicker
    for _ in range(2):
        await office.do(ADMIN, sure)
        assert (await office.book.settings(GROUP)).faq == (*ENTRIES[1:3], *ENTRIES[4:])


async def test_the_panel_is_taken_away() -> None:
    office = Office()
    await office.do(ADMIN, office.button("close"))
    assert office.chats.deleted == [(GROUP, 77)]
    office.chats.failing["delete"] = Rejected("message can't be deleted")
    await office.do(ADMIN, office.button("close"))
    assert office.shows.keys == ()


# ── who may press ───────────────────────────────────────────────────────────
async def test_a_demoted_admin_changes_nothing_with_an_open_panel() -> None:
    office = Office()
    post = await office.panel.opened(GROUP, ADMIN, GROUP)
    await office.do(ADMIN, _value(post, "什么时候说话"))
    off = _value(office.shows, "不说话")
    office.chats.enter(GROUP, ADMIN.id, "member")
    await office.do(ADMIN, off)
    assert "权限" in office.toast
    assert await office.book.settings(GROUP) == Settings()


@pytest.mark.parametrize("code", ["mode", "reset", "leave", "nofaq", "log"])
async def test_who_may_only_read_changes_nothing(code: str) -> None:
    office = Office()
    await office.book.change(GROUP, mode="commands")
    await office.do(WEAK, office.button(code, "off", by=WEAK))
    assert "修改群信息" in office.toast
    assert await office.book.settings(GROUP) == Settings(mode="commands")
    assert office.chats.left == []


async def test_no_answer_from_telegram_changes_nothing() -> None:
    office = Office()
    office.chats.failing["member"] = Uncertain("?")
    await office.do(OWNER, office.button("mode", "off", by=OWNER))
    assert await office.book.settings(GROUP) == Settings()
    assert office.chats.answers


async def test_another_admins_button_is_foreign() -> None:
    office = Office()
    press = office.press(OTHER, office.button("mode", "off", by=ADMIN))
    with pytest.raises(Refused, match="foreign") as refused:
        office.read(press)
    await office.panel.refused(press, refused.value)
    assert "别人打开的" in office.toast


async def test_after_ten_minutes_the_panel_is_over() -> None:
    office = Office()
    press = office.press(ADMIN, office.button("mode", "off"))
    office.wait(minutes=10, seconds=1)
    with pytest.raises(Refused, match="expired") as refused:
        office.read(press)
    await office.panel.refused(press, refused.value)
    assert office.toast == "面板过期了，重新发 /settings"


@pytest.mark.parametrize("spoiled", ["argument", "chat", "tag", "empty"])
async def test_forged_data_is_refused(spoiled: str) -> None:
    office = Office()
    good = office.button("mode", "off")
    data = {"argument": good.replace("off", "commands"), "tag": good[:-1] + "!", "empty": ""}
    press = office.press(ADMIN, data.get(spoiled, good), GROUP - (spoiled == "chat"))
    with pytest.raises(Refused, match="forged") as refused:
        office.read(press)
    await office.panel.refused(press, refused.value)
    assert "认不出来" in office.toast


async def test_a_page_that_is_turned_lives_ten_minutes_more() -> None:
    office = Office()
    data = office.button("p", "mode")
    for _ in range(5):
        office.wait(minutes=9)
        await office.do(ADMIN, data)
        data = next(key.value for key in keys_of(office.shows) if "/p/" in key.value)


# ── in private chat ─────────────────────────────────────────────────────────
async def test_in_private_chat_the_buttons_are_about_the_group() -> None:
    office = Office()
    post = await office.panel.opened(GROUP, ADMIN, ADMIN.id)
    assert post.address == f"tg:{ADMIN.id}"
    await office.do(ADMIN, _value(post, "什么时候说话"), ADMIN.id)
    await office.do(ADMIN, _value(office.shows, "不说话"), ADMIN.id)
    assert (await office.book.settings(GROUP)).mode == "off"
    assert all(str(GROUP) not in key.value for key in keys_of(office.shows))


async def test_in_private_chat_a_demoted_admin_sees_nothing_any_more() -> None:
    office = Office()
    post = await office.panel.opened(GROUP, ADMIN, ADMIN.id)
    office.chats.enter(GROUP, ADMIN.id, "left")
    office.permissions.forget(GROUP, ADMIN.id)
    await office.do(ADMIN, _value(post, "常见问答"), ADMIN.id)
    assert office.chats.edits == []


@pytest.mark.parametrize("handle", ["", "000000"], ids=["none", "unknown"])
async def test_in_private_chat_a_button_without_its_group_is_over(handle: str) -> None:
    office = Office()
    press = office.press(ADMIN, "", ADMIN.id)
    await office.panel.pressed(press, Signed("set", f"{handle}/mode/off"))
    assert "过期" in office.toast


async def test_a_handle_that_was_not_yet_deleted_is_over_in_time() -> None:
    office = Office()
    await office.panel.opened(GROUP, ADMIN, ADMIN.id)
    (record,) = await office.records.find("panel", f"tg:{ADMIN.id}/")
    office.wait(days=2)
    press = office.press(ADMIN, "", ADMIN.id)
    handle = record.key.rpartition("/")[2]
    await office.panel.pressed(press, Signed("set", f"{handle}/mode/off"))
    assert "过期" in office.toast


# ── who hides ───────────────────────────────────────────────────────────────
async def test_a_hidden_admin_shows_themselves_by_pressing() -> None:
    office = Office()
    post = await office.panel.opened(GROUP, HIDDEN, GROUP)
    (key,) = keys_of(post)
    assert key.label == "我是管理员"
    await office.do(MEMBER, key.value)
    assert "管理员" in office.toast
    assert office.chats.edits == []
    await office.do(ADMIN, key.value)
    await office.do(ADMIN, _value(office.shows, "什么时候说话"))
    with pytest.raises(Refused, match="foreign"):
        await office.do(OTHER, _value(office.shows, "不说话"))


# ── what goes wrong ─────────────────────────────────────────────────────────
async def test_a_press_is_answered_when_the_store_fails() -> None:
    office = Office(records=(records := DictRecords()))
    records.broken = True
    with pytest.raises(StorageError):
        await office.do(ADMIN, office.button("mode", "off"))
    assert "没改成" in office.toast


@pytest.mark.parametrize("method", ["answer", "edit", "facts"])
@pytest.mark.parametrize("error", [ChatError("?"), Rejected("too old"), Later(9)], ids=repr)
async def test_what_telegram_fails_to_show_is_done_all_the_same(
    method: str, error: ChatError
) -> None:
    office = Office()
    office.chats.failing[method] = error
    await office.do(ADMIN, office.button("mode", "off"))
    assert (await office.book.settings(GROUP)).mode == "off"


# ── /faq ────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ("退款 = 看置顶", Faq("退款", "看置顶")),
        ("退款＝a=b＝c", Faq("退款", "a=b＝c")),
        ("  「退款」=看置顶\n第二行", Faq("退款", "看置顶\n第二行", exact=True)),
        ("“退款” = x", Faq("退款", "x", exact=True)),
        (f"{EVIL[:5]} = {EVIL}", Faq(EVIL[:5], EVIL)),
    ],
    ids=["plain", "full width", "exact", "curly", "html"],
)
async def test_an_entry_is_added_by_command(text: str, entry: Faq) -> None:
    office = Office()
    (said,) = await office.panel.faq_command(GROUP, ADMIN, text, GROUP, 9)
    assert (await office.book.settings(GROUP)).faq == (entry,)
    assert said.address == f"tg:{GROUP}/9"
    assert "<" not in said.text


async def test_an_entry_takes_the_place_of_the_one_with_its_keyword() -> None:
    office = Office()
    for text in ("退款 = 一", "Vip = 二", "退款 = 三", "vip = 四"):
        await office.panel.faq_command(GROUP, ADMIN, text)
    assert [each.answer for each in (await office.book.settings(GROUP)).faq] == ["三", "四"]


@pytest.mark.parametrize("text", ["", "退款", "= 答", "退款 =", "=", "「」="])
async def test_half_an_entry_is_answered_with_how_it_goes(text: str) -> None:
    office = Office()
    (said,) = await office.panel.faq_command(GROUP, ADMIN, text)
    assert "/faq 关键词 = 回答" in said.text
    assert (await office.book.settings(GROUP)).faq == ()


@pytest.mark.parametrize(
    ("text", "why"),
    [("字" * 33 + "=答", "1 到 32"), ("词=" + "字" * 501, "1 到 500"), ("热线=错号", "查过是错的"),
     ("a\u202eb=c", "看不见的字符")],
    ids=["keyword", "answer", "rejected", "unseen"],
)  # fmt: skip
async def test_an_entry_that_may_not_be_is_answered_with_why(text: str, why: str) -> None:
    office = Office(checks=Checks(sayable=lambda said: "错" not in said))
    (said,) = await office.panel.faq_command(GROUP, ADMIN, text)
    assert why in said.text
    assert (await office.book.settings(GROUP)).faq == ()


async def test_fifty_entries_are_enough() -> None:
    office = Office()
    await office.book.change(GROUP, faq=tuple(Faq(str(n), "x") for n in range(50)))
    (said,) = await office.panel.faq_command(GROUP, ADMIN, "新的 = x")
    assert "最多 50" in said.text


@pytest.mark.parametrize("sender", [MEMBER, WEAK, Sender(OWNER.id, "channel")], ids=repr)
async def test_who_may_not_change_adds_no_entry(sender: Sender) -> None:
    office = Office()
    (said,) = await office.panel.faq_command(GROUP, sender, "退款 = x")
    assert "修改群信息" in said.text
    assert (await office.book.settings(GROUP)).faq == ()


async def test_a_hidden_admins_entry_waits_for_a_press_of_somebody_who_may() -> None:
    office = Office()
    (post,) = await office.panel.faq_command(GROUP, HIDDEN, f"退款 = {EVIL}")
    (key,) = keys_of(post)
    for sender in (MEMBER, WEAK):
        await office.do(sender, key.value)
        assert (await office.book.settings(GROUP)).faq == ()
    await office.do(ADMIN, key.value)
    assert (await office.book.settings(GROUP)).faq == (Faq("退款", EVIL),)
    assert await office.records.find("panel", "tg:") == []
    await office.do(ADMIN, key.value)
    assert "过期" in office.toast


async def test_an_added_entry_is_told_without_its_words() -> None:
    office = Office()
    await office.do(ADMIN, office.button("log", "here"))
    _, told = await office.panel.faq_command(GROUP, ADMIN, "秘密 = 更秘密")
    assert "常见问答：没有 → 1 条" in told.text
    assert "秘密" not in told.text
