"""The connection: fast to fail, never writing twice, and silent about passwords."""

import asyncio
import contextlib
import random
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.article.models import Article
from bot.errors import SettingsError, StoreUnavailable
from storage.briefs import BriefStore
from storage.connection import join_redis, open_redis, store_errors
from storage.inbox import Entry, Inbox, Lane, Received
from tests.storage.relay import Relay, open_relay
from tests.storage.test_briefs import make_brief

NOWHERE = Path("unused")


@pytest.fixture
async def relay(server_url: str, redis: Redis) -> AsyncIterator[Relay]:  # noqa: ARG001 it empties the database
    async with open_relay(server_url) as relay:
        yield relay


async def test_a_thousand_concurrent_reads_all_succeed(redis: Redis) -> None:
    await redis.set("a", "b")
    assert set(await asyncio.gather(*(redis.get("a") for _ in range(1_000)))) == {b"b"}


async def test_a_write_whose_reply_is_lost_is_not_written_again(relay: Relay, redis: Redis) -> None:
    async with open_redis(relay.url, NOWHERE) as client:
        relay.drops_replies = True
        with pytest.raises(RedisError):
            await client.xadd("stream", {"a": "b"})
    assert await redis.xlen("stream") == 1


async def test_a_connection_that_died_while_idle_is_replaced_unnoticed(relay: Relay) -> None:
    async with open_redis(relay.url, NOWHERE) as client:
        await asyncio.gather(*(client.set("a", "b") for _ in range(10)))
        await relay.close()
        await relay.open()
        assert sorted(await asyncio.gather(*(client.incr("n") for _ in range(10)))) == list(range(1, 11))


async def test_commands_cancelled_at_any_point_do_not_mix_up_answers(redis: Redis) -> None:
    chance = random.Random(20)
    for n in range(50):
        await redis.set(str(n), n)

    async def read(n: int) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(chance.uniform(0, 0.004)):
                assert await redis.get(str(n)) == str(n).encode()

    for _ in range(10):
        await asyncio.gather(*(read(n) for n in range(50)))
    assert await asyncio.gather(*(redis.get(str(n)) for n in range(50))) == [b"%d" % n for n in range(50)]


@pytest.fixture
async def dead_redis(relay: Relay) -> AsyncIterator[Redis]:
    """A client whose server has just gone away."""
    async with open_redis(relay.url, NOWHERE) as client:
        await client.ping()
        await relay.close()
        yield client


LANE, ENTRY = Lane("7", "1-0"), Entry(entry_id="1-0", update_id=1, payload=b"{}")
ARTICLE = Article(kind="link", text="Text.", sentences=())

CALLS: dict[str, Callable[[BriefStore, Inbox], Awaitable[object]]] = {
    "find": lambda store, _: store.find("0" * 16),
    "keep": lambda store, _: store.keep(make_brief()),
    "keep private": lambda store, _: store.keep(make_brief(scope="7")),
    "keep_fallback": lambda store, _: store.keep_fallback("0" * 16, make_brief()),
    "find_page": lambda store, _: store.find_page("https://example.org/"),
    "keep_page": lambda store, _: store.keep_page(["https://example.org/"], ARTICLE),
    "forget_chat": lambda store, _: store.forget_chat(7),
    "append": lambda _, inbox: inbox.append([Received(update_id=1, payload=b"{}", lane="7")], 2),
    "load_offset": lambda _, inbox: inbox.load_offset(),
    "take": lambda _, inbox: inbox.take(1, 100),
    "listen": lambda _, inbox: inbox.listen(100),
    "read": lambda _, inbox: inbox.read([LANE]),
    "finish": lambda _, inbox: inbox.finish([(LANE, ENTRY)]),
    "fail": lambda _, inbox: inbox.fail(LANE, ENTRY, "Failure"),
    "hold": lambda _, inbox: inbox.hold([LANE]),
    "hand_over": lambda _, inbox: inbox.hand_over([LANE]),
    "claim": lambda _, inbox: inbox.claim(1_000),
    "remember_answer": lambda _, inbox: inbox.answers.remember(1, 3),
    "find_answer": lambda _, inbox: inbox.answers.find(1),
}


@pytest.mark.parametrize("name", CALLS)
async def test_without_redis_every_call_fails_fast_as_store_unavailable(name: str, dead_redis: Redis) -> None:
    started = time.monotonic()
    async with Inbox(dead_redis, patience_s=0) as inbox:
        with pytest.raises(StoreUnavailable):
            await CALLS[name](BriefStore(dead_redis), inbox)
    assert time.monotonic() - started < 1.5


async def test_the_cause_in_the_log_holds_nothing_of_the_command(redis: Redis) -> None:
    with pytest.raises(StoreUnavailable) as error, store_errors():
        await redis.eval("return redis.call(ARGV[1])", 0, "people's text")
    assert "people" not in str(error.value)


async def test_an_address_that_swallows_connections_is_given_up_after_a_second() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full, socket.socket() as first:
        first.connect(full.getsockname())  # fills the queue; the kernel ignores who comes next
        started = time.monotonic()
        with pytest.raises(SettingsError):
            async with open_redis(f"redis://127.0.0.1:{full.getsockname()[1]}", NOWHERE):
                pass
        assert time.monotonic() - started < 2


async def test_an_address_without_redis_is_named_without_the_password() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(SettingsError) as error:
        async with open_redis(f"redis://me:s3cret@127.0.0.1:{port}/0", NOWHERE):
            pass
    assert f"127.0.0.1:{port}" in error.value.sentence
    assert "s3cret" not in error.value.sentence + str(error.value) + repr(error.value.__cause__)


async def test_a_refused_password_is_said_to_be_one(relay: Relay) -> None:
    with pytest.raises(SettingsError) as error:
        async with open_redis(relay.url.replace("//", "//nobody:s3cret@"), NOWHERE):
            pass
    assert "password" in error.value.sentence
    assert "s3cret" not in error.value.sentence + str(error.value) + repr(error.value.__cause__)


@pytest.mark.parametrize(
    "url",
    [
        "localhost:6379",
        "http://localhost:6379",
        "redis://",
        "redis:///0",
        "unix://",
        "redis://me:s3cr/et@localhost",
        "redis://me:s3cr#et@localhost",
        "redis://me:12#et@localhost",
        "redis://me:12?et@localhost",
        "redis://localhost:s3cr",
        "redis://localhost:6379?socket_timeout=s3cr",
        "redis://[::1",
    ],
)
async def test_a_malformed_address_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(SettingsError) as error:
        async with open_redis(url, NOWHERE):
            pass
    assert "REDIS_URL" in error.value.sentence
    assert "s3cr" not in error.value.sentence + str(error.value)
    assert error.value.__cause__ is None


async def test_options_in_the_address_do_not_change_how_answers_are_read(relay: Relay) -> None:
    url = f"{relay.url}/0?protocol=3&decode_responses=true&socket_timeout=1000"
    async with open_redis(url, NOWHERE) as client, Inbox(client) as inbox:
        await inbox.append([Received(update_id=1, payload=b"\xff", lane="7")], 2)
        [entries] = await inbox.read(await inbox.take(1, 100))
        assert [entry.payload for entry in entries or ()] == [b"\xff"]


async def test_a_password_with_escaped_characters_is_no_malformed_address(relay: Relay) -> None:
    with pytest.raises(SettingsError, match="Authentication"):
        async with open_redis(relay.url.replace("//", "//nobody:a%40b%2Fc%23@"), NOWHERE):
            pass


async def test_a_second_process_joins_the_embedded_server_that_runs_and_starts_one_when_none_does(
    tmp_path: Path,
) -> None:
    async with open_redis(None, tmp_path) as first:
        await first.set("said", "so")
        async with join_redis(None, tmp_path) as second:
            assert await second.get("said") == b"so"
        assert await first.ping()
    async with join_redis(None, tmp_path) as alone:
        assert await alone.get("said") == b"so"


async def test_a_cancellation_that_comes_out_as_a_redis_error_stays_a_cancellation() -> None:
    """redis-py does so when it meets a command at the wrong moment (see test_flights)."""
    begun = asyncio.Event()

    async def call() -> None:
        with store_errors():
            try:
                begun.set()
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                raise RedisError("connection lost") from None

    task = asyncio.create_task(call())
    await begun.wait()
    task.cancel()
    await asyncio.wait({task})
    assert task.cancelled()
