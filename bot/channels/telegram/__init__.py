"""The Telegram channel: everything that knows the Bot API, and the only place that imports `telegram`.

    updates   fetching (long poll) · hook (webhook) → sealed inbox rows → events (plain, of our own)
    answers   outbox rows → layout (Response or Post → messages) → gateway (errors with a meaning) → Bot API

`events`, `posts` and `signing` import nothing of Telegram's library, so the layers above use them freely.
"""
