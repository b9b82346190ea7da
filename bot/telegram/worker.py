"""Inbox → answers: an update is acknowledged when its answer is out."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any, Final

from telegram import Update
from telegram.ext import Application

from bot.errors import StoreUnavailable
from bot.logs import about
from bot.metrics import UPDATE_SECONDS, UPDATES, timed
from bot.telegram.audience import asker_of
from bot.telegram.cancelling import Undertakings
from bot.telegram.lanes import LONG, QUICK, Lanes, lane_of
from bot.telegram.outages import Outage, pause
from bot.telegram.pieces import Gathering, Json, Pieces
from storage.inbox import Entry, Inbox

log = logging.getLogger(__name__)

AnyApplication = Application[Any, Any, Any, Any, Any, Any]

CONCURRENCY: Final = 32
"""Buttons and commands handled at a time."""

LONG_CONCURRENCY: Final = 64
"""Messages handled at a time, those included that wait for their turn: they are shown how far they are."""

IN_HAND: Final = 256
"""Entries in hand at most, waiting ones included, so that one chat's queue does not stop the others."""

BLOCK_MS: Final = 250
"""A stop waits for this at most; asking so often costs nothing measurable."""

IDLE_MS: Final = 15_000
"""An entry untouched for this long belongs to nobody alive."""

LET_GO_S: Final = 2
"""What is cancelled after that ends within this, or with the process."""

PATIENCE_S: Final = 10
"""On a stop, what is under way may take this long; the rest stays in the inbox."""


class Desk:
    """Where updates are handled, each in its lane."""

    def __init__(self, application: AnyApplication, undertakings: Undertakings | None = None) -> None:
        self._application = application
        self._undertakings = undertakings
        # Apart, so that those who wait for briefs do not hold up everybody's buttons.
        self._lanes = {QUICK: Lanes(CONCURRENCY), LONG: Lanes(LONG_CONCURRENCY)}
        self._pieces = Pieces()

    def start(self, payload: bytes) -> asyncio.Task[None]:
        """Start handling one raw update; the task ends with its answer out, or the error that kept it in.

        Raises ValueError when the payload is no update.
        """
        raw, update = _read_update(payload, self._application)
        with about(update=update.update_id):  # the task that is started takes it along
            return self._start_on(raw, update)

    def _start_on(self, raw: Json, update: Update) -> asyncio.Task[None]:
        if (whole := self._pieces.join(raw)) and whole.answer:
            return asyncio.create_task(_follow(whole.answer))
        gathering = self._pieces.begin(raw)
        if gathering is None:
            return self._start(update, lambda: self._application.process_update(update))
        task = self._start(update, lambda: self._process_whole(gathering))
        gathering.answer = task
        return task

    def _start(self, update: Update, work: Callable[[], Awaitable[None]]) -> asyncio.Task[None]:
        lane = lane_of(update)
        task = self._lanes[lane[1]].start(lane, work)
        if self._undertakings is not None and lane[1] == LONG:
            self._undertakings.expect(asker_of(update), update.update_id, task)
        return task

    async def _process_whole(self, gathering: Gathering) -> None:
        """Handle a text or album that may come in pieces as the one message that its sender meant."""
        try:
            raw = await gathering.complete()
        finally:
            self._pieces.end(gathering)
        await self._application.process_update(Update.de_json(raw, self._application.bot))

    async def process(self, payload: bytes) -> None:
        """Handle one raw update to its end."""
        await self.start(payload)


async def work(
    desk: Desk,
    inbox: Inbox,
    stop: asyncio.Event,
    *,
    is_alone: bool = False,
    idle_ms: int = IDLE_MS,
    patience_s: float = PATIENCE_S,
) -> None:
    """Handle entries of the inbox until `stop`; then finish what is under way within `patience_s`.

    `is_alone`: no other process works on this inbox, so what is held at the start is taken over at once.
    """
    worker = _Worker(desk, inbox, stop, idle_ms)
    if is_alone:
        await worker.take_over()
    async with asyncio.TaskGroup() as loops:
        loops.create_task(worker.take())
        loops.create_task(worker.look_after())
    await worker.finish(patience_s)


class _Worker:
    """The entries in hand: each is held while it is worked on and acknowledged when it is answered."""

    def __init__(self, desk: Desk, inbox: Inbox, stop: asyncio.Event, idle_ms: int) -> None:
        self._desk = desk
        self._inbox = inbox
        self._stop = stop
        self._idle_ms = idle_ms
        self._in_hand: dict[str, asyncio.Task[None]] = {}
        self._answered: set[str] = set()
        self._store = Outage("the store", log)

    async def take(self) -> None:
        """Take new entries while there is room."""
        while not self._stop.is_set():
            try:
                entries = await self._inbox.take(count=IN_HAND - len(self._in_hand), block_ms=BLOCK_MS)
                self._store.end()
            except StoreUnavailable as exc:
                await pause(self._stop, self._store.begin(exc))
                continue
            await self._accept(entries)
            await self._wait_for_room()

    async def look_after(self) -> None:
        """Hold what is in hand, take over what dead workers left, and repeat acknowledgements that failed."""
        while not self._stop.is_set():
            try:
                await self._accept(await self._inbox.claim(self._idle_ms))
                await self._hold()
            except StoreUnavailable as exc:
                self._store.begin(exc)
            await pause(self._stop, self._idle_ms / 3_000)

    async def take_over(self) -> None:
        """Take over what a process that is gone held."""
        try:
            await self._accept(await self._inbox.claim(0))
        except StoreUnavailable as exc:
            self._store.begin(exc)

    async def finish(self, patience_s: float) -> None:
        """Wait for what is under way, then let go of it: it stays pending, for the next worker."""
        waiting = asyncio.create_task(self._hold_on())
        tasks = list(self._in_hand.values())
        if tasks:
            await asyncio.wait(tasks, timeout=patience_s)
        waiting.cancel()
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=LET_GO_S)

    async def _hold_on(self) -> None:
        """Keep other workers' hands off while we finish."""
        while True:
            await asyncio.sleep(self._idle_ms / 3_000)
            try:
                await self._hold()
            except StoreUnavailable:
                return

    async def _hold(self) -> None:
        if self._in_hand:
            await self._inbox.hold(list(self._in_hand))
        for entry_id in list(self._answered):
            await self._inbox.acknowledge(entry_id)
            self._answered.discard(entry_id)

    async def _wait_for_room(self) -> None:
        stopped = asyncio.ensure_future(self._stop.wait())
        while len(self._in_hand) >= IN_HAND and not stopped.done():
            await asyncio.wait({stopped, *self._in_hand.values()}, return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()

    async def _accept(self, entries: list[Entry]) -> None:
        """Start on the entries; one that is no update is acknowledged, since no second try can help."""
        for entry in entries:
            if entry.entry_id in self._in_hand or entry.entry_id in self._answered:
                continue
            try:
                task = self._desk.start(entry.payload)
            except ValueError:
                log.error("update %d is no update; dropped", entry.update_id)  # noqa: TRY400 - its text is private
                await self._acknowledge(entry.entry_id)
                continue
            self._in_hand[entry.entry_id] = asyncio.create_task(self._see_through(entry, task))

    async def _see_through(self, entry: Entry, task: asyncio.Task[None]) -> None:
        """Acknowledge the entry when its answer is out; after a failure leave it, to be claimed again."""
        try:
            with timed(UPDATE_SECONDS):
                [failure] = await asyncio.gather(task, return_exceptions=True)
            UPDATES.labels("failed" if failure else "answered").inc()
            if failure is None:
                await self._acknowledge(entry.entry_id)
            else:
                kind = type(failure).__name__
                log.error("update %d failed, try %d: %s", entry.update_id, entry.deliveries, kind)
        finally:
            self._in_hand.pop(entry.entry_id, None)

    async def _acknowledge(self, entry_id: str) -> None:
        try:
            await self._inbox.acknowledge(entry_id)
        except StoreUnavailable:
            self._answered.add(entry_id)


async def _follow(answer: asyncio.Task[None]) -> None:
    """End as the first piece's handling ends: all pieces are answered together, or none is."""
    await asyncio.shield(answer)


def _read_update(payload: bytes, application: AnyApplication) -> tuple[Json, Update]:
    """Return the update of a payload, raw and read; raises ValueError for anything that is none."""
    try:
        raw = json.loads(payload)
        update = Update.de_json(raw, application.bot)
    except (ValueError, TypeError, KeyError, AttributeError) as exc:
        raise ValueError(f"no update: {type(exc).__name__}") from None
    return raw, update
