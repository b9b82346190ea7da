"""What sources of context answered lately."""

from redis.asyncio import Redis

from bot.context.models import Candidate, Candidates
from storage import keys
from storage.connection import store_errors
from storage.packing import pack, unpack


class ContextStore:
    """Answers by source and query; every method raises StoreUnavailable when Redis does not answer."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def find(self, source: str, asked: str) -> tuple[Candidate, ...] | None:
        """Return what the source answered, which may be nothing; None when it was not asked lately."""
        with store_errors():
            found = await unpack(Candidates, await self._redis.get(keys.findings(source, asked)))
        return found.candidates if found else None

    async def keep(self, source: str, asked: str, found: tuple[Candidate, ...], ttl_s: int) -> None:
        """Keep an answer for so many seconds."""
        data = await pack(Candidates(candidates=found))
        if data is not None:
            with store_errors():
                await self._redis.set(keys.findings(source, asked), data, ex=ttl_s)
