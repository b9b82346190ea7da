"""How models' servers want to be asked, remembered over restarts."""

from redis.asyncio import Redis

from storage import keys
from storage.connection import store_errors


class Dialects:
    """What was found out about servers; both methods raise StoreUnavailable when Redis does not answer."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def find(self, server: str) -> bytes | None:
        """Return what is remembered of a server, or None."""
        with store_errors():
            data = await self._redis.get(keys.dialect(server))
        return data if isinstance(data, bytes) else None

    async def keep(self, server: str, data: bytes) -> None:
        """Remember how a server wants to be asked, for DIALECT_TTL_S."""
        with store_errors():
            await self._redis.set(keys.dialect(server), data, ex=keys.DIALECT_TTL_S)
