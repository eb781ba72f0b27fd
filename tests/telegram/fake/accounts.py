"""Who is in the world: accounts (people, bots, Telegram's own faces) and what each is in a chat."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

__all__ = [
    "ADMIN_RIGHTS",
    "ANONYMOUS",
    "CHANNEL_FACE",
    "SEND_RIGHTS",
    "TELEGRAM",
    "Account",
    "Member",
]

ADMIN_RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_pin_messages",
    "can_manage_topics",
)

SEND_RIGHTS = (
    "can_send_messages",
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
    "can_send_polls",
    "can_send_other_messages",
    "can_add_web_page_previews",
    "can_react_to_messages",
    "can_edit_tag",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
)


@dataclass(slots=True)
class Account:
    """A person or a bot. `started` and `blocked` are towards the bot under test."""

    id: int
    name: str
    username: str | None = None
    language: str | None = None
    is_bot: bool = False
    started: bool = False
    blocked: bool = False
    deactivated: bool = False

    def json(self) -> dict[str, Any]:
        """A User of the Bot API."""
        data: dict[str, Any] = {"id": self.id, "is_bot": self.is_bot, "first_name": self.name}
        if self.username:
            data["username"] = self.username
        if self.language:
            data["language_code"] = self.language
        return data


ANONYMOUS = Account(1087968824, "Group", "GroupAnonymousBot", is_bot=True)
"""The sender of what an anonymous admin says."""

CHANNEL_FACE = Account(136817688, "Channel", "Channel_Bot", is_bot=True)
"""The sender of what somebody says in the name of a channel."""

TELEGRAM = Account(777000, "Telegram")
"""The sender of posts that come over from a linked channel."""


@dataclass(slots=True)
class Member:
    """What an account is in a chat. `rights` are an admin's, or what a restricted one may still do."""

    account: Account
    status: str = "member"
    rights: frozenset[str] = field(default_factory=frozenset)
    anonymous: bool = False
    inside: bool = True

    @property
    def present(self) -> bool:
        return self.status in {"creator", "administrator", "member"} or (
            self.status == "restricted" and self.inside
        )

    @property
    def admin(self) -> bool:
        return self.status in {"creator", "administrator"}

    def can(self, right: str) -> bool:
        """Whether this admin has a right; a creator has them all."""
        return self.status == "creator" or (self.status == "administrator" and right in self.rights)

    def json(self) -> dict[str, Any]:
        """A ChatMember of the Bot API."""
        data: dict[str, Any] = {"status": self.status, "user": self.account.json()}
        if self.status == "creator":
            data["is_anonymous"] = self.anonymous
        elif self.status == "administrator":
            data |= {"is_anonymous": self.anonymous, "can_be_edited": False}
            data |= {right: right in self.rights for right in ADMIN_RIGHTS}
        elif self.status == "restricted":
            data |= {"is_member": self.inside, "until_date": 0}
            data |= {right: right in self.rights for right in SEND_RIGHTS}
        elif self.status == "kicked":
            data["until_date"] = 0
        return data
