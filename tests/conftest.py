"""One real Valkey for all tests; SAYSO_TEST_REDIS_URL names another store, whose data is then deleted.

`cluster` in its place starts a cluster of three nodes.
"""

import gc
import os
import socket
from collections.abc import AsyncIterator
from multiprocessing import forkserver
from pathlib import Path

import pytest
from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from bot.article.workers import Workers
from bot.opening import PRELOAD
from storage.connection import open_redis
from storage.embedded import run_embedded
from tests.servers.cluster import cluster_url, run_cluster


def pytest_configure() -> None:
    """Start the fork server with what workers run: hundreds of them need not load it one by one.

    No test looks anything up in the real Wikipedia: those of context name a server of theirs.
    """
    os.environ["SAYSO_CONTEXT"] = "0"
    Workers(preload=PRELOAD)
    forkserver.ensure_running()


def pytest_collection_finish() -> None:
    """Leave what is loaded by now out of garbage collections, as a serving bot does.

    A full one would stop a test for up to a second, in which a connection counts as lost.
    """
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
async def redis_url(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    url = os.environ.get("SAYSO_TEST_REDIS_URL")
    if url == "cluster":
        async with run_cluster(tmp_path_factory.mktemp("cluster")) as ports:
            yield cluster_url(ports)
        return
    if url:
        yield url
        return
    async with run_embedded(tmp_path_factory.mktemp("store")) as socket:
        yield f"unix://{socket}"


@pytest.fixture
def server_url(redis_url: str) -> str:
    """The store's address where it is one server: a relay or a command of its own reaches that alone."""
    if "+" in redis_url:
        pytest.skip("for one server")
    return redis_url


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    async with open_redis(redis_url, Path("unused")) as client:
        await client.flushdb()
        yield client


@pytest.fixture
async def redis_away() -> AsyncIterator[Redis]:
    """A Redis that refuses every connection."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    retry = Retry(NoBackoff(), 0)
    pool = BlockingConnectionPool(host="127.0.0.1", port=port, retry=retry, max_connections=4, timeout=1)
    async with Redis.from_pool(pool) as redis:
        yield redis
