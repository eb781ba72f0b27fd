"""What a bot is shown of a group. In privacy mode: service messages, its own commands, answers to it and mentions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.telegram.fake.chats import Message
from tests.telegram.fake.formatting import command_of

if TYPE_CHECKING:
    from tests.telegram.fake.world import World

__all__ = ["sees"]


def sees(world: World, message: Message) -> bool:
    """Whether Telegram tells the bot of a message."""
    chat = message.chat
    if chat.private:
        return True
    mine = world.member(chat, world.me)
    if not mine.present:
        return False
    if message.service:
        return True
    if message.sender.is_bot and message.sender_chat is None and not world.reads_bots:
        return False
    return world.reads_all or mine.admin or _meant(world, message)


def _meant(world: World, message: Message) -> bool:
    """Whether a message is for the bot, as privacy mode understands it."""
    if message.reply_to and message.reply_to.sender.id == world.me.id:
        return True
    username = (world.me.username or "").lower()
    if command := command_of(message.text):
        # A command without a name goes to the bot that spoke last.
        return command[1].lower() == username or (
            not command[1] and message.chat.last_bot == world.me.id
        )
    return world.sees_mentions and f"@{username}" in message.text.lower()
