"""A lock that lapses with its holder, and a fence: a number higher than every earlier holder's.

A holder that was paused past its lease does not know that another has the lock by now. So whatever it writes
carries its fence, and who keeps it refuses a lower one than it has seen.
"""

import secrets
from dataclasses import dataclass

from redis.asyncio import Redis

from storage import keys
from storage.connection import store_errors

# KEYS: the lock, the last fence. ARGV: token, lifetime in ms, lifetime of the fence in s. The fence begins at
# the time, so that it rises even where the last one has been forgotten. Returns fence, or 0 and the
# milliseconds that the other's lease still runs.
_TAKE = """
if not redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then
    return {0, redis.call('PTTL', KEYS[1])}
end
local t = redis.call('TIME')
local now, last = t[1] * 1000000 + t[2], tonumber(redis.call('GET', KEYS[2]) or 0)
local fence = string.format('%d', math.max(now, last + 1))
redis.call('SET', KEYS[2], fence, 'EX', ARGV[3])
return {tonumber(fence), 0}
"""

# KEYS: the lock. ARGV: token, lifetime in ms.
_RENEW = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
"""

# KEYS: the lock. ARGV: token.
_RELEASE = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
"""


@dataclass(frozen=True, slots=True)
class Lock:
    """A lock that is held, until it lapses."""

    name: str
    token: str
    fence: int


class Locks:
    """The locks of all processes, by name; every method raises StoreUnavailable."""

    def __init__(self, redis: Redis, ttl_s: float) -> None:
        self._ttl_ms = round(ttl_s * 1_000)
        self._take = redis.register_script(_TAKE)
        self._renew = redis.register_script(_RENEW)
        self._release = redis.register_script(_RELEASE)

    async def take(self, name: str) -> Lock | float:
        """Take the lock, or return the seconds until that of its holder lapses if it is not renewed."""
        token = secrets.token_hex(16)
        with store_errors():
            fence, runs_ms = await self._take(
                keys=[keys.flight(name), keys.fence(name)], args=[token, self._ttl_ms, keys.FENCE_TTL_S]
            )
        return Lock(name, token, fence) if fence else max(0, runs_ms) / 1_000

    async def renew(self, lock: Lock) -> bool:
        """Hold the lock for as long again; False when it is ours no more."""
        with store_errors():
            return bool(await self._renew(keys=[keys.flight(lock.name)], args=[lock.token, self._ttl_ms]))

    async def release(self, lock: Lock) -> bool:
        """Let go of the lock; False when it was ours no more."""
        with store_errors():
            return bool(await self._release(keys=[keys.flight(lock.name)], args=[lock.token]))
