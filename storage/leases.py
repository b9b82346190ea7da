"""A lease: one process at a time has it, over all replicas, and a dead one's lapses."""

import secrets
import time

from redis.asyncio import Redis

from storage.connection import store_errors

# KEYS: the lease. ARGV: token, lifetime in ms. Returns whether it is ours now.
_HOLD = """
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
"""

# KEYS: the lease. ARGV: token.
_RELEASE = "if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end"


class Lease:
    """A lease as one process sees it; every method raises StoreUnavailable when Redis does not answer."""

    def __init__(self, redis: Redis, key: str, ttl_s: float) -> None:
        self.token = secrets.token_hex(8)
        self.ttl_s = ttl_s
        self._key = key
        self._sure_until = 0.0
        self._hold = redis.register_script(_HOLD)
        self._release = redis.register_script(_RELEASE)

    @property
    def is_sure(self) -> bool:
        """Whether it is ours by the clock of this process, which may have been paused."""
        return time.monotonic() < self._sure_until

    async def hold(self) -> bool:
        """Take the lease if it is free, or renew it; False when another process has it."""
        expiry = time.monotonic() + self.ttl_s
        with store_errors():
            is_ours = bool(await self._hold(keys=[self._key], args=[self.token, int(self.ttl_s * 1_000)]))
        self._sure_until = expiry if is_ours else 0.0
        return is_ours

    async def release(self) -> None:
        """Give the lease up, so that another process has it at once."""
        self._sure_until = 0.0
        with store_errors():
            await self._release(keys=[self._key], args=[self.token])
