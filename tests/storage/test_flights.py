"""Single flights: one run for many, in one process and across processes, with or without Redis."""

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest
from redis.asyncio import Redis

from storage import keys
from storage.connection import open_redis
from storage.flights import Flights
from tests.storage.relay import open_relay

TTL_S = 0.3


class Work:
    """Counts its runs, and lasts until it is told to end."""

    def __init__(self) -> None:
        self.runs = 0
        self.is_cancelled = False
        self.started = asyncio.Event()
        self.may_end = asyncio.Event()

    async def __call__(self) -> int:
        self.runs += 1
        self.started.set()
        try:
            await self.may_end.wait()
        except asyncio.CancelledError:
            self.is_cancelled = True
            raise
        return self.runs


@pytest.fixture
def flights(redis: Redis) -> Flights:
    return Flights(redis, TTL_S)


@pytest.fixture
def work() -> Work:
    return Work()


async def test_fifty_askers_share_one_run(flights: Flights, work: Work, redis: Redis) -> None:
    askers = [asyncio.create_task(flights.run("name", work)) for _ in range(50)]
    await work.started.wait()
    assert await redis.exists(keys.flight("name"))
    work.may_end.set()
    assert await asyncio.gather(*askers) == [1] * 50
    assert not await redis.exists(keys.flight("name"))
    assert await flights.run("name", work) == 2


async def test_other_names_do_not_wait(flights: Flights, work: Work) -> None:
    asker = asyncio.create_task(flights.run("name", work))
    await work.started.wait()

    async def other() -> str:
        return "other"

    assert await flights.run("other name", other) == "other"
    work.may_end.set()
    await asker


async def test_all_askers_get_the_error_and_the_next_one_a_new_run(flights: Flights, work: Work) -> None:
    async def fail() -> int:
        await work()
        raise LookupError

    askers = [asyncio.create_task(flights.run("name", fail)) for _ in range(3)]
    await work.started.wait()
    work.may_end.set()
    results = await asyncio.gather(*askers, return_exceptions=True)
    assert [type(result) for result in results] == [LookupError] * 3
    assert await flights.run("name", work) == 2


async def test_a_cancelled_asker_does_not_end_the_work_of_others(flights: Flights, work: Work) -> None:
    first, second = (asyncio.create_task(flights.run("name", work)) for _ in range(2))
    await work.started.wait()
    first.cancel()
    await asyncio.wait({first})
    assert first.cancelled()
    work.may_end.set()
    assert await second == 1


async def test_the_work_is_cancelled_with_its_last_asker(flights: Flights, work: Work, redis: Redis) -> None:
    asker = asyncio.create_task(flights.run("name", work))
    await work.started.wait()
    asker.cancel()
    await asyncio.wait({asker})
    assert work.is_cancelled
    assert not await redis.exists(keys.flight("name"))


async def test_who_asks_while_work_is_being_cancelled_gets_a_run_of_their_own(
    flights: Flights, work: Work
) -> None:
    asker = asyncio.create_task(flights.run("name", work))
    await work.started.wait()
    asker.cancel()
    await asyncio.sleep(0)  # the cancelled task has not ended yet
    work.may_end.set()
    assert await flights.run("name", work) == 2


async def test_a_long_run_keeps_its_lock_by_renewing_it(flights: Flights, redis: Redis, work: Work) -> None:
    holder = asyncio.create_task(flights.run("name", work))
    await work.started.wait()
    elsewhere = asyncio.create_task(Flights(redis, TTL_S).run("name", work))
    done, _ = await asyncio.wait({elsewhere}, timeout=3 * TTL_S)
    assert not done
    assert work.runs == 1
    work.may_end.set()
    assert (await holder, await elsewhere) == (1, 2)


async def test_a_lost_lock_is_logged_and_the_work_goes_on(
    flights: Flights, redis: Redis, work: Work, caplog: pytest.LogCaptureFixture
) -> None:
    asker = asyncio.create_task(flights.run("https://example.org/private", work))
    await work.started.wait()
    await redis.set(keys.flight("https://example.org/private"), "another's token")
    await asyncio.wait({asker}, timeout=TTL_S / 2)
    work.may_end.set()
    assert await asker == 1
    assert await redis.get(keys.flight("https://example.org/private")) == b"another's token"
    assert "lost its lock" in caplog.text
    assert "example.org" not in caplog.text


async def test_work_that_hangs_elsewhere_is_not_waited_for_without_end(redis: Redis, work: Work) -> None:
    await redis.set(keys.flight("name"), "hung")
    work.may_end.set()
    async with asyncio.timeout(5):
        assert await Flights(redis, ttl_s=0.05).run("name", work) == 1


async def test_where_no_redis_is_used_askers_still_share_one_run(work: Work) -> None:
    flights = Flights(None)
    askers = [asyncio.create_task(flights.run("name", work)) for _ in range(5)]
    await work.started.wait()
    work.may_end.set()
    assert await asyncio.gather(*askers) == [1] * 5


async def test_a_redis_that_is_away_does_not_stop_the_work(server_url: str, work: Work) -> None:
    async with open_relay(server_url) as relay, open_redis(relay.url, Path("unused")) as client:
        await relay.close()
        work.may_end.set()
        assert await Flights(client).run("name", work) == 1


async def test_redis_going_away_during_the_work_does_not_harm_it(server_url: str, work: Work) -> None:
    async with open_relay(server_url) as relay, open_redis(relay.url, Path("unused")) as client:
        asker = asyncio.create_task(Flights(client, TTL_S).run("away", work))
        await work.started.wait()
        await relay.close()
        await asyncio.wait({asker}, timeout=TTL_S / 2)
        work.may_end.set()
        assert await asker == 1


ASKER = """
import asyncio, sys
from pathlib import Path
from storage.connection import blocking_twin, open_redis
from storage.flights import Flights

async def ask():
    async with open_redis(sys.argv[1], Path("unused")) as redis:
        async def work():
            if result := await redis.get("result"):
                return result
            await redis.incr("runs")
            print("working", flush=True)
            async with blocking_twin(redis, 4) as waiting:
                await waiting.blpop("go", timeout=4)
            await redis.set("result", "done")
            return b"done"

        print("asking", flush=True)
        print((await Flights(redis, float(sys.argv[2])).run("name", work)).decode(), flush=True)

asyncio.run(ask())
"""

StartAsker = Callable[..., AbstractAsyncContextManager[Process]]


@pytest.fixture
def start_asker(redis_url: str, redis: Redis) -> StartAsker:  # noqa: ARG001 it empties the database
    @asynccontextmanager
    async def start(ttl_s: float = TTL_S) -> AsyncIterator[Process]:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", ASKER, redis_url, str(ttl_s), stdout=PIPE
        )
        try:
            assert await read_line(process) == "asking"
            yield process
        finally:
            if process.returncode is None:
                process.kill()
            await process.communicate()

    return start


async def read_line(process: Process) -> str:
    assert process.stdout
    return (await process.stdout.readline()).decode().strip()


async def test_two_processes_do_the_work_once(start_asker: StartAsker, redis: Redis) -> None:
    # A lock that a busy machine cannot lose: its holder renews it every third of its time.
    async with start_asker(2.0) as first:
        assert await read_line(first) == "working"
        async with start_asker(2.0) as second:
            second_line = asyncio.create_task(read_line(second))
            await asyncio.wait({second_line}, timeout=2.5)
            assert not second_line.done()
            await redis.rpush("go", "go")
            assert await read_line(first) == "done"
            assert await second_line == "done"
    assert await redis.get("runs") == b"1"


async def test_the_lock_of_a_killed_process_lapses(
    start_asker: StartAsker, flights: Flights, work: Work
) -> None:
    async with start_asker() as holder:
        assert await read_line(holder) == "working"
        holder.kill()
        await holder.wait()
        work.may_end.set()
        async with asyncio.timeout(TTL_S + 1):
            assert await flights.run("name", work) == 1


async def test_a_flight_lands_even_when_it_ends_in_the_middle_of_a_renewal(redis: Redis) -> None:
    """redis-py turns a cancellation that meets its command into a ConnectionError, and it is lost."""
    flights = Flights(redis, ttl_s=0.15)
    for late_us in range(0, 400, 10):

        async def work(pause_s: float = 0.05 + late_us / 1_000_000) -> None:
            await asyncio.sleep(pause_s)

        async with asyncio.timeout(5):
            await flights.run(f"work {late_us}", work)
