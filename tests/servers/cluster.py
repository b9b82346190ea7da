"""A Redis Cluster of three nodes on loopback, from the embedded server's binary, alone or with replicas.

Run as `python -m tests.servers.cluster` it prints its REDIS_URL and lives until it is ended.
"""

import asyncio
import contextlib
import secrets
import socket
import subprocess
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

from redis.asyncio import Redis
from redis.exceptions import RedisError

from storage.embedded import find_binary, launcher

SLOTS = ((0, 5_460), (5_461, 10_922), (10_923, 16_383))
READY_TIMEOUT_S = 20
SILENCE_MS = 15_000
"""After so long without an answer the others take a node for dead."""


@dataclass(frozen=True, slots=True)
class Nodes:
    """The servers of a cluster by their ports; a test may kill them."""

    folder: Path
    masters: tuple[int, ...]
    options: dict[str, str]
    processes: dict[int, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return cluster_url(tuple(self.processes))

    def start(self, port: int) -> None:
        """Start a node, which remembers its cluster; it takes commands a while later."""
        folder = self.folder / str(port)
        options = [part for name, value in self.options.items() for part in (f"--{name}", value)]
        with (folder / "log").open("ab") as log:
            self.processes[port] = subprocess.Popen(
                [*launcher(), str(find_binary()), "--port", str(port), *options],
                cwd=folder,
                stdout=log,
                stderr=log,
            )

    def kill(self, port: int) -> None:
        self.processes[port].kill()
        self.processes[port].wait()


@contextlib.asynccontextmanager
async def run_cluster(folder: Path) -> AsyncIterator[tuple[int, ...]]:
    """Run three nodes that keep nothing, and give their ports when the cluster takes commands."""
    async with _run(folder) as nodes:
        yield nodes.masters


@contextlib.asynccontextmanager
async def run_replicated(folder: Path, silence_ms: int) -> AsyncIterator[Nodes]:
    """Run three nodes with a replica each, and give them when the replicas follow."""
    async with _run(folder, replicas=1, silence_ms=silence_ms) as nodes:
        await asyncio.gather(*map(wait_until_copied, nodes.masters))
        yield nodes


@contextlib.asynccontextmanager
async def run_appending(folder: Path, appendfsync: str) -> AsyncIterator[Nodes]:
    """Run three nodes that know after a start again what was written, and give them."""
    async with _run(folder, appendfsync=appendfsync) as nodes:
        yield nodes


@contextlib.asynccontextmanager
async def _run(
    folder: Path, *, replicas: int = 0, silence_ms: int = SILENCE_MS, appendfsync: str | None = None
) -> AsyncIterator[Nodes]:
    """Run the nodes until they take commands; they keep nothing unless told how to append.

    What they would tell each other when they meet is written down before: they are ready in the two seconds
    that a node waits after its start.
    """
    count = len(SLOTS)
    ports = free_ports(count * (1 + replicas))
    ids = [secrets.token_hex(20) for _ in ports]
    options = {
        "bind": "127.0.0.1",
        "save": "",
        "appendonly": "yes" if appendfsync else "no",
        "appendfsync": appendfsync or "no",
        "cluster-enabled": "yes",
        "cluster-node-timeout": str(silence_ms),
    }
    nodes = Nodes(folder, ports[:count], options)
    try:
        for port in ports:
            (folder / str(port)).mkdir(parents=True)
            (folder / str(port) / "nodes.conf").write_text(_configuration(port, ports, ids), encoding="ascii")
            nodes.start(port)
        async with asyncio.timeout(READY_TIMEOUT_S):
            await asyncio.gather(*map(wait_until_ready, ports))
        yield nodes
    finally:
        for process in nodes.processes.values():
            process.kill()
        for process in nodes.processes.values():
            process.wait()


def cluster_url(ports: tuple[int, ...]) -> str:
    return "redis+cluster://" + ",".join(f"127.0.0.1:{port}" for port in ports[:2])


def _configuration(own_port: int, ports: tuple[int, ...], ids: list[str]) -> str:
    """Return the file in which a node remembers its cluster; masters come first, then a replica of each."""
    lines = []
    for place, (node_id, port) in enumerate(zip(ids, ports, strict=True)):
        myself = "myself," if port == own_port else ""
        number = place % len(SLOTS)
        role = f"{myself}master -" if place < len(SLOTS) else f"{myself}slave {ids[number]}"
        slots = " {}-{}".format(*SLOTS[number]) if place < len(SLOTS) else ""
        lines.append(f"{node_id} 127.0.0.1:{port}@{port + 10_000} {role} 0 0 {number + 1} connected{slots}")
    return "\n".join([*lines, f"vars currentEpoch {len(SLOTS)} lastVoteEpoch 0", ""])


async def wait_until_ready(port: int) -> None:
    """Wait until a node says that its cluster takes commands."""
    async with Redis(port=port) as node:
        while True:
            with contextlib.suppress(RedisError):
                if b"cluster_state:ok" in await node.eval("return redis.call('CLUSTER', 'INFO')", 0):
                    return
            await asyncio.sleep(0.02)


async def wait_until_copied(port: int) -> None:
    """Wait until a node's replica has everything that was written to the node."""
    async with asyncio.timeout(READY_TIMEOUT_S), Redis(port=port) as node:
        while True:
            state = await node.info("replication")
            replica = state.get("slave0", {})
            if replica.get("state") == "online" and replica["offset"] >= state["master_repl_offset"]:
                return
            await asyncio.sleep(0.02)


def free_ports(count: int) -> tuple[int, ...]:
    """Return ports that are free, and 10,000 above them, too, where nodes talk to each other."""
    ports: list[int] = []
    with contextlib.ExitStack() as stack:
        while len(ports) < count:
            probe = stack.enter_context(socket.socket())
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
            with contextlib.suppress(OSError, OverflowError):
                bus = stack.enter_context(socket.socket())
                bus.bind(("127.0.0.1", port + 10_000))
                ports.append(port)
    return tuple(ports)


async def _main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with run_cluster(Path(folder)) as ports:
            print(cluster_url(ports), flush=True)  # noqa: T201
            await asyncio.Event().wait()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_main())
