"""The connection to Redis, and the one place where its errors become ours."""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.connection import parse_url
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import AuthenticationError, AuthorizationError, RedisError
from redis.maint_notifications import MaintNotificationsConfig

from bot.errors import SettingsError, StoreUnavailable

__all__ = ["Redis", "blocking_twin", "join_redis", "open_redis", "store_errors"]

CONNECT_TIMEOUT_S = 1
ANSWER_TIMEOUT_S = 5
POOL_TIMEOUT_S = 5
"""How long a command waits for one of the connections when all are taken."""

MAX_CONNECTIONS = 50


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
    address, options = _read_url(url)
    redis = Redis.from_pool(BlockingConnectionPool(**options))
    try:
        await _greet(redis, address)
        yield redis
    finally:
        await redis.aclose()


def _socket_url(socket: Path) -> str:
    return f"unix://{quote(str(socket.absolute()))}"


def blocking_twin(redis: Redis, block_s: float) -> Redis:
    """Return a client of the same server for commands that block so long, on one connection of its own.

    It opens with its first command; close it after use.
    """
    pool = redis.connection_pool
    options = dict(pool.connection_kwargs) | {"socket_timeout": block_s + ANSWER_TIMEOUT_S}
    return Redis.from_pool(
        BlockingConnectionPool(
            connection_class=pool.connection_class, max_connections=1, timeout=POOL_TIMEOUT_S, **options
        )
    )


@contextlib.contextmanager
def store_errors() -> Iterator[None]:
    """Raise StoreUnavailable for whatever redis-py raises."""
    try:
        yield
    except RedisError as exc:
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            # redis-py reports a cancellation that meets its command as a lost connection.
            raise asyncio.CancelledError from exc
        # The class alone: some messages repeat the command, and with it people's text.
        raise StoreUnavailable(f"Redis: {type(exc).__name__}") from exc


def _read_url(url: str) -> tuple[str, dict[str, Any]]:
    """Return where a Redis URL leads, without its secrets, and its options with ours on top."""
    malformed = SettingsError(
        "REDIS_URL malformed",
        problem="Check REDIS_URL: it must read redis://, rediss:// or unix:// and an address, "
        "with special characters of the password percent-encoded.",
    )
    try:
        parts = urlsplit(url)
        options: dict[str, Any] = dict(parse_url(url))
        port = parts.port or 6379
    except ValueError:
        raise malformed from None  # the message can repeat a part of the password
    is_unix = parts.scheme == "unix"
    # A bare "/", "?" or "#" in a password ends the address there; the "@" after it tells.
    if not (parts.path if is_unix else parts.hostname) or (
        not is_unix and "@" in url.rpartition(parts.netloc)[2]
    ):
        raise malformed
    options.pop("protocol", None)  # given explicitly, even its default changes the shapes of answers
    options |= {
        "decode_responses": False,
        "max_connections": MAX_CONNECTIONS,
        "timeout": POOL_TIMEOUT_S,
        "socket_connect_timeout": CONNECT_TIMEOUT_S,
        "socket_timeout": ANSWER_TIMEOUT_S,
        # A retried write can be written twice; a stale connection is noticed before the write instead.
        "retry": Retry(NoBackoff(), 0),
        # Else redis-py looks up its own version for every connection: 3 ms on the event loop each (8.1).
        "driver_info": None,
        # A feature of hosted Redis only; with it, redis-py no longer notices a stale connection over TCP.
        "maint_notifications_config": MaintNotificationsConfig(enabled=False),
    }
    return parts.path if is_unix else f"{parts.hostname}:{port}", options


async def _greet(redis: Redis, address: str) -> None:
    """Ask for a first answer; raises SettingsError when none or a refusal comes."""
    try:
        await redis.ping()
    except (AuthenticationError, AuthorizationError) as exc:
        raise SettingsError(
            f"Redis: {type(exc).__name__}",
            problem=f"Redis at {address} refuses the user name or password of REDIS_URL.",
        ) from exc
    except RedisError as exc:
        raise SettingsError(
            f"Redis: {type(exc).__name__}",
            problem=f"Redis does not answer at {address}. Check REDIS_URL and that the server runs.",
        ) from exc
