"""A client of a Redis or Valkey Cluster that behaves as the one of a single server does.

redis-py's own (8.1) raises when its connections are all taken, writes again what failed, uses connections
that died while idle, cuts those of others when a slot has moved, loses cancellations, and asks a server where
the key of an XREADGROUP is: if that server dies, for good.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any

from redis._parsers import AsyncCommandsParser
from redis.asyncio.cluster import ClusterNode, RedisCluster
from redis.asyncio.connection import Connection, SSLConnection
from redis.exceptions import ConnectionError as RedisConnectionError

HEADROOM = 2
"""Connections to a node for each command at once: some are just being closed, or serve a redirection."""


class _AttentiveConnection(Connection):
    """A connection that is replaced when the server has hung up, before a command is written to it.

    One that the client has cut meanwhile, because another command found its node gone, is a lost one.
    """

    async def _send_packed_command(self, command: Iterable[bytes]) -> None:
        if self._writer is None:
            raise RedisConnectionError("Connection cut by another command")
        await super()._send_packed_command(command)

    def should_reconnect(self) -> bool:
        reader = self._reader
        is_lost = reader is not None and (reader.at_eof() or reader.exception() is not None)
        return is_lost or bool(super().should_reconnect())  # type: ignore[no-untyped-call]


class _AttentiveSSLConnection(_AttentiveConnection, SSLConnection):
    pass


class _CommandsParser(AsyncCommandsParser):
    """Knows where an XREADGROUP's key is, and learns the server's commands once only."""

    async def initialize(self, node: ClusterNode | None = None) -> None:
        if node is not None:
            self.node = node
        if not self.commands:
            await super().initialize(node)

    async def get_keys(self, *args: Any) -> Any:
        if args[0] == "XREADGROUP":
            names = (
                args[args.index("STREAMS") + 1 :] if "STREAMS" in args else args[args.index(b"STREAMS") + 1 :]
            )
            return names[: len(names) // 2]
        return await super().get_keys(*args)


class ClusterClient(RedisCluster):
    """A cluster by some of its nodes; up to `max_connections` commands are under way, the others wait.

    `timeout` is how many seconds one waits at most.
    """

    def __init__(
        self,
        hosts: tuple[tuple[str, int], ...],
        *,
        max_connections: int,
        timeout: float,
        **options: Any,
    ) -> None:
        self._made_of = {"hosts": hosts, "timeout": timeout, **options}
        self._turns = asyncio.Semaphore(max_connections)
        self._timeout = timeout
        is_secure = issubclass(options.pop("connection_class", Connection), SSLConnection)
        super().__init__(
            startup_nodes=[ClusterNode(host, port) for host, port in hosts],
            ssl=is_secure,
            max_connections=HEADROOM * max_connections,
            require_full_coverage=False,
            reinitialize_steps=0,
            **options,
        )
        connection_class = _AttentiveSSLConnection if is_secure else _AttentiveConnection
        self.nodes_manager.connection_kwargs["connection_class"] = connection_class
        for node in self.nodes_manager.startup_nodes.values():
            node.connection_class = connection_class
        self.commands_parser = _CommandsParser()

    def twin(self, **changes: Any) -> "ClusterClient":
        """Return a client of the same cluster with some options changed."""
        return ClusterClient(**self._made_of | changes)

    async def execute_command(self, *args: Any, **kwargs: Any) -> Any:
        """Run a command on the node that has its key, or on all that it concerns."""
        task = asyncio.current_task()
        cancelled = task.cancelling() if task else 0
        async with self._turn():
            try:
                return await super().execute_command(*args, **kwargs)
            finally:
                # redis-py sends by asyncio.wait_for, which before Python 3.12 may lose it.
                if task and task.cancelling() > cancelled:
                    raise asyncio.CancelledError

    async def aclose(self) -> None:
        """Close all connections, those of a client that a lost server has set back to its beginning, too."""
        await super().aclose()
        for nodes in ("nodes_cache", "startup_nodes"):
            await self.nodes_manager.aclose(nodes)

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(self._timeout):
                await self._turns.acquire()
        except TimeoutError:
            raise RedisConnectionError("No connection available.") from None
        try:
            yield
        finally:
            self._turns.release()
