"""Who is next when the bot is busy: so many briefs at a time, and those who wait in turns, chat by chat."""

import asyncio
import contextlib
from collections import OrderedDict, deque
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from itertools import chain, zip_longest


@dataclass(slots=True, eq=False)
class Ticket:
    """A place in line; `ahead` is how many others end before its turn comes, 0 once it has come."""

    ahead: int = 0
    _moved: asyncio.Event = field(default_factory=asyncio.Event)

    async def move(self) -> int:
        """Wait until the line has moved since this was last asked, and return how many are ahead."""
        await self._moved.wait()
        self._moved.clear()
        return self.ahead

    async def come(self) -> None:
        """Wait until the turn has come."""
        while self.ahead:
            await self.move()

    def _place(self, ahead: int) -> None:
        if ahead != self.ahead:
            self.ahead = ahead
            self._moved.set()


class Turns:
    """Hands out `places`, 0 being any number; whoever has many requests in line gets one a round."""

    def __init__(self, places: int) -> None:
        self._free = places or float("inf")
        self._waiting: OrderedDict[Hashable, deque[Ticket]] = OrderedDict()

    @contextlib.contextmanager
    def join(self, whose: Hashable) -> Iterator[Ticket]:
        """Stand in line while the block lasts, and from one's turn on hold a place."""
        ticket = Ticket(ahead=1)
        self._waiting.setdefault(whose, deque()).append(ticket)
        self._move_up()
        try:
            yield ticket
        finally:
            if ticket.ahead:
                self._drop(whose, ticket)
            else:
                self._free += 1
            self._move_up()

    def _move_up(self) -> None:
        while self._free and self._waiting:
            self._free -= 1
            whose, line = next(iter(self._waiting.items()))
            self._drop(whose, called := line[0])
            if line:
                self._waiting.move_to_end(whose)
            called._place(0)  # noqa: SLF001 - a ticket's place is ours to change
        # A round takes the first of each line, in order.
        rounds = chain.from_iterable(zip_longest(*self._waiting.values()))
        for ahead, ticket in enumerate((t for t in rounds if t is not None), start=1):
            ticket._place(ahead)  # noqa: SLF001 - as above

    def _drop(self, whose: Hashable, ticket: Ticket) -> None:
        line = self._waiting[whose]
        line.remove(ticket)
        if not line:
            del self._waiting[whose]
