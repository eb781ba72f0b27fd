"""What Telegram answers when it does not do as it is told. The texts are Telegram's: clients branch on them."""

from __future__ import annotations

from typing import Any

__all__ = ["ApiError", "Texts", "bad", "conflict", "forbidden", "too_many"]


class ApiError(Exception):
    """An answer that is not ok. `parameters` are retry_after (whole seconds) or migrate_to_chat_id."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        self.code = code
        self.description = description
        self.parameters = parameters
        super().__init__(f"{code} {description}")

    def body(self) -> dict[str, Any]:
        """The JSON of the answer."""
        told = {"parameters": self.parameters} if self.parameters else {}
        return {"ok": False, "error_code": self.code, "description": self.description, **told}


class Texts:
    """Descriptions of 400 and 403, without their prefix."""

    NOT_MODIFIED = (
        "message is not modified: specified new message content and reply markup are exactly the same"
        " as a current content and reply markup of the message"
    )
    NO_EDIT = "message to edit not found"
    CANNOT_EDIT = "message can't be edited"
    NO_DELETE = "message to delete not found"
    CANNOT_DELETE = "message can't be deleted"
    NO_REPLY = "message to be replied not found"
    NO_COPY = "message to copy not found"
    NO_REACTION = "message to react not found"
    NO_PIN = "message to pin not found"
    NO_PIN_RIGHT = "not enough rights to manage pinned messages in the chat"
    NO_THREAD = "message thread not found"
    TOPIC_CLOSED = "TOPIC_CLOSED"
    QUOTE = "QUOTE_TEXT_INVALID"
    EMPTY = "message text is empty"
    TOO_LONG = "message is too long"
    CAPTION_TOO_LONG = "message caption is too long"
    PARSE = "can't parse entities: "
    BUTTON_DATA = "BUTTON_DATA_INVALID"
    BUTTON_URL = "BUTTON_URL_INVALID"
    BUTTON_COPY = "BUTTON_COPY_TEXT_INVALID"
    BUTTON_TYPE = "text buttons are unallowed in the inline keyboard"
    MANY_BUTTONS = "REPLY_MARKUP_TOO_LONG"
    NO_MARKUP = "object expected as reply markup"
    NO_CHAT = "chat not found"
    NO_USER = "invalid user_id specified"
    HIDDEN_MEMBERS = "member list is inaccessible"
    OLD_QUERY = "query is too old and response timeout expired or query ID is invalid"
    LONG_ANSWER = "MESSAGE_TOO_LONG"
    UPGRADED = "group chat was upgraded to a supergroup chat"
    NO_SEND_RIGHT = "not enough rights to send text messages to the chat"
    NO_DOCUMENT_RIGHT = "not enough rights to send documents to the chat"
    PRIVATE_ONLY = "method is available only in private chats"
    NO_FILE = "wrong file_id or the file is temporarily unavailable"
    BIG_FILE = "file is too big"
    NO_DOCUMENT = "there is no document in the request"
    BLOCKED = "bot was blocked by the user"
    NEVER_STARTED = "bot can't initiate conversation with a user"
    DEACTIVATED = "user is deactivated"
    OTHER_BOT = "bot can't send messages to bots"


def bad(text: str, **parameters: int) -> ApiError:
    return ApiError(400, f"Bad Request: {text}", **parameters)


def forbidden(text: str) -> ApiError:
    return ApiError(403, f"Forbidden: {text}")


def conflict(text: str) -> ApiError:
    return ApiError(409, f"Conflict: {text}")


def too_many(seconds: int) -> ApiError:
    return ApiError(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
