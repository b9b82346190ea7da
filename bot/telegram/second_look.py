"""Updates that the store took are looked for once more: a store that is killed may lose its last two seconds.

While it waits for the disk, Redis answers before it writes, with `appendfsync everysec` up to two seconds.
Telegram sends nothing again that was confirmed.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Iterable
from typing import Final

from bot.errors import StoreUnavailable
from bot.telegram.outages import pause
from storage.inbox import Inbox, Received

log = logging.getLogger(__name__)

AFTER_S: Final = 2.5
EVERY_S: Final = 0.5


class SecondLook:
    """What was given to the store lately; in this process alone."""

    def __init__(self, inbox: Inbox, *, after_s: float = AFTER_S) -> None:
        self._inbox = inbox
        self._after_s = after_s
        self._taken: deque[tuple[float, Received]] = deque()

    def note(self, updates: Iterable[Received]) -> None:
        """Note that the store has taken updates."""
        now = time.monotonic()
        self._taken.extend((now, update) for update in updates)

    async def look(self, stop: asyncio.Event) -> None:
        """Give the store again, until `stop`, what it does not know any more."""
        while not stop.is_set():
            await pause(stop, EVERY_S)
            try:
                await self._look_once()
            except StoreUnavailable:
                continue  # when it is back

    async def _look_once(self) -> None:
        until = time.monotonic() - self._after_s
        due = [update for taken, update in self._taken if taken <= until]
        if not due:
            return
        lost = await self._inbox.find_lost(due)
        if lost:
            await self._inbox.append(lost)
            log.warning("the store had lost %d updates that it had taken; it has them again", len(lost))
            self.note(lost)
        for _ in due:
            self._taken.popleft()
