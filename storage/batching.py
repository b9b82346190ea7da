"""A client whose commands of one moment travel together: a hundred chats at once cost few journeys.

One batch is on its way at a time, for the server does one thing at a time: what is asked meanwhile goes next.

redis-py takes a connection from its pool and gives it back for every command, and sets a timer for every
answer, which costs the event loop several times what the command itself does.
"""

import asyncio
import math
from collections import deque
from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

from redis.asyncio import Redis
from redis.asyncio.connection import AbstractConnection
from redis.client import EMPTY_RESPONSE, NEVER_DECODE
from redis.connection import HiredisRespSerializer
from redis.exceptions import ResponseError
from redis.exceptions import TimeoutError as RedisTimeoutError

MAX_COMMANDS: Final = 256
"""Of a batch."""

NOT_FOR_SHAPES: Final = frozenset({"keys", EMPTY_RESPONSE, NEVER_DECODE})
"""Options of redis-py's commands that do not concern the shape of the answer."""

_pack = HiredisRespSerializer().pack


class _Command(NamedTuple):
    """A command as it is written, and who waits for its answer."""

    packed: bytes
    name: str
    options: dict[str, Any]
    answer: asyncio.Future[Any]


class BatchingRedis(Redis):
    """A client of one server; a lost connection is an error of every command that was on it.

    Commands that block the connection belong on a client of their own.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._waiting: deque[_Command] = deque()
        self._flight: asyncio.Task[None] | None = None

    async def execute_command(self, *args: Any, **options: Any) -> Any:
        """Run a command with what else is asked now, and return its answer.

        Cancelled, it may still be carried out.
        """
        # Packed here, so that what cannot be written fails alone.
        packed: bytes = b"".join(_pack(*args))
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Command(packed, args[0], options, answer))
        if self._flight is None:
            self._flight = asyncio.create_task(self._fly())
        try:
            return await answer
        finally:
            del answer  # an error has this frame in its traceback, and would be held by it

    async def aclose(self, close_connection_pool: bool | None = None) -> None:
        """Give up what is on its way, for nobody waits for it any more, and close the connections."""
        if (flight := self._flight) is not None:
            flight.cancel()
            await asyncio.gather(flight, return_exceptions=True)
        for command in self._waiting:
            command.answer.cancel()
        await super().aclose(close_connection_pool)

    async def _fly(self) -> None:
        """Carry batches until nothing waits; a task starts after all that is asked in the same moment."""
        connection: AbstractConnection | None = None
        try:
            while self._waiting:
                count = min(len(self._waiting), MAX_COMMANDS)
                batch = [self._waiting.popleft() for _ in range(count)]
                batch = [command for command in batch if not command.answer.done()]
                try:
                    if connection is None:
                        connection = await self.connection_pool.get_connection()  # type: ignore[no-untyped-call]
                    answers = await self._exchange(batch, connection)
                except asyncio.CancelledError:
                    for command in batch:
                        command.answer.cancel()
                    raise
                except Exception as exc:  # noqa: BLE001 - whoever asked is to know
                    if connection is not None:
                        # What it may still bring would be taken for the answers to the next batch.
                        await connection.disconnect(nowait=True)
                    self._fail(batch, exc)
                else:
                    _settle(batch, map(self._shape, batch, answers))
        finally:
            # At once and not when the task is done: what is asked in between would wait for nobody.
            self._flight = None
            if connection is not None:
                await self.connection_pool.release(connection)

    async def _exchange(self, batch: Sequence[_Command], connection: AbstractConnection) -> list[Any]:
        """Send a batch and return the answers, with errors among them.

        What else goes wrong is raised; a connection that is closed opens with the next batch.
        """
        answers: list[Any] = []
        try:
            # A timer each: redis-py sends by asyncio.wait_for, which may lose the first one's ring.
            async with asyncio.timeout(connection.socket_timeout):
                await connection.send_packed_command(b"".join(command.packed for command in batch))
            async with asyncio.timeout(connection.socket_timeout):
                for command in batch:
                    try:
                        answers.append(await connection.read_response(timeout=math.inf))  # one timer for all
                    except ResponseError as exc:
                        answers.append(command.options.get(EMPTY_RESPONSE, exc))
        except TimeoutError:
            raise RedisTimeoutError("Timeout reading answers") from None
        return answers

    def _shape(self, command: _Command, answer: Any) -> Any:
        """Return an answer as the command's caller expects it, or the error that it is or leads to."""
        shape = self.response_callbacks.get(command.name)
        if shape is None or isinstance(answer, Exception):
            return answer
        options = {name: value for name, value in command.options.items() if name not in NOT_FOR_SHAPES}
        try:
            return shape(answer, **options)
        except Exception as exc:  # noqa: BLE001 - it is this command's alone
            return exc.with_traceback(None)

    def _fail(self, batch: Sequence[_Command], error: Exception) -> None:
        """Give each command the error; when the server is silent, who has waited for this batch, too."""
        if isinstance(error, RedisTimeoutError):
            # They need not wait as long again.
            batch = [*batch, *self._waiting]
            self._waiting.clear()
        # Without its traceback, which would hold a frame, and the frame the batch with the exception.
        _settle(batch, [error.with_traceback(None)] * len(batch))


def _settle(batch: Sequence[_Command], answers: Iterable[Any]) -> None:
    """Give each command its answer or error; some nobody waits for any more."""
    for command, answer in zip(batch, answers, strict=True):
        if command.answer.done():
            continue
        if isinstance(answer, Exception):
            command.answer.set_exception(answer)
        else:
            command.answer.set_result(answer)
