"""The inbox: each update once, in its chat's order, none lost, and no text left once it is answered."""

import asyncio

import pytest
from redis.asyncio import Redis

from bot.errors import StoreUnavailable
from storage import keys
from storage.inbox import MAX_DEATHS, MAX_TRIES, Entry, Inbox, Lane
from tests.storage.lanes import (
    IDLE_MS,
    count_pending,
    let_idle,
    read,
    read_dead_letters,
    received,
    take,
    take_one,
    updates,
)


async def test_an_update_appended_twice_is_taken_once(inbox: Inbox) -> None:
    assert await inbox.append([received(1, b"one"), received(2, b"two")], 3) == 2
    assert await inbox.append([received(2, b"two"), received(3, b"three"), received(3, b"three")], 4) == 1
    entries = [entry for lane in await take(inbox) for entry in await read(inbox, lane)]
    assert [(e.update_id, e.payload) for e in entries] == [(1, b"one"), (2, b"two"), (3, b"three")]
    assert await take(inbox) == []


async def test_an_update_that_comes_again_after_its_answer_stays_out(inbox: Inbox) -> None:
    await inbox.append([received(1)], 2)
    assert await inbox.finish([await take_one(inbox)]) == [0]
    assert await inbox.append([received(1)], 2) == 0
    assert await take(inbox) == []


async def test_any_bytes_come_back_as_they_were(inbox: Inbox) -> None:
    payload = bytes(range(256)) * 100
    await inbox.append([received(2**62, payload)], 2**62 + 1)
    _, entry = await take_one(inbox)
    assert (entry.update_id, entry.payload) == (2**62, payload)


async def test_the_offset_is_stored_with_the_batch(inbox: Inbox) -> None:
    assert await inbox.load_offset() is None
    await inbox.append([received(41)], 42)
    assert await inbox.load_offset() == 42
    await inbox.append([received(43)], None)  # a webhook has no offset
    assert await inbox.load_offset() == 42
    await inbox.append([], 7)  # ids begin anew after a week of silence
    assert await inbox.load_offset() == 7


async def test_who_no_longer_polls_adds_what_it_got_and_moves_no_offset(inbox: Inbox, redis: Redis) -> None:
    await redis.set(keys.POLLER, "another")
    assert await inbox.append([received(1)], 2, poller="former") == 1
    assert await inbox.load_offset() is None
    await inbox.append([], 9, poller="another")
    assert await inbox.load_offset() == 9


async def test_a_batch_that_cannot_be_added_leaves_offset_and_marks_alone(inbox: Inbox, redis: Redis) -> None:
    await redis.set(keys.INBOX, "no stream")
    with pytest.raises(StoreUnavailable):
        await inbox.append([received(1)], 2)
    assert await inbox.load_offset() is None
    await redis.delete(keys.INBOX)
    assert await inbox.append([received(1)], 2) == 1


async def test_what_the_inbox_keeps_of_an_update_has_a_lifetime(inbox: Inbox, redis: Redis) -> None:
    await inbox.append([received(1, lane="c"), received(2, lane="c")], 3)
    await inbox.answers.remember(1, 5)
    [lane] = await take(inbox)
    await inbox.append([received(3, lane="c")], 4)
    for entry in await read(inbox, lane):
        await inbox.fail(lane, entry, "Failure")
        await inbox.finish([(lane, entry)])
    assert await redis.xlen(keys.INBOX) == 0
    lasting = {key for key in [name async for name in redis.scan_iter()] if await redis.ttl(key) == -1}
    assert lasting == {keys.INBOX.encode(), keys.POLL_OFFSET.encode()}


async def test_take_is_woken_by_an_append(inbox: Inbox) -> None:
    assert await take(inbox) == []
    taking = asyncio.create_task(inbox.take(1, 4_900))
    await asyncio.sleep(0.05)
    await inbox.append([received(1)], 2)
    async with asyncio.timeout(1):
        assert await updates(inbox, *await taking) == [1]


@pytest.mark.parametrize("block_ms", [0, 5_000])
async def test_nothing_blocks_for_ever_or_past_the_socket(inbox: Inbox, block_ms: int) -> None:
    for wait in (inbox.take(1, block_ms), inbox.listen(block_ms)):
        with pytest.raises(ValueError, match="block_ms"):
            await wait


async def test_takers_share_the_chats(inbox: Inbox, other: Inbox) -> None:
    await inbox.append([received(n) for n in range(50)], 50)
    taken = await asyncio.gather(*(take(taker, count=5) for taker in (inbox, other) for _ in range(5)))
    assert sorted(int(lane.name) for lanes in taken for lane in lanes) == list(range(50))


async def test_a_chat_is_held_by_one_which_gets_what_comes_meanwhile_in_order(
    inbox: Inbox, other: Inbox
) -> None:
    await inbox.append([received(1, lane="c"), received(2, lane="c")])
    [lane] = await take(inbox)
    assert await updates(inbox, lane) == [1, 2]
    listening = asyncio.create_task(inbox.listen(4_000))
    await other.append([received(3, lane="c"), received(4, lane="d")])
    async with asyncio.timeout(1):
        assert await listening == ["c"]
    assert await updates(inbox, lane) == [3]
    assert [taken.name for taken in await take(other)] == ["d"]


async def test_a_chat_is_let_go_with_its_last_update_and_can_be_taken_again(
    inbox: Inbox, other: Inbox, redis: Redis
) -> None:
    await inbox.append([received(1, lane="c"), received(2, lane="c")])
    [lane] = await take(inbox)
    first, second = await read(inbox, lane)
    assert await inbox.finish([(lane, second)]) == [1]
    assert await inbox.finish([(lane, first)]) == [0]
    assert await redis.xlen(keys.INBOX) == await redis.hlen(keys.LANES) == await count_pending(redis) == 0
    await inbox.append([received(3, lane="c")])
    assert await updates(other, *await take(other)) == [3]
    assert await inbox.finish([(lane, first)]) == [-1]


async def test_what_a_dead_worker_held_is_claimed_whole(inbox: Inbox, other: Inbox, redis: Redis) -> None:
    await inbox.append([received(1, lane="c"), received(2, lane="c"), received(3, lane="d")], 4)
    abandoned, fresh = await take(inbox)
    await read(inbox, abandoned)
    await let_idle(redis, inbox, abandoned)
    claimed, buried = await other.claim(IDLE_MS)
    assert ([lane.name for lane in claimed], buried) == (["c"], [])
    assert await updates(other, *claimed) == [1, 2]
    assert await other.claim(IDLE_MS) == ([], [])
    assert await other.hold([*claimed, fresh]) == claimed


async def test_an_abandoned_chat_is_found_behind_many_fresh_ones(
    inbox: Inbox, other: Inbox, redis: Redis
) -> None:
    await inbox.append([received(n) for n in range(300)], 300)
    lanes = [*await take(inbox, 200), *await take(inbox, 200)]
    await let_idle(redis, inbox, lanes[-1])
    claimed, _ = await other.claim(IDLE_MS, count=1)
    assert [lane.name for lane in claimed] == ["299"]


async def test_a_claim_takes_no_more_than_it_was_asked_for(inbox: Inbox, other: Inbox, redis: Redis) -> None:
    await inbox.append([received(n) for n in range(10)], 10)
    await let_idle(redis, inbox, *await take(inbox))
    assert [len((await other.claim(IDLE_MS, count=4))[0]) for _ in range(4)] == [4, 4, 2, 0]


async def test_what_is_held_or_read_is_not_claimed(inbox: Inbox, other: Inbox, redis: Redis) -> None:
    await inbox.append([received(1)], 2)
    lane, _ = await take_one(inbox)
    await let_idle(redis, inbox, lane)
    assert await inbox.hold([lane]) == [lane]
    assert await other.claim(IDLE_MS) == ([], [])
    await let_idle(redis, inbox, lane)
    await read(inbox, lane)
    assert await other.claim(IDLE_MS) == ([], [])


async def test_a_stalled_worker_can_do_nothing_in_a_chat_that_another_claimed(
    inbox: Inbox, other: Inbox, redis: Redis
) -> None:
    await inbox.append([received(1)], 2)
    lane, entry = await take_one(inbox)
    await let_idle(redis, inbox, lane)
    [claimed], _ = await other.claim(IDLE_MS)
    await other.answers.remember(1, 70, claimed)
    assert await inbox.hold([lane]) == []
    assert await inbox.read([lane]) == [None]
    assert await inbox.finish([(lane, entry)]) == [-1]
    assert (await inbox.fail(lane, entry, "Failure")).tries == -1
    assert await inbox.hand_over([lane]) == await inbox.hand_over_all() == 0
    assert not await inbox.answers.remember(1, 71, lane)
    assert not await inbox.answers.forget(1, lane)
    assert await inbox.answers.find(1) == 70
    assert await updates(other, claimed) == [1]


async def test_what_is_handed_over_is_taken_at_once_and_does_not_count_as_tried(
    inbox: Inbox, other: Inbox, redis: Redis
) -> None:
    await inbox.append([received(1, lane="c"), received(2, lane="c"), received(3, lane="d")])
    lanes = await take(inbox)
    first, _ = await read(inbox, lanes[0])
    await inbox.finish([(lanes[0], first)])
    waiting = asyncio.create_task(other.take(1, 4_900))
    await asyncio.sleep(0.05)
    assert await inbox.hand_over(lanes[:1]) == 1
    async with asyncio.timeout(1):
        assert await updates(other, *await waiting) == [2]
    assert await inbox.hand_over_all() == 1  # what this process does not even know that it holds
    assert await updates(other, *await take(other)) == [3]
    assert await redis.hlen(keys.TRIES) == 0


async def test_an_update_that_no_delivery_answers_ends_among_the_dead_letters(
    inbox: Inbox, other: Inbox, redis: Redis, caplog: pytest.LogCaptureFixture
) -> None:
    await inbox.append([received(13, b"poison", lane="c"), received(14, lane="c")], 15)
    [lane] = await take(inbox)
    for death in range(1, MAX_DEATHS):
        holder, heir = (inbox, other) if death % 2 else (other, inbox)
        await let_idle(redis, holder, lane)
        for claimant in (holder, heir):  # who takes back its own was only paused
            claimed, buried = await claimant.claim(IDLE_MS)
            assert ([taken.entry_id for taken in claimed], buried) == ([lane.entry_id], [])
            await let_idle(redis, claimant, lane)
    _, [letter_now] = await (other if heir is inbox else inbox).claim(IDLE_MS)
    assert (letter_now.update_id, letter_now.payload) == (13, b"poison")
    (letter,) = await read_dead_letters(redis)
    assert (letter[b"update"], letter[b"payload"], letter[b"lane"]) == (b"13", b"poison", b"c")
    assert b"5 deliveries" in letter[b"reason"]
    assert "update 13" in caplog.text
    assert "poison" not in caplog.text
    assert await redis.xlen(f"{keys.LANE_PREFIX}c") == 1


async def test_an_update_that_fails_three_times_ends_among_the_dead_letters(
    inbox: Inbox, redis: Redis
) -> None:
    await inbox.append([received(13, b"poison")])
    lane, entry = await take_one(inbox)
    failures = [await inbox.fail(lane, entry, "Failure") for _ in range(MAX_TRIES)]
    assert [(f.tries, f.is_dead, f.left) for f in failures] == [(1, False, 1), (2, False, 1), (3, True, 0)]
    (letter,) = await read_dead_letters(redis)
    assert (letter[b"payload"], letter[b"reason"], letter[b"tries"]) == (b"poison", b"Failure", b"3")
    assert await redis.xlen(keys.INBOX) == await redis.hlen(keys.TRIES) == 0


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
    await inbox.append([received(1), received(2)], 3)
    [lane] = await take(inbox, count=1)
    await take(other)
    await inbox.finish([(lane, (await read(inbox, lane))[0])])
    async with Inbox(redis, consumer_ttl_ms=0) as sweeper:
        await sweeper.claim(IDLE_MS)
    consumers = [consumer["name"] for consumer in await redis.xinfo_consumers(keys.INBOX, keys.INBOX_GROUP)]
    assert consumers == [other.consumer.encode()]
    assert await count_pending(redis) == 1


async def test_every_call_works_on_an_empty_redis(inbox: Inbox) -> None:
    lane, entry = Lane("c", "1-0"), Entry(entry_id="1-0", update_id=1, payload=b"x")
    assert await inbox.claim(IDLE_MS) == ([], [])
    assert await inbox.hold([lane]) == []
    assert await inbox.read([lane]) == [None]
    assert await inbox.finish([(lane, entry)]) == [-1]
    assert await inbox.hand_over_all() == 0
    assert not await inbox.answers.remember(1, 3, lane)
    assert await take(inbox) == []
    assert await inbox.listen(10) == []


async def test_an_emptied_redis_does_not_stop_a_waiting_taker(inbox: Inbox, redis: Redis) -> None:
    assert await take(inbox) == []
    taking = asyncio.create_task(inbox.take(1, 4_900))
    await asyncio.sleep(0.05)
    await redis.flushdb()
    await inbox.append([received(1)], 2)
    async with asyncio.timeout(1):
        assert await updates(inbox, *await taking) == [1]


@pytest.mark.usefixtures("server_url")
async def test_after_a_take_was_cancelled_the_store_gives_it_nothing_more(
    inbox: Inbox, other: Inbox, redis: Redis
) -> None:
    """Else a lane that a worker hands over as it ends goes to the read that it has given up."""
    for update_id in range(1, 61):
        taking = asyncio.create_task(inbox.take(1, 40))
        while not (await redis.info("clients"))["blocked_clients"]:  # noqa: ASYNC110 the store has no event
            await asyncio.sleep(0.005)
        taking.cancel()
        await asyncio.wait({taking})
        assert taking.cancelled()
        await other.append([received(update_id)])
        assert [lane.name for lane in await take(other)] == [str(update_id)]
