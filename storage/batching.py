"""A client whose commands of one moment travel together: a hundred chats at once cost few journeys.

redis-py takes a connection from its pool and gives it back for every command, which costs the event loop
several times what the command itself does.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import Any, Final, cast

from redis.asyncio import Redis
from redis.exceptions import TimeoutError as RedisTimeoutError

FLIGHTS: Final = 2
"""Batches on their way at a time: what comes meanwhile waits for one of them and goes with the next."""

MAX_COMMANDS: Final = 256
"""Of a batch."""

_Command = tuple[tuple[Any, ...], dict[str, Any], asyncio.Future[Any]]


class BatchingRedis(Redis):
    """A client of one server; a lost connection is an error of every command that was on it.

    Commands that block the connection belong on a client of their own.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._waiting: deque[_Command] = deque()
        self._flights: set[asyncio.Task[None]] = set()

    async def execute_command(self, *args: Any, **options: Any) -> Any:
        """Run a command with what else is asked now, and return its answer.

        Cancelled, it may still be carried out.
        """
        # Here, so that what cannot be written fails alone.
        encode = self.get_encoder().encode  # type: ignore[no-untyped-call]
        words = (args[0], *map(encode, args[1:]))
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting.append((words, options, answer))
        if len(self._waiting) == 1 and len(self._flights) < FLIGHTS:
            self._flights.add(asyncio.create_task(self._fly()))
        try:
            return await answer
        finally:
            del answer  # an error has this frame in its traceback, and would be held by it

    async def aclose(self, close_connection_pool: bool | None = None) -> None:
        """Give up what is on its way, for nobody waits for it any more, and close the connections."""
        flights = tuple(self._flights)
        for flight in flights:
            flight.cancel()
        await asyncio.gather(*flights, return_exceptions=True)
        for *_, answer in self._waiting:
            answer.cancel()
        await super().aclose(close_connection_pool)

    async def _fly(self) -> None:
        """Carry batches until nothing waits; a task starts after all that is asked in the same moment."""
        try:
            while self._waiting:
                count = min(len(self._waiting), MAX_COMMANDS)
                batch = [self._waiting.popleft() for _ in range(count)]
                await self._carry([command for command in batch if not command[2].done()])
        finally:
            # At once and not when the task is done: what is asked in between would wait for nobody.
            self._flights.discard(cast("asyncio.Task[None]", asyncio.current_task()))

    async def _carry(self, batch: Sequence[_Command]) -> None:
        """Send a batch, and give each command its answer or error."""
        try:
            pipeline = self.pipeline(transaction=False)
            for words, options, _ in batch:
                pipeline.execute_command(*words, **options)
            answers = await pipeline.execute(raise_on_error=False)
        except asyncio.CancelledError:
            for *_, answer in batch:
                answer.cancel()
            raise
        except Exception as exc:  # noqa: BLE001 - whoever asked is to know
            if isinstance(exc, RedisTimeoutError):
                # The server is silent: who has waited for this batch need not wait as long again.
                batch = [*batch, *self._waiting]
                self._waiting.clear()
            # Without its traceback, which would hold this frame, and this frame the batch with the exception.
            _settle(batch, [exc.with_traceback(None)] * len(batch))
        else:
            _settle(batch, answers)


def _settle(batch: Sequence[_Command], answers: Sequence[Any]) -> None:
    """Give each command its answer or error; some nobody waits for any more."""
    for (*_, future), answer in zip(batch, answers, strict=True):
        if future.done():
            continue
        if isinstance(answer, Exception):
            future.set_exception(answer)
        else:
            future.set_result(answer)
