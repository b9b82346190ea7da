import asyncio
import contextlib
import errno
import multiprocessing
import os
import resource
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import html

from bot.article.models import Sentence
from bot.article.workers import WorkerDied, Workers
from bot.errors import CookieWall
from tests.test_cli import ROOT


def add(one: int, other: int) -> int:
    return one + other


def spin() -> None:
    while True:
        pass


def process_id() -> int:
    return os.getpid()


def leave() -> None:
    os._exit(3)


def eat() -> int:
    return len(bytearray(4 << 30))


_kept: list[bytearray] = []


def fill_memory() -> int:
    with contextlib.suppress(MemoryError):
        while True:
            _kept.append(bytearray(1 << 20))
    del _kept[-1:]
    return os.getpid()


def measure(content: bytes) -> tuple[int, int]:
    return len(content), os.getpid()


def find_no_room() -> None:
    raise OSError(errno.ENOMEM, "Cannot allocate memory")


def fail_to_load() -> None:
    raise ImportError("lib.so: failed to map segment from shared object")


def fail_without_a_word() -> None:
    raise SystemError("error return without exception set")


def parse_more_than_fits() -> None:
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    most = pages * resource.getpagesize() + (40 << 20)
    resource.setrlimit(resource.RLIMIT_AS, (most, resource.getrlimit(resource.RLIMIT_AS)[1]))
    html.document_fromstring(b"<p>a</p>" * (1 << 20))


def refuse() -> None:
    raise CookieWall("cause", host="news.example")


class StubbornError(Exception):
    def __init__(self) -> None:
        super().__init__()
        self.lock = multiprocessing  # a module does not pickle


def raise_stubborn() -> None:
    raise StubbornError


def raise_foreign() -> None:
    Sentence.model_validate({})  # pydantic's error has a constructor of its own, in C


async def test_a_result_comes_back(workers: Workers) -> None:
    assert await workers.run(add, 2, 3) == 5


async def test_work_happens_in_another_process(workers: Workers) -> None:
    assert await workers.run(process_id) != os.getpid()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no niceness")
async def test_a_worker_gives_way_to_the_event_loop(workers: Workers) -> None:
    assert await workers.run(os.nice, 0) > os.nice(0)


async def test_an_error_comes_back_with_its_sentence(workers: Workers) -> None:
    with pytest.raises(CookieWall) as caught:
        await workers.run(refuse)
    assert str(caught.value) == "cause"
    assert caught.value.sentence.startswith("news.example shows me")


@pytest.mark.parametrize(
    ("function", "name"), [(raise_stubborn, "StubbornError"), (raise_foreign, "ValidationError")]
)
async def test_an_error_that_cannot_travel_is_told_by_its_name(
    workers: Workers, function: Callable[[], None], name: str
) -> None:
    with pytest.raises(RuntimeError, match=name):
        await workers.run(function)
    assert await workers.run(add, 1, 1) == 2


async def test_a_task_over_its_time_is_killed_and_no_other(workers: Workers) -> None:
    slow = asyncio.create_task(workers.run(spin, timeout_s=0.5))
    assert [await workers.run(add, n, 1) for n in range(5)] == [1, 2, 3, 4, 5]
    with pytest.raises(TimeoutError):
        await slow


@pytest.mark.parametrize(
    "deadly", [leave, eat, parse_more_than_fits, find_no_room, fail_to_load, fail_without_a_word]
)
async def test_a_worker_that_dies_takes_only_its_task_along(workers: Workers, deadly: object) -> None:
    with pytest.raises(WorkerDied):
        await workers.run(deadly)  # type: ignore[arg-type]  # two functions of different results
    assert await workers.run(add, 1, 1) == 2


async def test_a_worker_whose_memory_is_full_still_takes_the_next_task(
    capfd: pytest.CaptureFixture[str],
) -> None:
    workers = Workers(count=1, memory_bytes=300 << 20)
    try:
        full = await workers.run(fill_memory)
        assert await workers.run(measure, bytes(20 << 20)) == (20 << 20, full)
        with pytest.raises(WorkerDied, match="memory limit"):
            await workers.run(eat)
        assert await workers.run(process_id) != full
    finally:
        await workers.close()
    assert "Traceback" not in capfd.readouterr().err


async def test_the_pool_survives_the_death_of_idle_workers() -> None:
    pool = Workers(count=1)
    os.kill(await pool.run(process_id), signal.SIGKILL)
    assert await pool.run(add, 1, 1) == 2
    os.kill(await pool.run(process_id), signal.SIGKILL)
    await asyncio.sleep(0.3)  # the pool looks after its workers ten times a second, and tells nobody
    assert await pool.run(add, 1, 1) == 2
    await pool.close()


async def test_a_cancelled_task_frees_its_worker() -> None:
    pool = Workers(count=1)
    await pool.start()
    task = asyncio.create_task(pool.run(spin))
    await asyncio.sleep(0.1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await asyncio.wait_for(pool.run(add, 1, 1), 5) == 2
    await pool.close()


async def test_closing_is_quick_and_leaves_no_process_behind() -> None:
    pool = Workers(count=1)
    process = await pool.run(process_id)
    busy = asyncio.create_task(pool.run(spin))
    waiting = asyncio.create_task(pool.run(add, 1, 1))
    await asyncio.sleep(0.1)
    began = time.monotonic()
    await pool.close()
    assert time.monotonic() - began < 2
    for task in (busy, waiting):
        with pytest.raises(asyncio.CancelledError):
            await task
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)
    with pytest.raises(RuntimeError, match="closed"):
        await pool.run(add, 1, 1)


async def test_starting_and_running_do_not_hold_the_loop() -> None:
    pool = Workers(count=1)
    gaps: list[float] = []

    async def watch() -> None:
        last = time.monotonic()
        while True:
            await asyncio.sleep(0.001)
            gaps.append(time.monotonic() - last)
            last = time.monotonic()

    watcher = asyncio.create_task(watch())
    assert await pool.run(add, 1, 1) == 2
    watcher.cancel()
    await pool.close()
    assert max(gaps) < 0.25, "the limit is 0.05 s; a shared machine gets some more"


def test_workers_do_not_outlive_a_killed_parent(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(
        textwrap.dedent("""
        import asyncio
        from bot.article.workers import Workers
        from tests.article.test_workers import process_id

        async def main():
            print(await Workers(count=1).run(process_id), flush=True)
            await asyncio.sleep(60)

        if __name__ == "__main__":
            asyncio.run(main())
        """)
    )
    root = Path(__file__).parents[2]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    with subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, env=environment) as parent:
        assert parent.stdout is not None
        worker = int(parent.stdout.readline())
        parent.kill()
    deadline = time.monotonic() + 10
    while Path(f"/proc/{worker}").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not Path(f"/proc/{worker}").exists()


class Slow(int):
    """A number that takes its time to arrive in a worker, which ends no sooner when it is told to."""

    def __reduce__(self) -> tuple[Callable[..., int], tuple[int]]:
        return _arrive, (int(self),)


def _arrive(number: int) -> int:
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    time.sleep(1)
    return number


STOP_AT_ONCE = """
import asyncio
from bot.article.workers import Workers
from tests.article.test_workers import Slow

async def start_and_stop():
    workers = Workers(memory_bytes=Slow(1 << 30))
    await workers.start()
    await asyncio.sleep(0.5)  # until they have begun to read what they are to be
    await workers.close()

if __name__ == "__main__":
    asyncio.run(start_and_stop())
"""


def test_workers_that_are_stopped_while_they_start_say_nothing() -> None:
    command = [sys.executable, "-c", STOP_AT_ONCE]
    done = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
