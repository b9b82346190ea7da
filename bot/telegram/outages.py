"""An outage seen from inside a loop: one line logged when it begins, one when it ends, growing pauses."""

import asyncio
import contextlib
import logging
import random
from dataclasses import dataclass, field

FIRST_PAUSE_S = 0.5
LAST_PAUSE_S = 30.0


@dataclass(slots=True)
class Outage:
    """Whether something is away, and how long to pause before it is tried again."""

    what: str
    log: logging.Logger
    first_pause_s: float = FIRST_PAUSE_S
    _pause_s: float | None = None
    _random: random.Random = field(default_factory=random.Random)

    @property
    def lasts(self) -> bool:
        """Whether it is away."""
        return self._pause_s is not None

    def begin(self, exc: Exception) -> float:
        """Note a failure and return the pause before the next try, in seconds: growing, with full jitter."""
        if self._pause_s is None:
            self.log.warning("%s is away: %s; trying again", self.what, type(exc).__name__)
            self._pause_s = self.first_pause_s
        pause = self._pause_s
        self._pause_s = min(2 * pause, LAST_PAUSE_S)
        return self._random.uniform(pause / 2, pause)

    def end(self) -> None:
        """Note a success."""
        if self._pause_s is not None:
            self.log.info("%s is back", self.what)
        self._pause_s = None


async def pause(stop: asyncio.Event, seconds: float) -> None:
    """Sleep, but wake up when told to stop."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
