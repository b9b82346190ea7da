"""What was asked about a brief, and answered: one thread per brief, chat and topic."""

from pydantic import ValidationError
from redis.asyncio import Redis

from bot.briefing.models import Turn
from storage import keys
from storage.connection import store_errors

TURNS_KEPT = 12
"""Questions and answers of a thread; a model is sent the newest of them."""

_ADD = """
redis.call('RPUSH', KEYS[1], ARGV[1])
redis.call('LTRIM', KEYS[1], -ARGV[2], -1)
redis.call('EXPIRE', KEYS[1], ARGV[3])
redis.call('SADD', KEYS[2], ARGV[4])
redis.call('EXPIRE', KEYS[2], ARGV[3])
"""


class ThreadStore:
    """The threads of all chats; every method raises StoreUnavailable when Redis does not answer."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._add = redis.register_script(_ADD)

    async def turns(self, chat_id: int, topic_id: int | None, brief_id: str) -> tuple[Turn, ...]:
        """Return what was asked and answered, oldest first; what another version stored is left out."""
        with store_errors():
            kept = await self._redis.lrange(keys.thread(chat_id, topic_id, brief_id), 0, -1)
        turns = []
        for data in kept:
            try:
                turns.append(Turn.model_validate_json(data))
            except ValidationError:
                continue
        return tuple(turns)

    async def add(self, chat_id: int, topic_id: int | None, brief_id: str, turn: Turn) -> None:
        """Add a turn; the thread's lifetime begins anew."""
        with store_errors():
            await self._add(
                keys=[keys.thread(chat_id, topic_id, brief_id), keys.chat_threads(chat_id)],
                args=[
                    turn.model_dump_json(),
                    TURNS_KEPT,
                    keys.THREAD_TTL_S,
                    keys.thread("", topic_id, brief_id).removeprefix(keys.chat("", "")),
                ],
            )

    async def forget_chat(self, chat_id: int | str) -> int:
        """Delete a chat's threads; return how many there were."""
        with store_errors():
            members = await self._redis.smembers(keys.chat_threads(chat_id))
            names = [member.decode() for member in members if isinstance(member, bytes)]
            async with self._redis.pipeline(transaction=True) as pipe:
                for name in names:
                    pipe.delete(keys.chat(chat_id, name))
                pipe.delete(keys.chat_threads(chat_id))
                deleted = await pipe.execute()
        return sum(deleted[:-1])
