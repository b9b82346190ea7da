"""A lock over all processes: one holder, rising fences, gone with its holder."""

import asyncio

import pytest
from redis.asyncio import Redis

from storage import keys
from storage.briefs import BriefStore
from storage.flights import Flights, fence
from storage.locks import Lock, Locks
from tests.storage.test_briefs import make_brief


@pytest.fixture
def locks(redis: Redis) -> Locks:
    return Locks(redis, ttl_s=0.2)


async def take(locks: Locks, name: str = "name") -> Lock:
    lease = await locks.take(name)
    assert isinstance(lease, Lock)
    return lease


async def test_of_many_that_take_it_one_holds_it(locks: Locks) -> None:
    taken = await asyncio.gather(*(locks.take("name") for _ in range(50)))
    waits = [wait for wait in taken if not isinstance(wait, Lock)]
    assert len(waits) == 49
    assert all(0 <= wait <= 0.2 for wait in waits)
    await take(locks, "another name")


async def test_each_holder_has_a_higher_fence_even_when_the_clock_steps_back(
    locks: Locks, redis: Redis
) -> None:
    first = await take(locks)
    assert await locks.release(first)
    ahead = first.fence + 3_600_000
    await redis.set(keys.fence("name"), ahead)  # as if the server's clock had been an hour ahead
    second = await take(locks)
    assert second.fence == ahead + 1
    assert await locks.release(second)
    await redis.delete(keys.fence("name"))
    assert first.fence < (await take(locks)).fence, "forgotten after a day, it goes on from the time"


async def test_a_holder_that_was_too_slow_neither_renews_nor_releases(locks: Locks) -> None:
    slow = await take(locks)
    await asyncio.sleep(0.25)
    quick = await take(locks)
    assert not await locks.renew(slow)
    assert not await locks.release(slow)
    assert await locks.renew(quick)
    assert await locks.release(quick)


async def test_a_paused_holder_does_not_overwrite_what_the_next_one_has_kept(redis: Redis) -> None:
    store, resumed = BriefStore(redis), asyncio.Event()

    async def paused() -> int:
        mine = fence()
        await resumed.wait()
        await store.keep(make_brief(text="What the paused one wrote."))
        return mine

    async def quick() -> int:
        await store.keep(make_brief(text="What the next one wrote."))
        return fence()

    first = asyncio.create_task(Flights(redis, ttl_s=9).run("name", paused))
    while not await redis.exists(keys.flight("name")):  # noqa: ASYNC110 Redis has no event for it
        await asyncio.sleep(0.001)
    await redis.delete(keys.flight("name"))  # as if its lease had lapsed
    later = await Flights(redis, ttl_s=9).run("name", quick)
    resumed.set()
    assert await first < later
    kept = await store.find(make_brief().id)
    assert kept is not None
    assert "next one" in kept.article.text
    assert fence() == 0


async def test_work_without_a_lock_fills_a_gap_and_replaces_nothing(redis: Redis) -> None:
    store = BriefStore(redis)

    async def keep() -> None:
        await store.keep(make_brief(text="With a lock."))

    await store.keep(make_brief(text="Without."))
    await Flights(redis).run("name", keep)
    await store.keep(make_brief(text="Without, again."))
    kept = await store.find(make_brief().id)
    assert kept is not None
    assert kept.article.text == "With a lock."
    await redis.delete(keys.brief(kept.id))
    await store.keep(make_brief(text="Without, again."))
    assert await store.find(kept.id) is not None
