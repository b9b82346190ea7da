"""A node of a cluster dies: its replica takes over, and what was taken before is answered once, in order."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import pytest

from bot.errors import StoreUnavailable
from storage import keys
from storage.connection import Redis, open_redis, store_errors
from storage.inbox import Inbox, Lane, Received
from storage.leases import Lease
from tests.servers.cluster import SLOTS, Nodes, run_replicated, wait_until_copied

SILENCE_MS = 500
_Answer = TypeVar("_Answer")


@pytest.fixture
async def nodes(tmp_path: Path) -> AsyncIterator[Nodes]:
    async with run_replicated(tmp_path, SILENCE_MS) as nodes:
        yield nodes


async def when_back(ask: Callable[[], Awaitable[_Answer]]) -> _Answer:
    """Ask until the store answers, as every loop of the bot does."""
    async with asyncio.timeout(20):
        while True:
            try:
                return await ask()
            except StoreUnavailable:
                await asyncio.sleep(0.05)


async def master_of(redis: Redis, nodes: Nodes, name: str) -> int:
    slot = await redis.execute_command("CLUSTER KEYSLOT", name)  # type: ignore[no-untyped-call]
    number = next(number for number, (first, last) in enumerate(SLOTS) if first <= slot <= last)
    return nodes.masters[number]


async def test_the_inbox_outlives_the_node_that_holds_it(nodes: Nodes) -> None:
    updates = [Received(update_id=n, payload=str(n).encode(), lane=str(n % 7)) for n in range(50)]
    async with open_redis(nodes.url, Path("unused")) as redis, Inbox(redis) as inbox:
        await inbox.append(updates[:40], 40)
        begun = await inbox.take(2, 100)
        waiting = asyncio.create_task(inbox.listen(5_000))
        holder = await master_of(redis, nodes, keys.INBOX)
        await wait_until_copied(holder)
        nodes.kill(holder)
        assert await when_back(lambda: inbox.append(updates, 50)) == 10, "what was taken before is known"
        waiting.cancel()
        taken = [*begun, *await _take_all(inbox)]
        entries = await when_back(lambda: inbox.read(taken))
        told = {
            lane.name: [entry.update_id for entry in found or ()]
            for lane, found in zip(taken, entries, strict=True)
        }
        assert told == {str(lane): list(range(lane, 50, 7)) for lane in range(7)}


async def _take_all(inbox: Inbox) -> list[Lane]:
    taken: list[Lane] = []
    while lanes := await when_back(lambda: inbox.take(10, 50)):
        taken += lanes
    return taken


async def test_a_lease_goes_on_after_its_node_died_and_has_one_holder(nodes: Nodes) -> None:
    async with open_redis(nodes.url, Path("unused")) as one, open_redis(nodes.url, Path("unused")) as two:
        leases = [Lease(redis, keys.POLLER, ttl_s=3) for redis in (one, two)]
        assert await leases[0].hold()
        holder = await master_of(one, nodes, keys.POLLER)
        await wait_until_copied(holder)
        nodes.kill(holder)
        assert not await when_back(leases[1].hold), "the replica knows who holds it"
        until = time.monotonic() + 10
        while not await when_back(leases[1].hold):
            assert time.monotonic() < until
            await asyncio.sleep(0.05)
        assert not await when_back(leases[0].hold)


async def test_whatever_the_loss_of_a_node_does_to_a_command_is_a_store_that_is_away(nodes: Nodes) -> None:
    async with open_redis(nodes.url, Path("unused")) as redis:

        async def count(name: str) -> int:
            failures = 0
            for _ in range(100):
                try:
                    with store_errors():
                        await redis.incr(name)
                except StoreUnavailable:
                    failures += 1
            return failures

        counting = [asyncio.create_task(count(f"n{n}")) for n in range(60)]
        await asyncio.sleep(0.1)
        nodes.kill(nodes.masters[0])
        failures = await asyncio.gather(*counting)
    assert sum(failures) > 0
