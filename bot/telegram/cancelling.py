"""/cancel: what somebody has asked for and is not answered yet ends, for them alone."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Coroutine
from typing import Any, Final, TypeVar

from bot.errors import CalledOff, StoreUnavailable
from storage.limits import Asker
from storage.requests import RequestStore

T = TypeVar("T")

LOOK_EVERY_S: Final = 2.0
"""A /cancel that another process handles is seen here within this."""


class Undertaking:
    """One request while it is under way."""

    def __init__(self, asker: Asker, update_id: int, store: RequestStore) -> None:
        self.asker = asker
        self.update_id = update_id
        self._store = store
        self._called_off = asyncio.Event()

    @property
    def is_called_off(self) -> bool:
        """Whether who asked wants no answer any more."""
        return self._called_off.is_set()

    def call_off(self) -> None:
        """End it."""
        self._called_off.set()

    async def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Return what `work` returns; raises CalledOff when it is called off first, and what `work` raises.

        Work that others wait for, too, goes on for them: see Flights.
        """
        tasks = working, calling = asyncio.ensure_future(work), asyncio.ensure_future(self._be_called_off())
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            if not working.done():
                raise CalledOff
            return working.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            del calling

    async def _be_called_off(self) -> None:
        """Return once it is called off, here or by another process."""
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY_S):
                    await self._called_off.wait()
                return
            await self.look()
            if self.is_called_off:
                return

    async def look(self) -> None:
        """See whether it was called off elsewhere; while the store is away, it was not."""
        person_id, chat_id = self.asker.person_id, self.asker.chat_id
        if person_id is None or chat_id is None:
            return
        with contextlib.suppress(StoreUnavailable):
            if await self._store.is_called_off(chat_id, person_id, self.update_id):
                self.call_off()


class Undertakings:
    """All requests that are under way in this process."""

    def __init__(self, store: RequestStore) -> None:
        self._store = store
        self._under_way: set[Undertaking] = set()
        self._expected: set[tuple[Asker, int]] = set()

    def expect(self, asker: Asker, update_id: int, handling: asyncio.Task[None]) -> None:
        """Know of a message that is in hand and may yet begin a request, until its handling ends."""
        expected = (asker, update_id)
        self._expected.add(expected)
        handling.add_done_callback(lambda _: self._expected.discard(expected))

    @contextlib.asynccontextmanager
    async def begin(
        self, asker: Asker, update_id: int, *, takes_time: bool = True
    ) -> AsyncIterator[Undertaking]:
        """Have a request under way while the block lasts; it may have been called off before.

        One that takes no time is not listed for other processes: it is over before they could call it off.
        """
        undertaking = Undertaking(asker, update_id, self._store)
        # Listed before the mark is looked for, while a /cancel marks before it looks: none is missed.
        self._under_way.add(undertaking)
        person_id, chat_id = asker.person_id, asker.chat_id
        try:
            if not takes_time:
                await undertaking.look()
            elif person_id is not None and chat_id is not None:
                with contextlib.suppress(StoreUnavailable):
                    if not await self._store.begin(chat_id, person_id, update_id):
                        undertaking.call_off()
            yield undertaking
            if takes_time and person_id is not None and chat_id is not None:
                with contextlib.suppress(StoreUnavailable):
                    await self._store.end(chat_id, person_id, update_id)
        finally:
            self._under_way.discard(undertaking)

    async def call_off(self, asker: Asker, update_id: int) -> int:
        """Call off what somebody has asked for in a chat before this update; return how many there may be."""
        ended = {number for who, number in self._expected if who == asker and number < update_id}
        if asker.person_id is not None and asker.chat_id is not None:
            with contextlib.suppress(StoreUnavailable):
                ended |= await self._store.call_off(asker.chat_id, asker.person_id, update_id)
        for undertaking in self._under_way:
            if undertaking.asker == asker and undertaking.update_id < update_id:
                undertaking.call_off()
                ended.add(undertaking.update_id)
        return len(ended)
