from datetime import UTC, date, datetime, time

import pytest
from redis.asyncio import Redis

from bot.digest.calendar import Due, Schedule
from bot.digest.models import Digest, Piece, Record, Story, Subscription, Told
from storage import keys
from storage.digests import MOST_KEPT, MOST_TOLD, DigestStore

WANTED = Subscription(schedule=Schedule(at=time(8, 30), zone="Europe/Kyiv", weekdays=frozenset({1, 5})))
DUE = Due(day=date(2026, 3, 2), instant=datetime(2026, 3, 2, 6, 30, tzinfo=UTC))


@pytest.fixture
def digests(redis: Redis) -> DigestStore:
    return DigestStore(redis)


def told(number: int) -> Told:
    return Told(day=DUE.instant, title=f"Story {number}", lead="", language="en")


async def test_what_a_chat_wants_and_had_is_kept(digests: DigestStore) -> None:
    assert await digests.record(7) == Record()
    await digests.subscribe(7, WANTED)
    await digests.finish(7, DUE, DUE.instant)
    assert await digests.record(7) == Record(subscription=WANTED, done=DUE, told_until=DUE.instant)
    await digests.subscribe(7, None)
    assert await digests.record(7) == Record(done=DUE, told_until=DUE.instant)
    assert await digests.record(8) == Record()


async def test_what_was_not_told_is_left_to_the_next_digest(digests: DigestStore) -> None:
    await digests.finish(7, DUE, DUE.instant)
    later = Due(day=date(2026, 3, 6), instant=datetime(2026, 3, 6, 6, 30, tzinfo=UTC))
    await digests.finish(7, later, None)
    assert await digests.record(7) == Record(done=later, told_until=DUE.instant)


async def test_one_of_many_begins_a_date_and_one_more_may_offer_it(digests: DigestStore) -> None:
    went = [await digests.begin(7, DUE.day) for _ in range(4)]
    assert went == ["new", "in doubt", "over", "over"]
    assert await digests.begin(8, DUE.day) == "new"
    await digests.undo(8, DUE.day, "new")
    assert await digests.begin(8, DUE.day) == "new"
    await digests.finish(8, DUE, None)
    assert await digests.begin(8, DUE.day) == "over"


async def test_what_another_version_stored_counts_as_not_there(digests: DigestStore, redis: Redis) -> None:
    await digests.finish(7, DUE, None)
    await redis.hset(keys.digest(7), "subscription", '{"at": "noon"}')
    assert await digests.record(7) == Record(done=DUE)


async def test_told_stories_come_newest_first_and_are_bounded(digests: DigestStore, redis: Redis) -> None:
    await digests.tell(7, [])
    for number in range(MOST_TOLD + 2):
        await digests.tell(7, [told(number)])
    stories = await digests.told(7)
    assert len(stories) == MOST_TOLD
    assert stories[0] == told(MOST_TOLD + 1)
    await redis.lpush(keys.digest_told(7), b"no story")
    assert (await digests.told(7))[0] == told(MOST_TOLD + 1)


async def test_forgetting_a_chat_takes_its_digests(digests: DigestStore, redis: Redis) -> None:
    await digests.subscribe(7, WANTED)
    await digests.tell(7, [told(1)])
    await digests.keep(7, a_digest(1))
    await digests.forget_chat(7)
    assert await digests.record(7) == Record()
    assert [key async for key in redis.scan_iter(keys.chat(7, "*"))] == []


def a_digest(number: int) -> Digest:
    story = Story(line="Ferry aground", pieces=(Piece(outlet="The Tide"),), told=told(number))
    return Digest(id=f"{number:016x}", day=DUE.day, stories=(story,), articles=1)


async def test_a_digest_is_kept_in_its_own_chat_for_its_buttons(digests: DigestStore, redis: Redis) -> None:
    await digests.keep(7, a_digest(1))
    assert await digests.find(7, a_digest(1).id) == a_digest(1)
    assert await digests.find(8, a_digest(1).id) is None
    assert await digests.find(7, a_digest(2).id) is None
    assert 0 < await redis.ttl(keys.digests_kept(7)) <= keys.KEPT_DIGEST_TTL_S
    await redis.hset(keys.digests_kept(7), a_digest(1).id, b"another version's")
    assert await digests.find(7, a_digest(1).id) is None


async def test_the_oldest_kept_digests_go(digests: DigestStore, redis: Redis) -> None:
    for number in range(MOST_KEPT + 2):
        await digests.keep(7, a_digest(number))
    assert await redis.hlen(keys.digests_kept(7)) == MOST_KEPT
    assert await digests.find(7, a_digest(1).id) is None
    assert await digests.find(7, a_digest(2).id) is not None
