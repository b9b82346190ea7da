"""Who changes a brief's message: a reader who turns it to another view, or its context, which is late."""

import asyncio
from typing import Final

from redis.asyncio import Redis

from storage import keys
from storage.connection import store_errors

LOOK_EVERY_S: Final = 0.05

_TURNED, _EDITING = b"turned", b"editing"


class TurnedStore:
    """One mark a message and brief; every method raises StoreUnavailable when Redis does not answer.

    Whoever marks first goes first: a reader's view that comes second is shown second, and so it stays.
    """

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def turn(self, chat_id: int, message_id: int, brief_id: str) -> None:
        """Note that a reader turns the message to another view, once an edit under way is done."""
        key = keys.turned(chat_id, message_id, brief_id)
        for _ in range(round(keys.EDITING_TTL_S / LOOK_EVERY_S)):
            with store_errors():
                before = await self._redis.set(key, _TURNED, nx=True, get=True, ex=keys.TURNED_TTL_S)
            if before != _EDITING:
                return
            await asyncio.sleep(LOOK_EVERY_S)

    async def turn_back(self, chat_id: int, message_id: int, brief_id: str) -> None:
        """Note that the message shows the front again."""
        await self._delete(chat_id, message_id, brief_id, _TURNED)

    async def claim(self, chat_id: int, message_id: int, brief_id: str) -> bool:
        """Return whether the message shows the front of the brief, and hold off others until `release`."""
        key = keys.turned(chat_id, message_id, brief_id)
        with store_errors():
            return bool(await self._redis.set(key, _EDITING, nx=True, ex=keys.EDITING_TTL_S))

    async def release(self, chat_id: int, message_id: int, brief_id: str) -> None:
        """End a claim."""
        await self._delete(chat_id, message_id, brief_id, _EDITING)

    async def _delete(self, chat_id: int, message_id: int, brief_id: str, mark: bytes) -> None:
        """Delete a mark of one kind only."""
        script = "if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end"
        with store_errors():
            await self._redis.eval(script, 1, keys.turned(chat_id, message_id, brief_id), mark)
