"""A Redis Cluster of three nodes on loopback, from the embedded server's binary.

Run as `python -m tests.servers.cluster` it prints its REDIS_URL and lives until it is ended.
"""

import asyncio
import contextlib
import secrets
import socket
import subprocess
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

from redis.asyncio import Redis
from redis.exceptions import RedisError

from storage.embedded import find_binary, launcher

SLOTS = ((0, 5_460), (5_461, 10_922), (10_923, 16_383))
READY_TIMEOUT_S = 20


@contextlib.asynccontextmanager
async def run_cluster(folder: Path) -> AsyncIterator[tuple[int, ...]]:
    """Run three nodes that keep nothing, and give their ports when the cluster takes commands.

    What they would tell each other when they meet is written down before: they are ready in the two seconds
    that a node waits after its start.
    """
    ports = free_ports(len(SLOTS))
    ids = [secrets.token_hex(20) for _ in SLOTS]
    nodes = [_start_node(folder / str(port), port, _configuration(port, ports, ids)) for port in ports]
    try:
        async with asyncio.timeout(READY_TIMEOUT_S):
            await asyncio.gather(*(_wait_until_ready(port) for port in ports))
        yield ports
    finally:
        for node in nodes:
            node.kill()
        for node in nodes:
            node.wait()


def cluster_url(ports: tuple[int, ...]) -> str:
    return "redis+cluster://" + ",".join(f"127.0.0.1:{port}" for port in ports[:2])


def _configuration(own_port: int, ports: tuple[int, ...], ids: list[str]) -> str:
    """Return the file in which a node remembers its cluster."""
    lines = [
        f"{node_id} 127.0.0.1:{port}@{port + 10_000} {'myself,' if port == own_port else ''}master - 0 0 "
        f"{epoch} connected {first}-{last}"
        for epoch, (node_id, port, (first, last)) in enumerate(zip(ids, ports, SLOTS, strict=True), 1)
    ]
    return "\n".join([*lines, f"vars currentEpoch {len(SLOTS)} lastVoteEpoch 0", ""])


def _start_node(folder: Path, port: int, configuration: str) -> subprocess.Popen[bytes]:
    folder.mkdir(parents=True)
    (folder / "nodes.conf").write_text(configuration, encoding="ascii")
    options = {
        "bind": "127.0.0.1",
        "port": port,
        "save": "",
        "appendonly": "no",
        "cluster-enabled": "yes",
        "cluster-node-timeout": 15_000,
    }
    with (folder / "log").open("wb") as log:
        arguments = [part for name, value in options.items() for part in (f"--{name}", str(value))]
        return subprocess.Popen(
            [*launcher(), str(find_binary()), *arguments], cwd=folder, stdout=log, stderr=log
        )


async def _wait_until_ready(port: int) -> None:
    async with Redis(port=port) as node:
        while True:
            with contextlib.suppress(RedisError):
                if b"cluster_state:ok" in await node.eval("return redis.call('CLUSTER', 'INFO')", 0):
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
