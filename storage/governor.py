"""How fast calls go out, over all replicas: windows in Redis, asked for leave before each call.

A call counts from the leave until a window after its answer: whatever the network does in between, it cannot
come too soon. While Redis is away each process keeps its own share of every window, as long as it takes for
what the others did before to be over.
"""

import asyncio
import logging
import math
import os
import secrets
import time
from collections.abc import Callable
from typing import Final

from redis.asyncio import Redis

from bot.errors import StoreUnavailable
from storage import keys
from storage.connection import store_errors
from storage.windows import BULK_EVERY_S, GRACE_S, LEASE_S, MARGIN_S, Call, Wait, Windows

log = logging.getLogger(__name__)

PATIENCE_S: Final = 1.0
"""A Redis that does not answer within this is away."""

LOOK_AGAIN_S: Final = 5.0
"""So long a Redis that is away is not asked."""

LONGEST_WINDOW_S: Final = 60.0

UNKNOWN_REPLICAS: Final = 4
"""How many processes there may be, before Redis has told how many there are."""

REPLICA_TTL_MS: Final = 600_000

# Times are milliseconds by the clock of the caller, or by the server's where ARGV[1] is ''.
_NOW = """
local now = tonumber(ARGV[1])
if not now then
    local t = redis.call('TIME')
    now = t[1] * 1000 + t[2] / 1000
end
"""

# KEYS: who stands in line for the common lane (urgency and process by since when), until when each is waited
# for, when bulk last went, the replicas, the pause of this call's chat or method, then its lanes, the common
# one first. ARGV: now, process, call, urgency, lease, grace, how often bulk goes at least, how long a replica
# is remembered, how long keys stay, then of each lane how many calls it takes and within how many
# milliseconds. Of those in line the interactive ones come first, but for one of bulk when that is due, each
# kind in its order; each is told when the place that will be its own is free. Returns how long to wait in
# microseconds, whether for the common lane, and how many replicas there are.
_TAKE = (
    _NOW
    + """
local process, call, urgency = ARGV[2], ARGV[3], ARGV[4]
local me, kept = urgency .. ':' .. process, tonumber(ARGV[9])
redis.call('ZADD', KEYS[4], now, process)
redis.call('ZREMRANGEBYSCORE', KEYS[4], '-inf', now - ARGV[8])
redis.call('PEXPIRE', KEYS[4], ARGV[8] + kept)
local replicas = redis.call('ZCARD', KEYS[4])

for _, gone in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now)) do
    redis.call('ZREM', KEYS[1], gone)
    redis.call('ZREM', KEYS[2], gone)
end
local is_due = now - (redis.call('GET', KEYS[3]) or 0) >= tonumber(ARGV[7])
local is_bulk, ahead, bulk_ahead, is_mine = urgency == 'bulk', 0, 0, false
for _, other in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
    local is_other_bulk = other:sub(1, 4) == 'bulk'
    if other == me then
        is_mine = true
    elseif is_other_bulk and not is_bulk then
        if is_due then bulk_ahead = 1 end
    elseif is_bulk == is_other_bulk then
        if not is_mine then ahead = ahead + 1 end
    elseif not is_due then
        ahead = ahead + 1
    end
end
ahead = ahead + bulk_ahead

local wait, is_common = tonumber(redis.call('GET', KEYS[5]) or 0) - now, 0
for i = 6, #KEYS do
    local most, window = tonumber(ARGV[2 * i - 2]), tonumber(ARGV[2 * i - 1])
    redis.call('ZREMRANGEBYSCORE', KEYS[i], '-inf', now)
    local counted = redis.call('ZCARD', KEYS[i])
    local needed = counted - most + 1 + (i == 6 and ahead or 0)
    if needed > 0 then
        local early = window
        if needed <= counted then
            local ends = redis.call('ZRANGE', KEYS[i], needed - 1, needed - 1, 'WITHSCORES')[2]
            early = math.min(early, ends - now)
        end
        if early > wait then wait, is_common = early, i == 6 and 1 or 0 end
    end
end
if wait > 0 then
    if is_common == 1 and urgency ~= 'courtesy' then
        redis.call('ZADD', KEYS[1], 'NX', now, me)
        redis.call('ZADD', KEYS[2], now + wait + ARGV[6], me)
        redis.call('PEXPIRE', KEYS[1], kept)
        redis.call('PEXPIRE', KEYS[2], kept)
    end
    return {math.ceil(wait * 1000), is_common, replicas}
end
redis.call('ZREM', KEYS[1], me)
redis.call('ZREM', KEYS[2], me)
if urgency == 'bulk' then redis.call('SET', KEYS[3], now, 'PX', kept) end
for i = 6, #KEYS do
    local window = tonumber(ARGV[2 * i - 1])
    redis.call('ZADD', KEYS[i], now + window + ARGV[5], call)
    redis.call('PEXPIRE', KEYS[i], window + kept)
end
return {0, 0, replicas}
"""
)

# KEYS: the lanes. ARGV: now, call, margin, then the window of each lane.
_SETTLE = (
    _NOW
    + """
for i = 1, #KEYS do
    redis.call('ZADD', KEYS[i], 'XX', now + ARGV[3 + i] + ARGV[3], ARGV[2])
end
"""
)

# KEYS: the pause. ARGV: now, how long, how long keys stay. A longer pause is not made shorter.
_PAUSE = (
    _NOW
    + """
local ends = now + ARGV[2]
if ends > tonumber(redis.call('GET', KEYS[1]) or 0) then
    redis.call('SET', KEYS[1], ends, 'PX', ARGV[2] + ARGV[3])
end
"""
)


class Governor:
    """Gives leave to make calls; nothing is raised when Redis does not answer.

    `clock` gives the seconds since some moment, the same for all who share a Redis; without it, the server's
    clock is everyone's.
    """

    def __init__(self, redis: Redis, *, clock: Callable[[], float] | None = None) -> None:
        self.process = f"{os.getpid()}-{secrets.token_hex(6)}"
        self.replicas = UNKNOWN_REPLICAS
        self._clock = clock
        self._take = redis.register_script(_TAKE)
        self._settle = redis.register_script(_SETTLE)
        self._pause = redis.register_script(_PAUSE)
        self._own = Windows()
        self._away_until_s = -math.inf

    def now(self) -> float:
        """Return the time in seconds, by the clock that was given or by a steady one of this process."""
        return self._clock() if self._clock else time.monotonic()

    async def take(self, call: Call) -> Wait | None:
        """Count a call that may be made now, and return None; or count nothing and say when to ask again."""
        share = self._share()
        if share < 1 and (wait := self._own.take(call, self.now(), share)) is not None:
            return wait
        if self.now() < self._away_until_s:
            return None
        try:
            wait = await self._ask(call)
        except StoreUnavailable as exc:
            self._own.drop(call)
            self._note_away(str(exc))
            return self._own.take(call, self.now(), self._share())
        if wait is not None:
            self._own.drop(call)
        elif share == 1:
            self._own.count(call, self.now())
        return wait

    async def settle(self, call: Call) -> None:
        """Note that a call that had leave was answered, or failed."""
        self._own.settle(call, self.now())
        if self.now() < self._away_until_s:
            return
        args: list[str | float] = [self._stamp(), call.id]
        args += [_ms(MARGIN_S), *(_ms(lane.window_s) for lane in call.lanes)]
        try:
            async with asyncio.timeout(PATIENCE_S):
                with store_errors():
                    await self._settle(keys=_lanes(call), args=args)
        except (StoreUnavailable, TimeoutError) as exc:
            self._note_away(str(exc) or "no answer in time")

    async def pause(self, name: str, seconds: float) -> None:
        """Let no call of this chat or method through for so long, anywhere."""
        self._own.pause(name, self.now() + seconds)
        try:
            async with asyncio.timeout(PATIENCE_S):
                with store_errors():
                    await self._pause(
                        keys=[keys.governor(f"paused:{name}")], args=[self._stamp(), _ms(seconds), KEPT_MS]
                    )
        except (StoreUnavailable, TimeoutError) as exc:
            self._note_away(str(exc) or "no answer in time")

    async def _ask(self, call: Call) -> Wait | None:
        """Ask Redis; raises StoreUnavailable."""
        args: list[str | float] = [
            self._stamp(),
            self.process,
            call.id,
            call.urgency,
            *map(_ms, (LEASE_S, GRACE_S, BULK_EVERY_S)),
            REPLICA_TTL_MS,
            KEPT_MS,
        ]
        for lane in call.lanes:
            args += [lane.most, _ms(lane.window_s)]
        parts = ("line", "line:until", "bulk", "replicas", f"paused:{call.pauses}")
        names = [keys.governor(part) for part in parts]
        try:
            async with asyncio.timeout(PATIENCE_S):
                with store_errors():
                    wait_us, is_common, replicas = await self._take(keys=[*names, *_lanes(call)], args=args)
        except TimeoutError as exc:
            raise StoreUnavailable("Redis: no answer in time") from exc
        self.replicas = int(replicas)
        return Wait(wait_us / 1_000_000, bool(is_common)) if wait_us else None

    def _stamp(self) -> str:
        return f"{1_000 * self._clock():.3f}" if self._clock else ""

    def _share(self) -> float:
        """Return this process's part of every window: all of it, unless Redis is or was just away."""
        return 1.0 if self.now() >= self._away_until_s + LONGEST_WINDOW_S else 1 / max(1, self.replicas)

    def _note_away(self, why: str) -> None:
        if self.now() >= self._away_until_s + LOOK_AGAIN_S:
            log.warning("each process governs its own calls: %s", why)
        self._away_until_s = self.now() + LOOK_AGAIN_S


KEPT_MS: Final = 60_000
"""So much longer than they matter keys stay, for callers whose clock stands still meanwhile."""


def _lanes(call: Call) -> list[str]:
    return [keys.governor(lane.name) for lane in call.lanes]


def _ms(seconds: float) -> float:
    return round(1_000 * seconds, 3)
