"""What happens in the playground, as events: for tests that wait and for pages that show it."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TypeVar

from bot.playground.refusal import Json

T = TypeVar("T")
Listener = asyncio.Queue[Json | None]


class Changes:
    """Publishes events to any number of listeners, and wakes whoever waits for a condition."""

    def __init__(self) -> None:
        self._changed = asyncio.Event()
        self._listeners: set[Listener] = set()
        self.closed = False

    def publish(self, kind: str = "", **data: object) -> None:
        """Wake all waiters; with a kind, also hand the event to every listener."""
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()
        if kind:
            for listener in self._listeners:
                listener.put_nowait({"kind": kind, **data})

    async def wait(self, timeout_s: float) -> None:
        """Return at the next change, or after `timeout_s`."""
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                await self._changed.wait()

    async def pause(self, seconds: float) -> None:
        """Sleep, but not past the playground's end."""
        deadline = time.monotonic() + seconds
        while not self.closed and (left := deadline - time.monotonic()) > 0:
            await self.wait(left)

    async def wait_for(self, predicate: Callable[[], T], timeout_s: float) -> T:
        """Return the predicate's first true value; raises TimeoutError after `timeout_s`."""
        async with asyncio.timeout(timeout_s):
            while not (value := predicate()):
                await self._changed.wait()
            return value

    @contextmanager
    def listening(self) -> Iterator[Listener]:
        """Give a queue of the events from now on; it ends with None when the playground closes."""
        listener: Listener = asyncio.Queue()
        self._listeners.add(listener)
        try:
            yield listener
        finally:
            self._listeners.discard(listener)

    def close(self) -> None:
        """End every listener and wake every waiter."""
        self.closed = True
        for listener in self._listeners:
            listener.put_nowait(None)
        self.publish()
