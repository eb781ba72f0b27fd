"""What the admin can set: where data is (`places`), and how `zhenren telegram` runs (`telegram`).

Only `places` is loaded here: the console needs no more, and starts at once. `fields` is the table of all settings
of Telegram, `sources` finds what was written for them, `telegram` makes one checked value of it.
"""

from bot.config.places import (
    DATABASE_VARIABLE,
    FLOWS_VARIABLE,
    INBOX_VARIABLE,
    KEY_VARIABLE,
    LEARN_VARIABLE,
    LOCALES_VARIABLE,
    database,
    flows_dir,
    inbox_path,
    key_file,
    learning,
    locales_dir,
)

__all__ = [
    "DATABASE_VARIABLE",
    "FLOWS_VARIABLE",
    "INBOX_VARIABLE",
    "KEY_VARIABLE",
    "LEARN_VARIABLE",
    "LOCALES_VARIABLE",
    "database",
    "flows_dir",
    "inbox_path",
    "key_file",
    "learning",
    "locales_dir",
]
