"""A master, a replica and a Sentinel on loopback, from the embedded server's binary."""

import asyncio
import contextlib
import subprocess
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from redis.asyncio import Redis
from redis.exceptions import RedisError

from storage.embedded import find_binary, launcher
from tests.servers.cluster import free_ports

READY_TIMEOUT_S = 20
SERVICE = "mymaster"
PASSWORD = "s3cret"


@dataclass(slots=True)
class Watched:
    """Three processes; the first is the master that a test may kill."""

    sentinel_port: int
    processes: list[subprocess.Popen[bytes]]

    @property
    def url(self) -> str:
        return f"redis+sentinel://:{PASSWORD}@127.0.0.1:{self.sentinel_port}/{SERVICE}/0"

    def kill_master(self) -> None:
        self.processes[0].kill()
        self.processes[0].wait()


@contextlib.asynccontextmanager
async def run_sentinel(folder: Path) -> AsyncIterator[Watched]:
    """Run the three, and give them when the Sentinel knows the replica."""
    master, replica, sentinel = free_ports(3)
    secret = ["--requirepass", PASSWORD, "--masterauth", PASSWORD]
    configuration = folder / "sentinel.conf"
    configuration.write_text(
        f"port {sentinel}\nbind 127.0.0.1\nsentinel monitor {SERVICE} 127.0.0.1 {master} 1\n"
        f"sentinel auth-pass {SERVICE} {PASSWORD}\nsentinel down-after-milliseconds {SERVICE} 300\n"
        f"sentinel failover-timeout {SERVICE} 2000\n",
        encoding="ascii",
    )
    following = ["--replicaof", f"127.0.0.1 {master}"]
    processes = [_start(folder, ["--port", str(master), *secret])]
    try:
        async with asyncio.timeout(READY_TIMEOUT_S), Redis(port=master, password=PASSWORD) as client:
            processes.append(_start(folder, ["--port", str(replica), *secret, *following]))
            while await _count_replicas(client) == 0:  # noqa: ASYNC110 another process has no event for it
                await asyncio.sleep(0.02)
            # Not earlier: a Sentinel asks a master for its replicas every ten seconds.
            processes.append(_start(folder, [str(configuration), "--sentinel"]))
        yield Watched(sentinel_port=sentinel, processes=processes)
    finally:
        for process in processes:
            process.kill()
            process.wait()


def _start(folder: Path, arguments: list[str]) -> subprocess.Popen[bytes]:
    own = (
        []
        if "--sentinel" in arguments
        else ["--bind", "127.0.0.1", "--save", "", "--repl-diskless-sync-delay", "0"]
    )
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(
            [*launcher(), str(find_binary()), *arguments, *own], cwd=folder, stdout=log, stderr=log
        )


async def _count_replicas(master: Redis) -> int:
    with contextlib.suppress(RedisError):
        return int((await master.info("replication"))["connected_slaves"])
    return 0
