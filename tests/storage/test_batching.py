"""Commands of one moment travel together, and each has its own answer, error or end."""

import asyncio
import gc
import time
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import DataError, ResponseError
from redis.exceptions import TimeoutError as RedisTimeoutError

from bot.errors import StoreUnavailable
from storage.batching import BatchingRedis
from storage.connection import open_redis, store_errors
from tests.storage.relay import open_relay

uvloop = pytest.importorskip("uvloop")


async def test_each_command_has_its_own_answer_and_its_own_error(redis: Redis) -> None:
    await redis.set("text", "x")
    asked = [redis.get("text") if n % 7 else redis.lpush("text", n) for n in range(1_000)]
    answers = await asyncio.gather(*asked, return_exceptions=True)
    for number, answer in enumerate(answers):
        if number % 7:
            assert answer == b"x"
        else:
            assert isinstance(answer, ResponseError)


async def test_answers_have_the_shapes_that_commands_alone_give(redis: Redis) -> None:
    await redis.hset("hash", mapping={"a": 1})
    answers = await asyncio.gather(redis.hgetall("hash"), redis.set("x", 1, nx=True), redis.ttl("x"))
    assert list(answers) == [{b"a": b"1"}, True, -1]


def shape_wrongly(answer: Any, **_options: Any) -> Any:
    return answer.decode()  # of a number


async def test_an_answer_that_cannot_be_shaped_fails_alone(server_url: str, redis: Redis) -> None:
    await redis.set("a", "1")
    async with open_redis(server_url, Path("unused")) as client:
        client.set_response_callback("STRLEN", shape_wrongly)  # type: ignore[arg-type]
        first, odd, last = await asyncio.gather(
            client.get("a"), client.strlen("a"), client.exists("a"), return_exceptions=True
        )
        assert (first, last) == (b"1", 1)
        assert isinstance(odd, AttributeError)
        assert await client.get("a") == b"1"


async def test_what_cannot_be_written_fails_alone(redis: Redis) -> None:
    asked = (redis.set("a", "1"), redis.set("b", "\ud800"), redis.set("c", None), redis.set("d", "4"))  # type: ignore[arg-type]
    first, surrogate, nothing, last = await asyncio.gather(*asked, return_exceptions=True)
    assert (first, last) == (True, True)
    assert isinstance(surrogate, UnicodeEncodeError)
    assert isinstance(nothing, DataError)


async def test_who_gives_up_takes_nobody_along(server_url: str, redis: Redis) -> None:  # noqa: ARG001 on one server
    tasks = [asyncio.ensure_future(redis.incr("count")) for _ in range(100)]
    await asyncio.sleep(0)
    for task in tasks[::2]:
        task.cancel()
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    assert all(isinstance(outcome, asyncio.CancelledError) for outcome in outcomes[::2])
    assert all(isinstance(outcome, int) for outcome in outcomes[1::2])


async def test_who_asks_again_just_when_a_batch_ends_is_not_left_behind(redis: Redis) -> None:
    async with asyncio.timeout(3):
        for _ in range(100):
            await redis.get("x")


async def test_when_the_server_is_silent_who_waits_for_a_batch_does_not_wait_as_long_again(
    server_url: str, redis: Redis
) -> None:
    pool = BlockingConnectionPool.from_url(server_url, socket_timeout=0.3, retry=Retry(NoBackoff(), 0))
    async with BatchingRedis.from_pool(pool) as impatient:
        await impatient.ping()
        await redis.client_pause(1_000)
        under_way = asyncio.ensure_future(impatient.get("x"))
        await asyncio.sleep(0.02)  # until it is on its way, alone
        waiting = [asyncio.ensure_future(impatient.get("x")) for _ in range(3)]
        await asyncio.wait([under_way])
        await asyncio.sleep(0)
        assert all(isinstance(task.exception(), RedisTimeoutError) for task in (under_way, *waiting))
        await redis.ping()
        assert await impatient.get("x") is None


async def test_a_silent_server_is_noticed_by_a_process_that_was_stopped_at_whatever_moment(
    server_url: str,
) -> None:
    """All its timers ring when it goes on, the one for sending with what was just sent."""
    lost = []
    async with open_relay(server_url) as relay:
        for moment in range(12):
            pool = BlockingConnectionPool.from_url(
                relay.url, socket_timeout=0.05, retry=Retry(NoBackoff(), 0)
            )
            redis = BatchingRedis.from_pool(pool)
            await redis.ping()
            relay.is_silent = True
            task = asyncio.ensure_future(redis.get("a"))
            for _ in range(moment):
                await asyncio.sleep(0)
            time.sleep(0.06)  # noqa: ASYNC251 - as a process that is stopped
            await asyncio.wait([task], timeout=1)
            lost += [] if task.done() else [moment]
            relay.is_silent = False
            await redis.aclose()
            await asyncio.gather(task, return_exceptions=True)
    assert not lost


async def test_a_lost_connection_leaves_no_garbage_behind(server_url: str) -> None:
    async with open_relay(server_url) as relay, open_redis(relay.url, Path("unused")) as redis:
        await redis.ping()
        relay.drops_replies = True
        gc.collect()
        gc.disable()
        try:
            for _ in range(50):
                outcomes = await asyncio.gather(*(redis.get("x") for _ in range(20)), return_exceptions=True)
            assert all(isinstance(outcome, RedisConnectionError) for outcome in outcomes)
            del outcomes
            errors = [kept for kept in gc.get_objects() if isinstance(kept, RedisConnectionError)]
        finally:
            gc.enable()
        assert len(errors) <= 1


async def test_a_client_that_is_closed_leaves_nobody_waiting(server_url: str, redis: Redis) -> None:
    async with open_redis(server_url, Path("unused")) as closing:
        await redis.client_pause(500)
        asked = [asyncio.ensure_future(closing.get("x")) for _ in range(3)]
        await asyncio.sleep(0.02)
        asked += [asyncio.ensure_future(closing.get("x")) for _ in range(3)]
        await asyncio.sleep(0)
    async with asyncio.timeout(3):
        outcomes = await asyncio.gather(*asked, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [asyncio.CancelledError] * 6


async def test_a_lost_connection_is_an_error_of_all_that_was_on_it_and_of_nothing_later(
    server_url: str,
) -> None:
    async with open_relay(server_url) as relay, open_redis(relay.url, Path("unused")) as redis:
        relay.drops_replies = True
        outcomes = await asyncio.gather(*(redis.get("x") for _ in range(10)), return_exceptions=True)
        assert [type(outcome) for outcome in outcomes] == [RedisConnectionError] * 10
        relay.drops_replies = False
        assert await redis.ping()


def test_a_connection_that_uvloop_finds_closed_is_a_store_that_is_away(tmp_path: Path) -> None:
    async def write_to_a_closed_connection() -> None:
        server = await asyncio.start_unix_server(lambda _reader, writer: writer.close(), tmp_path / "socket")
        async with server:
            _, writer = await asyncio.open_unix_connection(tmp_path / "socket")
            writer.transport.abort()
            await asyncio.sleep(0)
            writer.writelines([b"PING"])

    with (
        pytest.raises(StoreUnavailable),
        store_errors(),
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        runner.run(write_to_a_closed_connection())
    with pytest.raises(RuntimeError), store_errors():
        raise RuntimeError("something else")
