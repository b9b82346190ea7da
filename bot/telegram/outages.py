"""An outage seen from inside a loop: one line logged when it begins, one when it ends, growing pauses."""

import asyncio
import contextlib
import logging
import random
import time
from dataclasses import dataclass, field

from bot.errors import StoreUnavailable

FIRST_PAUSE_S = 0.5
LAST_PAUSE_S = 30.0
STORE_PAUSE_S = 2.0
"""The store is ours: it is asked more often whether it is back."""


@dataclass(slots=True)
class Outage:
    """Whether something is away, and how long to pause before it is tried again."""

    what: str
    log: logging.Logger
    first_pause_s: float = FIRST_PAUSE_S
    last_pause_s: float = LAST_PAUSE_S
    _since: float = 0.0
    _pause_s: float | None = None
    _random: random.Random = field(default_factory=random.Random)

    @property
    def lasts(self) -> bool:
        """Whether it is away."""
        return self._pause_s is not None

    @property
    def lasts_s(self) -> float:
        """How long it has been away, in seconds; 0 when it is not."""
        return time.monotonic() - self._since if self.lasts else 0.0

    def begin(self, exc: Exception) -> float:
        """Note a failure and return the pause before the next try, in seconds: growing, with full jitter."""
        if self._pause_s is None:
            # What Telegram or a proxy says may hold the token; what is said of the store holds nothing.
            why = str(exc) if isinstance(exc, StoreUnavailable) else type(exc).__name__
            self.log.warning("%s is away: %s; trying again", self.what, why)
            self._pause_s = self.first_pause_s
            self._since = time.monotonic()
        pause = self._pause_s
        self._pause_s = min(2 * pause, self.last_pause_s)
        return self._random.uniform(pause / 2, pause)

    def end(self) -> None:
        """Note a success."""
        if self._pause_s is not None:
            self.log.info("%s is back", self.what)
        self._pause_s = None


async def pause(stop: asyncio.Event, seconds: float) -> None:
    """Sleep, but wake up when told to stop."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await stop.wait()
