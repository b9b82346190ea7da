"""A real Sentinel: the store is where it says, and a replica takes over when the master dies."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.errors import SettingsError, StoreUnavailable
from storage.connection import open_redis
from storage.inbox import Inbox, Received
from tests.servers.sentinel import Watched, run_sentinel

NOWHERE = Path("unused")


@pytest.fixture
async def watched(tmp_path: Path) -> AsyncIterator[Watched]:
    async with run_sentinel(tmp_path) as watched:
        yield watched


async def wait_for_a_master(url: str) -> None:
    while True:
        try:
            async with open_redis(url, NOWHERE):
                return
        except SettingsError:
            await asyncio.sleep(0.02)


async def test_the_inbox_goes_on_with_the_replica_when_the_master_is_killed(watched: Watched) -> None:
    await wait_for_a_master(watched.url)
    with pytest.raises(SettingsError) as error:
        async with open_redis(watched.url.replace("mymaster", "other"), NOWHERE):
            pass
    assert "names a master for other" in error.value.sentence
    assert "s3cret" not in error.value.sentence
    async with open_redis(watched.url, NOWHERE) as redis, Inbox(redis) as inbox:
        await asyncio.gather(*(redis.get(str(n)) for n in range(300)))
        one, two = (Received(update_id=n, payload=b"{}", lane=str(n)) for n in (1, 2))
        await inbox.append([one], 2)
        assert await redis.wait(1, 2_000) == 1
        watched.kill_master()
        async with asyncio.timeout(10):
            while True:
                try:
                    assert [lane.name for lane in await inbox.take(1, 100)] == ["1"]
                    break
                except StoreUnavailable:
                    await asyncio.sleep(0.05)
        assert await inbox.append([one, two], 3) == 1
