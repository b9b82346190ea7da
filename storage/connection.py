"""The connection to Redis, and the one place where its errors become ours."""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import MasterNotFoundError
from redis.backoff import NoBackoff
from redis.exceptions import (
    AuthenticationError,
    AuthorizationError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisClusterException,
    RedisError,
    ResponseError,
)
from redis.maint_notifications import MaintNotificationsConfig

from bot.errors import SettingsError, StoreUnavailable
from storage.addresses import Address, read_address
from storage.batching import BatchingRedis
from storage.cluster import ClusterClient
from storage.sentinel import SentinelPool, open_pool

__all__ = ["Redis", "StoreRefuses", "blocking_twin", "join_redis", "open_redis", "store_errors"]

CONNECT_TIMEOUT_S = 1
ANSWER_TIMEOUT_S = 5
POOL_TIMEOUT_S = 5
"""How long a command waits for one of the connections when all are taken."""

MAX_CONNECTIONS = 50

DISK_FULL = "MISCONF"
"""What Redis answers to every write, scripts included, while it cannot write its append-only file."""

UVLOOP_CLOSED = "the handler is closed"
"""What uvloop says to who writes to a connection just lost; redis-py (8.1) knows asyncio's errors alone."""

_SENTINEL_OPTIONS: dict[str, Any] = {
    "socket_connect_timeout": CONNECT_TIMEOUT_S,
    "socket_timeout": ANSWER_TIMEOUT_S,
    # A retried write can be written twice; a stale connection is noticed before the write instead.
    "retry": Retry(NoBackoff(), 0),
    # Else redis-py looks up its own version for every connection: 3 ms on the event loop each (8.1).
    "driver_info": None,
    # A feature of hosted Redis only; with it, redis-py no longer notices a stale connection over TCP.
    "maint_notifications_config": MaintNotificationsConfig(enabled=False),
}

_OPTIONS: dict[str, Any] = _SENTINEL_OPTIONS | {
    "decode_responses": False,
    "max_connections": MAX_CONNECTIONS,
    "timeout": POOL_TIMEOUT_S,
}


@contextlib.asynccontextmanager
async def open_redis(url: str | None, data: Path) -> AsyncIterator[Redis]:
    """Open the Redis at `url`, or the embedded server over the folder `data` when there is none.

    Raises SettingsError when nothing usable answers there; the sentence never holds a password.
    """
    if url is not None:
        async with _open_client(url) as redis:
            yield redis
        return
    if sys.platform == "win32":
        raise SettingsError("no embedded server", problem="Set REDIS_URL: Windows has no embedded store.")
    from storage.embedded import run_embedded  # noqa: PLC0415 it imports fcntl, which Windows lacks

    async with run_embedded(data) as socket, _open_client(_socket_url(socket)) as redis:
        yield redis


@contextlib.asynccontextmanager
async def join_redis(url: str | None, data: Path) -> AsyncIterator[Redis]:
    """Open what `open_redis` would, or the embedded server of a bot that runs over `data` already."""
    if url is None and sys.platform != "win32":
        from storage.embedded import find_running  # noqa: PLC0415 as above

        running = await find_running(data)
        url = _socket_url(running) if running else None
    async with open_redis(url, data) as redis:
        yield redis


@contextlib.asynccontextmanager
async def _open_client(url: str) -> AsyncIterator[Redis]:
    address = read_address(url)
    async with _client(address) as redis:
        await _greet(redis, address)
        yield redis


@contextlib.asynccontextmanager
async def _client(address: Address) -> AsyncIterator[Redis]:
    """Give a client for the address; it connects with its first command. Raises SettingsError."""
    options = address.options | _OPTIONS
    options.pop("protocol", None)  # given explicitly, even its default changes the shapes of answers
    async with contextlib.AsyncExitStack() as stack:
        try:
            if address.kind == "cluster":
                options.pop("db", None)
                cluster = ClusterClient(address.hosts, **options)
                # Not a subclass, but every command that is used here is the same.
                redis = cast("Redis", cluster)
            elif address.kind == "sentinel":
                own = _SENTINEL_OPTIONS | address.sentinel_options
                pool = await stack.enter_async_context(
                    open_pool(address.hosts, own, address.service, options)
                )
                redis = BatchingRedis.from_pool(pool)
            else:
                redis = BatchingRedis.from_pool(BlockingConnectionPool(**options))
            stack.push_async_callback(redis.aclose)
            if address.kind != "cluster":
                redis.connection_pool.make_connection()  # type: ignore[no-untyped-call]
        except TypeError:
            raise SettingsError(
                "REDIS_URL: unknown option",
                problem="Check REDIS_URL: one of the options after its question mark is unknown.",
            ) from None
        yield redis


def _socket_url(socket: Path) -> str:
    return f"unix://{quote(str(socket.absolute()))}"


def blocking_twin(redis: Redis, block_s: float) -> Redis:
    """Return a client of the same store for commands that block so long, on one connection of its own.

    It opens with its first command; close it after use, and before the client that it is a twin of.
    """
    changes = {"socket_timeout": block_s + ANSWER_TIMEOUT_S, "max_connections": 1}
    client: object = redis
    if isinstance(client, ClusterClient):
        return cast("Redis", client.twin(**changes))
    pool = redis.connection_pool
    options = dict(pool.connection_kwargs) | {"timeout": POOL_TIMEOUT_S, **changes}
    if isinstance(pool, SentinelPool):
        return Redis.from_pool(pool.twin(options))
    return Redis.from_pool(BlockingConnectionPool(connection_class=pool.connection_class, **options))


class StoreRefuses(StoreUnavailable):
    """Redis answers and writes nothing: its disk or its memory is full, or it is a copy. Nothing was done."""


@contextlib.contextmanager
def store_errors() -> Iterator[None]:
    """Raise StoreUnavailable for whatever redis-py raises; StoreRefuses where certainly nothing was done."""
    try:
        yield
    except (RedisError, RedisClusterException) as exc:
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            # redis-py reports a cancellation that meets its command as a lost connection.
            raise asyncio.CancelledError from exc
        is_disk_full = str(exc).startswith(DISK_FULL)
        if is_disk_full or isinstance(exc, OutOfMemoryError | ReadOnlyError):
            kind = DISK_FULL if is_disk_full else type(exc).__name__
            raise StoreRefuses(f"Redis writes nothing: {kind}") from exc
        # The class alone: some messages repeat the command, and with it people's text.
        raise StoreUnavailable(f"Redis: {type(exc).__name__}") from exc
    except RuntimeError as exc:
        if UVLOOP_CLOSED not in str(exc):
            raise
        raise StoreUnavailable("Redis: connection closed") from exc


async def _greet(redis: Redis, address: Address) -> None:
    """Ask for a first answer; raises SettingsError when none or a refusal comes."""
    try:
        await redis.ping()
        if address.kind == "server" and await _is_of_a_cluster(redis):
            raise SettingsError(
                "Redis: a cluster's node",
                problem=f"Redis at {address} is one of a cluster. Begin REDIS_URL with redis+cluster://.",
            )
    except (RedisError, RedisClusterException) as exc:
        cause = exc.__cause__ if isinstance(exc.__cause__, RedisError) else exc
        raise SettingsError(f"Redis: {type(cause).__name__}", problem=_problem(cause, address)) from exc


def _problem(cause: BaseException, address: Address) -> str:
    """Say why no first answer came; never what the error says, for it can repeat what was sent."""
    if isinstance(cause, AuthenticationError | AuthorizationError):
        return f"Redis at {address} refuses the user name or password of REDIS_URL."
    if isinstance(cause, MasterNotFoundError):
        return (
            f"No Sentinel at {address} names a master for {address.service}. Check REDIS_URL, that the "
            "Sentinels run, and that they know the master by this name."
        )
    if isinstance(cause, RedisClusterException):
        return f"Redis at {address} is no cluster. Check REDIS_URL: one server alone begins with redis://."
    return f"Redis does not answer at {address}. Check REDIS_URL and that the server runs."


async def _is_of_a_cluster(redis: Redis) -> bool:
    with contextlib.suppress(ResponseError):  # not everyone may ask
        return bool((await redis.info("cluster")).get("cluster_enabled"))
    return False
