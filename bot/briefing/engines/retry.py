"""When a failed call to the model is worth another one, and how long to wait before it.

A retry costs the reader's time and perhaps money: waits are jittered so that many bots do not come back at
once, a wait that the server asks for is honoured or the draft given up, and retries are a tenth of all calls.
"""

import email.utils
import math
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Literal

from bot.errors import EngineError

MAX_RETRIES = 3
BASE_WAIT_S = 0.5
MAX_WAIT_S = 8.0

RETRY_SHARE = 0.1
"""Retries per call that an outage may add, after RETRY_BURST of them."""

RETRY_BURST = 10.0


Chance = Literal["again", "once", "never"]
"""Whether a repeated call may succeed; "once" where the lost one may have been worked on, and costs money."""


class CallFailed(Exception):
    """A call that brought no answer, and what that means for the next one.

    One that is free has been refused by the server, which has worked on nothing then. `complaint` is what a
    server says against the request itself: for our eyes, never for a log or a reader.
    """

    def __init__(
        self,
        error: EngineError,
        *,
        chance: Chance,
        is_sent: bool = True,
        is_free: bool = False,
        retry_after_s: float | None = None,
        complaint: str = "",
    ) -> None:
        super().__init__(str(error))
        self.error = error
        self.chance = chance
        self.is_sent = is_sent
        self.is_free = is_free or not is_sent
        self.retry_after_s = retry_after_s
        self.complaint = complaint


@dataclass(slots=True)
class RetryBudget:
    """A token bucket over all drafts of an engine: calls fill it, retries empty it."""

    tokens: float = RETRY_BURST

    def earn(self) -> None:
        """Count a call."""
        self.tokens = min(RETRY_BURST, self.tokens + RETRY_SHARE)

    def spend(self) -> bool:
        """Take a retry out of the budget; False when there is none left."""
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


def choose_wait(
    retries: int, remaining_s: float, *, retry_after_s: float | None = None, jitter: Random
) -> float | None:
    """Return the seconds to wait before retry number `retries` (from 0), or None when it is not worth it.

    A wait that the server names must leave half of the remaining time for the call; our own wait adapts.
    """
    if retries >= MAX_RETRIES or remaining_s <= 0:
        return None
    if retry_after_s is not None:
        return retry_after_s if retry_after_s <= remaining_s / 2 else None
    return jitter.uniform(0, min(BASE_WAIT_S * 2**retries, MAX_WAIT_S, remaining_s / 4))


def read_retry_after(headers: Mapping[str, str], now_s: float) -> float | None:
    """Return the seconds that a response asks to wait, or None.

    Reads `retry-after-ms`, and `Retry-After` as seconds or as an HTTP date against `now_s` (epoch seconds).
    """
    for name, unit_s in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        try:
            wait_s = float(headers.get(name, "")) * unit_s
        except ValueError:
            continue
        return max(wait_s, 0.0) if not math.isnan(wait_s) else None
    try:
        when = email.utils.parsedate_to_datetime(headers.get("retry-after", ""))
    except ValueError:
        return None
    return max(when.timestamp() - now_s, 0.0)
