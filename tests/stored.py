"""What lies in the store, on one server and on a cluster alike."""

from redis.asyncio import Redis


async def stored_names(redis: Redis, pattern: str = "*") -> list[bytes]:
    """Return the names of the keys that match, in order; KEYS asks but one node of a cluster."""
    return sorted([name async for name in redis.scan_iter(match=pattern, count=1_000)])
