"""Messages in chats that the bot is not in: which link they are to brief, which brief they show."""

import hashlib

from redis.asyncio import Redis

from storage import keys
from storage.connection import store_errors

ID_LENGTH = 16


class InlineStore:
    """What is known of messages by their inline ids; every method raises StoreUnavailable."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def keep_link(self, url: str) -> str:
        """Keep a link for a button, and return what names it: the same for the same link."""
        link_id = hashlib.sha256(url.encode()).hexdigest()[:ID_LENGTH]
        with store_errors():
            await self._redis.set(keys.inline_link(link_id), url, ex=keys.INLINE_LINK_TTL_S)
        return link_id

    async def find_link(self, link_id: str) -> str | None:
        """Return the link that a button stands for, or None."""
        return await self._get(keys.inline_link(link_id))

    async def note_brief(self, inline_id: str, brief_id: str) -> None:
        """Note which brief a message shows: whoever sees it may press its buttons."""
        with store_errors():
            await self._redis.set(keys.inline_brief(inline_id), brief_id, ex=keys.BRIEF_TTL_S)

    async def find_brief_id(self, inline_id: str) -> str | None:
        """Return the id of the brief that a message shows, or None."""
        return await self._get(keys.inline_brief(inline_id))

    async def remember_answer(self, update_id: int, inline_id: str) -> None:
        """Remember which message answers a guest's update, so that a second try edits it."""
        with store_errors():
            await self._redis.set(keys.inline_answer(update_id), inline_id, ex=keys.ANSWER_TTL_S)

    async def find_answer(self, update_id: int) -> str | None:
        """Return the inline id of the message that answers the update, or None."""
        return await self._get(keys.inline_answer(update_id))

    async def _get(self, name: str) -> str | None:
        with store_errors():
            found = await self._redis.get(name)
        return found.decode() if isinstance(found, bytes) else None
