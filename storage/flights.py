"""Single flights: one piece of work is done once at a time, however many ask for it."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeVar

from redis.asyncio import Redis

from bot.errors import StoreUnavailable
from storage import keys
from storage.locks import Lock, Locks

log = logging.getLogger(__name__)

T = TypeVar("T")

PATIENCE = 10
"""In lifetimes of the lock: work renewed elsewhere for so long has hung, and is not waited for."""

MIN_PAUSE_S, MAX_PAUSE_S = 0.02, 0.5
"""Between two looks at a lock that another process holds."""

_FENCE: ContextVar[int] = ContextVar("fence", default=0)


def fence() -> int:
    """Return the fence of the flight that this task is the work of; 0 outside of one, and without a lock."""
    return _FENCE.get()


@dataclass(slots=True)
class _Flight:
    task: asyncio.Task[Any]
    waiters: int = 0


class Flights:
    """Work under way, by name: shared in this process, and locked for others where there is a Redis.

    What a flight writes carries its `fence`: a holder that was paused past its lock overwrites nothing.
    """

    def __init__(self, redis: Redis | None, ttl_s: float = keys.FLIGHT_TTL_S) -> None:
        self._locks = Locks(redis, ttl_s) if redis is not None else None
        self._ttl_s = ttl_s
        self._flights: dict[str, _Flight] = {}

    async def run(self, name: str, work: Callable[[], Awaitable[T]]) -> T:
        """Return the result of `work`, or raise its error, together with all who ask for `name` meanwhile.

        `work` must look into the cache first: while another process does it, this one waits and
        then runs its own. The work is cancelled with its last waiter: nobody would see the result of
        what costs money, and a stop leaves no task behind.
        """
        flight = self._flights.get(name)
        if flight is None:
            flight = self._flights[name] = _Flight(asyncio.create_task(self._fly(name, work)))
            flight.task.add_done_callback(lambda _: self._land(name, flight))
        flight.waiters += 1
        try:
            return await asyncio.shield(flight.task)
        finally:
            flight.waiters -= 1
            if not flight.waiters and not flight.task.done():
                self._land(name, flight)  # before it ends: a newcomer must not join what is being cancelled
                flight.task.cancel()
                await asyncio.wait({flight.task})

    def _land(self, name: str, flight: _Flight) -> None:
        if self._flights.get(name) is flight:
            del self._flights[name]
        if flight.task.done() and not flight.task.cancelled():
            flight.task.exception()  # asyncio complains of an error that no waiter is left to see

    async def _fly(self, name: str, work: Callable[[], Awaitable[T]]) -> T:
        locks = self._locks
        lock = await self._take(locks, name) if locks is not None else None
        if locks is None or lock is None:
            return await work()
        _FENCE.set(lock.fence)  # of this task alone, and of those that it starts
        landed = asyncio.Event()
        renewal = asyncio.create_task(self._renew(locks, lock, landed))
        try:
            return await work()
        finally:
            # Told, not cancelled: redis-py can lose a cancellation that meets its command.
            landed.set()
            await asyncio.wait({renewal})
            await _release(locks, lock)

    async def _take(self, locks: Locks, name: str) -> Lock | None:
        """Take the lock as soon as it is free; None while Redis is away, and past all patience."""
        waited_s, began_s = 0.0, time.monotonic()
        try:
            while waited_s < PATIENCE * self._ttl_s:
                taken = await locks.take(name)
                if isinstance(taken, Lock):
                    return taken
                # A tenth of the wait so far: few questions, and an answer little later than it could be.
                # A lock that lapses is taken over at once.
                await asyncio.sleep(min(max(MIN_PAUSE_S, waited_s / 10), MAX_PAUSE_S, taken + 0.001))
                waited_s = time.monotonic() - began_s
        except StoreUnavailable as exc:
            log.warning("%s runs without its lock: %s", keys.flight(name), exc)
            return None
        log.warning("%s runs without its lock: held for too long", keys.flight(name))
        return None

    async def _renew(self, locks: Locks, lock: Lock, landed: asyncio.Event) -> None:
        """Keep the lock alive while the work lasts."""
        while not await _happens(landed, within_s=self._ttl_s / 3):
            try:
                if not await locks.renew(lock):
                    name = keys.flight(lock.name)
                    log.warning("%s lost its lock; another process may do the same work", name)
                    return
            except StoreUnavailable as exc:
                log.warning("%s not renewed: %s", keys.flight(lock.name), exc)


async def _happens(event: asyncio.Event, within_s: float) -> bool:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(within_s):
            await event.wait()
    return event.is_set()


async def _release(locks: Locks, lock: Lock) -> None:
    try:
        if not await locks.release(lock):
            log.info("%s had lapsed before its work was done", keys.flight(lock.name))
    except StoreUnavailable as exc:
        log.warning("%s not released, so it lapses: %s", keys.flight(lock.name), exc)
