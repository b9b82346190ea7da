"""Inbox → answers: an update is deleted when its answer is out.

A worker holds lanes: all that comes for a chat comes to the one that holds its lane, over all replicas.
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from bot.errors import SettingsError, StoreUnavailable
from bot.telegram.attempts import FIRST_PAUSE_S, Attempts
from bot.telegram.desk import Desk
from bot.telegram.holds import HandedOver, Hold, Holds
from bot.telegram.outages import STORE_PAUSE_S, Outage, pause
from bot.telegram.receiver import REFUSED
from storage.inbox import Entry, Inbox, Lane

log = logging.getLogger(__name__)

IN_HAND: Final = 256
"""Updates in hand at most, waiting ones included, so that one chat's queue does not stop the others."""

BLOCK_MS: Final = 250
"""A stop waits for this at most; asking so often costs nothing measurable."""

LISTEN_MS: Final = 1_000

IDLE_MS: Final = 15_000
"""A lane not held for this long belongs to nobody alive."""

PATIENCE_S: Final = 5
"""On a stop, what is under way may take this long; the rest is handed over."""

LET_GO_S: Final = 1
"""What is cancelled after that ends within this, or with the process: a stop is to take 10 s at most."""


@dataclass(slots=True, eq=False)
class _Held:
    """A lane in hand: its updates under way."""

    hold: Hold
    in_hand: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    is_behind: bool = False
    """Whether it has more than was read."""

    @property
    def lane(self) -> Lane:
        return self.hold.lane


async def work(
    desk: Desk,
    inbox: Inbox,
    stop: asyncio.Event,
    *,
    is_alone: bool = False,
    idle_ms: int = IDLE_MS,
    patience_s: float = PATIENCE_S,
) -> None:
    """Handle what is in the inbox until `stop`; then finish what is under way within `patience_s`.

    What is not finished then is handed over to other workers at once. `is_alone`: no other process works on
    this inbox, so what is held at the start is taken over at once. Raises a group with a SettingsError when
    Telegram does not know the token any more.
    """
    worker = _Worker(desk, inbox, stop, idle_ms)
    if is_alone:
        await worker.take_over()
    listening = asyncio.create_task(worker.listen())
    try:
        async with asyncio.TaskGroup() as loops:
            loops.create_task(worker.take())
            loops.create_task(worker.look_after())
            loops.create_task(worker.end_when_refused())
    finally:
        listening.cancel()
        await worker.finish(patience_s)
        await asyncio.gather(listening, return_exceptions=True)


class _Worker:
    """The lanes in hand: each is held while it is worked on and let go when it is empty."""

    def __init__(self, desk: Desk, inbox: Inbox, stop: asyncio.Event, idle_ms: int) -> None:
        self._desk = desk
        self._inbox = inbox
        self._stop = stop
        self._idle_ms = idle_ms
        self._holds = Holds(inbox, idle_ms)
        self._lanes: dict[str, _Held] = {}
        self._reading = asyncio.Lock()
        self._attempts = Attempts(desk, inbox, stop)
        self._freed = asyncio.Event()
        self._store = Outage("the store", log, last_pause_s=STORE_PAUSE_S)

    async def take(self) -> None:
        """Take lanes while there is room."""
        while not self._stop.is_set():
            try:
                lanes = await self._inbox.take(count=max(IN_HAND - self._count(), 1), block_ms=BLOCK_MS)
                self._store.end()
            except StoreUnavailable as exc:
                await pause(self._stop, self._store.begin(exc))
                continue
            await self._enter(lanes)
            await self._wait_for_room()

    async def listen(self) -> None:
        """Read on in lanes that have got more."""
        while not self._stop.is_set():
            try:
                names = await self._inbox.listen(LISTEN_MS)
            except StoreUnavailable:
                await pause(self._stop, FIRST_PAUSE_S)
                continue
            await self._read([self._lanes[name] for name in dict.fromkeys(names) if name in self._lanes])

    async def end_when_refused(self) -> None:
        """Raise SettingsError when Telegram does not know the token any more: answering is of no use then."""
        ends = [asyncio.ensure_future(event.wait()) for event in (self._attempts.refused, self._stop)]
        try:
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for end in ends:
                end.cancel()
        if self._attempts.refused.is_set():
            raise SettingsError("token refused", problem=REFUSED)

    async def look_after(self) -> None:
        """Hold what is in hand, take over what dead workers left, and read what could not be read."""
        while not self._stop.is_set():
            await self._renew()
            await self.take_over(self._idle_ms)
            await self._read([held for held in self._lanes.values() if held.is_behind])
            await pause(self._stop, self._idle_ms / 3_000)

    async def take_over(self, idle_ms: int = 0) -> None:
        """Take over what processes that are gone held."""
        try:
            lanes, buried = await self._inbox.claim(idle_ms)
        except StoreUnavailable as exc:
            self._store.begin(exc)
            return
        for letter in buried:
            self._attempts.apologize(letter)
        await self._enter(lanes)

    async def finish(self, patience_s: float) -> None:
        """Finish what has begun, and hand over the rest."""
        holding_on = asyncio.create_task(self._hold_on())
        self._desk.close()
        tasks = [task for held in self._lanes.values() for task in held.in_hand.values()]
        if tasks := [*tasks, *self._attempts.apologies]:
            await asyncio.wait(tasks, timeout=patience_s)
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks, timeout=LET_GO_S)
        holding_on.cancel()
        try:
            count = await self._inbox.hand_over_all()
        except StoreUnavailable:
            return
        if count:
            log.info("%d chats were handed over", count)

    async def _hold_on(self) -> None:
        """Keep other workers' hands off while we finish."""
        while True:
            await asyncio.sleep(self._idle_ms / 3_000)
            await self._renew()

    async def _renew(self) -> None:
        """Renew all holds; of a lane that was lost meanwhile nothing goes on."""
        if not self._lanes:
            return
        helds = list(self._lanes.values())
        await self._holds.renew([held.hold for held in helds])
        for held in helds:
            if held.hold.is_lost:
                self._lose(held)

    async def _wait_for_room(self) -> None:
        stopped = asyncio.ensure_future(self._stop.wait())
        while self._count() >= IN_HAND and not stopped.done():
            self._freed.clear()
            freed = asyncio.ensure_future(self._freed.wait())
            await asyncio.wait({stopped, freed}, return_when=asyncio.FIRST_COMPLETED)
            freed.cancel()
        stopped.cancel()

    def _count(self) -> int:
        return sum(len(held.in_hand) for held in self._lanes.values())

    async def _enter(self, lanes: Sequence[Lane]) -> None:
        """Begin with lanes just taken."""
        entered = []
        for lane in lanes:
            known = self._lanes.get(lane.name)
            if known is not None and known.lane.entry_id == lane.entry_id:
                continue  # ours all the time
            if known is not None:
                self._lose(known)
            entered.append(_Held(Hold(lane, self._holds)))
            self._lanes[lane.name] = entered[-1]
        await self._read(entered)

    async def _read(self, helds: Sequence[_Held]) -> None:
        """Start on what is new in lanes in hand."""
        async with self._reading:
            helds = [held for held in helds if self._lanes.get(held.lane.name) is held]
            if not helds:
                return
            expiry = self._holds.expiry()
            try:
                found = await self._inbox.read([held.lane for held in helds])
            except StoreUnavailable:
                self._holds.note_failure()
                for held in helds:
                    held.is_behind = True
                return
            for held, entries in zip(helds, found, strict=True):
                held.is_behind = False
                if entries is None:
                    self._lose(held)
                    continue
                held.hold.sure_until = expiry
                for entry in entries:
                    held.in_hand[entry.entry_id] = asyncio.create_task(self._see_through(held, entry))
                if not held.in_hand:
                    self._let_go(held)

    async def _see_through(self, held: _Held, entry: Entry) -> None:
        """Handle an update until it is answered or given up; on a stop or without the lane it is left."""
        left = None
        try:
            left = await self._attempts.bring_to_an_end(held.hold, entry)
        except HandedOver:
            self._lose(held)
        finally:
            held.in_hand.pop(entry.entry_id, None)
            self._freed.set()
        if self._lanes.get(held.lane.name) is not held:
            return
        if left == 0:
            self._let_go(held)
        elif left == -1:
            self._lose(held)
        elif self._stop.is_set():
            await self._hand_over(held)
        elif left is not None and left > len(held.in_hand):
            await self._read([held])

    async def _hand_over(self, held: _Held) -> None:
        """Offer a lane to other workers once nothing of it is under way here."""
        if not held.in_hand:
            self._let_go(held)
            try:
                await self._inbox.hand_over([held.lane])
            except StoreUnavailable:
                return

    def _let_go(self, held: _Held) -> None:
        """Forget a lane that is empty, or another's to take."""
        held.hold.is_over = True
        if self._lanes.get(held.lane.name) is held:
            del self._lanes[held.lane.name]

    def _lose(self, held: _Held) -> None:
        """End what is under way in a lane that is another's by now."""
        held.hold.is_lost = bool(held.in_hand)
        held.hold.is_over = not held.in_hand
        if self._lanes.get(held.lane.name) is held:
            del self._lanes[held.lane.name]
        for task in held.in_hand.values():
            if task is not asyncio.current_task():
                task.cancel()
