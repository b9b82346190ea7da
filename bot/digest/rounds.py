"""Work that is done in rounds until the process is to stop."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable

from bot.errors import StoreUnavailable


async def repeat(
    work: Callable[[], Awaitable[bool]], stop: asyncio.Event, *, pause_s: float, log: logging.Logger
) -> None:
    """Do `work` until `stop`, at once again while it finds something to do, else after a pause.

    While the store is away, nothing is done.
    """
    while not stop.is_set():
        try:
            was_busy = await work()
        except StoreUnavailable as exc:
            log.warning("waiting for the store: %s", exc)
            was_busy = False
        if not was_busy:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause_s):
                    await stop.wait()
