"""The stores that are killed and started again, each with an append-only file."""

import asyncio
import contextlib
import random
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Literal, Protocol

from storage.embedded import find_binary
from tests.servers.cluster import Nodes, run_appending, wait_until_ready

StoreKind = Literal["valkey", "redis-server", "cluster"]


class Store(Protocol):
    """Something at a REDIS_URL that loses its process, and gets another one over the same files."""

    @property
    def url(self) -> str: ...

    async def restart(self, seconds: float) -> None:
        """End it, or a part of it, without a word; start it again so many seconds later."""


@contextlib.asynccontextmanager
async def open_store(kind: StoreKind, folder: Path, appendfsync: str, seed: int) -> AsyncIterator[Store]:
    """Open a store over a folder; the seed says which part of it is ended each time."""
    if kind == "cluster":
        async with run_appending(folder, appendfsync) as nodes:
            yield Cluster(nodes, seed)
        return
    binary = str(find_binary()) if kind == "valkey" else kind
    store = Server(binary, folder, appendfsync)
    await store.start()
    try:
        yield store
    finally:
        await store.kill()


class Server:
    """One server on a unix socket."""

    def __init__(self, binary: str, folder: Path, appendfsync: str) -> None:
        self.url = f"unix://{folder / 'store.sock'}"
        self._command = [binary, "--port", "0", "--unixsocket", "store.sock", "--save", ""]
        self._command += ["--appendonly", "yes", "--appendfsync", appendfsync]
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._restarting = asyncio.Lock()

    async def start(self) -> None:
        """Start, and return when it answers."""
        with (self._folder / "store.log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: ASYNC220 - it takes a millisecond
                self._command, cwd=self._folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        while not await self._answers():  # noqa: ASYNC110 - nothing tells
            await asyncio.sleep(0.02)

    async def _answers(self) -> bool:
        with contextlib.suppress(OSError):
            reader, writer = await asyncio.open_unix_connection(self._folder / "store.sock")
            with contextlib.closing(writer):
                writer.write(b"PING\r\n")
                return await reader.readline() == b"+PONG\r\n"
        return False

    async def kill(self) -> None:
        """End it without a word."""
        if self._process is not None:
            self._process.kill()
            await asyncio.to_thread(self._process.wait)

    async def restart(self, seconds: float) -> None:
        async with self._restarting:
            await self.kill()
            await asyncio.sleep(seconds)
            await self.start()


class Cluster:
    """Three nodes without replicas: while one is away its keys are, too."""

    def __init__(self, nodes: Nodes, seed: int) -> None:
        self.url = nodes.url
        self._nodes = nodes
        self._random = random.Random(seed)
        self._restarting = asyncio.Lock()

    async def restart(self, seconds: float) -> None:
        async with self._restarting:
            port = self._random.choice(self._nodes.masters)
            await asyncio.to_thread(self._nodes.kill, port)
            await asyncio.sleep(seconds)
            self._nodes.start(port)
            await wait_until_ready(port)
