"""Telegram → inbox, by webhook: 200 only once an update is durable, 503 while it cannot be.

A server of our own, behind whatever ends TLS. Any number of them may run on one store.
"""

import asyncio
import contextlib
import hashlib
import hmac
import json
import logging
from collections.abc import AsyncIterator, Sequence
from typing import Final

from aiohttp import web
from telegram import Bot
from telegram.error import BadRequest, EndPointNotFound, InvalidToken, NetworkError

from bot.errors import SettingsError, StoreUnavailable
from bot.telegram.commits import GroupCommit
from bot.telegram.outages import Outage, pause
from bot.telegram.receiver import ALLOWED_UPDATES, REFUSED, read_update
from bot.telegram.second_look import SecondLook
from storage.inbox import Inbox, Received

log = logging.getLogger(__name__)

SECRET_HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name

RETRY_AFTER_S: Final = 5
"""Telegram keeps an update for a day and honours this."""

CONNECTIONS: Final = 100
"""That Telegram may open at most: of each chat it delivers one update at a time."""

STOP_S: Final = 2.0
"""Deliveries under way at a stop have this long."""


class Webhook:
    """Takes deliveries; what comes at the same time is stored in one call."""

    def __init__(self, inbox: Inbox, path: str, secret: str, second_look: SecondLook) -> None:
        self._path = path
        self._secret = secret.encode()
        self._inbox = inbox
        self._second_look = second_look
        self._stored = GroupCommit(self._append)
        self._store = Outage("the store (Telegram keeps the updates meanwhile)", log)

    async def take(self, request: web.BaseRequest) -> web.Response:
        """Answer one delivery."""
        if request.path != self._path or request.method != "POST":
            return web.Response(status=404)
        given = request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(given.encode("utf-8", "surrogateescape"), self._secret):
            return web.Response(status=401)
        try:
            body = await request.read()
            update = read_update(body, json.loads(body))
        except web.HTTPRequestEntityTooLarge:
            return web.Response(status=413)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return web.Response(status=400)
        try:
            await self._stored.add(update)
        except StoreUnavailable as exc:
            self._store.begin(exc)
            return web.Response(status=503, headers={"Retry-After": str(RETRY_AFTER_S)})
        self._store.end()
        return web.Response()

    async def _append(self, updates: Sequence[Received]) -> Sequence[None]:
        await self._inbox.append(updates)
        self._second_look.note(updates)
        return [None] * len(updates)


@contextlib.asynccontextmanager
async def listening(webhook: Webhook, host: str, port: int) -> AsyncIterator[None]:
    """Take deliveries while the block does; raises SettingsError when the address cannot be listened on."""
    runner = web.ServerRunner(web.Server(webhook.take, access_log=None), shutdown_timeout=STOP_S)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port, backlog=1_024).start()
        yield
    except OSError as exc:
        problem = f"SAYSO_WEBHOOK_LISTEN: cannot listen on {host}:{port} ({exc.strerror})."
        raise SettingsError(type(exc).__name__, problem=problem) from exc
    finally:
        await runner.cleanup()


async def announce(bot: Bot, url: str, secret: str, stop: asyncio.Event) -> None:
    """Tell Telegram where to deliver, as soon as it answers; raises SettingsError when it refuses."""
    outage = Outage("Telegram", log)
    while not stop.is_set():
        try:
            await bot.set_webhook(
                url, secret_token=secret, allowed_updates=ALLOWED_UPDATES, max_connections=CONNECTIONS
            )
        except (InvalidToken, EndPointNotFound):
            raise SettingsError("token refused", problem=REFUSED) from None
        except BadRequest as exc:
            problem = f"SAYSO_WEBHOOK_URL: Telegram refuses it ({exc.message})."
            raise SettingsError("webhook refused", problem=problem) from None
        except NetworkError as exc:
            await pause(stop, outage.begin(exc))
        else:
            outage.end()
            return


def make_secret(token: str) -> str:
    """Return the webhook's secret where none is set: the same for all replicas."""
    return hmac.new(token.encode(), b"sayso webhook", hashlib.sha256).hexdigest()
