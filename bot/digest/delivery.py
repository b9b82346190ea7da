"""Each chat's digest at its own time, exactly once: over replicas, crashes and outages.

A date is begun in the store before its digest is sent, and done with before the claim on it is given up. Who
takes over from a process that ended in between cannot know whether the digest arrived: it offers it, and what
the digest told counts as not told. While the store is away nothing is sent.
"""

import asyncio
import contextlib
import logging
import zlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Generic, Protocol, TypeVar

from bot.digest.calendar import Due, Schedule, missed, next_due
from bot.digest.models import Record, Subscription
from bot.digest.rounds import repeat
from bot.errors import StoreUnavailable
from bot.metrics import DIGESTS, DIGESTS_DUE
from storage.agenda import Agenda, Lease
from storage.digests import DigestStore
from storage.windows import acting

log = logging.getLogger(__name__)

T = TypeVar("T")

LEASE_S = 60.0
"""A process that holds a chat's digest renews its claim every third of this."""

AT_ONCE = 8
PATIENCE_S = 5.0
"""A stop waits so long for digests under way: a process is to end within ten."""

LOOK_EVERY_S = 5.0
RETRY_S = 60.0
SPREAD_S = 300
"""Digests of one minute go out over this time, a chat's always at the same point of it."""

FIRST_LOOK_BACK = timedelta(days=1)
"""A chat's first digest holds what came in the last day."""

FURTHEST_LOOK_BACK = timedelta(days=14)


class NotSent(Exception):
    """A digest certainly did not reach its chat; it may be tried again."""


class ChatClosed(Exception):
    """The chat takes no messages of ours: its digests end until it does."""


class Post(Protocol[T]):
    """How digests are made and reach their chats."""

    async def compose(
        self, chat_id: int, day: date, since: datetime, now: datetime, wanted: Subscription
    ) -> T | None:
        """Return a date's digest of what came since then; None when there is nothing to send."""

    async def send(self, chat_id: int, day: date, digest: T) -> int:
        """Send a date's digest, and return where it went: the chat, or the supergroup that it became.

        Raises NotSent or ChatClosed. A send whose answer got lost counts as done.
        """

    async def offer(self, chat_id: int, day: date, digest: T) -> int:
        """Offer a digest that may have arrived already; returns and raises as `send`."""

    async def told(self, chat_id: int, digest: T) -> None:
        """Remember what a digest told, so that the next one tells what is new."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery(Generic[T]):
    """Delivers the digests that are due."""

    post: Post[T]
    digests: DigestStore
    agenda: Agenda
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    lease_s: float = LEASE_S
    patience_s: float = PATIENCE_S

    async def plan(self, chat_id: int) -> Due | None:
        """Note when a chat's next digest is due, and return it; None when it wants none."""
        record = await self.digests.record(chat_id)
        if record.subscription is None:
            await self.agenda.put(str(chat_id), None)
            return None
        due = next_due(record.subscription.schedule, self.clock(), record.done)
        await self.agenda.put(str(chat_id), _due_s(chat_id, due))
        return due

    async def resume(self, chat_id: int) -> None:
        """Plan a chat's next digest, unless one is planned: that one may be late, and is still to come."""
        if await self.agenda.due(str(chat_id)) is None:
            await self.plan(chat_id)

    async def deliver(self, stop: asyncio.Event) -> None:
        """Deliver what is due, until `stop`; while the store is away, nothing.

        What is under way at the stop is finished within `patience_s`, or left to other processes at once.
        """
        held: set[Lease] = set()
        deliver_due = partial(self.deliver_due, stop, held)
        work = asyncio.create_task(repeat(deliver_due, stop, pause_s=LOOK_EVERY_S, log=log))
        stopping = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({work, stopping}, return_when=asyncio.FIRST_COMPLETED)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self.patience_s):
                    await work
        finally:
            work.cancel()
            stopping.cancel()
        with contextlib.suppress(StoreUnavailable):
            for lease in held:
                await self.agenda.settle(lease, self.clock().timestamp())

    async def deliver_due(self, stop: asyncio.Event | None = None, held: set[Lease] | None = None) -> bool:
        """Deliver the digests that are due, AT_ONCE at a time, until there are none or until `stop`.

        `held` has what is under way. Returns False when nothing was due; raises StoreUnavailable.
        """
        held = set() if held is None else held

        async def go_on(lease: Lease | None) -> None:
            while lease is not None:
                held.add(lease)
                try:
                    await self._deliver(lease)
                    held.discard(lease)
                    lease = await self._claim() if stop is None or not stop.is_set() else None
                except StoreUnavailable as exc:
                    log.warning("a digest waits: %s", exc)
                    held.discard(lease)
                    return

        leases = [await self._claim()]
        while leases[-1] is not None and len(leases) < AT_ONCE:
            leases.append(await self._claim())
        for ended in await asyncio.gather(*map(go_on, leases), return_exceptions=True):
            if ended is not None:
                raise ended
        return leases[0] is not None

    async def _claim(self) -> Lease | None:
        """Hold a digest that is due, if there is one; raises StoreUnavailable."""
        now_s = self.clock().timestamp()
        leases = await self.agenda.claim(now_s, self.lease_s, 1)
        DIGESTS_DUE.set(await self.agenda.count_due(now_s))
        return leases[0] if leases else None

    async def _deliver(self, lease: Lease) -> None:
        """Deliver the digest of one chat, and note when its next one is due."""
        chat_id, now = int(lease.item), self.clock()
        record = await self.digests.record(chat_id)
        if record.subscription is None:
            await self.agenda.settle(lease, None)
            return
        schedule = record.subscription.schedule
        due = missed(schedule, now, record.done)
        try:
            if due is not None:
                async with self._held(lease):
                    with acting("bulk"):
                        await self._send(chat_id, due, now, record, record.subscription)
        except NotSent as exc:
            log.info("a digest waits: %s", exc)
            DIGESTS.labels("waits").inc()
            await self.agenda.settle(lease, self.clock().timestamp() + RETRY_S)
        except ChatClosed:
            DIGESTS.labels("closed").inc()
            await self.agenda.settle(lease, None)
        else:
            await self.agenda.settle(lease, self._next_s(chat_id, schedule, due or record.done))

    async def _send(
        self, chat_id: int, due: Due, now: datetime, record: Record, wanted: Subscription
    ) -> None:
        """Send the digest of a date, unless that was begun before; then the date is done with."""
        since = max(record.told_until or now - FIRST_LOOK_BACK, now - FURTHEST_LOOK_BACK)
        digest = await self.post.compose(chat_id, due.day, since, now, wanted)
        if digest is None:
            await self.digests.finish(chat_id, due, now)
            DIGESTS.labels("nothing new").inc()
            return
        went, home = await self.digests.begin(chat_id, due.day), chat_id
        if went != "over":
            bring = self.post.send if went == "new" else self.post.offer
            try:
                home = await bring(chat_id, due.day, digest)
            except (NotSent, ChatClosed):
                await self.digests.undo(chat_id, due.day, went)
                raise
            DIGESTS.labels("sent" if went == "new" else "offered").inc()
        await self.digests.finish(home, due, now if went == "new" else None)
        if went == "new":
            await self.post.told(home, digest)
        if home != chat_id:
            await self.plan(home)

    def _next_s(self, chat_id: int, schedule: Schedule, done: Due | None) -> float:
        return _due_s(chat_id, next_due(schedule, self.clock(), done))

    @contextlib.asynccontextmanager
    async def _held(self, lease: Lease) -> AsyncIterator[None]:
        """Hold on to a claim while a digest is made: a model may take its time."""

        async def renew() -> None:
            while True:
                await asyncio.sleep(self.lease_s / 3)
                with contextlib.suppress(StoreUnavailable):
                    if not await self.agenda.hold(lease, self.clock().timestamp() + self.lease_s):
                        return

        renewal = asyncio.create_task(renew())
        try:
            yield
        finally:
            renewal.cancel()
            await asyncio.wait({renewal})


def _due_s(chat_id: int, due: Due) -> float:
    return due.instant.timestamp() + zlib.crc32(str(chat_id).encode()) % SPREAD_S
