"""Single flights: one piece of work is done once at a time, however many ask for it."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from redis.asyncio import Redis
from redis.asyncio.lock import Lock
from redis.exceptions import LockError, RedisError

from storage import keys

log = logging.getLogger(__name__)

T = TypeVar("T")

PATIENCE = 10
"""In lifetimes of the lock: work renewed elsewhere for so long has hung, and is not waited for."""


@dataclass(slots=True)
class _Flight:
    task: asyncio.Task[Any]
    waiters: int = 0


class Flights:
    """Work under way, by name: shared in this process, and locked for others where there is a Redis."""

    def __init__(self, redis: Redis | None, ttl_s: float = keys.FLIGHT_TTL_S) -> None:
        self._redis = redis
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
        async with self._locked(keys.flight(name)):
            return await work()

    @contextlib.asynccontextmanager
    async def _locked(self, key: str) -> AsyncIterator[None]:
        """Hold the lock; without Redis, or past all patience, go on without it."""
        if self._redis is None:
            yield
            return
        lock = Lock(self._redis, key, timeout=self._ttl_s, thread_local=False)
        if not await self._acquire(lock):
            yield
            return
        landed = asyncio.Event()
        renewal = asyncio.create_task(self._renew(lock, landed))
        try:
            yield
        finally:
            # Told, not cancelled: redis-py can lose a cancellation that meets its command.
            landed.set()
            await asyncio.wait({renewal})
            await _release(lock)

    async def _acquire(self, lock: Lock) -> bool:
        try:
            is_ours: bool = await lock.acquire(blocking_timeout=PATIENCE * self._ttl_s)
        except RedisError as exc:
            log.warning("%s runs without its lock: %s", lock.name, type(exc).__name__)
            return False
        if not is_ours:
            log.warning("%s runs without its lock: held for too long", lock.name)
        return is_ours

    async def _renew(self, lock: Lock, landed: asyncio.Event) -> None:
        """Keep the lock alive while the work lasts."""
        while not await _happens(landed, within_s=self._ttl_s / 3):
            try:
                await lock.reacquire()
            except LockError:
                log.warning("%s lost its lock; another process may do the same work", lock.name)
                return
            except RedisError as exc:
                log.warning("%s not renewed: %s", lock.name, type(exc).__name__)


async def _happens(event: asyncio.Event, within_s: float) -> bool:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(within_s):
            await event.wait()
    return event.is_set()


async def _release(lock: Lock) -> None:
    try:
        await lock.release()
    except LockError:
        log.info("%s had lapsed before its work was done", lock.name)
    except RedisError as exc:
        log.warning("%s not released, so it lapses: %s", lock.name, type(exc).__name__)
