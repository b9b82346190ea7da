"""Telegram → inbox: an update is durable before Telegram is told that it was received."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any, Final

from telegram import Bot
from telegram.error import Conflict, EndPointNotFound, InvalidToken, RetryAfter, TelegramError

from bot.errors import SettingsError, StoreUnavailable
from bot.telegram.outages import Outage, pause
from bot.telegram.sending import flood_pause_s
from storage.inbox import Inbox

log = logging.getLogger(__name__)

Process = Callable[[bytes], Awaitable[None]]

ALLOWED_UPDATES: Final = (
    "message",
    "edited_message",
    "callback_query",
    "my_chat_member",
    "guest_message",
    "inline_query",
    "chosen_inline_result",
)
"""All that the handlers know; asking for no more keeps other people's texts out."""

POLL_S: Final = 25
"""A long poll lasts this long; proxies on the way often cut at 30 s."""

DIRECT_LIMIT: Final = 10
"""Updates asked for at a time without a store: all of them are handled before any is confirmed."""


TAKEN_OVER: Final = (
    "Another process receives this bot's updates, or a webhook is set (409 Conflict): this one has stopped."
)
REFUSED: Final = "TELEGRAM_BOT_TOKEN: Telegram does not know this token. Copy it anew from @BotFather."


async def receive(
    bot: Bot, inbox: Inbox, stop: asyncio.Event, *, process: Process, poll_s: int = POLL_S
) -> None:
    """Receive updates by long polling until `stop`, or until another receiver has taken over.

    Without a store a batch is handled directly by `process`, and Telegram keeps it until that is done.
    Raises SettingsError when Telegram does not know the token.
    """
    receiver = _Receiver(bot, inbox, stop, process, poll_s)
    try:
        await receiver.run()
    except Conflict:
        log.error(TAKEN_OVER)  # noqa: TRY400 - the cause lies outside this process: a traceback would hide it
    except (InvalidToken, EndPointNotFound):
        # From None: the library's own text quotes the token.
        raise SettingsError("token refused", problem=REFUSED) from None


class _Receiver:
    """The state of one receiver: the offset, and what is away."""

    def __init__(self, bot: Bot, inbox: Inbox, stop: asyncio.Event, process: Process, poll_s: int) -> None:
        self._bot = bot
        self._inbox = inbox
        self._stop = stop
        self._process = process
        self._poll_s = poll_s
        self._offset: int | None = None
        self._telegram = Outage("Telegram", log)
        self._store = Outage("the store (updates are handled directly, Telegram keeps them meanwhile)", log)

    async def run(self) -> None:
        """Poll, keep, confirm by the next poll, until told to stop."""
        await self._load_offset()
        while not self._stop.is_set():
            updates = await self._poll()
            if updates:
                await self._keep(updates)

    async def _load_offset(self) -> None:
        """Load the offset; without one Telegram sends everything unconfirmed again, and nothing is lost."""
        try:
            self._offset = await self._inbox.load_offset()
        except StoreUnavailable as exc:
            self._store.begin(exc)

    async def _poll(self) -> list[dict[str, Any]]:
        """Return the next updates; none when told to stop or Telegram is away."""
        call = asyncio.ensure_future(self._get_updates())
        stopped = asyncio.ensure_future(self._stop.wait())
        try:
            await asyncio.wait({call, stopped}, return_when=asyncio.FIRST_COMPLETED)
            if not call.done():
                return []
            updates = call.result()
        except (Conflict, InvalidToken, EndPointNotFound):
            raise
        except RetryAfter as exc:
            await pause(self._stop, flood_pause_s(exc))
            return []
        except TelegramError as exc:
            await pause(self._stop, self._telegram.begin(exc))
            return []
        finally:
            # A poll given up confirms nothing: its updates come again.
            call.cancel()
            stopped.cancel()
            await asyncio.gather(call, stopped, return_exceptions=True)
        self._telegram.end()
        return updates

    async def _get_updates(self) -> list[dict[str, Any]]:
        # "get_Updates" becomes getUpdates on the wire, on the connections for polling. Spelled getUpdates,
        # the library warns at every call to prefer its method, which parses what is to be kept raw.
        updates: list[dict[str, Any]] = await self._bot.do_api_request(
            "get_Updates",
            api_kwargs={
                "offset": self._offset,
                "timeout": self._poll_s,
                "limit": DIRECT_LIMIT if self._store.lasts else 100,
                "allowed_updates": ALLOWED_UPDATES,
            },
            read_timeout=self._poll_s + 10,
        )
        return updates

    async def _keep(self, updates: list[dict[str, Any]]) -> None:
        """Make the updates durable, or handle them now; only then move the offset that confirms them."""
        batch = [(int(update["update_id"]), json.dumps(update).encode()) for update in updates]
        following = max(update_id for update_id, _ in batch) + 1
        try:
            await self._inbox.append(batch, following)
            self._store.end()
        except StoreUnavailable as exc:
            self._store.begin(exc)
            await self._handle(batch)
        self._offset = following

    async def _handle(self, batch: list[tuple[int, bytes]]) -> None:
        outcomes = await asyncio.gather(
            *(self._process(payload) for _, payload in batch), return_exceptions=True
        )
        for (update_id, _), outcome in zip(batch, outcomes, strict=True):
            if isinstance(outcome, BaseException):
                log.error("update %d failed without a store: %s", update_id, type(outcome).__name__)
