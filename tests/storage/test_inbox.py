"""The inbox: each update once, none lost, and no text left once it is answered."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from redis.asyncio import Redis

from bot.errors import StoreUnavailable
from storage import keys
from storage.inbox import MAX_DELIVERIES, Entry, Inbox

IDLE_MS = 60_000


@pytest.fixture
async def inbox(redis: Redis) -> AsyncIterator[Inbox]:
    async with Inbox(redis) as inbox:
        yield inbox


@pytest.fixture
async def other(redis: Redis) -> AsyncIterator[Inbox]:
    """The inbox as another process sees it."""
    async with Inbox(redis) as inbox:
        yield inbox


async def take(inbox: Inbox, count: int = 100) -> list[Entry]:
    return await inbox.take(count, 20)


async def let_idle(redis: Redis, inbox: Inbox, *entries: Entry) -> None:
    """Make entries look as if their holder had died a while ago."""
    ids = [entry.entry_id for entry in entries]
    await redis.xclaim(
        keys.INBOX, keys.INBOX_GROUP, inbox.consumer, 0, list(ids), idle=2 * IDLE_MS, justid=True
    )


async def count_pending(redis: Redis) -> int:
    return int((await redis.xpending(keys.INBOX, keys.INBOX_GROUP))["pending"])


async def read_dead_letters(redis: Redis) -> list[dict[Any, Any]]:
    return [letter or {} for _, letter in await redis.xrange(keys.DEAD_LETTERS) or ()]


async def test_an_update_appended_twice_is_taken_once(inbox: Inbox) -> None:
    assert await inbox.append([(1, b"one"), (2, b"two")], 3) == 2
    assert await inbox.append([(2, b"two"), (3, b"three"), (3, b"three")], 4) == 1
    assert [(e.update_id, e.payload, e.deliveries) for e in await take(inbox)] == [
        (1, b"one", 1),
        (2, b"two", 1),
        (3, b"three", 1),
    ]
    assert await take(inbox) == []


async def test_an_update_that_comes_again_after_its_answer_stays_out(inbox: Inbox) -> None:
    await inbox.append([(1, b"one")], 2)
    await inbox.acknowledge((await take(inbox))[0].entry_id)
    assert await inbox.append([(1, b"one")], 2) == 0
    assert await take(inbox) == []


async def test_any_bytes_come_back_as_they_were(inbox: Inbox) -> None:
    payload = bytes(range(256)) * 100
    await inbox.append([(2**62, payload)], 2**62 + 1)
    entry = (await take(inbox))[0]
    assert (entry.update_id, entry.payload) == (2**62, payload)


async def test_the_offset_is_stored_with_the_batch(inbox: Inbox) -> None:
    assert await inbox.load_offset() is None
    await inbox.append([(41, b"x")], 42)
    assert await inbox.load_offset() == 42
    await inbox.append([(43, b"x")], None)  # a webhook has no offset
    assert await inbox.load_offset() == 42
    await inbox.append([], 7)  # ids begin anew after a week of silence
    assert await inbox.load_offset() == 7


async def test_a_batch_that_cannot_be_added_leaves_offset_and_marks_alone(inbox: Inbox, redis: Redis) -> None:
    await redis.set(keys.INBOX, "no stream")
    with pytest.raises(StoreUnavailable):
        await inbox.append([(1, b"one")], 2)
    assert await inbox.load_offset() is None
    await redis.delete(keys.INBOX)
    assert await inbox.append([(1, b"one")], 2) == 1


async def test_what_the_inbox_keeps_of_an_update_has_a_lifetime(inbox: Inbox, redis: Redis) -> None:
    await inbox.append([(1, b"one")], 2)
    await inbox.remember_answer(1, -100, 5)
    await inbox.acknowledge((await take(inbox))[0].entry_id)
    assert await redis.xlen(keys.INBOX) == 0
    lasting = {key for key in [name async for name in redis.scan_iter()] if await redis.ttl(key) == -1}
    assert lasting == {keys.INBOX.encode(), keys.POLL_OFFSET.encode()}


async def test_take_is_woken_by_an_append(inbox: Inbox) -> None:
    assert await take(inbox) == []
    taking = asyncio.create_task(inbox.take(1, 4_900))
    await asyncio.sleep(0.05)
    await inbox.append([(1, b"one")], 2)
    async with asyncio.timeout(1):
        assert [entry.update_id for entry in await taking] == [1]


@pytest.mark.parametrize("block_ms", [0, 5_000])
async def test_take_refuses_to_block_for_ever_or_past_the_socket(inbox: Inbox, block_ms: int) -> None:
    with pytest.raises(ValueError, match="block_ms"):
        await inbox.take(1, block_ms)


async def test_takers_share_the_entries(inbox: Inbox, other: Inbox) -> None:
    await inbox.append([(n, b"x") for n in range(50)], 50)
    taken = await asyncio.gather(*(take(taker, count=5) for taker in (inbox, other) for _ in range(5)))
    assert sorted(entry.update_id for entries in taken for entry in entries) == list(range(50))


async def test_an_acknowledged_entry_leaves_nothing(inbox: Inbox, redis: Redis) -> None:
    await inbox.append([(1, b"one")], 2)
    entry = (await take(inbox))[0]
    await inbox.acknowledge(entry.entry_id)
    assert await redis.xlen(keys.INBOX) == 0
    assert await count_pending(redis) == 0
    await inbox.acknowledge(entry.entry_id)


async def test_what_a_dead_worker_held_is_claimed_with_its_count(
    inbox: Inbox, other: Inbox, redis: Redis
) -> None:
    await inbox.append([(1, b"one"), (2, b"two")], 3)
    abandoned, fresh = await take(inbox)
    await let_idle(redis, inbox, abandoned)
    assert await other.claim(IDLE_MS) == [
        Entry(entry_id=abandoned.entry_id, update_id=1, payload=b"one", deliveries=2)
    ]
    assert await other.claim(IDLE_MS) == []
    assert await other.hold([abandoned.entry_id, fresh.entry_id]) == [abandoned.entry_id]


async def test_an_abandoned_entry_is_found_behind_many_fresh_ones(
    inbox: Inbox, other: Inbox, redis: Redis
) -> None:
    await inbox.append([(n, b"x") for n in range(300)], 300)
    entries = [*await take(inbox, 200), *await take(inbox, 200)]
    await let_idle(redis, inbox, entries[-1])
    assert [entry.update_id for entry in await other.claim(IDLE_MS, count=1)] == [299]


async def test_a_claim_takes_no_more_than_it_was_asked_for(inbox: Inbox, other: Inbox, redis: Redis) -> None:
    await inbox.append([(n, b"x") for n in range(10)], 10)
    await let_idle(redis, inbox, *await take(inbox))
    assert [len(await other.claim(IDLE_MS, count=4)) for _ in range(4)] == [4, 4, 2, 0]


async def test_what_is_held_is_not_claimed(inbox: Inbox, other: Inbox, redis: Redis) -> None:
    await inbox.append([(1, b"one")], 2)
    entry = (await take(inbox))[0]
    await let_idle(redis, inbox, entry)
    assert await inbox.hold([entry.entry_id]) == [entry.entry_id]
    assert await other.claim(IDLE_MS) == []


async def test_a_stalled_worker_does_not_take_back_what_another_claimed(
    inbox: Inbox, other: Inbox, redis: Redis
) -> None:
    await inbox.append([(1, b"one")], 2)
    entry = (await take(inbox))[0]
    await let_idle(redis, inbox, entry)
    await other.claim(IDLE_MS)
    assert await inbox.hold([entry.entry_id]) == []
    assert await other.hold([entry.entry_id]) == [entry.entry_id]


async def test_holding_is_no_delivery(inbox: Inbox, other: Inbox, redis: Redis) -> None:
    await inbox.append([(1, b"one")], 2)
    entry = (await take(inbox))[0]
    for _ in range(5):
        await inbox.hold([entry.entry_id])
    await let_idle(redis, inbox, entry)
    assert [claimed.deliveries for claimed in await other.claim(IDLE_MS)] == [2]


async def test_an_update_that_no_delivery_answers_ends_among_the_dead_letters(
    inbox: Inbox, redis: Redis, caplog: pytest.LogCaptureFixture
) -> None:
    await inbox.append([(13, b"poison"), (14, b"x")], 15)
    poison, good = await take(inbox)
    await inbox.acknowledge(good.entry_id)
    for delivery in range(2, MAX_DELIVERIES + 1):
        await let_idle(redis, inbox, poison)
        assert [entry.deliveries for entry in await inbox.claim(IDLE_MS)] == [delivery]
    await let_idle(redis, inbox, poison)
    assert await inbox.claim(IDLE_MS) == []
    assert await redis.xlen(keys.INBOX) == await count_pending(redis) == 0
    (letter,) = await read_dead_letters(redis)
    assert (letter[b"update"], letter[b"payload"]) == (b"13", b"poison")
    assert b"3 deliveries" in letter[b"reason"]
    assert "update 13" in caplog.text
    assert "poison" not in caplog.text


async def test_a_dead_letter_stays_a_month(inbox: Inbox, redis: Redis) -> None:
    seconds, _ = await redis.time()
    oldest = seconds * 1_000 - keys.DEAD_LETTER_TTL_MS
    await redis.xadd(keys.DEAD_LETTERS, {"update": "1"}, id=f"{oldest - 60_000}-0")
    await redis.xadd(keys.DEAD_LETTERS, {"update": "2"}, id=f"{oldest + 60_000}-0")
    await inbox.claim(IDLE_MS)
    assert await read_dead_letters(redis) == [{b"update": b"2"}]


async def test_names_of_ended_processes_are_dropped_once_they_hold_nothing(
    inbox: Inbox, other: Inbox, redis: Redis
) -> None:
    await inbox.append([(1, b"one"), (2, b"two")], 3)
    (entry,) = await take(inbox, count=1)
    await take(other)
    await inbox.acknowledge(entry.entry_id)
    async with Inbox(redis, consumer_ttl_ms=0) as sweeper:
        await sweeper.claim(IDLE_MS)
    consumers = [consumer["name"] for consumer in await redis.xinfo_consumers(keys.INBOX, keys.INBOX_GROUP)]
    assert consumers == [other.consumer.encode()]
    assert await count_pending(redis) == 1


async def test_every_call_works_on_an_empty_redis(inbox: Inbox) -> None:
    assert await inbox.claim(IDLE_MS) == []
    assert await inbox.hold(["1-0"]) == []
    await inbox.acknowledge("1-0")
    assert await take(inbox) == []


async def test_an_emptied_redis_does_not_stop_a_waiting_taker(inbox: Inbox, redis: Redis) -> None:
    assert await take(inbox) == []
    taking = asyncio.create_task(inbox.take(1, 4_900))
    await asyncio.sleep(0.05)
    await redis.flushdb()
    await inbox.append([(1, b"one")], 2)
    async with asyncio.timeout(1):
        assert [entry.update_id for entry in await taking] == [1]


async def test_the_answer_to_an_update_is_remembered_for_a_while(inbox: Inbox, redis: Redis) -> None:
    assert await inbox.find_answer(1) is None
    await inbox.remember_answer(1, -100123, 77)
    assert await inbox.find_answer(1) == 77
    assert 0 < await redis.ttl(keys.answer(1)) <= keys.ANSWER_TTL_S
