"""Comparisons that were shown, for the buttons under them: public ones for everyone, others in their chat."""

from redis.asyncio import Redis

from bot.article.models import PUBLIC
from bot.comparing.models import Comparison
from storage import keys
from storage.connection import store_errors
from storage.packing import pack, unpack

MOST_PRIVATE = 30
"""Comparisons with a private article that a chat has; beyond them any one goes."""


class ComparisonStore:
    """What was compared; every method raises StoreUnavailable when Redis does not answer."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def keep(self, comparison: Comparison) -> None:
        """Keep a comparison as long as a brief; a private one among what is its chat's alone."""
        data = await pack(comparison)
        if data is None:
            return
        with store_errors():
            if comparison.scope == PUBLIC:
                await self._redis.set(keys.comparison(comparison.id), data, ex=keys.BRIEF_TTL_S)
                return
            kept = _of_chat(comparison.scope)
            await self._redis.hset(kept, comparison.id, data)
            await self._redis.expire(kept, keys.BRIEF_TTL_S)
            if await self._redis.hlen(kept) > MOST_PRIVATE:
                fields = await self._redis.hkeys(kept)
                other = next(name for name in fields if name != comparison.id.encode())
                await self._redis.hdel(kept, other)

    async def find(self, comparison_id: str, chat_id: int | str) -> Comparison | None:
        """Return a comparison that is public, or of this chat; None for every other."""
        with store_errors():
            data = await self._redis.get(keys.comparison(comparison_id))
            if data is None:
                data = await self._redis.hget(_of_chat(chat_id), comparison_id)
            return await unpack(Comparison, data)

    async def forget_chat(self, chat_id: int | str) -> None:
        """Delete a chat's private comparisons."""
        with store_errors():
            await self._redis.delete(_of_chat(chat_id))


def _of_chat(chat_id: int | str) -> str:
    return keys.chat(chat_id, "comparisons")
