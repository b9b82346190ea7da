"""A circuit breaker over calls to a model's server, one for all processes.

Closed, it counts: MIN_FAILURES among the last WINDOW calls, and half of them, open it. Open, it lets nothing
through for a while; then one call at a time probes, and the first that succeeds closes it. Without Redis,
or while it is away, each process counts for itself.
"""

import asyncio
import logging
import time
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any, Literal

from redis.asyncio import Redis

from bot.errors import StoreUnavailable
from storage import keys
from storage.connection import store_errors

WINDOW = 20
MIN_FAILURES = 5

OPEN_S = 30.0
"""A server that was overloaded is left alone so long; readers get offline briefs meanwhile, at once."""

PROBE_S = 90.0
"""A probe that has not reported by then is lost: a call takes no longer."""

PATIENCE_S = 0.25
"""How long a call waits for Redis to say whether it may be made."""

AWAY_S = 5.0
"""So long a Redis that did not answer is not asked again."""

Pass = Literal["call", "probe"]

log = logging.getLogger(__name__)

# One key, so that it works on a cluster: a hash of `seen` (outcomes, newest last), `until` (open until, in
# milliseconds of the server's clock) and `probe` (until when a probe is out).
_NOW = "local t = redis.call('TIME'); local now = t[1] * 1000 + math.floor(t[2] / 1000)\n"

_ENTER = (
    _NOW
    + """
local opened = redis.call('HMGET', KEYS[1], 'until', 'probe')
if not opened[1] then return 'call' end
if now < tonumber(opened[1]) or (opened[2] and now < tonumber(opened[2])) then return 'no' end
redis.call('HSET', KEYS[1], 'probe', now + ARGV[1])
return 'probe'
"""
)

_LEAVE = (
    _NOW
    + """
local pass, outcome = ARGV[1], ARGV[2]
if pass == 'probe' then
    redis.call('HDEL', KEYS[1], 'probe')
    if outcome == '1' then redis.call('DEL', KEYS[1]) end
    if outcome == '0' then redis.call('HSET', KEYS[1], 'until', now + ARGV[3]) end
elseif outcome ~= '' and redis.call('HEXISTS', KEYS[1], 'until') == 0 then
    local seen = string.sub((redis.call('HGET', KEYS[1], 'seen') or '') .. outcome, -ARGV[4])
    local _, failures = string.gsub(seen, '0', '')
    redis.call('HSET', KEYS[1], 'seen', seen)
    if failures >= tonumber(ARGV[5]) and failures * 2 >= #seen then
        redis.call('HSET', KEYS[1], 'until', now + ARGV[3])
    end
end
redis.call('EXPIRE', KEYS[1], ARGV[6])
"""
)


@dataclass(slots=True)
class _Local:
    """The same breaker in this process."""

    open_s: float
    probe_s: float
    seen: str = ""
    until_s: float | None = None
    probe_until_s: float = 0.0

    def enter(self) -> Pass | None:
        now_s = time.monotonic()
        if self.until_s is None:
            return "call"
        if now_s < self.until_s or now_s < self.probe_until_s:
            return None
        self.probe_until_s = now_s + self.probe_s
        return "probe"

    def leave(self, admitted: Pass, outcome: str) -> None:
        if admitted == "probe":
            self.probe_until_s = 0.0
            if outcome == "1":
                self.seen, self.until_s = "", None
            elif outcome == "0":
                self.until_s = time.monotonic() + self.open_s
        elif outcome and self.until_s is None:
            self.seen = (self.seen + outcome)[-WINDOW:]
            failures = self.seen.count("0")
            if failures >= MIN_FAILURES and failures * 2 >= len(self.seen):
                self.until_s = time.monotonic() + self.open_s


@dataclass(slots=True)
class _Reports:
    """Outcomes on their way to Redis: no call waits for its own to arrive."""

    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def send(self, report: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(report)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def arrive(self) -> None:
        if self.tasks:
            await asyncio.wait(self.tasks)


class Breaker:
    """The breaker of one server, named by its address and model."""

    def __init__(
        self, redis: Redis | None, server: str, *, open_s: float = OPEN_S, probe_s: float = PROBE_S
    ) -> None:
        self._redis = redis
        self._key = keys.breaker(server)
        self._open_s = open_s
        self._probe_s = probe_s
        self._local = _Local(open_s, probe_s)
        self._reports = _Reports()
        self._away_until_s = 0.0
        if redis is not None:
            self._enter = redis.register_script(_ENTER)
            self._leave = redis.register_script(_LEAVE)

    async def enter(self) -> Pass | None:
        """Return the pass of a call that may be made, to be given back to `leave`, or None."""
        await self._reports.arrive()
        if self._is_shared():
            try:
                async with asyncio.timeout(PATIENCE_S):
                    with store_errors():
                        answer = await self._enter(keys=[self._key], args=[round(self._probe_s * 1000)])
                return _PASSES.get(bytes(answer))
            except (StoreUnavailable, TimeoutError) as exc:
                self._go_alone(exc)
        return self._local.enter()

    def leave(self, admitted: Pass, *, succeeded: bool | None) -> None:
        """Report how a call ended; None for one that tells nothing of the server. Never waits."""
        outcome = "" if succeeded is None else str(int(succeeded))
        self._local.leave(admitted, outcome)
        if self._is_shared():
            self._reports.send(self._report(admitted, outcome))

    async def aclose(self) -> None:
        """Wait until all reports have arrived or are lost."""
        await self._reports.arrive()

    async def _report(self, admitted: Pass, outcome: str) -> None:
        open_ms = round(self._open_s * 1000)
        args: list[str | int] = [admitted, outcome, open_ms, WINDOW, MIN_FAILURES, keys.BREAKER_TTL_S]
        try:
            async with asyncio.timeout(PATIENCE_S):
                with store_errors():
                    await self._leave(keys=[self._key], args=args)
        except (StoreUnavailable, TimeoutError) as exc:
            self._go_alone(exc)

    def _is_shared(self) -> bool:
        return self._redis is not None and time.monotonic() >= self._away_until_s

    def _go_alone(self, exc: Exception) -> None:
        log.warning("the breaker is this process's own for a while: %s", type(exc).__name__)
        self._away_until_s = time.monotonic() + AWAY_S


_PASSES: dict[bytes, Pass] = {b"call": "call", b"probe": "probe"}
