"""Draws `docs/pictures/telegram.svg`: real chats of `zhenren telegram` with the Bot API that the tests use.

Run it from a checkout after what is said on Telegram or the flows have changed; it takes half a minute:

    .venv/bin/python -m docs.pictures.telegram

The bot is a process of its own and the conversation is the ban of `tests/stories/account.yaml`. What is drawn is what
the chats show at the end: pressed buttons have gone, as on a phone.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from html import escape
from pathlib import Path

from docs.pictures.phone import Bubble, Button, Notice, Phone, picture
from tests.telegram.fake.chats import Message
from tests.telegram.fake.people import Place, User
from tests.telegram.fake.server import FakeTelegram
from tests.telegram.running import running

NAME = "your_zhenren_bot"
WITHIN = 10.0
QUIET = 2.5
"""Seconds."""
PRESS = "› "
"""What begins so is a button to press; everything else is typed."""

BEGINNING = (
    "早上突然永久封号，写违规引流，申诉不到一分钟就驳回，客服全是机器人",
    f"{PRESS}只有大类",
    "有个商单在走，余额两百多",
    f"{PRESS}我没做过",
)
BETWEEN = (
    "薯条小铺",
    f"{PRESS}都有了",
    f"{PRESS}发好了",
    f"{PRESS}帮助与客服",
)
WINDOW = (
    f"{PRESS}聊天窗口",
    "亲，您的问题已为您解决，感谢您的耐心等待",
)
ASKED = "号被永久封了，申诉一分钟就驳回，怎么办"


async def talk(person: User, turns: tuple[str, ...]) -> list[Message]:
    """Say and press everything; what was said meanwhile, presses not counted."""
    before = len(person.messages)
    for turn in turns:
        if turn.startswith(PRESS):
            label = turn.removeprefix(PRESS)
            pressed = person.last
            await person.press(label, pressed).answered(WITHIN)
            await person.becomes(pressed, turn, WITHIN)
        else:
            person.send(turn)
        await person.next(WITHIN)
        await settled(person)
    return person.messages[before:]


async def settled(place: Place) -> None:
    """Until nothing more comes: an answer may be several messages, which keep below Telegram's limits."""
    count = 0
    while count != len(place.messages):
        count = len(place.messages)
        await asyncio.sleep(QUIET)
    place.skip()


def drawn(message: Message) -> Bubble | Notice:
    """A message as it is seen now, by the person in whose hand the phone is."""
    if message.service:
        names = "、".join(each["first_name"] for each in message.content["new_chat_members"])
        return Notice(f"{message.sender.name}把{names}拉进了群")
    kinds = {"copy_text": "copy", "url": "url"}
    rows = tuple(
        tuple(
            Button(each["text"], next((kinds[key] for key in kinds if key in each), "data"))
            for each in row
        )
        for row in message.keyboard
    )
    answered = message.reply_to
    return Bubble(
        message.html or escape(message.text),
        mine=not message.ours,
        name="真人" if message.ours and not message.chat.private else "",
        answers=(answered.sender.name, answered.text) if answered else None,
        rows=rows,
    )


async def play() -> list[Phone]:
    """Talk to a bot, and what three phones show then."""
    with tempfile.TemporaryDirectory() as directory:
        async with (
            FakeTelegram(username=NAME) as fake,
            running(fake, Path(directory) / "picture.db"),
        ):
            person = fake.user("群友")
            person.start()
            await person.next(WITHIN)
            beginning = await talk(person, BEGINNING)
            await talk(person, BETWEEN)
            window = await talk(person, WINDOW)
            group = fake.group("小红书互助群")
            group.add_bot()
            await group.next(WITHIN)
            group.say(person, f"@{NAME} {ASKED}")
            await group.next(WITHIN)
            joined = [each for each in group.messages if each.sender != person.account]
            said = [each for each in group.messages if each.text.startswith("@")]
            chat = sorted({each.id: each for each in [*joined, *said]}.values(), key=_order)
            return [
                Phone("私聊：一次问一件，能点也能打字", "真人", "机器人", _seen(beginning)),
                Phone("要发的话，点一下就复制", "真人", "机器人", _seen(window)),
                Phone("群里：只说谁都能看的", "小红书互助群", "群", _seen(chat)),
            ]


def _order(message: Message) -> int:
    return message.id


def _seen(messages: list[Message]) -> list[Bubble | Notice]:
    return [drawn(message) for message in messages if not message.deleted]


def main() -> None:
    phones = asyncio.run(play())
    default = Path(__file__).resolve().parent / "telegram.svg"
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else default
    target.write_text(picture("真人：Telegram 上的私聊和群", phones), encoding="utf-8")


if __name__ == "__main__":
    main()
