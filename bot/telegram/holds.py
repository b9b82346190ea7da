"""Who may speak: what handles an update does so only while its lane is surely held by this process.

A process that was paused for longer than its hold lasts must find out before it says anything: by then
another may have answered. The clock of this process tells; only when it is in doubt, the store is asked.
"""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextvars import ContextVar
from typing import Final

from telegram.error import TelegramError

from bot.errors import StoreUnavailable
from storage.inbox import Entry, Inbox, Lane, Noted

ASK_AGAIN_S: Final = 0.1


class HandedOver(TelegramError):
    """The update is another worker's by now: nothing may be said to it here any more."""

    def __init__(self) -> None:
        super().__init__("handed over to another worker")


class Hold:
    """One lane in the hands of this process; `sure_until` is by the monotonic clock, in seconds."""

    def __init__(self, lane: Lane, holds: "Holds") -> None:
        self.lane = lane
        self.sure_until = 0.0
        self.is_lost = False
        self.is_over = False
        """All of it is answered, and it was let go: what is still said is no answer."""
        self._holds = holds

    async def confirm(self) -> None:
        """Return when the lane is surely ours; raises HandedOver when it is not."""
        while not (self.is_over or self.is_lost):
            if time.monotonic() < self.sure_until or self._holds.is_excused(self):
                return
            if not await self._holds.renew([self]):
                await asyncio.sleep(ASK_AGAIN_S)
        if self.is_lost:
            raise HandedOver


class Holds:
    """All holds of a process: each lasts `idle_ms` from its last renewal."""

    def __init__(self, inbox: Inbox, idle_ms: int) -> None:
        self._inbox = inbox
        self._idle_s = idle_ms / 1_000
        self._failing: tuple[float, float] | None = None
        """When the store was first and last asked in vain since it answered last."""

    def expiry(self) -> float:
        """Return until when a renewal that is asked for now will last."""
        return time.monotonic() + self._idle_s

    async def renew(self, holds: Sequence[Hold]) -> bool:
        """Renew holds, or note that they are lost; False when the store does not answer."""
        expiry = self.expiry()
        try:
            held = set(await self._inbox.hold([hold.lane for hold in holds]))
        except StoreUnavailable:
            self.note_failure()
            return False
        self._failing = None
        for hold in holds:
            if hold.lane in held:
                hold.sure_until = expiry
            elif not hold.is_over:
                hold.is_lost = True
        return True

    def note_failure(self) -> None:
        """Note that the store does not answer."""
        now = time.monotonic()
        self._failing = (self._failing[0] if self._failing else now, now)

    def is_excused(self, hold: Hold) -> bool:
        """Whether a hold has lapsed for the only reason that the store is away: then nobody else has it.

        That was noticed while the hold still lasted, and ever since: a paused process noticed nothing.
        """
        if self._failing is None:
            return False
        first, last = self._failing
        return first < hold.sure_until and time.monotonic() - last < self._idle_s


_hold: ContextVar[Hold | None] = ContextVar("hold", default=None)
_entry: ContextVar[Entry | None] = ContextVar("entry", default=None)


def take_charge(hold: Hold, entry: Entry) -> None:
    """Handle an update under this hold for the rest of this task, and in the tasks that it starts."""
    _hold.set(hold)
    _entry.set(entry)


def noted_of(update_id: int) -> Noted | None:
    """Return what is known of the answers to the update that is handled; None of any other.

    It was read together with the update: so it is known even while the store is away.
    """
    entry = _entry.get()
    return entry.noted if entry is not None and entry.update_id == update_id else None


def held_lane() -> Lane | None:
    """Return the lane whose update is handled; None without an inbox."""
    hold = _hold.get()
    return hold.lane if hold is not None and not hold.is_over else None


_note: ContextVar[Callable[[], Awaitable[None]] | None] = ContextVar("note", default=None)


@contextlib.contextmanager
def noting(note: Callable[[], Awaitable[None]]) -> Iterator[None]:
    """Take a note just before each call that this task makes while the block lasts: it may take effect."""
    token = _note.set(note)
    try:
        yield
    finally:
        _note.reset(token)


async def prepare_call() -> None:
    """Return when what is handled is surely still ours, and noted; raises HandedOver when it is not."""
    if (hold := _hold.get()) is not None:
        await hold.confirm()
    if (note := _note.get()) is not None:
        await note()
