"""From a host name to an open connection: one lookup, every answer judged, attempts side by side."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from bot.article.addresses import judge_answers

Resolve = Callable[[str], Awaitable[list[str]]]
"""Host name → IP addresses; raises OSError when there are none."""

MAX_ATTEMPTS = 4
"""Addresses of one name that are tried; its owner chooses how many there are."""

DNS_TIMEOUT_S = 3.0
NEXT_ATTEMPT_S = 0.25
"""An address that is silent for so long gets a rival (RFC 8305)."""

_THREADS = 64  # a stalled lookup cannot be cancelled; these are ours alone, so nobody else waits

T = TypeVar("T")


class Resolver:
    """Looks names up and judges what comes back; `resolve` stands in for the system's resolver."""

    def __init__(self, resolve: Resolve | None = None) -> None:
        self._resolve = resolve or self._ask_system
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="resolve")

    async def look_up(self, host: str, *, is_chosen: bool = False) -> list[str]:
        """Return the addresses to try, at most MAX_ATTEMPTS; a literal address is its own.

        `is_chosen`: the operator named this host, wherever it leads. Raises AddressRefused when one of all
        answers is not public, OSError when there is no answer.
        """
        if ":" in host or host.rpartition(".")[2].isdigit():
            answers = [host.strip("[]")]
        else:
            answers = list(dict.fromkeys(await self._answers(host)))
        if not is_chosen:
            judge_answers(answers)
        return alternate(answers)[:MAX_ATTEMPTS]

    def close(self) -> None:
        """Let the threads go."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _answers(self, host: str) -> list[str]:
        """Ask within the deadline."""
        try:
            async with asyncio.timeout(DNS_TIMEOUT_S):
                answers = await self._resolve(host)
        except TimeoutError as exc:
            raise OSError("no answer from DNS in time") from exc
        if not answers:
            raise OSError("no address")
        return answers

    async def _ask_system(self, host: str) -> list[str]:
        """Ask the system's resolver, in a thread of our own."""
        rows = await asyncio.get_running_loop().run_in_executor(
            self._threads, lambda: socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
        )
        return [str(row[4][0]) for row in rows]


def alternate(answers: Sequence[str]) -> list[str]:
    """Take turns between IPv6 and IPv4, so that a network without one of them costs one attempt, not all."""
    is_first = [(":" in answer) == (":" in answers[0]) for answer in answers]
    ranks = [is_first[:place].count(kind) for place, kind in enumerate(is_first)]
    order = sorted(range(len(answers)), key=lambda place: (ranks[place], not is_first[place]))
    return [answers[place] for place in order]


async def race(
    attempts: Sequence[Callable[[], Coroutine[Any, Any, T]]],
    *,
    delay_s: float = NEXT_ATTEMPT_S,
    discard: Callable[[T], Awaitable[None]],
) -> T:
    """Return the result of the first attempt that succeeds; raises what the last one raised.

    The next one starts when those before have failed or are silent for `delay_s`. What a loser brings is
    given to `discard`.
    """
    waiting = list(attempts)
    running: set[asyncio.Task[T]] = set()
    failure: BaseException = OSError("no attempt")
    winner: asyncio.Task[T] | None = None
    try:
        while waiting or running:
            if waiting:
                running.add(asyncio.create_task(waiting.pop(0)()))
            done, _ = await asyncio.wait(
                running, timeout=delay_s if waiting else None, return_when=asyncio.FIRST_COMPLETED
            )
            for task in done:
                if (error := task.exception()) is None:
                    winner = task
                    return task.result()
                running.discard(task)
                failure = error
        raise failure
    finally:
        await _clear(running - {winner}, discard)


async def _clear(losers: set[asyncio.Task[T]], discard: Callable[[T], Awaitable[None]]) -> None:
    """Stop what still runs, and discard what came in all the same."""
    for task in losers:
        task.cancel()
    for result in await asyncio.gather(*losers, return_exceptions=True):
        if not isinstance(result, BaseException):
            await discard(result)
