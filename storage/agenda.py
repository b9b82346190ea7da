"""What is due when, over all replicas: one process at a time holds an item, and a dead one's lease lapses.

The clock is the caller's: every method is given the time, in seconds since the epoch.
"""

import secrets
from dataclasses import dataclass

from redis.asyncio import Redis

from storage import keys
from storage.connection import store_errors

# KEYS: the items by when they are due, who holds them. ARGV: now, until when the lease runs, how many at
# most, and as many tokens. Returns item and token by turns.
_CLAIM = """
local claimed = {}
for i, item in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, ARGV[3])) do
    redis.call('ZADD', KEYS[1], ARGV[2], item)
    redis.call('HSET', KEYS[2], item, ARGV[3 + i])
    claimed[#claimed + 1] = item
    claimed[#claimed + 1] = ARGV[3 + i]
end
return claimed
"""

# KEYS: as above. ARGV: item, token, and when it is due next: "" for never again. Of a holder whose item has
# gone to another nothing is taken.
_SETTLE = """
if redis.call('HGET', KEYS[2], ARGV[1]) ~= ARGV[2] then return 0 end
redis.call('HDEL', KEYS[2], ARGV[1])
redis.call('ZREM', KEYS[1], ARGV[1])
if ARGV[3] ~= '' then redis.call('ZADD', KEYS[1], ARGV[3], ARGV[1]) end
return 1
"""

# KEYS: as above. ARGV: item, token, until when the lease runs now.
_HOLD = """
if redis.call('HGET', KEYS[2], ARGV[1]) ~= ARGV[2] then return 0 end
redis.call('ZADD', KEYS[1], ARGV[3], ARGV[1])
return 1
"""

# KEYS: as above. ARGV: item, and when it is due: "" for never. Whoever holds it loses it.
_PUT = """
redis.call('HDEL', KEYS[2], ARGV[1])
redis.call('ZREM', KEYS[1], ARGV[1])
if ARGV[2] ~= '' then redis.call('ZADD', KEYS[1], ARGV[2], ARGV[1]) end
"""


@dataclass(frozen=True, slots=True)
class Lease:
    """An item that is held, and the token that proves it."""

    item: str
    token: str


class Agenda:
    """The items of one kind; every method raises StoreUnavailable when Redis does not answer."""

    def __init__(self, redis: Redis, name: str) -> None:
        self._redis = redis
        self._keys = [keys.agenda(name, "due"), keys.agenda(name, "held")]
        self._claim = redis.register_script(_CLAIM)
        self._settle = redis.register_script(_SETTLE)
        self._hold = redis.register_script(_HOLD)
        self._put = redis.register_script(_PUT)

    async def put(self, item: str, due_s: float | None) -> None:
        """Note when an item is due, None for never; a process that holds it at the moment loses it."""
        with store_errors():
            await self._put(keys=self._keys, args=[item, _score(due_s)])

    async def due(self, item: str) -> float | None:
        """Return when an item is due, or until when it is held; None when it is not on the agenda."""
        with store_errors():
            score = await self._redis.zscore(self._keys[0], item)
        return None if score is None else float(score)

    async def count_due(self, now_s: float) -> int:
        """Return how many items are due and held by nobody."""
        with store_errors():
            return int(await self._redis.zcount(self._keys[0], "-inf", now_s))

    async def claim(self, now_s: float, lease_s: float, most: int) -> list[Lease]:
        """Hold up to `most` items that are due, for `lease_s`; nobody else is given them meanwhile."""
        tokens = [secrets.token_hex(8) for _ in range(most)]
        with store_errors():
            claimed = await self._claim(keys=self._keys, args=[now_s, now_s + lease_s, most, *tokens])
        texts = [part.decode() for part in claimed]
        return [Lease(*pair) for pair in zip(texts[::2], texts[1::2], strict=True)]

    async def hold(self, lease: Lease, until_s: float) -> bool:
        """Hold an item for longer; False when it is ours no more."""
        with store_errors():
            return bool(await self._hold(keys=self._keys, args=[lease.item, lease.token, until_s]))

    async def settle(self, lease: Lease, due_s: float | None) -> bool:
        """Let go of an item, and note when it is due next, None for never; False when it was ours no more."""
        with store_errors():
            return bool(await self._settle(keys=self._keys, args=[lease.item, lease.token, _score(due_s)]))


def _score(due_s: float | None) -> str:
    return "" if due_s is None else repr(float(due_s))
