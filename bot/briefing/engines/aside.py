"""CPU work off the event loop: in a worker process where there are some, else in a thread."""

import asyncio
from collections.abc import Callable
from typing import TypeVar, TypeVarTuple

from bot.article.workers import WorkerDied, Workers
from bot.errors import EngineUnavailable

T = TypeVar("T")
Args = TypeVarTuple("Args")


async def run_aside(workers: Workers | None, function: Callable[[*Args], T], *args: *Args) -> T:
    """Return what `function` does; raises EngineUnavailable when its worker is lost."""
    if workers is None:
        return await asyncio.to_thread(function, *args)
    try:
        return await workers.run(function, *args)
    except (TimeoutError, WorkerDied) as exc:
        raise EngineUnavailable(f"{function.__name__}: {type(exc).__name__}") from exc
