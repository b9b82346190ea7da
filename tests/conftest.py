"""One real Valkey for all tests; SAYSO_TEST_REDIS_URL names another server, whose data is then deleted."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from storage.connection import open_redis
from storage.embedded import run_embedded


@pytest.fixture(scope="session")
async def redis_url(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    if url := os.environ.get("SAYSO_TEST_REDIS_URL"):
        yield url
        return
    async with run_embedded(tmp_path_factory.mktemp("store")) as socket:
        yield f"unix://{socket}"


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    async with open_redis(redis_url, Path("unused")) as client:
        await client.flushdb()
        yield client
