"""Telegram → inbox, by polling: an update is durable before Telegram is told that it was received.

Of any number of receivers on one store, the one with the lease polls.
"""

import asyncio
import contextlib
import json
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final

from telegram import Bot
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.errors import SettingsError, StoreUnavailable
from bot.telegram.lanes import name_lane
from bot.telegram.outages import STORE_PAUSE_S, Outage, pause
from bot.telegram.plain_calls import call_plainly
from bot.telegram.second_look import SecondLook
from bot.telegram.sending import flood_pause_s
from storage.connection import StoreRefuses
from storage.inbox import Inbox, Received
from storage.leases import Lease

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

DIRECT_AFTER_S: Final = 10.0
"""A store that is away for less is waited for: what is handled without it is less safe."""

FOLLOW_S: Final = 1.0
"""So often a receiver that does not poll asks whether it is to."""

REST_S: Final = 60.0
"""A receiver that another one interrupts lets it be for so long, and then for twice as long."""

LONGEST_REST_S: Final = 900.0

TAKEN_OVER: Final = (
    "Another process receives this bot's updates, or a webhook is set (409 Conflict): "
    "this one has stopped polling for %d s."
)
REFUSED: Final = "TELEGRAM_BOT_TOKEN: Telegram does not know this token. Copy it anew from @BotFather."


async def receive(
    bot: Bot,
    inbox: Inbox,
    lease: Lease,
    stop: asyncio.Event,
    second_look: SecondLook,
    *,
    process: Process | None = None,
    poll_s: int = POLL_S,
    rest_s: float = REST_S,
    direct_after_s: float = DIRECT_AFTER_S,
) -> None:
    """Receive updates by long polling until `stop`, whenever the lease is ours.

    While the store is away updates stay with Telegram; after `direct_after_s` they are handled directly by
    `process`, if there is one, before they are confirmed. Raises SettingsError when Telegram does not know
    the token.
    """
    receiver = _Receiver(bot, inbox, lease, stop, process, second_look)
    receiver.poll_s, receiver.rest_s, receiver.direct_after_s = poll_s, rest_s, direct_after_s
    leading = asyncio.create_task(receiver.lead())
    try:
        await receiver.run()
    except InvalidToken:
        # From None: the library's own text quotes the token.
        raise SettingsError("token refused", problem=REFUSED) from None
    finally:
        leading.cancel()
        await asyncio.gather(leading, return_exceptions=True)
        with contextlib.suppress(StoreUnavailable):
            await lease.release()


class _Receiver:
    """The state of one receiver: whether it polls, the offset, and what is away."""

    def __init__(
        self,
        bot: Bot,
        inbox: Inbox,
        lease: Lease,
        stop: asyncio.Event,
        process: Process | None,
        second_look: SecondLook,
    ) -> None:
        self.poll_s = POLL_S
        self.rest_s = REST_S
        self.direct_after_s = DIRECT_AFTER_S
        self._bot = bot
        self._inbox = inbox
        self._lease = lease
        self._stop = stop
        self._process = process
        self._second_look = second_look
        self._rests_until = 0.0
        self._conflicts = 0
        self._leads = False
        self._changed = asyncio.Event()
        self._offset: int | None = None
        self._telegram = Outage("Telegram", log)
        self._store = Outage(
            "the store (updates stay with Telegram until they are handled)", log, last_pause_s=STORE_PAUSE_S
        )
        self._handled: set[int] = set()
        """Updates handled without a store, and not yet confirmed."""
        self._doubtful: set[int] = set()
        """Updates that the store may have: it went away over them."""

    async def lead(self) -> None:
        """Take or renew the lease, again and again."""
        while True:
            await self._hold()
            await asyncio.sleep(self._lease.ttl_s / 3 if self._leads else FOLLOW_S)

    async def run(self) -> None:
        """Poll, keep, confirm by the next poll, until told to stop; wait while another polls."""
        while not self._stop.is_set():
            if self._leads and not self._lease.is_sure and not self._store.lasts:
                await self._hold()  # this process was paused, or the store is only now away
            if not self._leads:
                self._offset = None
                await self._wait_for_change()
                continue
            if self._offset is None:
                await self._load_offset()
            if updates := await self._poll():
                await self._keep(updates)

    async def _hold(self) -> None:
        """See whether this is the one to poll; who has polled goes on while the store is away."""
        if time.monotonic() < self._rests_until:
            return
        led = self._leads
        try:
            self._leads = await self._lease.hold()
        except StoreUnavailable as exc:
            self._store.begin(exc)
        if self._leads != led:
            log.info("this process polls" if self._leads else "another process polls")
            self._changed.set()

    async def _wait_for_change(self) -> None:
        self._changed.clear()
        tasks = [asyncio.ensure_future(event.wait()) for event in (self._changed, self._stop)]
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()

    async def _load_offset(self) -> None:
        """Load the offset; without one Telegram sends everything unconfirmed again, and nothing is lost."""
        try:
            self._offset = await self._inbox.load_offset()
        except StoreUnavailable as exc:
            self._store.begin(exc)

    async def _poll(self) -> list[dict[str, Any]]:
        """Return the next updates; none when told to stop, another is to poll, or Telegram is away."""
        self._changed.clear()
        call = asyncio.ensure_future(self._get_updates())
        ends = [asyncio.ensure_future(event.wait()) for event in (self._changed, self._stop)]
        try:
            await asyncio.wait({call, *ends}, return_when=asyncio.FIRST_COMPLETED)
            if not call.done():
                return []
            updates = call.result()
        except Conflict:
            await self._step_back()
            return []
        except InvalidToken:
            raise
        except RetryAfter as exc:
            await pause(self._stop, flood_pause_s(exc))
            return []
        except TelegramError as exc:
            await pause(self._stop, self._telegram.begin(exc))
            return []
        finally:
            # A poll given up confirms nothing: its updates come again.
            for task in (call, *ends):
                task.cancel()
            await asyncio.gather(call, *ends, return_exceptions=True)
        self._telegram.end()
        self._conflicts = 0
        return updates

    async def _step_back(self) -> None:
        """Let another process poll: one that was paused asks first whether it still is to."""
        if not self._lease.is_sure and not self._store.lasts:
            await self._hold()
            if not self._leads:
                return
        rest_s = min(self.rest_s * 2**self._conflicts, LONGEST_REST_S)
        self._conflicts += 1
        log.error(TAKEN_OVER, rest_s)
        self._rests_until = time.monotonic() + rest_s
        self._leads = False
        with contextlib.suppress(StoreUnavailable):
            await self._lease.release()

    async def _get_updates(self) -> list[dict[str, Any]]:
        # On the connections for polling, and raw: what comes is kept as it is.
        parameters = {
            "offset": self._offset,
            "timeout": self.poll_s,
            "limit": DIRECT_LIMIT if self._store.lasts and not self._doubtful else 100,
            "allowed_updates": ALLOWED_UPDATES,
        }
        updates: list[dict[str, Any]] = await call_plainly(
            self._bot, "get_Updates", parameters, read_timeout=self.poll_s + 10
        )
        return updates

    async def _keep(self, updates: list[dict[str, Any]]) -> None:
        """Make the updates durable, or handle them now; only then move the offset that confirms them."""
        batch = [read_update(json.dumps(update).encode(), update) for update in updates]
        following = max(update.update_id for update in batch) + 1
        new = [update for update in batch if update.update_id not in self._handled]
        at_stake = {update.update_id for update in new} - self._doubtful
        try:
            # Asked with nothing at stake: what fails here is certainly not in the store.
            await self._inbox.load_offset()
            self._doubtful |= at_stake
            await self._inbox.append(new, following, self._lease.token)
        except StoreUnavailable as exc:
            if isinstance(exc, StoreRefuses):
                self._doubtful -= at_stake
            await self._do_without(batch, following, self._store.begin(exc))
            return
        self._store.end()
        self._second_look.note(new)
        self._confirm(following)

    async def _do_without(self, batch: list[Received], following: int, pause_s: float) -> None:
        """Wait for the store, or handle what it certainly has not got."""
        if self._process is not None and self._store.lasts_s >= self.direct_after_s:
            known = self._handled | self._doubtful
            await self._handle([u for u in batch if u.update_id not in known], self._process)
            self._handled |= {update.update_id for update in batch} - self._doubtful
            if self._doubtful.isdisjoint(update.update_id for update in batch):
                self._confirm(following)
                return
        await pause(self._stop, pause_s)

    def _confirm(self, following: int) -> None:
        self._offset = following
        self._handled.clear()
        self._doubtful.clear()

    async def _handle(self, batch: list[Received], process: Process) -> None:
        outcomes = await asyncio.gather(
            *(process(update.payload) for update in batch), return_exceptions=True
        )
        for update, outcome in zip(batch, outcomes, strict=True):
            if isinstance(outcome, BaseException):
                log.error("update %d failed without a store: %s", update.update_id, type(outcome).__name__)


def read_update(payload: bytes, update: dict[str, Any]) -> Received:
    """Return what is kept of a raw update; raises ValueError, TypeError or KeyError when it has no number."""
    return Received(update_id=int(update["update_id"]), payload=payload, lane=name_lane(update))
