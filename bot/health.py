"""What an operator's tools ask over HTTP: is it alive, does it serve, how much and how fast."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial

from aiohttp import web

from bot.errors import SettingsError, StoreUnavailable
from bot.metrics import CONTENT_TYPE, DEAD_LETTERS, INBOX_ENTRIES, INBOX_OLDEST_SECONDS, render
from storage.inbox import Inbox

log = logging.getLogger(__name__)

ANSWER_S = 2
"""Who asks whether we are ready waits no longer for Redis."""


@dataclass(slots=True)
class Health:
    """How this process is doing."""

    inbox: Inbox
    state: str = "starting"
    """One word; "serving" while it takes work."""

    async def find_trouble(self) -> str | None:
        """Return in a few words why this process takes no work, or None."""
        if self.state != "serving":
            return self.state
        try:
            async with asyncio.timeout(ANSWER_S):
                await self.inbox.measure()
        except (StoreUnavailable, TimeoutError):
            return "the store does not answer"
        return None

    async def measure(self) -> None:
        """Bring up to date what is true of all replicas; what Redis does not say stays as it was."""
        with contextlib.suppress(StoreUnavailable, TimeoutError):
            async with asyncio.timeout(ANSWER_S):
                backlog = await self.inbox.measure()
                INBOX_ENTRIES.set(backlog.entries)
                INBOX_OLDEST_SECONDS.set(backlog.oldest_s)
                DEAD_LETTERS.set(backlog.dead_letters)


@contextlib.asynccontextmanager
async def open_health(health: Health, host: str, port: int | None) -> AsyncIterator[int | None]:
    """Serve /healthz, /readyz and /metrics while the block lasts, and give the port; nothing when it is None.

    Raises SettingsError when the port cannot be had.
    """
    if port is None:
        yield None
        return
    application = web.Application()
    application.add_routes(
        [
            web.get("/healthz", _tell_alive),
            web.get("/readyz", partial(_tell_ready, health)),
            web.get("/metrics", partial(_tell_metrics, health)),
        ]
    )
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as exc:
            problem = f"SAYSO_HEALTH_PORT: port {port} cannot be had on {host}. Choose another one."
            raise SettingsError(type(exc).__name__, problem=problem) from exc
        bound = int(runner.addresses[0][1])
        log.info("health and metrics at http://%s:%d", host, bound)
        yield bound
    finally:
        await runner.cleanup()


async def _tell_alive(_request: web.Request) -> web.Response:
    return web.Response(text="alive\n")


async def _tell_ready(health: Health, _request: web.Request) -> web.Response:
    trouble = await health.find_trouble()
    return web.Response(text=f"{trouble or 'ready'}\n", status=503 if trouble else 200)


async def _tell_metrics(health: Health, _request: web.Request) -> web.Response:
    await health.measure()
    return web.Response(body=render(), headers={"Content-Type": CONTENT_TYPE})
