"""Connections to whichever server Sentinels name the master."""

import contextlib
from collections.abc import AsyncIterator
from typing import Any

from redis.asyncio import BlockingConnectionPool
from redis.asyncio.connection import Connection, SSLConnection
from redis.asyncio.sentinel import (
    Sentinel,
    SentinelConnectionPool,
    SentinelManagedConnection,
    SentinelManagedSSLConnection,
)


class SentinelPool(SentinelConnectionPool, BlockingConnectionPool):
    """A pool whose users wait for a connection to be free, as in that of a single server."""

    def __init__(self, service: str, sentinel: Sentinel, **options: Any) -> None:
        super().__init__(service, sentinel, **options)  # type: ignore[no-untyped-call]

    def twin(self, options: dict[str, Any]) -> "SentinelPool":
        """Return a pool of the same master with these options."""
        own = {name: value for name, value in options.items() if name != "connection_pool"}
        return SentinelPool(self.service_name, self.sentinel_manager, **own)


@contextlib.asynccontextmanager
async def open_pool(
    hosts: tuple[tuple[str, int], ...],
    sentinel_options: dict[str, Any],
    service: str,
    options: dict[str, Any],
) -> AsyncIterator[SentinelPool]:
    """Give a pool of connections to the master of a service; close it by its client."""
    is_secure = issubclass(options.get("connection_class", Connection), SSLConnection)
    if is_secure:
        sentinel_options = sentinel_options | {
            name: value for name, value in options.items() if "ssl_" in name
        }
        sentinel_options["ssl"] = True
    connection_class = SentinelManagedSSLConnection if is_secure else SentinelManagedConnection
    sentinel = Sentinel(hosts, sentinel_kwargs=sentinel_options)  # type: ignore[no-untyped-call]
    try:
        yield SentinelPool(service, sentinel, **options | {"connection_class": connection_class})
    finally:
        await sentinel.aclose()
