"""Virtual time: it stands still while anything is under way, and leaps to the next moment somebody waits for.

What is under way is said by the clients here: a call to the Bot API or to Redis. Servers are the real ones.
"""

import asyncio
import heapq
import itertools
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from redis.asyncio import Redis

from bot.telegram.request import AiohttpRequest
from storage.connection import open_redis

SETTLED = 12
"""Rounds of the event loop in which nobody does anything before time goes on."""


class VirtualTime:
    """A clock for everyone in a test, in seconds since the epoch; it runs while its block does."""

    def __init__(self, start_s: float = 1_800_000_000.0) -> None:
        self._now = start_s
        self._under_way = 0
        self._events = 0
        self._happened = asyncio.Event()
        self._numbers = itertools.count()
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []

    def __call__(self) -> float:
        return self._now

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        pump = asyncio.create_task(self._run())
        try:
            yield
        finally:
            pump.cancel()
            await asyncio.wait({pump})

    async def sleep(self, seconds: float) -> None:
        future = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._now + max(0.0, seconds), next(self._numbers), future))
        self._note()
        await future

    @contextmanager
    def busy(self) -> Iterator[None]:
        """Time stands still during the block."""
        self._under_way += 1
        self._note()
        try:
            yield
        finally:
            self._under_way -= 1
            self._note()

    def _note(self) -> None:
        self._events += 1
        self._happened.set()

    async def _run(self) -> None:
        while True:
            seen = self._events
            for _ in range(SETTLED):
                await asyncio.sleep(0)
            if seen != self._events:
                continue
            if self._under_way or not self._sleepers:
                self._happened.clear()
                await self._happened.wait()
                continue
            due, _, future = heapq.heappop(self._sleepers)
            if not future.done():
                self._now = max(self._now, due)
                self._events += 1
                future.set_result(None)


class VirtualRequest(AiohttpRequest):
    """Calls during which time stands still, after and before a journey that takes its time."""

    def __init__(self, time: VirtualTime, journey_s: Callable[[], float] | None = None) -> None:
        super().__init__()
        self._time = time
        self._journey_s = journey_s

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        if self._journey_s is not None:
            await self._time.sleep(self._journey_s())
        with self._time.busy():
            answer = await super().do_request(*args, **kwargs)
        if self._journey_s is not None:
            await self._time.sleep(self._journey_s())
        return answer


@asynccontextmanager
async def open_virtual_redis(url: str, time: VirtualTime) -> AsyncIterator[Redis]:
    """Open a client of its own, of a server or a cluster, during whose commands time stands still."""
    async with open_redis(url, Path("unused")) as redis:
        execute = redis.execute_command

        async def execute_at_once(*args: Any, **options: Any) -> Any:
            with time.busy():
                return await execute(*args, **options)  # type: ignore[no-untyped-call]

        redis.execute_command = execute_at_once  # type: ignore[method-assign]
        yield redis
