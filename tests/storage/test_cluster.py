"""A real cluster of three nodes: what redis-py's own client lacks, and what an operator may get wrong."""

import asyncio
import re
import socket
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from bot.errors import SettingsError
from storage import keys
from storage.connection import ANSWER_TIMEOUT_S, blocking_twin, open_redis
from storage.inbox import Inbox, Received
from tests.servers.cluster import cluster_url, run_cluster

NOWHERE = Path("unused")
SLOW = "redis.call('INCR', KEYS[1]); for _ = 1, 60000000 do end"


@pytest.fixture(scope="module")
async def ports(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[int, ...]]:
    async with run_cluster(tmp_path_factory.mktemp("cluster")) as ports:
        yield ports


@pytest.fixture
async def cluster(ports: tuple[int, ...]) -> AsyncIterator[Redis]:
    async with open_redis(cluster_url(ports), NOWHERE) as client:
        await client.flushdb()
        yield client


async def run(client: Redis, *words: str | int | bytes) -> Any:
    """Run a command that redis-py has no method for."""
    return await client.execute_command(*words)  # type: ignore[no-untyped-call]


async def test_a_thousand_commands_at_once_wait_for_their_turn(cluster: Redis) -> None:
    counts = await asyncio.gather(*(cluster.incr(f"n{n % 7}") for n in range(1_000)))
    assert sum(1 for count in counts if count == 1) == 7


async def test_a_cancellation_stays_one_at_whatever_moment_it_comes(cluster: Redis) -> None:
    """redis-py sends by asyncio.wait_for, which loses it: then who was to end waits, and all behind it."""
    await cluster.set("n", 1)
    lost = []
    for moment in range(60):
        task = asyncio.ensure_future(cluster.get("n"))
        for _ in range(moment):
            await asyncio.sleep(0)
        if task.cancel():
            await asyncio.wait([task])
            lost += [moment] if not task.cancelled() else []
    assert not lost


async def test_a_write_in_doubt_is_not_written_again(cluster: Redis) -> None:
    impatient = blocking_twin(cluster, 0.1 - ANSWER_TIMEOUT_S)
    async with aclosing(impatient):
        with pytest.raises(RedisTimeoutError):
            await impatient.eval(SLOW, 1, "n")
    assert await cluster.get("n") == b"1"


async def test_a_connection_that_another_command_cuts_is_a_lost_one(
    cluster: Redis, ports: tuple[int, ...]
) -> None:
    client: Any = cluster
    connection = client.nodes_manager.connection_kwargs["connection_class"](port=ports[0], socket_timeout=5)
    await connection.connect()
    sending = asyncio.create_task(connection.send_command("PING"))
    await asyncio.sleep(0)
    await connection.disconnect(nowait=True)
    with pytest.raises(RedisConnectionError):
        await sending


async def test_connections_that_died_while_idle_are_replaced_unnoticed(
    cluster: Redis, ports: tuple[int, ...]
) -> None:
    await asyncio.gather(*(cluster.incr(f"n{n}") for n in range(30)))
    for port in ports:
        async with Redis(port=port) as node:
            await run(node, "CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
    assert await asyncio.gather(*(cluster.incr(f"n{n}") for n in range(30))) == [2] * 30


async def test_a_slot_that_moves_is_followed(cluster: Redis, ports: tuple[int, ...]) -> None:
    slot = await run(cluster, "CLUSTER KEYSLOT", "moving")
    async with Redis(port=ports[0]) as one, Redis(port=ports[1]) as two, Redis(port=ports[2]) as three:
        ids = [await run(node, "CLUSTER", "MYID") for node in (one, two, three)]
        owner = 0 if slot <= 5_460 else 1 if slot <= 10_922 else 2
        for new in ((owner + 1) % 3, owner):
            for node in (one, two, three):
                await run(node, "CLUSTER", "SETSLOT", slot, "NODE", ids[new])
            assert await cluster.set("moving", new)
            assert await cluster.get("moving") == str(new).encode()
            await cluster.delete("moving")


async def test_the_inbox_waits_on_its_own_connection(cluster: Redis) -> None:
    async with Inbox(cluster) as inbox:
        waiting = asyncio.create_task(inbox.take(1, 2_000))
        listening = asyncio.create_task(inbox.listen(2_000))
        await asyncio.sleep(0.05)
        await inbox.append([Received(update_id=1, payload=b"\xff", lane="7")])
        [lane] = await waiting
        await inbox.append([Received(update_id=2, payload=b"\xfe", lane="7")])
        assert await listening == ["7"]
        [entries] = await inbox.read([lane])
        assert [entry.payload for entry in entries or ()] == [b"\xff", b"\xfe"]


async def test_a_server_alone_is_no_cluster_and_a_node_no_server_alone(
    server_url: str, ports: tuple[int, ...]
) -> None:
    with pytest.raises(SettingsError, match="node") as error:
        async with open_redis(f"redis://127.0.0.1:{ports[0]}", NOWHERE):
            pass
    assert "redis+cluster://" in error.value.sentence
    if server_url.startswith("redis:"):
        with pytest.raises(SettingsError) as error:
            async with open_redis(server_url.replace("redis://", "redis+cluster://"), NOWHERE):
                pass
        assert "no cluster" in error.value.sentence


async def test_refused_and_silent_clusters_are_told_apart_without_the_password(
    ports: tuple[int, ...],
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        silent = server.getsockname()[1]
    for url, says in (
        (f"redis+cluster://nobody:s3cret@127.0.0.1:{ports[0]}", "password"),
        (f"redis+cluster://nobody:s3cret@127.0.0.1:{silent}", "does not answer"),
        (f"redis+cluster://127.0.0.1:{ports[0]}?s3cret=1", "option"),
    ):
        with pytest.raises(SettingsError) as error:
            async with open_redis(url, NOWHERE):
                pass
        assert says in error.value.sentence
        assert "s3cret" not in error.value.sentence + str(error.value)


def test_storage_uses_nothing_that_a_cluster_lacks() -> None:
    """MULTI starts a thread a command there, KEYS asks one node, a Lock polls."""
    storage = Path(keys.__file__).parent
    lacking = re.compile(r"\.(pipeline|transaction|lock|keys|mset|rename|watch|select)\(")
    shared = [path for path in storage.glob("*.py") if path.name != "batching.py"]  # for one server
    found = [(path.name, line) for path in shared for line in lacking.findall(path.read_text())]
    assert found == []
