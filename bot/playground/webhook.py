"""Delivery of updates to the bot's webhook, as Telegram does it.

In order per chat, side by side across chats, again and again until a 2xx answer comes.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

import aiohttp

from bot.playground.changes import Changes
from bot.playground.refusal import Json, bad_request
from bot.playground.updates import Queued, Updates

MAX_AGE_S = 86_400
MAX_WAIT_S = 3_600
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where to deliver to."""

    url: str
    secret: str
    connections: int


class Webhook:
    """Delivers while a URL is set; `retry_s` is the first wait after an immediate second try."""

    def __init__(
        self, updates: Updates, changes: Changes, clock: Callable[[], float], retry_s: float
    ) -> None:
        self.target: Target | None = None
        self.execute: Callable[[Json], Awaitable[None]] | None = None
        """Runs the method call that a webhook's answer may carry."""
        self._updates = updates
        self._changes = changes
        self._clock = clock
        self._retry_s = retry_s
        self._last_error: tuple[int, str] | None = None
        self._lanes: dict[str, asyncio.Task[None]] = {}

    def set(self, url: str, *, secret: str, connections: int) -> None:
        """Set or (with an empty URL) remove the webhook; raises Refused for another computer's."""
        if url and urlsplit(url).hostname not in _LOOPBACK:
            raise bad_request("bad webhook: the playground delivers to this computer only")
        if not 0 <= len(secret) <= 256 or not all(c.isascii() and (c.isalnum() or c in "_-") for c in secret):
            raise bad_request("secret token contains unallowed characters")
        if not 1 <= connections <= 100:
            raise bad_request("max_connections must be between 1 and 100")
        self.target = Target(url=url, secret=secret, connections=connections) if url else None
        self._updates.has_webhook = bool(url)
        self._last_error = None
        self._changes.publish()

    def info(self) -> Json:
        """Return a WebhookInfo."""
        info: Json = {
            "url": self.target.url if self.target else "",
            "has_custom_certificate": False,
            "pending_update_count": len(self._updates.pending),
        }
        if self.target:
            info["max_connections"] = self.target.connections
        if self._updates.allowed:
            info["allowed_updates"] = list(self._updates.allowed)
        if self._last_error:
            info["last_error_date"], info["last_error_message"] = self._last_error
        return info

    async def run(self) -> None:
        """Deliver until cancelled."""
        # Its own session: nothing of a proxy or a cookie may come between.
        async with aiohttp.ClientSession(trust_env=False) as session, asyncio.TaskGroup() as group:
            while not self._changes.closed:
                if self.target:
                    self._start_lanes(session, group, self.target)
                await self._changes.wait(60)

    def _start_lanes(self, session: aiohttp.ClientSession, group: asyncio.TaskGroup, target: Target) -> None:
        for queued in self._updates.pending:
            if queued.lane not in self._lanes and len(self._lanes) < target.connections:
                self._lanes[queued.lane] = group.create_task(self._run_lane(session, queued.lane))

    async def _run_lane(self, session: aiohttp.ClientSession, lane: str) -> None:
        """Deliver one chat's updates one after another."""
        try:
            while not self._changes.closed and self.target and (queued := self._first(lane)):
                if await self._deliver(session, queued):
                    self._updates.remove(queued.id)
        finally:
            del self._lanes[lane]
            self._changes.publish()

    def _first(self, lane: str) -> Queued | None:
        return next((queued for queued in self._updates.pending if queued.lane == lane), None)

    async def _deliver(self, session: aiohttp.ClientSession, queued: Queued) -> bool:
        """Try until it is taken or too old; False when the webhook was removed meanwhile."""
        wait_s = 0.0
        while (target := self.target) and not self._changes.closed:
            retry_after_s = await self._post(session, target, queued)
            if retry_after_s is None or self._clock() - queued.at > MAX_AGE_S:
                return True
            await self._changes.pause(retry_after_s or wait_s)
            wait_s = min(2 * wait_s, 60.0) or self._retry_s
        return False

    async def _post(self, session: aiohttp.ClientSession, target: Target, queued: Queued) -> float | None:
        """Return None when it was taken, else the seconds the bot asks to wait (0 when it names none)."""
        headers = {SECRET_HEADER: target.secret} if target.secret else {}
        try:
            async with session.post(target.url, json=queued.update, headers=headers) as answer:
                if answer.ok:
                    await self._run_answer(answer)
                    return None
                self._note(f"Wrong response from the webhook: {answer.status} {answer.reason}")
                return _seconds(answer.headers.get("Retry-After", ""))
        except (aiohttp.ClientError, TimeoutError) as exc:
            self._note(f"Connection failed: {type(exc).__name__}")
            return 0.0

    async def _run_answer(self, answer: aiohttp.ClientResponse) -> None:
        if answer.content_type != "application/json" or self.execute is None:
            return
        try:
            body = await answer.json()
        except ValueError:
            return
        if isinstance(body, dict) and "method" in body:
            await self.execute(body)

    def _note(self, problem: str) -> None:
        self._last_error = (int(self._clock()), problem)
        self._changes.publish()
        _log.warning("webhook: %s", problem)


def _seconds(header: str) -> float:
    return min(float(header), MAX_WAIT_S) if header.isdigit() else 0.0
