"""What a person and a group may ask: rates and days, charged once, by all replicas together."""

import asyncio
import time
from collections.abc import Iterator
from itertools import count

import pytest
from redis.asyncio import Redis

from storage import keys
from storage.limits import MAX_REMEMBERED, Allowance, Asker, Limits

ANN, BEN = Asker(person_id=7), Asker(person_id=8)
HERE = -100_500
ANN_HERE, BEN_HERE = Asker(person_id=7, chat_id=HERE), Asker(person_id=8, chat_id=HERE)
DAY_S = 86_400


async def admitted(limits: Limits, asker: Asker, tries: int, numbers: Iterator[int]) -> int:
    """Ask for briefs so many times; return how many may be had."""
    return sum([await limits.spend(asker, next(numbers), "briefs") is None for _ in range(tries)])


@pytest.fixture
def numbers() -> Iterator[int]:
    return count(1)


async def test_without_limits_nothing_is_counted(redis: Redis, numbers: Iterator[int]) -> None:
    assert await admitted(Limits(redis), ANN_HERE, 50, numbers) == 50
    assert await redis.dbsize() == 0


async def test_a_burst_is_let_in_and_then_one_at_a_time(redis: Redis, numbers: Iterator[int]) -> None:
    limits = Limits(redis, person=Allowance(rate=300, burst=5))
    assert await admitted(limits, ANN, 8, numbers) == 5
    assert await admitted(limits, BEN, 1, numbers) == 1, "another person's is their own"
    refusal = await limits.spend(ANN, "later", "briefs")
    assert refusal is not None
    assert (refusal.limit, refusal.whose) == ("rate", "person")
    assert 0 < refusal.wait_s <= 0.2
    await asyncio.sleep(refusal.wait_s)
    assert await limits.spend(ANN, "later", "briefs") is None


async def test_a_burst_at_one_instant_by_two_replicas_is_counted_by_both(redis: Redis) -> None:
    replicas = [Limits(redis, person=Allowance(rate=1, burst=7)) for _ in range(2)]
    tries = (replicas[number % 2].spend(ANN, number, "briefs") for number in range(40))
    assert sum([refusal is None for refusal in await asyncio.gather(*tries)]) == 7


async def test_a_days_briefs_end_at_midnight_utc(redis: Redis, numbers: Iterator[int]) -> None:
    limits = Limits(redis, person=Allowance(briefs=3, questions=2))
    assert await admitted(limits, ANN, 5, numbers) == 3
    refusal = await limits.spend(ANN, "more", "briefs")
    assert refusal is not None
    assert (refusal.limit, refusal.whose) == ("briefs", "person")
    assert refusal.wait_s == pytest.approx(DAY_S - time.time() % DAY_S, abs=5)
    assert await limits.spend(ANN, "a question", "questions") is None, "questions are counted apart"
    assert await limits.spend(ANN, "cached", None) is None, "what costs nothing counts for nothing"
    assert await redis.expiretime(keys.limit("person", 7, "briefs")) % DAY_S == 0
    await redis.delete(keys.limit("person", 7, "briefs"))  # as midnight does
    assert await limits.spend(ANN, "more", "briefs") is None


async def test_a_group_has_limits_of_its_own_and_the_last_to_end_is_told(
    redis: Redis, numbers: Iterator[int]
) -> None:
    limits = Limits(redis, person=Allowance(briefs=2), group=Allowance(rate=1, burst=3, briefs=9))
    assert await admitted(limits, ANN_HERE, 2, numbers) == 2
    assert await limits.spend(ANN_HERE, "own", "briefs") is not None
    refusal = await limits.spend(BEN_HERE, "group", "briefs")
    assert refusal is not None, "what Ann was refused counted against the rate of the group"
    assert (refusal.limit, refusal.whose) == ("rate", "chat")
    assert await limits.spend(BEN, "private", "briefs") is None


async def test_a_second_try_of_an_update_is_charged_once(redis: Redis) -> None:
    limits = Limits(redis, person=Allowance(rate=1, burst=2, briefs=2))
    for _ in range(5):
        assert await limits.spend(ANN, "same", "briefs") is None
    assert await limits.spend(ANN, "other", "briefs") is None
    assert await limits.spend(ANN, "third", "briefs") is not None
    assert await limits.spend(ANN, "same", "briefs") is None, "what was let in stays in"


async def test_what_was_not_used_is_given_back_once(redis: Redis) -> None:
    limits = Limits(redis, person=Allowance(rate=60, burst=9, briefs=2), group=Allowance(briefs=9))
    assert await limits.spend(ANN_HERE, 1, "briefs") is None
    assert await limits.spend(ANN_HERE, 2, "briefs") is None
    for _ in range(3):
        await limits.give_back(ANN_HERE, 1, "briefs")
    assert await redis.get(keys.limit("person", 7, "briefs")) == b"1"
    assert await redis.get(keys.limit("chat", HERE, "briefs")) == b"1"
    await limits.give_back(ANN_HERE, "never charged", "briefs")
    assert await limits.spend(ANN_HERE, "cached", None) is None
    await limits.give_back(ANN_HERE, "cached", "briefs")
    assert await redis.get(keys.limit("person", 7, "briefs")) == b"1"
    assert await limits.spend(ANN_HERE, 3, "briefs") is None
    assert await limits.spend(ANN_HERE, 4, "briefs") is not None


async def test_what_was_charged_yesterday_is_not_given_back_today(redis: Redis) -> None:
    limits = Limits(redis, person=Allowance(briefs=5))
    await limits.spend(ANN, 1, "briefs")
    await redis.set(keys.charge(1), int(time.time() // DAY_S) - 1)
    await limits.give_back(ANN, 1, "briefs")
    assert await redis.get(keys.limit("person", 7, "briefs")) == b"1"


async def test_the_owner_has_no_limits(redis: Redis, numbers: Iterator[int]) -> None:
    limits = Limits(redis, person=Allowance(rate=1), group=Allowance(rate=1), owner=7)
    assert await admitted(limits, ANN_HERE, 30, numbers) == 30


async def test_a_limit_of_a_group_is_told_once_until_it_ends(redis: Redis) -> None:
    limits = Limits(redis, group=Allowance(rate=600))
    await limits.spend(ANN_HERE, 1, "briefs")
    refusal = await limits.spend(ANN_HERE, 2, "briefs")
    assert refusal is not None
    told = [await limits.may_tell(asker, refusal) for asker in (ANN_HERE, BEN_HERE, ANN_HERE)]
    assert told == [True, False, False]
    [key] = [key async for key in redis.scan_iter("*told*")]
    assert key.startswith(keys.limit("chat", HERE, "").encode()), "a supergroup keeps it"
    assert 55_000 < await redis.pttl(key) <= 60_000, "a rate is told once a minute at most"


async def test_in_private_a_day_that_is_used_up_is_told_each_time(redis: Redis) -> None:
    limits = Limits(redis, person=Allowance(briefs=1))
    await limits.spend(ANN, 1, "briefs")
    refusal = await limits.spend(ANN, 2, "briefs")
    assert refusal is not None
    assert [await limits.may_tell(ANN, refusal) for _ in range(2)] == [True, True]


async def test_each_person_of_a_group_is_told_of_their_own_limit(redis: Redis) -> None:
    limits = Limits(redis, person=Allowance(briefs=1))
    for asker in (ANN_HERE, BEN_HERE):
        await limits.spend(asker, str(asker), "briefs")
        refusal = await limits.spend(asker, f"{asker} again", "briefs")
        assert refusal is not None
        assert [await limits.may_tell(asker, refusal) for _ in range(2)] == [True, False]


async def test_while_redis_is_away_the_process_keeps_the_rate_and_lets_days_pass(
    redis_away: Redis, numbers: Iterator[int], caplog: pytest.LogCaptureFixture
) -> None:
    limits = Limits(redis_away, person=Allowance(rate=1, burst=4, briefs=2), group=Allowance(rate=60))
    assert await admitted(limits, ANN, 9, numbers) == 4
    refusal = await limits.spend(ANN, next(numbers), "briefs")
    assert refusal is not None
    assert [await limits.may_tell(ANN, refusal) for _ in range(2)] == [True, False]
    await limits.give_back(ANN, 1, "briefs")
    assert len([r for r in caplog.records if "this process's own" in r.message]) == 1


async def test_what_the_process_remembers_has_an_end(redis_away: Redis) -> None:
    limits = Limits(redis_away, person=Allowance(rate=1))
    for person in range(MAX_REMEMBERED + 1):
        limits._spend_alone(limits._rates(Asker(person_id=person)))
    assert len(limits._alone._due_ms) == MAX_REMEMBERED
