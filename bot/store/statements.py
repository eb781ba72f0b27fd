"""The SQL that SQLite and PostgreSQL share, with `?` for values; `numbered` gives PostgreSQL's form.

Rows are ordered by the id that the database gives, never by time: clocks go back.
"""

from __future__ import annotations

__all__ = ["for_postgres"]


def for_postgres(sql: str) -> str:
    """The same statement with the placeholders of psycopg. No statement here has a ? or % in a literal."""
    return sql.replace("?", "%s")


LOAD = """
SELECT c.active, c.version, c.profile, c.sealed, k.case_id, k.tracker, k.length
FROM conversations c LEFT JOIN cases k ON k.conversation = c.id
WHERE c.id = ? ORDER BY k.number"""

ADD_CONVERSATION = """
INSERT INTO conversations (active, profile, sealed, updated_at, version, id)
VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING"""

CHANGE_CONVERSATION = """
UPDATE conversations SET active = ?, profile = ?, sealed = ?, updated_at = ?, version = ?
WHERE id = ? AND version = ?"""

KEEP_CASE = """
INSERT INTO cases (conversation, case_id, number, tracker, length, issue, outcome, wake, opened_at, updated_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (conversation, case_id) DO UPDATE SET tracker = excluded.tracker, length = excluded.length,
issue = excluded.issue, outcome = excluded.outcome, wake = excluded.wake, updated_at = excluded.updated_at"""

ADD_TURN = "INSERT INTO turns (conversation, case_id, number, at, events) VALUES (?, ?, ?, ?, ?)"

CLAIM = """
INSERT INTO inbox (channel, update_id, conversation, payload, state, tries, received_at)
VALUES (?, ?, ?, NULL, 'done', 0, ?)
ON CONFLICT (channel, update_id) DO UPDATE SET state = 'done', payload = NULL, leased_until = NULL
WHERE inbox.state NOT IN ('done', 'dead')"""

ADD_OUTGOING = """
INSERT INTO outbox (key, reply_to, conversation, payload, state, tries, due_at, updated_at)
VALUES (?, ?, ?, ?, ?, 0, ?, ?) ON CONFLICT (key) DO NOTHING"""

COUNT = """
INSERT INTO counts (phrase, reply, n) VALUES (?, ?, ?)
ON CONFLICT (phrase, reply) DO UPDATE SET n = counts.n + excluded.n"""

JOURNAL = "SELECT at, events FROM turns WHERE conversation = ? AND case_id = ? ORDER BY number"

OVERVIEW = """
SELECT conversation, case_id, issue, outcome, opened_at, updated_at, wake FROM cases
WHERE ? IN ('', conversation) ORDER BY conversation, number"""

DUE = """
SELECT conversation FROM cases WHERE wake <= ? AND substr(conversation, 1, ?) = ? GROUP BY conversation ORDER BY min(wake) LIMIT ?"""

RECEIVE = """
INSERT INTO inbox (channel, update_id, conversation, payload, state, tries, received_at)
VALUES (?, ?, ?, ?, 'new', 0, ?) ON CONFLICT (channel, update_id) DO NOTHING"""

BURY = """
UPDATE inbox SET state = 'dead', payload = NULL, leased_until = NULL
WHERE state IN ('new', 'working') AND tries >= ? AND (leased_until IS NULL OR leased_until <= ?)"""

NEXT_INCOMING = """
  SELECT i.id FROM inbox i
  WHERE i.id IN (SELECT min(id) FROM inbox WHERE state IN ('new', 'working') GROUP BY conversation)
  AND (i.state = 'new' OR i.leased_until <= ?) ORDER BY i.id LIMIT ? {lock}"""

TAKE_INCOMING = """
UPDATE inbox SET state = 'working', tries = tries + 1, leased_until = ? WHERE id IN ({next})
RETURNING id, channel, update_id, conversation, payload, received_at, state, tries""".replace(
    "{next}", NEXT_INCOMING
)

FAIL_INCOMING = """
UPDATE inbox SET leased_until = NULL, state = CASE WHEN tries >= ? THEN 'dead' ELSE 'new' END,
payload = CASE WHEN tries >= ? THEN NULL ELSE payload END
WHERE channel = ? AND update_id = ? AND state = 'working' RETURNING state"""

# A new row with a lease was put back: those after it wait for it, however late it is due.
NEXT_OUTGOING = """
  SELECT o.id FROM outbox o WHERE o.id IN (
    SELECT min(id) FROM outbox WHERE state IN ('new', 'sending')
    AND (due_at <= ? OR tries > 0 OR leased_until IS NOT NULL) GROUP BY conversation)
  AND o.state = 'new' AND o.due_at <= ? ORDER BY o.id LIMIT ? {lock}"""

TAKE_OUTGOING = """
UPDATE outbox SET state = 'sending', tries = tries + 1, leased_until = ? WHERE id IN ({next})
RETURNING id, key, conversation, payload, due_at, state, tries, error, reply_to""".replace(
    "{next}", NEXT_OUTGOING
)

SETTLE = """
UPDATE outbox SET state = ?, payload = ?, due_at = ?, tries = ?, error = ?, updated_at = ?, leased_until = ?
WHERE id = ?"""

REPLIES = """
SELECT id, key, conversation, payload, due_at, state, tries, error, reply_to FROM outbox
WHERE reply_to = ? ORDER BY id"""

UNSETTLED = """
SELECT id, key, conversation, payload, due_at, state, tries, error, reply_to FROM outbox
WHERE state = 'unknown' AND error IS NULL ORDER BY id"""

DEPTH = """
SELECT (SELECT count(*) FROM inbox WHERE state IN ('new', 'working')), count(*), min(due_at)
FROM outbox WHERE state IN ('new', 'sending') AND due_at <= ?"""

LOSE_OUTGOING = """
UPDATE outbox SET state = 'unknown', leased_until = NULL, updated_at = ?,
error = CASE WHEN error = 'unknown' THEN 'lost' END
WHERE state = 'sending' AND (leased_until <= ? OR ?)"""

RETURN_INCOMING = """
UPDATE inbox SET state = 'new', leased_until = NULL, tries = tries - CASE WHEN ? THEN 1 ELSE 0 END
WHERE state = 'working' AND (leased_until <= ? OR ?)"""

COUNTS = "SELECT phrase, reply, n FROM counts"

PAST_CASES = """
SELECT conversation, case_id FROM cases
WHERE (outcome IS NOT NULL AND updated_at < ?) OR updated_at < ?"""

PAST_INCOMING = "DELETE FROM inbox WHERE state IN ('done', 'dead') AND received_at < ?"
PAST_OUTGOING = "DELETE FROM outbox WHERE state IN ('sent', 'dead', 'unknown') AND updated_at < ?"
FORGET_TURNS = "DELETE FROM turns WHERE conversation = ? AND case_id = ?"
FORGET_CASE = "DELETE FROM cases WHERE conversation = ? AND case_id = ?"
FORGET_INBOX = "DELETE FROM inbox WHERE conversation = ? AND state <> 'working'"
FORGET_OUTBOX = "DELETE FROM outbox WHERE conversation = ?"
FORGET_SENT = "DELETE FROM outbox WHERE conversation = ? AND state IN ('sent', 'dead', 'unknown')"
FORGET_CONVERSATION = "DELETE FROM conversations WHERE id = ?"
UNSET_ACTIVE = """
UPDATE conversations SET version = version + 1,
active = (SELECT case_id FROM cases WHERE conversation = ? ORDER BY number DESC LIMIT 1) WHERE id = ?"""
EMPTY_CONVERSATIONS = """
DELETE FROM conversations WHERE updated_at < ?
AND NOT EXISTS (SELECT 1 FROM cases WHERE cases.conversation = conversations.id)"""
