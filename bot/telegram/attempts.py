"""Tries at answering one update: it ends with its answer out, or set aside with an apology."""

import asyncio
import contextvars
import logging
import random
from typing import Final

from telegram.error import BadRequest, InvalidToken, NetworkError, RetryAfter

from bot.errors import StoreUnavailable
from bot.metrics import UPDATE_SECONDS, UPDATES, timed
from bot.telegram.commits import GroupCommit
from bot.telegram.desk import Desk, GivenUp
from bot.telegram.holds import HandedOver, Hold, take_charge
from bot.telegram.outages import STORE_PAUSE_S, Outage, pause
from bot.telegram.sending import flood_pause_s
from storage.inbox import Buried, Entry, Inbox

log = logging.getLogger(__name__)

FIRST_PAUSE_S: Final = 0.5
LAST_PAUSE_S: Final = 30.0


class Attempts:
    """Handles updates until each is answered or given up."""

    def __init__(self, desk: Desk, inbox: Inbox, stop: asyncio.Event) -> None:
        self.apologies: set[asyncio.Task[None]] = set()
        self.refused = asyncio.Event()
        """Telegram does not know our token any more: updates wait for a process with another one."""
        self._desk = desk
        self._inbox = inbox
        self._stop = stop
        self._finished = GroupCommit(inbox.finish)
        self._store = Outage("the store", log, last_pause_s=STORE_PAUSE_S)

    async def bring_to_an_end(self, hold: Hold, entry: Entry) -> int | None:
        """Return how many updates are left in the lane; None when this one is."""
        while True:
            try:
                handling = self._start(hold, entry)
            except ValueError:
                log.error("update %d is no update; dropped", entry.update_id)  # noqa: TRY400 - its text is private
                return await self._finish(hold, entry)
            with timed(UPDATE_SECONDS):
                [error] = await asyncio.gather(handling, return_exceptions=True)
            UPDATES.labels("failed" if error else "answered").inc()
            if error is None:
                return await self._finish(hold, entry)
            if isinstance(error, HandedOver):
                raise error
            if not isinstance(error, Exception) or self._stop.is_set():
                return None
            if isinstance(error, InvalidToken) and not await self._desk.is_known():
                self.refused.set()
                return None
            left = await self._count_failure(hold, entry, error)
            if left is not None:
                return left

    def _start(self, hold: Hold, entry: Entry) -> asyncio.Task[None]:
        """Start handling an update under the hold of its lane; raises ValueError when it is none."""

        def start() -> asyncio.Task[None]:
            take_charge(hold, entry)
            return self._desk.start(entry.payload, pause_after=pause_after_outage)

        return contextvars.copy_context().run(start)

    async def _finish(self, hold: Hold, entry: Entry) -> int | None:
        """Delete an answered update, as soon as the store is there."""
        while True:
            try:
                return await self._finished.add((hold.lane, entry))
            except StoreUnavailable as exc:
                if self._stop.is_set():
                    return None
                await pause(self._stop, self._store.begin(exc))

    async def _count_failure(self, hold: Hold, entry: Entry, error: Exception) -> int | None:
        """Note a failed try; return how many updates are left in the lane when it was the last one."""
        kind = type(error).__name__
        try:
            failure = await self._inbox.fail(hold.lane, entry, kind)
        except StoreUnavailable as exc:
            await pause(self._stop, self._store.begin(exc))
            return None
        log.error("update %d failed, try %d: %s", entry.update_id, failure.tries, kind)
        if failure.is_dead:
            self.apologize(Buried(entry.update_id, entry.payload))
        elif failure.left >= 0:
            await pause(self._stop, FIRST_PAUSE_S * failure.tries)
            return None
        return failure.left

    def apologize(self, letter: Buried) -> None:
        """Tell the chat of an update that it was given up."""

        async def apologize() -> None:
            try:
                await self._desk.apologize(letter.payload, GivenUp(f"update {letter.update_id}"))
            except Exception as exc:  # noqa: BLE001 - the update is out of the way, whatever it does to an apology
                log.warning("no apology for update %d: %s", letter.update_id, type(exc).__name__)

        task = asyncio.create_task(apologize())
        self.apologies.add(task)
        task.add_done_callback(self.apologies.discard)


def pause_after_outage(error: Exception, failures: int) -> float | None:
    """Return how long to wait when Telegram is away or wants a pause: that is no failure of the update's."""
    if isinstance(error, RetryAfter):
        return flood_pause_s(error)
    if isinstance(error, NetworkError) and not isinstance(error, BadRequest):
        limit = min(FIRST_PAUSE_S * 2 ** min(failures, 10), LAST_PAUSE_S)
        return random.uniform(limit / 2, limit)  # noqa: S311 - spreads load, guards nothing
    return None
