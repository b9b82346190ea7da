"""When a model's server is left alone, and how it comes back; the same rules with Redis and without."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from redis.asyncio import Redis

from storage import keys
from storage.breaker import Breaker
from storage.connection import open_redis
from tests.storage.relay import open_relay

OPEN_S = 0.15


@pytest.fixture(params=["shared", "alone"])
def make(request: pytest.FixtureRequest, redis: Redis) -> Callable[..., Breaker]:
    def breaker(*, open_s: float = OPEN_S, probe_s: float = 5.0) -> Breaker:
        return Breaker(redis if request.param == "shared" else None, "server", open_s=open_s, probe_s=probe_s)

    return breaker


@pytest.fixture
async def breaker(make: Callable[..., Breaker]) -> AsyncIterator[Breaker]:
    breaker = make()
    yield breaker
    await breaker.aclose()


async def call(breaker: Breaker, outcomes: str) -> str:
    """Make calls that end well ("1"), badly ("0") or without telling ("-"); return how each was let in."""
    passes = ""
    for outcome in outcomes:
        admitted = await breaker.enter()
        passes += admitted[0] if admitted else "x"
        if admitted:
            breaker.leave(admitted, succeeded={"1": True, "0": False, "-": None}[outcome])
    return passes


async def test_four_failures_do_not_open_it_and_the_fifth_does(breaker: Breaker) -> None:
    assert await call(breaker, "00001") == "ccccc"
    assert await call(breaker, "01") == "cx"


async def test_five_failures_among_many_successes_do_not_open_it(breaker: Breaker) -> None:
    assert await call(breaker, "1101" * 5 + "1") == "c" * 21


async def test_only_the_last_twenty_calls_count(breaker: Breaker) -> None:
    assert await call(breaker, "1" * 30 + "0" * 10) == "c" * 40
    assert await call(breaker, "1") == "x"


async def test_calls_that_tell_nothing_count_for_nothing(breaker: Breaker) -> None:
    assert await call(breaker, "-" * 30 + "00000" + "1") == "c" * 35 + "x"


async def test_after_a_while_one_call_probes_and_closes_it(breaker: Breaker) -> None:
    await call(breaker, "00000")
    await asyncio.sleep(OPEN_S)
    probe = await breaker.enter()
    assert (probe, await breaker.enter()) == ("probe", None)
    assert probe is not None
    breaker.leave(probe, succeeded=True)
    assert await call(breaker, "00001") == "ccccc"


async def test_a_probe_that_fails_opens_it_again(breaker: Breaker) -> None:
    await call(breaker, "00000")
    await asyncio.sleep(OPEN_S)
    assert await call(breaker, "01") == "px"
    await asyncio.sleep(OPEN_S)
    assert await call(breaker, "11") == "pc"


async def test_a_probe_that_tells_nothing_leaves_the_next_call_to_probe(breaker: Breaker) -> None:
    await call(breaker, "00000")
    await asyncio.sleep(OPEN_S)
    assert await call(breaker, "-1") == "pp"


async def test_a_lost_probe_is_not_waited_for(make: Callable[..., Breaker]) -> None:
    breaker = make(open_s=0.05, probe_s=0.05)
    await call(breaker, "00000")
    for _ in range(2):
        await asyncio.sleep(0.06)
        assert await breaker.enter() == "probe"
    await breaker.aclose()


async def test_a_late_answer_does_not_close_it(breaker: Breaker) -> None:
    early = await breaker.enter()
    await call(breaker, "00000")
    assert early is not None
    breaker.leave(early, succeeded=True)
    assert await call(breaker, "1") == "x"


async def test_processes_share_it_and_servers_do_not(redis: Redis) -> None:
    first, second, other = (Breaker(redis, server) for server in ("one", "one", "two"))
    await call(first, "00000")
    await first.aclose()
    assert await call(second, "1") == "x"
    assert await call(other, "1") == "c"
    await other.aclose()
    assert 0 < await redis.ttl(keys.breaker("one")) <= keys.BREAKER_TTL_S


async def test_while_redis_is_away_each_process_counts_for_itself(server_url: str) -> None:
    async with open_relay(server_url) as relay, open_redis(relay.url, Path("unused")) as redis:
        breaker = Breaker(redis, "away")
        await relay.close()
        assert await call(breaker, "000001") == "cccccx"
        await breaker.aclose()
