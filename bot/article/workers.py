"""Killable worker processes for CPU work on untrusted input.

A page can make a parser run for minutes or eat all memory; here it loses its worker, and nobody else notices.
"""

import asyncio
import contextlib
import errno
import logging
import multiprocessing
import os
import pickle
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing.context import BaseContext
from typing import TypeVar, TypeVarTuple

from lxml.etree import LxmlError
from pebble import CONSTS, ProcessExpired, ProcessFuture, ProcessPool

if sys.platform != "win32":
    import resource

T = TypeVar("T")
Args = TypeVarTuple("Args")

MEMORY_BYTES = 1 << 30
"""Address space of one worker; trafilatura needs about 105 MB above its 60 for a 4 MB page (measured)."""

HEADROOM_BYTES = 256 << 20
"""What a worker has besides between its tasks: one without room to take the next would break the pool."""

OUT_OF_MEMORY = 77
"""The exit code of a worker that leaves with the memory that it could not do with."""

TASKS_PER_WORKER = 200
"""A worker is replaced after so many tasks, which bounds what a leak in a parser can hold."""

_CPU_GRACE_S = 2
_NICENESS = 5  # a page that eats a core takes it from other pages, not from the event loop
_log = logging.getLogger(__name__)

CONSTS.sleep_unit = 0.04
"""Seconds between pebble's looks at its workers: with its own 0.1 a task over its time gets 0.2 s more."""


class WorkerDied(Exception):
    """A worker crashed or ran out of memory under its task."""


@dataclass(frozen=True, slots=True)
class _Raised:
    """An exception on its way out of a worker.

    Exceptions pickle as a call of their constructor with `args`, which fails for every class with another
    signature and would take the pool down with it; so they travel as their parts.
    """

    kind: type[Exception]
    args: tuple[object, ...]
    state: dict[str, object]

    def rebuild(self) -> Exception:
        """Return the exception as it was raised, without calling its constructor."""
        error = self.kind.__new__(self.kind)
        error.args = self.args
        error.__dict__.update(self.state)
        return error


class Workers:
    """A pool of `count` worker processes, started with its first task."""

    def __init__(
        self, *, count: int = 2, memory_bytes: int | None = MEMORY_BYTES, preload: Sequence[str] = ()
    ) -> None:
        self._count = count
        self._memory_bytes = memory_bytes
        self._context = _choose_context(preload)
        self._starting: asyncio.Task[ProcessPool] | None = None
        self._pending: set[asyncio.Future[object]] = set()
        self._closed = False

    async def start(self) -> None:
        """Start the processes now, so that the first task need not wait for them."""
        await self._running_pool()

    async def run(self, function: Callable[[*Args], T], /, *args: *Args, timeout_s: float = 15) -> T:
        """Run `function(*args)` in a worker and return what it returns, or raise what it raises.

        The clock starts when a worker takes the task. Cancelling the call kills the worker, too.
        Raises TimeoutError when the worker was killed for time, WorkerDied when it crashed or ran out of
        memory.
        """
        try:
            result = await self._run_once(function, args, timeout_s)
        except BrokenProcessPool:  # an idle worker was killed from outside; the task had not begun
            _log.warning("worker pool broke; starting another")
            try:
                result = await self._run_once(function, args, timeout_s)
            except BrokenProcessPool as exc:
                raise WorkerDied("pool broke twice") from exc
        if isinstance(result, _Raised):
            raise result.rebuild()
        return result

    async def _run_once(
        self, function: Callable[[*Args], T], args: tuple[*Args], timeout_s: float
    ) -> T | _Raised:
        """Run the task in the pool as it stands; raises BrokenProcessPool when that has failed as a whole."""
        pool = await self._running_pool()
        scheduled: ProcessFuture[T | _Raised] = pool.schedule(
            _run_task, args=(function, args, timeout_s), timeout=timeout_s
        )
        future = asyncio.wrap_future(scheduled)
        self._pending.add(future)  # type: ignore[arg-type]  # a set of futures of any result
        try:
            return await future
        except ProcessExpired as exc:
            why = "memory limit" if exc.exitcode == OUT_OF_MEMORY else f"exit code {exc.exitcode}"
            raise WorkerDied(why) from exc
        finally:
            self._pending.discard(future)

    async def _running_pool(self) -> ProcessPool:
        """Return a pool that takes tasks; a caller who gives up does not stop its start."""
        if self._closed:
            raise RuntimeError("workers are closed")
        if self._starting is None or (self._starting.done() and not _is_usable(self._starting)):
            self._starting = asyncio.create_task(self._replace_pool(self._starting))
        return await asyncio.shield(self._starting)

    async def _replace_pool(self, previous: "asyncio.Task[ProcessPool] | None") -> ProcessPool:
        """Start a pool after clearing away a broken one."""
        if previous is not None and previous.exception() is None:
            await asyncio.to_thread(_stop_pool, previous.result())
        return await asyncio.to_thread(self._start_pool)

    def _start_pool(self) -> ProcessPool:
        """Start the processes; takes some 100 ms."""
        pool = ProcessPool(
            max_workers=self._count,
            max_tasks=TASKS_PER_WORKER,
            initializer=_limit_worker,
            initargs=(self._memory_bytes,),
            context=self._context,
        )
        if not pool.active:  # asking is what starts the processes
            raise BrokenProcessPool("pool did not start")
        return pool

    async def close(self) -> None:
        """Kill every worker and cancel what waits for one."""
        self._closed = True
        for future in tuple(self._pending):
            future.cancel()
        if self._starting is not None:
            starting, self._starting = self._starting, None
            await asyncio.to_thread(_stop_pool, await starting)


def _is_usable(starting: "asyncio.Task[ProcessPool]") -> bool:
    """Tell whether a finished start left a pool that still takes tasks."""
    return not starting.cancelled() and starting.exception() is None and starting.result().active


def _stop_pool(pool: ProcessPool) -> None:
    """Stop the pool and wait until its processes are gone."""
    pool.stop()  # type: ignore[no-untyped-call]  # pebble leaves its return type out
    # pebble (5.2) takes the workers' locks away before it stops them: one that has only just begun would end
    # with a traceback in the terminal. So they are killed before, once nobody replaces them any more.
    if pool._pool_manager_loop is not None:  # noqa: SLF001
        pool._pool_manager_loop.join()  # noqa: SLF001
    for worker in tuple(pool._pool_manager.worker_manager.workers.values()):  # noqa: SLF001
        worker.kill()
    pool.join()


def _choose_context(preload: Sequence[str]) -> BaseContext:
    """Prefer the fork server: its workers start fast and inherit neither our threads nor our sockets."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    # A worker imports the main module; under `python -m` the fork server has it only when told its name.
    spec = getattr(sys.modules["__main__"], "__spec__", None)
    context.set_forkserver_preload(["__main__", *([spec.name] if spec else []), *preload])
    return context


def _limit_worker(memory_bytes: int | None) -> None:
    """Bound a new worker's memory, and let it die at once when told to, even inside C code."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if sys.platform != "win32":
        os.nice(_NICENESS)
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # a thread for each core reserves too much memory
    if sys.platform != "win32" and memory_bytes is not None:
        most = memory_bytes + HEADROOM_BYTES
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


@contextlib.contextmanager
def _limited_memory() -> Iterator[None]:
    """Keep the headroom from a task."""
    if (
        sys.platform == "win32"
        or (most := resource.getrlimit(resource.RLIMIT_AS)[1]) == resource.RLIM_INFINITY
    ):
        yield
        return
    resource.setrlimit(resource.RLIMIT_AS, (most - HEADROOM_BYTES, most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _limit_cpu(timeout_s: float) -> None:
    """Bound this task's CPU time, should the process that would kill it for time be gone by then."""
    if sys.platform != "win32":
        usage = resource.getrusage(resource.RUSAGE_SELF)
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        soft = int(usage.ru_utime + usage.ru_stime + timeout_s) + _CPU_GRACE_S
        resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def _run_task(function: Callable[[*Args], T], args: tuple[*Args], timeout_s: float) -> T | _Raised:
    """Run one task inside a worker; one that was out of memory takes what it left along."""
    _limit_cpu(timeout_s)
    try:
        with _limited_memory():
            return function(*args)
    except Exception as exc:  # noqa: BLE001 -- all travel as their parts
        if _is_out_of_memory(exc):
            os._exit(OUT_OF_MEMORY)
        return _pack(exc)


def _is_out_of_memory(error: Exception) -> bool:
    """Tell whether the memory limit is behind an error.

    A library that finds no room is an ImportError; C code that finds none often fails without saying why,
    which Python reports as a SystemError and lxml as an "unknown error".
    """
    return (
        isinstance(error, MemoryError | SystemError)
        or (isinstance(error, LxmlError) and str(error).startswith("unknown error"))
        or (isinstance(error, OSError) and error.errno == errno.ENOMEM)
        or (isinstance(error, ImportError) and "map segment" in str(error))
    )


def _pack(error: Exception) -> _Raised:
    """Take an exception apart; what cannot be pickled or put together is told by its class name alone."""
    parts = _Raised(type(error), error.args, dict(error.__dict__))
    try:
        pickle.dumps(parts)
        parts.rebuild()
    except Exception:  # noqa: BLE001 -- both run foreign code
        return _Raised(RuntimeError, (f"{type(error).__name__} in a worker",), {})
    return parts
