"""Every Redis key and lifetime, on one page, each with its reason.

Prefix `sayso:`. `{id}` is a brief's id: a digest over scope, content hash, prompt version, engine and language.
"""

import hashlib

PREFIX = "sayso:"

BRIEF_TTL_S = 30 * 86_400
"""Buttons under a brief work for a month; so long its brief is kept."""

PAGE_TTL_S = 6 * 3_600
"""A page read again within a news cycle is taken from here; later it may have changed."""

FALLBACK_TTL_S = 120
"""After a model failed, its offline stand-in is served this long before the model is tried again."""

ANSWER_TTL_S = 2 * 86_400
"""Telegram redelivers an update for a day; so long the message that answers it is remembered, and a day more."""

FLIGHT_TTL_S = 30
"""A holder renews its lock every third of this; a dead holder's lock lapses within it."""

INBOX = PREFIX + "inbox"
"""Stream of updates as received; an entry is deleted once answered."""

INBOX_GROUP = "workers"

DEAD_LETTERS = PREFIX + "inbox:dead"
"""Stream of updates that failed three times; ids and causes for the operator, capped in length."""

POLL_OFFSET = PREFIX + "inbox:offset"
"""The next update id to ask Telegram for."""


def brief(brief_id: str) -> str:
    """A compressed Brief."""
    return f"{PREFIX}brief:{brief_id}"


def fallback(brief_id: str) -> str:
    """The id of the offline brief that stands in for this one for FALLBACK_TTL_S."""
    return f"{PREFIX}fallback:{brief_id}"


def page(url: str) -> str:
    """A compressed Article read from a canonical URL: the index by URL."""
    return f"{PREFIX}page:{_digest(url)}"


def flight(name: str) -> str:
    """The lock of one piece of work that must be done once at a time."""
    return f"{PREFIX}flight:{_digest(name)}"


def answer(update_id: int) -> str:
    """The id of the message that answers an update, so that a second try edits it."""
    return f"{PREFIX}answer:{update_id}"


def chat_briefs(chat_id: int | str) -> str:
    """Set of the ids of a chat's private briefs: what /forget deletes."""
    return f"{PREFIX}chat:{chat_id}:briefs"


def _digest(name: str) -> str:
    """Keep people's URLs out of key names, and keys short."""
    return hashlib.sha256(name.encode()).hexdigest()[:32]
