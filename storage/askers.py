"""Who asked for a page's brief, and in which message they have it: to be offered a change of the page."""

from dataclasses import dataclass

from redis.asyncio import Redis

from storage import keys
from storage.connection import store_errors

MOST_ASKERS = 200
"""Chats of a page that are remembered; so many messages at most follow from one change of it."""

# KEYS: the page's chats. ARGV: chat, what is known of it, lifetime, how many are kept.
_NOTE = """
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 and redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[4]) then
    return
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[3])
"""

# KEYS: the page's chats. ARGV: chat, what is known of it. Who takes it off the list may offer, once.
_CLAIM = """
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
return redis.call('HDEL', KEYS[1], ARGV[1])
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageAsker:
    """A chat that has the brief of a page."""

    chat_id: int
    message_id: int
    thread_id: int | None
    brief_id: str
    language: str
    """What was spoken when it asked (ISO 639-1)."""


class AskerStore:
    """The chats by page; every method raises StoreUnavailable when Redis does not answer."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._note = redis.register_script(_NOTE)
        self._claim = redis.register_script(_CLAIM)

    async def note(self, url: str, asker: PageAsker) -> None:
        """Note that a chat has the brief of the page at this canonical URL, in place of an earlier one."""
        with store_errors():
            await self._note(
                keys=[keys.asked(url)],
                args=[asker.chat_id, _written(asker), keys.BRIEF_TTL_S, MOST_ASKERS],
            )

    async def find(self, url: str) -> list[PageAsker]:
        """Return the chats that have a brief of the page and were offered no change since."""
        with store_errors():
            stored = await self._redis.hgetall(keys.asked(url))
        return [
            _read(chat_id.decode(), known.decode())
            for chat_id, known in stored.items()
            if isinstance(chat_id, bytes) and isinstance(known, bytes)
        ]

    async def claim(self, url: str, asker: PageAsker) -> bool:
        """Whether the chat is to be offered a change now: nobody else does, or has since it asked."""
        with store_errors():
            return bool(await self._claim(keys=[keys.asked(url)], args=[asker.chat_id, _written(asker)]))


def _written(asker: PageAsker) -> str:
    return f"{asker.message_id} {asker.thread_id or 0} {asker.brief_id} {asker.language}"


def _read(chat_id: str, known: str) -> PageAsker:
    message_id, thread_id, brief_id, language = known.split(" ")
    return PageAsker(
        chat_id=int(chat_id),
        message_id=int(message_id),
        thread_id=int(thread_id) or None,
        brief_id=brief_id,
        language=language,
    )
